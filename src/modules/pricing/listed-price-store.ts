import type { OfferId, PriceListId, SellerId } from "../../kernel/ids.ts";
import { minorUnits } from "../../kernel/money.ts";
import { sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { ListableOffer, ListedPrice, OfferName, PriceList } from "./price-list.ts";

type PriceRow = { offer_id: OfferId; unit_price: bigint; tier_quantities: number[]; tier_prices: bigint[] };

/** The seller's offers that go by these ids or references. */
export async function findListableOffers(reader: Reader, sellerId: SellerId, names: readonly OfferName[]): Promise<ListableOffer[]> {
  const offerIds = names.flatMap(({ offerId }) => (offerId === undefined ? [] : [offerId]));
  const references = names.flatMap(({ reference }) => (reference === undefined ? [] : [reference]));
  const rows = await reader.query(sql<{ offer_id: OfferId; reference: string; currency: string }>`
    select offer_id, reference, currency from offers where seller_id = ${sellerId} and offer_id = any (${offerIds}::uuid[])
    union
    select offer_id, reference, currency from offers where seller_id = ${sellerId} and reference = any (${references}::text[])`);
  return rows.map(({ offer_id, reference, currency }) => ({ offerId: offer_id, reference, currency }));
}

/** The prices of these offers on a locked list. */
export async function findPrices(
  reader: Reader,
  { sellerId, priceListId }: PriceList,
  offerIds: readonly OfferId[],
): Promise<ListedPrice[]> {
  const rows = await reader.query(sql<PriceRow>`
    select offer_id, unit_price, tier_quantities, tier_prices
    from price_list_prices
    where seller_id = ${sellerId} and price_list_id = ${priceListId} and offer_id = any (${offerIds}::uuid[])`);
  return rows.map(toPrice);
}

/** Writes prices of a locked list, new ones and others. */
export async function upsertPrices(tx: Transaction, { sellerId, priceListId }: PriceList, prices: readonly ListedPrice[]): Promise<void> {
  const given = JSON.stringify(
    prices.map(({ offerId, unitPrice, tiers }) => ({
      offer_id: offerId,
      // As text: a JSON number would pass through what cannot hold every bigint.
      unit_price: `${unitPrice}`,
      tier_quantities: tiers.map(({ fromQuantity }) => fromQuantity),
      tier_prices: tiers.map((tier) => `${tier.unitPrice}`),
    })),
  );
  await tx.execute(sql`
    insert into price_list_prices (seller_id, price_list_id, offer_id, unit_price, tier_quantities, tier_prices)
    select ${sellerId}::uuid, ${priceListId}::uuid, offer_id, unit_price, tier_quantities, tier_prices
    from json_to_recordset(${given}::json) as given (offer_id uuid, unit_price bigint, tier_quantities integer[], tier_prices bigint[])
    order by offer_id
    on conflict (seller_id, price_list_id, offer_id) do update
    set unit_price = excluded.unit_price, tier_quantities = excluded.tier_quantities, tier_prices = excluded.tier_prices`);
}

/** Takes the prices of these offers from a locked list. */
export async function deletePrices(tx: Transaction, { sellerId, priceListId }: PriceList, offerIds: readonly OfferId[]): Promise<void> {
  await tx.execute(sql`
    delete from price_list_prices
    where seller_id = ${sellerId} and price_list_id = ${priceListId} and offer_id = any (${offerIds}::uuid[])`);
}

/** The prices of a list, those of offers with an id below `before`, the highest id first. */
export async function listPrices(
  reader: Reader,
  { sellerId, priceListId }: { readonly sellerId: SellerId; readonly priceListId: PriceListId },
  { before, count }: { readonly before: string; readonly count: number },
): Promise<ListedPrice[]> {
  const rows = await reader.query(sql<PriceRow>`
    select offer_id, unit_price, tier_quantities, tier_prices
    from price_list_prices
    where seller_id = ${sellerId} and price_list_id = ${priceListId} and offer_id < ${before}::uuid
    order by offer_id desc
    limit ${count}`);
  return rows.map(toPrice);
}

function toPrice(row: PriceRow): ListedPrice {
  return {
    offerId: row.offer_id,
    unitPrice: minorUnits(row.unit_price),
    tiers: row.tier_quantities.map((fromQuantity, index) => ({
      fromQuantity,
      unitPrice: minorUnits(row.tier_prices[index] ?? row.unit_price),
    })),
  };
}
