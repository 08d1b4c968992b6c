import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { CategoryId, ProductId, VariantId } from "../../kernel/ids.ts";
import { instantParameter, locking, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import { formsOfGtin } from "./gtin.ts";
import type { Product, TakenCodes, Variant, VariantWords } from "./product.ts";

type VariantJson = {
  variant_id: VariantId;
  sku: string;
  title: string;
  unit: string;
  attributes: { [name: string]: string };
  gtin: string | null;
  weight_grams: number | null;
  version: number;
};
type ProductRow = {
  product_id: ProductId;
  title: string;
  description: string;
  brand: string | null;
  category_id: CategoryId | null;
  withdrawn_at: Instant | null;
  version: number;
  created_at: Instant;
  changed_at: Instant | null;
  variants: VariantJson[];
};

export async function insertProduct(tx: Transaction, product: Product, searchText: string): Promise<void> {
  await tx.query(sql`
    insert into products (product_id, title, description, brand, category_id, version, created_at, changed_at, search_text)
    values (${product.productId}, ${product.title}, ${product.description}, ${product.brand}, ${product.categoryId}, ${product.version},
      ${instantParameter(product.createdAt)}, ${instantParameter(product.changedAt)}, ${searchText})`);
}

/** Writes a locked product, all but its variants. Of the search text the category's line is kept when none is given. */
export async function updateProduct(tx: Transaction, product: Product, searchText: string, category: string | undefined): Promise<void> {
  const updated = await tx.execute(sql`
    update products
    set title = ${product.title}, description = ${product.description}, brand = ${product.brand}, category_id = ${product.categoryId},
      withdrawn_at = ${product.withdrawnAt === null ? null : instantParameter(product.withdrawnAt)}::timestamptz, version = ${product.version},
      changed_at = ${instantParameter(product.changedAt)},
      search_text = ${searchText} || E'\n' || coalesce(${category ?? null}, split_part(search_text, E'\n', 4))
    where product_id = ${product.productId}`);
  assert(updated === 1, `the locked product ${product.productId} is not there`);
}

/** Keeps these codes from being given to a variant by anybody else until the end of the transaction, whoever has them now. */
export async function lockCodes(tx: Transaction, variants: readonly Pick<VariantWords, "sku" | "gtin">[]): Promise<void> {
  const codes = variants.flatMap(({ sku, gtin }) => [`sku ${sku}`, ...(gtin === null ? [] : [`gtin ${formsOfGtin(gtin).at(-1) ?? gtin}`])]);
  await tx.query(
    locking(
      "product",
      // In the order of their hashes: two who want the same ones wait for each other and never in a circle.
      sql<{ locked: number }>`
      select count(pg_advisory_xact_lock(hash))::integer as locked
      from (select distinct hashtextextended(code, 20) as hash from unnest(${codes}::text[]) as code order by hash) as sorted`,
    ),
  );
}

/** Which of these codes variants of other products have. Ask it when the codes are locked. */
export async function takenCodes(
  tx: Transaction,
  productId: ProductId,
  variants: readonly Pick<VariantWords, "sku" | "gtin">[],
): Promise<TakenCodes> {
  const skus = variants.map(({ sku }) => sku);
  const gtins = variants.flatMap(({ gtin }) => (gtin === null ? [] : formsOfGtin(gtin)));
  const rows = await tx.query(sql<{ sku: string; gtin: string | null }>`
    select sku, gtin from variants where sku = any (${skus}::text[]) and product_id <> ${productId}
    union
    select sku, gtin from variants where gtin = any (${gtins}::text[]) and product_id <> ${productId}`);
  return {
    skus: new Set(rows.map(({ sku }) => sku)),
    gtins: new Set(rows.flatMap(({ gtin }) => (gtin === null ? [] : formsOfGtin(gtin)))),
  };
}

/** Inserts variants whose codes are locked and free. */
export async function insertVariants(tx: Transaction, productId: ProductId, variants: readonly Variant[]): Promise<void> {
  await tx.execute(sql`
    insert into variants (variant_id, product_id, sku, title, unit, attributes, gtin, weight_grams, version)
    select variant_id, ${productId}::uuid, sku, title, unit, attributes, gtin, weight_grams, version
    from json_to_recordset(${variantJson(variants)}::json) as given (
      variant_id uuid, sku text, title text, unit text, attributes jsonb, gtin text, weight_grams integer, version integer)`);
}

/** Writes variants of a locked product; codes that are new to them are locked and free. */
export async function updateVariants(tx: Transaction, variants: readonly Variant[]): Promise<void> {
  // First without GTINs: two variants may have changed theirs for each other's, and the unique index looks at each row by itself.
  await tx.execute(sql`update variants set gtin = null where variant_id = any (${variants.map(({ variantId }) => variantId)}::uuid[])`);
  const updated = await tx.execute(sql`
    update variants v
    set title = given.title, unit = given.unit, attributes = given.attributes, gtin = given.gtin, weight_grams = given.weight_grams,
      version = given.version
    from json_to_recordset(${variantJson(variants)}::json) as given (
      variant_id uuid, sku text, title text, unit text, attributes jsonb, gtin text, weight_grams integer, version integer)
    where v.variant_id = given.variant_id`);
  assert(updated === variants.length, `${variants.length} variants were to be changed, ${updated} were`);
}

/** Locks a product and gives it as it is now. */
export async function lockProduct(tx: Transaction, productId: ProductId): Promise<Product | undefined> {
  await tx.query(
    locking(
      "product",
      sql<{ product_id: ProductId }>`
    select product_id from products where product_id = ${productId} for no key update`,
    ),
  );
  // Read behind the lock, so that the variants are those of now.
  return findProduct(tx, productId);
}

export async function findProduct(reader: Reader, productId: ProductId): Promise<Product | undefined> {
  const row = await reader.find(sql<ProductRow>`
    select p.product_id, p.title, p.description, p.brand, p.category_id, p.withdrawn_at, p.version, p.created_at, p.changed_at, v.variants
    from products p
      join lateral (
        select coalesce(json_agg(json_build_object('variant_id', variant_id, 'sku', sku, 'title', title, 'unit', unit, 'attributes', attributes,
                                                   'gtin', gtin, 'weight_grams', weight_grams, 'version', version)
                                 order by variant_id), '[]') as variants
        from variants
        where product_id = p.product_id
      ) v on true
    where p.product_id = ${productId}`);
  return row && toProduct(row);
}

/** Which products are asked for; `categoryIds` are those of one category and all below it. */
export type ProductFilters = { readonly categoryIds: readonly CategoryId[] | null; readonly withdrawn: boolean | null };

/** Products from new to old, those with an id below `before`. */
export async function listProducts(
  reader: Reader,
  { before, count }: { readonly before: string; readonly count: number },
  { categoryIds, withdrawn }: ProductFilters = { categoryIds: null, withdrawn: null },
): Promise<Product[]> {
  const rows = await reader.query(sql<ProductRow>`
    select p.product_id, p.title, p.description, p.brand, p.category_id, p.withdrawn_at, p.version, p.created_at, p.changed_at,
      (select coalesce(json_agg(json_build_object('variant_id', v.variant_id, 'sku', v.sku, 'title', v.title, 'unit', v.unit,
                                                  'attributes', v.attributes, 'gtin', v.gtin, 'weight_grams', v.weight_grams,
                                                  'version', v.version)
                                order by v.variant_id), '[]')
       from variants v
       where v.product_id = p.product_id) as variants
    from products p
    where p.product_id < ${before}::uuid
      and (${categoryIds}::uuid[] is null or p.category_id = any (${categoryIds}::uuid[]))
      and (${withdrawn}::boolean is null or (p.withdrawn_at is not null) = ${withdrawn}::boolean)
    order by p.product_id desc
    limit ${count}`);
  return rows.map(toProduct);
}

/** The variants that go by these SKUs or ids. */
export async function findVariants(
  reader: Reader,
  { skus, variantIds }: { readonly skus: readonly string[]; readonly variantIds: readonly VariantId[] },
): Promise<{ readonly variantId: VariantId; readonly sku: string }[]> {
  const rows = await reader.query(sql<{ variant_id: VariantId; sku: string }>`
    select variant_id, sku from variants where sku = any (${skus}::text[])
    union
    select variant_id, sku from variants where variant_id = any (${variantIds}::uuid[])`);
  return rows.map(({ variant_id, sku }) => ({ variantId: variant_id, sku }));
}

function variantJson(variants: readonly Variant[]): string {
  return JSON.stringify(
    variants.map(({ variantId, sku, title, unit, attributes, gtin, weightGrams, version }) => ({
      ...{ variant_id: variantId, sku, title, unit, attributes, gtin, weight_grams: weightGrams, version },
    })),
  );
}

function toProduct(row: ProductRow): Product {
  return {
    productId: row.product_id,
    title: row.title,
    description: row.description,
    brand: row.brand,
    categoryId: row.category_id,
    variants: row.variants.map(({ variant_id, weight_grams, ...words }) => ({
      variantId: variant_id,
      weightGrams: weight_grams,
      ...words,
    })),
    withdrawnAt: row.withdrawn_at,
    version: row.version,
    createdAt: row.created_at,
    changedAt: row.changed_at ?? row.created_at,
  };
}
