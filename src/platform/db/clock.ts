import { assert } from "../../kernel/assert.ts";
import { type Instant, toRfc3339 } from "../../kernel/clock.ts";
import { sql } from "./sql.ts";
import type { Reader } from "./transaction.ts";

const moments = new WeakMap<Reader, Promise<Instant>>();

/**
 * The moment of this transaction: the database's clock, read when first asked for and the same ever after. Ask after the first lock,
 * so that a transaction that had to wait is not older than what it waited for.
 */
export function now(reader: Reader): Promise<Instant> {
  const known = moments.get(reader);
  if (known !== undefined) return known;
  const read = readClock(reader);
  moments.set(reader, read);
  return read;
}

async function readClock(reader: Reader): Promise<Instant> {
  const [row] = await reader.query(sql<{ at: Instant }>`select stoa_now() as at`);
  assert(row !== undefined, "the database has a clock");
  return row.at;
}

/** A moment as a parameter: RFC 3339 text, which PostgreSQL reads as timestamptz. A plain number would be refused by it. */
export function instantParameter(at: Instant): string;
export function instantParameter(at: Instant | undefined): string | null;
export function instantParameter(at: Instant | undefined): string | null {
  return at === undefined ? null : toRfc3339(at);
}
