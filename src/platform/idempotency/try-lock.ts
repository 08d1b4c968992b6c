import { createHash } from "node:crypto";
import type { Transaction } from "../db/index.ts";
import { sql } from "../db/index.ts";

/** The number under which PostgreSQL locks a text: the first 64 bits of its sha256, signed. */
export function advisoryHash(text: string): bigint {
  return createHash("sha256").update(text).digest().readBigInt64BE();
}

/**
 * Tries to lock each text until the end of the transaction, in one statement, and never waits: whether each was had, in the order
 * asked. A text is locked once however often it is asked for. Two texts that share a number are told "had" together or "not had"
 * without need; neither harms, because a unique index decides behind every such lock.
 *
 * The numbers are tried in rising order, so of two transactions that want the same ones, one has the first of them.
 */
export async function tryLocks(tx: Transaction, texts: readonly string[]): Promise<boolean[]> {
  if (texts.length === 0) return [];
  const hashes = texts.map(advisoryHash);
  const had = await tx.query(lockStatement(hashes));
  const byHash = new Map(had.map(({ hash, locked }) => [hash, locked]));
  return hashes.map((hash) => byHash.get(hash) === true);
}

export function lockStatement(hashes: readonly bigint[]) {
  const rising = [...new Set(hashes)].sort((a, b) => (a < b ? -1 : 1));
  return sql<{ hash: bigint; locked: boolean }>`
    select wanted.hash, pg_try_advisory_xact_lock(wanted.hash) as locked
    from unnest(${rising}::bigint[]) as wanted (hash)`;
}
