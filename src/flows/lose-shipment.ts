import { type Shipment, writeShipmentChanges } from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { auditShipment, causeOf, lockForAction, meansOf, type ShipmentCommand } from "./locked-shipment.ts";
import { settleShipments } from "./settle-shipments.ts";
import { shipmentEvent } from "./shipment-events.ts";

/**
 * Says that a parcel is lost on its way. The seller has some days to send another; then the company gets its money.
 *
 * Locks: order, shipment, deadline.
 *
 * @returns undefined when the caller's organisation has no such parcel
 * @throws Refused state-conflict
 */
export async function loseShipment(tx: Transaction, command: ShipmentCommand & { readonly reason: string }): Promise<Shipment | undefined> {
  const locked = await lockForAction(tx, command, "lose");
  if (locked === undefined) return undefined;
  const { order, shipment } = locked;
  const { reason, party } = command;
  const means = await meansOf(tx, command);
  const word = `${party.kind}_said_lost`;
  const [lost = shipment] = await writeShipmentChanges(tx, [{ shipment, event: "lose", cause: causeOf(word, reason) }], means);
  await settleShipments(tx, order, [{ from: shipment, shipment: lost }], means);
  await appendEvents(tx, [shipmentEvent(lost, word, means)]);
  await auditShipment(tx, command, { before: shipment, after: lost, reason }, means);
  return lost;
}
