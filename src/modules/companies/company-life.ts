import type { Circumstances, Origin } from "../../kernel/actor.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { CompanyId } from "../../kernel/ids.ts";
import { workingDeadline } from "../../kernel/working-days.ts";
import type { Transaction } from "../../platform/db/index.ts";
import type { Deadline } from "../../platform/jobs/index.ts";
import { step } from "../../platform/lifecycle/index.ts";
import { appendEvents, type NewEvent, newEvent } from "../../platform/outbox/index.ts";
import { type Company, toldCompany } from "./company.ts";
import { appendCompanyHistory, type CompanyActor } from "./company-history-store.ts";
import { type CompanyEvent, companyMachine, type CompanyState } from "./company-machine.ts";

/** A step that a company has taken, before it is written down. `company` is as it is now; `cause` is the reason given, or what happened. */
export type Taken = { readonly company: Company; readonly from: CompanyState | ""; readonly event: CompanyEvent; readonly cause: string };

/** The kind of the deadline that a company that waits to be reviewed has; its subject is the company. */
export const companyReviewDeadline = "company_review";

const reviewWorkingDays = 5;

/** By when the operator looks at who has registered now: five working days, by the calendar of the market, which has no holidays. */
export function reviewDueAt(now: Instant): Instant {
  return workingDeadline(now, reviewWorkingDays, { timeZone: "UTC", workingDays: [1, 2, 3, 4, 5], holidays: [] });
}

/** The kind of the deadline at which what slipped in while a company was suspended, reactivated or closed is swept up. */
export const companySweepDeadline = "company_sweep";

/** The deadline of such a sweep. */
export function companySweep(companyId: CompanyId, dueAt: Instant): Deadline {
  return { organisationId: companyId, kind: companySweepDeadline, subjectId: companyId, dueAt };
}

/** The deadline of a company's review, when it waits for one. */
export function reviewDeadlineOf({ companyId, reviewDueAt: dueAt, createdAt }: Company): Deadline {
  return { organisationId: companyId, kind: companyReviewDeadline, subjectId: companyId, dueAt: dueAt ?? reviewDueAt(createdAt) };
}

/** What the step is called in events and audit entries. */
const done: Record<CompanyEvent, string> = {
  register: "registered",
  activate: "activated",
  reject: "rejected",
  suspend: "suspended",
  reactivate: "reactivated",
  close: "closed",
};

/** `company.activated`: the type of the event and the action of the audit entry of a step. */
export function nameOfStep(event: CompanyEvent): string {
  return `company.${done[event]}`;
}

/**
 * The company after a step, its version one higher. It is not written.
 *
 * @throws Refused state-conflict when there is no such step from here
 */
export function takeStep(
  company: Company,
  event: CompanyEvent,
  cause: string,
  changes: Partial<Pick<Company, "suspension" | "reviewerId" | "reviewDueAt">> = {},
): Taken {
  const state = step(companyMachine, company.state, event);
  return { company: { ...company, ...changes, state, version: company.version + 1 }, from: company.state, event, cause };
}

/** Writes down steps of one company, in their order: a row of its history and an event for each. */
export async function recordSteps(
  tx: Transaction,
  taken: readonly Taken[],
  actor: CompanyActor,
  circumstances: Circumstances,
): Promise<void> {
  const { now, idempotencyId } = circumstances;
  await appendCompanyHistory(
    tx,
    taken.map(({ company, from, event, cause }) => {
      const { companyId, version, state: to } = company;
      return { companyId, version, from, event, to, actor, cause, at: now, idempotencyId };
    }),
  );
  await appendEvents(
    tx,
    taken.map(({ company, event, cause }) => companyFact(company, nameOfStep(event), circumstances, { cause })),
  );
}

/** A company has changed, to be told to it; `more` stands beside what it is now. */
export function companyFact(
  company: Company,
  type: string,
  origin: Origin,
  more: { readonly [member: string]: string | null } = {},
): NewEvent {
  const { companyId, version: subjectVersion } = company;
  const subject = { organisationId: companyId, subjectId: companyId, subjectType: "company", subjectVersion } as const;
  return newEvent(origin, { ...subject, type, data: { ...toldCompany(company), ...more } }, [companyId]);
}
