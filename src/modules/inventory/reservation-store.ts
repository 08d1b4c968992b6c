import type { Instant } from "../../kernel/clock.ts";
import type { LocationId, MovementId, OfferId, OrderId, ReservationId, SellerId, Uuid } from "../../kernel/ids.ts";
import type { Quantity } from "../../kernel/quantity.ts";
import { instantParameter, locking, type Reader, type Statement, sql, type Transaction } from "../../platform/db/index.ts";
import type { HeldReservation, ReservationUnits } from "./reservation.ts";
import type { LevelNumbers } from "./stock-operation.ts";

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

/** Units reserved anew for the parcel that replaces a lost one; `replacement` is that parcel's number in its order, from 1. */
export type NewReplacement = NewReservation & { readonly replacement: number };

/**
 * Reserves for a parcel that replaces a lost one, beside what its lines once reserved. The levels are locked and were judged. Units of one
 * line at one location are one reservation.
 */
export async function reserveReplacement(
  tx: Transaction,
  reservations: readonly NewReplacement[],
  shipmentId: Uuid,
  at: Instant,
): Promise<void> {
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
    replacement: each.replacement,
  }));
  await tx.query(sql`
    with asked as (
      select * from json_to_recordset(${JSON.stringify(asked)}::json) as x (
        seller_id uuid, reservation_id uuid, movement_id uuid, order_id uuid, line_number integer,
        offer_id uuid, location_id uuid, quantity integer, backordered integer, replacement integer)
    ), raised as (
      update stock_levels s set reserved = s.reserved + sums.quantity
      from (select seller_id, offer_id, location_id, sum(quantity)::integer as quantity from asked group by seller_id, offer_id, location_id) sums
      where s.seller_id = sums.seller_id and s.offer_id = sums.offer_id and s.location_id = sums.location_id
    ), held as (
      insert into reservations (seller_id, reservation_id, order_id, line_number, offer_id, location_id, quantity, backordered, replacement)
      select seller_id, reservation_id, order_id, line_number, offer_id, location_id, quantity, backordered, replacement from asked
    )
    insert into movements (seller_id, movement_id, offer_id, location_id, kind, on_hand_delta, reserved_delta, cause_type, cause_id, reservation_id, at)
    select seller_id, movement_id, offer_id, location_id, 'reserve', 0, quantity, 'shipment_replaced', ${shipmentId}::uuid, reservation_id,
      ${instantParameter(at)}::timestamptz
    from asked`);
}

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
        line_number: number;
        offer_id: OfferId;
        location_id: LocationId;
        replacement: number;
        quantity: number;
        backordered: number;
        released: number;
        held: number;
        packed: number;
      }>`
      select r.seller_id, r.reservation_id, r.order_id, r.line_number, r.offer_id, r.location_id, r.replacement, r.quantity, r.backordered,
        r.released, r.quantity - r.finalized - r.released - r.reassigned as held, r.packed
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
    lineNumber: row.line_number,
    offerId: row.offer_id,
    locationId: row.location_id,
    replacement: row.replacement,
    quantity: row.quantity,
    backordered: row.backordered,
    released: row.released,
    held: row.held,
    packed: row.packed,
    open: row.held - row.packed,
  }));
}

/** A stock level of one seller, as its lock returned it. */
export type LevelOfSeller = LevelNumbers & { readonly sellerId: SellerId };

/** Locks the levels that hold these reservations, by primary key, before they are lowered, and gives what the locks returned. */
export async function lockLevelsOfReservations(
  tx: Transaction,
  reservations: readonly Pick<HeldReservation, "sellerId" | "offerId" | "locationId">[],
): Promise<LevelOfSeller[]> {
  const rows = await tx.query(
    locking(
      "stock_level",
      sql<{
        seller_id: SellerId;
        offer_id: OfferId;
        location_id: LocationId;
        on_hand: number;
        reserved: number;
        backorder_limit: number;
      }>`
      select s.seller_id, s.offer_id, s.location_id, s.on_hand, s.reserved, s.backorder_limit
      from stock_levels s
      where (s.seller_id, s.offer_id, s.location_id) in (
        select * from unnest(${reservations.map(({ sellerId }) => sellerId)}::uuid[], ${reservations.map(({ offerId }) => offerId)}::uuid[],
          ${reservations.map(({ locationId }) => locationId)}::uuid[]))
      order by s.seller_id, s.offer_id, s.location_id
      for no key update of s`,
    ),
  );
  return rows.map((row) => ({
    sellerId: row.seller_id,
    offerId: row.offer_id,
    locationId: row.location_id,
    onHand: row.on_hand,
    reserved: row.reserved,
    backorderLimit: row.backorder_limit,
  }));
}

/**
 * For each reservation, the units that older reservations of other orders hold of the same level. Read it when the level is locked; with
 * `coverage` it tells how many of the reservation's units are on hand for it. Reservations of one order share what is on hand: add
 * up what a parcel takes from one level before it is compared.
 */
export async function readOlderHeld(
  reader: Reader,
  reservations: readonly Pick<HeldReservation, "sellerId" | "reservationId">[],
): Promise<ReadonlyMap<ReservationId, number>> {
  const rows = await reader.query(sql<{ reservation_id: ReservationId; older: number }>`
    select r.reservation_id, older.held as older
    from unnest(${reservations.map(({ sellerId }) => sellerId)}::uuid[], ${reservations.map(({ reservationId }) => reservationId)}::uuid[])
        as asked (seller_id, reservation_id)
      join reservations r on r.seller_id = asked.seller_id and r.reservation_id = asked.reservation_id
      cross join lateral (
        select coalesce(sum(o.quantity - o.finalized - o.released - o.reassigned), 0)::integer as held
        from reservations o
        where o.seller_id = r.seller_id and o.offer_id = r.offer_id and o.location_id = r.location_id
          and o.reservation_id < r.reservation_id and o.order_id <> r.order_id
          and o.finalized + o.released + o.reassigned < o.quantity
      ) older`);
  return new Map(rows.map(({ reservation_id, older }) => [reservation_id, older]));
}

/** Why reserved units are free again, and the id of what freed them: nothing is released twice for the same. */
export type ReleaseCause = {
  readonly causeType: "order_cancelled" | "order_rejected" | "order_expired" | "shipment_cancelled";
  readonly causeId: Uuid;
};

/** Units that a reservation gives back; a reservation comes once for each cause. */
export type Release = ReservationUnits & { readonly movementId: MovementId; readonly cause: ReleaseCause };

/** Releases units of locked reservations. It asks for no availability: giving back is never refused. */
export async function release(tx: Transaction, releases: readonly Release[], at: Instant): Promise<void> {
  const given = releases.map(({ reservation, movementId, quantity, cause }) => ({
    seller_id: reservation.sellerId,
    reservation_id: reservation.reservationId,
    movement_id: movementId,
    offer_id: reservation.offerId,
    location_id: reservation.locationId,
    quantity,
    cause_type: cause.causeType,
    cause_id: cause.causeId,
  }));
  await tx.query(sql`
    with given as (
      select * from json_to_recordset(${JSON.stringify(given)}::json) as x (
        seller_id uuid, reservation_id uuid, movement_id uuid, offer_id uuid, location_id uuid, quantity integer, cause_type text, cause_id uuid)
    ), lowered as (
      update stock_levels s set reserved = s.reserved - sums.quantity
      from (select seller_id, offer_id, location_id, sum(quantity)::integer as quantity from given group by seller_id, offer_id, location_id) sums
      where s.seller_id = sums.seller_id and s.offer_id = sums.offer_id and s.location_id = sums.location_id
    ), freed as (
      update reservations r set released = r.released + sums.quantity
      from (select seller_id, reservation_id, sum(quantity)::integer as quantity from given group by seller_id, reservation_id) sums
      where r.seller_id = sums.seller_id and r.reservation_id = sums.reservation_id
    )
    insert into movements (seller_id, movement_id, offer_id, location_id, kind, on_hand_delta, reserved_delta, cause_type, cause_id, reservation_id, at)
    select seller_id, movement_id, offer_id, location_id, 'release', 0, -quantity, cause_type, cause_id, reservation_id, ${instantParameter(at)}::timestamptz
    from given`);
}
