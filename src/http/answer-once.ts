import { type Instant, toRfc3339 } from "../kernel/clock.ts";
import type { IdSource } from "../kernel/ids.ts";
import { Refused } from "../kernel/refusal.ts";
import { type Database, isTransient, now, type Transaction, withFlowTransaction, withTransaction } from "../platform/db/index.ts";
import {
  busy,
  type Claim,
  claim,
  createMeeting,
  lostTheKey,
  type StoredAnswer,
  storeStatement,
  withPatience,
} from "../platform/idempotency/index.ts";
import { openAnswer, sealAnswer } from "../platform/sealing/index.ts";
import { type Answer, type Audience, bodyBytes, type Call, type FlowCall } from "./call.ts";
import { entityTag } from "./headers.ts";
import type { Moment } from "./moment.ts";
import { audienceOf, type WriteOperation } from "./operation.ts";
import { problemOf, problemType } from "./problem.ts";
import { refuse } from "./refuse.ts";

const jsonType = "application/json";
const mostAttempts = 3;

/** What is sent: the stored bytes, opened if they were sealed, and whether they were given before. */
export type Given = { readonly answer: StoredAnswer; readonly replayed: boolean };

/** One write as it came: its raw key, and the claim that follows from it. */
export type Asked = { readonly operation: WriteOperation; readonly call: Call; readonly key: string; readonly claim: Claim };

/** A stored answer as it lies in the database, and `at`: the database's time when it was found there. */
type Found = { readonly stored: StoredAnswer; readonly replayed: boolean; readonly at: Instant };

export type AnswerOnce = {
  /**
   * Does a write once and gives its answer as often as it is asked for under its key. The caller is authenticated and authorised anew
   * each time before. The effect and its answer commit together; a refusal of the business takes all its transaction did back and is
   * stored in one of its own.
   *
   * @throws Refused idempotency-key-reused, request-in-flight, answer-no-longer-available, and every refusal that is not stored
   */
  readonly give: (asked: Asked) => Promise<Given>;
  /** How many writes are under way. */
  readonly underWay: () => number;
};

export type AnswerOnceOptions = {
  readonly databaseOf: (audience: Audience) => Database;
  readonly newId: IdSource;
  readonly moment: Moment;
};

/** Puts idempotency around writes. Repeats meet in memory before they take a connection; processes meet at the key's row. */
export function createAnswerOnce({ databaseOf, newId, moment }: AnswerOnceOptions): AnswerOnce {
  const meeting = createMeeting<Found>();

  /** One transaction under the key: what was stored before, or what `work` makes now; `busy` when another is at it. */
  async function underKey(asked: Asked, work: (tx: Transaction) => Promise<Made>): Promise<Found | typeof busy> {
    try {
      return await inScope(databaseOf(audienceOf(asked.operation)), asked, async (tx) => {
        const [mine] = (await claim(tx, [asked.claim])).claimed;
        if (mine === undefined || mine.kind === "busy") return busy;
        if (mine.kind === "mismatch") throw refuse("idempotency-key-reused");
        if (mine.kind === "replay") return { stored: mine.answer, replayed: true, at: await now(tx) };
        const { idempotencyId, answer } = await work(tx);
        const principalId = asked.call.principal.keyId;
        await tx.finish([storeStatement([{ claim: asked.claim, idempotencyId, principalId, answer }])]);
        return { stored: answer, replayed: false, at: answer.answeredAt };
      });
    } catch (error) {
      if (lostTheKey(error)) return busy;
      throw error;
    }
  }

  async function work(asked: Asked, tx: Transaction): Promise<Made> {
    const { operation, call } = asked;
    const idempotencyId = newId(moment());
    const flowCall: FlowCall = { ...call, idempotencyId };
    const answer = operation.kind === "flow" ? await operation.work(tx, flowCall) : await workInOrder(asked, tx, flowCall);
    return { idempotencyId, answer: sealedIfAsked(asked, answerBytes(operation.status, answer, await now(tx))) };
  }

  async function storeRefusal(asked: Asked, refused: Refused, tx: Transaction): Promise<Made> {
    const problem = problemOf(refused.refusal, asked.call.requestId);
    if (problem === undefined) throw refused;
    const body = Buffer.from(JSON.stringify(problem.body));
    const answer = { status: problem.status, answeredAt: await now(tx), contentType: problemType, body, sealed: false };
    return { idempotencyId: newId(moment()), answer };
  }

  async function attempt(asked: Asked): Promise<Found | typeof busy> {
    try {
      return await repeating(() => underKey(asked, (tx) => work(asked, tx)));
    } catch (error) {
      if (!(error instanceof Refused) || problemOf(error.refusal, asked.call.requestId)?.final !== true) throw error;
      // The transaction took back whatever the refused command had done; only its answer is written, by one of its own.
      return await repeating(() => underKey(asked, (tx) => storeRefusal(asked, error, tx)));
    }
  }

  async function attemptInLane(asked: Asked): Promise<Found | typeof busy> {
    if (asked.operation.kind !== "lane") return attempt(asked);
    const outcome = await asked.operation.place(asked.call, asked.claim);
    if (outcome.kind === "busy") return busy;
    if (outcome.kind === "mismatch") throw refuse("idempotency-key-reused");
    return { stored: outcome.answer, replayed: outcome.replayed, at: outcome.answer.answeredAt };
  }

  return {
    give: async (asked) => {
      const arrival = { ...asked.claim, principalId: asked.call.principal.keyId };
      const met = await meeting.meet(arrival, () => withPatience(() => attemptInLane(asked)));
      if (met.kind === "mismatch") throw refuse("idempotency-key-reused");
      const { stored, replayed, at } = met.answer;
      const answer = stored.sealed ? opened(asked, stored, at) : stored;
      return replayed || met.kind === "shared" ? { answer: decidedBefore(answer), replayed: true } : { answer, replayed: false };
    },
    underWay: meeting.size,
  };
}

type Made = { readonly idempotencyId: ReturnType<IdSource>; readonly answer: StoredAnswer };

async function workInOrder({ operation }: Asked, tx: Transaction, call: FlowCall): Promise<Answer> {
  if (operation.kind !== "write") throw new Error(`${operation.id} is not run in a transaction of its own`);
  return operation.work(tx, { ...call, now: await now(tx) });
}

function inScope<T>(database: Database, { operation, call }: Asked, work: (tx: Transaction) => Promise<T>): Promise<T> {
  if (operation.kind === "flow") return withFlowTransaction(database, { role: "stoa_flow", locks: operation.locks }, work);
  if (operation.kind === "lane") throw new Error(`${operation.id} runs in a lane`);
  const locks = operation.locks ?? [];
  if (operation.scope === "operator") return withTransaction(database, { role: "stoa_operator", locks }, work);
  if (operation.scope === "public") return withTransaction(database, { role: "stoa_public", locks }, work);
  return withTransaction(database, { role: "stoa_application", organisation: call.principal.organisationId, locks }, work);
}

/** Deadlock, serialization failure, lost connection, unanswered commit: the same again, three times at most. What had committed is found under the key. */
async function repeating<T>(run: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempts === mostAttempts || !isTransient(error)) throw error;
    }
  }
}

function answerBytes(status: number, answer: Answer, answeredAt: Instant): StoredAnswer {
  const { location, version } = answer;
  return {
    status,
    answeredAt,
    contentType: jsonType,
    ...(location === undefined ? {} : { location }),
    ...(version === undefined ? {} : { etag: entityTag(version) }),
    body: bodyBytes(answer),
    sealed: false,
  };
}

function sealedIfAsked({ operation, key, claim: claimed }: Asked, answer: StoredAnswer): StoredAnswer {
  if (operation.reveals !== true) return answer;
  const { organisationId, operation: name } = claimed;
  return { ...answer, sealed: true, body: sealAnswer({ key, organisationId, operation: name, body: answer.body }) };
}

function opened({ key, claim: claimed }: Asked, stored: StoredAnswer, at: Instant): StoredAnswer {
  const { organisationId, operation } = claimed;
  const body = openAnswer({ key, organisationId, operation, sealed: stored.body, answeredAt: stored.answeredAt, now: at });
  return { ...stored, body };
}

/** A replayed refusal tells when it was decided, since it may no longer be what would be decided now. */
function decidedBefore(answer: StoredAnswer): StoredAnswer {
  if (answer.contentType !== problemType) return answer;
  const problem = JSON.parse(answer.body.toString("utf8")) as Record<string, unknown>;
  const decided = { ...problem, decided_at: toRfc3339(answer.answeredAt) };
  return { ...answer, body: Buffer.from(JSON.stringify(decided)) };
}
