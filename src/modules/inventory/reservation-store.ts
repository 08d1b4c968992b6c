import type { Instant } from "../../kernel/clock.ts";
import type { LocationId, MovementId, OfferId, OrderId, ReservationId, SellerId } from "../../kernel/ids.ts";
import type { Quantity } from "../../kernel/quantity.ts";
import { instantParameter, locking, type Statement, sql, type Transaction } from "../../platform/db/index.ts";

/** Units of one stock level held for one order line. `backordered` of them were not on hand when they were promised. */
export type NewReservation = {
  readonly sellerId: SellerId;
  readonly reservationId: ReservationId;
  readonly movementId: MovementId;
  readonly orderId: OrderId;
  readonly lineNumber: number;
  readonly offerId: OfferId;
  readonly locationId: LocationId;
  readonly quantity: Quantity;
  readonly backordered: number;
};

/**
 * Reserves: the levels rise, the reservations stand and each movement names its order, in one statement. The CHECK
 * `stock_levels_never_oversold` refuses what the judge should have refused.
 */
export function reserve(reservations: readonly NewReservation[], at: Instant): Statement {
  const asked = reservations.map((each) => ({
    seller_id: each.sellerId,
    reservation_id: each.reservationId,
    movement_id: each.movementId,
    order_id: each.orderId,
    line_number: each.lineNumber,
    offer_id: each.offerId,
    location_id: each.locationId,
    quantity: each.quantity,
    backordered: each.backordered,
  }));
  return sql`
    with asked as (
      select * from json_to_recordset(${JSON.stringify(asked)}::json) as x (
        seller_id uuid, reservation_id uuid, movement_id uuid, order_id uuid, line_number integer,
        offer_id uuid, location_id uuid, quantity integer, backordered integer)
    ), raised as (
      update stock_levels s set reserved = s.reserved + sums.quantity
      from (select seller_id, offer_id, location_id, sum(quantity)::integer as quantity from asked group by seller_id, offer_id, location_id) sums
      where s.seller_id = sums.seller_id and s.offer_id = sums.offer_id and s.location_id = sums.location_id
    ), held as (
      insert into reservations (seller_id, reservation_id, order_id, line_number, offer_id, location_id, quantity, backordered)
      select seller_id, reservation_id, order_id, line_number, offer_id, location_id, quantity, backordered from asked
    )
    insert into movements (seller_id, movement_id, offer_id, location_id, kind, on_hand_delta, reserved_delta, cause_type, cause_id, reservation_id, at)
    select seller_id, movement_id, offer_id, location_id, 'reserve', 0, quantity, 'order_placed', order_id, reservation_id, ${instantParameter(at)}::timestamptz
    from asked`;
}

/** A reservation row that is locked, and how much of it is still held. */
export type HeldReservation = {
  readonly sellerId: SellerId;
  readonly reservationId: ReservationId;
  readonly orderId: OrderId;
  readonly offerId: OfferId;
  readonly locationId: LocationId;
  readonly held: number;
};

/** Locks the reservations of some orders by primary key; those that hold nothing any more are among them, with 0. */
export async function lockReservationsOfOrders(
  tx: Transaction,
  orders: readonly { readonly sellerId: SellerId; readonly orderId: OrderId }[],
): Promise<HeldReservation[]> {
  const rows = await tx.query(
    locking(
      "reservation",
      sql<{
        seller_id: SellerId;
        reservation_id: ReservationId;
        order_id: OrderId;
        offer_id: OfferId;
        location_id: LocationId;
        held: number;
      }>`
      select r.seller_id, r.reservation_id, r.order_id, r.offer_id, r.location_id, r.quantity - r.finalized - r.released as held
      from unnest(${orders.map(({ sellerId }) => sellerId)}::uuid[], ${orders.map(({ orderId }) => orderId)}::uuid[]) as asked (seller_id, order_id)
        join reservations r on r.seller_id = asked.seller_id and r.order_id = asked.order_id
      order by r.seller_id, r.reservation_id
      for no key update of r`,
    ),
  );
  return rows.map((row) => ({
    sellerId: row.seller_id,
    reservationId: row.reservation_id,
    orderId: row.order_id,
    offerId: row.offer_id,
    locationId: row.location_id,
    held: row.held,
  }));
}

/** Locks the levels that hold these reservations, by primary key, before they are lowered. */
export async function lockLevelsOfReservations(tx: Transaction, reservations: readonly HeldReservation[]): Promise<void> {
  await tx.query(
    locking(
      "stock_level",
      sql<{ seller_id: SellerId }>`
      select s.seller_id
      from stock_levels s
      where (s.seller_id, s.offer_id, s.location_id) in (
        select * from unnest(${reservations.map(({ sellerId }) => sellerId)}::uuid[], ${reservations.map(({ offerId }) => offerId)}::uuid[],
          ${reservations.map(({ locationId }) => locationId)}::uuid[]))
      order by s.seller_id, s.offer_id, s.location_id
      for no key update of s`,
    ),
  );
}

/** Why reserved units are free again. With the order it is the movement's cause, so that nothing is released twice for it. */
export type ReleaseCause = "order_cancelled" | "order_expired";

/** Releases all that the reservations still hold. It asks for no availability: giving back is never refused. */
export async function release(
  tx: Transaction,
  reservations: readonly (HeldReservation & { readonly movementId: MovementId })[],
  cause: ReleaseCause,
  at: Instant,
): Promise<void> {
  const given = reservations
    .filter(({ held }) => held > 0)
    .map((each) => ({
      seller_id: each.sellerId,
      reservation_id: each.reservationId,
      movement_id: each.movementId,
      order_id: each.orderId,
      offer_id: each.offerId,
      location_id: each.locationId,
      quantity: each.held,
    }));
  await tx.query(sql`
    with given as (
      select * from json_to_recordset(${JSON.stringify(given)}::json) as x (
        seller_id uuid, reservation_id uuid, movement_id uuid, order_id uuid, offer_id uuid, location_id uuid, quantity integer)
    ), lowered as (
      update stock_levels s set reserved = s.reserved - sums.quantity
      from (select seller_id, offer_id, location_id, sum(quantity)::integer as quantity from given group by seller_id, offer_id, location_id) sums
      where s.seller_id = sums.seller_id and s.offer_id = sums.offer_id and s.location_id = sums.location_id
    ), freed as (
      update reservations r set released = r.released + given.quantity
      from given
      where r.seller_id = given.seller_id and r.reservation_id = given.reservation_id
    )
    insert into movements (seller_id, movement_id, offer_id, location_id, kind, on_hand_delta, reserved_delta, cause_type, cause_id, reservation_id, at)
    select seller_id, movement_id, offer_id, location_id, 'release', 0, -quantity, ${cause}, order_id, reservation_id, ${instantParameter(at)}::timestamptz
    from given`);
}
