import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, EventId, IdSource, SellerId, Uuid } from "../../kernel/ids.ts";
import { workingDeadline } from "../../kernel/working-days.ts";
import type { Transaction } from "../../platform/db/index.ts";
import type { Deadline } from "../../platform/jobs/index.ts";
import { step } from "../../platform/lifecycle/index.ts";
import { appendEvents, type NewEvent } from "../../platform/outbox/index.ts";
import { type Seller, toldSeller } from "./seller.ts";
import { appendSellerHistory, type SellerActor } from "./seller-history-store.ts";
import { type SellerEvent, sellerMachine, type SellerState } from "./seller-machine.ts";

/** By which request, when, and with which ids a seller changes. */
export type Circumstances = {
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly idempotencyId: Uuid | null;
  readonly now: Instant;
  readonly newId: IdSource;
};

/** Who acts, in the name of the operator or of the organisation itself, and the request by which. */
export type Actor = {
  readonly principal: { readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly idempotencyId: Uuid;
  readonly now: Instant;
  readonly newId: IdSource;
};

/** A step that a seller has taken, before it is written down. `seller` is as it is now; `cause` is the reason given, or what happened. */
export type Taken = { readonly seller: Seller; readonly from: SellerState | ""; readonly event: SellerEvent; readonly cause: string };

/** The kind of the deadline that a seller who waits to be reviewed has; its subject is the seller. */
export const sellerReviewDeadline = "seller_review";

const reviewWorkingDays = 5;

/** By when the operator looks at who has applied now: five working days, by the calendar of the market, which has no holidays. */
export function reviewDueAt(now: Instant): Instant {
  return workingDeadline(now, reviewWorkingDays, { timeZone: "UTC", workingDays: [1, 2, 3, 4, 5], holidays: [] });
}

/** The kind of the deadline at which what slipped in while a seller was suspended, reactivated or closed is swept up. */
export const sellerSweepDeadline = "seller_sweep";

/** The deadline of such a sweep. */
export function sellerSweep(sellerId: SellerId, dueAt: Instant): Deadline {
  return { organisationId: sellerId, kind: sellerSweepDeadline, subjectId: sellerId, dueAt };
}

/** The deadline of a seller's review, when it waits for one. */
export function reviewDeadlineOf({ sellerId, reviewDueAt: dueAt, createdAt }: Seller): Deadline {
  return { organisationId: sellerId, kind: sellerReviewDeadline, subjectId: sellerId, dueAt: dueAt ?? reviewDueAt(createdAt) };
}

/** What the step is called in events and audit entries. */
const done: Record<SellerEvent, string> = {
  apply: "applied",
  review: "taken_up",
  send_back: "sent_back",
  activate: "activated",
  reject: "rejected",
  suspend: "suspended",
  reactivate: "reactivated",
  close: "closed",
};

/** `seller.activated`: the type of the event and the action of the audit entry of a step. */
export function nameOfStep(event: SellerEvent): string {
  return `seller.${done[event]}`;
}

/**
 * The seller after a step, its version one higher. It is not written.
 *
 * @throws Refused state-conflict when there is no such step from here
 */
export function takeStep(
  seller: Seller,
  event: SellerEvent,
  cause: string,
  changes: Partial<Pick<Seller, "suspension" | "reviewerId" | "reviewDueAt">> = {},
): Taken {
  const state = step(sellerMachine, seller.state, event);
  return { seller: { ...seller, ...changes, state, version: seller.version + 1 }, from: seller.state, event, cause };
}

/** Writes down steps of one seller, in their order: a row of its history and an event for each. */
export async function recordSteps(
  tx: Transaction,
  taken: readonly Taken[],
  actor: SellerActor,
  circumstances: Circumstances,
): Promise<void> {
  const { now, idempotencyId } = circumstances;
  await appendSellerHistory(
    tx,
    taken.map(({ seller, from, event, cause }) => {
      const { sellerId, version, state: to } = seller;
      return { sellerId, version, from, event, to, actor, cause, at: now, idempotencyId };
    }),
  );
  await appendEvents(
    tx,
    taken.map(({ seller, event, cause }) => sellerFact(seller, nameOfStep(event), circumstances, { cause })),
  );
}

/** A seller has changed, to be told to it; `more` stands beside what it is now. */
export function sellerFact(
  seller: Seller,
  type: string,
  { now, newId, requestId, traceparent }: Omit<Circumstances, "idempotencyId">,
  more: { readonly [member: string]: string | null } = {},
): NewEvent {
  const data = { ...toldSeller(seller), ...more };
  return {
    eventId: newId<EventId>(now),
    organisationId: seller.sellerId,
    subjectId: seller.sellerId,
    subjectType: "seller",
    subjectVersion: seller.version,
    type,
    occurredAt: now,
    requestId,
    ...(traceparent === undefined ? {} : { traceparent }),
    data,
    audiences: [{ organisationId: seller.sellerId, data }],
  };
}
