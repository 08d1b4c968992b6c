import { assert } from "./assert.ts";
import { type Money, money, parseCurrency, withinWire } from "./money.ts";

/** Money as JSON: `{"amount": 12345, "currency": "EUR"}`. */
export type WireMoney = { readonly amount: number; readonly currency: string };

/**
 * The only place where a bigint becomes a number. An amount that a JSON number cannot hold exactly is a fault here; sums that may be
 * so large are shown as decimal text.
 *
 * @throws AssertionFailed beyond ±(2^53 − 1)
 */
export function toWire({ amount, currency }: Money): WireMoney {
  assert(withinWire(amount), "an amount beyond 2^53 - 1 minor units");
  return { amount: Number(amount), currency };
}

/** Undefined when the currency is not one of ISO 4217, or the amount no integer within ±(2^53 − 1). */
export function fromWire({ amount, currency }: WireMoney): Money | undefined {
  const known = parseCurrency(currency);
  return known === undefined || !Number.isSafeInteger(amount) ? undefined : money(BigInt(amount), known);
}
