import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AssertionFailed } from "./assert.ts";
import { currencies } from "./currencies.ts";
import {
  add,
  allocateByLargestRemainder,
  applyRate,
  compare,
  currency,
  cumulativeTax,
  divideRoundHalfUp,
  exponentOf,
  lineGross,
  minorUnits,
  money,
  multiply,
  parseCurrency,
  part,
  subtract,
  sum,
  withinWire,
  zero,
} from "./money.ts";
import { quantity } from "./quantity.ts";
import { fromWire, toWire } from "./wire.ts";

const seed = 20_261_122;
const always = <T>(property: fc.IProperty<T>) =>
  fc.assert(property, { seed, numRuns: 1_000, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true });
/** The negative control of a property: a naive way that it must catch. */
const fails = <T>(property: fc.IProperty<T>) => fc.check(property, { seed, numRuns: 1_000, endOnFailure: true }).failed;
const total = (amounts: readonly bigint[]) => amounts.reduce((sofar, amount) => sofar + amount, 0n);

const amounts = fc.bigInt({ min: 0n, max: 10n ** 12n });
const rates = fc.integer({ min: 0, max: 1_000_000 });
const eur = currency("EUR");
const usd = currency("USD");
const unknownToTheCompiler = (code: string) => currency(code);

/** A whole of n units and the cumulative counts at which it is parted: 0 = c0 ≤ c1 ≤ … = n. */
const partings = fc
  .record({ units: fc.integer({ min: 1, max: 500 }), cuts: fc.array(fc.nat(), { maxLength: 8 }) })
  .map(({ units, cuts }) => ({ units, counts: [0, ...cuts.map((cut) => cut % (units + 1)).toSorted((a, b) => a - b), units] }));
const steps = <T>(counts: readonly T[]) => counts.slice(1).map((after, index) => [counts[index] as T, after] as const);

describe("Currencies", () => {
  it("are the 165 codes of ISO 4217 that have a minor unit", () => {
    expect(currencies()).toHaveLength(165);
    expect(new Set(currencies()).size).toBe(165);
    expect(currencies().every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
  });

  it("have the exponent of ISO 4217 where custom has another", () => {
    const codes = ["EUR", "JPY", "KWD", "CLF", "UYW", "ALL", "COP", "HUF", "IDR", "ISK", "XOF"];
    expect(codes.map((code) => exponentOf(currency(code)))).toEqual([2, 0, 3, 4, 4, 2, 2, 2, 2, 0, 0]);
  });

  it.each(["eur", "EURO", "", "XXX", "XAU", "BGN", "ANG", "HRK", "__proto__"])("refuse %j", (text) => {
    expect(parseCurrency(text)).toBeUndefined();
    expect(() => currency(text)).toThrow(AssertionFailed);
  });
});

describe("Money", () => {
  it("of two currencies does not compile in one sum, and throws at run time", () => {
    // @ts-expect-error dollars are not added to euros
    expect(() => add(money(1n, eur), money(1n, usd))).toThrow("EUR and USD in one sum");
    expect(() => subtract(money(1n, unknownToTheCompiler("EUR")), money(1n, usd))).toThrow(AssertionFailed);
    expect(() => compare(money(1n, unknownToTheCompiler("EUR")), money(1n, usd))).toThrow(AssertionFailed);
  });

  it("adds, subtracts, multiplies and compares exactly", () => {
    expect(add(money(5n, eur), money(7n, eur))).toEqual(money(12n, eur));
    expect(subtract(money(5n, eur), money(7n, eur))).toEqual(money(-2n, eur));
    expect(multiply(money(5n, eur), quantity(7))).toEqual(money(35n, eur));
    expect(sum(eur, [money(5n, eur), money(7n, eur)])).toEqual(money(12n, eur));
    expect(sum(eur, [])).toEqual(zero(eur));
    expect([
      compare(money(1n, eur), money(2n, eur)),
      compare(money(2n, eur), money(2n, eur)),
      compare(money(3n, eur), money(2n, eur)),
    ]).toEqual([-1, 0, 1]);
  });

  it("ends at 2^53 − 1 minor units, on both sides", () => {
    expect(withinWire(9_007_199_254_740_991n)).toBe(true);
    expect(withinWire(-9_007_199_254_740_991n)).toBe(true);
    expect(withinWire(9_007_199_254_740_992n)).toBe(false);
    expect(withinWire(-9_007_199_254_740_992n)).toBe(false);
    expect(() => minorUnits(9_007_199_254_740_992n)).toThrow(AssertionFailed);
    expect(() => add(money(9_007_199_254_740_991n, eur), money(1n, eur))).toThrow(AssertionFailed);
    expect(() => multiply(money(9_007_199_254_740_991n, eur), quantity(2))).toThrow(AssertionFailed);
  });

  it("goes to the wire and back unchanged, or not at all", () => {
    const bounds = { min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n };
    always(
      fc.property(fc.bigInt(bounds), (amount) => {
        expect(fromWire(toWire(money(amount, eur)))).toEqual(money(amount, eur));
      }),
    );
    const unchecked = { amount: (2n ** 53n) as ReturnType<typeof minorUnits>, currency: eur };
    expect(() => toWire(unchecked)).toThrow(AssertionFailed);
    expect(fromWire({ amount: 1.5, currency: "EUR" })).toBeUndefined();
    expect(fromWire({ amount: 2 ** 53, currency: "EUR" })).toBeUndefined();
    expect(fromWire({ amount: 1, currency: "EURO" })).toBeUndefined();
  });
});

describe("Rounding", () => {
  it("takes a half away from zero, for credits as for invoices", () => {
    expect([5n, 4n, 6n, -5n, -4n, -6n, 0n].map((numerator) => divideRoundHalfUp(numerator, 10n))).toEqual([1n, 0n, 1n, -1n, 0n, -1n, 0n]);
    expect(() => divideRoundHalfUp(1n, 0n)).toThrow(AssertionFailed);
    expect(() => divideRoundHalfUp(1n, -2n)).toThrow(AssertionFailed);
  });

  it("is never further than half a unit from the quotient", () => {
    const property = (divide: (numerator: bigint, denominator: bigint) => bigint) =>
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.bigInt({ min: 1n, max: 10n ** 9n }), (numerator, denominator) => {
        const distance = 2n * (numerator - divide(numerator, denominator) * denominator);
        return distance <= denominator && distance >= -denominator;
      });
    always(property(divideRoundHalfUp));
    expect(fails(property((numerator, denominator) => numerator / denominator))).toBe(true);
  });

  it("prices a line by the units its price is stated for", () => {
    expect(lineGross(34n, quantity(250), 100)).toBe(85n);
    expect(lineGross(34n, quantity(1), 100)).toBe(0n);
    expect(lineGross(50n, quantity(1), 100)).toBe(1n);
    expect(() => lineGross(34n, quantity(1), 0)).toThrow(AssertionFailed);
  });

  it("taxes a net amount by parts per million", () => {
    expect(applyRate(10_050n, 190_000)).toBe(1_910n); // 1909.5
    expect(applyRate(-10_050n, 190_000)).toBe(-1_910n);
    expect(applyRate(100n, 0)).toBe(0n);
    for (const rate of [-1, 0.19, 1_000_001, Number.NaN]) expect(() => applyRate(100n, rate)).toThrow(AssertionFailed);
  });
});

describe("Parts of a line", () => {
  const addUp = (worth: (whole: bigint, units: number, before: number, after: number) => bigint) =>
    fc.property(
      amounts,
      partings,
      (whole, { units, counts }) => total(steps(counts).map(([before, after]) => worth(whole, units, before, after))) === whole,
    );

  it("add up to the whole in any order and number", () => {
    always(addUp(part));
  });

  it("would not add up if each were rounded by itself", () => {
    const roundedAlone = (whole: bigint, units: number, before: number, after: number) =>
      divideRoundHalfUp(whole * BigInt(after - before), BigInt(units));
    expect(fails(addUp(roundedAlone))).toBe(true);
  });

  it("are never negative and never worth more than one minor unit beside their proportion", () => {
    always(
      fc.property(amounts, partings, (whole, { units, counts }) =>
        steps(counts).every(([before, after]) => {
          const worth = part(whole, units, before, after);
          const distance = worth * BigInt(units) - whole * BigInt(after - before);
          return worth >= 0n && distance < BigInt(units) && distance > -BigInt(units);
        }),
      ),
    );
  });

  it.each([
    [10, 3, 2],
    [10, -1, 2],
    [10, 3, 11],
    [0, 0, 0],
    [10, 0.5, 2],
  ])("of %i units do not run from %d to %d", (units, before, after) => {
    expect(() => part(100n, units, before, after)).toThrow(AssertionFailed);
  });
});

describe("The tax of several documents over one group", () => {
  const documents = fc.array(amounts, { minLength: 1, maxLength: 8 });
  const cumulative = (nets: readonly bigint[]) => nets.reduce<bigint[]>((sums, net) => [...sums, (sums.at(-1) ?? 0n) + net], [0n]);
  const sumsToWhole = (taxOf: (rate: number, before: bigint, after: bigint) => bigint) =>
    fc.property(documents, rates, (nets, rate) => {
      const taxes = steps(cumulative(nets)).map(([before, after]) => taxOf(rate, before, after));
      return total(taxes) === applyRate(total(nets), rate);
    });

  it("adds up to the tax of the order", () => {
    always(sumsToWhole(cumulativeTax));
  });

  it("would not add up if each document were rounded by itself", () => {
    expect(fails(sumsToWhole((rate, before, after) => applyRate(after - before, rate)))).toBe(true);
  });

  it("is within one minor unit of what EN 16931 BR-CO-17 asks of each document", () => {
    const withinOne = (taxOf: (rate: number, before: bigint, after: bigint) => bigint) =>
      fc.property(documents, rates, (nets, rate) =>
        steps(cumulative(nets)).every(([before, after]) => {
          const distance = taxOf(rate, before, after) - applyRate(after - before, rate);
          return distance <= 1n && distance >= -1n;
        }),
      );
    always(withinOne(cumulativeTax));
    // Leaving all rounding to the last document would be exact in sum and wrong on it.
    expect(fails(withinOne((rate, before, after) => (after * BigInt(rate)) / 1_000_000n - 3n * (before % 2n)))).toBe(true);
  });
});

describe("The largest remainder", () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 30 });
  const totals = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
  const addsUp = (allocate: (whole: bigint, weights: readonly bigint[]) => readonly bigint[]) =>
    fc.property(totals, weights, (whole, of) => total(allocate(whole, of)) === whole);

  it("gives shares that add up to the total", () => {
    always(addsUp(allocateByLargestRemainder));
  });

  it("would not if each share were rounded by itself", () => {
    const naive = (whole: bigint, of: readonly bigint[]) => of.map((weight) => divideRoundHalfUp(whole * weight, total(of) || 1n));
    expect(fails(addsUp(naive))).toBe(true);
  });

  it("gives each its proportion, less or more than one minor unit", () => {
    always(
      fc.property(totals, weights, (whole, of) => {
        const divisor = total(of);
        fc.pre(divisor > 0n);
        return allocateByLargestRemainder(whole, of).every((share, index) => {
          const distance = share * divisor - whole * (of[index] ?? 0n);
          return distance < divisor && distance > -divisor;
        });
      }),
    );
  });

  it("gives what is left over to the largest remainders, ties to the first", () => {
    expect(allocateByLargestRemainder(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(allocateByLargestRemainder(101n, [1n, 1n, 1n])).toEqual([34n, 34n, 33n]);
    expect(allocateByLargestRemainder(10n, [6n, 5n, 4n])).toEqual([4n, 3n, 3n]); // 4.00, 3.33, 2.67
    expect(allocateByLargestRemainder(-100n, [1n, 1n, 1n])).toEqual([-34n, -33n, -33n]);
  });

  it("spreads over weights of 0 alike, gives a weight of 0 among others nothing, and refuses what cannot be spread", () => {
    expect(allocateByLargestRemainder(5n, [0n, 0n])).toEqual([3n, 2n]);
    expect(allocateByLargestRemainder(5n, [0n, 7n])).toEqual([0n, 5n]);
    expect(allocateByLargestRemainder(0n, [])).toEqual([]);
    expect(() => allocateByLargestRemainder(1n, [])).toThrow(AssertionFailed);
    expect(() => allocateByLargestRemainder(1n, [2n, -1n])).toThrow(AssertionFailed);
  });
});
