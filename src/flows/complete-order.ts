import type { ApiKeyId, CompanyId, OrderId, Uuid } from "../kernel/ids.ts";
import { findOrder, lockOrder, type Order, orderMachine, requireAction, writeOrderChange } from "../modules/orders/index.ts";
import { type LockKind, now, type Transaction } from "../platform/db/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { type OrderMeans, orderEvent } from "./lifecycle-events.ts";
import { settleOrders } from "./settle-orders.ts";

/** The rows that completing an order locks, in the global order. */
export const completingLocks: readonly LockKind[] = ["order", "deadline"];

/** Which order a company says is done with. */
export type CompleteOrder = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & {
  readonly orderId: OrderId;
  readonly companyId: CompanyId;
  readonly keyId: ApiKeyId;
  readonly idempotencyId: Uuid;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
};

/**
 * Completes a delivered order: the company sends nothing of it back.
 *
 * Locks: order, deadline.
 *
 * @returns undefined when the company has no such order
 * @throws Refused state-conflict
 */
export async function completeOrder(tx: Transaction, command: CompleteOrder): Promise<Order | undefined> {
  const found = await findOrder(tx, command.orderId);
  if (found === undefined || found.companyId !== command.companyId) return undefined;
  const order = await lockOrder(tx, found.sellerId, found.orderId);
  if (order === undefined) return undefined;
  const at = await now(tx);
  command.checkVersion(order.version);
  requireAction(order, "company", at, ["complete"]);
  return complete(tx, order, "company_completed", { ...command, at, actor: { kind: "company", id: command.keyId } });
}

/** Completes a delivered order that is locked. */
export async function complete(tx: Transaction, order: Order, cause: string, means: OrderMeans): Promise<Order> {
  const edge = { event: "complete", to: step(orderMachine, order.state, "complete") } as const;
  const completed = await writeOrderChange(tx, { order, edge, cause }, means);
  await settleOrders(tx, [{ from: order.state, order: completed }], means);
  await appendEvents(tx, [orderEvent(completed, cause, means)]);
  return completed;
}
