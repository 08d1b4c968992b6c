import { assert } from "../../kernel/assert.ts";
import { type CategoryId, type SellerId, toWireId } from "../../kernel/ids.ts";
import { minorUnits } from "../../kernel/money.ts";
import {
  chooseCommissionPlan,
  commissionOn,
  commissionTax,
  type CommissionTax,
  type CommissionTaxMissing,
  type CommissionTerms,
  commissionTotal,
  stepFor,
  termsText,
} from "../../modules/commissions/index.ts";
import type { NewOrder, NewOrderCommission } from "../../modules/orders/index.ts";
import { inUnion, type TaxTable } from "../../modules/pricing/index.ts";
import type { PlacingFacts, SellerFacts } from "../../views/placing-facts.ts";

/** What the commission of one order is reckoned from; `date` is the day it is placed on (YYYY-MM-DD), `paths` the categories of its lines. */
export type CommissionFacts = {
  readonly order: Pick<NewOrder, "sellerId" | "currency" | "lines" | "freight">;
  readonly paths: readonly (readonly CategoryId[])[];
  readonly seller: Pick<SellerFacts, "address" | "creditRisk">;
  readonly market: Pick<PlacingFacts, "commissionPlans" | "operatorCountry">;
  readonly taxes: TaxTable;
  readonly date: string;
};

type Reckoned =
  | { readonly ok: true; readonly commission: NewOrderCommission }
  | { readonly ok: false; readonly refusal: CommissionTaxMissing };

/**
 * The commission of one order by the plans that hold today, as it is frozen with it. The freight bears the rate of the first step of the
 * plan that counts for goods of no category, if that says so. Where nothing is charged no tax is asked for.
 */
export function commissionOf(facts: CommissionFacts): Reckoned {
  const { order, seller, market } = facts;
  const terms = termsOf(facts);
  const commission = commissionTotal(terms);
  const agreed = { creditRisk: seller.creditRisk, commission, terms: termsText(terms, order.currency) };
  if (commission === 0n) return { ok: true, commission: { ...agreed, tax: null } };
  const tax = taxOf(facts);
  if (tax !== undefined) return { ok: true, commission: { ...agreed, tax } };
  return { ok: false, refusal: taxMissing(order.sellerId, market.operatorCountry) };
}

function termsOf({ order, paths, market }: CommissionFacts): CommissionTerms {
  const { sellerId, currency } = order;
  const plans = market.commissionPlans.filter((plan) => plan.currency === currency);
  const charging = new Set<(typeof plans)[number]>();
  const lines = order.lines.flatMap(({ lineNumber, net }, index) => {
    const plan = chooseCommissionPlan(plans, { sellerId, path: paths[index] ?? [] });
    const step = plan && stepFor(plan.steps, net);
    if (plan === undefined || step === undefined) return [];
    const commission = commissionOn(net, step);
    if (commission > 0n) charging.add(plan);
    return [{ lineNumber, planId: plan.planId, ratePpm: step.ratePpm, fixed: step.fixed, commission }];
  });
  const general = chooseCommissionPlan(plans, { sellerId, path: [] });
  const first = general?.onFreight === true ? general.steps[0] : undefined;
  const ofFreight = first === undefined ? minorUnits(0n) : commissionOn(order.freight, { ratePpm: first.ratePpm, fixed: 0n });
  if (general !== undefined && ofFreight > 0n) charging.add(general);
  const returnedOnWriteOff = charging.size > 0 && [...charging].every((plan) => plan.returnedOnWriteOff);
  return { lines, freight: { commission: ofFreight }, returnedOnWriteOff };
}

function taxOf({ seller, market, taxes, date }: CommissionFacts): CommissionTax | undefined {
  const { operatorCountry } = market;
  assert(operatorCountry !== null, "there is a commission plan, and so the operator has a profile");
  const standard = taxes(operatorCountry, "standard", date);
  return commissionTax({
    ...{ operatorCountry, sellerCountry: seller.address.country },
    inUnion: (country) => inUnion(country, date),
    standardRatePpm: standard?.code === "S" ? standard.ratePpm : undefined,
  });
}

function taxMissing(sellerId: SellerId, country: string | null): CommissionTaxMissing {
  return { code: "commission-tax-missing", seller: toWireId("sel", sellerId), country: country ?? "" };
}
