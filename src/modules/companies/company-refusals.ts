import type { Refusal } from "../../kernel/refusal.ts";

/** The id in the path names nothing that the caller may know. */
export type NotFound = Refusal & { readonly code: "not-found" };

/** The company has an account in this currency: its limit is changed, not opened again. */
export type CreditAccountExists = Refusal & { readonly code: "credit-account-exists"; readonly company: string; readonly currency: string };

/** A limit in another currency than the account. */
export type LimitCurrencyDiffers = Refusal & {
  readonly code: "currency-mismatch";
  readonly pointer: string;
  readonly currency: string;
  readonly limit_currency: string;
};

export type CompanyRefusal = NotFound | CreditAccountExists | LimitCurrencyDiffers;
