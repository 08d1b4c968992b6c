import { assert } from "../../kernel/assert.ts";
import { addMillis, type Instant, parseRfc3339, toRfc3339 } from "../../kernel/clock.ts";
import { isCalendarDay, localDay } from "../../kernel/working-days.ts";
import type { TradeDocument } from "./document.ts";

const dayMillis = 86_400_000;

/**
 * The day a document is issued on, YYYY-MM-DD: today in its issuer's time zone, or the last day on which its series was used if that is
 * later. So dates in a series never fall as its numbers rise, whatever the clock or the time zone does.
 *
 * @throws AssertionFailed for a last day that is none, RangeError for no time zone
 */
export function issueDay(at: Instant, timeZone: string, lastDay: string | null): string {
  assert(lastDay === null || isCalendarDay(lastDay), `${lastDay} is no day`);
  const today = localDay(at, timeZone);
  return lastDay !== null && lastDay > today ? lastDay : today;
}

/** The year that a document's number is counted in: that of the day it is issued on, so that of its series' last day at the earliest. */
export function seriesYear(issuedOn: string): number {
  assert(isCalendarDay(issuedOn), `${issuedOn} is no day`);
  return Number(issuedOn.slice(0, 4));
}

/**
 * The number of a document: `ACME-2026-000001`, of a credit note `ACME-2026-C000001`. Two documents never have one number, not even
 * without the dashes, as people type it into a bank transfer: a prefix is 1 to 8 capital letters and digits, the year has four digits,
 * the count at least six.
 *
 * @throws AssertionFailed for another prefix, a year that does not have four digits or a count below 1
 */
export function numberText(prefix: string, type: TradeDocument["type"], year: number, count: number): string {
  assert(/^[A-Z0-9]{1,8}$/.test(prefix), `${prefix} is no prefix of a series`);
  assert(Number.isSafeInteger(year) && year >= 1000 && year <= 9999, `a series of the year ${year}`);
  assert(Number.isSafeInteger(count) && count >= 1, `document ${count} of a series`);
  return `${prefix}-${year}-${type === "credit_note" ? "C" : ""}${String(count).padStart(6, "0")}`;
}

/** The day that comes so many calendar days after another: when an invoice is due. @throws AssertionFailed for no day or a fraction of one */
export function dueDay(issuedOn: string, days: number): string {
  const midnight = parseRfc3339(`${issuedOn}T00:00:00Z`);
  assert(midnight !== undefined && Number.isSafeInteger(days) && days >= 0, `${days} days after ${issuedOn}`);
  return toRfc3339(addMillis(midnight, days * dayMillis)).slice(0, 10);
}
