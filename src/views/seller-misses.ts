import type { SellerId } from "../kernel/ids.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** How many orders a seller did not fulfil in the last 90 days, by what happened. */
export type SellerMisses = { readonly rejected: number; readonly notAcceptedInTime: number; readonly notShippedInTime: number };

/** Counts a seller's misses: they are not kept, but follow from what was cancelled and why. */
export async function countMisses(reader: Reader, sellerId: SellerId): Promise<SellerMisses> {
  const row = await reader.one(sql<{ rejected: number; not_accepted: number; not_shipped: number }>`
    select count(distinct order_id) filter (where cause = 'seller_rejected')::integer as rejected,
      count(distinct order_id) filter (where cause = 'not_accepted_in_time')::integer as not_accepted,
      count(distinct order_id) filter (where cause = 'not_shipped_in_time')::integer as not_shipped
    from order_cancellations
    where seller_id = ${sellerId} and at >= (select stoa_now()) - interval '90 days'
      and cause in ('seller_rejected', 'not_accepted_in_time', 'not_shipped_in_time')`);
  return { rejected: row.rejected, notAcceptedInTime: row.not_accepted, notShippedInTime: row.not_shipped };
}
