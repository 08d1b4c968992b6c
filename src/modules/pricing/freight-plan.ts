import { toRfc3339 } from "../../kernel/clock.ts";
import type { Instant } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { FreightPlanId, SellerId } from "../../kernel/ids.ts";
import { minorUnits } from "../../kernel/money.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import { fromWire, toWire } from "../../kernel/wire.ts";
import type { WireMoney } from "../../kernel/wire.ts";
import type { FreightPlan } from "./freight.ts";
import type { FieldErrors } from "./pricing-refusals.ts";

/** From what an order's freight follows: nothing, the weight of its goods, or the number of their units. */
export type FreightKind = FreightPlan["kind"];

/**
 * What a seller can change of a plan. A plan by weight has steps in ascending order, each for an order of up to that many grams; another
 * has an amount, per order or per unit. Amounts are net, in minor units of the plan's currency. Without countries it holds everywhere; a
 * tax category of null is the tax of the goods; from a net of the goods of `freeFrom` on it is 0.
 */
export type FreightTerms = {
  readonly name: string;
  readonly amount: MinorUnits;
  readonly steps: readonly { readonly upToGrams: number; readonly amount: MinorUnits }[];
  readonly freeFrom: MinorUnits | null;
  readonly taxCategory: string | null;
  readonly countries: readonly string[];
};

/** A seller's plan as it is kept. Kind and currency stay; one that is retired prices nothing any more and does not change. */
export type KeptFreightPlan = FreightTerms & {
  readonly sellerId: SellerId;
  readonly freightPlanId: FreightPlanId;
  readonly kind: FreightKind;
  readonly currency: Currency;
  readonly retiredAt: Instant | null;
  readonly version: number;
  readonly changedAt: Instant;
};

/** The terms of a plan as its seller sent them: of the right form, and not looked at yet. */
export type GivenFreight = {
  readonly name: string;
  readonly amount?: WireMoney | undefined;
  readonly steps?: readonly { readonly upToGrams: number; readonly amount: WireMoney }[] | undefined;
  readonly freeFrom?: WireMoney | undefined;
  readonly taxCategory?: string | undefined;
  readonly countries: readonly string[];
};

export type ReadFreight = { readonly ok: true; readonly terms: FreightTerms } | { readonly ok: false; readonly errors: FieldErrors };

/** Reads the terms of a plan of this kind and currency: what belongs to the kind is there, and nothing else; steps ascend; one currency. */
export function readFreight({ kind, currency }: Pick<KeptFreightPlan, "kind" | "currency">, given: GivenFreight): ReadFreight {
  const errors: { pointer: string; detail: string }[] = [];
  const read = (price: WireMoney, pointer: string): MinorUnits => {
    const found = fromWire(price);
    if (found !== undefined && found.currency === currency) return found.amount;
    errors.push({ pointer, detail: `is not in the plan's currency ${currency}` });
    return minorUnits(0n);
  };
  const byWeight = kind === "by_weight";
  if (byWeight && given.amount !== undefined) errors.push({ pointer: "/amount", detail: "a plan by weight has steps instead" });
  if (!byWeight && given.amount === undefined) errors.push({ pointer: "/amount", detail: `a plan of the kind ${kind} has an amount` });
  if (byWeight && given.steps === undefined) errors.push({ pointer: "/steps", detail: "a plan by weight has steps" });
  if (!byWeight && given.steps !== undefined) errors.push({ pointer: "/steps", detail: "only a plan by weight has steps" });
  const amount = byWeight || given.amount === undefined ? minorUnits(0n) : read(given.amount, "/amount");
  let before = 1;
  const steps = (byWeight ? (given.steps ?? []) : []).map((step, index) => {
    if (step.upToGrams <= before) errors.push({ pointer: `/steps/${index}/up_to_grams`, detail: `is not above ${before}` });
    before = step.upToGrams;
    return { upToGrams: step.upToGrams, amount: read(step.amount, `/steps/${index}/amount`) };
  });
  const freeFrom = given.freeFrom === undefined ? null : read(given.freeFrom, "/free_from");
  if (errors.length > 0) return { ok: false, errors };
  const { name, taxCategory = null, countries } = given;
  return { ok: true, terms: { name, amount, steps, freeFrom, taxCategory, countries } };
}

/** Whether the terms are those that the plan has. */
export function sameFreight(a: FreightTerms, b: FreightTerms): boolean {
  const plain = ({ name, amount, steps, freeFrom, taxCategory, countries }: FreightTerms) =>
    JSON.stringify([name, `${amount}`, steps.map((step) => [step.upToGrams, `${step.amount}`]), `${freeFrom}`, taxCategory, countries]);
  return plain(a) === plain(b);
}

/** A plan as answers, events and audit entries show it. */
export function shownFreightPlan(plan: KeptFreightPlan) {
  const { currency, kind, freeFrom, retiredAt } = plan;
  const wire = (amount: MinorUnits) => toWire({ amount, currency });
  return {
    id: toWireId(prefixes.freightPlan, plan.freightPlanId),
    name: plan.name,
    kind,
    currency: String(currency),
    amount: kind === "by_weight" ? null : wire(plan.amount),
    steps: plan.steps.map((step) => ({ up_to_grams: step.upToGrams, amount: wire(step.amount) })),
    free_from: freeFrom === null ? null : wire(freeFrom),
    tax_category: plan.taxCategory,
    countries: [...plan.countries],
    retired_at: retiredAt === null ? null : toRfc3339(retiredAt),
    version: plan.version,
  };
}
