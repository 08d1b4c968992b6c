import { expect, test } from "vitest";
import { type DatedRate, type TaxCode, taxTable } from "./tax.ts";
import { taxOfSupply } from "./tax-of-supply.ts";

const row = (changes: Partial<DatedRate>): DatedRate => ({
  ...{ country: "DE", category: "standard", code: "S", ratePpm: 190_000, exemptionCode: null, exemptionText: null },
  ...{ validFrom: "2020-01-01", validUntil: null, ...changes },
});
const exempt = { ratePpm: 0, exemptionCode: "VATEX-EU-132", exemptionText: "Exempt" };
const supply = (rates: readonly DatedRate[], code: TaxCode, ratePpm = code === "S" ? 190_000 : 0, day = "2026-07-01") =>
  taxOfSupply(taxTable(rates), { dispatchCountry: "DE", category: "standard", code, ratePpm }, day);

test("A group stays while the rate that holds on the day of supply has its code and rate", () => {
  expect(supply([row({})], "S")).toEqual({ kind: "same" });
  expect(supply([row({ validUntil: "2026-06-30" }), row({ validFrom: "2026-06-30" })], "S")).toEqual({ kind: "same" });
  expect(supply([row({ code: "Z", ratePpm: 0 })], "Z")).toEqual({ kind: "same" });
  expect(supply([row({ code: "E", ...exempt, exemptionText: "Said in other words" })], "E")).toEqual({ kind: "same" });
  expect(supply([row({ code: "AE", ...exempt })], "AE")).toEqual({ kind: "same" });
  expect(supply([row({ code: "O", ...exempt })], "O")).toEqual({ kind: "same" });
});

test("A group becomes what the law says on the day of supply: from the first day of another rate, not a day before", () => {
  const rates = [row({}), row({ validFrom: "2026-07-01", ratePpm: 160_000 })];
  expect(supply(rates, "S", 190_000, "2026-06-30")).toEqual({ kind: "same" });
  expect(supply(rates, "S", 190_000, "2026-07-01")).toEqual({
    kind: "amended",
    rate: { code: "S", ratePpm: 160_000, exemptionCode: null, exemptionText: null },
  });
  expect(supply([row({ code: "Z", ratePpm: 0 })], "S")).toMatchObject({ kind: "amended", rate: { code: "Z", ratePpm: 0 } });
  expect(supply([row({ code: "E", ...exempt })], "S")).toEqual({ kind: "amended", rate: { code: "E", ...exempt } });
  expect(supply([row({})], "E")).toMatchObject({ kind: "amended", rate: { code: "S", ratePpm: 190_000 } });
  expect(supply([row({})], "Z")).toMatchObject({ kind: "amended", rate: { code: "S", ratePpm: 190_000 } });
});

test("K and G rest on where goods go: no rate changes them, not even a missing one", () => {
  for (const code of ["K", "G"] as const) for (const rates of [[], [row({})]]) expect(supply(rates, code)).toEqual({ kind: "same" });
});

test("Nothing is decided without a rate, or by one that rests on more than a rate", () => {
  for (const code of ["S", "Z", "E", "AE", "O"] as const) {
    expect(supply([], code)).toEqual({ kind: "unknown" });
    expect(supply([row({ validUntil: "2026-07-01" })], code)).toEqual({ kind: "unknown" });
    expect(supply([row({ country: "AT" }), row({ category: "reduced" })], code)).toEqual({ kind: "unknown" });
  }
  for (const code of ["S", "Z", "E", "O"] as const) expect(supply([row({ code: "AE", ...exempt })], code)).toEqual({ kind: "unknown" });
  for (const code of ["S", "Z", "E", "AE"] as const) expect(supply([row({ code: "O", ...exempt })], code)).toEqual({ kind: "unknown" });
  for (const code of ["AE", "O"] as const) expect(supply([row({})], code)).toEqual({ kind: "unknown" });
});
