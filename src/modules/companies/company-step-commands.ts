import type { Actor, Circumstances } from "../../kernel/actor.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { clearDeadlines } from "../../platform/jobs/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import { type CompanyReach, type Company } from "./company.ts";
import { auditCompany } from "./company-audit.ts";
import { nameOfStep, recordSteps, reviewDeadlineOf, companyFact, takeStep } from "./company-life.ts";
import type { CompanyEvent } from "./company-machine.ts";
import { updateCompanyStep } from "./company-store.ts";

/** A step that the operator takes with a company that buys or did. `reason` is told to the company. */
export type CompanyMove = {
  readonly event: Extract<CompanyEvent, "suspend" | "reactivate" | "close">;
  /** How far a suspension goes; null for the others. */
  readonly suspension: CompanyReach | null;
  readonly reason: string;
};

/**
 * Suspends, reactivates or closes a locked company. What becomes of its orders is the caller's.
 *
 * @throws Refused state-conflict
 */
export async function moveCompany(tx: Transaction, before: Company, move: CompanyMove, actor: Actor): Promise<Company> {
  const { event, suspension, reason } = move;
  const { principal, now } = actor;
  const taken = takeStep(before, event, reason, { suspension });
  await updateCompanyStep(tx, taken.company, now);
  await recordSteps(tx, [taken], { kind: "operator", id: principal.keyId }, actor);
  await auditCompany(tx, actor, { action: nameOfStep(event), before, after: taken.company, reason });
  return taken.company;
}

/** Tells that the review of a locked company is overdue, once: it stays in the queue. One that waits for no review any more is left alone. */
export async function tellOverdueReview(tx: Transaction, before: Company, circumstances: Circumstances): Promise<void> {
  await clearDeadlines(tx, [reviewDeadlineOf(before)]);
  if (before.state !== "pending") return;
  const company = { ...before, version: before.version + 1 };
  await updateCompanyStep(tx, company, circumstances.now);
  await appendEvents(tx, [companyFact(company, "company.review_overdue", circumstances)]);
}
