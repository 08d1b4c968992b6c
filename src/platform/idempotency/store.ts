import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { Uuid } from "../../kernel/ids.ts";
import type { Transaction } from "../db/index.ts";
import { instantParameter, sql, violatedConstraint } from "../db/index.ts";
import type { Claim, StoredAnswer } from "./claim.ts";
import { tryLocks } from "./try-lock.ts";

/** The tables that only this folder writes. */
export const owns = ["idempotency"] as const;

/** An answer on its way to its key. `idempotencyId` is what the effect's rows name; `principalId` is who called. */
export type Answered = {
  readonly claim: Claim;
  readonly idempotencyId: Uuid;
  readonly principalId: Uuid;
  readonly answer: StoredAnswer;
};

/**
 * Stores the answers under their keys, in one statement, in the transaction of their effects: there is no moment at which the effect
 * exists without its answer.
 *
 * @throws the database's error when a key has an answer already, see `lostTheKey`; or when a status is not one that is final
 */
export async function store(tx: Transaction, answers: readonly Answered[]): Promise<void> {
  if (answers.length === 0) return;
  const count = await tx.execute(storeStatement(answers));
  assert(count === answers.length, `${answers.length} answers were to be stored, ${count} were`);
}

/** The statement of `store`, for a flight with others. The rows go in by rising key, so that two transactions cannot wait in a circle. */
export function storeStatement(answers: readonly Answered[]) {
  return sql`
    insert into idempotency (
      organisation_id, operation, key_hash, idempotency_id, fingerprint, principal_id,
      status, answered_at, content_type, location, etag, sealed, body)
    select organisation_id, operation, key_hash, idempotency_id, fingerprint, principal_id,
           status, answered_at, content_type, location, etag, sealed, body
    from unnest(
           ${answers.map(({ claim }) => claim.organisationId)}::uuid[],
           ${answers.map(({ claim }) => claim.operation)}::text[],
           ${answers.map(({ claim }) => claim.keyHash)}::bytea[],
           ${answers.map(({ idempotencyId }) => idempotencyId)}::uuid[],
           ${answers.map(({ claim }) => claim.fingerprint)}::bytea[],
           ${answers.map(({ principalId }) => principalId)}::uuid[],
           ${answers.map(({ answer }) => answer.status)}::smallint[],
           ${answers.map(({ answer }) => instantParameter(answer.answeredAt))}::timestamptz[],
           ${answers.map(({ answer }) => answer.contentType)}::text[],
           ${answers.map(({ answer }) => answer.location ?? null)}::text[],
           ${answers.map(({ answer }) => answer.etag ?? null)}::text[],
           ${answers.map(({ answer }) => answer.sealed)}::boolean[],
           ${answers.map(({ answer }) => answer.body)}::bytea[]
         ) as answered (
           organisation_id, operation, key_hash, idempotency_id, fingerprint, principal_id,
           status, answered_at, content_type, location, etag, sealed, body)
    order by organisation_id, operation, key_hash`;
}

/**
 * Whether the unique index decided against this transaction: another has stored an answer under the key since it was claimed. All of
 * it has to be rolled back and begun again, and then finds that answer.
 */
export function lostTheKey(error: unknown): boolean {
  return violatedConstraint(error) === "idempotency_pkey";
}

/**
 * Deletes at most `limit` answers given before a moment. Call it again, in a transaction of its own each time, until it deletes fewer.
 * Of several who purge at once one does; the others are told 0.
 */
export async function purge(tx: Transaction, answeredBefore: Instant, limit: number): Promise<number> {
  const [alone] = await tryLocks(tx, ["idempotency purge"]);
  if (alone !== true) return 0;
  const old = await tx.query(sql<{ organisation_id: Uuid; operation: string; key_hash: Buffer }>`
    select organisation_id, operation, key_hash
    from idempotency
    where answered_at < ${instantParameter(answeredBefore)}::timestamptz
    limit ${limit}`);
  // By keys that are given, because of a limit in the same statement the planner believes a tenth of the table and reads it whole.
  return tx.execute(sql`
    delete from idempotency answered
    using unnest(
            ${old.map(({ organisation_id }) => organisation_id)}::uuid[],
            ${old.map(({ operation }) => operation)}::text[],
            ${old.map(({ key_hash }) => key_hash)}::bytea[]
          ) as old (organisation_id, operation, key_hash)
    where answered.organisation_id = old.organisation_id
      and answered.operation = old.operation
      and answered.key_hash = old.key_hash`);
}
