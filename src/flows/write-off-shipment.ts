import { type Order, type Shipment, writeShipmentChanges } from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import type { OrderMeans } from "./lifecycle-events.ts";
import { causeOf, lockForAction, meansOf, type ShipmentCommand } from "./locked-shipment.ts";
import { settleShipments } from "./settle-shipments.ts";
import { shipmentEvent } from "./shipment-events.ts";

/**
 * Gives up a refused parcel that does not come back.
 *
 * Locks: order, shipment, deadline.
 *
 * @returns undefined when the seller has no such parcel
 * @throws Refused state-conflict
 */
export async function writeOffShipment(
  tx: Transaction,
  command: ShipmentCommand & { readonly reason: string },
): Promise<Shipment | undefined> {
  const locked = await lockForAction(tx, command, "write_off");
  if (locked === undefined) return undefined;
  return writeOff(tx, locked.order, locked.shipment, { word: "seller_wrote_off", reason: command.reason }, await meansOf(tx, command));
}

/** Gives up a refused parcel that is locked, as its order is. */
export async function writeOff(
  tx: Transaction,
  order: Order,
  shipment: Shipment,
  { word, reason }: { readonly word: string; readonly reason?: string },
  means: OrderMeans,
): Promise<Shipment> {
  const change = { shipment, event: "write_off", cause: causeOf(word, reason), now: { endedAt: means.at } } as const;
  const [gone = shipment] = await writeShipmentChanges(tx, [change], means);
  await settleShipments(tx, order, [{ from: shipment, shipment: gone }], means);
  await appendEvents(tx, [shipmentEvent(gone, word, means)]);
  return gone;
}
