import { pino } from "pino";
import type { DestinationStream, Logger as PinoLogger } from "pino";
import { describeError } from "./described-error.ts";
import { scrub } from "./scrub.ts";

export type Logger = PinoLogger;
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/**
 * The log: one JSON object a line on standard output unless a destination is given, time in UTC, an error under `error`, secrets
 * scrubbed from every line.
 */
export function createLogger({ level, destination }: { readonly level: LogLevel; readonly destination?: DestinationStream }): Logger {
  const out = destination ?? pino.destination(1);
  return pino(
    {
      level,
      base: { pid: process.pid },
      messageKey: "message",
      errorKey: "error",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: (error: unknown) => describeError(error) },
    },
    { write: (line) => out.write(scrub(line)) },
  );
}

/** The log of one request: each of its lines names the request and, when there is one, the trace. */
export function requestLogger(logger: Logger, request: { readonly requestId: string; readonly traceparent?: string | undefined }): Logger {
  const { requestId, traceparent } = request;
  return logger.child(traceparent === undefined ? { request_id: requestId } : { request_id: requestId, traceparent });
}
