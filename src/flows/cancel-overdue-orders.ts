import type { Instant } from "../kernel/clock.ts";
import type { OrderId } from "../kernel/ids.ts";
import { lockCheckoutsIfFree } from "../modules/checkouts/index.ts";
import {
  allOpenUnits,
  findOrders,
  mayHaveOpenUnits,
  type Order,
  orderDeadlineKinds,
  readNumbersOfOrders,
} from "../modules/orders/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { clearDeadlines, type DeadlineKey, readWhichAreDue } from "../platform/jobs/index.ts";
import { readOrderStops } from "../views/order-stops.ts";
import { cancellingSuspensions } from "../views/orders.ts";
import { cancelPackedParcels, lockPackedParcels, unpackedReservations } from "./cancel-packed.ts";
import { type CancelMeans, cancelUnits, type LockedCheckout, lockHeldUnits, lockOrdersOf } from "./cancel-units.ts";
import type { OrderMeans } from "./lifecycle-events.ts";

/** Deadlines of one kind that have come, by their orders, as the sweeper read them without a lock. */
export type OverdueOrders = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & { readonly orderIds: readonly OrderId[] };

export type CancellingKind = (typeof orderDeadlineKinds)["acceptance" | "shipEnd" | "suspended"];

const actor = { kind: "deadline", id: null } as const;

/** Lines in one transaction; an order of more is alone in its own. */
const mostLines = 2_000;

/**
 * Cancels what is open of orders because their sellers did not accept them in time, did not ship them in time, or because seller or company
 * was suspended with the reach `cancel`. Against a command at the same instant the locks of checkout and order decide.
 *
 * Locks: checkout (only those that nobody holds), order, shipment, reservation, stock level, credit account, company funds, deadline.
 *
 * @returns for each order "busy" when it was left for later: somebody else holds its checkout, these were lines enough, or it is cancelled
 * for another cause than the others
 */
export async function cancelOverdueOrders(
  tx: Transaction,
  kind: CancellingKind,
  command: OverdueOrders,
): Promise<ReadonlyMap<OrderId, "done" | "busy">> {
  const found = await findOrders(tx, command.orderIds);
  const taken = new Set(fewEnough(found).map(({ orderId }) => orderId));
  const checkouts = await lockCheckoutsIfFree(
    tx,
    found.filter(({ orderId }) => taken.has(orderId)).map(({ checkoutId }) => checkoutId),
  );
  const locked = await lockOrdersOf(tx, checkouts);
  const orders = locked.flatMap((each) => each.orders).filter(({ orderId }) => taken.has(orderId));
  const at = await now(tx);
  const due = await whichAreDue(tx, kind, orders, at);
  const causes = await causesOf(tx, kind, due);
  const [cause] = causes.values();
  // What does not wait for it any more only loses the deadline.
  const concerned = due.filter(({ orderId }) => (causes.get(orderId) ?? cause) === cause);
  if (cause !== undefined) {
    const cancelled = concerned.filter(({ orderId }) => causes.has(orderId));
    await cancelRest(tx, locked, cancelled, { ...command, at, actor, idempotencyId: null, ends: "cancel", cause, reason: null });
  }
  await clearDeadlines(
    tx,
    concerned.map((order) => keyOf(kind, order)),
  );
  const lockedIds = new Set(orders.map(({ orderId }) => orderId));
  const left = new Set([
    ...found.map(({ orderId }) => orderId).filter((orderId) => !lockedIds.has(orderId)),
    ...due.filter((order) => !concerned.includes(order)).map(({ orderId }) => orderId),
  ]);
  return new Map(command.orderIds.map((orderId) => [orderId, left.has(orderId) ? "busy" : "done"]));
}

/** As many as have together few enough lines, but one at least. */
function fewEnough<T extends { readonly lineCount: number }>(orders: readonly T[]): readonly T[] {
  let lines = 0;
  return orders.filter(({ lineCount }, index) => {
    if (index > 0 && lines + lineCount > mostLines) return false;
    lines += lineCount;
    return true;
  });
}

/** The orders whose deadline stands and has come. They are locked, and with them whoever sets or clears it. */
async function whichAreDue(tx: Transaction, kind: CancellingKind, orders: readonly Order[], at: Instant): Promise<Order[]> {
  const keys = orders.map((order) => keyOf(kind, order));
  const due = new Set((await readWhichAreDue(tx, keys, at)).map(({ subjectId }) => subjectId));
  // A suspension stops all that its orders wait for, but what it has cancelled itself.
  const stops = kind === orderDeadlineKinds.suspended ? undefined : await readOrderStops(tx, orders);
  return orders.filter(({ orderId }) => due.has(orderId) && stops?.has(orderId) !== true);
}

/** Why the deadline cancels each order; one that does not wait for it any more is absent. */
async function causesOf(tx: Transaction, kind: CancellingKind, orders: readonly Order[]): Promise<ReadonlyMap<OrderId, string>> {
  const { acceptance, suspended } = orderDeadlineKinds;
  const waiting = orders.filter(({ state }) => {
    if (kind === acceptance) return state === "confirmed";
    if (kind === suspended) return mayHaveOpenUnits(state);
    return state === "accepted" || state === "partially_shipped";
  });
  if (kind === suspended) return cancellingSuspensions(tx, waiting);
  return new Map(waiting.map(({ orderId }) => [orderId, kind === acceptance ? "not_accepted_in_time" : "not_shipped_in_time"]));
}

/** Opens the packed parcels of the orders, and cancels all that is open then. */
async function cancelRest(tx: Transaction, locked: readonly LockedCheckout[], orders: readonly Order[], means: CancelMeans): Promise<void> {
  const parcels = await lockPackedParcels(tx, orders);
  const numbers = await readNumbersOfOrders(tx, orders);
  const before = orders.flatMap((order, index) => {
    const ofOrder = numbers[index];
    return ofOrder === undefined ? [] : [{ order, numbers: ofOrder }];
  });
  const ofCheckouts = <T extends { readonly order: Order }>(drawn: readonly T[]) => {
    const current = new Map(drawn.map(({ order }) => [order.orderId, order]));
    return locked
      .map(({ checkout, orders: all }) => ({
        locked: { checkout, orders: all.map((order) => current.get(order.orderId) ?? order) },
        orders: drawn.filter(({ order }) => order.checkoutId === checkout.checkoutId),
      }))
      .filter((cancelling) => cancelling.orders.length > 0);
  };
  const held = await lockHeldUnits(tx, ofCheckouts(before.map((each) => ({ ...each, draws: [] }))));
  const unpacked = await cancelPackedParcels(tx, before, parcels, { ...means, reason: undefined });
  const drawn = unpacked.orders
    .map((each) => ({ ...each, draws: allOpenUnits(each.numbers.lines) }))
    .filter(({ draws }) => draws.length > 0);
  if (drawn.length > 0) await cancelUnits(tx, ofCheckouts(drawn), unpackedReservations(held, parcels), means);
}

function keyOf(kind: CancellingKind, order: Order): DeadlineKey {
  return { organisationId: order.sellerId, kind, subjectId: order.orderId };
}
