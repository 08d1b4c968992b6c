import type { Uuid } from "../kernel/ids.ts";
import { minorUnits } from "../kernel/money.ts";
import { type Actor, changeCheckout, type Checkout, checkoutMachine } from "../modules/checkouts/index.ts";
import { lockOrdersOfCheckout } from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { endOrders } from "./end-orders.ts";
import { checkoutEvent, type Circumstances, orderEvent } from "./lifecycle-events.ts";

/** Why a checkout that waits for its money ends without it. */
export type PendingEnd = {
  readonly event: "cancel" | "expire";
  readonly actor: Actor;
  readonly cause: string;
  readonly idempotencyId: Uuid | null;
};

/**
 * Ends a locked checkout that waits for payment, with all its orders that still hold stock.
 *
 * @throws Refused state-conflict when it does not wait for payment
 */
export async function endPendingCheckout(
  tx: Transaction,
  checkout: Checkout,
  end: PendingEnd,
  circumstances: Circumstances,
): Promise<Checkout> {
  const { at, newId } = circumstances;
  const state = step(checkoutMachine, checkout.state, end.event);
  const orders = await lockOrdersOfCheckout(tx, checkout.companyId, checkout.checkoutId);
  const holding = orders.filter((order) => order.state === "reserved");
  const ended = await endOrders(tx, { checkout, orders: holding, ...end, at, newId }, true);
  const cancelled = minorUnits(orders.reduce((sum, { total }) => sum + total, 0n));
  const changed = await changeCheckout(tx, { checkout, state, cancelled, ...end, at });
  await appendEvents(tx, [
    checkoutEvent(changed, `checkout.${state}`, circumstances),
    ...ended.map((order) => orderEvent(order, end.cause, circumstances)),
  ]);
  return changed;
}
