import { addMillis } from "../kernel/clock.ts";
import {
  awaitedBy,
  deadlineKey,
  type Order,
  orderDeadlineKinds,
  orderMachine,
  ordersWithParcelsAbout,
  type Shipment,
  shipmentDeadline,
  writeOrderChanges,
} from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { clearDeadlines, setDeadlines } from "../platform/jobs/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { calendarOf, readSellerCalendars } from "../views/seller-calendars.ts";
import { type OrderMeans, orderEvent } from "./lifecycle-events.ts";
import { stoppedSince } from "./refuse-stopped.ts";
import { settleOrders } from "./settle-orders.ts";

/** A parcel that has changed: as it was, if it was, and as it is now. */
export type MovedShipment = { readonly from?: Shipment; readonly shipment: Shipment };

/** What parcels of one locked order no longer wait for is cleared, and what they wait for now is due by their seller's calendar. */
export function settleShipments(tx: Transaction, order: Order, moved: readonly MovedShipment[], means: OrderMeans): Promise<void> {
  return settleShipmentsOf(
    tx,
    moved.map((each) => ({ ...each, order })),
    means,
  );
}

/** The same of parcels of several locked orders. */
export async function settleShipmentsOf(
  tx: Transaction,
  moved: readonly (MovedShipment & { readonly order: Order })[],
  means: OrderMeans,
): Promise<void> {
  const changed = moved.filter(({ from, shipment }) => (from === undefined ? undefined : awaitedBy(from)) !== awaitedBy(shipment));
  await clearDeadlines(
    tx,
    changed.flatMap(({ from }) => {
      const kind = from === undefined ? undefined : awaitedBy(from);
      return from === undefined || kind === undefined ? [] : [deadlineKey(from, kind)];
    }),
  );
  const waiting = changed.filter(({ shipment }) => awaitedBy(shipment) !== undefined);
  if (waiting.length === 0) return;
  const orders = waiting.map(({ order }) => order);
  const calendars = await readSellerCalendars(
    tx,
    orders.map(({ sellerId }) => sellerId),
  );
  const stopped = await stoppedSince(tx, orders, means.at);
  await setDeadlines(
    tx,
    waiting.flatMap(({ shipment, order }, index) => {
      const calendar = calendarOf(calendars, order.sellerId);
      const deadline = shipmentDeadline(shipment, { rules: means.rules, calendar }, means.at);
      return deadline === undefined ? [] : [{ ...deadline, stoppedAt: stopped[index] }];
    }),
  );
}

const dayMillis = 24 * 60 * 60 * 1_000;

/** From now on a shipped order waits anew for what is on its way: to be announced and then taken for delivered. */
export async function waitForDeliveryAnew(tx: Transaction, order: Order, { rules, at }: OrderMeans): Promise<void> {
  const [stoppedAt] = await stoppedSince(tx, [order], at);
  const due = { organisationId: order.sellerId, subjectId: order.orderId, stoppedAt };
  await setDeadlines(tx, [
    { ...due, kind: orderDeadlineKinds.delivery, dueAt: addMillis(at, rules.deliveryDays * dayMillis) },
    { ...due, kind: orderDeadlineKinds.deliveryNotice, dueAt: addMillis(at, rules.deliveryNoticeDays * dayMillis) },
  ]);
}

/**
 * Locked orders of which everything has left are delivered when nothing is about any more: each of their parcels has arrived, was
 * cancelled, or its loss or refusal is dealt with. Gives all of them as they are then.
 */
export async function deliverOrdersIfDone(tx: Transaction, orders: readonly Order[], cause: string, means: OrderMeans): Promise<Order[]> {
  const shipped = orders.filter(({ state }) => state === "shipped");
  if (shipped.length === 0) return [...orders];
  const about = await ordersWithParcelsAbout(tx, shipped);
  const arrived = shipped.filter(({ orderId }) => !about.has(orderId));
  if (arrived.length === 0) return [...orders];
  const delivered = await writeOrderChanges(
    tx,
    arrived.map((order) => ({ order, edge: { event: "deliver", to: step(orderMachine, order.state, "deliver") } as const, cause })),
    means,
  );
  const now = new Map(delivered.map((order) => [order.orderId, order]));
  await settleOrders(
    tx,
    arrived.flatMap(({ orderId, state: from }) => {
      const order = now.get(orderId);
      return order === undefined ? [] : [{ from, order }];
    }),
    means,
  );
  await appendEvents(
    tx,
    delivered.map((order) => orderEvent(order, cause, means)),
  );
  return orders.map((order) => now.get(order.orderId) ?? order);
}

/** The same for one order. */
export async function deliverOrderIfDone(tx: Transaction, order: Order, cause: string, means: OrderMeans): Promise<Order> {
  const [after = order] = await deliverOrdersIfDone(tx, [order], cause, means);
  return after;
}
