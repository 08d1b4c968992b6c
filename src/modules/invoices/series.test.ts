import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AssertionFailed } from "../../kernel/assert.ts";
import { type Instant, parseRfc3339 } from "../../kernel/clock.ts";
import { dueDay, issueDay, numberText, seriesYear } from "./series.ts";

const at = (text: string): Instant => {
  const found = parseRfc3339(text);
  if (found === undefined) throw new Error(text);
  return found;
};

describe("the day a document is issued on", () => {
  it("is the day at the issuer's place", () => {
    const newYear = at("2026-12-31T23:30:00Z");
    expect(issueDay(newYear, "Europe/Berlin", null)).toBe("2027-01-01");
    expect(issueDay(newYear, "America/Sao_Paulo", null)).toBe("2026-12-31");
  });

  it("is never before the last one of its series", () => {
    const moved = at("2026-12-31T12:00:00Z");
    expect(issueDay(moved, "Europe/Berlin", "2027-01-01")).toBe("2027-01-01");
    expect(seriesYear(issueDay(moved, "Europe/Berlin", "2027-01-01"))).toBe(2027);
    expect(issueDay(moved, "Europe/Berlin", "2026-12-30")).toBe("2026-12-31");
  });

  it("does not fall as numbers rise, wherever the clock and the time zone jump", () => {
    const zones = ["Pacific/Kiritimati", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Pago_Pago"];
    const steps = fc.array(fc.tuple(fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }), fc.constantFrom(...zones)));
    fc.assert(
      fc.property(steps, (moments) => {
        let last: string | null = null;
        const days = moments.map(([moment, zone]) => {
          last = issueDay(moment as Instant, zone, last);
          return last;
        });
        expect(days).toEqual(days.toSorted());
      }),
      { seed: 20_261_122, numRuns: 100 },
    );
  });

  it("follows a day of the calendar only", () => {
    expect(() => issueDay(at("2026-12-31T12:00:00Z"), "UTC", "2026-02-30")).toThrow(AssertionFailed);
    expect(() => seriesYear("2026-13-01")).toThrow(AssertionFailed);
  });
});

describe("the number of a document", () => {
  it("is its prefix, year and count", () => {
    expect(numberText("ACME", "invoice", 2026, 1)).toBe("ACME-2026-000001");
    expect(numberText("ACME", "commission_invoice", 2026, 999_999)).toBe("ACME-2026-999999");
    expect(numberText("ACME", "credit_note", 2026, 17)).toBe("ACME-2026-C000017");
  });

  it("goes on after 999,999", () => {
    expect(numberText("ACME", "invoice", 2026, 1_000_000)).toBe("ACME-2026-1000000");
  });

  it.each([["acme", 2026, 1] as const, ["", 2026, 1] as const, ["TOOLONG99", 2026, 1] as const, ["A-B", 2026, 1] as const])(
    "does not begin with %j",
    (prefix, year, count) => {
      expect(() => numberText(prefix, "invoice", year, count)).toThrow(AssertionFailed);
    },
  );

  it("counts from 1, in a year of four digits", () => {
    expect(() => numberText("ACME", "invoice", 2026, 0)).toThrow(AssertionFailed);
    expect(() => numberText("ACME", "invoice", 2026, 1.5)).toThrow(AssertionFailed);
    expect(() => numberText("ACME", "invoice", 999, 1)).toThrow(AssertionFailed);
  });

  it("is no other document's, not even without dashes, up to 999,999 a year", () => {
    const document = fc.record({
      prefix: fc.stringMatching(/^[A2C06]{1,8}$/),
      type: fc.constantFrom("invoice" as const, "credit_note" as const),
      year: fc.integer({ min: 2020, max: 2026 }),
      count: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(document, { maxLength: 60 }), (documents) => {
        const text = ({ prefix, type, year, count }: (typeof documents)[number]) => numberText(prefix, type, year, count);
        const facts = new Set(documents.map((each) => JSON.stringify(each)));
        expect(new Set(documents.map(text)).size).toBe(facts.size);
        expect(new Set(documents.map((each) => text(each).replaceAll("-", ""))).size).toBe(facts.size);
      }),
      { seed: 20_261_122, numRuns: 200 },
    );
  });
});

describe("the day an invoice is due", () => {
  it.each([
    ["2026-11-22", 0, "2026-11-22"],
    ["2026-11-22", 30, "2026-12-22"],
    ["2028-02-28", 1, "2028-02-29"],
    ["2026-12-31", 1, "2027-01-01"],
  ])("of one issued on %s with %i days is %s", (issuedOn, days, due) => {
    expect(dueDay(issuedOn, days)).toBe(due);
  });

  it("comes after a day of the calendar only, and not before it", () => {
    expect(() => dueDay("2026-02-30", 1)).toThrow(AssertionFailed);
    expect(() => dueDay("2026-02-20", -1)).toThrow(AssertionFailed);
    expect(() => dueDay("2026-02-20", 0.5)).toThrow(AssertionFailed);
  });
});
