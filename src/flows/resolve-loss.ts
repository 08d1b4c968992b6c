import { type Order, type Shipment, writeShipmentChanges } from "../modules/orders/index.ts";
import type { LockKind, Transaction } from "../platform/db/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { type ChargedGoods, creditGoods, lockChargedGoods } from "./credit-parcel.ts";
import { creditingLocks } from "./issue-credit-note.ts";
import type { OrderMeans } from "./lifecycle-events.ts";
import { lockForAction, meansOf, type ShipmentCommand } from "./locked-shipment.ts";
import { deliverOrderIfDone, settleShipments } from "./settle-shipments.ts";
import { shipmentEvent } from "./shipment-events.ts";

/** The rows that dealing with a loss locks, by another parcel or by money, in the global order. */
export const resolvingLocks: readonly LockKind[] = ["order", "shipment", "reservation", "stock_level", ...creditingLocks];

/**
 * Deals with a loss by money: the company gets it for what was in the parcel, by a credit note of its invoice.
 *
 * Locks: order, shipment, credit account, company funds, invoice, seller balance, document series, deadline.
 *
 * @returns undefined when the seller has no such parcel
 * @throws Refused state-conflict
 */
export async function resolveByCredit(tx: Transaction, command: ShipmentCommand): Promise<Shipment | undefined> {
  const locked = await lockForAction(tx, command, "resolve");
  if (locked === undefined) return undefined;
  const charged = await lockChargedGoods(tx, locked.shipment);
  return creditLoss(tx, { ...locked, charged }, "seller_credited", await meansOf(tx, command));
}

/** A lost parcel that is not dealt with, its order, and the invoice of its goods, all locked. */
export type LockedLoss = { readonly order: Order; readonly shipment: Shipment; readonly charged: ChargedGoods | undefined };

/** Credits a loss. With the last of its parcels the order is delivered. */
export async function creditLoss(
  tx: Transaction,
  { order, shipment, charged }: LockedLoss,
  cause: string,
  means: OrderMeans,
): Promise<Shipment> {
  await creditGoods(tx, charged, "lost", means);
  const change = { shipment, event: "credit", cause, now: { resolution: "credited" } } as const;
  const [credited = shipment] = await writeShipmentChanges(tx, [change], means);
  await settleShipments(tx, order, [{ from: shipment, shipment: credited }], means);
  await appendEvents(tx, [shipmentEvent(credited, cause, means, { type: "shipment.credited" })]);
  await deliverOrderIfDone(tx, order, cause, means);
  return credited;
}
