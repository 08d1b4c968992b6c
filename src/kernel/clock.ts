import { assert } from "./assert.ts";

declare const instantBrand: unique symbol;

/** A moment: whole milliseconds since 1970-01-01T00:00:00Z. Nothing here reads a clock; moments come in as arguments. */
export type Instant = number & { readonly [instantBrand]: true };

const earliest = -62_135_596_800_000; // 0001-01-01T00:00:00.000Z: RFC 3339 has four-digit years only, PostgreSQL no year 0.
const latest = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z

/** @throws AssertionFailed for a fraction or a moment outside the years 1 to 9999 */
export function instant(epochMillis: number): Instant {
  assert(isInstant(epochMillis), `not an instant: ${epochMillis}`);
  return epochMillis;
}

function isInstant(epochMillis: number): epochMillis is Instant {
  return Number.isSafeInteger(epochMillis) && epochMillis >= earliest && epochMillis <= latest;
}

/** RFC 3339 in UTC with milliseconds: `2026-11-22T12:00:00.000Z`. */
export function toRfc3339(at: Instant): string {
  return new Date(at).toISOString();
}

const utcForm = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,3}))?Z$/;

/** Reads RFC 3339 in UTC (`Z`), at most milliseconds; anything else, a day that no calendar has included, is undefined. */
export function parseRfc3339(text: string): Instant | undefined {
  const found = utcForm.exec(text);
  if (found === null) return undefined;
  const normal = `${found[1]}.${(found[2] ?? "").padEnd(3, "0")}Z`;
  const millis = Date.parse(normal);
  // Date.parse takes 30 February for 2 March: what does not come back as it went in was no date.
  return isInstant(millis) && toRfc3339(millis) === normal ? millis : undefined;
}

/** `millis` may be negative. @throws AssertionFailed outside the years 1 to 9999 */
export function addMillis(at: Instant, millis: number): Instant {
  return instant(at + millis);
}

/** From the first to the second, in milliseconds; negative when the second is earlier. */
export function millisBetween(from: Instant, to: Instant): number {
  return to - from;
}

/** Strictly earlier. */
export function isBefore(a: Instant, b: Instant): boolean {
  return a < b;
}
