import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyRate, cumulativeTax, currency, divideRoundHalfUp, part } from "../../kernel/money.ts";
import { quantity } from "../../kernel/quantity.ts";
import { freightParts, priceLine, taxGroups, totalOrder } from "./index.ts";
import type { LineTax, PricedOffer, TaxedNet, TaxGroup } from "./index.ts";

const seed = 20_261_122;
const eur = currency("EUR");
const rates = [190_000, 70_000, 55_000, 0].map(
  (ratePpm): LineTax => ({
    category: `rate ${ratePpm}`,
    code: ratePpm === 0 ? "Z" : "S",
    ratePpm,
    exemptionCode: null,
    exemptionText: null,
    sellerTaxNumber: "DE1",
    companyTaxNumber: null,
  }),
);

/** An order line of so many units, and how many of them each of the documents has in the end, counted from its first. */
type Line = {
  readonly net: bigint;
  readonly units: number;
  readonly pricePer: number;
  readonly unitPrice: bigint;
  readonly counts: readonly number[];
  readonly tax: LineTax;
};
type Order = { readonly lines: readonly Line[]; readonly freight: bigint };

/** Orders of up to `most` lines whose units go out in up to six documents, in any order and number. */
function orders(most: number): fc.Arbitrary<Order> {
  return fc.integer({ min: 1, max: 6 }).chain((documents) => {
    const line = fc
      .record({
        units: fc.integer({ min: 1, max: 1_000 }),
        unitPrice: fc.bigInt({ min: 0n, max: 100_000n }),
        pricePer: fc.constantFrom(1, 12, 100),
        tax: fc.constantFrom(...rates),
        cuts: fc.array(fc.nat(), { minLength: documents - 1, maxLength: documents - 1 }),
      })
      .map(({ units, unitPrice, pricePer, tax, cuts }): Line => {
        const offer: PricedOffer = { currency: eur, unitPrice, pricePer, minimum: 1, step: 1, tierQuantities: [], tierPrices: [] };
        const priced = priceLine(eur, { line: 0, offer, quantity: quantity(units) });
        if (!priced.ok) throw new Error(priced.refusal.code);
        const counts = [0, ...cuts.map((cut) => cut % (units + 1)).toSorted((a, b) => a - b), units];
        return { net: priced.price.net, units, pricePer, unitPrice, counts, tax };
      });
    const freight = fc.bigInt({ min: 0n, max: 100_000n });
    return fc.record({ lines: fc.array(line, { minLength: 1, maxLength: most, size: "max" }), freight });
  });
}

/** The nets of each document: its part of each line, and the whole freight with the first. */
function documentsOf({ lines, freight }: Order): { totals: ReturnType<typeof totalOrder>; documents: TaxedNet[][] } {
  const parted = freightParts(freight, { rule: { kind: "goods" }, goods: lines, taxOf: () => expect.fail("asked for a category") });
  if (!parted.ok) throw new Error(parted.refusal.code);
  const count = (lines[0]?.counts.length ?? 1) - 1;
  const documents = Array.from({ length: count }, (_, index) => [
    ...lines.map(({ net, units, counts, tax }) => ({ net: part(net, units, counts[index] ?? 0, counts[index + 1] ?? 0), tax })),
    ...(index === 0 ? parted.parts : []),
  ]);
  return { totals: totalOrder(lines, parted.parts), documents };
}

/** The tax groups of each document; `taxed` says what tax a document has on a group, before which `before` was on others. */
function groupsOf(documents: readonly TaxedNet[][], taxed: (group: TaxGroup, before: bigint) => bigint) {
  const sofar = new Map<string, bigint>();
  return documents.map((document) =>
    taxGroups(document).map((group) => {
      const before = sofar.get(group.category) ?? 0n;
      sofar.set(group.category, before + group.net);
      return { category: group.category, ratePpm: group.ratePpm, net: group.net, tax: taxed(group, before) };
    }),
  );
}

const cumulative = ({ ratePpm, net }: TaxGroup, before: bigint) => cumulativeTax(ratePpm, before, before + net);
const sum = (amounts: readonly bigint[]) => amounts.reduce((sofar, amount) => sofar + amount, 0n);

/** Whether the documents of an order add up to its groups, nets and taxes, to the minor unit. */
function addUp(order: Order, taxed: (group: TaxGroup, before: bigint) => bigint): boolean {
  const { totals, documents } = documentsOf(order);
  if (!totals.ok) return false;
  const all = groupsOf(documents, taxed).flat();
  return totals.totals.groups.every((group) => {
    const own = all.filter(({ category }) => category === group.category);
    return sum(own.map(({ net }) => net)) === group.net && sum(own.map(({ tax }) => tax)) === group.tax;
  });
}

/** Whether each group of each document has the tax that BR-CO-17 computes from its own net, give or take one minor unit. */
function withinOne(order: Order): boolean {
  return groupsOf(documentsOf(order).documents, cumulative)
    .flat()
    .every(({ net, ratePpm, tax }) => {
      const off = tax - applyRate(net, ratePpm);
      return off >= -1n && off <= 1n;
    });
}

describe("The documents of an order that goes out in parts", () => {
  it("add up to its tax groups, net and tax, freight included", () => {
    fc.assert(
      fc.property(orders(30), (order) => addUp(order, cumulative)),
      { seed, numRuns: 500 },
    );
  });

  it("would not add up if each were taxed by itself", () => {
    const alone = fc.property(orders(30), (order) => addUp(order, ({ tax }) => tax));

    expect(fc.check(alone, { seed, numRuns: 500, endOnFailure: true }).failed).toBe(true);
  });

  it("are each within one minor unit of BR-CO-17 in every group", () => {
    fc.assert(fc.property(orders(30), withinOne), { seed, numRuns: 500 });
  });

  it("do both with up to 1,000 lines", () => {
    let longest = 0;
    fc.assert(
      fc.property(orders(1_000), (order) => {
        longest = Math.max(longest, order.lines.length);
        return addUp(order, cumulative) && withinOne(order);
      }),
      { seed, numRuns: 30, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true },
    );
    expect(longest).toBeGreaterThan(900);
  });

  it("have lines within two minor units of quantity times price, as rule R120 of Peppol asks", () => {
    // |R(price × n / per) − exact| ≤ 1/2, of which a part has its proportion, and a part is within one unit of that.
    const slack = fc.property(orders(30), ({ lines }) =>
      lines.every(({ net, units, counts, unitPrice, pricePer }) =>
        counts.slice(1).every((after, index) => {
          const before = counts[index] ?? 0;
          const off = part(net, units, before, after) * BigInt(pricePer) - unitPrice * BigInt(after - before);
          return off < 2n * BigInt(pricePer) && off > -2n * BigInt(pricePer);
        }),
      ),
    );

    fc.assert(slack, { seed, numRuns: 500 });
  });
});

describe("The credit notes of an invoice's group", () => {
  const invoices = fc
    .record({ net: fc.bigInt({ min: 1n, max: 10n ** 9n }), before: fc.bigInt({ min: 0n, max: 10n ** 9n }), tax: fc.constantFrom(...rates) })
    .chain(({ net, before, tax: { ratePpm } }) => {
      const cuts = fc.array(fc.bigInt({ min: 0n, max: net }), { maxLength: 6 });
      return cuts.map((all) => ({
        net,
        ratePpm,
        tax: cumulativeTax(ratePpm, before, before + net),
        nets: [0n, ...all.toSorted((a, b) => Number(a - b)), net],
      }));
    });

  it("can be two minor units beside BR-CO-17: that of the invoice and their own rounding", () => {
    const tax = cumulativeTax(190_000, 2n, 19n);

    expect(tax - applyRate(17n, 190_000)).toBe(1n);
    expect(divideRoundHalfUp(tax * 15n, 17n) - divideRoundHalfUp(tax * 2n, 17n) - applyRate(13n, 190_000)).toBe(2n);
  });

  it("add up to its tax, and are never further from BR-CO-17 than that", () => {
    fc.assert(
      fc.property(invoices, ({ net, ratePpm, tax, nets }) => {
        const credited = nets.slice(1).map((after, index) => {
          const from = nets[index] ?? 0n;
          return { net: after - from, tax: divideRoundHalfUp(tax * after, net) - divideRoundHalfUp(tax * from, net) };
        });
        const near = credited.every((note) => {
          const off = note.tax - applyRate(note.net, ratePpm);
          return off >= -2n && off <= 2n;
        });
        return near && sum(credited.map((note) => note.tax)) === tax;
      }),
      { seed, numRuns: 5_000 },
    );
  });
});
