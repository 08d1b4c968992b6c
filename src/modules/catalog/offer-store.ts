import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { OfferId, SellerId, VariantId } from "../../kernel/ids.ts";
import { currency, minorUnits } from "../../kernel/money.ts";
import { instantParameter, locking, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { Offer } from "./offer.ts";
import type { OfferState } from "./offer-machine.ts";

type OfferColumns = {
  seller_id: SellerId;
  offer_id: OfferId;
  variant_id: VariantId;
  sku: string;
  reference: string;
  currency: string;
  unit_price: bigint;
  price_per: number;
  minimum: number;
  step: number;
  tier_quantities: number[];
  tier_prices: bigint[];
  tax_category: string;
  state: OfferState;
  lead_time_days: number;
  version: number;
  changed_at: Instant;
};

/** Locks the seller's offers of these references by primary key, and gives them as the lock returned them. */
export async function lockOffers(tx: Transaction, sellerId: SellerId, references: readonly string[]): Promise<Offer[]> {
  const rows = await tx.query(
    locking(
      "offer",
      sql<OfferColumns>`
      select o.seller_id, o.offer_id, o.variant_id, v.sku, o.reference, o.currency, o.unit_price, o.price_per, o.minimum, o.step,
        o.tier_quantities, o.tier_prices, o.tax_category, o.state, o.lead_time_days, o.version, o.changed_at
      from offers o
        join variants v on v.variant_id = o.variant_id
      where o.seller_id = ${sellerId} and o.reference = any (${references}::text[])
      order by o.seller_id, o.offer_id
      for no key update of o`,
    ),
  );
  return rows.map(toOffer);
}

/**
 * Inserts offers in the order of their references, so that two who insert the same ones wait for each other and never in a circle.
 * Gives the ids of those whose reference was free: the unique index decides.
 */
export async function insertOffers(tx: Transaction, offers: readonly Offer[]): Promise<ReadonlySet<OfferId>> {
  const rows = await tx.query(sql<{ offer_id: OfferId }>`
    insert into offers (seller_id, offer_id, variant_id, reference, currency, unit_price, price_per, minimum, step,
      tier_quantities, tier_prices, tax_category, state, lead_time_days, version, changed_at)
    select seller_id, offer_id, variant_id, reference, currency, unit_price, price_per, minimum, step,
      tier_quantities, tier_prices, tax_category, state, lead_time_days, version, changed_at
    from json_to_recordset(${offerJson(offers)}::json) as given (
      seller_id uuid, offer_id uuid, variant_id uuid, reference text, currency text, unit_price bigint, price_per integer, minimum integer,
      step integer, tier_quantities integer[], tier_prices bigint[], tax_category text, state text, lead_time_days integer,
      version integer, changed_at timestamptz)
    order by reference
    on conflict (seller_id, reference) do nothing
    returning offer_id`);
  return new Set(rows.map(({ offer_id }) => offer_id));
}

/** Writes the terms and states of offers that are locked. */
export async function updateOffers(tx: Transaction, offers: readonly Offer[]): Promise<void> {
  const updated = await tx.execute(sql`
    update offers o
    set variant_id = given.variant_id, currency = given.currency, unit_price = given.unit_price, price_per = given.price_per,
      minimum = given.minimum, step = given.step, tier_quantities = given.tier_quantities, tier_prices = given.tier_prices,
      tax_category = given.tax_category, state = given.state, lead_time_days = given.lead_time_days, version = given.version, changed_at = given.changed_at
    from json_to_recordset(${offerJson(offers)}::json) as given (
      seller_id uuid, offer_id uuid, variant_id uuid, reference text, currency text, unit_price bigint, price_per integer, minimum integer,
      step integer, tier_quantities integer[], tier_prices bigint[], tax_category text, state text, lead_time_days integer,
      version integer, changed_at timestamptz)
    where o.seller_id = given.seller_id and o.offer_id = given.offer_id`);
  assert(updated === offers.length, `${offers.length} locked offers were to be changed, ${updated} were`);
}

export async function findOffer(reader: Reader, sellerId: SellerId, offerId: OfferId): Promise<Offer | undefined> {
  const row = await reader.find(sql<OfferColumns>`
    select o.seller_id, o.offer_id, o.variant_id, v.sku, o.reference, o.currency, o.unit_price, o.price_per, o.minimum, o.step,
      o.tier_quantities, o.tier_prices, o.tax_category, o.state, o.lead_time_days, o.version, o.changed_at
    from offers o
      join variants v on v.variant_id = o.variant_id
    where o.seller_id = ${sellerId} and o.offer_id = ${offerId}`);
  return row && toOffer(row);
}

/** Which of a seller's offers are asked for; null asks for any. `reference` is how theirs begin. */
export type OfferFilters = {
  readonly states: readonly OfferState[] | null;
  readonly variantId: VariantId | null;
  readonly sku: string | null;
  readonly reference: string | null;
};

const anyOffer: OfferFilters = { states: null, variantId: null, sku: null, reference: null };

/** The seller's offers from new to old, those with an id below `before`. */
export async function listOffers(
  reader: Reader,
  sellerId: SellerId,
  { before, count }: { readonly before: string; readonly count: number },
  { states, variantId, sku, reference }: OfferFilters = anyOffer,
): Promise<Offer[]> {
  const rows = await reader.query(sql<OfferColumns>`
    select o.seller_id, o.offer_id, o.variant_id, v.sku, o.reference, o.currency, o.unit_price, o.price_per, o.minimum, o.step,
      o.tier_quantities, o.tier_prices, o.tax_category, o.state, o.lead_time_days, o.version, o.changed_at
    from offers o
      join variants v on v.variant_id = o.variant_id
    where o.seller_id = ${sellerId} and o.offer_id < ${before}::uuid
      and (${states}::text[] is null or o.state = any (${states}::text[]))
      and (${variantId}::uuid is null or o.variant_id = ${variantId}::uuid)
      and (${sku}::text is null or o.variant_id = (select variant_id from variants where sku = ${sku}::text))
      and (${reference}::text is null or starts_with(o.reference, ${reference}::text))
    order by o.offer_id desc
    limit ${count}`);
  return rows.map(toOffer);
}

/** Locks the seller's offers of these ids by primary key, and gives them as the lock returned them. */
export async function lockOffersById(tx: Transaction, sellerId: SellerId, offerIds: readonly OfferId[]): Promise<Offer[]> {
  const rows = await tx.query(
    locking(
      "offer",
      sql<OfferColumns>`
      select o.seller_id, o.offer_id, o.variant_id, v.sku, o.reference, o.currency, o.unit_price, o.price_per, o.minimum, o.step,
        o.tier_quantities, o.tier_prices, o.tax_category, o.state, o.lead_time_days, o.version, o.changed_at
      from offers o
        join variants v on v.variant_id = o.variant_id
      where o.seller_id = ${sellerId} and o.offer_id = any (${offerIds}::uuid[])
      order by o.seller_id, o.offer_id
      for no key update of o`,
    ),
  );
  return rows.map(toOffer);
}

function offerJson(offers: readonly Offer[]): string {
  return JSON.stringify(
    offers.map((offer) => ({
      seller_id: offer.sellerId,
      offer_id: offer.offerId,
      variant_id: offer.variantId,
      reference: offer.reference,
      currency: offer.currency,
      // As text: a JSON number would pass through what cannot hold every bigint.
      unit_price: `${offer.unitPrice}`,
      price_per: offer.pricePer,
      minimum: offer.minimum,
      step: offer.step,
      tier_quantities: offer.tiers.map(({ fromQuantity }) => fromQuantity),
      tier_prices: offer.tiers.map(({ unitPrice }) => `${unitPrice}`),
      tax_category: offer.taxCategory,
      state: offer.state,
      lead_time_days: offer.leadTimeDays,
      version: offer.version,
      changed_at: instantParameter(offer.changedAt),
    })),
  );
}

function toOffer(row: OfferColumns): Offer {
  return {
    sellerId: row.seller_id,
    offerId: row.offer_id,
    variantId: row.variant_id,
    sku: row.sku,
    reference: row.reference,
    currency: currency(row.currency),
    unitPrice: minorUnits(row.unit_price),
    pricePer: row.price_per,
    minimum: row.minimum,
    step: row.step,
    tiers: row.tier_quantities.map((fromQuantity, index) => ({
      fromQuantity,
      unitPrice: minorUnits(row.tier_prices[index] ?? row.unit_price),
    })),
    taxCategory: row.tax_category,
    state: row.state,
    leadTimeDays: row.lead_time_days,
    version: row.version,
    changedAt: row.changed_at,
  };
}
