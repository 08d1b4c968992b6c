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

/** Something is still to be done about orders: `count` of them, the oldest named by `orders`. */
export type CompanyOrdersOpen = Refusal & { readonly code: "orders-open"; readonly count: number; readonly orders: readonly string[] };

/** The tax number of the organisation's own country stands in its profile. */
export type CompanyHomeCountry = Refusal & { readonly code: "home-country"; readonly country: string };

export type CompanyRefusal = CompanyOrdersOpen | CompanyHomeCountry | NotFound | CreditAccountExists | LimitCurrencyDiffers;
