import type { OrderId, OrderRequestId, SellerId } from "../kernel/ids.ts";
import { findOrderRequest, lockOrderIfFree, orderDeadlineKinds, readOrderRequest, writeOrderChange } from "../modules/orders/index.ts";
import { type LockKind, now, type Transaction } from "../platform/db/index.ts";
import { clearDeadlines, isDue } from "../platform/jobs/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { endRequest, waitForSeller } from "./answer-order-request.ts";
import { type OrderMeans, orderEvent } from "./lifecycle-events.ts";
import { readOrderStops } from "../views/order-stops.ts";

/** A deadline of an order that has come, as the sweeper read it without a lock. */
export type OrderDeadline = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & { readonly orderId: OrderId };

/** The rows that a deadline locks which changes no units, in the global order. */
export const tellingLocks: readonly LockKind[] = ["order", "deadline"];

const actor = { kind: "deadline", id: null } as const;

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
  if (request === undefined || request.state !== "open") return "done";
  if ((await readOrderStops(tx, [order])).has(order.orderId) || !(await isDue(tx, key, at))) return "done";
  const means = { ...command, at, actor, idempotencyId: null, reason: null };
  await endRequest(tx, request, "expired", means);
  await waitForSeller(tx, order, request, means);
  return "done";
}
