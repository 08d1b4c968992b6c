import type { Instant } from "../kernel/clock.ts";
import type { ApiKeyId, OrderId, OrderRequestId, SellerId, Uuid } from "../kernel/ids.ts";
import { Refused } from "../kernel/refusal.ts";
import { type Calendar, localDay } from "../kernel/working-days.ts";
import {
  type Acceptance,
  cancellableFrom,
  type JudgedAcceptance,
  judgeAcceptance,
  lockOrder,
  type Order,
  orderMachine,
  type OrderRequest,
  readOrderNumbers,
  requireAction,
  writeOrderChanges,
} from "../modules/orders/index.ts";
import { type LockKind, now, type Transaction } from "../platform/db/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { readSellerCalendar } from "../views/seller-calendars.ts";
import { askOrderRequest } from "./ask-order-request.ts";
import { type OrderMeans, orderEvent } from "./lifecycle-events.ts";
import { refuseStopped } from "./refuse-stopped.ts";
import { settleOrders } from "./settle-orders.ts";

/** The rows that an acceptance locks, in the global order. */
export const acceptingLocks: readonly LockKind[] = ["order", "deadline"];

/** Which order a seller accepts, and how. */
export type AcceptOrder = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & {
  readonly orderId: OrderId;
  readonly sellerId: SellerId;
  readonly keyId: ApiKeyId;
  readonly acceptance: Acceptance;
  /** Why less or later; empty when the seller says nothing. */
  readonly reason: string;
  readonly idempotencyId: Uuid;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
};

/**
 * Accepts a confirmed order as it was ordered and promised; what the seller can deliver less or later only is asked of the company first,
 * and until it answers the order waits for nobody else.
 *
 * Locks: order, deadline.
 *
 * @returns undefined when the seller has no such order; `request` when the company was asked
 * @throws Refused state-conflict, on-hold, unknown-reference, units-not-open, acceptance-empty, promise-out-of-bounds, request-open
 */
export async function acceptOrder(
  tx: Transaction,
  command: AcceptOrder,
): Promise<{ readonly order: Order; readonly request?: OrderRequest } | undefined> {
  const order = await lockOrder(tx, command.sellerId, command.orderId);
  if (order === undefined) return undefined;
  const at = await now(tx);
  command.checkVersion(order.version);
  requireAction(order, "seller", at, ["accept"]);
  await refuseStopped(tx, order);
  const { lines } = await readOrderNumbers(tx, order.sellerId, order.orderId);
  const calendar = await readSellerCalendar(tx, order.sellerId);
  const judged = judgeAcceptance(order, lines, command.acceptance, boundsAt(at, calendar));
  if (!judged.ok) throw new Refused(judged.refusal);
  const means = { ...command, at, actor: { kind: "seller", id: command.keyId } } as const;
  if (judged.needsConsent) return { order, request: await ask(tx, order, judged, calendar, means) };
  return { order: await writeAcceptance(tx, order, judged, calendar, means) };
}

/** An order that is accepted whole, with these days. */
export type Accepted = {
  readonly order: Order;
  readonly promisedOn: string;
  readonly lines: readonly { readonly lineNumber: number; readonly promisedOn: string }[];
};

/** Writes that locked orders are accepted whole, by the calendar of their seller. */
export async function writeAcceptances(
  tx: Transaction,
  accepted: readonly Accepted[],
  calendar: Calendar,
  means: OrderMeans,
): Promise<Order[]> {
  const cause = `${means.actor.kind}_accepted`;
  const orders = await writeOrderChanges(
    tx,
    accepted.map(({ order, promisedOn, lines }) => ({
      order,
      edge: { event: "accept", to: step(orderMachine, order.state, "accept") },
      promise: { promisedOn, lines, cancellableFrom: cancellableFrom(promisedOn, means.rules, calendar) },
      cause,
    })),
    means,
  );
  await settleOrders(
    tx,
    orders.map((order, index) => ({ from: accepted[index]?.order.state ?? order.state, order })),
    means,
  );
  await appendEvents(
    tx,
    orders.map((order) => orderEvent(order, cause, means)),
  );
  return orders;
}

/** The same of one order. */
export async function writeAcceptance(
  tx: Transaction,
  order: Order,
  { promisedOn, lines }: Omit<Accepted, "order">,
  calendar: Calendar,
  means: OrderMeans,
): Promise<Order> {
  const [accepted = order] = await writeAcceptances(tx, [{ order, promisedOn, lines }], calendar, means);
  return accepted;
}

async function ask(
  tx: Transaction,
  order: Order,
  { asked, promisedOn }: JudgedAcceptance & { readonly ok: true },
  calendar: Calendar,
  means: OrderMeans & Pick<AcceptOrder, "reason" | "keyId" | "idempotencyId">,
): Promise<OrderRequest> {
  const requestId = means.newId<OrderRequestId>(means.at);
  const { reason, keyId, idempotencyId } = means;
  const question = { kind: "acceptance", requestId, reason, askedBy: keyId, idempotencyId, promisedOn, lines: asked } as const;
  return askOrderRequest(tx, order, question, calendar, means);
}

/** A day is promised from today on, the seller's, and not for more than two years. */
export function boundsAt(at: Instant, calendar: Calendar) {
  const earliest = localDay(at, calendar.timeZone);
  return { earliest, latest: `${Number(earliest.slice(0, 4)) + 2}${earliest.slice(4) === "-02-29" ? "-02-28" : earliest.slice(4)}` };
}
