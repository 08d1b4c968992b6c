import { toRfc3339 } from "../../kernel/clock.ts";
import type { Instant } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { CategoryId, CommissionPlanId, OperatorId, SellerId } from "../../kernel/ids.ts";
import { minorUnits } from "../../kernel/money.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import { isCalendarDay } from "../../kernel/working-days.ts";
import { fromWire, toWire } from "../../kernel/wire.ts";
import type { WireMoney } from "../../kernel/wire.ts";
import type { TermsInvalid } from "./commission-refusals.ts";

/** From this net of an order line on: a rate in parts per million of it, and a fixed amount for the line, in minor units. */
export type CommissionStep = { readonly from: MinorUnits; readonly ratePpm: number; readonly fixed: MinorUnits };

/** What the operator can change of a plan. The steps rise, and the first begins at 0. */
export type CommissionPlanTerms = {
  readonly name: string;
  readonly steps: readonly CommissionStep[];
  /** Freight bears the rate of the first step too. Of a plan for a category it says nothing. */
  readonly onFreight: boolean;
  /** What was charged is given back when an invoice is written off. */
  readonly returnedOnWriteOff: boolean;
};

/** Whose goods a plan counts for: null for all sellers; a category with those below it, null for all; and in which currency. */
export type CommissionScope = {
  readonly sellerId: SellerId | null;
  readonly categoryId: CategoryId | null;
  readonly currency: Currency;
};

/** From a day until before another (YYYY-MM-DD, days of UTC); null: until it is ended. */
export type CommissionPeriod = { readonly validFrom: string; readonly validUntil: string | null };

/** A plan of the operator. Scope, currency and first day stay; of one scope only one holds on a day. */
export type CommissionPlan = CommissionPlanTerms &
  CommissionScope &
  CommissionPeriod & {
    readonly operatorId: OperatorId;
    readonly commissionPlanId: CommissionPlanId;
    readonly version: number;
    readonly changedAt: Instant;
  };

/** The terms of a plan as they were sent: of the right form, and not looked at yet. */
export type GivenCommission = {
  readonly name: string;
  readonly steps: readonly { readonly from: WireMoney; readonly ratePpm: number; readonly fixed?: WireMoney | undefined }[];
  readonly onFreight: boolean;
  readonly returnedOnWriteOff: boolean;
};

type FieldErrors = TermsInvalid["errors"];
export type ReadCommission =
  | { readonly ok: true; readonly terms: CommissionPlanTerms }
  | { readonly ok: false; readonly errors: FieldErrors };

/** Reads the terms of a plan of this currency: the first step begins at 0, each other above the one before it; one currency. */
export function readCommission(currency: Currency, given: GivenCommission): ReadCommission {
  const errors: { pointer: string; detail: string }[] = [];
  const read = (amount: WireMoney, pointer: string): MinorUnits => {
    const found = fromWire(amount);
    if (found !== undefined && found.currency === currency) return found.amount;
    errors.push({ pointer, detail: `is not in the plan's currency ${currency}` });
    return minorUnits(0n);
  };
  let before = -1n;
  const steps = given.steps.map((step, index) => {
    const from = read(step.from, `/steps/${index}/from`);
    if (index === 0 && from !== 0n) errors.push({ pointer: "/steps/0/from", detail: "the first step begins at 0" });
    else if (from <= before) errors.push({ pointer: `/steps/${index}/from`, detail: `is not above ${before}` });
    before = from;
    const fixed = step.fixed === undefined ? minorUnits(0n) : read(step.fixed, `/steps/${index}/fixed`);
    return { from, ratePpm: step.ratePpm, fixed };
  });
  if (errors.length > 0) return { ok: false, errors };
  const { name, onFreight, returnedOnWriteOff } = given;
  return { ok: true, terms: { name, steps, onFreight, returnedOnWriteOff } };
}

/** What is wrong with a period by itself. */
export function faultsOfPeriod({ validFrom, validUntil }: CommissionPeriod): FieldErrors {
  if (!isCalendarDay(validFrom)) return [{ pointer: "/valid_from", detail: "no day of the calendar" }];
  return validUntil === null ? [] : faultsOfEnd(validFrom, validUntil);
}

/** What is wrong with the end of a plan by itself. */
export function faultsOfEnd(validFrom: string, validUntil: string): FieldErrors {
  if (!isCalendarDay(validUntil)) return [{ pointer: "/valid_until", detail: "no day of the calendar" }];
  return validUntil > validFrom ? [] : [{ pointer: "/valid_until", detail: "not after valid_from" }];
}

/** The plan whose period a new one would meet, if there is one; all of one scope and currency. */
export function meets(fresh: CommissionPeriod, standing: readonly CommissionPlan[]): CommissionPlan | undefined {
  return standing.find(
    (other) =>
      (fresh.validUntil === null || other.validFrom < fresh.validUntil) &&
      (other.validUntil === null || fresh.validFrom < other.validUntil),
  );
}

/** Whether the terms are those that the plan has. */
export function sameCommission(a: CommissionPlanTerms, b: CommissionPlanTerms): boolean {
  const plain = ({ name, steps, onFreight, returnedOnWriteOff }: CommissionPlanTerms) =>
    JSON.stringify([name, steps.map(({ from, ratePpm, fixed }) => [`${from}`, ratePpm, `${fixed}`]), onFreight, returnedOnWriteOff]);
  return plain(a) === plain(b);
}

/** A plan as answers, events and audit entries show it. */
export function shownCommissionPlan(plan: CommissionPlan) {
  const { currency, sellerId, categoryId } = plan;
  const wire = (amount: MinorUnits) => toWire({ amount, currency });
  return {
    id: toWireId(prefixes.commissionPlan, plan.commissionPlanId),
    name: plan.name,
    seller: sellerId === null ? null : toWireId(prefixes.seller, sellerId),
    category: categoryId === null ? null : toWireId(prefixes.category, categoryId),
    currency: String(currency),
    steps: plan.steps.map(({ from, ratePpm, fixed }) => ({ from: wire(from), rate_ppm: ratePpm, fixed: wire(fixed) })),
    on_freight: plan.onFreight,
    returned_on_write_off: plan.returnedOnWriteOff,
    valid_from: plan.validFrom,
    valid_until: plan.validUntil,
    changed_at: toRfc3339(plan.changedAt),
    version: plan.version,
  };
}
