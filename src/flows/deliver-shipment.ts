import type { Instant } from "../kernel/clock.ts";
import { addMillis, isBefore, toRfc3339 } from "../kernel/clock.ts";
import { Refused } from "../kernel/refusal.ts";
import {
  type DeliveredAtOutOfBounds,
  type Order,
  type Shipment,
  type ShipmentAction,
  writeShipmentChanges,
} from "../modules/orders/index.ts";
import type { LockKind, Transaction } from "../platform/db/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import type { OrderMeans } from "./lifecycle-events.ts";
import { auditShipment, lockForAction, meansOf, type ShipmentCommand } from "./locked-shipment.ts";
import { deliverOrderIfDone, settleShipments } from "./settle-shipments.ts";
import { shipmentEvent } from "./shipment-events.ts";

/** The rows that what becomes of a sent parcel locks, in the global order. */
export const sentShipmentLocks: readonly LockKind[] = ["order", "shipment", "deadline"];

/**
 * Says that a parcel has arrived, a lost one too. With the last of them its order is delivered.
 *
 * Locks: order, shipment, deadline.
 *
 * @param command.action the caller's operation: what its party may do is judged by it
 * @param command.deliveredAt when it arrived; now when left out
 * @returns undefined when the caller's organisation has no such parcel
 * @throws Refused state-conflict; delivered-at-out-of-bounds before it was shipped or in the future
 */
export async function deliverShipment(
  tx: Transaction,
  command: ShipmentCommand & { readonly action: Extract<ShipmentAction, "deliver" | "find">; readonly deliveredAt?: Instant | undefined },
): Promise<Shipment | undefined> {
  const locked = await lockForAction(tx, command, command.action);
  if (locked === undefined) return undefined;
  const { order, shipment } = locked;
  const means = await meansOf(tx, command);
  const endedAt = command.deliveredAt ?? means.at;
  judgeDeliveredAt(endedAt, shipment, means.at);
  const cause = `${command.party.kind}_said_delivered`;
  const {
    shipments: [delivered = shipment],
  } = await deliverShipments(tx, order, [{ shipment, endedAt }], cause, means);
  await auditShipment(tx, command, { before: shipment, after: delivered }, means);
  return delivered;
}

/** Takes locked parcels of one locked order as delivered, and the order with the last of them. Gives all as they are now. */
export async function deliverShipments(
  tx: Transaction,
  order: Order,
  arrived: readonly { readonly shipment: Shipment; readonly endedAt: Instant }[],
  cause: string,
  means: OrderMeans,
): Promise<{ readonly order: Order; readonly shipments: readonly Shipment[] }> {
  const changes = arrived.map(
    ({ shipment, endedAt }) => ({ shipment, event: shipment.state === "lost" ? "find" : "deliver", cause, now: { endedAt } }) as const,
  );
  const shipments = await writeShipmentChanges(tx, changes, means);
  const moved = shipments.map((shipment, index) => ({ from: arrived[index]?.shipment ?? shipment, shipment }));
  await settleShipments(tx, order, moved, means);
  await appendEvents(
    tx,
    shipments.map((shipment, index) => {
      const deliveredAt = toRfc3339(arrived[index]?.endedAt ?? means.at);
      return shipmentEvent(shipment, cause, means, { facts: { delivered_at: deliveredAt } });
    }),
  );
  return { order: await deliverOrderIfDone(tx, order, cause, means), shipments };
}

function judgeDeliveredAt(deliveredAt: Instant, { shippedAt }: Shipment, at: Instant): void {
  const earliest = shippedAt ?? at;
  if (!isBefore(deliveredAt, earliest) && isBefore(deliveredAt, addMillis(at, 1))) return;
  const detail = isBefore(deliveredAt, earliest) ? "is before it was shipped" : "is in the future";
  throw new Refused<DeliveredAtOutOfBounds>({
    code: "delivered-at-out-of-bounds",
    errors: [{ pointer: "/delivered_at", detail }],
    ...{ earliest: toRfc3339(earliest), latest: toRfc3339(at) },
  });
}
