import type { Instant } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { ProductId, VariantId } from "../../kernel/ids.ts";

/** One sellable form of a product. The SKU is unique in the market; the unit is what a quantity counts. */
export type Variant = {
  readonly variantId: VariantId;
  readonly sku: string;
  readonly title: string;
  readonly unit: string;
  readonly attributes: { readonly [name: string]: string };
};

/** An entry of the catalogue that all sellers share. */
export type Product = {
  readonly productId: ProductId;
  readonly title: string;
  readonly variants: readonly Variant[];
  readonly createdAt: Instant;
};

/** A product as answers, events and audit entries show it; its variants in the order in which they were made. */
export function shownProduct(product: Product) {
  return {
    id: toWireId(prefixes.product, product.productId),
    title: product.title,
    variants: product.variants.map(({ variantId, sku, title, unit, attributes }) => ({
      id: toWireId(prefixes.variant, variantId),
      ...{ sku, title, unit, attributes: { ...attributes } },
    })),
  };
}
