import type { ApiKeyId, OrderId, SellerId, Uuid } from "../kernel/ids.ts";
import { allOpenUnits, findOrder, type Order, readOrderNumbers, requireAction } from "../modules/orders/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { cancelUnits, lockHeldUnits, lockWholeCheckouts } from "./cancel-units.ts";
import type { OrderMeans } from "./lifecycle-events.ts";

/** Which order a seller rejects, and why. */
export type RejectOrder = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & {
  readonly orderId: OrderId;
  readonly sellerId: SellerId;
  readonly keyId: ApiKeyId;
  readonly reason: string;
  readonly idempotencyId: Uuid;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
};

/**
 * Rejects a confirmed order whole: its goods and its credit are free again.
 *
 * Locks: checkout, order, reservation, stock level, credit account, company funds, deadline.
 *
 * @returns undefined when the seller has no such order
 * @throws Refused state-conflict
 */
export async function rejectOrder(tx: Transaction, command: RejectOrder): Promise<Order | undefined> {
  const found = await findOrder(tx, command.orderId);
  if (found === undefined || found.sellerId !== command.sellerId) return undefined;
  const [locked] = await lockWholeCheckouts(tx, [found.checkoutId]);
  const order = locked?.orders.find(({ orderId }) => orderId === command.orderId);
  if (locked === undefined || order === undefined) return undefined;
  const at = await now(tx);
  command.checkVersion(order.version);
  requireAction(order, "seller", at, ["reject"]);
  const numbers = await readOrderNumbers(tx, order.sellerId, order.orderId);
  const cancelling = { locked, orders: [{ order, numbers, draws: allOpenUnits(numbers.lines) }] };
  const held = await lockHeldUnits(tx, [cancelling]);
  const actor = { kind: "seller", id: command.keyId } as const;
  const { orders } = await cancelUnits(tx, [cancelling], held, { ...command, at, actor, ends: "reject", cause: "seller_rejected" });
  return orders[0];
}
