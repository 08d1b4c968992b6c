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
  const { at } = await reader.one(sql<{ at: Instant | null }>`select stoa_now()::timestamptz as at`);
  assert(at !== null, "the database has a clock");
  return at;
}

declare const instantTextBrand: unique symbol;

/** A moment as RFC 3339 text. The check `sql` knows it for a timestamptz, which a mere text is not. */
export type InstantText = string & { readonly [instantTextBrand]: true };

/** A moment as a parameter: text that PostgreSQL reads as timestamptz. The plain number would be refused by it. */
export function instantParameter(at: Instant): InstantText;
export function instantParameter(at: Instant | undefined): InstantText | null;
export function instantParameter(at: Instant | undefined): InstantText | null {
  return at === undefined ? null : (toRfc3339(at) as InstantText);
}
