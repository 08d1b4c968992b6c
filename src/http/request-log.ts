import type { FastifyReply, FastifyRequest } from "fastify";
import type { Logger, Metrics } from "../platform/telemetry/index.ts";
import { contextOf, loggedCaller } from "./request-context.ts";

/** Writes one line, and counts, when a request's answer has left or its connection has gone. */
export function logWhenClosed(
  request: FastifyRequest,
  reply: FastifyReply,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
): void {
  reply.raw.once("close", () => {
    const context = contextOf(request);
    if (context === undefined) return;
    const { operation, principal, replayed, traceparent } = context;
    const millis = performance.now() - context.startedAt;
    const status = reply.raw.writableFinished ? reply.statusCode : "aborted";
    metrics.http.requests.inc({ operation, status: String(status) });
    metrics.http.seconds.observe({ operation }, millis / 1_000);
    if (replayed) metrics.http.replays.inc({ operation });
    if (operation.startsWith("/health/") || operation === "/metrics") return;
    logger.info(
      {
        request_id: context.requestId,
        ...(traceparent === undefined ? {} : { traceparent }),
        method: request.method,
        operation,
        status,
        millis: Math.trunc(millis * 10) / 10,
        ...loggedCaller(principal),
        ...(replayed ? { replayed } : {}),
      },
      "request",
    );
  });
}
