import { type Instant, toRfc3339 } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { CategoryId, ProductId, VariantId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { GtinInvalid, GtinTaken, SkuTaken } from "./catalog-refusals.ts";
import { formsOfGtin, isGtin } from "./gtin.ts";

/** Variants of a product at most. */
export const mostVariants = 100;

/** What a variant is, by whoever says so. The SKU is its name and stays; the unit (UN/ECE Recommendation 20) is what a quantity counts. */
export type VariantWords = {
  readonly sku: string;
  readonly title: string;
  readonly unit: string;
  readonly attributes: { readonly [name: string]: string };
  readonly gtin: string | null;
  /** Of one unit, with its packing; null when it is not known. */
  readonly weightGrams: number | null;
};

/** One sellable form of a product. The SKU is unique in the market, and so is the GTIN. The version counts its changes. */
export type Variant = VariantWords & { readonly variantId: VariantId; readonly version: number };

/** What a product is, but for its variants. */
export type ProductWords = {
  readonly title: string;
  readonly description: string;
  readonly brand: string | null;
  readonly categoryId: CategoryId | null;
};

/** An entry of the catalogue that all sellers share. One that is withdrawn cannot be bought, whoever offers it. */
export type Product = ProductWords & {
  readonly productId: ProductId;
  readonly variants: readonly Variant[];
  readonly withdrawnAt: Instant | null;
  readonly version: number;
  readonly createdAt: Instant;
  readonly changedAt: Instant;
};

/** What can be done with a product now. */
export function productActions({ withdrawnAt }: Product): readonly ("change" | "withdraw" | "restore")[] {
  return ["change", withdrawnAt === null ? "withdraw" : "restore"];
}

/** Whether a variant is what these words say. */
export function sameVariant(a: VariantWords, b: VariantWords): boolean {
  // The database keeps attributes in an order of its own.
  const sorted = (attributes: VariantWords["attributes"]) => Object.entries(attributes).toSorted(([x], [y]) => (x < y ? -1 : 1));
  const plain = ({ sku, title, unit, attributes, gtin, weightGrams }: VariantWords) =>
    JSON.stringify([sku, title, unit, sorted(attributes), gtin, weightGrams]);
  return plain(a) === plain(b);
}

/** Whether a product is what these words say, but for its variants. */
export function sameProduct(a: ProductWords, b: ProductWords): boolean {
  return a.title === b.title && a.description === b.description && a.brand === b.brand && a.categoryId === b.categoryId;
}

/** @throws Refused gtin-invalid, with the pointer of each */
export function refuseInvalidGtins(variants: readonly Pick<VariantWords, "gtin">[]): void {
  const invalid = variants.flatMap(({ gtin }, index) => (gtin === null || isGtin(gtin) ? [] : [index]));
  if (invalid.length === 0) return;
  const detail = "is no GTIN: eight, twelve, thirteen or fourteen digits, of which the last one checks the others";
  throw new Refused<GtinInvalid>({
    code: "gtin-invalid",
    errors: invalid.map((index) => ({ pointer: `/variants/${index}/gtin`, detail })),
  });
}

/** Codes that variants of other products have. */
export type TakenCodes = { readonly skus: ReadonlySet<string>; readonly gtins: ReadonlySet<string> };

/** @throws Refused sku-taken, gtin-taken, with each code that is taken or that the request gives again, and where */
export function refuseTaken(variants: readonly Pick<VariantWords, "sku" | "gtin">[], taken: TakenCodes): void {
  const skus = repeatedOrTaken(
    variants.map(({ sku }) => sku),
    (sku) => [sku],
    taken.skus,
  );
  if (skus.length > 0) {
    const errors = skus.map(({ code, index }) => ({ pointer: `/variants/${index}/sku`, detail: `${code} names a variant already` }));
    throw new Refused<SkuTaken>({ code: "sku-taken", skus: [...new Set(skus.map(({ code }) => code))], errors });
  }
  const gtins = repeatedOrTaken(
    variants.map(({ gtin }) => gtin),
    formsOfGtin,
    taken.gtins,
  );
  if (gtins.length > 0) {
    const errors = gtins.map(({ code, index }) => ({ pointer: `/variants/${index}/gtin`, detail: `${code} names a variant already` }));
    throw new Refused<GtinTaken>({ code: "gtin-taken", gtins: [...new Set(gtins.map(({ code }) => code))], errors });
  }
}

function repeatedOrTaken(codes: readonly (string | null)[], formsOf: (code: string) => readonly string[], taken: ReadonlySet<string>) {
  const seen = new Set(taken);
  return codes.flatMap((code, index) => {
    if (code === null) return [];
    const forms = formsOf(code);
    const isTaken = forms.some((form) => seen.has(form));
    for (const form of forms) seen.add(form);
    return isTaken ? [{ code, index }] : [];
  });
}

/** A variant as answers, events and audit entries show it. */
export function shownVariant(variant: Variant) {
  const { variantId, sku, title, unit, attributes, gtin, weightGrams } = variant;
  return {
    id: toWireId(prefixes.variant, variantId),
    ...{ sku, title, unit, attributes: { ...attributes }, gtin, weight_grams: weightGrams },
  };
}

/** A product as events and audit entries tell it; its variants in the order in which they were made. */
export function toldProduct(product: Product) {
  const { productId, title, description, brand, categoryId, withdrawnAt, version } = product;
  return {
    id: toWireId(prefixes.product, productId),
    ...{ title, description, brand },
    category: categoryId === null ? null : toWireId(prefixes.category, categoryId),
    variants: product.variants.map(shownVariant),
    withdrawn_at: withdrawnAt === null ? null : toRfc3339(withdrawnAt),
    version,
  };
}

/** A product as answers show it: what it is, and what can be done with it. */
export function shownProduct(product: Product) {
  return { ...toldProduct(product), allowed_actions: [...productActions(product)] };
}
