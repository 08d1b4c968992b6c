import type { CompanyId, OfferId, PriceListId } from "../kernel/ids.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** What a price list says of an offer, in minor units of the offer's currency per its `price_per` units. */
export type AgreedPriceView = {
  readonly offer_id: OfferId;
  readonly price_list_id: PriceListId;
  readonly unit_price: bigint;
  readonly tier_quantities: readonly number[];
  readonly tier_prices: readonly bigint[];
  readonly valid_until: string | null;
};

/** An offer whose agreed prices are asked for, with the currency that they have to be in. */
export type OfferAsked = { readonly offer_id: OfferId; readonly seller_id: string; readonly currency: string };

/** The prices that hold today (in UTC) between a company and the sellers of these offers, for the company itself. */
export async function readAgreedPrices(
  reader: Reader,
  companyId: CompanyId,
  offers: readonly OfferAsked[],
): Promise<ReadonlyMap<OfferId, readonly AgreedPriceView[]>> {
  const rows =
    offers.length === 0
      ? []
      : await reader.query(
          sql<AgreedPriceView>`
            select p.offer_id, p.price_list_id, p.unit_price, p.tier_quantities, p.tier_prices, l.valid_until
            from unnest(${offers.map(({ seller_id }) => seller_id)}::uuid[], ${offers.map(({ offer_id }) => offer_id)}::uuid[],
                        ${offers.map(({ currency }) => currency)}::text[]) as asked (seller_id, offer_id, currency)
              join price_list_companies c on c.company_id = ${companyId} and c.seller_id = asked.seller_id
              join price_lists l on l.seller_id = c.seller_id and l.price_list_id = c.price_list_id and l.currency = asked.currency
              join price_list_prices p on p.seller_id = l.seller_id and p.price_list_id = l.price_list_id and p.offer_id = asked.offer_id
            where l.valid_from <= (stoa_now() at time zone 'UTC')::date
              and (l.valid_until is null or l.valid_until > (stoa_now() at time zone 'UTC')::date)
            order by p.offer_id, p.unit_price, p.price_list_id`,
        );
  const agreed = new Map<OfferId, AgreedPriceView[]>();
  for (const row of rows) {
    const known = agreed.get(row.offer_id);
    if (known === undefined) agreed.set(row.offer_id, [row]);
    else known.push(row);
  }
  return agreed;
}
