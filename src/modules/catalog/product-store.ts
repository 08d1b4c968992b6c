import type { Instant } from "../../kernel/clock.ts";
import type { ProductId, VariantId } from "../../kernel/ids.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { Product, Variant } from "./product.ts";

type VariantJson = { variant_id: VariantId; sku: string; title: string; unit: string; attributes: { [name: string]: string } };
type ProductRow = { product_id: ProductId; title: string; created_at: Instant; variants: VariantJson[] };

export async function insertProduct(tx: Transaction, product: Product): Promise<void> {
  await tx.query(sql`
    insert into products (product_id, title, created_at)
    values (${product.productId}, ${product.title}, ${instantParameter(product.createdAt)})`);
}

/**
 * Inserts variants in the order of their SKUs, so that two who want the same ones wait for each other and never in a circle. Gives the
 * ids of those whose SKU was free: the unique index decides.
 */
export async function insertVariants(tx: Transaction, productId: ProductId, variants: readonly Variant[]): Promise<ReadonlySet<VariantId>> {
  const rows = await tx.query(sql<{ variant_id: VariantId }>`
    insert into variants (variant_id, product_id, sku, title, unit, attributes)
    select given.variant_id, ${productId}::uuid, given.sku, given.title, given.unit, given.attributes
    from unnest(
           ${variants.map(({ variantId }) => variantId)}::uuid[],
           ${variants.map(({ sku }) => sku)}::text[],
           ${variants.map(({ title }) => title)}::text[],
           ${variants.map(({ unit }) => unit)}::text[],
           ${variants.map(({ attributes }) => JSON.stringify(attributes))}::jsonb[]
         ) as given (variant_id, sku, title, unit, attributes)
    order by given.sku, given.variant_id
    on conflict (sku) do nothing
    returning variant_id`);
  return new Set(rows.map(({ variant_id }) => variant_id));
}

export async function findProduct(reader: Reader, productId: ProductId): Promise<Product | undefined> {
  const row = await reader.find(sql<ProductRow>`
    select p.product_id, p.title, p.created_at, v.variants
    from products p
      join lateral (
        select coalesce(json_agg(json_build_object('variant_id', variant_id, 'sku', sku, 'title', title, 'unit', unit, 'attributes', attributes)
                                 order by variant_id), '[]') as variants
        from variants
        where product_id = p.product_id
      ) v on true
    where p.product_id = ${productId}`);
  return row && toProduct(row);
}

/** Products from new to old, those with an id below `before`. */
export async function listProducts(reader: Reader, { before, count }: { before: string; count: number }): Promise<Product[]> {
  const rows = await reader.query(sql<ProductRow>`
    select p.product_id, p.title, p.created_at,
      (select coalesce(json_agg(json_build_object('variant_id', v.variant_id, 'sku', v.sku, 'title', v.title, 'unit', v.unit, 'attributes', v.attributes)
                                order by v.variant_id), '[]')
       from variants v
       where v.product_id = p.product_id) as variants
    from products p
    where p.product_id < ${before}::uuid
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

function toProduct(row: ProductRow): Product {
  return {
    productId: row.product_id,
    title: row.title,
    variants: row.variants.map(({ variant_id, ...words }) => ({ variantId: variant_id, ...words })),
    createdAt: row.created_at,
  };
}
