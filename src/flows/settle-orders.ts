import {
  deadlinesEntered,
  deadlinesLeft,
  endOrderRequests,
  mayHaveOpenUnits,
  type Order,
  orderDeadlineKinds,
  type OrderRequest,
  type OrderState,
  readOpenRequests,
} from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { clearDeadlines, setDeadlines } from "../platform/jobs/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { calendarOf, readSellerCalendars } from "../views/seller-calendars.ts";
import { type OrderMeans, orderRequestEvent } from "./lifecycle-events.ts";
import { stoppedSince } from "./refuse-stopped.ts";

/** An order that has taken an edge: where from, and as it is now. */
export type MovedOrder = { readonly from: OrderState; readonly order: Order };

/**
 * What follows whenever orders took an edge: what they no longer wait for is cleared, what they wait for now is due by their sellers'
 * calendars, and questions that this leaves nothing to answer are closed. The orders are locked and written.
 */
export async function settleOrders(tx: Transaction, moved: readonly MovedOrder[], means: OrderMeans): Promise<void> {
  if (moved.length === 0) return;
  const left = moved.flatMap(({ from, order }) =>
    deadlinesLeft(from, order.state).map((kind) => ({ organisationId: order.sellerId, kind, subjectId: order.orderId })),
  );
  await clearDeadlines(tx, left);
  await setDeadlines(tx, await deadlinesToSet(tx, moved, means));
  const open = await readOpenRequests(
    tx,
    moved.map(({ order }) => order),
  );
  const stateOf = new Map(moved.map(({ order }) => [order.orderId, order.state]));
  await closeRequests(
    tx,
    open.filter((request) => hasNothingToAnswer(request, stateOf.get(request.orderId))),
    means,
  );
}

async function deadlinesToSet(tx: Transaction, moved: readonly MovedOrder[], { rules, at }: OrderMeans) {
  const waiting = moved.filter(({ order }) => order.state !== "cancelled" && order.state !== "expired" && order.state !== "rejected");
  if (waiting.length === 0) return [];
  const calendars = await readSellerCalendars(
    tx,
    waiting.map(({ order }) => order.sellerId),
  );
  const stopped = await stoppedSince(
    tx,
    waiting.map(({ order }) => order),
    at,
  );
  return waiting.flatMap(({ from, order }, index) =>
    deadlinesEntered(from, order, { rules, calendar: calendarOf(calendars, order.sellerId) }, at).map((deadline) => ({
      ...deadline,
      stoppedAt: stopped[index],
    })),
  );
}

function hasNothingToAnswer({ kind }: OrderRequest, state: OrderState | undefined): boolean {
  if (state === undefined) return false;
  return kind === "acceptance" ? state !== "confirmed" : !mayHaveOpenUnits(state);
}

async function closeRequests(tx: Transaction, requests: readonly OrderRequest[], means: OrderMeans): Promise<void> {
  if (requests.length === 0) return;
  const { actor, at, idempotencyId } = means;
  const closed = await endOrderRequests(tx, requests, { to: "closed", by: actor.id, reason: null, at, idempotencyId });
  await clearDeadlines(
    tx,
    closed.map(({ sellerId, requestId }) => ({ organisationId: sellerId, kind: orderDeadlineKinds.request, subjectId: requestId })),
  );
  await appendEvents(
    tx,
    closed.map((request) => orderRequestEvent(request, means)),
  );
}
