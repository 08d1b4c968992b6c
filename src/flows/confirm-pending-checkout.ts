import type { Uuid } from "../kernel/ids.ts";
import { type Actor, changeCheckout, type Checkout, checkoutMachine, paymentDeadline } from "../modules/checkouts/index.ts";
import { moveOrders, type Order, orderMachine } from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { clearDeadlines } from "../platform/jobs/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { checkoutEvent, type Circumstances, orderEvent } from "./lifecycle-events.ts";

/** Why a checkout waits for its money no longer. */
export type Confirmation = { readonly actor: Actor; readonly cause: string; readonly idempotencyId: Uuid };

/**
 * Confirms a locked checkout that waits for payment, with those of its locked orders that are reserved, and clears its deadline.
 *
 * @throws Refused state-conflict when it does not wait for payment
 */
export async function confirmPendingCheckout(
  tx: Transaction,
  { checkout, orders }: { readonly checkout: Checkout; readonly orders: readonly Order[] },
  confirmation: Confirmation,
  circumstances: Circumstances,
): Promise<Checkout> {
  const means = { ...confirmation, at: circumstances.at };
  const state = step(checkoutMachine, checkout.state, "confirm");
  const waiting = orders.filter((order) => order.state === "reserved");
  const confirmed = await moveOrders(tx, { orders: waiting, event: "confirm", to: step(orderMachine, "reserved", "confirm"), ...means });
  const changed = await changeCheckout(tx, { checkout, state, cancelled: checkout.cancelled, event: "confirm", ...means });
  await clearDeadlines(tx, [{ organisationId: checkout.companyId, kind: paymentDeadline, subjectId: checkout.checkoutId }]);
  await appendEvents(tx, [
    checkoutEvent(changed, "checkout.confirmed", circumstances),
    ...confirmed.map((order) => orderEvent(order, confirmation.cause, circumstances)),
  ]);
  return changed;
}
