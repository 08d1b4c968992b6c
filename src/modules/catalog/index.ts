/**
 * Catalog: categories, products and variants that all sellers share, and each seller's own offers of them.
 * Keeps: a SKU, and a GTIN, names one variant of the market, a reference one offer of its seller; a product's or an offer's version counts
 * its changes; what a product is searched by is written with it; categories are a tree.
 */
export type {
  CatalogRefusal,
  CategoryCircle,
  CategoryTooDeep,
  GtinInvalid,
  GtinTaken,
  OffersStateConflict,
  SkuTaken,
  TooManyCategories,
  TooManyVariants,
  VariantsMissing,
} from "./catalog-refusals.ts";
export { deepestCategory, inTreeOrder, mostCategories, shownCategory, toldCategory } from "./category.ts";
export type { Category } from "./category.ts";
export { changeCategory, createCategory } from "./category-commands.ts";
export { findCategory, listCategories } from "./category-store.ts";
export { categoryWordsDeadline, type PlaceOfProduct, sweepCategoryWords } from "./category-words.ts";
export { type OfferCommand, offerCommands, shownOffer } from "./offer.ts";
export type { Offer, OfferRow, OfferRowFault, OfferTerms } from "./offer.ts";
export { upsertOffers } from "./offer-commands.ts";
export type { UpsertedRow } from "./offer-commands.ts";
export { moveOffer, moveOffers } from "./offer-life.ts";
export { type OfferEvent, offerMachine, type OfferState } from "./offer-machine.ts";
export { findOffer, listOffers, type OfferFilters } from "./offer-store.ts";
export { mostVariants, shownProduct } from "./product.ts";
export type { Product, Variant } from "./product.ts";
export { addVariants, changeProduct, createProduct, type GivenProduct, type GivenVariant, withdrawProduct } from "./product-commands.ts";
export { findProduct, listProducts, type ProductFilters } from "./product-store.ts";
export { type Question, readQuestion } from "./search-words.ts";
export { type UnitCode, unitCodes, unitName } from "./unit-of-measure.ts";

export const owns = ["categories", "products", "variants", "offers"] as const;
