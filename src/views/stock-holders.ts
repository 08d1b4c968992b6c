import type { CheckoutId, LocationId, OfferId, OrderId, ReservationId, SellerId } from "../kernel/ids.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** Units of a stock level that an order line holds and no parcel has, with the checkout that has to be locked before they are given up. */
export type OpenHolder = {
  readonly offerId: OfferId;
  readonly locationId: LocationId;
  readonly reservationId: ReservationId;
  readonly orderId: OrderId;
  readonly checkoutId: CheckoutId;
  readonly lineNumber: number;
  readonly open: number;
};

/**
 * Who could give up units of these levels, from the newest promise to the oldest, `limit` of each level at most. What replaces a lost
 * parcel is owed already and is not among them.
 */
export async function readOpenHolders(
  reader: Reader,
  sellerId: SellerId,
  levels: readonly { readonly offerId: OfferId; readonly locationId: LocationId }[],
  limit: number,
): Promise<OpenHolder[]> {
  const rows = await reader.query(sql<{
    offer_id: OfferId;
    location_id: LocationId;
    reservation_id: ReservationId;
    order_id: OrderId;
    checkout_id: CheckoutId;
    line_number: number;
    open: number;
  }>`
    select asked.offer_id, asked.location_id, holder.reservation_id, holder.order_id, o.checkout_id, holder.line_number, holder.open
    from unnest(${levels.map(({ offerId }) => offerId)}::uuid[], ${levels.map(({ locationId }) => locationId)}::uuid[])
        as asked (offer_id, location_id)
      cross join lateral (
        select r.reservation_id, r.order_id, r.line_number, r.quantity - r.finalized - r.released - r.reassigned - r.packed as open
        from reservations r
        where r.seller_id = ${sellerId} and r.offer_id = asked.offer_id and r.location_id = asked.location_id
          and r.finalized + r.released + r.reassigned < r.quantity and r.replacement = 0
          and r.finalized + r.released + r.reassigned + r.packed < r.quantity
        order by r.reservation_id desc
        limit ${limit}
      ) holder
      join orders o on o.seller_id = ${sellerId} and o.order_id = holder.order_id
    order by asked.offer_id, asked.location_id, holder.reservation_id desc`);
  return rows.map((row) => ({
    offerId: row.offer_id,
    locationId: row.location_id,
    reservationId: row.reservation_id,
    orderId: row.order_id,
    checkoutId: row.checkout_id,
    lineNumber: row.line_number,
    open: row.open,
  }));
}
