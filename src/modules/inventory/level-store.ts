import type { LocationId, OfferId, SellerId } from "../../kernel/ids.ts";
import type { StockLevel } from "../../kernel/stock-level.ts";
import { locking, type Reader, sql, type Transaction } from "../../platform/db/index.ts";

/** A stock level as its locked row was read, with the seller it belongs to. */
export type LockedLevel = StockLevel & { readonly sellerId: SellerId };

type LevelRow = {
  seller_id: SellerId;
  offer_id: OfferId;
  location_id: LocationId;
  country: string;
  on_hand: number;
  reserved: number;
  backorder_limit: number;
  expected_on: string | null;
};

/**
 * Locks every stock level of the offers asked for, at all their locations, by primary key, and gives what the lock returned: that is
 * what is judged on. A second read in the same statement would see the snapshot from before the wait.
 */
export async function lockLevelsOfOffers(tx: Transaction, offerIds: readonly OfferId[]): Promise<LockedLevel[]> {
  const rows = await tx.query(
    locking(
      "stock_level",
      sql<LevelRow>`
      select s.seller_id, s.offer_id, s.location_id, l.country, s.on_hand, s.reserved, s.backorder_limit, s.expected_on::text
      from unnest(${offerIds}::uuid[]) as asked (offer_id)
        join offers o on o.offer_id = asked.offer_id
        join stock_levels s on s.seller_id = o.seller_id and s.offer_id = o.offer_id
        join locations l on l.seller_id = s.seller_id and l.location_id = s.location_id
      order by s.seller_id, s.offer_id, s.location_id
      for no key update of s`,
    ),
  );
  return rows.map(toLevel);
}

/** The offers of which every level can be locked now. The others are being changed by somebody; their commands wait. */
export async function obtainableOffers(tx: Transaction, offerIds: readonly OfferId[]): Promise<ReadonlySet<OfferId>> {
  const free = await tx.query(
    locking(
      "stock_level",
      sql<{ seller_id: SellerId; offer_id: OfferId; location_id: LocationId }>`
      select s.seller_id, s.offer_id, s.location_id
      from unnest(${offerIds}::uuid[]) as asked (offer_id)
        join offers o on o.offer_id = asked.offer_id
        join stock_levels s on s.seller_id = o.seller_id and s.offer_id = o.offer_id
      order by s.seller_id, s.offer_id, s.location_id
      for no key update of s skip locked`,
    ),
  );
  const all = await tx.query(
    sql<{ offer_id: OfferId; levels: number }>`
      select asked.offer_id, count(s.location_id)::integer as levels
      from unnest(${offerIds}::uuid[]) as asked (offer_id)
        left join offers o on o.offer_id = asked.offer_id
        left join stock_levels s on s.seller_id = o.seller_id and s.offer_id = o.offer_id
      group by asked.offer_id`,
  );
  const freeLevels = Map.groupBy(free, ({ offer_id }) => offer_id);
  return new Set(all.filter(({ offer_id, levels }) => (freeLevels.get(offer_id)?.length ?? 0) === levels).map(({ offer_id }) => offer_id));
}

/** The same levels without a lock, for a preview that promises nothing. */
export async function readLevelsOfOffers(reader: Reader, offerIds: readonly OfferId[]): Promise<LockedLevel[]> {
  const rows = await reader.query(
    sql<LevelRow>`
      select s.seller_id, s.offer_id, s.location_id, l.country, s.on_hand, s.reserved, s.backorder_limit, s.expected_on::text
      from unnest(${offerIds}::uuid[]) as asked (offer_id)
        join offers o on o.offer_id = asked.offer_id
        join stock_levels s on s.seller_id = o.seller_id and s.offer_id = o.offer_id
        join locations l on l.seller_id = s.seller_id and l.location_id = s.location_id`,
  );
  return rows.map(toLevel);
}

function toLevel(row: LevelRow): LockedLevel {
  return {
    sellerId: row.seller_id,
    offerId: row.offer_id,
    locationId: row.location_id,
    country: row.country,
    onHand: row.on_hand,
    reserved: row.reserved,
    backorderLimit: row.backorder_limit,
    ...(row.expected_on === null ? {} : { backorderDate: row.expected_on }),
  };
}
