import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { currency } from "../../kernel/money.ts";
import { quantity } from "../../kernel/quantity.ts";
import { priceLine, unitPriceFor } from "./index.ts";
import type { AgreedPrice, PricedOffer } from "./index.ts";

const seed = 20_261_122;
const eur = currency("EUR");
const offer: PricedOffer = { currency: eur, unitPrice: 1000n, pricePer: 1, minimum: 1, step: 1, tierQuantities: [10], tierPrices: [900n] };
const list = (priceListId: string, unitPrice: bigint, tiers: readonly [number, bigint][] = []): AgreedPrice => ({
  priceListId,
  unitPrice,
  tierQuantities: tiers.map(([from]) => from),
  tierPrices: tiers.map(([, price]) => price),
});
const priced = (units: number, ...agreed: AgreedPrice[]) => {
  const result = priceLine(eur, { line: 0, offer, quantity: quantity(units), agreed });
  if (!result.ok) throw new Error(result.refusal.code);
  return result.price;
};

describe("An agreed price", () => {
  it("holds before the offer's own, even where that is lower, and the offer's stands beside it", () => {
    expect(priced(10, list("a", 950n))).toMatchObject({ unitPrice: 950n, listPrice: 900n, priceFrom: "a", net: 9_500n });
    expect(priced(1, list("a", 950n))).toMatchObject({ unitPrice: 950n, listPrice: 1000n, priceFrom: "a", net: 950n });
  });

  it("is of several lists the lowest at that quantity, of equal ones that of the lower id", () => {
    const lists = [list("c", 800n), list("a", 990n, [[5, 700n]]), list("b", 800n)];

    expect([4, 5].map((units) => priced(units, ...lists).priceFrom)).toEqual(["b", "a"]);
    expect(priced(5, ...lists)).toMatchObject({ unitPrice: 700n, listPrice: 1000n, net: 3_500n });
  });

  it("is stated per as many units as the offer's", () => {
    const perHundred = { line: 0, offer: { ...offer, pricePer: 100 }, quantity: quantity(250), agreed: [list("a", 34n)] };

    expect(priceLine(eur, perHundred)).toMatchObject({ ok: true, price: { gross: 85n } });
  });

  it("without any list, is the offer's own", () => {
    expect(priced(10)).toMatchObject({ unitPrice: 900n, listPrice: 900n, priceFrom: "offer" });
  });

  it("does not depend on the order of the lists, and no list would have been cheaper", () => {
    const tiers = fc.uniqueArray(fc.integer({ min: 2, max: 50 }), { maxLength: 3 }).map((from) => from.toSorted((a, b) => a - b));
    const lists = fc.uniqueArray(
      fc.record({ id: fc.constantFrom("a", "b", "c", "d"), unitPrice: fc.bigInt({ min: 0n, max: 9n }), tiers }).map((each) =>
        list(
          each.id,
          each.unitPrice,
          each.tiers.map((from) => [from, (each.unitPrice * 7n) / BigInt(from)]),
        ),
      ),
      { selector: (each) => each.priceListId, minLength: 1 },
    );
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 60 }), (agreed, units) => {
        const price = priced(units, ...agreed);
        const source = agreed.find(({ priceListId }) => priceListId === price.priceFrom);
        expect(priced(units, ...agreed.toReversed())).toEqual(price);
        expect(source && unitPriceFor(source, quantity(units))).toBe(price.unitPrice);
        for (const other of agreed) {
          const at = unitPriceFor(other, quantity(units));
          expect(at > price.unitPrice || (at === price.unitPrice && other.priceListId >= price.priceFrom)).toBe(true);
        }
      }),
      { seed, numRuns: 2_000 },
    );
  });
});
