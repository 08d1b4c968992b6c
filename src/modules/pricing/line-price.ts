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

/**
 * What a price list says of an offer: net, in minor units per the offer's `pricePer`, tiers as those of an offer. Whoever hands it over has
 * seen that the list holds for the company, the day and the currency.
 */
export type AgreedPrice = Pick<PricedOffer, "unitPrice" | "tierQuantities" | "tierPrices"> & { readonly priceListId: string };

/**
 * The frozen price of a line, in minor units. `listPrice` is the offer's own unit price at that quantity, `priceFrom` says where the unit
 * price is from: `"offer"`, or the id of a price list. The discount is the seller's; net = gross − discount.
 */
export type LinePrice = {
  readonly unitPrice: MinorUnits;
  readonly listPrice: MinorUnits;
  readonly priceFrom: string;
  readonly pricePer: number;
  readonly gross: MinorUnits;
  readonly discount: MinorUnits;
  readonly net: MinorUnits;
};

export type Priced = { readonly ok: true; readonly price: LinePrice } | { readonly ok: false; readonly refusal: LinePriceRefusal };

/** A line of a request as pricing sees it: `line` is its index in the request's `lines`; `agreed` are the prices of the lists that hold. */
export type LineToPrice = {
  readonly line: number;
  readonly offer: PricedOffer;
  readonly quantity: Quantity;
  readonly agreed?: readonly AgreedPrice[];
};

/** The unit price for this many units on one line: of the tiers reached the last, or the one without tiers. */
export function unitPriceFor(
  { unitPrice, tierQuantities, tierPrices }: Pick<PricedOffer, "unitPrice" | "tierQuantities" | "tierPrices">,
  quantity: Quantity,
): MinorUnits {
  let reached = unitPrice;
  for (const [index, from] of tierQuantities.entries()) {
    if (from > quantity) break;
    reached = tierPrices[index] ?? reached;
  }
  return minorUnits(reached);
}

/**
 * The unit price of an agreement, which holds even where the offer's own is lower: what two companies signed is not undone by a change
 * of the catalogue. Of several the lowest at that quantity, of equal ones that of the lower id; undefined without any.
 */
function agreedPriceFor(agreed: readonly AgreedPrice[], quantity: Quantity) {
  let best: { readonly unitPrice: MinorUnits; readonly priceFrom: string } | undefined;
  for (const price of agreed) {
    const [unitPrice, priceFrom] = [unitPriceFor(price, quantity), price.priceListId];
    const better = best === undefined || unitPrice < best.unitPrice || (unitPrice === best.unitPrice && priceFrom < best.priceFrom);
    if (better) best = { unitPrice, priceFrom };
  }
  return best;
}

/** Prices one line in the checkout's currency, or says why it cannot be bought so. Gross = R(unit price × quantity / price_per), half up. */
export function priceLine(currency: Currency, { line, offer, quantity, agreed = [] }: LineToPrice): Priced {
  const pointer = `/lines/${line}/quantity`;
  if (offer.currency !== currency) {
    const facts = { line, pointer: `/lines/${line}/offer`, currency, offer_currency: offer.currency };
    return { ok: false, refusal: { code: "currency-mismatch", ...facts } };
  }
  if (quantity < offer.minimum) return { ok: false, refusal: { code: "quantity-below-minimum", line, pointer, minimum: offer.minimum } };
  if (quantity % offer.step !== 0) return { ok: false, refusal: { code: "quantity-off-step", line, pointer, step: offer.step } };
  const listPrice = unitPriceFor(offer, quantity);
  const { unitPrice, priceFrom } = agreedPriceFor(agreed, quantity) ?? { unitPrice: listPrice, priceFrom: "offer" };
  const gross = divideRoundHalfUp(unitPrice * BigInt(quantity), BigInt(offer.pricePer));
  if (!withinWire(gross)) return { ok: false, refusal: { code: "amount-too-large", line, pointer } };
  const amounts = { gross: minorUnits(gross), discount: minorUnits(0n), net: minorUnits(gross) };
  return { ok: true, price: { unitPrice, listPrice, priceFrom, pricePer: offer.pricePer, ...amounts } };
}
