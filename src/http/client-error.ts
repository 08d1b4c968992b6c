import type { IncomingMessage, ServerResponse } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Refusal } from "../kernel/refusal.ts";
import { problemType } from "./problem.ts";
import { frameProblem } from "./respond.ts";

/** Connections that have a request under way: what is broken behind it must not be answered into its answer. */
const answering = new WeakMap<Duplex, number>();

/** Marks a request's connection until its answer is finished or given up. */
export function watchConnection(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  answering.set(socket, (answering.get(socket) ?? 0) + 1);
  response.once("close", () => answering.set(socket, (answering.get(socket) ?? 1) - 1));
}

/**
 * Answers what never became a request (broken HTTP, headers too large or too slow) with a problem document written by hand, and closes
 * the connection.
 */
export function answerClientError(error: Error & { readonly code?: string }, socket: Duplex, requestId: string): void {
  if (error.code === "ECONNRESET" || !socket.writable || (answering.get(socket) ?? 0) > 0) {
    socket.destroy();
    return;
  }
  writeRawProblem(socket, refusalOf(error), requestId);
}

function refusalOf({ code = "" }: { readonly code?: string }): Refusal {
  if (code === "HPE_HEADER_OVERFLOW") return { code: "headers-too-large" };
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return { code: "request-timeout" };
  const detail = "The bytes received are not an HTTP request";
  return { code: "request-invalid", errors: [{ pointer: "", detail }] } as Refusal;
}

function writeRawProblem(socket: Duplex, refusal: Refusal, requestId: string): void {
  const { status, body } = frameProblem(refusal, requestId);
  const bytes = Buffer.from(JSON.stringify(body));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Error"}`,
    "connection: close",
    `content-type: ${problemType}`,
    `content-length: ${bytes.length}`,
    `x-request-id: ${requestId}`,
    "x-content-type-options: nosniff",
    "cache-control: no-store",
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), bytes]));
}
