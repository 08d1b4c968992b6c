import type { Refusal } from "../../kernel/refusal.ts";
import type { requiredFacts } from "./seller.ts";

/** Whoever sells has to have these facts; `missing` names those that are not there. */
export type SellerIncomplete = Refusal & {
  readonly code: "seller-incomplete";
  readonly missing: readonly (typeof requiredFacts)[number][];
};

/** The documents of another seller begin with this prefix. */
export type SeriesPrefixTaken = Refusal & { readonly code: "series-prefix-taken"; readonly series_prefix: string };

export type SellerRefusal = SellerIncomplete | SeriesPrefixTaken;
