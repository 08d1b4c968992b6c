import { toRfc3339 } from "../../kernel/clock.ts";
import type { FreightPlanId, SellerId } from "../../kernel/ids.ts";
import type { Currency } from "../../kernel/money.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { record } from "./actor.ts";
import type { Actor } from "../../kernel/actor.ts";
import { readFreight, sameFreight, shownFreightPlan } from "./freight-plan.ts";
import type { FreightKind, FreightTerms, GivenFreight, KeptFreightPlan } from "./freight-plan.ts";
import { insertFreightPlan, lockFreightPlan, planNameIsTaken, updateFreightPlan } from "./freight-plan-store.ts";
import { lockNamesOf } from "./price-list-store.ts";
import type { FreightPlanRetired, NameTaken, NotFound, TermsInvalid } from "./pricing-refusals.ts";

/** A plan, and what the caller's `If-Match` says of its locked version: it throws when it is another one. */
export type AskedPlan = { readonly freightPlanId: FreightPlanId; readonly judge: (version: number) => void };

/**
 * Makes a plan. From now on the seller delivers by its plans alone in this currency: an order that none of them prices is refused.
 *
 * @throws Refused request-invalid for terms that do not fit the kind; name-taken
 */
export async function createFreightPlan(
  tx: Transaction,
  actor: Actor,
  asked: { readonly kind: FreightKind; readonly currency: Currency; readonly given: GivenFreight },
): Promise<KeptFreightPlan> {
  const { principal, now, newId } = actor;
  const { kind, currency } = asked;
  const sellerId = principal.organisationId as SellerId;
  const terms = termsOf(asked, asked.given);
  const made = {
    ...terms,
    sellerId,
    freightPlanId: newId<FreightPlanId>(now),
    kind,
    currency,
    retiredAt: null,
    version: 1,
    changedAt: now,
  };
  await lockNamesOf(tx, sellerId);
  await refuseTakenName(tx, made);
  await insertFreightPlan(tx, made);
  await recordPlan(tx, actor, "freight_plan.created", made);
  return made;
}

/**
 * Gives a plan other terms. What is so already changes nothing and keeps the version. A checkout that is being placed now may have read
 * the plan before; what was placed is frozen.
 *
 * @throws Refused not-found; what `judge` throws; freight-plan-retired; request-invalid; name-taken
 */
export async function changeFreightPlan(
  tx: Transaction,
  actor: Actor,
  asked: AskedPlan & { readonly given: GivenFreight },
): Promise<KeptFreightPlan> {
  const sellerId = actor.principal.organisationId as SellerId;
  await lockNamesOf(tx, sellerId);
  const before = await lockPlan(tx, sellerId, asked);
  if (before.retiredAt !== null) {
    throw new Refused<FreightPlanRetired>({ code: "freight-plan-retired", retired_at: toRfc3339(before.retiredAt) });
  }
  const terms = termsOf(before, asked.given);
  if (sameFreight(before, terms)) return before;
  const after = { ...before, ...terms, version: before.version + 1, changedAt: actor.now };
  await refuseTakenName(tx, after);
  await updateFreightPlan(tx, after);
  await recordPlan(tx, actor, "freight_plan.changed", after, before);
  return after;
}

/**
 * Retires a plan for ever: it prices nothing that is placed from now on. One that is retired already stays so from when it was.
 *
 * @throws Refused not-found; what `judge` throws
 */
export async function retireFreightPlan(tx: Transaction, actor: Actor, asked: AskedPlan): Promise<KeptFreightPlan> {
  const before = await lockPlan(tx, actor.principal.organisationId as SellerId, asked);
  if (before.retiredAt !== null) return before;
  const after = { ...before, retiredAt: actor.now, version: before.version + 1, changedAt: actor.now };
  await updateFreightPlan(tx, after);
  await recordPlan(tx, actor, "freight_plan.retired", after, before);
  return after;
}

async function lockPlan(tx: Transaction, sellerId: SellerId, { freightPlanId, judge }: AskedPlan): Promise<KeptFreightPlan> {
  const plan = await lockFreightPlan(tx, sellerId, freightPlanId);
  if (plan === undefined) throw new Refused<NotFound>({ code: "not-found" });
  judge(plan.version);
  return plan;
}

function termsOf(plan: Pick<KeptFreightPlan, "kind" | "currency">, given: GivenFreight): FreightTerms {
  const read = readFreight(plan, given);
  if (read.ok) return read.terms;
  throw new Refused<TermsInvalid>({ code: "request-invalid", errors: read.errors });
}

async function refuseTakenName(tx: Transaction, plan: KeptFreightPlan): Promise<void> {
  if (await planNameIsTaken(tx, plan)) throw new Refused<NameTaken>({ code: "name-taken", pointer: "/name" });
}

async function recordPlan(tx: Transaction, actor: Actor, type: string, plan: KeptFreightPlan, before?: KeptFreightPlan): Promise<void> {
  const shown = shownFreightPlan(plan);
  const subject = { subjectType: "freightPlan", subjectId: plan.freightPlanId, version: plan.version } as const;
  const was = before === undefined ? {} : { before: shownFreightPlan(before) };
  await record(tx, actor, { type, ...subject, told: shown, ...was, after: shown }, [plan.sellerId]);
}
