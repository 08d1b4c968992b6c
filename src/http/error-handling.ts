import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import type { Refusal } from "../kernel/refusal.ts";
import { type Logger, type Metrics, requestLogger } from "../platform/telemetry/index.ts";
import { ExportTooLong } from "./export.ts";
import { refusalBehind } from "./faults.ts";
import { problemOf } from "./problem.ts";
import { contextOf, loggedCaller, setFixedHeaders } from "./request-context.ts";
import { frameProblem, sendProblem } from "./respond.ts";

export type ErrorSink = { readonly logger: Logger; readonly metrics: Metrics };

/** What the framework refuses by itself, as refusals of ours. */
const frameworkRefusals: Readonly<Record<string, Refusal>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: "unsupported-media-type" },
  FST_ERR_CTP_BODY_TOO_LARGE: { code: "body-too-large" },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: invalid("/content-length", "differs from the length of the body"),
  FST_ERR_BAD_URL: invalid("", "The path is not valid percent-encoded UTF-8"),
  FST_ERR_MAX_PARAM_LENGTH: { code: "uri-too-long" },
  FST_ERR_HANDLER_TIMEOUT: overloaded(),
};

function invalid(pointer: string, detail: string): Refusal & { readonly errors: readonly object[] } {
  return { code: "request-invalid", errors: [{ pointer, detail }] };
}

function overloaded(): Refusal & { readonly retry_after_seconds: number } {
  return { code: "overloaded", retry_after_seconds: 1 };
}

/** Answers any error with a problem document: a refusal by its row, anything else as a fault, logged whole and shown as nothing but its id. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply, sink: ErrorSink): FastifyReply {
  const requestId = contextOf(request)?.requestId ?? request.id;
  setFixedHeaders(reply, requestId);
  // The framework would close the connection on a body it did not take, and who is still sending would see that instead of the answer.
  // What is left of the body is read and thrown away instead, within the time that a request may take.
  void reply.removeHeader("connection");
  const refusal = refusalBehind(error)?.refusal ?? lateBody(error, request) ?? frameworkRefusals[codeOf(error) ?? ""];
  if (refusal?.code === "request-timeout") void reply.header("connection", "close");
  const problem = refusal === undefined ? undefined : problemOf(refusal, requestId);
  if (problem !== undefined) return sendProblem(reply, problem);
  if (!request.raw.destroyed || request.raw.complete) report(error, request, sink);
  return sendProblem(reply, frameProblem({ code: "fault" }, requestId));
}

/** A request whose time is over and whose body has not come yet: its handler was never asked, and it is the sender who was slow. */
function lateBody(error: unknown, request: FastifyRequest): Refusal | undefined {
  if (codeOf(error) !== "FST_ERR_HANDLER_TIMEOUT" || request.method === "GET" || request.method === "HEAD") return undefined;
  return request.raw.complete ? undefined : { code: "request-timeout" };
}

/** Tells the log of an answer that was broken off in its middle: nobody can be told over the connection any more. */
export function reportBrokenOff(error: unknown, request: FastifyRequest, sink: ErrorSink): void {
  if (refusalBehind(error) === undefined && !(error instanceof ExportTooLong)) report(error, request, sink);
  else {
    const requestId = contextOf(request)?.requestId ?? request.id;
    requestLogger(sink.logger, { requestId }).warn({ error }, "an answer was broken off");
  }
}

function report(error: unknown, request: FastifyRequest, { logger, metrics }: ErrorSink): void {
  const context = contextOf(request);
  const operation = context?.operation ?? "none";
  metrics.http.faults.inc({ operation });
  requestLogger(logger, { requestId: context?.requestId ?? request.id, traceparent: context?.traceparent }).error(
    { error, operation, method: request.method, ...loggedCaller(context?.principal) },
    "a request ended in a fault",
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String((error as FastifyError).code) : undefined;
}
