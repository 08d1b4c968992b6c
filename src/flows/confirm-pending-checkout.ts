import { changeCheckouts, type Checkout, checkoutMachine, paymentDeadline } from "../modules/checkouts/index.ts";
import { type Order, orderMachine, writeOrderChanges } from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { clearDeadlines } from "../platform/jobs/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { checkoutEvent, type OrderMeans, orderEvent } from "./lifecycle-events.ts";
import { settleOrders } from "./settle-orders.ts";

/**
 * Confirms a locked checkout that waits for payment, with those of its locked orders that are reserved: their sellers' time to accept
 * them begins. Clears its deadline.
 *
 * @throws Refused state-conflict when it does not wait for payment
 */
export async function confirmPendingCheckout(
  tx: Transaction,
  { checkout, orders }: { readonly checkout: Checkout; readonly orders: readonly Order[] },
  cause: string,
  means: OrderMeans,
): Promise<Checkout> {
  const state = step(checkoutMachine, checkout.state, "confirm");
  const edge = { event: "confirm", to: step(orderMachine, "reserved", "confirm") } as const;
  const waiting = orders.filter((order) => order.state === "reserved");
  const confirmed = await writeOrderChanges(
    tx,
    waiting.map((order) => ({ order, edge, cause })),
    means,
  );
  const change = { checkout, state, cancelled: checkout.cancelled, event: "confirm" } as const;
  const [changed = checkout] = await changeCheckouts(tx, [change], { ...means, cause });
  await clearDeadlines(tx, [{ organisationId: checkout.companyId, kind: paymentDeadline, subjectId: checkout.checkoutId }]);
  await settleOrders(
    tx,
    confirmed.map((order) => ({ from: "reserved", order })),
    means,
  );
  await appendEvents(tx, [
    checkoutEvent(changed, "checkout.confirmed", means),
    ...confirmed.map((order) => orderEvent(order, cause, means)),
  ]);
  return changed;
}
