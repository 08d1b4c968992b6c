import type { ApiKeyId, OrderId, Uuid } from "../kernel/ids.ts";
import { minorUnits } from "../kernel/money.ts";
import { changeCheckout, checkoutMachine, lockCheckout } from "../modules/checkouts/index.ts";
import { findOrder, lockOrdersOfCheckout, type Order } from "../modules/orders/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { confirmPendingCheckout } from "./confirm-pending-checkout.ts";
import { endOrders } from "./end-orders.ts";
import { checkoutEvent, type Circumstances, orderEvent } from "./lifecycle-events.ts";

/** Who cancels, as a member of which organisation, and why. */
export type CancelOrder = Omit<Circumstances, "at"> & {
  readonly orderId: OrderId;
  readonly party: { readonly kind: "company" | "seller"; readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  readonly reason: string;
  readonly idempotencyId: Uuid;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
};

/**
 * Cancels a whole order. Its stock and its credit are free again in the same transaction. A pending checkout is due for what is left;
 * when that is nothing, what is left is confirmed; it is cancelled with its last order. A confirmed checkout stays confirmed.
 *
 * Locks: checkout, order, reservation, stock level, credit account, deadline.
 *
 * @returns undefined when the caller's organisation has no such order
 * @throws Refused state-conflict
 */
export async function cancelOrder(tx: Transaction, command: CancelOrder): Promise<Order | undefined> {
  const { orderId, party, reason, idempotencyId } = command;
  const found = await findOrder(tx, orderId);
  if (found === undefined || party.organisationId !== (party.kind === "company" ? found.companyId : found.sellerId)) return undefined;
  const checkout = await lockCheckout(tx, found.checkoutId);
  const orders = await lockOrdersOfCheckout(tx, found.companyId, found.checkoutId);
  const order = orders.find((each) => each.orderId === orderId);
  if (checkout === undefined || order === undefined) return undefined;
  const at = await now(tx);
  command.checkVersion(order.version);
  const last = checkout.state === "pending_payment" && orders.every((each) => each === order || each.state === "cancelled");
  const actor = { kind: party.kind, id: party.keyId };
  const cause = `${party.kind}_cancelled: ${reason}`;
  const means = { actor, cause, at, idempotencyId };
  const [ended] = await endOrders(tx, { checkout, orders: [order], event: "cancel", ...means, newId: command.newId }, last);
  if (ended === undefined) return undefined;
  const changed = await changeCheckout(tx, {
    checkout,
    state: last ? step(checkoutMachine, checkout.state, "cancel") : checkout.state,
    cancelled: minorUnits(checkout.cancelled + order.total - order.cancelled),
    event: last ? "cancel" : null,
    ...means,
  });
  const circumstances = { ...command, at };
  await appendEvents(tx, [
    checkoutEvent(changed, last ? "checkout.cancelled" : "checkout.order_cancelled", circumstances),
    orderEvent(ended, `${party.kind}_cancelled`, circumstances),
  ]);
  // No receipt can be recorded of nothing: what is left costs nothing and waits for nobody.
  if (changed.state === "pending_payment" && changed.cancelled === changed.total) {
    const rest = { checkout: changed, orders: orders.filter((each) => each !== order) };
    await confirmPendingCheckout(tx, rest, { actor, cause: "nothing_due", idempotencyId }, circumstances);
  }
  return ended;
}
