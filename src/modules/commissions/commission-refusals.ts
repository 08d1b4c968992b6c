import type { Refusal } from "../../kernel/refusal.ts";

/** The id in the path names nothing that the caller may know. */
export type NotFound = Refusal & { readonly code: "not-found" };

/** Members of a commission plan that do not fit together. */
export type TermsInvalid = Refusal & {
  readonly code: "request-invalid";
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
};

/** A seller or a category that a plan is to count for, and that is not there. */
export type UnknownScope = Refusal & {
  readonly code: "unknown-reference";
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
};

/** The operator has no profile, so whose tax the commission bears is not known. */
export type OperatorProfileMissing = Refusal & { readonly code: "operator-profile-missing" };

/** The validity of a plan of the same seller, category and currency meets the one asked for. */
export type CommissionPlanExists = Refusal & {
  readonly code: "commission-plan-exists";
  readonly commission_plan: string;
  readonly valid_from: string;
  readonly valid_until: string | null;
};

/** A plan whose end was said: it is not moved, and what has ended does not change. */
export type CommissionPlanEnded = Refusal & { readonly code: "commission-plan-ended"; readonly valid_until: string };

/** A seller's goods bear commission, and the operator's country has no standard rate of tax for it on the day. */
export type CommissionTaxMissing = Refusal & { readonly code: "commission-tax-missing"; readonly seller: string; readonly country: string };

/** A statement that was closed with a commission invoice. */
export type CommissionStatementClosed = Refusal & { readonly code: "commission-statement-closed"; readonly closed_at: string };

/** A statement with no net above zero: there is nothing to invoice. */
export type CommissionStatementEmpty = Refusal & {
  readonly code: "commission-statement-empty";
  readonly net: { readonly amount: number; readonly currency: string };
};

export type CommissionRefusal =
  | NotFound
  | TermsInvalid
  | UnknownScope
  | OperatorProfileMissing
  | CommissionPlanExists
  | CommissionPlanEnded
  | CommissionTaxMissing
  | CommissionStatementClosed
  | CommissionStatementEmpty;
