import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import { addWorkingDays, type Calendar, localDay } from "../../kernel/working-days.ts";

/**
 * The day by which goods leave their seller: so many working days after the order, in the seller's calendar. What is on backorder does not
 * leave before the first working day from the day on which it is expected. Days are `YYYY-MM-DD`.
 */
function promisedDay(placedAt: Instant, leadTimeDays: number, calendar: Calendar, expectedOn: string | null): string {
  const promised = addWorkingDays(localDay(placedAt, calendar.timeZone), leadTimeDays, calendar);
  return expectedOn === null || expectedOn <= promised ? promised : addWorkingDays(expectedOn, 0, calendar);
}

/** `promisedDay` for the lines of one order: a day is walked to once, however many lines are promised by it. */
export function promisedDays(placedAt: Instant, calendar: Calendar): (leadTimeDays: number, expectedOn: string | null) => string {
  const known = new Map<string, string>();
  return (leadTimeDays, expectedOn) => {
    const key = `${leadTimeDays} ${expectedOn}`;
    const day = known.get(key) ?? promisedDay(placedAt, leadTimeDays, calendar, expectedOn);
    known.set(key, day);
    return day;
  };
}

/** The last of some days: an order is promised when all of its lines are. */
export function latestDay(days: readonly string[]): string {
  const [first] = days;
  assert(first !== undefined, "the latest of no days");
  return days.reduce((latest, day) => (day > latest ? day : latest), first);
}
