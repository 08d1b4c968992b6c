import type { Actor } from "../../kernel/actor.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { CommissionPlanId, OperatorId } from "../../kernel/ids.ts";
import type { Currency } from "../../kernel/money.ts";
import { Refused } from "../../kernel/refusal.ts";
import { localDay } from "../../kernel/working-days.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { faultsOfEnd, faultsOfPeriod, meets, readCommission, sameCommission, shownCommissionPlan } from "./commission-plan.ts";
import type { CommissionPeriod, CommissionPlan, CommissionPlanTerms, CommissionScope, GivenCommission } from "./commission-plan.ts";
import {
  findCommissionPlan,
  findScope,
  insertCommissionPlan,
  lockCommissionPlans,
  plansOf,
  updateCommissionPlan,
} from "./commission-plan-store.ts";
import type {
  CommissionPlanEnded,
  CommissionPlanExists,
  NotFound,
  OperatorProfileMissing,
  TermsInvalid,
  UnknownScope,
} from "./commission-refusals.ts";
import { record } from "./recorded.ts";

/** A plan, and what the caller's `If-Match` says of its version: it throws when it is another one. */
export type AskedCommissionPlan = { readonly commissionPlanId: CommissionPlanId; readonly judge: (version: number) => void };

/**
 * Makes a plan. It counts for what is placed from its first day on; what was placed is frozen.
 *
 * @throws Refused request-invalid for terms that do not fit together; unknown-reference for a seller or a category that is not there;
 * operator-profile-missing; commission-plan-exists when its period meets that of another plan of its scope and currency
 */
export async function createCommissionPlan(
  tx: Transaction,
  actor: Actor,
  asked: CommissionScope & CommissionPeriod & { readonly given: GivenCommission },
): Promise<CommissionPlan> {
  const { given, ...where } = asked;
  const terms = termsOf(asked.currency, given);
  refuseFaults(faultsOfPeriod(asked));
  const plan: CommissionPlan = {
    ...{ ...terms, ...where, operatorId: actor.principal.organisationId as OperatorId },
    ...{ commissionPlanId: actor.newId<CommissionPlanId>(actor.now), version: 1, changedAt: actor.now },
  };
  await lockCommissionPlans(tx);
  await refuseUnknownScope(tx, plan);
  refuseMet(plan, await plansOf(tx, plan));
  await insertCommissionPlan(tx, plan);
  await recordPlan(tx, actor, "commission_plan.created", plan);
  return plan;
}

/**
 * Gives a plan other terms; scope, currency and days stay. What is so already changes nothing and keeps the version. A checkout that is
 * being placed now may have read the plan before; what was placed is frozen.
 *
 * @throws Refused not-found; what `judge` throws; commission-plan-ended when its last day is past; request-invalid
 */
export async function changeCommissionPlan(
  tx: Transaction,
  actor: Actor,
  asked: AskedCommissionPlan & { readonly given: GivenCommission },
): Promise<CommissionPlan> {
  const before = await heldPlan(tx, asked);
  const { validUntil } = before;
  if (validUntil !== null && validUntil <= localDay(actor.now, "UTC")) throw ended(validUntil);
  const terms = termsOf(before.currency, asked.given);
  if (sameCommission(before, terms)) return before;
  const after = { ...before, ...terms, version: before.version + 1, changedAt: actor.now };
  await updateCommissionPlan(tx, after);
  await recordPlan(tx, actor, "commission_plan.changed", after, before);
  return after;
}

/**
 * Gives a plan that has no end the day on which it holds no more: today at the earliest, because what was placed was placed by it. Days
 * are those of UTC.
 *
 * @throws Refused not-found; what `judge` throws; commission-plan-ended; request-invalid for a day that is past, or not after its first
 */
export async function endCommissionPlan(
  tx: Transaction,
  actor: Actor,
  asked: AskedCommissionPlan & { readonly validUntil: string },
): Promise<CommissionPlan> {
  const before = await heldPlan(tx, asked);
  if (before.validUntil !== null) throw ended(before.validUntil);
  const { validUntil } = asked;
  const isPast = validUntil < localDay(actor.now, "UTC");
  refuseFaults([...faultsOfEnd(before.validFrom, validUntil), ...(isPast ? [{ pointer: "/valid_until", detail: "is in the past" }] : [])]);
  const after = { ...before, validUntil, version: before.version + 1, changedAt: actor.now };
  await updateCommissionPlan(tx, after);
  await recordPlan(tx, actor, "commission_plan.ended", after, before);
  return after;
}

async function heldPlan(tx: Transaction, { commissionPlanId, judge }: AskedCommissionPlan): Promise<CommissionPlan> {
  await lockCommissionPlans(tx);
  const plan = await findCommissionPlan(tx, commissionPlanId);
  if (plan === undefined) throw new Refused<NotFound>({ code: "not-found" });
  judge(plan.version);
  return plan;
}

function termsOf(currency: Currency, given: GivenCommission): CommissionPlanTerms {
  const read = readCommission(currency, given);
  if (read.ok) return read.terms;
  throw new Refused<TermsInvalid>({ code: "request-invalid", errors: read.errors });
}

function refuseFaults(errors: TermsInvalid["errors"]): void {
  if (errors.length > 0) throw new Refused<TermsInvalid>({ code: "request-invalid", errors });
}

async function refuseUnknownScope(tx: Transaction, plan: CommissionPlan): Promise<void> {
  const { profile, seller, category } = await findScope(tx, plan);
  const errors = [
    ...(seller ? [] : [{ pointer: "/seller", detail: "no such seller" }]),
    ...(category ? [] : [{ pointer: "/category", detail: "no such category" }]),
  ];
  if (errors.length > 0) throw new Refused<UnknownScope>({ code: "unknown-reference", errors });
  if (!profile) throw new Refused<OperatorProfileMissing>({ code: "operator-profile-missing" });
}

function refuseMet(plan: CommissionPlan, others: readonly CommissionPlan[]): void {
  const met = meets(plan, others);
  if (met === undefined) return;
  const period = { valid_from: met.validFrom, valid_until: met.validUntil };
  const named = toWireId(prefixes.commissionPlan, met.commissionPlanId);
  throw new Refused<CommissionPlanExists>({ code: "commission-plan-exists", commission_plan: named, ...period });
}

function ended(validUntil: string): Refused<CommissionPlanEnded> {
  return new Refused<CommissionPlanEnded>({ code: "commission-plan-ended", valid_until: validUntil });
}

/** The sellers do not hear of plans: what counts for an order is told with what is charged. */
async function recordPlan(tx: Transaction, actor: Actor, type: string, plan: CommissionPlan, before?: CommissionPlan): Promise<void> {
  const subject = { subjectType: "commissionPlan", subjectId: plan.commissionPlanId, version: plan.version } as const;
  const was = before === undefined ? {} : { before: shownCommissionPlan(before) };
  await record(tx, actor, { type, ...subject, ...was, after: shownCommissionPlan(plan) }, []);
}
