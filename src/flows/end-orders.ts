import type { Instant } from "../kernel/clock.ts";
import type { IdSource, MovementId, Uuid } from "../kernel/ids.ts";
import { type Actor, type Checkout, paymentDeadline } from "../modules/checkouts/index.ts";
import { changeCredit, lockCreditAccounts } from "../modules/companies/index.ts";
import { lockLevelsOfReservations, lockReservationsOfOrders, release } from "../modules/inventory/index.ts";
import { moveOrders, type Order, orderMachine } from "../modules/orders/index.ts";
import type { LockKind, Transaction } from "../platform/db/index.ts";
import { clearDeadlines } from "../platform/jobs/index.ts";
import { step } from "../platform/lifecycle/index.ts";

/** The rows that ending orders of a checkout locks, in the global order. */
export const endingLocks: readonly LockKind[] = ["checkout", "order", "reservation", "stock_level", "credit_account", "deadline"];

/** Orders of one locked checkout that end together without being delivered. */
export type Ending = {
  readonly checkout: Checkout;
  readonly orders: readonly Order[];
  readonly event: "cancel" | "expire";
  readonly actor: Actor;
  readonly cause: string;
  readonly at: Instant;
  readonly idempotencyId: Uuid | null;
  readonly newId: IdSource;
};

/**
 * Ends locked orders: what their reservations hold goes back to stock, what they charged goes back to the credit account. Neither is
 * ever refused. A checkout that waits for nothing any more loses its deadline. Gives the orders as they are now.
 *
 * @throws Refused state-conflict when one of them cannot take the edge
 */
export async function endOrders(tx: Transaction, ending: Ending, waitsNoMore: boolean): Promise<Order[]> {
  const { checkout, orders, event, actor, cause, at, idempotencyId, newId } = ending;
  const to = orders.map((order) => step(orderMachine, order.state, event)).at(0);
  const held = await lockReservationsOfOrders(tx, orders);
  await lockLevelsOfReservations(tx, held);
  const onAccount = checkout.paymentMethod === "on_account";
  if (onAccount) await lockCreditAccounts(tx, [checkout]);
  const causeType = event === "cancel" ? "order_cancelled" : "order_expired";
  const releases = held
    .filter(({ open }) => open > 0)
    .map((reservation) => ({
      ...{ reservation, quantity: reservation.open, movementId: newId<MovementId>(at) },
      cause: { causeType, causeId: reservation.orderId } as const,
    }));
  await release(tx, releases, at);
  if (onAccount) {
    const freed = orders.reduce((sum, { total, cancelled }) => sum + total - cancelled, 0n);
    await tx.query(changeCredit([{ companyId: checkout.companyId, currency: checkout.currency, amount: -freed }]));
  }
  if (waitsNoMore) {
    await clearDeadlines(tx, [{ organisationId: checkout.companyId, kind: paymentDeadline, subjectId: checkout.checkoutId }]);
  }
  return to === undefined ? [] : moveOrders(tx, { orders, event, to, actor, cause, at, idempotencyId });
}
