import { lockLevelsOfReservations, lockReservationsOfOrders } from "../modules/inventory/index.ts";
import { lockShipments, readOrderNumbers, readShipmentLines, type Shipment } from "../modules/orders/index.ts";
import type { LockKind, Transaction } from "../platform/db/index.ts";
import {
  cancelPackedParcels,
  type CancelParcelMeans,
  cancelReplacement,
  type PackedParcel,
  parcelsOf,
  replacedKey,
} from "./cancel-packed.ts";
import { auditShipment, lockForAction, type LockedShipment, meansOf, type ShipmentCommand } from "./locked-shipment.ts";

/** The rows that cancelling a packed parcel locks, in the global order. */
export const cancellingShipmentLocks: readonly LockKind[] = ["order", "shipment", "reservation", "stock_level", "deadline"];

/**
 * Cancels a packed parcel; its units stay reserved for their order. Units of one that was to replace a lost one are free again.
 *
 * Locks: order, shipment, reservation, stock level (of a replacement), deadline.
 *
 * @returns undefined when the caller's organisation has no such parcel
 * @throws Refused state-conflict
 */
export async function cancelShipment(
  tx: Transaction,
  command: ShipmentCommand & { readonly reason: string },
): Promise<Shipment | undefined> {
  const locked = await lockForAction(tx, command, "cancel");
  if (locked === undefined) return undefined;
  const opened = await lockContents(tx, locked);
  const means = { ...(await meansOf(tx, command)), cause: `${command.party.kind}_cancelled`, reason: command.reason };
  const shipment = await cancelLocked(tx, opened, means);
  await auditShipment(tx, command, { before: locked.shipment, after: shipment, reason: command.reason }, means);
  return shipment;
}

/** A packed parcel with all that is locked for its end. */
export type LockedContents = LockedShipment & {
  readonly parcel: PackedParcel;
  readonly lost: Shipment | undefined;
  readonly held: Awaited<ReturnType<typeof lockReservationsOfOrders>>;
};

/**
 * Locks what a packed parcel holds; its own row and its order's are locked.
 *
 * Locks: shipment (the lost one of a replacement), reservation, stock level (of a replacement).
 */
export async function lockContents(tx: Transaction, { order, shipment }: LockedShipment): Promise<LockedContents> {
  // In the same kind again, out of its order by key: but nobody locks a parcel without its order, and that is held.
  const [lost] = await lockShipments(tx, replacedKey(shipment));
  const [parcel = { shipment, lines: [] }] = parcelsOf([shipment], await readShipmentLines(tx, [shipment]));
  const reservations = await lockReservationsOfOrders(tx, [order]);
  const inParcel = new Set(parcel.lines.map(({ reservationId }) => reservationId));
  const held = reservations.filter(({ reservationId }) => inParcel.has(reservationId));
  if (lost !== undefined) await lockLevelsOfReservations(tx, held);
  return { order, shipment, parcel, lost, held };
}

/** Cancels a packed parcel whose contents are locked. */
export async function cancelLocked(
  tx: Transaction,
  { order, parcel, lost, held }: LockedContents,
  means: CancelParcelMeans,
): Promise<Shipment> {
  if (lost !== undefined) return cancelReplacement(tx, { ...parcel, order, lost, held }, means);
  const numbers = await readOrderNumbers(tx, order.sellerId, order.orderId);
  const { shipments } = await cancelPackedParcels(tx, [{ order, numbers }], [parcel], means);
  return shipments[0] ?? parcel.shipment;
}
