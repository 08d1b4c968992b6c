import type { Refusal } from "../../kernel/refusal.ts";

/** A quantity under the offer's minimum. `pointer` is the JSON pointer of the line's quantity in the request. */
export type QuantityBelowMinimum = Refusal & {
  readonly code: "quantity-below-minimum";
  readonly line: number;
  readonly pointer: string;
  readonly minimum: number;
};

/** A quantity that is no multiple of the offer's step: goods come in packs of that many. */
export type QuantityOffStep = Refusal & {
  readonly code: "quantity-off-step";
  readonly line: number;
  readonly pointer: string;
  readonly step: number;
};

/** An offer in another currency than the checkout's: a checkout has one. */
export type CurrencyMismatch = Refusal & {
  readonly code: "currency-mismatch";
  readonly line: number;
  readonly pointer: string;
  readonly currency: string;
  readonly offer_currency: string;
};

/** An amount beyond ±(2^53 − 1) minor units: refused, never rounded. Without a line it is a sum over lines. */
export type AmountTooLarge = Refusal & { readonly code: "amount-too-large"; readonly line?: number; readonly pointer?: string };

/**
 * A sale whose tax cannot be decided; `reason` names the missing fact or the case that is not supported. `operator_liable`: by law the
 * operator could owe the tax instead of the seller.
 */
export type TaxNotSupported = Refusal & {
  readonly code: "tax-not-supported";
  readonly line: number;
  readonly pointer: string;
  readonly reason:
    | "no_rate"
    | "country_not_supported"
    | "services_cross_border"
    | "operator_liable"
    | "seller_tax_number_missing"
    | "company_tax_number_missing"
    | "company_tax_number_unchecked";
  readonly dispatch_country: string;
  readonly delivery_country: string;
  readonly tax_category: string;
};

/**
 * The seller delivers by freight plans, and none of them prices this order: none for the country (`not_delivered_there`), or the one that
 * holds goes by weight, and a weight is not known or is beyond its last step (`grams`, `up_to_grams`).
 */
export type FreightNotAvailable = Refusal & {
  readonly code: "freight-not-available";
  readonly reason: "not_delivered_there" | "weight_unknown" | "too_heavy";
  readonly delivery_country: string;
  readonly currency: string;
  readonly grams?: number;
  readonly up_to_grams?: number;
  readonly seller?: string;
};

/** The period of a tax rate meets one that is already there for the country and category. */
export type TaxRateExists = Refusal & {
  readonly code: "tax-rate-exists";
  readonly tax_rate: string;
  readonly valid_from: string;
  readonly valid_until: string | null;
};

/** A tax rate that has an end already: what was announced once is not moved. */
export type TaxRateEnded = Refusal & { readonly code: "tax-rate-ended"; readonly valid_until: string };

/** What is wrong with single members of a body, each by its JSON pointer. */
export type FieldErrors = readonly { readonly pointer: string; readonly detail: string }[];

/** Members of a tax rate, a price list or a freight plan that do not fit together. */
export type TermsInvalid = Refusal & { readonly code: "request-invalid"; readonly errors: FieldErrors };

/** The id in the path names nothing that the caller may know. */
export type NotFound = Refusal & { readonly code: "not-found" };

/** Companies that are not there, or not on the price list. */
export type UnknownCompanies = Refusal & { readonly code: "unknown-reference"; readonly errors: FieldErrors };

/** The seller has a price list, or a freight plan in force, of this name. */
export type NameTaken = Refusal & { readonly code: "name-taken"; readonly pointer: string };

/** A freight plan that is retired, and so does not change any more. */
export type FreightPlanRetired = Refusal & { readonly code: "freight-plan-retired"; readonly retired_at: string };

export type LinePriceRefusal = QuantityBelowMinimum | QuantityOffStep | CurrencyMismatch | AmountTooLarge;
export type PricingRefusal =
  | LinePriceRefusal
  | TaxNotSupported
  | FreightNotAvailable
  | TaxRateExists
  | TaxRateEnded
  | TermsInvalid
  | NotFound
  | UnknownCompanies
  | NameTaken
  | FreightPlanRetired;
