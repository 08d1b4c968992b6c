import type { MovementId } from "../../kernel/ids.ts";
import { instantParameter, type Statement, sql } from "../../platform/db/index.ts";
import type { HeldReservation } from "./reservation.ts";
import type { NewReservation } from "./reservation-store.ts";
import type { NewStockOperation } from "./stock-operation-store.ts";

/** Held units that move to another location: from a reservation to that of the same line there, which is made or raised. */
export type Reassignment = {
  readonly from: HeldReservation;
  readonly movementId: MovementId;
  /** `quantity` and `backordered` are of the units that move; the reservation's own id when there is one already. */
  readonly to: NewReservation;
};

/**
 * Moves open units of a locked reservation to another level of the offer. Both levels are locked, and the caller has judged what is
 * available there. What the line has reserved stays the same: the source counts the units as reassigned, the target as its own. The two
 * movements have one cause.
 */
export function reassignUnits({ sellerId, operationId, at }: NewStockOperation, { from, movementId, to }: Reassignment): Statement {
  const units: number = to.quantity;
  return sql`
    with moved as (
      select * from (values
        (${from.reservationId}::uuid, ${movementId}::uuid, ${from.locationId}::uuid, ${-units}::integer),
        (${to.reservationId}::uuid, ${to.movementId}::uuid, ${to.locationId}::uuid, ${units}::integer)
      ) as given (reservation_id, movement_id, location_id, delta)
    ), levels as (
      update stock_levels s set reserved = s.reserved + moved.delta
      from moved
      where s.seller_id = ${sellerId} and s.offer_id = ${from.offerId} and s.location_id = moved.location_id
    ), left_behind as (
      update reservations r set reassigned = r.reassigned + ${to.quantity}
      where r.seller_id = ${sellerId} and r.reservation_id = ${from.reservationId}
    ), arrived as (
      insert into reservations as r (seller_id, reservation_id, order_id, line_number, offer_id, location_id, quantity, backordered)
      values (${sellerId}, ${to.reservationId}, ${from.orderId}, ${from.lineNumber}, ${from.offerId}, ${to.locationId}, ${to.quantity},
        ${to.backordered})
      on conflict (seller_id, order_id, line_number, location_id, replacement) do update
        set quantity = r.quantity + excluded.quantity, backordered = r.backordered + excluded.backordered
    )
    insert into movements (seller_id, movement_id, offer_id, location_id, kind, on_hand_delta, reserved_delta, cause_type, cause_id, reservation_id, at)
    select ${sellerId}::uuid, movement_id, ${from.offerId}::uuid, location_id, 'reassign', 0, delta, 'stock_operation', ${operationId}::uuid,
      reservation_id, ${instantParameter(at)}::timestamptz
    from moved`;
}
