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

/** The company may not buy now: it is not active, or the operator holds it. */
export type CompanyInactive = Refusal & { readonly code: "company-inactive"; readonly state: string; readonly on_hold: boolean };

type InactiveLine = { readonly line: number; readonly pointer: string };

/** Sellers of some lines may not sell now: they are not active, or the operator holds them. */
export type SellerInactive = Refusal & {
  readonly code: "seller-inactive";
  readonly lines: readonly (InactiveLine & { readonly seller: string })[];
};

/** Some offers cannot be bought now: they are paused or archived, or their product is withdrawn. */
export type OfferInactive = Refusal & {
  readonly code: "offer-inactive";
  readonly lines: readonly (InactiveLine & { readonly offer: string; readonly state: string })[];
};

export type CheckoutRefusal =
  | CompanyInactive
  | SellerInactive
  | OfferInactive
  | ReferenceTaken
  | TotalDiffers
  | UnknownReference
  | ExpectedTotalCurrency;
