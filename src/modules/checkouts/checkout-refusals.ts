import type { Refusal } from "../../kernel/refusal.ts";
import type { WireMoney } from "../../kernel/wire.ts";

/** The company's reference names a checkout already: a live one, or one that ended unconfirmed and was not named in `replaces`. */
export type ReferenceTaken = Refusal & { readonly code: "reference-taken"; readonly checkout: string; readonly state: string };

/** What the caller expected to pay is not what it would cost. */
export type TotalDiffers = Refusal & { readonly code: "total-differs"; readonly total: WireMoney; readonly expected_total: WireMoney };

/** An id in the body that names nothing this caller may know; somebody else's and a random one are told apart by nobody. */
export type UnknownReference = Refusal & {
  readonly code: "unknown-reference";
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
};

/** The expected total is in another currency than the checkout. */
export type ExpectedTotalCurrency = Refusal & {
  readonly code: "currency-mismatch";
  readonly pointer: string;
  readonly currency: string;
  readonly offer_currency: string;
};

export type CheckoutRefusal = ReferenceTaken | TotalDiffers | UnknownReference | ExpectedTotalCurrency;
