import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { currency, divideRoundHalfUp } from "../../kernel/money.ts";
import { choosePlan, freightParts, priceFreight, totalOrder } from "./index.ts";
import type { FreightPlan, LineTax, Taxed } from "./index.ts";

const seed = 20_261_122;
const eur = currency("EUR");
const terms = { currency: eur, freeFrom: null, tax: { kind: "goods" }, deliveryCountries: [] } as const;
const flat = (planId: string, changes: Partial<FreightPlan> = {}) =>
  ({ planId, ...terms, kind: "flat", amount: 490n, ...changes }) as FreightPlan;
const byWeight: FreightPlan = {
  planId: "w",
  ...terms,
  kind: "by_weight",
  steps: [
    { upToGrams: 1_000, amount: 300n },
    { upToGrams: 31_500, amount: 900n },
  ],
};
const facts = { goodsNet: 10_000n, grams: null, units: 3, deliveryCountry: "DE" };
const tax = (category: string, ratePpm: number): LineTax => ({
  category,
  code: ratePpm === 0 ? "Z" : "S",
  ratePpm,
  exemptionCode: null,
  exemptionText: null,
  sellerTaxNumber: "DE1",
  companyTaxNumber: null,
});
const never = (): Taxed => {
  throw new Error("nobody asked for a category");
};

describe("The freight plan of an order", () => {
  const chosen = (plans: readonly FreightPlan[], country = "DE") => {
    const choice = choosePlan(plans, eur, country);
    return choice.ok ? (choice.plan?.planId ?? null) : choice.refusal;
  };

  it("is one that names the country before one that holds everywhere, then that of the lowest id", () => {
    const german = { deliveryCountries: ["AT", "DE"] };

    expect(chosen([flat("a"), flat("c", german), flat("b", german)])).toBe("b");
    expect(chosen([flat("b"), flat("a"), flat("c", german)], "FR")).toBe("a");
  });

  it("is none for a seller that has none in the currency: it delivers free of charge", () => {
    expect(chosen([])).toBeNull();
    expect(chosen([flat("a", { currency: currency("SEK") })])).toBeNull();
  });

  it("is refused where the seller's plans do not reach", () => {
    const refusal = { code: "freight-not-available", reason: "not_delivered_there", delivery_country: "FR", currency: "EUR" };

    expect(chosen([flat("a", { deliveryCountries: ["DE"] })], "FR")).toEqual(refusal);
    expect(priceFreight(flat("a", { deliveryCountries: ["DE"] }), { ...facts, deliveryCountry: "FR" })).toEqual({ ok: false, refusal });
  });
});

describe("Freight", () => {
  it("is the plan's amount, or that of each unit", () => {
    expect(priceFreight(flat("a"), facts)).toEqual({ ok: true, amount: 490n });
    expect(priceFreight({ planId: "u", ...terms, kind: "per_unit", amountPerUnit: 25n }, facts)).toEqual({ ok: true, amount: 75n });
  });

  it("is by weight that of the first step which carries it", () => {
    const at = (grams: number) => priceFreight(byWeight, { ...facts, grams });

    expect([0, 1_000, 1_001, 31_500].map(at)).toEqual([300n, 300n, 900n, 900n].map((amount) => ({ ok: true, amount })));
  });

  it("is refused beyond the last step and for goods of unknown weight, even where it would be free", () => {
    for (const plan of [byWeight, { ...byWeight, freeFrom: 0n }]) {
      expect(priceFreight(plan, { ...facts, grams: 31_501 })).toMatchObject({
        refusal: { reason: "too_heavy", grams: 31_501, up_to_grams: 31_500 },
      });
      expect(priceFreight(plan, facts)).toMatchObject({ ok: false, refusal: { code: "freight-not-available", reason: "weight_unknown" } });
    }
  });

  it("is 0 from the net from which the plan is free", () => {
    const free = flat("a", { freeFrom: 5_000n });

    expect([4_999n, 5_000n].map((goodsNet) => priceFreight(free, { ...facts, goodsNet }))).toEqual([
      { ok: true, amount: 490n },
      { ok: true, amount: 0n },
    ]);
  });

  it("is refused beyond 2^53 - 1 minor units, and taken at exactly that", () => {
    const perUnit = (amountPerUnit: bigint, units: number) =>
      priceFreight({ planId: "u", ...terms, kind: "per_unit", amountPerUnit }, { ...facts, units });

    expect(perUnit(2n ** 53n - 1n, 1)).toEqual({ ok: true, amount: 2n ** 53n - 1n });
    expect(perUnit(2n ** 52n, 2)).toMatchObject({ ok: false, refusal: { code: "amount-too-large" } });
  });
});

describe("The parts of freight", () => {
  const rates = [tax("books", 70_000), tax("goods", 190_000), tax("tea", 0)];
  const lines = fc.array(fc.record({ net: fc.bigInt({ min: 0n, max: 10n ** 9n }), tax: fc.constantFrom(...rates) }), {
    minLength: 1,
    maxLength: 60,
  });
  const freights = fc.bigInt({ min: 0n, max: 10n ** 6n });
  const sum = (parts: readonly { readonly net: bigint }[]) => parts.reduce((sofar, part) => sofar + part.net, 0n);
  const goods = { kind: "goods" } as const;

  it("add up to it exactly, none is 0, and each is of a group of the goods within one minor unit of its share", () => {
    fc.assert(
      fc.property(freights, lines, (freight, ofLines) => {
        const parted = freightParts(freight, { rule: goods, goods: ofLines, taxOf: never });
        const whole = sum(ofLines);
        if (!parted.ok || sum(parted.parts) !== freight) return false;
        return parted.parts.every((part) => {
          const net = sum(ofLines.filter((line) => line.tax.category === part.tax.category));
          const distance = part.net * whole - freight * net;
          return part.net > 0n && (whole === 0n || (distance < whole && distance > -whole));
        });
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it("would not add up if each were rounded by itself", () => {
    const alone = fc.property(freights, lines, (freight, ofLines) => {
      const whole = sum(ofLines);
      const shares = rates.map((rate) => ({ net: sum(ofLines.filter((line) => line.tax === rate)) }));
      return whole === 0n || sum(shares.map(({ net }) => ({ net: divideRoundHalfUp(freight * net, whole) }))) === freight;
    });

    expect(fc.check(alone, { seed, numRuns: 2_000, endOnFailure: true }).failed).toBe(true);
  });

  it("are one part of the category that the plan names, or why that has no tax", () => {
    const [reduced] = rates;
    if (reduced === undefined) throw new Error("no rates");
    const ofLines = [{ net: 100n, tax: tax("goods", 190_000) }];
    const by = (taxOf: (category: string) => Taxed) =>
      freightParts(490n, { rule: { kind: "category", category: "books" }, goods: ofLines, taxOf });
    const facts = {
      code: "tax-not-supported",
      line: 0,
      pointer: "/lines/0/offer",
      dispatch_country: "DE",
      delivery_country: "FR",
    } as const;

    expect(by((category) => ({ ok: true, tax: { ...reduced, category } }))).toEqual({ ok: true, parts: [{ net: 490n, tax: reduced }] });
    expect(by((category) => ({ ok: false, refusal: { ...facts, reason: "no_rate", tax_category: category } }))).toMatchObject({
      ok: false,
      refusal: { reason: "no_rate", tax_category: "books" },
    });
  });

  it("are none of free delivery, which asks for no tax either", () => {
    expect(freightParts(0n, { rule: { kind: "category", category: "books" }, goods: [], taxOf: never })).toEqual({ ok: true, parts: [] });
    expect(freightParts(0n, { rule: goods, goods: [{ net: 1n, tax: tax("goods", 190_000) }], taxOf: never })).toEqual({
      ok: true,
      parts: [],
    });
  });

  it("are taxed in one sum with the goods of their group", () => {
    const ofLines = [
      { net: 3n, tax: tax("goods", 190_000) },
      { net: 0n, tax: tax("tea", 0) },
    ];
    const parted = freightParts(3n, { rule: goods, goods: ofLines, taxOf: never });

    // R(6 × 19 %) is 1; R(3 × 19 %) twice would be 2.
    expect(parted.ok && totalOrder(ofLines, parted.parts)).toMatchObject({
      ok: true,
      totals: { freight: 3n, net: 6n, tax: 1n, total: 7n },
    });
  });
});
