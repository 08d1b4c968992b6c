import type { IncomingMessage, ServerResponse } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Refusal } from "../kernel/refusal.ts";
import { problemType } from "./problem.ts";
import { frameProblem } from "./respond.ts";

const lingerMillis = 2_000;

/** How many requests of a connection are under way: what is broken behind them must not be answered into their answers. */
const answering = new WeakMap<Socket, number>();
/** The newest request of a connection with its answer. */
const newest = new WeakMap<Socket, { readonly request: IncomingMessage; readonly response: ServerResponse }>();
/** Connections that broke while requests were under way: they end with the last answer. */
const broken = new WeakSet<Socket>();

/** Marks a request's connection until its answer is finished or given up. */
export function watchConnection(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  answering.set(socket, (answering.get(socket) ?? 0) + 1);
  newest.set(socket, { request, response });
  response.once("close", () => {
    const left = (answering.get(socket) ?? 1) - 1;
    answering.set(socket, left);
    if (left === 0 && broken.has(socket)) endSoon(socket, Buffer.alloc(0));
  });
}

/**
 * Answers what never became a whole request (broken HTTP, a body that breaks off, headers too large or too slow) with a problem document written by hand, and closes
 * the connection.
 */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket, requestId: string): void {
  if (error.code === "ECONNRESET" || !socket.writable) socket.destroy();
  else if ((answering.get(socket) ?? 0) > 0 && !brokeOffInItsBody(socket)) broken.add(socket);
  else writeRawProblem(socket, refusalOf(error), requestId);
}

/** Whether what broke is the body of the one request under way: its handler waits for the rest, which will not come. */
function brokeOffInItsBody(socket: Socket): boolean {
  const last = newest.get(socket);
  return answering.get(socket) === 1 && last !== undefined && !last.request.complete && !last.response.headersSent;
}

/** Answers a request whose `Expect` is not one the server knows. */
export function answerExpectation(request: IncomingMessage, requestId: string): void {
  writeRawProblem(request.socket, { code: "expectation-failed" }, requestId);
}

function refusalOf({ code = "" }: { readonly code?: string }): Refusal {
  if (code === "HPE_HEADER_OVERFLOW") return { code: "headers-too-large" };
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return { code: "request-timeout" };
  const detail = "The bytes received are not an HTTP request";
  return { code: "request-invalid", errors: [{ pointer: "", detail }] } as Refusal;
}

function writeRawProblem(socket: Socket, refusal: Refusal, requestId: string): void {
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
  endSoon(socket, Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), bytes]));
}

/** Sends the last bytes and closes; a caller that does not close its side has a little time to read them. */
function endSoon(socket: Socket, bytes: Buffer): void {
  socket.setTimeout(lingerMillis, () => socket.destroy());
  socket.end(bytes);
}
