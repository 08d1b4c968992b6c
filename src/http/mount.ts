import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { IdSource } from "../kernel/ids.ts";
import { assert } from "../kernel/assert.ts";
import { type Database, withReader } from "../platform/db/index.ts";
import { fingerprint, hashKey, hashStrangersKey, parseIdempotencyKey } from "../platform/idempotency/index.ts";
import type { Admission } from "./admission.ts";
import type { AnswerOnce, Given } from "./answer-once.ts";
import type { Authenticator } from "./authenticate.ts";
import { bodyLimit, bulkBodyLimit } from "./body.ts";
import { type Answer, type Audience, type Call, nobody } from "./call.ts";
import { canonicalJson } from "./canonical.ts";
import type { JsonValue } from "./json.ts";
import { type ErrorSink, reportBrokenOff } from "./error-handling.ts";
import { sendExport } from "./export.ts";
import { audienceOf, isWrite, methodOf, type Operation, templateOf, type WriteOperation } from "./operation.ts";
import { everybody, type Rule } from "./policy.ts";
import { canonicalQuery, pathOf } from "./query.ts";
import { compileReading } from "./reading.ts";
import { readingScope } from "./reading-scope.ts";
import { contextOf } from "./request-context.ts";
import { sendAnswer, sendFile, sendGiven, sendReading } from "./respond.ts";
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
const ownMillis = { look: 120_000, export: 15 * 60_000 } as const;

/** What is around one operation: who may call it, and what all share. */
type Mounting = { readonly rule: Rule; readonly frame: Frame; readonly admission: Admission; readonly sink: ErrorSink };

/**
 * Gives an operation its route. Who may call it, and whether there is room for its body, is judged before a byte of it is read.
 *
 * @throws AssertionFailed when its scope or its rule is not one of its tree
 */
export function mountOperation(app: FastifyInstance, operation: Operation, { rule, frame, admission, sink }: Mounting): void {
  checkTree(operation, rule);
  const read = compileReading(operation);
  const whoCalls = judgeCaller(operation, rule, frame.authenticator);
  const write = isWrite(operation) ? operation : undefined;
  app.route({
    method: methodOf(operation),
    url: templateOf(operation).replaceAll(/\{(\w+)\}/g, ":$1"),
    bodyLimit: write?.bulk === true ? bulkBodyLimit : bodyLimit,
    ...(operation.kind in ownMillis ? { handlerTimeout: ownMillis[operation.kind as keyof typeof ownMillis] } : {}),
    onRequest: async (request, reply) => {
      const principal = await whoCalls(request);
      if (operation.kind === "export") whenClosed(reply, admission.enterExport(principal));
      else if (methodOf(operation) !== "GET") whenClosed(reply, admission.enterBody(principal, announcedBytes(request)));
    },
    handler: async (request, reply) => {
      if (write !== undefined) return sendGiven(reply, await writeOnce(request, write, read, frame));
      const call = read(request, frame.newId);
      if (operation.kind === "export") {
        return sendExport(reply, operation, call, {
          database: frame.databaseOf(audienceOf(operation)),
          bounds: admission.oneExport,
          onFault: (error) => reportBrokenOff(error, request, sink),
        });
      }
      if (operation.kind === "file") {
        const [database, scope] = [frame.databaseOf(audienceOf(operation)), readingScope(operation, call)];
        const file = await withReader(database, scope, (reader) => operation.find(reader, call));
        const known = request.headers["if-none-match"];
        return sendFile(reply, file, { media: operation.media, known });
      }
      const answer = await look(operation, call, frame);
      if (methodOf(operation) !== "GET") return sendAnswer(reply, answer);
      return sendReading(reply, answer, { link: linkToNext(request.url, answer), known: request.headers["if-none-match"] });
    },
  });
}

/** What belongs to the public tree belongs to no other, and what belongs to the operator's neither. */
function checkTree(operation: Operation, rule: Rule): void {
  const audience = audienceOf(operation);
  const open = audience === "public";
  assert((rule === everybody) === open, `${operation.id}: everybody may call the public tree, and no other`);
  if ("scope" in operation) {
    assert((operation.scope === "public") === open, `${operation.id}: the role of the public tree is for it alone`);
    assert(operation.scope !== "operator" || audience === "operator", `${operation.id}: the operator's role is for its tree alone`);
  }
  // What a stranger sends is no secret: who guesses a request and its key would be shown what was answered.
  assert(!(open && isWrite(operation) && operation.reveals === true), `${operation.id}: strangers are shown no secrets`);
}

/** Establishes who calls, and refuses whom the rule does not let in. In the public tree nobody is asked for a key, and one that is sent is not looked at. */
function judgeCaller(operation: Operation, rule: Rule, { authenticate }: Authenticator) {
  const audience = audienceOf(operation);
  return async (request: FastifyRequest): Promise<Call["principal"]> => {
    const principal = audience === "public" ? nobody : await authenticate(request.headers.authorization);
    const context = contextOf(request);
    if (context !== undefined) {
      context.operation = operation.id;
      context.principal = principal;
    }
    if (principal.kind === "public" || audience === "public") return principal;
    if (principal.kind !== kindOf[audience] || rule === everybody || !rule.includes(principal.role)) throw refuse("forbidden");
    return principal;
  };
}

/** A caller may have hung up while it was judged who it is: what was entered is left then at once. */
function whenClosed({ raw }: FastifyReply, leave: () => void): void {
  if (raw.closed) leave();
  else raw.once("close", leave);
}

function announcedBytes({ headers }: FastifyRequest): number | undefined {
  return headers["transfer-encoding"] === undefined ? Number(headers["content-length"] ?? 0) : undefined;
}

function look(operation: Operation, call: Call, frame: Frame): Promise<Answer> {
  if (operation.kind === "look" || operation.kind === "reads") return operation.look(call);
  if (operation.kind !== "read") throw new Error(`${operation.id} is not a read`);
  return withReader(frame.databaseOf(audienceOf(operation)), readingScope(operation, call), (reader) => operation.read(reader, call));
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
  const print = fingerprint({
    path: pathOf(request.url),
    query: canonicalQuery(request.url),
    body: canonicalJson(call.body as JsonValue),
    ifMatch: request.headers["if-match"],
  });
  const claim = {
    organisationId: call.principal.organisationId,
    operation: `${operation.method} ${templateOf(operation)}`,
    keyHash: call.principal.kind === "public" ? hashStrangersKey(parsed.key, print) : hashKey(parsed.key),
    fingerprint: print,
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
