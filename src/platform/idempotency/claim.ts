import { type Instant, instant } from "../../kernel/clock.ts";
import type { Uuid } from "../../kernel/ids.ts";
import type { Transaction } from "../db/index.ts";
import { sql } from "../db/index.ts";
import { advisoryHash, lockStatement } from "./try-lock.ts";

/** A key as the database knows it. `operation` is the method and the route's template: `POST /v1/buyer/checkouts`. */
export type Claim = {
  readonly organisationId: Uuid;
  readonly operation: string;
  readonly keyHash: Buffer;
  readonly fingerprint: Buffer;
};

/** An answer as it was given first, byte by byte. A sealed body is opened with the raw key. */
export type StoredAnswer = {
  readonly status: number;
  readonly answeredAt: Instant;
  readonly contentType: string;
  readonly location?: string;
  readonly etag?: string;
  readonly body: Buffer;
  readonly sealed: boolean;
};

/** What became of a claim: ours to work under; another's at this moment; answered before; answered before for another request. */
export type Claimed =
  | { readonly kind: "mine" }
  | { readonly kind: "busy" }
  | { readonly kind: "replay"; readonly answer: StoredAnswer }
  | { readonly kind: "mismatch" };

/**
 * Claims keys at the beginning of a transaction, in two statements that travel together, whatever their number: first every lock is
 * tried, then every answer is read. The reading has to be a statement of its own: it must see what was committed by those who held
 * the locks before. It asks for all keys, also those whose lock is another's, because an answer that is there holds whoever repeats it.
 *
 * Of two claims with one key the first is judged and the second is "busy". Nothing is written: the row comes with its answer, by
 * `store`, and its unique index is what decides; the locks only save the work.
 *
 * @param alsoLock texts to be locked by the same statement, for natural keys that are guarded in the same way
 * @returns the claims and the further locks, each in the order given
 */
export async function claim(
  tx: Transaction,
  claims: readonly Claim[],
  alsoLock: readonly string[] = [],
): Promise<{ readonly claimed: Claimed[]; readonly locked: boolean[] }> {
  const keys = claims.map(lockText);
  const hashes = [...keys, ...alsoLock].map(advisoryHash);
  const [locks, rows] = await tx.pipeline([lockStatement(hashes), answersStatement(claims)]);
  const had = new Map(locks.map(({ hash, locked }) => [hash, locked]));
  const stored = new Map(rows.map((row) => [row.place - 1, row]));
  const seen = new Set<string>();
  const claimed = claims.map((wanted, index): Claimed => {
    const key = keys[index] ?? "";
    const row = stored.get(index);
    if (row !== undefined)
      return row.fingerprint.equals(wanted.fingerprint) ? { kind: "replay", answer: answerOf(row) } : { kind: "mismatch" };
    const first = !seen.has(key);
    seen.add(key);
    return first && had.get(hashes[index] ?? 0n) === true ? { kind: "mine" } : { kind: "busy" };
  });
  return { claimed, locked: hashes.slice(claims.length).map((hash) => had.get(hash) === true) };
}

function lockText({ organisationId, operation, keyHash }: Claim): string {
  return `idempotency key ${organisationId} ${keyHash.toString("hex")} ${operation}`;
}

type AnswerRow = {
  readonly place: number;
  readonly fingerprint: Buffer;
  readonly status: number;
  readonly answered_at: Instant;
  readonly content_type: string;
  readonly location: string | null;
  readonly etag: string | null;
  readonly sealed: boolean;
  readonly body: Buffer;
};

function answersStatement(claims: readonly Claim[]) {
  return sql<AnswerRow>`
    select claimed.place::integer as place,
           answered.fingerprint, answered.status, answered.answered_at, answered.content_type,
           answered.location, answered.etag, answered.sealed, answered.body
    from unnest(
           ${claims.map(({ organisationId }) => organisationId)}::uuid[],
           ${claims.map(({ operation }) => operation)}::text[],
           ${claims.map(({ keyHash }) => keyHash)}::bytea[]
         ) with ordinality as claimed (organisation_id, operation, key_hash, place)
    join idempotency answered
      on  answered.organisation_id = claimed.organisation_id
      and answered.operation = claimed.operation
      and answered.key_hash = claimed.key_hash`;
}

function answerOf(row: AnswerRow): StoredAnswer {
  return {
    status: row.status,
    answeredAt: instant(row.answered_at),
    contentType: row.content_type,
    ...(row.location === null ? {} : { location: row.location }),
    ...(row.etag === null ? {} : { etag: row.etag }),
    body: row.body,
    sealed: row.sealed,
  };
}
