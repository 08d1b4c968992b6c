/**
 * Catalog: products and variants that all sellers share, and each seller's own offers of them.
 * Keeps: a SKU names one variant of the market, a reference one offer of its seller; an offer's version counts its changes.
 */
export type { CatalogRefusal, SkuTaken } from "./catalog-refusals.ts";
export { shownOffer } from "./offer.ts";
export type { Offer, OfferRow, OfferRowFault, OfferTerms } from "./offer.ts";
export { upsertOffers } from "./offer-commands.ts";
export type { UpsertedRow } from "./offer-commands.ts";
export { type OfferEvent, offerMachine, type OfferState } from "./offer-machine.ts";
export { findOffer, listOffers } from "./offer-store.ts";
export { shownProduct } from "./product.ts";
export type { Product, Variant } from "./product.ts";
export { createProduct } from "./product-commands.ts";
export type { Actor } from "./product-commands.ts";
export { findProduct, listProducts } from "./product-store.ts";

export const owns = ["categories", "products", "variants", "offers"] as const;
