import { assert } from "./assert.ts";
import type { Currency } from "./currencies.ts";
import type { Quantity } from "./quantity.ts";

export { type Currency, currency, exponentOf, parseCurrency } from "./currencies.ts";

declare const minorUnitsBrand: unique symbol;

/** A whole number of a currency's minor unit (EUR 12.34 is 1234n), where the currency is said elsewhere: in the row, in the order. */
export type MinorUnits = bigint & { readonly [minorUnitsBrand]: true };

/** An amount and its currency. Two literal currencies that differ do not compile in one sum; two at run time throw. */
export type Money<Code extends string = string> = { readonly amount: MinorUnits; readonly currency: Currency<Code> };

const wireLimit = 2n ** 53n - 1n;

/** Whether a JSON number can hold it exactly: ±(2^53 − 1). Beyond that an amount is refused, never rounded. */
export function withinWire(amount: bigint): boolean {
  return amount <= wireLimit && amount >= -wireLimit;
}

/** @throws AssertionFailed beyond ±(2^53 − 1) */
export function minorUnits(amount: bigint): MinorUnits {
  assert(withinWire(amount), "an amount beyond 2^53 - 1 minor units");
  return amount as MinorUnits;
}

/** @throws AssertionFailed beyond ±(2^53 − 1) minor units */
export function money<Code extends string>(amount: bigint, currency: Currency<Code>): Money<Code> {
  return { amount: minorUnits(amount), currency };
}

export function zero<Code extends string>(currency: Currency<Code>): Money<Code> {
  return money(0n, currency);
}

/** @throws AssertionFailed for two currencies, or beyond ±(2^53 − 1) minor units */
export function add<Code extends string>(a: Money<Code>, b: Money<NoInfer<Code>>): Money<Code> {
  assertSameCurrency(a.currency, b.currency);
  return money(a.amount + b.amount, a.currency);
}

/** @throws AssertionFailed for two currencies, or beyond ±(2^53 − 1) minor units */
export function subtract<Code extends string>(a: Money<Code>, b: Money<NoInfer<Code>>): Money<Code> {
  assertSameCurrency(a.currency, b.currency);
  return money(a.amount - b.amount, a.currency);
}

/** @throws AssertionFailed beyond ±(2^53 − 1) minor units */
export function multiply<Code extends string>(a: Money<Code>, quantity: Quantity): Money<Code> {
  return money(a.amount * BigInt(quantity), a.currency);
}

/** −1, 0 or 1 as a is less than, equal to or more than b. @throws AssertionFailed for two currencies */
export function compare<Code extends string>(a: Money<Code>, b: Money<NoInfer<Code>>): -1 | 0 | 1 {
  assertSameCurrency(a.currency, b.currency);
  if (a.amount === b.amount) return 0;
  return a.amount < b.amount ? -1 : 1;
}

/** The sum of none is zero of the currency. @throws AssertionFailed for another currency among them, or beyond ±(2^53 − 1) */
export function sum<Code extends string>(currency: Currency<Code>, moneys: Iterable<Money<NoInfer<Code>>>): Money<Code> {
  let total = zero(currency);
  for (const each of moneys) total = add(total, each);
  return total;
}

function assertSameCurrency(a: Currency, b: Currency): void {
  assert(a === b, `${a} and ${b} in one sum`);
}

/**
 * R: the quotient as a whole number, a half going away from zero: 5/2 is 3, −5/2 is −3. So a credit is rounded as the invoice it
 * reverses. The denominator is positive.
 */
export function divideRoundHalfUp(numerator: bigint, denominator: bigint): bigint {
  assert(denominator > 0n, "division by what is not positive");
  return numerator < 0n ? -((-numerator * 2n + denominator) / (denominator * 2n)) : (numerator * 2n + denominator) / (denominator * 2n);
}

/** R(unit price × quantity / price_per): the line's gross amount when the unit price is stated per `pricePer` units. */
export function lineGross(unitPrice: bigint, quantity: Quantity, pricePer: number): MinorUnits {
  assert(Number.isSafeInteger(pricePer) && pricePer >= 1, `a price per ${pricePer} units`);
  return minorUnits(divideRoundHalfUp(unitPrice * BigInt(quantity), BigInt(pricePer)));
}

const partsPerMillion = 1_000_000n;

/** R(net × rate): the rate in parts per million, from 0 to 1,000,000 (100 %). */
export function applyRate(net: bigint, ratePpm: number): MinorUnits {
  assert(Number.isSafeInteger(ratePpm) && ratePpm >= 0 && ratePpm <= 1_000_000, `a rate of ${ratePpm} parts per million`);
  return minorUnits(divideRoundHalfUp(net * BigInt(ratePpm), partsPerMillion));
}

/**
 * The tax of one document of several over the same group: R(after × rate) − R(before × rate), where before and after are the net of
 * the group on all documents without and with this one. So the documents add up to R(whole × rate), whatever their number; each is
 * within one minor unit of EN 16931 BR-CO-17.
 */
export function cumulativeTax(ratePpm: number, netBefore: bigint, netAfter: bigint): MinorUnits {
  return minorUnits(applyRate(netAfter, ratePpm) - applyRate(netBefore, ratePpm));
}

/**
 * What units `before` + 1 to `after` of `units` are worth: floor(total × after / n) − floor(total × before / n). Taken from cumulative
 * units, so that the parts of a line add up to the whole in any order and number. The total is not negative.
 */
export function part(total: bigint, units: number, before: number, after: number): MinorUnits {
  assert(total >= 0n, "a part of a negative total");
  const integers = Number.isSafeInteger(units) && Number.isSafeInteger(before) && Number.isSafeInteger(after);
  assert(integers && before >= 0 && before <= after && after <= units && units >= 1, `units ${before} to ${after} of ${units}`);
  const whole = BigInt(units);
  return minorUnits((total * BigInt(after)) / whole - (total * BigInt(before)) / whole);
}

/**
 * Spreads a total over weights so that the shares add up to it exactly: each gets the whole minor units of its proportion, and those
 * left over go one each to the largest remainders, ties to the lower index (Hamilton's method). If all weights are 0 they count alike.
 * Weights are not negative; a negative total is spread as its opposite.
 *
 * @throws AssertionFailed for a negative weight, or for a total other than 0 without any weight
 */
export function allocateByLargestRemainder(total: bigint, weights: readonly bigint[]): MinorUnits[] {
  assert(
    weights.every((weight) => weight >= 0n),
    "a negative weight",
  );
  assert(weights.length > 0 || total === 0n, "a total and nothing to spread it over");
  const sign = total < 0n ? -1n : 1n;
  const magnitude = total * sign;
  const sumOfWeights = weights.reduce((sofar, weight) => sofar + weight, 0n);
  const counted = sumOfWeights === 0n ? weights.map(() => 1n) : weights;
  const divisor = sumOfWeights === 0n ? BigInt(weights.length) : sumOfWeights;
  const shares = counted.map((weight, index) => ({
    index,
    share: (magnitude * weight) / divisor,
    remainder: (magnitude * weight) % divisor,
  }));
  const leftOver = shares.reduce((left, { share }) => left - share, magnitude);
  const largestFirst = shares.toSorted((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  const favoured = new Set(largestFirst.slice(0, Number(leftOver)).map(({ index }) => index));
  return shares.map(({ index, share }) => minorUnits((favoured.has(index) ? share + 1n : share) * sign));
}
