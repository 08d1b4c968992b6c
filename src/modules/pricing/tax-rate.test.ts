import { describe, expect, it } from "vitest";
import type { TaxRateId } from "../../kernel/ids.ts";
import { faultsOf, meets } from "./tax-rate.ts";
import type { TaxRate } from "./tax-rate.ts";

const rate = (validFrom: string, validUntil: string | null): TaxRate => ({
  taxRateId: "019a0000-0000-7000-8000-000000000001" as TaxRateId,
  country: "DE",
  category: "standard",
  code: "S",
  ratePpm: 190_000,
  exemptionCode: null,
  exemptionText: null,
  validFrom,
  validUntil,
});

describe("The period of a new tax rate", () => {
  it("may begin where another one ends, and while one without an end holds", () => {
    expect(meets(rate("2026-07-01", null), [rate("2026-01-01", "2026-07-01")])).toBeUndefined();
    expect(meets(rate("2027-01-01", null), [rate("2026-01-01", null)])).toBeUndefined();
    expect(meets(rate("2025-01-01", "2026-01-01"), [rate("2026-01-01", null)])).toBeUndefined();
  });

  it("meets one that begins on its day, one that has not ended, and one that begins before its end", () => {
    const first = rate("2026-01-01", null);
    const ended = rate("2026-01-01", "2026-07-01");

    expect(meets(rate("2026-01-01", "2026-02-01"), [first])).toBe(first);
    expect(meets(rate("2026-06-30", null), [ended])).toBe(ended);
    expect(meets(rate("2025-12-01", "2026-01-02"), [first])).toBe(first);
  });
});

describe("A new tax rate", () => {
  it("names days of the calendar, leap years by the Gregorian rule", () => {
    const starts = ["2024-02-29", "2000-02-29", "2026-02-29", "1900-02-29", "2026-04-31", "0000-01-01", "2026-12-31"];

    expect(starts.filter((day) => faultsOf(rate(day, null)).length === 0)).toEqual(["2024-02-29", "2000-02-29", "2026-12-31"]);
  });

  it("ends after it starts", () => {
    expect(faultsOf(rate("2026-01-01", "2026-01-01"))).toEqual([{ pointer: "/valid_until", detail: "not after valid_from" }]);
  });

  it("is above zero with code S and zero with code Z", () => {
    expect(faultsOf({ ...rate("2026-01-01", null), ratePpm: 0 }).map(({ pointer }) => pointer)).toEqual(["/rate_ppm"]);
    expect(faultsOf({ ...rate("2026-01-01", null), code: "Z", ratePpm: 1 }).map(({ pointer }) => pointer)).toEqual(["/rate_ppm"]);
    expect(faultsOf({ ...rate("2026-01-01", null), code: "Z", ratePpm: 0 })).toEqual([]);
  });

  it("is zero and says why with the codes E, AE and O, which alone may have an exemption", () => {
    const exempt = { ...rate("2026-01-01", null), ratePpm: 0, exemptionCode: "VATEX-EU-AE", exemptionText: "Reverse charge" };
    const pointers = (changed: Partial<TaxRate>) => faultsOf({ ...exempt, ...changed }).map(({ pointer }) => pointer);

    for (const code of ["E", "AE", "O"] as const) {
      expect(pointers({ code })).toEqual([]);
      expect(pointers({ code, exemptionCode: null })).toEqual([]);
      expect(pointers({ code, exemptionText: null })).toEqual(["/exemption_text"]);
      expect(pointers({ code, ratePpm: 1 })).toEqual(["/rate_ppm"]);
    }
    expect(pointers({ code: "S", ratePpm: 190_000 })).toEqual(["/exemption_code", "/exemption_text"]);
    expect(pointers({ code: "Z" })).toEqual(["/exemption_code", "/exemption_text"]);
  });
});
