import type { Instant } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { OfferId, PriceListId, SellerId } from "../../kernel/ids.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import { fromWire, toWire } from "../../kernel/wire.ts";
import type { WireMoney } from "../../kernel/wire.ts";
import { isCalendarDay } from "../../kernel/working-days.ts";
import type { FieldErrors } from "./pricing-refusals.ts";

/**
 * What a seller can change of a list beside its prices and companies: its name, and the days from which and before which it holds
 * (YYYY-MM-DD, UTC).
 */
export type PriceListTerms = { readonly name: string; readonly validFrom: string; readonly validUntil: string | null };

/** Prices that a seller has agreed with some companies. Its currency stays; its version counts the changes of all that belongs to it. */
export type PriceList = PriceListTerms & {
  readonly sellerId: SellerId;
  readonly priceListId: PriceListId;
  readonly currency: Currency;
  readonly version: number;
  readonly changedAt: Instant;
};

/** The price of one offer on a list: net, in minor units of the list's currency per the offer's `price_per`. */
export type ListedPrice = {
  readonly offerId: OfferId;
  readonly unitPrice: MinorUnits;
  readonly tiers: readonly { readonly fromQuantity: number; readonly unitPrice: MinorUnits }[];
};

/** An offer of the seller's, as far as a list has to know it. */
export type ListableOffer = { readonly offerId: OfferId; readonly reference: string; readonly currency: string };

/** How a row names its offer: by one of the two. */
export type OfferName = { readonly offerId?: OfferId | undefined; readonly reference?: string | undefined };

/** A row of a bulk call as its seller sent it: of the right form, and not looked at yet. */
export type PriceRow = OfferName & {
  readonly unitPrice: WireMoney;
  readonly tiers: readonly { readonly fromQuantity: number; readonly unitPrice: WireMoney }[];
};

/** Why a row was left out, while the others were applied. */
export type PriceRowFault = {
  readonly code: "offer-unclear" | "unknown-reference" | "offer-repeated" | "currency-mismatch" | "tiers-not-ascending" | "not-on-list";
  readonly detail: string;
};
type Left = { readonly ok: false } & PriceRowFault;

/** What became of a row, in the order of the rows. */
export type AppliedPrice = { readonly ok: true; readonly offerId: OfferId; readonly reference: string } | Left;
export type JudgedPrice = { readonly ok: true; readonly reference: string; readonly price: ListedPrice } | Left;

/** What is wrong with a list by itself: days that there are not, an end that is not after the start. */
export function faultsOfList({ validFrom, validUntil }: PriceListTerms): FieldErrors {
  const faults = [];
  if (!isCalendarDay(validFrom)) faults.push({ pointer: "/valid_from", detail: "no day of the calendar" });
  if (validUntil === null) return faults;
  if (!isCalendarDay(validUntil)) faults.push({ pointer: "/valid_until", detail: "no day of the calendar" });
  else if (validUntil <= validFrom) faults.push({ pointer: "/valid_until", detail: "not after valid_from" });
  return faults;
}

/** Finds the offer that each row names. Of an offer that is named twice, the first row counts. */
export function nameOffers(
  rows: readonly OfferName[],
  offers: readonly ListableOffer[],
): ({ readonly ok: true; readonly offer: ListableOffer } | Left)[] {
  const byId = new Map(offers.map((offer) => [offer.offerId, offer]));
  const byReference = new Map(offers.map((offer) => [offer.reference, offer]));
  const seen = new Set<OfferId>();
  return rows.map(({ offerId, reference }) => {
    if ((offerId === undefined) === (reference === undefined)) {
      return no("offer-unclear", "name the offer by its id or by its reference, and by one of them");
    }
    const offer = offerId === undefined ? byReference.get(reference ?? "") : byId.get(offerId);
    if (offer === undefined)
      return no("unknown-reference", offerId === undefined ? `no offer has the reference ${reference}` : "no offer has this id");
    if (seen.has(offer.offerId)) return no("offer-repeated", `offer ${offer.reference} stands in an earlier row`);
    seen.add(offer.offerId);
    return { ok: true, offer };
  });
}

/** Judges each row of prices by itself and against those before it. */
export function judgePrices(rows: readonly PriceRow[], currency: Currency, offers: readonly ListableOffer[]): JudgedPrice[] {
  const named = nameOffers(rows, offers);
  return rows.map((row, index) => {
    const found = named[index] ?? no("unknown-reference", "no offer has this id");
    return found.ok ? judgePrice(row, currency, found.offer) : found;
  });
}

function judgePrice(row: PriceRow, currency: Currency, offer: ListableOffer): JudgedPrice {
  if (offer.currency !== currency)
    return no("currency-mismatch", `offer ${offer.reference} is in ${offer.currency}, and the list in ${currency}`);
  const amountOf = (price: WireMoney) => {
    const read = fromWire(price);
    return read?.currency === currency ? read.amount : undefined;
  };
  const unitPrice = amountOf(row.unitPrice);
  if (unitPrice === undefined) return no("currency-mismatch", `the unit price is not in the list's currency ${currency}`);
  const tiers: { readonly fromQuantity: number; readonly unitPrice: MinorUnits }[] = [];
  let before = 1;
  for (const [index, { fromQuantity, unitPrice: asked }] of row.tiers.entries()) {
    const price = amountOf(asked);
    if (price === undefined) return no("currency-mismatch", `the price of tier ${index + 1} is not in the list's currency ${currency}`);
    if (fromQuantity <= before) return no("tiers-not-ascending", `tier ${index + 1} does not begin above ${before}`);
    tiers.push({ fromQuantity, unitPrice: price });
    before = fromQuantity;
  }
  return { ok: true, reference: offer.reference, price: { offerId: offer.offerId, unitPrice, tiers } };
}

/** Whether two prices of an offer are the same. */
export function samePrice(a: ListedPrice, b: ListedPrice): boolean {
  const plain = ({ unitPrice, tiers }: ListedPrice) =>
    JSON.stringify([`${unitPrice}`, tiers.map((tier) => [tier.fromQuantity, `${tier.unitPrice}`])]);
  return plain(a) === plain(b);
}

/** A list as answers and events show it. */
export function shownPriceList({ priceListId, name, currency, validFrom, validUntil, version }: PriceList) {
  return {
    id: toWireId(prefixes.priceList, priceListId),
    name,
    currency: String(currency),
    valid_from: validFrom,
    valid_until: validUntil,
    version,
  };
}

/** A price of a list as answers and audit entries show it. */
export function shownPrice({ offerId, unitPrice, tiers }: ListedPrice, currency: Currency) {
  return {
    offer: toWireId(prefixes.offer, offerId),
    unit_price: toWire({ amount: unitPrice, currency }),
    tiers: tiers.map((tier) => ({ from_quantity: tier.fromQuantity, unit_price: toWire({ amount: tier.unitPrice, currency }) })),
  };
}

function no(code: PriceRowFault["code"], detail: string): Left {
  return { ok: false, code, detail };
}
