import { type Shipment, writeShipmentChanges } from "../modules/orders/index.ts";
import type { LockKind, Transaction } from "../platform/db/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { creditGoods, lockChargedGoods } from "./credit-parcel.ts";
import { creditingLocks } from "./issue-credit-note.ts";
import { causeOf, lockForAction, meansOf, type ShipmentCommand } from "./locked-shipment.ts";
import { deliverOrderIfDone, settleShipments } from "./settle-shipments.ts";
import { shipmentEvent } from "./shipment-events.ts";

/** The rows that refusing a parcel locks, in the global order. */
export const refusingLocks: readonly LockKind[] = ["order", "shipment", ...creditingLocks];

/**
 * Says that the company did not take a parcel. It gets its money by a credit note of the parcel's invoice, whatever becomes of the goods;
 * the seller waits for them to come back.
 *
 * Locks: order, shipment, credit account, company funds, invoice, seller balance, document series, deadline.
 *
 * @returns undefined when the caller's organisation has no such parcel
 * @throws Refused state-conflict
 */
export async function refuseShipment(
  tx: Transaction,
  command: ShipmentCommand & { readonly reason: string },
): Promise<Shipment | undefined> {
  const locked = await lockForAction(tx, command, "refuse");
  if (locked === undefined) return undefined;
  const { order, shipment } = locked;
  const { reason, party } = command;
  const charged = await lockChargedGoods(tx, shipment);
  const means = await meansOf(tx, command);
  await creditGoods(tx, charged, "refused", means);
  const word = `${party.kind}_said_refused`;
  const now = { resolution: "credited" } as const;
  const [refused = shipment] = await writeShipmentChanges(tx, [{ shipment, event: "refuse", cause: causeOf(word, reason), now }], means);
  await settleShipments(tx, order, [{ from: shipment, shipment: refused }], means);
  await appendEvents(tx, [shipmentEvent(refused, word, means)]);
  await deliverOrderIfDone(tx, order, word, means);
  return refused;
}
