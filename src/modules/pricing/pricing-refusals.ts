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

/** Goods whose tax the market's table does not know, or that would cross a border. */
export type TaxNotSupported = Refusal & {
  readonly code: "tax-not-supported";
  readonly line: number;
  readonly pointer: string;
  readonly reason: "crosses_a_border" | "no_rate";
  readonly dispatch_country: string;
  readonly delivery_country: string;
  readonly tax_category: string;
};

/** The period of a tax rate meets one that is already there for the country and category. */
export type TaxRateExists = Refusal & {
  readonly code: "tax-rate-exists";
  readonly tax_rate: string;
  readonly valid_from: string;
  readonly valid_until: string | null;
};

/** Fields of a tax rate that do not fit together. */
export type TaxRateInvalid = Refusal & {
  readonly code: "request-invalid";
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
};

export type LinePriceRefusal = QuantityBelowMinimum | QuantityOffStep | CurrencyMismatch | AmountTooLarge;
export type PricingRefusal = LinePriceRefusal | TaxNotSupported | TaxRateExists | TaxRateInvalid;
