import { assert } from "../kernel/assert.ts";
import { type CancellationId, type CheckoutId, type MovementId, toWireId } from "../kernel/ids.ts";
import { minorUnits, money } from "../kernel/money.ts";
import { toWire } from "../kernel/wire.ts";
import {
  type Actor,
  changeCheckouts,
  type Checkout,
  type CheckoutChange,
  checkoutMachine,
  lockCheckouts,
  paymentDeadline,
} from "../modules/checkouts/index.ts";
import { changeCredit, lockCreditAccounts } from "../modules/companies/index.ts";
import { lockFunds } from "../modules/payments/index.ts";
import {
  chooseReleases,
  type HeldReservation,
  lockLevelsOfReservations,
  lockReservationsOfOrders,
  release,
  type ReleaseCause,
} from "../modules/inventory/index.ts";
import {
  type DrawnUnits,
  drawUnits,
  lockOrdersOfCheckouts,
  mayHaveOpenUnits,
  type NewCancellation,
  type Order,
  type OrderChange,
  type OrderEvent,
  orderMachine,
  type OrderNumbers,
  type OrderPromise,
  partOrder,
  type UnitDraw,
  writeOrderChanges,
} from "../modules/orders/index.ts";
import type { LockKind, Transaction } from "../platform/db/index.ts";
import { clearDeadlines } from "../platform/jobs/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { appendEvents, type EventData } from "../platform/outbox/index.ts";
import { confirmPendingCheckouts } from "./confirm-pending-checkouts.ts";
import { freeFunds, fundsOfPrepaid } from "./free-funds.ts";
import { checkoutEvent, type OrderMeans, orderEvent } from "./lifecycle-events.ts";
import { settleOrders } from "./settle-orders.ts";
import { deliverOrdersIfDone } from "./settle-shipments.ts";

/** The rows that cancelling units locks, in the global order. */
export const endingLocks: readonly LockKind[] = [
  "checkout",
  "order",
  "shipment",
  "reservation",
  "stock_level",
  "credit_account",
  "company_funds",
  "deadline",
];

/** A locked checkout with all its orders, locked too. */
export type LockedCheckout = { readonly checkout: Checkout; readonly orders: readonly Order[] };

/** Locks checkouts and all their orders: what is left of a checkout is decided on all of them. */
export async function lockWholeCheckouts(tx: Transaction, checkoutIds: readonly CheckoutId[]): Promise<LockedCheckout[]> {
  const checkouts = await lockCheckouts(tx, checkoutIds);
  return lockOrdersOf(tx, checkouts);
}

/** Locks all orders of locked checkouts. */
export async function lockOrdersOf(tx: Transaction, checkouts: readonly Checkout[]): Promise<LockedCheckout[]> {
  const orders = Map.groupBy(await lockOrdersOfCheckouts(tx, checkouts), ({ checkoutId }) => checkoutId);
  return checkouts.map((checkout) => ({ checkout, orders: orders.get(checkout.checkoutId) ?? [] }));
}

/** Units that one order gives up; its numbers were read under its lock. `promise`: with what is left of them it is accepted. */
export type OrderDraws = {
  readonly order: Order;
  readonly numbers: OrderNumbers;
  readonly draws: readonly UnitDraw[];
  readonly promise?: OrderPromise;
};

/** Orders of one checkout that give up units. */
export type Cancelling = { readonly locked: LockedCheckout; readonly orders: readonly OrderDraws[] };

/** Why units are given up: the word of the cause, why in somebody's words, and what becomes of an order of which nothing is left. */
export type CancelMeans = OrderMeans & {
  readonly ends: "cancel" | "reject" | "expire";
  readonly cause: string;
  readonly reason: string | null;
  /** Whose doing it is, when that is not who makes the change. */
  readonly by?: Actor;
};

const causeTypes = {
  cancel: "order_cancelled",
  reject: "order_rejected",
  expire: "order_expired",
} as const satisfies Record<CancelMeans["ends"], ReleaseCause["causeType"]>;

/** Locks what the orders hold: reservations, their stock levels, and the credit or the funds that pay for them. The checkouts are locked. */
export async function lockHeldUnits(tx: Transaction, cancellings: readonly Cancelling[]): Promise<HeldReservation[]> {
  const reservations = await lockReservationsOfOrders(
    tx,
    cancellings.flatMap(({ orders }) => orders.map(({ order }) => order)),
  );
  await lockLevelsOfReservations(tx, reservations);
  await lockChargedAccounts(tx, cancellings);
  return reservations;
}

/** Locks the credit accounts that were charged with these checkouts, or the funds they were paid with, for who locks the goods in another way. */
export async function lockChargedAccounts(tx: Transaction, cancellings: readonly Cancelling[]): Promise<void> {
  const checkouts = cancellings.map(({ locked }) => locked.checkout);
  const charged = checkouts.filter(({ paymentMethod }) => paymentMethod === "on_account");
  if (charged.length > 0) await lockCreditAccounts(tx, [...new Map(charged.map((each) => [accountOf(each), each])).values()]);
  const prepaid = checkouts.filter(({ paymentMethod }) => paymentMethod === "bank_transfer");
  await lockFunds(tx, prepaid.flatMap(fundsOfPrepaid));
}

/**
 * Cancels units of orders, the only way in which units are given up: what is reserved for them goes back to stock, what they were charged
 * goes back to the credit account, their worth is cancelled on lines, tax groups, freight, order and checkout. Nothing of that is ever
 * refused. An order of which nothing is left ends, or is shipped when parts of it were; a pending checkout is due for what is left, ends with
 * its last order, and is confirmed when what is left costs nothing. Everybody is told. All rows are locked, and the caller has judged that
 * the units are open.
 *
 * @throws Refused state-conflict when an order cannot end in this way
 */
export async function cancelUnits(
  tx: Transaction,
  cancellings: readonly Cancelling[],
  held: readonly HeldReservation[],
  means: CancelMeans,
): Promise<{ readonly checkouts: readonly Checkout[]; readonly orders: readonly Order[] }> {
  const planned = cancellings.flatMap(({ orders }) => orders.map((each) => planOf(each, means)));
  const { at, newId } = means;
  const reservationsOf = Map.groupBy(held, ({ orderId }) => orderId);
  await release(
    tx,
    planned.flatMap(({ change, draws }) =>
      chooseReleases(reservationsOf.get(change.order.orderId) ?? [], draws).map((units) => ({
        ...units,
        movementId: newId<MovementId>(at),
        cause: { causeType: causeTypes[means.ends], causeId: change.cancellation.cancellationId },
      })),
    ),
    at,
  );
  await freeCredit(tx, cancellings, planned);
  const changed = await writeOrderChanges(
    tx,
    planned.map(({ change }) => change),
    means,
  );
  const checkouts = await changeCheckoutsOf(tx, cancellings, changed, means);
  await settleOrders(
    tx,
    planned.flatMap(({ change }, index) => {
      const order = changed[index];
      return order === undefined || change.edge === undefined ? [] : [{ from: change.order.state, order }];
    }),
    means,
  );
  await appendEvents(tx, [
    ...cancellings.flatMap(({ orders }, index) => {
      const checkout = checkouts[index];
      const own = changed.filter(({ orderId }) => orders.some(({ order }) => order.orderId === orderId));
      return checkout === undefined ? [] : [checkoutEvent(checkout, checkoutEventType(cancellings[index], checkout, own), means)];
    }),
    ...planned.flatMap(({ change }, index) => {
      const order = changed[index];
      return order === undefined ? [] : [cancelledEvent(order, change, means)];
    }),
  ]);
  const now = cancellings.flatMap(({ locked }, index) => {
    const checkout = checkouts[index];
    return checkout === undefined ? [] : [{ checkout, orders: withChanges(locked.orders, changed) }];
  });
  const paid = await freeFunds(tx, now, cancellationsOf(planned), means);
  const confirmed = await confirmIfNothingIsDue(tx, now, paid, means);
  // What has left already may all have arrived.
  return { checkouts: confirmed, orders: await deliverOrdersIfDone(tx, changed, means.cause, means) };
}

type Plan = {
  readonly draws: readonly UnitDraw[];
  readonly drawn: DrawnUnits;
  readonly change: OrderChange & { readonly cancellation: NewCancellation };
};

function planOf({ order, numbers, draws, promise }: OrderDraws, means: CancelMeans): Plan {
  assert(mayHaveOpenUnits(order.state), `units of an order that is ${order.state}`);
  const { ends, cause, reason, at, newId } = means;
  const drawn = drawUnits(partOrder(order, numbers), draws, "cancelled", { fromPacked: false });
  const event = edgeEvent(drawn, ends, promise);
  const cancellation = {
    cancellationId: newId<CancellationId>(at),
    cause,
    reason,
    by: means.by,
    amount: drawn.cancelledDelta,
    lines: drawn.lines.map(({ lineNumber, part }) => ({ lineNumber, ...part })),
  };
  const change = {
    order,
    ...(event === undefined ? {} : { edge: { event, to: step(orderMachine, order.state, event) } }),
    lines: drawn.lines,
    groups: drawn.groups,
    freight: drawn.freight,
    ...(event === "accept" ? { promise } : {}),
    cancellation,
    cause: reason === null ? cause : `${cause}: ${reason}`,
  };
  return { draws, drawn, change };
}

/** What an order of which units are cancelled goes through; nothing while something of it is left. */
function edgeEvent(drawn: DrawnUnits, ends: CancelMeans["ends"], promise: OrderPromise | undefined): OrderEvent | undefined {
  if (!drawn.nothingOpen) return promise === undefined ? undefined : "accept";
  if (ends !== "cancel") return ends;
  return drawn.anythingShipped ? "cancel_rest" : "cancel";
}

async function freeCredit(tx: Transaction, cancellings: readonly Cancelling[], planned: readonly Plan[]): Promise<void> {
  const freedOf = new Map(planned.map(({ change, drawn }) => [change.order.orderId, drawn.cancelledDelta]));
  const changes = new Map<string, { companyId: Checkout["companyId"]; currency: Checkout["currency"]; amount: bigint }>();
  for (const { locked, orders } of cancellings) {
    const { checkout } = locked;
    if (checkout.paymentMethod !== "on_account") continue;
    const freed = orders.reduce((sum, { order }) => sum + (freedOf.get(order.orderId) ?? 0n), 0n);
    const before = changes.get(accountOf(checkout))?.amount ?? 0n;
    changes.set(accountOf(checkout), { companyId: checkout.companyId, currency: checkout.currency, amount: before - freed });
  }
  if (changes.size > 0) await tx.query(changeCredit([...changes.values()]));
}

async function changeCheckoutsOf(
  tx: Transaction,
  cancellings: readonly Cancelling[],
  changed: readonly Order[],
  means: CancelMeans,
): Promise<Checkout[]> {
  const changes = cancellings.map(({ locked: { checkout, orders } }): CheckoutChange => {
    const now = withChanges(orders, changed);
    const cancelled = minorUnits(now.reduce((sum, order) => sum + order.cancelled, 0n));
    const ends = waits(checkout) && now.every(hasEnded);
    const event = means.ends === "expire" ? "expire" : "cancel";
    if (!ends) return { checkout, state: checkout.state, cancelled, event: null };
    return { checkout, state: step(checkoutMachine, checkout.state, event), cancelled, event };
  });
  const cause = means.reason === null ? means.cause : `${means.cause}: ${means.reason}`;
  const after = await changeCheckouts(tx, changes, { ...means, cause });
  await clearDeadlines(
    tx,
    changes
      .filter(({ event }) => event !== null)
      .map(({ checkout: { companyId, checkoutId } }) => ({ organisationId: companyId, kind: paymentDeadline, subjectId: checkoutId })),
  );
  return after;
}

/** What is left costs nothing, or has been paid for: it waits for nobody. Gives all of them, as they are now. */
async function confirmIfNothingIsDue(
  tx: Transaction,
  locked: readonly LockedCheckout[],
  paid: ReadonlySet<CheckoutId>,
  means: CancelMeans,
): Promise<Checkout[]> {
  const covered = locked.filter(({ checkout }) => waits(checkout) && paid.has(checkout.checkoutId));
  const confirmed = await confirmPendingCheckouts(tx, covered, "nothing_due", means);
  const now = new Map(confirmed.map((checkout) => [checkout.checkoutId, checkout]));
  return locked.map(({ checkout }) => now.get(checkout.checkoutId) ?? checkout);
}

/** The first cancellation of each checkout: what is booked of it rests on that. */
function cancellationsOf(planned: readonly Plan[]): ReadonlyMap<CheckoutId, CancellationId> {
  return new Map(planned.toReversed().map(({ change }) => [change.order.checkoutId, change.cancellation.cancellationId]));
}

function checkoutEventType(cancelling: Cancelling | undefined, checkout: Checkout, changed: readonly Order[]): string {
  if (checkout.state !== cancelling?.locked.checkout.state) return `checkout.${checkout.state}`;
  if (changed.some(({ state }) => state === "rejected")) return "checkout.order_rejected";
  return changed.some(hasEnded) ? "checkout.order_cancelled" : "checkout.units_cancelled";
}

/** An order that is no step further is told of by its units; one that is accepted with less of them, by both. */
function cancelledEvent(order: Order, { edge, cancellation }: Plan["change"], means: CancelMeans) {
  const facts: EventData = {
    cancellation: toWireId("can", cancellation.cancellationId),
    by: (means.by ?? means.actor).kind,
    amount: toWire(money(cancellation.amount, order.currency)),
    lines: cancellation.lines.map(({ lineNumber, quantity }) => ({ line_number: lineNumber, quantity })),
  };
  return orderEvent(order, means.cause, means, { ...(edge === undefined ? { type: "order.units_cancelled" } : {}), facts });
}

function withChanges(orders: readonly Order[], changed: readonly Order[]): Order[] {
  const now = new Map(changed.map((order) => [order.orderId, order]));
  return orders.map((order) => now.get(order.orderId) ?? order);
}

function waits({ state }: Checkout): boolean {
  return state === "pending_payment";
}

function hasEnded({ state }: Order): boolean {
  return state === "cancelled" || state === "expired" || state === "rejected";
}

function accountOf({ companyId, currency }: Pick<Checkout, "companyId" | "currency">): string {
  return `${companyId} ${currency}`;
}
