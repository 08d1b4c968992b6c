import type { Refusal } from "../../kernel/refusal.ts";
import type { requiredFacts } from "./seller.ts";

/** Whoever sells has to have these facts; `missing` names those that are not there. */
export type SellerIncomplete = Refusal & {
  readonly code: "seller-incomplete";
  readonly missing: readonly (typeof requiredFacts)[number][];
};

/** A seller's papers name who collects for it, and the operator has not said who it is. */
export type OperatorProfileMissing = Refusal & { readonly code: "operator-profile-missing" };

/** The documents of another seller, or of the operator, begin with this prefix. */
export type SeriesPrefixTaken = Refusal & { readonly code: "series-prefix-taken"; readonly series_prefix: string };

/** The documents of whoever has sold are numbered under its prefix, `series_prefix`. */
export type SeriesPrefixFixed = Refusal & { readonly code: "series-prefix-fixed"; readonly series_prefix: string };

/** Something is still to be done about orders: `count` of them, the oldest named by `orders`. */
export type SellerOrdersOpen = Refusal & { readonly code: "orders-open"; readonly count: number; readonly orders: readonly string[] };

/** Something is still due to the seller or from it, in these currencies. */
export type SellerPayablesOpen = Refusal & { readonly code: "payables-open"; readonly currencies: readonly string[] };

/** The tax number of the organisation's own country stands in its profile. */
export type SellerHomeCountry = Refusal & { readonly code: "home-country"; readonly country: string };

export type SellerRefusal =
  | SellerIncomplete
  | OperatorProfileMissing
  | SeriesPrefixTaken
  | SeriesPrefixFixed
  | SellerOrdersOpen
  | SellerPayablesOpen
  | SellerHomeCountry;
