import { type Order, type Shipment, writeShipmentChanges } from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import type { OrderMeans } from "./lifecycle-events.ts";
import { lockForAction, meansOf, type ShipmentCommand } from "./locked-shipment.ts";
import { deliverOrderIfDone, settleShipments } from "./settle-shipments.ts";
import { shipmentEvent } from "./shipment-events.ts";

/**
 * Deals with a loss by money: the company gets it for what was in the parcel.
 *
 * Locks: order, shipment, deadline.
 *
 * @returns undefined when the seller has no such parcel
 * @throws Refused state-conflict
 */
export async function resolveByCredit(tx: Transaction, command: ShipmentCommand): Promise<Shipment | undefined> {
  const locked = await lockForAction(tx, command, "resolve");
  if (locked === undefined) return undefined;
  return creditLoss(tx, locked.order, locked.shipment, "seller_credited", await meansOf(tx, command));
}

/** Credits a loss that is not dealt with; parcel and order are locked. With the last of its parcels the order is delivered. */
export async function creditLoss(tx: Transaction, order: Order, shipment: Shipment, cause: string, means: OrderMeans): Promise<Shipment> {
  const change = { shipment, event: "credit", cause, now: { resolution: "credited" } } as const;
  const [credited = shipment] = await writeShipmentChanges(tx, [change], means);
  await settleShipments(tx, order, [{ from: shipment, shipment: credited }], means);
  await appendEvents(tx, [shipmentEvent(credited, cause, means, { type: "shipment.credited" })]);
  await deliverOrderIfDone(tx, order, cause, means);
  return credited;
}
