import { type MovementId, type ShipmentId, toWireId } from "../kernel/ids.ts";
import { type HeldReservation, release, unpackUnits } from "../modules/inventory/index.ts";
import {
  lockShipmentsIn,
  type Order,
  type OrderNumbers,
  readShipmentLines,
  type Shipment,
  type ShipmentChange,
  type ShipmentLine,
  writeOrderChanges,
  writeShipmentChanges,
} from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { type OrderMeans, orderEvent } from "./lifecycle-events.ts";
import { causeOf } from "./locked-shipment.ts";
import { deliverOrderIfDone, settleShipments } from "./settle-shipments.ts";
import { shipmentEvent, shownUnits } from "./shipment-events.ts";

/** A packed parcel that is locked, and what is in it. */
export type PackedParcel = { readonly shipment: Shipment; readonly lines: readonly ShipmentLine[] };

/** An order whose packed parcels are opened: its numbers are what the lines stand at now. */
export type UnpackedOrder = { readonly order: Order; readonly numbers: OrderNumbers };

/** Why a parcel is not sent: the word of the cause, and why in somebody's words. */
export type CancelParcelMeans = OrderMeans & { readonly cause: string; readonly reason?: string | undefined };

/**
 * Locks the packed parcels of locked orders and reads what is in them. Parcels in place of lost ones are not among them: what they hold
 * was shipped once already, so they are no part of what the orders still owe.
 *
 * Locks: shipment.
 */
export async function lockPackedParcels(tx: Transaction, orders: readonly Order[]): Promise<PackedParcel[]> {
  const shipments = (await lockShipmentsIn(tx, orders, "packed")).filter(({ replaces }) => replaces === null);
  return parcelsOf(shipments, await readShipmentLines(tx, shipments));
}

/** Parcels with their lines. */
export function parcelsOf(shipments: readonly Shipment[], lines: readonly ShipmentLine[]): PackedParcel[] {
  const linesOf = Map.groupBy(lines, ({ shipmentId }) => shipmentId);
  return shipments.map((shipment) => ({ shipment, lines: linesOf.get(shipment.shipmentId) ?? [] }));
}

/** The reservations as they are when the parcels are opened: what was in them is open again. */
export function unpackedReservations(held: readonly HeldReservation[], parcels: readonly PackedParcel[]): HeldReservation[] {
  const units = new Map<string, number>();
  for (const { reservationId, quantity } of parcels.flatMap(({ lines }) => lines)) {
    units.set(reservationId, (units.get(reservationId) ?? 0) + quantity);
  }
  return held.map((each) => {
    const back = units.get(each.reservationId) ?? 0;
    return { ...each, packed: each.packed - back, open: each.open + back };
  });
}

/**
 * Cancels packed parcels of locked orders: their units wait in their reservations as before. Orders and reservations are locked, parcels by
 * `lockPackedParcels`. Gives all orders as they are now, those without a parcel unchanged, and the parcels.
 */
export async function cancelPackedParcels(
  tx: Transaction,
  orders: readonly UnpackedOrder[],
  parcels: readonly PackedParcel[],
  means: CancelParcelMeans,
): Promise<{ readonly orders: readonly UnpackedOrder[]; readonly shipments: readonly Shipment[] }> {
  const parcelsOfOrder = Map.groupBy(parcels, ({ shipment }) => shipment.orderId);
  const concerned = orders.filter(({ order }) => parcelsOfOrder.has(order.orderId));
  if (concerned.length === 0) return { orders, shipments: [] };
  await unpackUnits(
    tx,
    parcels.flatMap(({ lines }) => lines),
  );
  const opened = concerned.map(({ order, numbers }) => {
    const lines = (parcelsOfOrder.get(order.orderId) ?? []).flatMap((parcel) => parcel.lines);
    return { order, numbers: withoutPacked(numbers, lines), lines };
  });
  const cause = causeOf(means.cause, means.reason);
  const changed = await writeOrderChanges(
    tx,
    opened.map(({ order, numbers, lines }) => {
      const touched = new Set(lines.map(({ lineNumber }) => lineNumber));
      return { order, lines: numbers.lines.filter(({ lineNumber }) => touched.has(lineNumber)), cause };
    }),
    means,
  );
  const shipments = await writeShipmentChanges(tx, parcels.map(cancelling(cause, means)), means);
  for (const { order } of concerned) {
    const moved = parcels.flatMap(({ shipment: from }, index) => {
      const shipment = shipments[index];
      return shipment?.orderId === order.orderId ? [{ from, shipment }] : [];
    });
    await settleShipments(tx, order, moved, means);
  }
  await appendEvents(tx, [
    ...changed.flatMap((order, index) => {
      const facts = { lines: shownUnits(opened[index]?.lines ?? []) };
      return [orderEvent(order, means.cause, means, { type: "order.units_unpacked", facts })];
    }),
    ...shipments.map((shipment) => shipmentEvent(shipment, means.cause, means)),
  ]);
  const now = new Map(changed.map((order, index) => [order.orderId, { order, numbers: opened[index]?.numbers }]));
  const after = orders.map((each) => {
    const { order = each.order, numbers = each.numbers } = now.get(each.order.orderId) ?? {};
    return { order, numbers };
  });
  return { orders: after, shipments };
}

/** A parcel in place of a lost one, with that one and the reservations that were made for it, all locked. */
export type PackedReplacement = PackedParcel & {
  readonly order: Order;
  readonly lost: Shipment;
  readonly held: readonly HeldReservation[];
};

/**
 * Cancels a packed parcel that was to be sent in place of a lost one: what was reserved for it is free again, and its loss is to be dealt
 * with anew. No line of the order changes.
 */
export async function cancelReplacement(tx: Transaction, replacement: PackedReplacement, means: CancelParcelMeans): Promise<Shipment> {
  const { order, shipment: before, lost, lines, held } = replacement;
  const { at, newId } = means;
  await unpackUnits(tx, lines);
  await release(
    tx,
    held.map((reservation) => ({
      reservation,
      quantity: reservation.held,
      movementId: newId<MovementId>(at),
      cause: { causeType: "shipment_cancelled", causeId: before.shipmentId },
    })),
    at,
  );
  const cause = causeOf(means.cause, means.reason);
  const reopened: ShipmentChange[] = needsAnother(lost) ? [{ shipment: lost, event: "reopen", cause, now: { resolution: null } }] : [];
  const [shipment = before, open] = await writeShipmentChanges(tx, [cancelling(cause, means)(replacement), ...reopened], means);
  const moved = [{ from: before, shipment }, ...(open === undefined ? [] : [{ from: lost, shipment: open }])];
  await settleShipments(tx, order, moved, means);
  const facts = { replacement: toWireId("shp", before.shipmentId) };
  await appendEvents(tx, [
    shipmentEvent(shipment, means.cause, means),
    ...(open === undefined ? [] : [shipmentEvent(open, means.cause, means, { type: "shipment.reopened", facts })]),
  ]);
  // When what was lost was found, this was the last that the order waited for.
  await deliverOrderIfDone(tx, order, means.cause, means);
  return shipment;
}

/** What was found meanwhile needs no other parcel. */
function needsAnother({ state, resolution }: Shipment): boolean {
  return state === "lost" && resolution === "replaced";
}

function cancelling(cause: string, { at }: OrderMeans) {
  return ({ shipment }: { readonly shipment: Shipment }): ShipmentChange => ({ shipment, event: "cancel", cause, now: { endedAt: at } });
}

function withoutPacked(numbers: OrderNumbers, lines: readonly ShipmentLine[]): OrderNumbers {
  const units = new Map<number, number>();
  for (const { lineNumber, quantity } of lines) units.set(lineNumber, (units.get(lineNumber) ?? 0) + quantity);
  return { ...numbers, lines: numbers.lines.map((line) => ({ ...line, packed: line.packed - (units.get(line.lineNumber) ?? 0) })) };
}

/** The parcel that this one is sent in place of. */
export function replacedKey({ sellerId, replaces }: Shipment): { sellerId: Shipment["sellerId"]; shipmentId: ShipmentId }[] {
  return replaces === null ? [] : [{ sellerId, shipmentId: replaces }];
}
