import type { CreditRisk } from "./expected-books.ts";
import { type ExpectedInvoice, type InvoicedLine, upTo } from "./expected-invoices.ts";
import { roundHalfUp } from "./seller-parts.ts";
import { numberOf } from "./shares.ts";

/** From a line's net on, so much of it and a fixed amount; amounts are minor units, the rate parts per million. */
export type CommissionStep = { readonly from: bigint; readonly ratePpm: number; readonly fixed: bigint };

/** What the operator takes for what is sold. */
export type CommissionPlan = { readonly name: string; readonly steps: readonly CommissionStep[]; readonly onFreight: boolean };

/** What everybody pays who has no plan of its own. */
export const commonPlan: CommissionPlan = {
  name: "Replayed",
  steps: [
    { from: 0n, ratePpm: 120_000, fixed: 50n },
    { from: 20_000n, ratePpm: 105_000, fixed: 200n },
  ],
  onFreight: false,
};

const freightPlan: CommissionPlan = {
  name: "Replayed with freight",
  steps: [{ from: 0n, ratePpm: 99_500, fixed: 0n }],
  onFreight: true,
};

/** Every fourth seller or so pays less for its goods, and for freight too. */
export function planOf(seller: string): CommissionPlan {
  return numberOf(`${seller} plan`) % 4 === 0 ? freightPlan : commonPlan;
}

/** For every seventh seller or so the operator bears the risk that a company does not pay. */
export function riskOf(seller: string): CreditRisk {
  return numberOf(`${seller} risk`) % 7 === 0 ? "operator" : "seller";
}

/** The commission of an invoice, without tax: of its goods by cumulative units of each line, of freight by what it is charged. */
export function commissionOf(plan: CommissionPlan, { lines, freight }: Pick<ExpectedInvoice, "lines" | "freight">): bigint {
  const ofGoods = lines.reduce((sum, line) => sum + commissionOfUnits(plan, line), 0n);
  return ofGoods + (plan.onFreight ? roundHalfUp(freight * BigInt(plan.steps[0]?.ratePpm ?? 0), 1_000_000n) : 0n);
}

function commissionOfUnits(plan: CommissionPlan, { quantity, before, after, wholeNet }: InvoicedLine): bigint {
  const whole = commissionOfLine(plan, wholeNet);
  return upTo(whole, quantity, after) - upTo(whole, quantity, before);
}

/** Of a whole line: by the last step that it reaches, and never more than half of it. */
function commissionOfLine({ steps }: CommissionPlan, net: bigint): bigint {
  const step = steps.findLast(({ from }) => from <= net);
  if (step === undefined) return 0n;
  const asked = roundHalfUp(net * BigInt(step.ratePpm), 1_000_000n) + step.fixed;
  return asked < net / 2n ? asked : net / 2n;
}
