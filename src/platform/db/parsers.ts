import { types } from "pg";
import { assert } from "../../kernel/assert.ts";
import { type Instant, instant } from "../../kernel/clock.ts";

const timestamp = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?([+-])(\d{2})(?::(\d{2}))?(?::(\d{2}))?$/;

/**
 * A timestamptz as PostgreSQL prints it, in whatever zone the session has, to the millisecond.
 * @throws AssertionFailed for infinity, years before Christ and anything else that is no moment
 */
export function parseTimestamp(text: string): Instant {
  const found = timestamp.exec(text);
  assert(found !== null, `not a moment: ${text}`);
  const part = (index: number): number => Number(found[index] ?? 0);
  const millis = Number((found[7] ?? "").padEnd(3, "0").slice(0, 3));
  const offsetSeconds = (part(9) * 60 + part(10)) * 60 + part(11);
  const local = Date.UTC(part(1), part(2) - 1, part(3), part(4), part(5), part(6), millis);
  return instant(local - (found[8] === "-" ? -1 : 1) * offsetSeconds * 1000);
}

type Parse = (text: string) => unknown;

const text: Parse = (value) => value;

const textList = (types.getTypeParser as (typeId: number) => unknown)(1009) as (value: string) => (string | null)[];

const listOf =
  (parse: Parse): Parse =>
  (value) =>
    textList(value).map((element) => (element === null ? null : parse(element)));

// Object ids of PostgreSQL's built-in types; they never change. What is not named here is read as the driver reads it.
const parsers: ReadonlyMap<number, Parse> = new Map<number, Parse>([
  [20, BigInt], // int8
  [1016, listOf(BigInt)], // int8[]
  [1082, text], // date: "2026-11-22", because a day has no zone
  [1182, listOf(text)], // date[]
  [1114, text], // timestamp without a zone: no column has it
  [1184, parseTimestamp], // timestamptz
  [1185, listOf(parseTimestamp)], // timestamptz[]
  [1186, text], // interval
]);

/** How values of a column are read: int8 as bigint, timestamptz as Instant, date and interval as text, the rest as the driver does. */
export function typeParser(typeId: number, format?: "text" | "binary"): (value: string) => unknown {
  return parsers.get(typeId) ?? (types.getTypeParser(typeId, format ?? "text") as Parse);
}
