import type { Instant } from "../../kernel/clock.ts";
import type { CategoryId, ProductId, Uuid } from "../../kernel/ids.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { clearDeadlines, type Deadline } from "../../platform/jobs/index.ts";
import { lockProductsToReword, rewordProducts, shareCategory } from "./category-store.ts";
import { categoryLine } from "./search-words.ts";

/** Products of a category that has a new name are still found by the old one. */
export const categoryWordsDeadline = "category_words";

/** How many products get a category's new words in one transaction: some tenths of a second of writing. */
const productsTogether = 500;

/** How far the products of a category have its words, and of which version of it. */
export type PlaceOfProduct = { readonly productId: ProductId; readonly version: number };

/** The deadline by which all products of a category have its words; the category is the operator's. */
export function categoryWords(operatorId: Uuid, categoryId: CategoryId, dueAt: Instant): Deadline {
  return { organisationId: operatorId, kind: categoryWordsDeadline, subjectId: categoryId, dueAt };
}

/**
 * Puts the name of a locked category into what its products are searched by, for some of them.
 *
 * @returns behind which product to go on; undefined when all have it
 */
export async function rewordSome(
  tx: Transaction,
  {
    categoryId,
    name,
    after,
    most = productsTogether,
  }: { categoryId: CategoryId; name: string; after?: ProductId | undefined; most?: number | undefined },
): Promise<ProductId | undefined> {
  const line = categoryLine(name);
  const productIds = await lockProductsToReword(tx, categoryId, { line, after, most });
  if (productIds.length > 0) await rewordProducts(tx, productIds, line);
  return productIds.length < most ? undefined : productIds.at(-1);
}

/**
 * Goes on with the products that were too many for the renaming itself. Who begins anew after a crash finds done what was done; after yet
 * another name it begins at the front, so when it is over all have the last one.
 *
 * Locks: category, product, deadline.
 *
 * @returns behind which product the next transaction goes on
 */
export async function sweepCategoryWords(
  tx: Transaction,
  { organisationId, subjectId, dueAt }: Deadline,
  { after, most }: { readonly after?: PlaceOfProduct | undefined; readonly most?: number } = {},
): Promise<"done" | PlaceOfProduct> {
  const categoryId = subjectId as CategoryId;
  const category = await shareCategory(tx, categoryId);
  if (category !== undefined) {
    const { name, version } = category;
    const from = after?.version === version ? after.productId : undefined;
    const productId = await rewordSome(tx, { categoryId, name, after: from, most });
    if (productId !== undefined) return { productId, version };
  }
  await clearDeadlines(tx, [categoryWords(organisationId, categoryId, dueAt)]);
  return "done";
}
