import type { Refusal } from "../../kernel/refusal.ts";

type FieldErrors = readonly { readonly pointer: string; readonly detail: string }[];

/** The id in the path names nothing that the caller may know. */
export type NotFound = Refusal & { readonly code: "not-found" };

/** Ids in the body that name nothing that this caller can use. */
export type UnknownReference = Refusal & { readonly code: "unknown-reference"; readonly errors: FieldErrors };

/** SKUs that other variants have, or that the request gives twice. Nothing of the product was written. */
export type SkuTaken = Refusal & { readonly code: "sku-taken"; readonly skus: readonly string[]; readonly errors: FieldErrors };

/** GTINs without eight, twelve, thirteen or fourteen digits, or whose check digit is another. */
export type GtinInvalid = Refusal & { readonly code: "gtin-invalid"; readonly errors: FieldErrors };

/** GTINs that other variants have, or that the request gives twice, in whatever length they are written. */
export type GtinTaken = Refusal & { readonly code: "gtin-taken"; readonly gtins: readonly string[]; readonly errors: FieldErrors };

/** A change of a whole product that leaves out variants it has: offers and orders are of them, so none is ever removed. */
export type VariantsMissing = Refusal & { readonly code: "variants-missing"; readonly skus: readonly string[]; readonly pointer: string };

/** The product would have more variants than one may have. */
export type TooManyVariants = Refusal & { readonly code: "too-many-variants"; readonly most: number; readonly pointer: string };

/** A category has this slug. */
export type SlugTaken = Refusal & { readonly code: "name-taken"; readonly pointer: string };

/** The category would lie below itself. */
export type CategoryCircle = Refusal & { readonly code: "category-circle"; readonly pointer: string };

/** The category, or one below it, would lie deeper than the tree may be. */
export type CategoryTooDeep = Refusal & { readonly code: "category-too-deep"; readonly deepest: number; readonly pointer: string };

/** There are as many categories as there may be. */
export type TooManyCategories = Refusal & { readonly code: "too-many-categories"; readonly most: number };

/** Offers of a bulk command whose states do not allow it. Nothing was changed. */
export type OffersStateConflict = Refusal & {
  readonly code: "offers-state-conflict";
  readonly offers: readonly { readonly offer: string; readonly state: string; readonly allowed: readonly string[] }[];
  readonly errors: FieldErrors;
};

export type CatalogRefusal =
  | UnknownReference
  | SkuTaken
  | GtinInvalid
  | GtinTaken
  | VariantsMissing
  | TooManyVariants
  | SlugTaken
  | CategoryCircle
  | CategoryTooDeep
  | TooManyCategories
  | OffersStateConflict;
