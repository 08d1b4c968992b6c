import type { Actor, Circumstances } from "../../kernel/actor.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { clearDeadlines } from "../../platform/jobs/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import { type Reach, type Seller } from "./seller.ts";
import { auditSeller } from "./seller-audit.ts";
import { nameOfStep, recordSteps, reviewDeadlineOf, sellerFact, takeStep } from "./seller-life.ts";
import type { SellerEvent } from "./seller-machine.ts";
import { updateSellerStep } from "./seller-store.ts";

/** A step that the operator takes with a seller that sells or did. `reason` is told to the seller. */
export type SellerMove = {
  readonly event: Extract<SellerEvent, "suspend" | "reactivate" | "close">;
  /** How far a suspension goes; null for the others. */
  readonly suspension: Reach | null;
  readonly reason: string;
};

/**
 * Suspends, reactivates or closes a locked seller. What becomes of its orders is the caller's.
 *
 * @throws Refused state-conflict
 */
export async function moveSeller(tx: Transaction, before: Seller, move: SellerMove, actor: Actor): Promise<Seller> {
  const { event, suspension, reason } = move;
  const { principal, now } = actor;
  const taken = takeStep(before, event, reason, { suspension });
  await updateSellerStep(tx, taken.seller, now);
  await recordSteps(tx, [taken], { kind: "operator", id: principal.keyId }, actor);
  await auditSeller(tx, actor, { action: nameOfStep(event), before, after: taken.seller, reason });
  return taken.seller;
}

/** Tells that the review of a locked seller is overdue, once: it stays in the queue. One that waits for no review any more is left alone. */
export async function tellOverdueReview(tx: Transaction, before: Seller, circumstances: Circumstances): Promise<void> {
  await clearDeadlines(tx, [reviewDeadlineOf(before)]);
  if (before.state !== "applied" && before.state !== "under_review") return;
  const seller = { ...before, version: before.version + 1 };
  await updateSellerStep(tx, seller, circumstances.now);
  await appendEvents(tx, [sellerFact(seller, "seller.review_overdue", circumstances)]);
}
