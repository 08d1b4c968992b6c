import type { Instant } from "../kernel/clock.ts";
import { orderDeadlineKinds } from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { restartDeadlines, setDeadlines, stopDeadlines } from "../platform/jobs/index.ts";
import { type OrderingParty, readStoppableDeadlines, readUnshippedOrders } from "../views/orders-of-party.ts";

/**
 * Brings the deadlines of a party's open orders to what its state and its holds say now: what is stopped stands still, what is not any
 * more goes on. The orders themselves are not locked: one that takes a step at the same time is brought to it by the sweep that follows.
 *
 * Locks: deadline.
 */
export async function settleStops(tx: Transaction, party: OrderingParty, at: Instant): Promise<void> {
  const deadlines = await readStoppableDeadlines(tx, party);
  await stopDeadlines(
    tx,
    deadlines.filter(({ stands, shouldStand }) => shouldStand && !stands),
    at,
  );
  await restartDeadlines(
    tx,
    deadlines.filter(({ stands, shouldStand }) => stands && !shouldStand),
    at,
  );
}

/** Has every order of a party of which units may not have left cancelled, each by a deadline of its own that is due at once. */
export async function cancelUnshipped(tx: Transaction, party: OrderingParty, at: Instant): Promise<void> {
  const orders = await readUnshippedOrders(tx, party);
  await setDeadlines(
    tx,
    orders.map(({ sellerId, orderId }) => ({
      organisationId: sellerId,
      kind: orderDeadlineKinds.suspended,
      subjectId: orderId,
      dueAt: at,
    })),
  );
}
