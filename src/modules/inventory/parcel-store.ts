import type { Instant } from "../../kernel/clock.ts";
import type { LocationId, MovementId, OfferId, ReservationId, SellerId, ShipmentId, Uuid } from "../../kernel/ids.ts";
import { instantParameter, sql, type Transaction } from "../../platform/db/index.ts";

/** Units of a locked reservation that go into a parcel or come out of it. */
export type ParcelUnits = { readonly sellerId: SellerId; readonly reservationId: ReservationId; readonly quantity: number };

/** Puts units of locked reservations into a parcel. They stay held; `reservations_never_given_twice` refuses more than are open. */
export async function packUnits(tx: Transaction, units: readonly ParcelUnits[]): Promise<void> {
  await tx.query(sql`
    update reservations r set packed = r.packed + sums.quantity
    from (
      select seller_id, reservation_id, sum(quantity)::integer as quantity
      from unnest(${units.map(({ sellerId }) => sellerId)}::uuid[], ${units.map(({ reservationId }) => reservationId)}::uuid[],
        ${units.map(({ quantity }) => quantity)}::integer[]) as given (seller_id, reservation_id, quantity)
      group by seller_id, reservation_id
    ) sums
    where r.seller_id = sums.seller_id and r.reservation_id = sums.reservation_id`);
}

/** Takes units out of a parcel that is not sent. Their reservations hold them as before: nothing is asked of the stock. */
export async function unpackUnits(tx: Transaction, units: readonly ParcelUnits[]): Promise<void> {
  await tx.query(sql`
    update reservations r set packed = r.packed - sums.quantity
    from (
      select seller_id, reservation_id, sum(quantity)::integer as quantity
      from unnest(${units.map(({ sellerId }) => sellerId)}::uuid[], ${units.map(({ reservationId }) => reservationId)}::uuid[],
        ${units.map(({ quantity }) => quantity)}::integer[]) as given (seller_id, reservation_id, quantity)
      group by seller_id, reservation_id
    ) sums
    where r.seller_id = sums.seller_id and r.reservation_id = sums.reservation_id`);
}

/** Packed units of a locked reservation that leave the house. */
export type FinalizedUnits = ParcelUnits & {
  readonly offerId: OfferId;
  readonly locationId: LocationId;
  readonly movementId: MovementId;
  /** The parcel that they leave with. */
  readonly shipmentId: ShipmentId;
};

/**
 * Finalizes packed units: they leave the levels that are locked, and their promise with them, so what is available does not change. A
 * reservation comes once. `stock_levels_never_oversold` refuses goods that are not there.
 */
export async function finalizeUnits(tx: Transaction, units: readonly FinalizedUnits[], at: Instant): Promise<void> {
  const sent = units.map((each) => ({
    seller_id: each.sellerId,
    reservation_id: each.reservationId,
    movement_id: each.movementId,
    offer_id: each.offerId,
    location_id: each.locationId,
    shipment_id: each.shipmentId,
    quantity: each.quantity,
  }));
  await tx.query(sql`
    with sent as (
      select * from json_to_recordset(${JSON.stringify(sent)}::json) as x (
        seller_id uuid, reservation_id uuid, movement_id uuid, offer_id uuid, location_id uuid, shipment_id uuid, quantity integer)
    ), lowered as (
      update stock_levels s set on_hand = s.on_hand - sums.quantity, reserved = s.reserved - sums.quantity
      from (select seller_id, offer_id, location_id, sum(quantity)::integer as quantity from sent group by seller_id, offer_id, location_id) sums
      where s.seller_id = sums.seller_id and s.offer_id = sums.offer_id and s.location_id = sums.location_id
    ), kept as (
      update reservations r set packed = r.packed - sent.quantity, finalized = r.finalized + sent.quantity
      from sent
      where r.seller_id = sent.seller_id and r.reservation_id = sent.reservation_id
    )
    insert into movements (seller_id, movement_id, offer_id, location_id, kind, on_hand_delta, reserved_delta, cause_type, cause_id, reservation_id, at)
    select seller_id, movement_id, offer_id, location_id, 'finalize', -quantity, -quantity, 'shipment_shipped', shipment_id, reservation_id,
      ${instantParameter(at)}::timestamptz
    from sent`);
}

/** Units that go back on sale. What one cause brings to one level is one entry. */
export type RestockedUnits = {
  readonly sellerId: SellerId;
  readonly offerId: OfferId;
  readonly locationId: LocationId;
  readonly quantity: number;
  readonly movementId: MovementId;
};

/**
 * Puts units that came back on hand again, on levels that are locked. The index `movements_once_per_operation` refuses a second time
 * for the same cause.
 */
export async function restockUnits(
  tx: Transaction,
  units: readonly RestockedUnits[],
  cause: { readonly causeType: "shipment_returned"; readonly causeId: Uuid },
  at: Instant,
): Promise<void> {
  const back = units.map((each) => ({
    seller_id: each.sellerId,
    movement_id: each.movementId,
    offer_id: each.offerId,
    location_id: each.locationId,
    quantity: each.quantity,
  }));
  await tx.query(sql`
    with back as (
      select * from json_to_recordset(${JSON.stringify(back)}::json) as x (
        seller_id uuid, movement_id uuid, offer_id uuid, location_id uuid, quantity integer)
    ), raised as (
      update stock_levels s set on_hand = s.on_hand + back.quantity
      from back
      where s.seller_id = back.seller_id and s.offer_id = back.offer_id and s.location_id = back.location_id
    )
    insert into movements (seller_id, movement_id, offer_id, location_id, kind, on_hand_delta, reserved_delta, cause_type, cause_id, reservation_id, at)
    select seller_id, movement_id, offer_id, location_id, 'restock', quantity, 0, ${cause.causeType}::text, ${cause.causeId}::uuid, null,
      ${instantParameter(at)}::timestamptz
    from back`);
}
