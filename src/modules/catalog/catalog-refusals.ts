import type { Refusal } from "../../kernel/refusal.ts";

/** SKUs that other variants have, or that the request gives twice. Nothing of the product was created. */
export type SkuTaken = Refusal & {
  readonly code: "sku-taken";
  readonly skus: readonly string[];
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
};

export type CatalogRefusal = SkuTaken;
