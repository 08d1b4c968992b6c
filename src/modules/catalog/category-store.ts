import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { CategoryId, ProductId } from "../../kernel/ids.ts";
import { instantParameter, locking, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import { type Category, mostCategories } from "./category.ts";

type CategoryRow = {
  category_id: CategoryId;
  parent_id: CategoryId | null;
  slug: string;
  name: string;
  path: CategoryId[];
  version: number;
  changed_at: Instant;
};

/**
 * Locks the tree: its roots. Whoever changes where categories lie does it one after the other, so what is read behind this lock stays; two
 * who move one below the other at once are refused as they would be in turn.
 */
export async function lockTree(tx: Transaction): Promise<void> {
  await tx.query(
    locking(
      "category",
      sql<{ category_id: CategoryId }>`
      select category_id from categories where parent_id is null order by category_id for no key update`,
    ),
  );
}

/** Locks a category against a new name, and gives the one it has and its version; undefined when it is not there. */
export async function shareCategory(tx: Transaction, categoryId: CategoryId): Promise<Pick<Category, "name" | "version"> | undefined> {
  const [row] = await tx.query(
    locking(
      "category",
      sql<{ name: string; version: number }>`select name, version from categories where category_id = ${categoryId} for share`,
    ),
  );
  return row;
}

/** Locks one category against all that read its name under a lock, and gives it as it is now. */
export async function lockCategory(tx: Transaction, categoryId: CategoryId): Promise<Category | undefined> {
  const [row] = await tx.query(
    locking(
      "category",
      sql<CategoryRow>`
      select category_id, parent_id, slug, name, path, version, changed_at
      from categories
      where category_id = ${categoryId}
      for no key update`,
    ),
  );
  return row && toCategory(row);
}

/** Undefined when there is none of this id. */
export async function findCategory(reader: Reader, categoryId: CategoryId): Promise<Category | undefined> {
  const row = await reader.find(sql<CategoryRow>`
    select category_id, parent_id, slug, name, path, version, changed_at from categories where category_id = ${categoryId}`);
  return row && toCategory(row);
}

/** All categories, in no order. */
export async function listCategories(reader: Reader): Promise<readonly Category[]> {
  const rows = await reader.query(sql<CategoryRow>`
    select category_id, parent_id, slug, name, path, version, changed_at from categories order by category_id limit ${mostCategories}`);
  return rows.map(toCategory);
}

/** How many categories there are. */
export async function countCategories(reader: Reader): Promise<number> {
  const { count } = await reader.one(sql<{ count: number }>`select count(*)::integer as count from categories`);
  return count;
}

/** How many levels a category has with all below it, itself included. */
export async function levelsOf(reader: Reader, { categoryId, path }: Category): Promise<number> {
  const { deepest } = await reader.one(sql<{ deepest: number }>`
    select coalesce(max(cardinality(path)), 0)::integer as deepest from categories where path @> array[${categoryId}::uuid]`);
  return deepest - path.length + 1;
}

/** @returns whether its slug was free: the unique index decides */
export async function insertCategory(tx: Transaction, category: Category): Promise<boolean> {
  const { categoryId, parentId, slug, name, path, version, changedAt } = category;
  const inserted = await tx.execute(sql`
    insert into categories (category_id, parent_id, slug, name, path, version, changed_at)
    values (${categoryId}, ${parentId}, ${slug}, ${name}, ${path}::uuid[], ${version}, ${instantParameter(changedAt)})
    on conflict (slug) do nothing`);
  return inserted === 1;
}

/** Whether another category has this slug. Behind the lock of the tree it stays so. */
export async function slugIsTaken(reader: Reader, { slug, categoryId }: Pick<Category, "slug" | "categoryId">): Promise<boolean> {
  const row = await reader.find(sql<{ category_id: CategoryId }>`
    select category_id from categories where slug = ${slug} and category_id <> ${categoryId}`);
  return row !== undefined;
}

/** Writes a locked category, and gives all below it the paths that follow from its own. Behind the lock of the tree. */
export async function updateCategory(tx: Transaction, before: Category, after: Category): Promise<void> {
  const { categoryId, parentId, slug, name, path, version, changedAt } = after;
  const updated = await tx.execute(sql`
    update categories
    set parent_id = ${parentId}, slug = ${slug}, name = ${name}, path = ${path}::uuid[], version = ${version},
      changed_at = ${instantParameter(changedAt)}
    where category_id = ${categoryId}`);
  assert(updated === 1, `the locked category ${categoryId} is not there`);
  if (before.parentId === parentId) return;
  await tx.execute(sql`
    update categories
    set path = ${path}::uuid[] || path[${before.path.length + 1}::integer:]
    where path @> array[${categoryId}::uuid] and category_id <> ${categoryId}`);
}

/**
 * Locks products of a category whose search text has another line than this one for it: at most `most`, by id, of those behind `after`.
 */
export async function lockProductsToReword(
  tx: Transaction,
  categoryId: CategoryId,
  { line, after, most }: { readonly line: string; readonly after: ProductId | undefined; readonly most: number },
): Promise<ProductId[]> {
  const rows = await tx.query(
    locking(
      "product",
      sql<{ product_id: ProductId }>`
      select product_id
      from products
      where category_id = ${categoryId}
        and (${after ?? null}::uuid is null or product_id > ${after ?? null})
        and split_part(search_text, E'\n', 4) <> ${line}
      order by product_id
      limit ${most}
      for no key update`,
    ),
  );
  return rows.map(({ product_id }) => product_id);
}

/** Puts a category's line into what locked products are searched by. */
export async function rewordProducts(tx: Transaction, productIds: readonly ProductId[], line: string): Promise<void> {
  await tx.execute(sql`
    update products
    set search_text = split_part(search_text, E'\n', 1) || E'\n' || split_part(search_text, E'\n', 2) || E'\n'
      || split_part(search_text, E'\n', 3) || E'\n' || ${line}::text
    where product_id = any (${productIds}::uuid[])`);
}

function toCategory(row: CategoryRow): Category {
  return {
    categoryId: row.category_id,
    parentId: row.parent_id,
    slug: row.slug,
    name: row.name,
    path: row.path,
    version: row.version,
    changedAt: row.changed_at,
  };
}
