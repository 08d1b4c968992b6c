import type { Actor } from "../../kernel/actor.ts";
import type { SellerId } from "../../kernel/ids.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { clearDeadlines, setDeadlines } from "../../platform/jobs/index.ts";
import type { Seller } from "./seller.ts";
import { auditSeller } from "./seller-audit.ts";
import { type Market, refuseUnfit } from "./seller-commands.ts";
import { nameOfStep, recordSteps, reviewDeadlineOf, reviewDueAt, takeStep } from "./seller-life.ts";
import type { SellerEvent } from "./seller-machine.ts";
import { lockSeller, updateSellerState } from "./seller-store.ts";

/** What the operator decides of a seller that has applied. `reason` is told to the seller. */
export type SellerDecision = {
  readonly sellerId: SellerId;
  readonly event: Extract<SellerEvent, "review" | "send_back" | "activate" | "reject">;
  readonly reason?: string | undefined;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
} & Market;

/**
 * Takes up a review, sends the application back, makes the seller active, or rejects it. Of two who decide at once the second finds
 * what the first has left. Who takes up a review is its owner; the time in which it is due goes on, and begins anew when it is sent back.
 *
 * Locks: seller, deadline.
 *
 * @returns undefined when there is no such seller
 * @throws Refused state-conflict, seller-incomplete, operator-profile-missing, and what `checkVersion` throws
 */
export async function decideOnSeller(tx: Transaction, actor: Actor, decision: SellerDecision): Promise<Seller | undefined> {
  const { sellerId, event, reason, checkVersion } = decision;
  const { principal, now } = actor;
  const before = await lockSeller(tx, sellerId);
  if (before === undefined) return undefined;
  checkVersion(before.version);
  const taken = takeStep(before, event, reason ?? "decided by the operator", changesOf(event, actor));
  if (event === "activate") refuseUnfit(before, decision);
  const { seller } = taken;
  await updateSellerState(tx, seller, now);
  if (event === "send_back") await setDeadlines(tx, [reviewDeadlineOf(seller)]);
  if (seller.reviewDueAt === null) await clearDeadlines(tx, [reviewDeadlineOf(before)]);
  await recordSteps(tx, [taken], { kind: "operator", id: principal.keyId }, actor);
  await auditSeller(tx, actor, { action: nameOfStep(event), before, after: seller, reason });
  return seller;
}

function changesOf(event: SellerDecision["event"], { principal, now }: Actor): Partial<Pick<Seller, "reviewerId" | "reviewDueAt">> {
  if (event === "review") return { reviewerId: principal.keyId };
  if (event === "send_back") return { reviewerId: null, reviewDueAt: reviewDueAt(now) };
  return { reviewDueAt: null };
}
