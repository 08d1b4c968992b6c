import type { Actor } from "../../kernel/actor.ts";
import type { CategoryId, ProductId, VariantId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Transaction } from "../../platform/db/index.ts";
import type { StateConflict } from "../../platform/lifecycle/index.ts";
import { recordStep } from "./catalogue-step.ts";
import type { NotFound, TooManyVariants, UnknownReference, VariantsMissing } from "./catalog-refusals.ts";
import { shareCategory } from "./category-store.ts";
import { formsOfGtin } from "./gtin.ts";
import {
  mostVariants,
  type Product,
  productActions,
  refuseInvalidGtins,
  refuseTaken,
  sameProduct,
  sameVariant,
  toldProduct,
  type Variant,
  type VariantWords,
} from "./product.ts";
import { insertProduct, insertVariants, lockCodes, lockProduct, takenCodes, updateProduct, updateVariants } from "./product-store.ts";
import { categoryLine, searchText } from "./search-words.ts";

/** A variant as a request gives it; what is left out is not known. */
export type GivenVariant = Pick<VariantWords, "sku" | "title" | "unit" | "attributes"> & {
  readonly gtin?: string | null | undefined;
  readonly weightGrams?: number | null | undefined;
};

/** A product as a request gives it. */
export type GivenProduct = {
  readonly title: string;
  readonly description?: string | undefined;
  readonly brand?: string | null | undefined;
  readonly categoryId?: CategoryId | null | undefined;
  readonly variants: readonly GivenVariant[];
};

/** Judges the version that the command has locked; throws when it is not the one that was asked for. */
export type JudgeVersion = (version: number) => void;

/**
 * Adds a product with its variants, all or nothing.
 *
 * @throws Refused sku-taken, gtin-taken, with every code that another variant has or that the request gives again; gtin-invalid;
 * unknown-reference for a category that is not there
 */
export async function createProduct(tx: Transaction, actor: Actor, given: GivenProduct): Promise<Product> {
  const { now, newId } = actor;
  const { title, description = "", brand = null, categoryId = null } = given;
  const variants = given.variants.map((each) => newVariant(actor, each));
  const productId = newId<ProductId>(now);
  refuseInvalidGtins(variants);
  const category = await categoryNamed(tx, categoryId);
  await lockCodes(tx, variants);
  refuseTaken(variants, await takenCodes(tx, productId, variants));
  const words = { title, description, brand, categoryId };
  const product: Product = { ...words, productId, variants, withdrawnAt: null, version: 1, createdAt: now, changedAt: now };
  await insertProduct(tx, product, `${searchText(product)}\n${categoryLine(category ?? "")}`);
  await insertVariants(tx, productId, variants);
  await recordStep(tx, actor, stepOf("product.created", undefined, product), true);
  return product;
}

/**
 * Says anew what a product and its variants are. A variant goes by its SKU: those the product has are changed, others are added, none is left
 * out. What is so already changes nothing and keeps the version.
 *
 * @throws Refused not-found; what `judge` throws; variants-missing; and as `createProduct`
 */
export async function changeProduct(
  tx: Transaction,
  actor: Actor,
  { productId, judge, ...given }: GivenProduct & { readonly productId: ProductId; readonly judge: JudgeVersion },
): Promise<Product> {
  const { description = "", brand = null, categoryId = null } = given;
  refuseInvalidGtins(given.variants.map(wordsOf));
  const category = await categoryNamed(tx, categoryId);
  const before = await locked(tx, productId, judge);
  const skus = new Set(given.variants.map(({ sku }) => sku));
  const missing = before.variants.filter(({ sku }) => !skus.has(sku)).map(({ sku }) => sku);
  if (missing.length > 0) throw new Refused<VariantsMissing>({ code: "variants-missing", skus: missing, pointer: "/variants" });
  const words = { title: given.title, description, brand, categoryId };
  return write(tx, actor, { before, words, category, asked: given.variants, kept: [] });
}

/**
 * Gives a product more variants.
 *
 * @throws Refused not-found; what `judge` throws; too-many-variants; sku-taken also for a SKU of the product itself; and as `createProduct`
 */
export async function addVariants(
  tx: Transaction,
  actor: Actor,
  asked: { readonly productId: ProductId; readonly variants: readonly GivenVariant[]; readonly judge: JudgeVersion },
): Promise<Product> {
  refuseInvalidGtins(asked.variants.map(wordsOf));
  const before = await locked(tx, asked.productId, asked.judge);
  if (before.variants.length + asked.variants.length > mostVariants) {
    throw new Refused<TooManyVariants>({ code: "too-many-variants", most: mostVariants, pointer: "/variants" });
  }
  return write(tx, actor, { before, words: before, asked: asked.variants, kept: before.variants });
}

/**
 * Takes a product from sale for safety, whoever offers it, or gives it back.
 *
 * @throws Refused not-found; what `judge` throws; state-conflict when it is so already
 */
export async function withdrawProduct(
  tx: Transaction,
  actor: Actor,
  asked: { readonly productId: ProductId; readonly event: "withdraw" | "restore"; readonly reason: string; readonly judge: JudgeVersion },
): Promise<Product> {
  const before = await locked(tx, asked.productId, asked.judge);
  const allowed = productActions(before);
  if (!allowed.includes(asked.event)) {
    const state = before.withdrawnAt === null ? "on_sale" : "withdrawn";
    throw new Refused<StateConflict>({ code: "state-conflict", state, allowed });
  }
  const withdrawnAt = asked.event === "withdraw" ? actor.now : null;
  const after: Product = { ...before, withdrawnAt, version: before.version + 1, changedAt: actor.now };
  await updateProduct(tx, after, searchText(after), undefined);
  const type = asked.event === "withdraw" ? "product.withdrawn" : "product.restored";
  await recordStep(tx, actor, { ...stepOf(type, before, after), reason: asked.reason }, true);
  return after;
}

type Writing = {
  readonly before: Product;
  readonly words: Pick<Product, "title" | "description" | "brand" | "categoryId">;
  /** The category's name as it is locked; left out when the category stays what it is. */
  readonly category?: string | null;
  readonly asked: readonly GivenVariant[];
  /** Variants that the request says nothing of. */
  readonly kept: readonly Variant[];
};

async function write(tx: Transaction, actor: Actor, { before, words, category, asked, kept }: Writing): Promise<Product> {
  const given = asked.map(wordsOf);
  await lockCodes(tx, given);
  const taken = await takenCodes(tx, before.productId, given);
  refuseTaken(given, {
    skus: new Set([...taken.skus, ...kept.map(({ sku }) => sku)]),
    gtins: new Set([...taken.gtins, ...kept.flatMap(({ gtin }) => (gtin === null ? [] : formsOfGtin(gtin)))]),
  });
  const standing = new Map(before.variants.map((variant) => [variant.sku, variant]));
  const added = given.filter(({ sku }) => !standing.has(sku)).map((each) => newVariant(actor, each));
  const changed = given.flatMap((each) => {
    const was = standing.get(each.sku);
    return was === undefined || sameVariant(was, each) ? [] : [{ ...was, ...each, version: was.version + 1 }];
  });
  if (added.length === 0 && changed.length === 0 && sameProduct(before, words)) {
    await recordStep(tx, actor, stepOf("product.changed", before, before), false);
    return before;
  }
  const now = new Map(changed.map((variant) => [variant.variantId, variant]));
  const variants = [...before.variants.map((variant) => now.get(variant.variantId) ?? variant), ...added];
  const { title, description, brand, categoryId } = words;
  const after: Product = {
    ...before,
    ...{ title, description, brand, categoryId, variants, version: before.version + 1, changedAt: actor.now },
  };
  await updateProduct(tx, after, searchText(after), category === undefined ? undefined : categoryLine(category ?? ""));
  if (changed.length > 0) await updateVariants(tx, changed);
  if (added.length > 0) await insertVariants(tx, before.productId, added);
  await recordStep(tx, actor, stepOf("product.changed", before, after), true);
  return after;
}

async function locked(tx: Transaction, productId: ProductId, judge: JudgeVersion): Promise<Product> {
  const before = await lockProduct(tx, productId);
  if (before === undefined) throw new Refused<NotFound>({ code: "not-found" });
  judge(before.version);
  return before;
}

/** The name of the category, which cannot change any more; null for none. */
async function categoryNamed(tx: Transaction, categoryId: CategoryId | null): Promise<string | null> {
  if (categoryId === null) return null;
  const category = await shareCategory(tx, categoryId);
  if (category !== undefined) return category.name;
  const errors = [{ pointer: "/category", detail: "no category has this id" }];
  throw new Refused<UnknownReference>({ code: "unknown-reference", errors });
}

function wordsOf({ sku, title, unit, attributes, gtin = null, weightGrams = null }: GivenVariant): VariantWords {
  return { sku, title, unit, attributes, gtin, weightGrams };
}

function newVariant({ now, newId }: Actor, given: GivenVariant): Variant {
  return { ...wordsOf(given), variantId: newId<VariantId>(now), version: 1 };
}

function stepOf(type: string, before: Product | undefined, after: Product) {
  return {
    type,
    subjectType: "product",
    subjectId: after.productId,
    version: after.version,
    ...(before === undefined ? {} : { before: toldProduct(before) }),
    after: toldProduct(after),
  } as const;
}
