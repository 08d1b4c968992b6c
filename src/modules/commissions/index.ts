/**
 * Commissions: by which plans the operator charges its sellers, what it has agreed with each, and the statements of what was charged.
 * Keeps: one plan of a scope holds on a day; a seller has one open statement for a currency and a rate of tax, and its tax is that of its
 * net; what was charged is never changed, and no document charges twice.
 */
export { chooseCommissionPlan, commissionOn, commissionTax, stepFor } from "./commission.ts";
export type { CommissionTax, OpenPlan } from "./commission.ts";
export { shownCommissionPlan } from "./commission-plan.ts";
export type { CommissionPlan, GivenCommission } from "./commission-plan.ts";
export { type AskedCommissionPlan, changeCommissionPlan, createCommissionPlan, endCommissionPlan } from "./commission-plan-commands.ts";
export { findCommissionPlan, listCommissionPlans } from "./commission-plan-store.ts";
export type {
  CommissionRefusal,
  CommissionStatementClosed,
  CommissionStatementEmpty,
  CommissionTaxMissing,
} from "./commission-refusals.ts";
export { commissionEntryKinds, shownStatement } from "./commission-statement.ts";
export type { ChargedCommission, CommissionCharge, CommissionEntryKind, CommissionStatement } from "./commission-statement.ts";
export {
  type ChargedAt,
  chargeCommissions,
  closeStatement,
  findStatement,
  listStatements,
  lockStatement,
} from "./commission-statement-store.ts";
export {
  type AgreedCommission,
  type CommissionDraw,
  commissionPart,
  type CommissionTerms,
  commissionTotal,
  readTerms,
  termsText,
} from "./commission-terms.ts";
export { type CreditRisk, type SellerContract, shownContract } from "./seller-contract.ts";
export { changeSellerContract } from "./seller-contract-commands.ts";
export { findSellerContract } from "./seller-contract-store.ts";

export const owns = ["commission_plans", "seller_contracts", "commission_statements", "commission_entries"] as const;
