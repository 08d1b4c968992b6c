import type { Instant } from "../kernel/clock.ts";
import { isBefore } from "../kernel/clock.ts";
import type { OrderId, OrderRequestId, SellerId } from "../kernel/ids.ts";
import { lockCheckoutIfFree } from "../modules/checkouts/index.ts";
import {
  allOpenUnits,
  findOrder,
  findOrderRequest,
  lockOrderIfFree,
  mayHaveOpenUnits,
  type Order,
  orderDeadlineKinds,
  readOrderNumbers,
  readOrderRequest,
  writeOrderChange,
} from "../modules/orders/index.ts";
import { type LockKind, now, type Transaction } from "../platform/db/index.ts";
import { clearDeadlines, type DeadlineKey, standingDeadline } from "../platform/jobs/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { cancellingSuspension } from "../views/orders.ts";
import { endRequest, waitForSeller } from "./answer-order-request.ts";
import { cancelPackedParcels, lockPackedParcels, unpackedReservations } from "./cancel-packed.ts";
import { type CancelMeans, cancelUnits, type LockedCheckout, lockHeldUnits, lockOrdersOf } from "./cancel-units.ts";
import { type OrderMeans, orderEvent } from "./lifecycle-events.ts";
import { readOrderStops } from "../views/order-stops.ts";

/** A deadline of an order that has come, as the sweeper read it without a lock. */
export type OrderDeadline = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & { readonly orderId: OrderId };

/** The rows that a deadline locks which changes no units, in the global order. */
export const tellingLocks: readonly LockKind[] = ["order", "deadline"];

const actor = { kind: "deadline", id: null } as const;

type CancellingKind = (typeof orderDeadlineKinds)["acceptance" | "shipEnd" | "suspended"];

/**
 * Cancels what is open of an order because its seller did not accept it in time, did not ship it in time, or because seller or company was
 * suspended with the reach `cancel`. Against a command at the same instant the locks of checkout and order decide.
 *
 * Locks: checkout (only if nobody holds it), order, shipment, reservation, stock level, credit account, deadline.
 *
 * @returns "busy" when somebody else holds the checkout: the sweeper comes again
 */
export async function cancelOrderByDeadline(tx: Transaction, kind: CancellingKind, command: OrderDeadline): Promise<"done" | "busy"> {
  const found = await findOrder(tx, command.orderId);
  if (found === undefined) return "done";
  const checkout = await lockCheckoutIfFree(tx, found.checkoutId);
  if (checkout === undefined) return "busy";
  const [locked] = await lockOrdersOf(tx, [checkout]);
  const order = locked?.orders.find(({ orderId }) => orderId === command.orderId);
  if (locked === undefined || order === undefined) return "done";
  const at = await now(tx);
  const key = { organisationId: order.sellerId, kind, subjectId: order.orderId };
  const cause = await causeOf(tx, kind, order);
  // A suspension stops all that its orders wait for, but what it has cancelled itself.
  const isStopped = kind !== orderDeadlineKinds.suspended && (await readOrderStops(tx, [order])).has(order.orderId);
  if (isStopped || !(await isDue(tx, key, at))) return "done";
  if (cause !== undefined)
    await cancelRest(tx, locked, order, { ...command, at, actor, idempotencyId: null, ends: "cancel", cause, reason: null });
  await clearDeadlines(tx, [key]);
  return "done";
}

/** Opens the packed parcels of an order, and cancels all that is open then. */
async function cancelRest(tx: Transaction, locked: LockedCheckout, order: Order, means: CancelMeans): Promise<void> {
  const parcels = await lockPackedParcels(tx, [order]);
  const before = { order, numbers: await readOrderNumbers(tx, order.sellerId, order.orderId), draws: [] };
  const held = await lockHeldUnits(tx, [{ locked, orders: [before] }]);
  const unpacked = await cancelPackedParcels(tx, [before], parcels, { ...means, reason: undefined });
  const orders = unpacked.orders
    .map((each) => ({ ...each, draws: allOpenUnits(each.numbers.lines) }))
    .filter(({ draws }) => draws.length > 0);
  const now = new Map(unpacked.orders.map((each) => [each.order.orderId, each.order]));
  const whole = { checkout: locked.checkout, orders: locked.orders.map((each) => now.get(each.orderId) ?? each) };
  if (orders.length > 0) await cancelUnits(tx, [{ locked: whole, orders }], unpackedReservations(held, parcels), means);
}

/** Why the deadline cancels this order; undefined when it does not wait for it any more. */
async function causeOf(tx: Transaction, kind: CancellingKind, order: Order): Promise<string | undefined> {
  const { acceptance, suspended } = orderDeadlineKinds;
  if (kind === acceptance) return order.state === "confirmed" ? "not_accepted_in_time" : undefined;
  if (!mayHaveOpenUnits(order.state)) return undefined;
  if (kind === suspended) return cancellingSuspension(tx, order.orderId);
  return order.state === "accepted" || order.state === "partially_shipped" ? "not_shipped_in_time" : undefined;
}

/**
 * Tells both parties that the promised day of an order is long over: from now on the company may cancel freely what is not shipped.
 *
 * Locks: order (only if nobody holds it), deadline.
 *
 * @returns "busy" when somebody else holds the order
 */
export async function tellOrderOverdue(
  tx: Transaction,
  command: OrderDeadline & { readonly sellerId: SellerId },
): Promise<"done" | "busy"> {
  const order = await lockOrderIfFree(tx, command.sellerId, command.orderId);
  if (order === undefined) return "busy";
  const at = await now(tx);
  const key = { organisationId: order.sellerId, kind: orderDeadlineKinds.late, subjectId: order.orderId };
  if ((await readOrderStops(tx, [order])).has(order.orderId) || !(await isDue(tx, key, at))) return "done";
  await clearDeadlines(tx, [key]);
  if (order.state !== "accepted" && order.state !== "partially_shipped") return "done";
  const means = { ...command, at, actor, idempotencyId: null };
  const changed = await writeOrderChange(tx, { order, cause: "overdue" }, means);
  await appendEvents(tx, [orderEvent(changed, "overdue", means, { type: "order.overdue" })]);
  return "done";
}

/** A deadline of a question that has come. */
export type OrderRequestDeadline = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & { readonly id: OrderRequestId };

/**
 * Ends a question that nobody answered in time. After one about an acceptance the seller's time to accept begins anew.
 *
 * Locks: order (only if nobody holds it), deadline.
 *
 * @returns "busy" when somebody else holds the order
 */
export async function expireOrderRequest(tx: Transaction, command: OrderRequestDeadline): Promise<"done" | "busy"> {
  const found = await findOrderRequest(tx, command.id);
  if (found === undefined) return "done";
  const order = await lockOrderIfFree(tx, found.sellerId, found.orderId);
  if (order === undefined) return "busy";
  const at = await now(tx);
  const request = await readOrderRequest(tx, command.id);
  const key = { organisationId: found.sellerId, kind: orderDeadlineKinds.request, subjectId: command.id };
  if (request === undefined || request.state !== "open" || !(await isDue(tx, key, at))) return "done";
  const means = { ...command, at, actor, idempotencyId: null, reason: null };
  await endRequest(tx, request, "expired", means);
  await waitForSeller(tx, order, request, means);
  return "done";
}

/** Whether the deadline stands and has come. Its subject's order is locked, and with it whoever sets or clears it. */
async function isDue(tx: Transaction, key: DeadlineKey, at: Instant): Promise<boolean> {
  const dueAt = await standingDeadline(tx, key);
  return dueAt !== undefined && !isBefore(at, dueAt);
}
