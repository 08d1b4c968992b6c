import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { currencies, exponentOf } from "../../../kernel/currencies.ts";
import { amountText, countText, rateText } from "./number-text.ts";

const seed = 20_261_122;
const english = { decimal: ".", group: "," };
const german = { decimal: ",", group: "." };

describe("an amount in words", () => {
  it.each([
    [0, "EUR", "0.00"],
    [5, "EUR", "0.05"],
    [99, "EUR", "0.99"],
    [100, "EUR", "1.00"],
    [123_456, "EUR", "1,234.56"],
    [-123_456, "EUR", "-1,234.56"],
    [99_999_999, "EUR", "999,999.99"],
    [1_234, "JPY", "1,234"],
    [7, "KWD", "0.007"],
    [2 ** 53 - 1, "EUR", "90,071,992,547,409.91"],
  ])("of %i minor units of %s is %s", (amount, currency, text) => {
    expect(amountText(amount, currency, english)).toBe(text);
  });

  it("can be read back exactly, in every currency and with other marks", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom(...currencies()), (amount, currency) => {
        const text = amountText(amount, currency, german);
        const [whole = "", decimals = ""] = text.split(",");
        expect(decimals).toHaveLength(exponentOf(currency));
        expect(whole).toMatch(/^-?\d{1,3}(\.\d{3})*$/);
        expect(BigInt(whole.replaceAll(".", "") + decimals)).toBe(BigInt(amount));
      }),
      { seed, numRuns: 2_000 },
    );
  });
});

it.each([
  [190_000, "19%"],
  [81_000, "8.1%"],
  [0, "0%"],
  [1, "0.0001%"],
  [1_000_000, "100%"],
  [25_500, "2.55%"],
])("a rate of %i parts per million is %s", (ratePpm, text) => {
  expect(rateText(ratePpm, english)).toBe(text);
});

it("a count has its thousands apart", () => {
  expect(countText(1_234_567, english)).toBe("1,234,567");
});
