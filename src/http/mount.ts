import type { FastifyInstance, FastifyRequest } from "fastify";
import type { IdSource } from "../kernel/ids.ts";
import type { Role } from "../modules/identity/index.ts";
import { type Database, withReader } from "../platform/db/index.ts";
import { fingerprint, hashKey, parseIdempotencyKey } from "../platform/idempotency/index.ts";
import type { AnswerOnce, Given } from "./answer-once.ts";
import type { Authenticator } from "./authenticate.ts";
import { bodyLimit, bulkBodyLimit } from "./body.ts";
import type { Answer, Audience, Call } from "./call.ts";
import { canonicalJson } from "./canonical.ts";
import type { JsonValue } from "./json.ts";
import { audienceOf, isWrite, methodOf, type Operation, templateOf, type WriteOperation } from "./operation.ts";
import { canonicalQuery, pathOf } from "./query.ts";
import { compileReading } from "./reading.ts";
import { contextOf } from "./request-context.ts";
import { sendAnswer, sendGiven } from "./respond.ts";
import { refuse } from "./refuse.ts";

/** What the frame needs to run operations. */
export type Frame = {
  readonly databaseOf: (audience: Audience) => Database;
  readonly authenticator: Authenticator;
  readonly answerOnce: AnswerOnce;
  readonly newId: IdSource;
  /** Told of each write that was answered, replays included. */
  readonly afterWrite: (operation: WriteOperation, call: Call) => void;
};

const kindOf = { operator: "operator", seller: "seller", buyer: "company" } as const;

/** Operations that open their own transactions may take longer than the server gives ordinary ones. */
const slowMillis = 120_000;

/** Gives an operation its route. Who may call it is judged before a byte of its body is read. */
export function mountOperation(app: FastifyInstance, operation: Operation, roles: readonly Role[], frame: Frame): void {
  const audience = audienceOf(operation);
  const read = compileReading(operation);
  const write = isWrite(operation) ? operation : undefined;
  app.route({
    method: methodOf(operation),
    url: templateOf(operation).replaceAll(/\{(\w+)\}/g, ":$1"),
    bodyLimit: write?.bulk === true ? bulkBodyLimit : bodyLimit,
    ...(operation.kind === "look" ? { handlerTimeout: slowMillis } : {}),
    onRequest: async (request) => {
      const principal = await frame.authenticator.authenticate(request.headers.authorization);
      const context = contextOf(request);
      if (context !== undefined) {
        context.operation = operation.id;
        context.principal = principal;
      }
      if (principal.kind !== kindOf[audience] || !roles.includes(principal.role)) throw refuse("forbidden");
    },
    handler: async (request, reply) => {
      if (write !== undefined) return sendGiven(reply, await writeOnce(request, write, read, frame));
      const call = read(request, frame.newId);
      const answer = await look(operation, call, frame);
      return sendAnswer(reply, 200, answer, linkToNext(request.url, answer));
    },
  });
}

function look(operation: Operation, call: Call, frame: Frame): Promise<Answer> {
  if (operation.kind === "look" || operation.kind === "reads") return operation.look(call);
  if (operation.kind !== "read") throw new Error(`${operation.id} is not a read`);
  const scope =
    operation.scope === "operator"
      ? ({ role: "stoa_operator" } as const)
      : ({ role: "stoa_application", organisation: call.principal.organisationId } as const);
  return withReader(frame.databaseOf(audienceOf(operation)), scope, (reader) => operation.read(reader, call));
}

async function writeOnce(
  request: FastifyRequest,
  operation: WriteOperation,
  read: ReturnType<typeof compileReading>,
  frame: Frame,
): Promise<Given> {
  const parsed = parseIdempotencyKey(request.headers["idempotency-key"]);
  if (!parsed.ok) throw refuse(parsed.code);
  const call = read(request, frame.newId);
  const claim = {
    organisationId: call.principal.organisationId,
    operation: `${operation.method} ${templateOf(operation)}`,
    keyHash: hashKey(parsed.key),
    fingerprint: fingerprint({
      path: pathOf(request.url),
      query: canonicalQuery(request.url),
      body: canonicalJson(call.body as JsonValue),
      ifMatch: request.headers["if-match"],
    }),
  };
  const given = await frame.answerOnce.give({ operation, call, key: parsed.key, claim });
  const context = contextOf(request);
  if (context !== undefined) context.replayed = given.replayed;
  frame.afterWrite(operation, call);
  return given;
}

/** The `Link` to the page behind this one (RFC 8288), for an answer that has a cursor. */
function linkToNext(url: string, { body }: Answer): string | undefined {
  const cursor = (body as { next_cursor?: unknown } | null)?.next_cursor;
  if (typeof cursor !== "string") return undefined;
  const query = new URLSearchParams(canonicalQuery(url));
  query.set("cursor", cursor);
  return `<${pathOf(url)}?${query.toString()}>; rel="next"`;
}
