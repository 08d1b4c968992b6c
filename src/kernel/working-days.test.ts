import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AssertionFailed } from "./assert.ts";
import { addMillis, type Instant, instant, parseRfc3339, toRfc3339 } from "./clock.ts";
import { addWorkingDays, type Calendar, endOfDay, isCalendarDay, isTimeZone, localDay, workingDeadline } from "./working-days.ts";

const seed = 20_261_122;
const runs = 1_000;
const hour = 3_600_000;
const day = 24 * hour;

const at = (text: string): Instant => parseRfc3339(text) as Instant;
const ends = (text: string, timeZone: string) => toRfc3339(endOfDay(text, timeZone));
const berlin: Calendar = { timeZone: "Europe/Berlin", workingDays: [1, 2, 3, 4, 5], holidays: ["2026-12-25", "2027-01-01"] };

describe("A local day", () => {
  it("is the date that the clocks there show", () => {
    expect(localDay(at("2026-11-22T22:59:59.999Z"), "Europe/Berlin")).toBe("2026-11-22");
    expect(localDay(at("2026-11-22T23:00:00Z"), "Europe/Berlin")).toBe("2026-11-23");
    expect(localDay(at("2026-11-22T15:00:00Z"), "Asia/Tokyo")).toBe("2026-11-23");
    expect(localDay(at("2026-11-22T02:59:59Z"), "America/Sao_Paulo")).toBe("2026-11-21");
    expect(localDay(at("1970-01-01T00:44:29Z"), "Africa/Monrovia")).toBe("1969-12-31");
    expect(localDay(at("1970-01-01T00:44:30Z"), "Africa/Monrovia")).toBe("1970-01-01");
    expect(localDay(at("2026-11-22T00:00:00Z"), "UTC")).toBe("2026-11-22");
  });

  it("lies in the years 1 to 9999", () => {
    expect(() => localDay(at("0001-01-01T00:00:00Z"), "America/Sao_Paulo")).toThrow(AssertionFailed);
    expect(() => localDay(at("9999-12-31T23:00:00Z"), "Asia/Tokyo")).toThrow(AssertionFailed);
    expect(() => endOfDay("9999-12-31", "UTC")).toThrow(AssertionFailed);
  });

  it.each(["2026-02-30", "2025-02-29", "2026-13-01", "0000-01-01", "2026-1-1", "2026-11-22T00:00", "2026-11-22\n", ""])(
    "is not %j",
    (text) => {
      expect(isCalendarDay(text)).toBe(false);
      expect(() => endOfDay(text, "UTC")).toThrow(AssertionFailed);
      expect(() => addWorkingDays(text, 1, berlin)).toThrow(AssertionFailed);
    },
  );

  it("may be a leap day", () => {
    expect(isCalendarDay("2024-02-29")).toBe(true);
    expect(isCalendarDay("0001-01-01")).toBe(true);
  });
});

describe("A time zone", () => {
  it.each(["Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC", "Etc/GMT+5", "Pacific/Apia"])("is %s", (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(["", "+01:00", "GMT+1", "Europe/Bonn", "Europe/Berlin ", "Europe/Berlin\n", "Z", "x".repeat(65)])("is not %j", (name) => {
    expect(isTimeZone(name)).toBe(false);
  });

  it("is still known after more names than are remembered", () => {
    const spellings = Array.from({ length: 600 }, (_, index) =>
      "europe/berlin"
        .split("")
        .map((letter, bit) => ((index >> bit) & 1 ? letter.toUpperCase() : letter))
        .join(""),
    );
    expect(spellings.every((name) => isTimeZone(name))).toBe(true);
    expect(localDay(at("2026-11-22T23:00:00Z"), "Europe/Berlin")).toBe("2026-11-23");
  });
});

describe("The end of a day", () => {
  it("is the midnight after it, in summer and in winter", () => {
    expect(ends("2026-03-28", "Europe/Berlin")).toBe("2026-03-28T23:00:00.000Z");
    expect(ends("2026-03-29", "Europe/Berlin")).toBe("2026-03-29T22:00:00.000Z");
    expect(ends("2026-10-24", "Europe/Berlin")).toBe("2026-10-24T22:00:00.000Z");
    expect(ends("2026-10-25", "Europe/Berlin")).toBe("2026-10-25T23:00:00.000Z");
    expect(ends("2026-03-29", "Asia/Tokyo")).toBe("2026-03-29T15:00:00.000Z");
  });

  it("is one o'clock where the clocks leap over midnight", () => {
    expect(ends("2018-11-03", "America/Sao_Paulo")).toBe("2018-11-04T03:00:00.000Z");
    expect(ends("2024-04-25", "Africa/Cairo")).toBe("2024-04-25T22:00:00.000Z");
  });

  it("is the second midnight where the clocks are set back at midnight, or over it", () => {
    expect(ends("2018-02-17", "America/Sao_Paulo")).toBe("2018-02-18T03:00:00.000Z");
    expect(ends("2024-10-31", "Africa/Cairo")).toBe("2024-10-31T22:00:00.000Z");
    // At 00:01 back to 23:01: the next day began for a minute, and was not there to stay.
    expect(ends("2010-11-06", "America/St_Johns")).toBe("2010-11-07T03:30:00.000Z");
  });

  it("is that of the day before where a day was left out", () => {
    expect(ends("2011-12-29", "Pacific/Apia")).toBe("2011-12-30T10:00:00.000Z");
    expect(ends("2011-12-30", "Pacific/Apia")).toBe("2011-12-30T10:00:00.000Z");
    expect(ends("2011-12-31", "Pacific/Apia")).toBe("2011-12-31T10:00:00.000Z");
  });
});

// Nights in which the clocks were changed, and one in which they were not.
const nights: readonly (readonly [string, string])[] = [
  ["Europe/Berlin", "2026-03-29T01:00:00Z"],
  ["Europe/Berlin", "2026-10-25T01:00:00Z"],
  ["America/Sao_Paulo", "2018-02-18T02:00:00Z"],
  ["America/Sao_Paulo", "2018-11-04T03:00:00Z"],
  ["America/St_Johns", "2010-11-07T02:31:00Z"],
  ["Asia/Tokyo", "2026-03-29T15:00:00Z"],
  ["Pacific/Apia", "2011-12-30T10:00:00Z"],
  ["Pacific/Kwajalein", "1969-09-30T13:00:00Z"],
  ["Africa/Cairo", "2024-04-25T22:00:00Z"],
  ["Africa/Cairo", "2024-10-31T21:00:00Z"],
];
const zones = [...new Set(nights.map(([timeZone]) => timeZone))];

const someMoment = fc.oneof(
  fc
    .tuple(fc.constantFrom(...nights), fc.integer({ min: -3 * day, max: 3 * day }))
    .map(([[timeZone, night], shift]) => ({ timeZone, moment: addMillis(at(night), shift) })),
  fc
    .tuple(fc.constantFrom(...zones), fc.integer({ min: at("1965-01-01T00:00:00Z"), max: at("2060-01-01T00:00:00Z") }))
    .map(([timeZone, millis]) => ({ timeZone, moment: instant(millis) })),
);

/** The same date by another way: by the fields of the date, where the code under test goes by the offset. */
function shownDate(moment: number, timeZone: string): string {
  const form = new Intl.DateTimeFormat("sv-SE", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  return form.format(moment);
}

type EndOfDay = typeof endOfDay;

describe("Whatever the clocks do", () => {
  it("a local day is the date shown there", () => {
    fc.assert(
      fc.property(someMoment, ({ timeZone, moment }) => localDay(moment, timeZone) === shownDate(moment, timeZone)),
      { seed, numRuns: runs },
    );
  });

  it("a day ends after each of its moments, at the last one, and for good", () => {
    const endsForGood = (end: EndOfDay) =>
      fc.property(someMoment, fc.integer({ min: 0, max: 2 * day }), ({ timeZone, moment }, later) => {
        const today = localDay(moment, timeZone);
        const over = end(today, timeZone);
        return (
          over > moment &&
          over - moment <= 2 * day &&
          localDay(addMillis(over, -1), timeZone) === today &&
          localDay(addMillis(over, later), timeZone) > today
        );
      });
    fc.assert(endsForGood(endOfDay), { seed, numRuns: runs });
    const alwaysADayLong: EndOfDay = (text, timeZone) => {
      const dayBefore = toRfc3339(addMillis(at(`${text}T00:00:00Z`), -day)).slice(0, 10);
      return addMillis(endOfDay(dayBefore, timeZone), day);
    };
    expect(fc.check(endsForGood(alwaysADayLong), { seed, numRuns: runs, endOnFailure: true }).failed).toBe(true);
  });

  it("a later moment's day never ends earlier", () => {
    fc.assert(
      fc.property(someMoment, fc.integer({ min: 0, max: 10 * day }), ({ timeZone, moment }, later) => {
        const [first, second] = [localDay(moment, timeZone), localDay(addMillis(moment, later), timeZone)];
        // A clock set back over midnight shows the day before once more.
        return second < first || endOfDay(second, timeZone) >= endOfDay(first, timeZone);
      }),
      { seed, numRuns: runs },
    );
  });
});

describe("Working days", () => {
  it("are counted from the day after, over weekends and holidays", () => {
    expect(addWorkingDays("2026-11-20", 1, berlin)).toBe("2026-11-23");
    expect(addWorkingDays("2026-11-22", 2, berlin)).toBe("2026-11-24");
    expect(addWorkingDays("2026-12-24", 1, berlin)).toBe("2026-12-28");
    expect(addWorkingDays("2026-12-31", 5, berlin)).toBe("2027-01-08");
    expect(addWorkingDays("1969-12-31", 1, { ...berlin, workingDays: [4] })).toBe("1970-01-01");
    expect(addWorkingDays("1931-12-31", 1, { ...berlin, workingDays: [7] })).toBe("1932-01-03");
  });

  it("of count 0 are the day itself if it is one, else the next", () => {
    expect(addWorkingDays("2026-11-20", 0, berlin)).toBe("2026-11-20");
    expect(addWorkingDays("2026-11-21", 0, berlin)).toBe("2026-11-23");
    expect(addWorkingDays("2026-12-25", 0, berlin)).toBe("2026-12-28");
  });

  it("give the whole of the last day", () => {
    expect(toRfc3339(workingDeadline(at("2026-11-20T08:00:00Z"), 2, berlin))).toBe("2026-11-24T23:00:00.000Z");
    // Friday 23:30 in UTC is Saturday in Berlin, and Friday in São Paulo.
    expect(toRfc3339(workingDeadline(at("2026-11-20T23:30:00Z"), 1, berlin))).toBe("2026-11-23T23:00:00.000Z");
    expect(toRfc3339(workingDeadline(at("2026-11-20T23:30:00Z"), 0, { ...berlin, timeZone: "America/Sao_Paulo" }))).toBe(
      "2026-11-21T03:00:00.000Z",
    );
  });

  it("are found as far ahead as they are, by whoever works one day a week and has holidays on that day", () => {
    const monday = (week: number) => new Date(Date.UTC(2026, 10, 23 + 7 * week)).toISOString().slice(0, 10);
    const holidays = Array.from({ length: 1_000 }, (_, week) => monday(week));
    expect(addWorkingDays("2026-11-20", 365, { ...berlin, workingDays: [1], holidays })).toBe(monday(1_364));
    expect(addWorkingDays("2026-11-23", 0, { ...berlin, workingDays: [1], holidays })).toBe(monday(1_000));
  });

  it("are refused without a working day, in parts and backwards", () => {
    expect(() => addWorkingDays("2026-11-20", 1, { ...berlin, workingDays: [] })).toThrow("without working days");
    expect(() => addWorkingDays("2026-11-20", 1, { ...berlin, workingDays: [8] })).toThrow("without working days");
    for (const count of [-1, 0.5, Number.NaN]) expect(() => addWorkingDays("2026-11-20", count, berlin)).toThrow(AssertionFailed);
  });

  const someDay = fc.integer({ min: -1_000, max: 40_000 }).map((days) => toRfc3339(instant(days * day)).slice(0, 10));
  const after = (start: string, days: number) => toRfc3339(addMillis(at(`${start}T00:00:00Z`), days * day)).slice(0, 10);
  const someCase = fc
    .record({
      start: someDay,
      count: fc.integer({ min: 0, max: 40 }),
      timeZone: fc.constantFrom(...zones),
      workingDays: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
      holidaysAfter: fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 30 }),
    })
    .map(({ start, count, holidaysAfter, ...rest }) => ({
      start,
      count,
      calendar: { ...rest, holidays: holidaysAfter.map((days) => after(start, days)) } satisfies Calendar,
    }));

  type Add = typeof addWorkingDays;
  /** ISO weekdays by name, as Intl says them. */
  const names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
  const weekday = new Intl.DateTimeFormat("en-US", { timeZone: "UTC", weekday: "short" });
  const works = (text: string, { workingDays, holidays }: Calendar) =>
    workingDays.includes(names.indexOf(weekday.format(at(`${text}T00:00:00Z`))) + 1) && !holidays.includes(text);

  it("are never a holiday or a day off, and there are as many as were asked for", () => {
    const exact = (add: Add) =>
      fc.property(someCase, ({ start, count, calendar }) => {
        const end = add(start, count, calendar);
        const between: string[] = [];
        for (let next = after(start, 1); next <= end; next = after(next, 1)) between.push(next);
        const worked = between.filter((each) => works(each, calendar)).length;
        return works(end, calendar) && worked === (count === 0 && end > start ? 1 : count);
      });
    fc.assert(exact(addWorkingDays), { seed, numRuns: runs });
    const blindToHolidays: Add = (start, count, calendar) => addWorkingDays(start, count, { ...calendar, holidays: [] });
    const countsToday: Add = (start, count, calendar) => addWorkingDays(after(start, -1), count, calendar);
    for (const wrong of [blindToHolidays, countsToday]) {
      expect(fc.check(exact(wrong), { seed, numRuns: runs, endOnFailure: true }).failed).toBe(true);
    }
  });

  it("end later with each day more, and never earlier for a later start", () => {
    fc.assert(
      fc.property(someCase, fc.integer({ min: 0, max: 10 * day }), ({ start, count, calendar }, later) => {
        const moment = at(`${start}T12:00:00Z`);
        const due = workingDeadline(moment, count, calendar);
        // One more: from count 0 on a day off both may be the same day.
        const oneMore = workingDeadline(moment, count + 1, calendar);
        return (
          due > moment &&
          (count === 0 ? oneMore >= due : oneMore > due) &&
          workingDeadline(addMillis(moment, later), count, calendar) >= due
        );
      }),
      { seed, numRuns: runs },
    );
  });
});
