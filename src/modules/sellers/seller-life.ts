import type { Circumstances, Origin } from "../../kernel/actor.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { SellerId } from "../../kernel/ids.ts";
import { workingDeadline } from "../../kernel/working-days.ts";
import type { Transaction } from "../../platform/db/index.ts";
import type { Deadline } from "../../platform/jobs/index.ts";
import { step } from "../../platform/lifecycle/index.ts";
import { appendEvents, type NewEvent, newEvent } from "../../platform/outbox/index.ts";
import { type Seller, toldSeller } from "./seller.ts";
import { appendSellerHistory, type SellerActor } from "./seller-history-store.ts";
import { type SellerEvent, sellerMachine, type SellerState } from "./seller-machine.ts";

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
  origin: Origin,
  more: { readonly [member: string]: string | null } = {},
): NewEvent {
  const { sellerId, version: subjectVersion } = seller;
  const subject = { organisationId: sellerId, subjectId: sellerId, subjectType: "seller", subjectVersion } as const;
  return newEvent(origin, { ...subject, type, data: { ...toldSeller(seller), ...more } }, [sellerId]);
}
