import type { Actor } from "../../kernel/actor.ts";
import type { CompanyId } from "../../kernel/ids.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { clearDeadlines } from "../../platform/jobs/index.ts";
import type { Company } from "./company.ts";
import { auditCompany } from "./company-audit.ts";
import { nameOfStep, recordSteps, reviewDeadlineOf, takeStep } from "./company-life.ts";
import type { CompanyEvent } from "./company-machine.ts";
import { lockCompany, updateCompanyState } from "./company-store.ts";

/** What the operator decides of a company that has registered. `reason` is told to the company. */
export type CompanyDecision = {
  readonly companyId: CompanyId;
  readonly event: Extract<CompanyEvent, "activate" | "reject">;
  readonly reason?: string | undefined;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
};

/**
 * Makes a company active, or rejects it. Of two who decide at once the second finds what the first has left.
 *
 * Locks: company, deadline.
 *
 * @returns undefined when there is no such company
 * @throws Refused state-conflict, and what `checkVersion` throws
 */
export async function decideOnCompany(tx: Transaction, actor: Actor, decision: CompanyDecision): Promise<Company | undefined> {
  const { companyId, event, reason, checkVersion } = decision;
  const { principal, now } = actor;
  const before = await lockCompany(tx, companyId);
  if (before === undefined) return undefined;
  checkVersion(before.version);
  const taken = takeStep(before, event, reason ?? "decided by the operator", { reviewerId: principal.keyId, reviewDueAt: null });
  await updateCompanyState(tx, taken.company, now);
  await clearDeadlines(tx, [reviewDeadlineOf(before)]);
  await recordSteps(tx, [taken], { kind: "operator", id: principal.keyId }, actor);
  await auditCompany(tx, actor, { action: nameOfStep(event), before, after: taken.company, reason });
  return taken.company;
}
