import type { ApiKeyId, OrderRequestId, Uuid } from "../kernel/ids.ts";
import { Refused } from "../kernel/refusal.ts";
import { localDay } from "../kernel/working-days.ts";
import {
  acceptanceDeadline,
  cancellableFrom,
  consentedAcceptance,
  endOrderRequests,
  findOrderRequest,
  judgeDraws,
  lockOrder,
  type Order,
  orderDeadlineKinds,
  type OrderRequest,
  type OrderRequestState,
  readOrderNumbers,
  readOrderRequest,
  refuseDraws,
  type RequestAction,
  requestActions,
} from "../modules/orders/index.ts";
import { type LockKind, now, type Transaction } from "../platform/db/index.ts";
import { clearDeadlines, setDeadlines } from "../platform/jobs/index.ts";
import type { StateConflict } from "../platform/lifecycle/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { readSellerCalendar } from "../views/seller-calendars.ts";
import { writeAcceptance } from "./accept-order.ts";
import { cancelUnits, endingLocks, type LockedCheckout, lockHeldUnits, lockWholeCheckouts } from "./cancel-units.ts";
import { type OrderMeans, orderRequestEvent } from "./lifecycle-events.ts";
import { refuseStopped, stoppedSince } from "./refuse-stopped.ts";

/** The rows that granting locks, in the global order. */
export const grantingLocks: readonly LockKind[] = endingLocks;

/** The rows that declining and withdrawing lock. */
export const decliningLocks: readonly LockKind[] = ["order", "deadline"];

/** Who answers which question, or takes it back. */
export type AnswerOrderRequest = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & {
  readonly id: OrderRequestId;
  readonly party: { readonly kind: "company" | "seller"; readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  readonly reason: string | null;
  readonly idempotencyId: Uuid;
  /** Judges the caller's `If-Match` on the question as its order's lock keeps it. */
  readonly checkVersion: (version: number) => void;
};

type Answering = OrderMeans & Pick<AnswerOrderRequest, "reason" | "party" | "idempotencyId">;

/**
 * Grants a question. To an acceptance: what is delivered less is cancelled as the seller's doing, and the order accepted with the
 * days that were asked for; an order of which that leaves nothing is cancelled. To a cancellation: its units are cancelled.
 *
 * Locks: checkout, order, reservation, stock level, credit account, company funds, deadline.
 *
 * @returns undefined when the caller's organisation has no such question
 * @throws Refused state-conflict, on-hold, units-not-open, units-packed
 */
export async function grantOrderRequest(tx: Transaction, command: AnswerOrderRequest): Promise<OrderRequest | undefined> {
  const found = await findOrderRequest(tx, command.id);
  if (found === undefined || !isParty(found, command.party)) return undefined;
  const [locked] = await lockWholeCheckouts(tx, [found.checkoutId]);
  const order = locked?.orders.find(({ orderId }) => orderId === found.orderId);
  const request = await readOrderRequest(tx, command.id);
  if (locked === undefined || order === undefined || request === undefined) return undefined;
  const at = await now(tx);
  command.checkVersion(request.version);
  requireEvent(request, command.party.kind, "grant");
  const means = { ...command, at, actor: { kind: command.party.kind, id: command.party.keyId } } as const;
  return request.kind === "acceptance" ? consent(tx, locked, order, request, means) : grantCancellation(tx, locked, order, request, means);
}

async function consent(
  tx: Transaction,
  locked: LockedCheckout,
  order: Order,
  request: OrderRequest,
  means: Answering,
): Promise<OrderRequest> {
  await refuseStopped(tx, order);
  const numbers = await readOrderNumbers(tx, order.sellerId, order.orderId);
  const calendar = await readSellerCalendar(tx, order.sellerId);
  const { draws, lines, promisedOn } = consentedAcceptance(numbers.lines, request.lines, localDay(means.at, calendar.timeZone));
  if (draws.length === 0 && promisedOn !== undefined) {
    const granted = await endRequest(tx, request, "granted", means);
    await writeAcceptance(tx, order, { promisedOn, lines }, calendar, means);
    return granted;
  }
  const promise =
    promisedOn === undefined ? {} : { promise: { promisedOn, lines, cancellableFrom: cancellableFrom(promisedOn, means.rules, calendar) } };
  const cancelling = { locked, orders: [{ order, numbers, draws, ...promise }] };
  const held = await lockHeldUnits(tx, [cancelling]);
  const granted = await endRequest(tx, request, "granted", means);
  const by = { kind: "seller", id: request.askedBy } as const;
  await cancelUnits(tx, [cancelling], held, { ...means, ends: "cancel", cause: "seller_reduced", reason: request.reason || null, by });
  return granted;
}

async function grantCancellation(
  tx: Transaction,
  locked: LockedCheckout,
  order: Order,
  request: OrderRequest,
  means: Answering,
): Promise<OrderRequest> {
  const numbers = await readOrderNumbers(tx, order.sellerId, order.orderId);
  const judged = judgeDraws(
    numbers.lines,
    request.lines.map(({ lineNumber, quantity }, index) => ({ index, lineNumber, quantity })),
  );
  if (!judged.ok) return refuseDraws(tx, order, judged.refusal);
  const cancelling = { locked, orders: [{ order, numbers, draws: judged.draws }] };
  const held = await lockHeldUnits(tx, [cancelling]);
  const granted = await endRequest(tx, request, "granted", means);
  const by = { kind: "company", id: request.askedBy } as const;
  await cancelUnits(tx, [cancelling], held, { ...means, ends: "cancel", cause: "company_cancelled", reason: request.reason || null, by });
  return granted;
}

/**
 * Declines a question, or takes it back: the order stays as it is. After a question about an acceptance the seller's time to accept
 * begins anew.
 *
 * Locks: order, deadline.
 *
 * @returns undefined when the caller's organisation has no such question
 * @throws Refused state-conflict
 */
export async function declineOrderRequest(
  tx: Transaction,
  command: AnswerOrderRequest,
  event: "decline" | "withdraw",
): Promise<OrderRequest | undefined> {
  const found = await findOrderRequest(tx, command.id);
  if (found === undefined || !isParty(found, command.party)) return undefined;
  const order = await lockOrder(tx, found.sellerId, found.orderId);
  const request = await readOrderRequest(tx, command.id);
  if (order === undefined || request === undefined) return undefined;
  const at = await now(tx);
  command.checkVersion(request.version);
  requireEvent(request, command.party.kind, event);
  const means = { ...command, at, actor: { kind: command.party.kind, id: command.party.keyId } } as const;
  const ended = await endRequest(tx, request, event === "decline" ? "declined" : "withdrawn", means);
  await waitForSeller(tx, order, request, means);
  return ended;
}

/** After a question about an acceptance that was not granted, the seller has its time to accept anew. */
export async function waitForSeller(tx: Transaction, order: Order, { kind }: OrderRequest, { rules, at }: OrderMeans): Promise<void> {
  if (kind !== "acceptance" || order.state !== "confirmed") return;
  const calendar = await readSellerCalendar(tx, order.sellerId);
  const [stoppedAt] = await stoppedSince(tx, [order], at);
  await setDeadlines(tx, [{ ...acceptanceDeadline(order, { rules, calendar }, at), stoppedAt }]);
}

/** Ends one open question, clears its deadline and tells of it. */
export async function endRequest(
  tx: Transaction,
  request: OrderRequest,
  to: Exclude<OrderRequestState, "open">,
  means: OrderMeans & { readonly reason: string | null },
): Promise<OrderRequest> {
  const { actor, reason, at, idempotencyId } = means;
  const [ended = request] = await endOrderRequests(tx, [request], { to, by: actor.id, reason, at, idempotencyId });
  await clearDeadlines(tx, [{ organisationId: request.sellerId, kind: orderDeadlineKinds.request, subjectId: request.requestId }]);
  await appendEvents(tx, [orderRequestEvent(ended, means)]);
  return ended;
}

function requireEvent(request: OrderRequest, party: "company" | "seller", event: RequestAction): void {
  const allowed = requestActions(request, party);
  if (!allowed.includes(event)) throw new Refused<StateConflict>({ code: "state-conflict", state: request.state, allowed });
}

function isParty(
  found: { readonly companyId: Uuid; readonly sellerId: Uuid },
  { kind, organisationId }: AnswerOrderRequest["party"],
): boolean {
  return organisationId === (kind === "company" ? found.companyId : found.sellerId);
}
