import type { Instant } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { OfferId, SellerId, VariantId } from "../../kernel/ids.ts";
import { eventsFrom } from "../../kernel/lifecycle.ts";
import { parseCurrency } from "../../kernel/money.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import { fromWire, toWire } from "../../kernel/wire.ts";
import type { WireMoney } from "../../kernel/wire.ts";
import { offerMachine, type OfferState } from "./offer-machine.ts";

/** The steps of an offer's life that its seller takes by command. */
export const offerCommands = ["activate", "pause", "resume", "archive"] as const;
export type OfferCommand = (typeof offerCommands)[number];

/** On how many units from `fromQuantity` on a line's unit price is another one. */
export type Tier = { readonly fromQuantity: number; readonly unitPrice: MinorUnits };

/** What a seller asks for a variant. Prices are net, per `pricePer` units; a quantity is a multiple of `step`, at least `minimum`. */
export type OfferTerms = {
  readonly reference: string;
  readonly variantId: VariantId;
  readonly sku: string;
  readonly currency: Currency;
  readonly unitPrice: MinorUnits;
  readonly pricePer: number;
  readonly minimum: number;
  readonly step: number;
  readonly tiers: readonly Tier[];
  readonly taxCategory: string;
  /** Working days of the seller until it can be handed to a carrier. */
  readonly leadTimeDays: number;
};

/** A seller's terms for one variant under the seller's own reference. Its version counts the changes of them and of its state. */
export type Offer = OfferTerms & {
  readonly sellerId: SellerId;
  readonly offerId: OfferId;
  readonly state: OfferState;
  readonly version: number;
  readonly changedAt: Instant;
};

/** A row of a bulk upsert, as its seller sent it: of the right form, and not looked at yet. */
export type OfferRow = {
  readonly reference: string;
  readonly sku?: string | undefined;
  readonly variantId?: VariantId | undefined;
  readonly currency: string;
  readonly unitPrice: WireMoney;
  readonly pricePer: number;
  readonly minimum: number;
  readonly step: number;
  readonly tiers: readonly { readonly fromQuantity: number; readonly unitPrice: WireMoney }[];
  readonly taxCategory: string;
  /** 0 unless told. */
  readonly leadTimeDays?: number | undefined;
  /** A new offer is born as a draft instead of for sale. One that is there keeps its state. */
  readonly draft?: boolean | undefined;
};

/** Why a row was left out, while the others were applied. */
export type OfferRowFault = {
  readonly code:
    | "variant-unclear"
    | "unknown-reference"
    | "currency-unknown"
    | "currency-mismatch"
    | "tiers-not-ascending"
    | "reference-repeated"
    | "offer-archived"
    | "offer-not-draft";
  readonly detail: string;
};

export type JudgedRow =
  | { readonly ok: true; readonly terms: OfferTerms; readonly draft: boolean }
  | ({ readonly ok: false } & OfferRowFault);

/** The variants that the rows name, by SKU and by id. */
export type KnownVariants = { readonly bySku: ReadonlyMap<string, VariantId>; readonly byId: ReadonlyMap<VariantId, string> };

/** Judges each row by itself and against those before it: of a reference that is given twice, the first row counts. */
export function judgeRows(rows: readonly OfferRow[], known: KnownVariants): JudgedRow[] {
  const seen = new Set<string>();
  return rows.map((row) => {
    if (seen.has(row.reference)) return no("reference-repeated", `reference ${row.reference} stands in an earlier row`);
    seen.add(row.reference);
    return judgeRow(row, known);
  });
}

function judgeRow(row: OfferRow, known: KnownVariants): JudgedRow {
  if ((row.sku === undefined) === (row.variantId === undefined))
    return no("variant-unclear", "name the variant by its sku or by its id, and by one of them");
  const variantId = row.variantId ?? known.bySku.get(row.sku ?? "");
  const sku = variantId === undefined ? undefined : (known.byId.get(variantId) ?? undefined);
  if (variantId === undefined || sku === undefined) {
    return no("unknown-reference", row.sku === undefined ? "no variant has this id" : `no variant has the SKU ${row.sku}`);
  }
  const currency = parseCurrency(row.currency);
  if (currency === undefined) return no("currency-unknown", `${row.currency} is no currency of ISO 4217 with a minor unit`);
  const [unitPrice, ...tierPrices] = [row.unitPrice, ...row.tiers.map((tier) => tier.unitPrice)].map((price) => {
    const read = fromWire(price);
    return read?.currency === currency ? read.amount : undefined;
  });
  if (unitPrice === undefined) return no("currency-mismatch", `the unit price is not in the offer's currency ${currency}`);
  let before = 1;
  const tiers: Tier[] = [];
  for (const [index, { fromQuantity }] of row.tiers.entries()) {
    const price = tierPrices[index];
    if (price === undefined) return no("currency-mismatch", `the price of tier ${index + 1} is not in the offer's currency ${currency}`);
    if (fromQuantity <= before) return no("tiers-not-ascending", `tier ${index + 1} does not begin above ${before}`);
    tiers.push({ fromQuantity, unitPrice: price });
    before = fromQuantity;
  }
  const { reference, pricePer, minimum, step, taxCategory, leadTimeDays = 0, draft = false } = row;
  const terms = { reference, variantId, sku, currency, unitPrice, pricePer, minimum, step, tiers, taxCategory, leadTimeDays };
  return { ok: true, terms, draft };
}

/** Why a row cannot be applied to the offer of its reference as it is now; undefined when it can. */
export function faultOfChange({ reference, state }: Offer, draft: boolean): OfferRowFault | undefined {
  if (state === "archived") return { code: "offer-archived", detail: `offer ${reference} is archived and does not change any more` };
  if (draft && state !== "draft")
    return { code: "offer-not-draft", detail: `offer ${reference} is ${state}; nothing leads back to a draft` };
  return undefined;
}

function no(code: OfferRowFault["code"], detail: string): { readonly ok: false } & OfferRowFault {
  return { ok: false, code, detail };
}

/** Whether the terms are those that the offer has. The SKU goes with its variant. */
export function sameTerms(a: OfferTerms, b: OfferTerms): boolean {
  const plain = ({ reference, variantId, currency, unitPrice, pricePer, minimum, step, tiers, taxCategory, leadTimeDays }: OfferTerms) =>
    JSON.stringify([
      ...[reference, variantId, currency, `${unitPrice}`, pricePer, minimum, step, taxCategory, leadTimeDays],
      tiers.map((tier) => [tier.fromQuantity, `${tier.unitPrice}`]),
    ]);
  return plain(a) === plain(b);
}

/** An offer as its seller sees it: its terms and state, and what the seller can do with it. */
export function shownOffer(offer: Offer) {
  const events = eventsFrom(offerMachine, offer.state, "seller");
  return { ...toldOffer(offer), allowed_actions: offerCommands.filter((command) => events.includes(command)) };
}

/** An offer as events tell it. */
export function toldOffer(offer: Offer) {
  const { currency } = offer;
  return {
    id: toWireId(prefixes.offer, offer.offerId),
    state: offer.state,
    reference: offer.reference,
    variant: toWireId(prefixes.variant, offer.variantId),
    sku: offer.sku,
    currency: String(currency),
    unit_price: toWire({ amount: offer.unitPrice, currency }),
    price_per: offer.pricePer,
    minimum: offer.minimum,
    step: offer.step,
    tiers: offer.tiers.map((tier) => ({ from_quantity: tier.fromQuantity, unit_price: toWire({ amount: tier.unitPrice, currency }) })),
    tax_category: offer.taxCategory,
    lead_time_days: offer.leadTimeDays,
    version: offer.version,
  };
}
