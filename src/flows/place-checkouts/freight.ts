import type { Currency, MinorUnits } from "../../kernel/money.ts";
import { minorUnits } from "../../kernel/money.ts";
import { choosePlan, type FreightPlan, priceFreight } from "../../modules/pricing/index.ts";
import type { FreightPlanFacts } from "../../views/placing-facts.ts";
import type { PricedLine } from "./asked-lines.ts";

type Freight = { readonly plan: FreightPlan | null; readonly amount: MinorUnits };
type Refused = Extract<ReturnType<typeof priceFreight>, { readonly ok: false }>;

/** The freight of one order by its seller's plans: net, and the plan it is from; none where the seller has no plan in the currency. */
export function freightOf(
  plans: readonly FreightPlanFacts[],
  {
    lines,
    currency,
    deliveryCountry,
  }: { readonly lines: readonly PricedLine[]; readonly currency: Currency; readonly deliveryCountry: string },
): { readonly ok: true; readonly value: Freight } | Refused {
  const chosen = choosePlan(plans.map(toPlan), currency, deliveryCountry);
  if (!chosen.ok) return chosen;
  const { plan } = chosen;
  if (plan === null) return { ok: true, value: { plan, amount: minorUnits(0n) } };
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const goodsNet = lines.reduce((sum, { price }) => sum + price.net, 0n);
  const priced = priceFreight(plan, { goodsNet, grams: gramsOf(lines), units, deliveryCountry });
  return priced.ok ? { ok: true, value: { plan, amount: priced.amount } } : priced;
}

/** What the lines weigh together; null when it is not known of one of them. */
function gramsOf(lines: readonly PricedLine[]): number | null {
  let grams = 0;
  for (const { offer, quantity } of lines) {
    if (offer.weightGrams === null) return null;
    grams += offer.weightGrams * quantity;
  }
  return grams;
}

function toPlan({ planId, kind, currency, amount, steps, freeFrom, taxCategory, countries }: FreightPlanFacts): FreightPlan {
  const tax = taxCategory === null ? ({ kind: "goods" } as const) : ({ kind: "category", category: taxCategory } as const);
  const common = { planId, currency, freeFrom, tax, deliveryCountries: countries };
  if (kind === "by_weight") return { ...common, kind, steps };
  return kind === "flat" ? { ...common, kind, amount } : { ...common, kind, amountPerUnit: amount };
}
