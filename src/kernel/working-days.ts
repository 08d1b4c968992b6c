import { assert } from "./assert.ts";
import { type Instant, instant, toRfc3339 } from "./clock.ts";

/** When a seller works. A day is a date without a time, `YYYY-MM-DD`, in the calendar's time zone. */
export type Calendar = {
  /** A name of the IANA time zone database. */
  readonly timeZone: string;
  /** ISO weekdays: 1 is Monday, 7 Sunday. At least one. */
  readonly workingDays: readonly number[];
  readonly holidays: readonly string[];
};

const dayMillis = 86_400_000;

const dayForm = /^\d{4}-\d{2}-\d{2}$/;

/** A day that the calendar has, of the years 1 to 9999: 30 February is none. */
export function isCalendarDay(text: string): boolean {
  if (!dayForm.test(text) || text.startsWith("0000")) return false;
  const midnight = Date.parse(`${text}T00:00:00.000Z`);
  // Date.parse takes 30 February for 2 March: what does not come back as it went in was no day.
  return Number.isSafeInteger(midnight) && dayOf(midnight) === text;
}

/** The name of a place's time zone as Intl knows it, as `Europe/Berlin` or `UTC`; an offset, as `+01:00`, names no place. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(text)) return false;
  try {
    formatterOf(text);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The day it is there at this instant. @throws AssertionFailed outside the years 1 to 9999, RangeError for no time zone */
export function localDay(at: Instant, timeZone: string): string {
  return dayOf(at + offsetAt(at, timeZone));
}

/**
 * When the day is over there for good: the first instant of the next local day, whether or not that begins at midnight. Where a clock
 * is set back over midnight it is the second time that the next day begins.
 *
 * @throws AssertionFailed for no day or beyond the year 9999, RangeError for no time zone
 */
export function endOfDay(day: string, timeZone: string): Instant {
  const midnight = midnightOf(day) + dayMillis;
  // Offsets are less than a day, so the end lies between these two; and no zone changes its offset twice within them.
  const [earliest, latest] = [midnight - dayMillis, midnight + dayMillis];
  const [before, after] = [offsetAt(earliest, timeZone), offsetAt(latest, timeZone)];
  if (before === after) return instant(midnight - before);
  const change = firstWithOffset(after, earliest, latest, timeZone);
  // After the change the clock shows the old day (again), or midnight came before it, or it leaps over midnight.
  return change + after < midnight ? instant(midnight - after) : instant(Math.min(change, midnight - before));
}

/**
 * The count-th working day after a day. Of count 0: the day itself if it is a working day, else the next one.
 *
 * @throws AssertionFailed for no day, a count that is negative or no integer, a calendar without working days, beyond the year 9999
 */
export function addWorkingDays(day: string, count: number, calendar: Calendar): string {
  assert(Number.isSafeInteger(count) && count >= 0, `${count} working days`);
  assert(calendar.workingDays.length > 0, "a calendar without working days");
  const holidays = new Set(calendar.holidays);
  const isWorkingDay = (midnight: number) => calendar.workingDays.includes(weekdayOf(midnight)) && !holidays.has(dayOf(midnight));
  const start = midnightOf(day);
  let left = count === 0 && !isWorkingDay(start) ? 1 : count;
  // Who works one day a week and has holidays on that day alone gets there within this: it is a bound, and no calendar's fault.
  const longestWalk = 7 * (count + holidays.size + 1);
  let walked = 0;
  while (left > 0) {
    walked += 1;
    assert(walked <= longestWalk, "a calendar without working days");
    if (isWorkingDay(start + walked * dayMillis)) left -= 1;
  }
  return dayOf(start + walked * dayMillis);
}

/**
 * The end of the count-th working day after the local day of an instant: who has two working days has the whole of the second.
 *
 * @throws what localDay, addWorkingDays and endOfDay throw
 */
export function workingDeadline(at: Instant, count: number, calendar: Calendar): Instant {
  return endOfDay(addWorkingDays(localDay(at, calendar.timeZone), count, calendar), calendar.timeZone);
}

/** A day's midnight as if it were in UTC: days are counted there, where each has 24 hours. */
function midnightOf(day: string): number {
  assert(isCalendarDay(day), `not a day: ${day}`);
  return Date.parse(`${day}T00:00:00.000Z`);
}

function dayOf(utcMillis: number): string {
  return toRfc3339(instant(utcMillis)).slice(0, 10);
}

/** ISO weekday, 1 to 7. 1970-01-01 was a Thursday. */
function weekdayOf(midnight: number): number {
  const sinceThursday = (midnight / dayMillis) % 7;
  return ((sinceThursday + 7 + 3) % 7) + 1;
}

function firstWithOffset(offset: number, from: number, until: number, timeZone: string): number {
  let [low, high] = [from, until];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle, timeZone) === offset) high = middle;
    else low = middle;
  }
  return high;
}

const offsetForm = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/** What the clocks there are ahead of UTC, in milliseconds; negative when they are behind. */
function offsetAt(utcMillis: number, timeZone: string): number {
  const found = offsetForm.exec(formatterOf(timeZone).format(utcMillis));
  assert(found !== null, `no offset of ${timeZone}`);
  const [, sign, hours = "0", minutes = "0", seconds = "0"] = found;
  const millis = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return sign === "-" ? -millis : millis;
}

// A formatter takes longer to make than to use a hundred times. Names come from outside in any case of letters: so there is a bound.
const formatters = new Map<string, Intl.DateTimeFormat>();
const maximumFormatters = 512;

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const [oldest] = formatters.keys();
  if (oldest !== undefined && formatters.size >= maximumFormatters) formatters.delete(oldest);
  formatters.set(timeZone, made);
  return made;
}
