import { changeCheckouts, type Checkout, checkoutMachine, paymentDeadline } from "../modules/checkouts/index.ts";
import { type Order, orderMachine, writeOrderChanges } from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { clearDeadlines } from "../platform/jobs/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { checkoutEvent, type OrderMeans, orderEvent } from "./lifecycle-events.ts";
import { settleOrders } from "./settle-orders.ts";

/**
 * Confirms locked checkouts that wait for payment, with those of their locked orders that are reserved: their sellers' time to accept
 * them begins. Clears their deadlines. Gives them as they are now, in their order.
 *
 * @throws Refused state-conflict when one does not wait for payment
 */
export async function confirmPendingCheckouts(
  tx: Transaction,
  locked: readonly { readonly checkout: Checkout; readonly orders: readonly Order[] }[],
  cause: string,
  means: OrderMeans,
): Promise<Checkout[]> {
  if (locked.length === 0) return [];
  const changes = locked.map(({ checkout }) => ({
    ...{ checkout, state: step(checkoutMachine, checkout.state, "confirm"), cancelled: checkout.cancelled, event: "confirm" as const },
  }));
  const edge = { event: "confirm", to: step(orderMachine, "reserved", "confirm") } as const;
  const waiting = locked.flatMap(({ orders }) => orders).filter((order) => order.state === "reserved");
  const confirmed = await writeOrderChanges(
    tx,
    waiting.map((order) => ({ order, edge, cause })),
    means,
  );
  const changed = await changeCheckouts(tx, changes, { ...means, cause });
  await clearDeadlines(
    tx,
    changed.map(({ companyId, checkoutId }) => ({ organisationId: companyId, kind: paymentDeadline, subjectId: checkoutId })),
  );
  await settleOrders(
    tx,
    confirmed.map((order) => ({ from: "reserved", order })),
    means,
  );
  await appendEvents(tx, [
    ...changed.map((checkout) => checkoutEvent(checkout, "checkout.confirmed", means)),
    ...confirmed.map((order) => orderEvent(order, cause, means)),
  ]);
  return changed;
}
