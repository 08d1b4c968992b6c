import type { LocationId, OfferId, OrderId, ReservationId, SellerId } from "../../kernel/ids.ts";
import { type Reader, sql } from "../../platform/db/index.ts";
import type { JudgedChange } from "./stock-operation.ts";

/** Units of an order line that were waited for and are on hand now. */
export type ServedUnits = {
  readonly orderId: OrderId;
  readonly lineNumber: number;
  readonly offerId: OfferId;
  readonly locationId: LocationId;
  readonly quantity: number;
};

/** How many lines of waiting orders one operation names. */
const namedServed = 1_000;

/**
 * Which waiting orders the goods that come serve, the oldest promise first: of each reservation the units that are on hand for it after
 * the change and were not before. The levels are locked, so nobody's held units change meanwhile.
 */
export async function readServed(reader: Reader, sellerId: SellerId, arrivals: readonly JudgedChange[]): Promise<ServedUnits[]> {
  const rows = await reader.query(sql<{
    order_id: OrderId;
    line_number: number;
    offer_id: OfferId;
    location_id: LocationId;
    quantity: number;
  }>`
    with arrived as (
      select * from unnest(
        ${arrivals.map(({ change }) => change.offerId)}::uuid[], ${arrivals.map(({ change }) => change.locationId)}::uuid[],
        ${arrivals.map(({ level }) => level.onHand)}::bigint[], ${arrivals.map(({ after }) => after.onHand)}::bigint[]
      ) as given (offer_id, location_id, before, after)
    ), holding as (
      select r.reservation_id, r.order_id, r.line_number, r.offer_id, r.location_id, arrived.before, arrived.after,
        (r.quantity - r.finalized - r.released - r.reassigned)::bigint as held,
        sum(r.quantity - r.finalized - r.released - r.reassigned) over (partition by r.offer_id, r.location_id order by r.reservation_id) as upto
      from arrived
        join reservations r on r.seller_id = ${sellerId} and r.offer_id = arrived.offer_id and r.location_id = arrived.location_id
      where r.finalized + r.released + r.reassigned < r.quantity
    )
    select order_id, line_number, offer_id, location_id, coalesce(least(after, upto) - greatest(before, upto - held), 0)::integer as quantity
    from holding
    where upto > before and upto - held < after
    order by reservation_id
    limit ${namedServed}`);
  return rows.map((row) => ({
    orderId: row.order_id,
    lineNumber: row.line_number,
    offerId: row.offer_id,
    locationId: row.location_id,
    quantity: row.quantity,
  }));
}

/** Who holds units of a level, line by line. */
export type Holder = {
  readonly offerId: OfferId;
  readonly locationId: LocationId;
  readonly reservationId: ReservationId;
  readonly orderId: OrderId;
  readonly lineNumber: number;
  readonly held: number;
  readonly packed: number;
};

/** Who holds units of these levels, from new to old, `limit` of each level at most. */
export async function holdersOf(
  reader: Reader,
  sellerId: SellerId,
  levels: readonly { readonly offerId: OfferId; readonly locationId: LocationId }[],
  limit: number,
): Promise<Holder[]> {
  const rows = await reader.query(sql<{
    offer_id: OfferId;
    location_id: LocationId;
    reservation_id: ReservationId;
    order_id: OrderId;
    line_number: number;
    held: number;
    packed: number;
  }>`
    select asked.offer_id, asked.location_id, holder.reservation_id, holder.order_id, holder.line_number, holder.held, holder.packed
    from unnest(${levels.map(({ offerId }) => offerId)}::uuid[], ${levels.map(({ locationId }) => locationId)}::uuid[])
        as asked (offer_id, location_id)
      cross join lateral (
        select r.reservation_id, r.order_id, r.line_number, r.quantity - r.finalized - r.released - r.reassigned as held, r.packed
        from reservations r
        where r.seller_id = ${sellerId} and r.offer_id = asked.offer_id and r.location_id = asked.location_id
          and r.finalized + r.released + r.reassigned < r.quantity
        order by r.reservation_id desc
        limit ${limit}
      ) holder
    order by asked.offer_id, asked.location_id, holder.reservation_id desc`);
  return rows.map((row) => ({
    offerId: row.offer_id,
    locationId: row.location_id,
    reservationId: row.reservation_id,
    orderId: row.order_id,
    lineNumber: row.line_number,
    held: row.held,
    packed: row.packed,
  }));
}
