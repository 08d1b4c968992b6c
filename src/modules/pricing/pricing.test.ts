import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { currency } from "../../kernel/money.ts";
import { quantity } from "../../kernel/quantity.ts";
import { priceLine, taxGroups, taxTable, totalCheckout, totalOrder, unitPriceFor } from "./index.ts";
import type { DatedRate, PricedOffer } from "./index.ts";

const eur = currency("EUR");
const offer: PricedOffer = {
  currency: eur,
  unitPrice: 1000n,
  pricePer: 1,
  minimum: 1,
  step: 1,
  tierQuantities: [10, 100],
  tierPrices: [900n, 750n],
};
const bare = { exemptionCode: null, exemptionText: null, sellerTaxNumber: null, companyTaxNumber: null };
const standard = { category: "goods", code: "S", ratePpm: 190_000, ...bare } as const;

describe("The unit price", () => {
  it("is the offer's own below its first tier", () => {
    expect(unitPriceFor(offer, quantity(9))).toBe(1000n);
  });

  it("is the tier's from its first unit on, for every unit of the line", () => {
    expect([10, 99, 100, 1_000_000].map((units) => unitPriceFor(offer, quantity(units)))).toEqual([900n, 900n, 750n, 750n]);
  });
});

describe("A priced line", () => {
  it("rounds half up once, on the whole line", () => {
    const screws = { ...offer, unitPrice: 34n, pricePer: 100, tierQuantities: [], tierPrices: [] };

    const priced = [1, 2, 25, 75, 150].map((units) => priceLine(eur, { line: 0, offer: screws, quantity: quantity(units) }));

    expect(priced.map((each) => each.ok && each.price.net)).toEqual([0n, 1n, 9n, 26n, 51n]);
  });

  it("has gross, discount and net that agree", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10_000_000n }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 100_000 }),
        (unitPrice, pricePer, units) => {
          const priced = priceLine(eur, {
            line: 0,
            offer: { ...offer, unitPrice, pricePer, tierQuantities: [], tierPrices: [] },
            quantity: quantity(units),
          });
          if (!priced.ok) return false;
          const { gross, discount, net } = priced.price;
          // R is within half a minor unit of the exact quotient.
          const twiceOff = 2n * (gross * BigInt(pricePer) - unitPrice * BigInt(units));
          return net === gross - discount && twiceOff <= BigInt(pricePer) && twiceOff > -BigInt(pricePer);
        },
      ),
    );
  });

  it("is refused in another currency than the checkout's, and names both", () => {
    expect(priceLine(currency("GBP"), { line: 3, offer, quantity: quantity(1) })).toEqual({
      ok: false,
      refusal: { code: "currency-mismatch", line: 3, pointer: "/lines/3/offer", currency: "GBP", offer_currency: "EUR" },
    });
  });

  it("is refused below the minimum and off the step, and takes what meets both", () => {
    const packed = { ...offer, minimum: 6, step: 4 };
    const ask = (units: number) => priceLine(eur, { line: 1, offer: packed, quantity: quantity(units) });

    expect(ask(4)).toEqual({ ok: false, refusal: { code: "quantity-below-minimum", line: 1, pointer: "/lines/1/quantity", minimum: 6 } });
    expect(ask(6)).toEqual({ ok: false, refusal: { code: "quantity-off-step", line: 1, pointer: "/lines/1/quantity", step: 4 } });
    expect(ask(8)).toMatchObject({ ok: true, price: { net: 8000n } });
  });

  it("is refused beyond 2^53 - 1 minor units, and taken at exactly that", () => {
    const limit = 2n ** 53n - 1n;
    const at = (unitPrice: bigint) =>
      priceLine(eur, { line: 0, offer: { ...offer, unitPrice, tierQuantities: [], tierPrices: [] }, quantity: quantity(1) });
    const twice = priceLine(eur, {
      line: 0,
      offer: { ...offer, unitPrice: limit, tierQuantities: [], tierPrices: [] },
      quantity: quantity(2),
    });

    expect(at(limit)).toMatchObject({ ok: true, price: { net: limit } });
    expect(twice).toMatchObject({ ok: false, refusal: { code: "amount-too-large" } });
  });
});

describe("Tax", () => {
  const rate = (validFrom: string, validUntil: string | null, ratePpm: number): DatedRate => ({
    country: "DE",
    category: "goods",
    code: "S",
    ratePpm,
    exemptionCode: null,
    exemptionText: null,
    validFrom,
    validUntil,
  });
  const on = (date: string, rates: readonly DatedRate[]) => taxTable(rates)("DE", "goods", date)?.ratePpm;

  it("is rounded half up once per group of category, code and rate, not per line", () => {
    const lines = Array.from({ length: 3 }, () => ({ net: 3n, tax: standard }));

    expect(taxGroups(lines)).toEqual([{ ...standard, net: 9n, tax: 2n }]);
  });

  it("keeps rates and categories apart, in an order that does not depend on the lines' order", () => {
    const lines = [
      { net: 100n, tax: { ...standard, category: "books", ratePpm: 70_000 } },
      { net: 100n, tax: standard },
      { net: 50n, tax: { ...standard, code: "Z", ratePpm: 0 } as const },
      { net: 100n, tax: standard },
    ];

    expect(taxGroups(lines)).toEqual(taxGroups(lines.toReversed()));
    expect(taxGroups(lines).map(({ category, net, tax }) => [category, net, tax])).toEqual([
      ["books", 100n, 7n],
      ["goods", 200n, 38n],
      ["goods", 50n, 0n],
    ]);
  });

  it("holds from its first day until the day before its end", () => {
    const rates = [rate("2026-01-01", "2026-07-01", 190_000)];

    expect(["2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01"].map((date) => on(date, rates))).toEqual([
      ...[undefined, 190_000, 190_000, undefined],
    ]);
  });

  it("gives way to the next rate on the day that one begins, in whatever order they are read", () => {
    const rates = [rate("2027-01-01", null, 200_000), rate("2026-01-01", null, 190_000)];

    expect(["2026-12-31", "2027-01-01", "2025-01-01"].map((date) => on(date, rates))).toEqual([190_000, 200_000, undefined]);
  });
});

describe("Totals", () => {
  it("are the sum of the lines' nets and the groups' taxes", () => {
    expect(
      totalOrder([
        { net: 101n, tax: standard },
        { net: 102n, tax: standard },
      ]),
    ).toMatchObject({ ok: true, totals: { net: 203n, tax: 39n, total: 242n } });
  });

  it("are refused beyond 2^53 - 1 for an order and for a checkout", () => {
    const half = 2n ** 52n;
    const untaxed = { ...standard, code: "Z", ratePpm: 0 } as const;
    const one = totalOrder([{ net: half, tax: untaxed }]);
    if (!one.ok) throw new Error("half of the limit is no order");

    expect(
      totalOrder([
        { net: half, tax: untaxed },
        { net: half, tax: untaxed },
      ]),
    ).toMatchObject({ ok: false, refusal: { code: "amount-too-large" } });
    expect(totalOrder([{ net: half, tax: { ...standard, ratePpm: 1_000_000 } }])).toMatchObject({ ok: false });
    expect(totalCheckout([one.totals, one.totals])).toMatchObject({ ok: false, refusal: { code: "amount-too-large" } });
    expect(totalCheckout([one.totals])).toMatchObject({ ok: true, total: half });
  });
});
