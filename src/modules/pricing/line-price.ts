import { divideRoundHalfUp, minorUnits, withinWire } from "../../kernel/money.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import type { Quantity } from "../../kernel/quantity.ts";
import type { LinePriceRefusal } from "./pricing-refusals.ts";

/**
 * What pricing asks of an offer. Prices are net, in minor units per `pricePer` units of the goods. Tiers stand in ascending order of
 * the quantity from which they hold; the two lists belong together index by index.
 */
export type PricedOffer = {
  readonly currency: Currency;
  readonly unitPrice: bigint;
  readonly pricePer: number;
  readonly minimum: number;
  readonly step: number;
  readonly tierQuantities: readonly number[];
  readonly tierPrices: readonly bigint[];
};

/** The frozen price of a line, in minor units. The discount is the seller's; net = gross − discount. */
export type LinePrice = {
  readonly unitPrice: MinorUnits;
  readonly pricePer: number;
  readonly gross: MinorUnits;
  readonly discount: MinorUnits;
  readonly net: MinorUnits;
};

export type Priced = { readonly ok: true; readonly price: LinePrice } | { readonly ok: false; readonly refusal: LinePriceRefusal };

/** A line of a request as pricing sees it: `line` is its index in the request's `lines`. */
export type LineToPrice = { readonly line: number; readonly offer: PricedOffer; readonly quantity: Quantity };

/** The unit price for this many units on one line: of the tiers reached the last, or the offer's own. */
export function unitPriceFor(offer: PricedOffer, quantity: Quantity): MinorUnits {
  let reached = offer.unitPrice;
  for (const [index, from] of offer.tierQuantities.entries()) {
    if (from > quantity) break;
    reached = offer.tierPrices[index] ?? reached;
  }
  return minorUnits(reached);
}

/** Prices one line in the checkout's currency, or says why it cannot be bought so. Gross = R(unit price × quantity / price_per), half up. */
export function priceLine(currency: Currency, { line, offer, quantity }: LineToPrice): Priced {
  const pointer = `/lines/${line}/quantity`;
  if (offer.currency !== currency) {
    const facts = { line, pointer: `/lines/${line}/offer`, currency, offer_currency: offer.currency };
    return { ok: false, refusal: { code: "currency-mismatch", ...facts } };
  }
  if (quantity < offer.minimum) return { ok: false, refusal: { code: "quantity-below-minimum", line, pointer, minimum: offer.minimum } };
  if (quantity % offer.step !== 0) return { ok: false, refusal: { code: "quantity-off-step", line, pointer, step: offer.step } };
  const unitPrice = unitPriceFor(offer, quantity);
  const gross = divideRoundHalfUp(unitPrice * BigInt(quantity), BigInt(offer.pricePer));
  if (!withinWire(gross)) return { ok: false, refusal: { code: "amount-too-large", line, pointer } };
  const price = { unitPrice, pricePer: offer.pricePer, gross: minorUnits(gross), discount: minorUnits(0n), net: minorUnits(gross) };
  return { ok: true, price };
}
