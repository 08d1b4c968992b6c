import type { CategoryId, CommissionPlanId, SellerId } from "../../kernel/ids.ts";
import { applyRate, minorUnits } from "../../kernel/money.ts";
import type { MinorUnits } from "../../kernel/money.ts";

/** A plan as it is read for placing: one that holds on the day, in the currency of the order. Amounts in minor units. */
export type OpenPlan = {
  readonly planId: CommissionPlanId;
  readonly sellerId: SellerId | null;
  readonly categoryId: CategoryId | null;
  /** Rising; the first begins at 0. */
  readonly steps: readonly { readonly from: bigint; readonly ratePpm: number; readonly fixed: bigint }[];
  readonly onFreight: boolean;
  readonly returnedOnWriteOff: boolean;
};

/**
 * The plan that counts for goods of a category, of those of their seller and of all sellers: the most specific one. A seller's own plan
 * stands before one for all, and among each the one of the nearest category before one for all categories. `path` leads from the topmost
 * category to that of the goods; empty for goods of none. Undefined: no commission.
 */
export function chooseCommissionPlan<Plan extends OpenPlan>(
  plans: readonly Plan[],
  { sellerId, path }: { readonly sellerId: SellerId; readonly path: readonly CategoryId[] },
): Plan | undefined {
  const scopes = [sellerId, null].flatMap((seller) => [...path.toReversed(), null].map((category) => ({ seller, category })));
  for (const { seller, category } of scopes) {
    const found = plans.find((plan) => plan.sellerId === seller && plan.categoryId === category);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The step of a plan that counts for a net amount, which is not negative: the highest that begins at it or below. */
export function stepFor<Step extends { readonly from: bigint }>(steps: readonly Step[], net: bigint): Step | undefined {
  return steps.findLast(({ from }) => from <= net);
}

/** min(R(net × rate) + fixed, floor(net / 2)), rounded half up: never more than half of what the seller gets. The net is not negative. */
export function commissionOn(net: bigint, { ratePpm, fixed }: { readonly ratePpm: number; readonly fixed: bigint }): MinorUnits {
  const asked = applyRate(net, ratePpm) + fixed;
  const most = net / 2n;
  return minorUnits(asked < most ? asked : most);
}

/** The tax of the commission: the operator's supply of a service to the seller. */
export type CommissionTax = {
  readonly code: "S" | "AE" | "O";
  readonly ratePpm: number;
  readonly exemptionCode: string | null;
  readonly exemptionText: string | null;
};

/** Where the two are, and the standard rate of the operator's country on the day; undefined when there is none. */
export type CommissionTaxFacts = {
  readonly operatorCountry: string;
  readonly sellerCountry: string;
  readonly inUnion: (country: string) => boolean;
  readonly standardRatePpm: number | undefined;
};

/**
 * S in the operator's country; AE where both are in the Union, in different member states (Articles 44 and 196 of Directive 2006/112/EC);
 * O elsewhere. Undefined when the operator's country has no standard rate: then it is not known.
 */
export function commissionTax({ operatorCountry, sellerCountry, inUnion, standardRatePpm }: CommissionTaxFacts): CommissionTax | undefined {
  if (operatorCountry === sellerCountry) {
    return standardRatePpm === undefined ? undefined : { code: "S", ratePpm: standardRatePpm, exemptionCode: null, exemptionText: null };
  }
  return inUnion(operatorCountry) && inUnion(sellerCountry) ? reverseCharge : outside;
}

const reverseCharge: CommissionTax = {
  ...{ code: "AE", ratePpm: 0, exemptionCode: "VATEX-EU-AE" },
  exemptionText: "Reverse charge, Article 196 of Directive 2006/112/EC",
};

const outside: CommissionTax = {
  ...{ code: "O", ratePpm: 0, exemptionCode: "VATEX-EU-O" },
  exemptionText: "Not subject to VAT: the service is supplied where its recipient is established",
};
