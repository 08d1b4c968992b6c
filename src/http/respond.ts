import type { FastifyReply } from "fastify";
import type { Refusal } from "../kernel/refusal.ts";
import type { Given } from "./answer-once.ts";
import { type Answer, bodyBytes } from "./call.ts";
import { httpDate, namesTag, readTag } from "./headers.ts";
import type { FoundFile } from "./operation.ts";
import { type Problem, problemOf, problemType } from "./problem.ts";

/** Sends what was computed for the caller and is kept nowhere: a preview. */
export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply.code(200).header("content-type", "application/json").send(bodyBytes(answer));
}

/** Sends a read's answer with its tag; 304 without it to whom `known`, the header `If-None-Match`, says to have it already. */
export function sendReading(
  reply: FastifyReply,
  answer: Answer,
  { link, known }: { readonly link: string | undefined; readonly known: string | undefined },
): FastifyReply {
  const body = bodyBytes(answer);
  const tag = readTag(answer.version, body);
  void reply.header("etag", tag);
  if (link !== undefined) void reply.header("link", link);
  if (namesTag(known, tag)) return reply.code(304).send();
  return reply.code(200).header("content-type", "application/json").send(body);
}

/**
 * Sends a file, which its caller may keep for good; 304 without making it to whom `known` says to have it. The tag is a weak one: it names
 * what the file says, and a later release may say it in other bytes.
 */
export async function sendFile(
  reply: FastifyReply,
  file: FoundFile,
  { media, known }: { readonly media: string; readonly known: string | undefined },
): Promise<FastifyReply> {
  const tag = `W/"${file.digest}"`;
  const has = namesTag(known, tag);
  // Made before a header is set: a refusal is nothing to be kept.
  const bytes = has ? undefined : await file.bytes();
  void reply.header("etag", tag).header("cache-control", "private, max-age=31536000, immutable");
  if (bytes === undefined) return reply.code(304).send();
  return reply.header("content-type", media).header("content-disposition", `attachment; filename="${file.name}"`).send(bytes);
}

/** Sends a write's answer: the stored bytes with the headers that belong to them, and whether they were given before. */
export function sendGiven(reply: FastifyReply, { answer, replayed }: Given): FastifyReply {
  if (answer.location !== undefined) void reply.header("location", answer.location);
  if (answer.etag !== undefined) void reply.header("etag", answer.etag);
  if (replayed) void reply.header("idempotent-replayed", "true");
  return reply.code(answer.status).header("date", httpDate(answer.answeredAt)).header("content-type", answer.contentType).send(answer.body);
}

/** Sends a problem document, with the headers that its status asks for. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, body } = problem;
  if (status === 401) void reply.header("www-authenticate", 'Bearer realm="stoa"');
  const after = body["retry_after_seconds"];
  if (typeof after === "number") void reply.header("retry-after", String(after));
  return reply
    .code(status)
    .header("content-type", problemType)
    .send(Buffer.from(JSON.stringify(body)));
}

/** The problem of a refusal of the frame itself, whose code has a row. */
export function frameProblem(refusal: Refusal, requestId: string): Problem {
  const problem = problemOf(refusal, requestId);
  if (problem === undefined) throw new Error(`there is no row for ${refusal.code}`);
  return problem;
}
