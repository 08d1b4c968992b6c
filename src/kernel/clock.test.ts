import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AssertionFailed } from "./assert.ts";
import { addMillis, instant, isBefore, millisBetween, parseRfc3339, toRfc3339 } from "./clock.ts";

const first = -62_135_596_800_000;
const last = 253_402_300_799_999;

describe("An instant", () => {
  it("is written in UTC with milliseconds and read back as it was", () => {
    expect(toRfc3339(instant(1_795_435_200_000))).toBe("2026-11-23T12:00:00.000Z");
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), (millis) => parseRfc3339(toRfc3339(instant(millis))) === millis),
      { seed: 20_261_122 },
    );
  });

  it("is read with fewer decimals too", () => {
    expect(parseRfc3339("2026-11-23T12:00:00Z")).toBe(1_795_435_200_000);
    expect(parseRfc3339("2026-11-23T12:00:00.5Z")).toBe(1_795_435_200_500);
    expect(parseRfc3339("2024-02-29T00:00:00Z")).toBeDefined();
  });

  it.each([
    "2026-11-23",
    "2026-11-23T12:00:00",
    "2026-11-23T12:00:00+01:00",
    "2026-11-23 12:00:00Z",
    "2026-11-23t12:00:00z",
    "2026-02-30T00:00:00Z",
    "2025-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-11-23T24:00:00Z",
    "2026-11-23T12:60:00Z",
    "2026-11-23T12:00:00.0000Z",
    "0000-01-01T00:00:00Z",
    "+02026-11-23T12:00:00Z",
    "2026-11-23T12:00:00Z\n",
    "",
  ])("is not read from %j", (text) => {
    expect(parseRfc3339(text)).toBeUndefined();
  });

  it("lies in the years 1 to 9999", () => {
    for (const millis of [first - 1, last + 1, 0.5, Number.NaN]) expect(() => instant(millis)).toThrow(AssertionFailed);
    expect(() => addMillis(instant(last), 1)).toThrow(AssertionFailed);
  });

  it("is moved and compared in milliseconds", () => {
    const [early, late] = [instant(1_000), addMillis(instant(1_000), 500)];
    expect(millisBetween(early, late)).toBe(500);
    expect([isBefore(early, late), isBefore(late, early), isBefore(early, early)]).toEqual([true, false, false]);
  });
});
