import type { Instant } from "../kernel/clock.ts";
import { addMillis, isBefore, toRfc3339 } from "../kernel/clock.ts";
import type { ApiKeyId, SellerId, ShipmentId, Uuid } from "../kernel/ids.ts";
import { attempt, type Outcome, Refused, withDone } from "../kernel/refusal.ts";
import {
  type DeliveredAtOutOfBounds,
  findShipments,
  lockOrders,
  lockShipments,
  type Order,
  requireShipmentAction,
  type Shipment,
  type ShipmentAction,
  writeShipmentChanges,
} from "../modules/orders/index.ts";
import { type LockKind, now, type Transaction } from "../platform/db/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import type { OrderMeans } from "./lifecycle-events.ts";
import { auditShipment, lockForAction, meansOf, type ShipmentCommand } from "./locked-shipment.ts";
import { deliverOrdersIfDone, settleShipmentsOf } from "./settle-shipments.ts";
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
  arrived: readonly Omit<ArrivedParcel, "order">[],
  cause: string,
  means: OrderMeans,
): Promise<{ readonly order: Order; readonly shipments: readonly Shipment[] }> {
  const { orders, shipments } = await deliverParcels(
    tx,
    arrived.map((each) => ({ ...each, order })),
    cause,
    means,
  );
  return { order: orders[0] ?? order, shipments };
}

/** A parcel that has arrived, and when; parcel and order are locked. */
export type ArrivedParcel = { readonly order: Order; readonly shipment: Shipment; readonly endedAt: Instant };

/** Takes locked parcels of several orders as delivered. Gives the orders, each once, and the parcels as they are now. */
export async function deliverParcels(
  tx: Transaction,
  arrived: readonly ArrivedParcel[],
  cause: string,
  means: OrderMeans,
): Promise<{ readonly orders: readonly Order[]; readonly shipments: readonly Shipment[] }> {
  const changes = arrived.map(
    ({ shipment, endedAt }) => ({ shipment, event: shipment.state === "lost" ? "find" : "deliver", cause, now: { endedAt } }) as const,
  );
  const shipments = await writeShipmentChanges(tx, changes, means);
  await settleShipmentsOf(
    tx,
    arrived.map(({ order, shipment: from }, index) => ({ order, from, shipment: shipments[index] ?? from })),
    means,
  );
  await appendEvents(
    tx,
    shipments.map((shipment, index) => {
      const deliveredAt = toRfc3339(arrived[index]?.endedAt ?? means.at);
      return shipmentEvent(shipment, cause, means, { facts: { delivered_at: deliveredAt } });
    }),
  );
  const orders = [...new Map(arrived.map(({ order }) => [order.orderId, order])).values()];
  return { orders: await deliverOrdersIfDone(tx, orders, cause, means), shipments };
}

/** Parcels of one seller, each once, that have arrived; now where no moment is given. */
export type DeliverMany = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & {
  readonly sellerId: SellerId;
  readonly keyId: ApiKeyId;
  readonly rows: readonly { readonly shipmentId: ShipmentId; readonly deliveredAt?: Instant | undefined }[];
  readonly idempotencyId: Uuid;
};

/**
 * Says that parcels have arrived, each on its own: one that is refused stops none of the others.
 *
 * Locks: order, shipment, deadline.
 *
 * @returns in the order asked for; refused with not-found, state-conflict, delivered-at-out-of-bounds
 */
export async function deliverMany(tx: Transaction, command: DeliverMany): Promise<Outcome<Shipment>[]> {
  const { rows, sellerId, keyId } = command;
  const found = await findShipments(
    tx,
    rows.map(({ shipmentId }) => shipmentId),
  );
  const own = found.filter((each) => each.sellerId === sellerId);
  const orders = new Map((await lockOrders(tx, own)).map((order) => [order.orderId, order]));
  const shipments = new Map((await lockShipments(tx, own)).map((shipment) => [shipment.shipmentId, shipment]));
  const means = { ...command, at: await now(tx), actor: { kind: "seller", id: keyId } } as const;
  const outcomes = rows.map(({ shipmentId, deliveredAt: endedAt = means.at }) =>
    attempt((): ArrivedParcel => {
      const shipment = shipments.get(shipmentId);
      const order = shipment === undefined ? undefined : orders.get(shipment.orderId);
      if (shipment === undefined || order === undefined) throw new Refused({ code: "not-found" });
      requireShipmentAction(shipment, "seller", "deliver");
      judgeDeliveredAt(endedAt, shipment, means.at);
      return { order, shipment, endedAt };
    }),
  );
  const arrived = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
  const delivered = await deliverParcels(tx, arrived, "seller_said_delivered", means);
  return withDone(outcomes, delivered.shipments);
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
