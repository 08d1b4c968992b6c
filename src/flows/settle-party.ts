import type { Instant } from "../kernel/clock.ts";
import type { OrderId } from "../kernel/ids.ts";
import { mayHaveOpenUnits, orderDeadlineKinds } from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { restartDeadlines, setDeadlines, stopDeadlines } from "../platform/jobs/index.ts";
import { readStopDifference } from "../views/order-stops.ts";
import { type OpenOrder, type OrderingParty, type PlaceOfOrder, readOpenOrdersBehind } from "../views/orders-of-party.ts";

/** A party may have any number of open orders; one transaction looks at so many of them. */
const ordersAtOnce = 200;

/**
 * Brings the deadlines of the first of a party's open orders to what its state and its holds say now. The others follow with the sweep,
 * by which time nothing is under way any more that had not seen the change; until then nothing is done about their deadlines either,
 * because whoever acts on one looks whether its order is stopped.
 *
 * Locks: deadline.
 */
export async function settleStops(tx: Transaction, party: OrderingParty, at: Instant): Promise<void> {
  await settleStopsOf(tx, await readOpenOrdersBehind(tx, party, undefined, ordersAtOnce), at);
}

/**
 * Sets the deadline that cancels what is open of an order, for the first of a party's orders in which units may not have left yet. It is
 * due at `at`, so at once; the other orders follow with the sweep.
 *
 * Locks: deadline.
 */
export async function cancelUnshipped(tx: Transaction, party: OrderingParty, at: Instant): Promise<void> {
  await cancelUnshippedOf(tx, await readOpenOrdersBehind(tx, party, undefined, ordersAtOnce), at);
}

/** A piece of a walk through all open orders of a party: behind which one it begins, and how many it looks at. */
export type Walk = { readonly after?: PlaceOfOrder | undefined; readonly most?: number };

/**
 * One piece of the walk: brings the deadlines of the next orders of a party to what their state and holds say now, and has them cancelled
 * too when the party `cancels`. An order that takes a step meanwhile gets its deadlines by that step, or is met later.
 *
 * Locks: deadline.
 *
 * @returns behind which order the walk goes on; undefined at its end
 */
export async function settleNext(
  tx: Transaction,
  { party, cancels, at }: { readonly party: OrderingParty; readonly cancels: boolean; readonly at: Instant },
  { after, most = ordersAtOnce }: Walk,
): Promise<PlaceOfOrder | undefined> {
  const orders = await readOpenOrdersBehind(tx, party, after, most);
  await settleStopsOf(tx, orders, at);
  if (cancels) await cancelUnshippedOf(tx, orders, at);
  return orders.length < most ? undefined : orders.at(-1);
}

/**
 * Brings all deadlines of these orders to what stops them now: what is stopped stands still, what is not any more goes on. The orders
 * themselves need not be locked: whoever lets one take a step at the same time settles its deadlines too.
 *
 * Locks: deadline.
 */
export async function settleStopsOf(tx: Transaction, orders: readonly { readonly orderId: OrderId }[], at: Instant): Promise<void> {
  if (orders.length === 0) return;
  const { toStop, toRestart } = await readStopDifference(tx, orders);
  await stopDeadlines(tx, toStop, at);
  await restartDeadlines(tx, toRestart, at);
}

/** Each order is cancelled by a deadline of its own that is due at once. */
async function cancelUnshippedOf(tx: Transaction, orders: readonly OpenOrder[], at: Instant): Promise<void> {
  const kind = orderDeadlineKinds.suspended;
  await setDeadlines(
    tx,
    orders
      .filter(({ state }) => mayHaveOpenUnits(state))
      .map(({ sellerId, orderId }) => ({ organisationId: sellerId, kind, subjectId: orderId, dueAt: at })),
  );
}
