import type { CategoryId, ProductId, SellerId, Uuid } from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import type { Question } from "../modules/catalog/index.ts";
import { type Reader, sql } from "../platform/db/index.ts";
import { type CatalogueFilters, plannedForItsValues } from "./catalogue.ts";

/** A product that was found, and how well it fits; the better first, of those alike the newer. */
export type Found = { readonly product_id: ProductId; readonly rank: number };

/** Which of what is found: at most `count`, behind this rank and id. */
export type SearchWindow = { readonly rank: number; readonly before: Uuid; readonly count: number };

/** Of this many words a question by likeness is made at most; each of them is a part of the statement. */
const mostWords = 8;

/** Of so many products that have the words, the newest, the best are found; and of so many that have words like them. */
const mostMatches = 10_000;
const mostLikenesses = 500;

/** How like a word of the text has to be to a word that was asked for (pg_trgm's word similarity, 0 to 1): one letter of six may be wrong. */
const likeEnough = "0.4";

/**
 * Finds products that can be bought and have all words of the question, the last one as a beginning. Rank 3: a SKU or GTIN is what was asked
 * for; 2: the title begins with it; 1: all words stand in the title; 0: they stand elsewhere. Of more than `mostMatches` the newest count.
 */
export async function searchByWords(
  reader: Reader,
  question: Question,
  filters: CatalogueFilters,
  window: SearchWindow,
): Promise<readonly Found[]> {
  const { categoryId, sellerId, currency, priceFrom, priceTo, inStock } = filters;
  const attributes = filters.attributes === null ? null : JSON.stringify(filters.attributes);
  const inTitle = question.words.map((word) => `% ${word}%`);
  const [, rows] = await reader.pipeline([
    plannedForItsValues(),
    // What is ordered stays a statement of its own by its `offset 0`; then one after the other is asked whether it can be bought, until the
    // page is full. What narrows down much is asked of the matches as well.
    sql<Found>`
      with matched as (
        select p.product_id, p.search_text
        from products p
        where to_tsvector('simple', p.search_text) @@ to_tsquery('simple', ${question.query}::text) and p.withdrawn_at is null
          and (${categoryId}::uuid is null
               or p.category_id = any (array(select category_id from categories where path @> array[${categoryId}::uuid])))
          and (${sellerId}::uuid is null
               or p.product_id in (select v.product_id from offers o join variants v on v.variant_id = o.variant_id
                                   where o.seller_id = ${sellerId}::uuid and o.state = 'active'))
          and (${attributes}::jsonb is null
               or p.product_id in (select v.product_id from variants v where v.attributes @> ${attributes}::jsonb))
        order by p.product_id desc
        limit ${mostMatches}
      ), ranked as (
        select p.product_id,
          case when position(' ' || ${question.code}::text || ' ' in ' ' || split_part(p.search_text, E'\n', 2) || ' ') > 0 then 3
               when starts_with(p.search_text, ${question.phrase}::text) then 2
               when ' ' || split_part(p.search_text, E'\n', 1) like all (${inTitle}::text[]) then 1
               else 0 end as rank
        from matched p
      ), ordered as (
        select r.product_id, r.rank
        from ranked r
        where (r.rank, r.product_id) < (${window.rank}::integer, ${window.before}::uuid)
        order by r.rank desc, r.product_id desc
        offset 0
      )
      select m.product_id, m.rank
      from ordered m
        cross join lateral (
          select 1 as one
          from variants v
            join offers o on o.variant_id = v.variant_id
            join sellers s on s.seller_id = o.seller_id
          where v.product_id = m.product_id and o.state = 'active' and s.state = 'active'
            and (${attributes}::jsonb is null or v.attributes @> ${attributes}::jsonb)
            and (${sellerId}::uuid is null or o.seller_id = ${sellerId}::uuid)
            and (${currency}::text is null or o.currency = ${currency}::text)
            and (${priceFrom}::bigint is null or o.unit_price >= ${priceFrom}::numeric * o.price_per)
            and (${priceTo}::bigint is null or o.unit_price <= ${priceTo}::numeric * o.price_per)
            and (not ${inStock}::boolean or exists (
              select from stock_levels l where l.seller_id = o.seller_id and l.offer_id = o.offer_id and l.in_stock))
          limit 1) for_sale
      order by m.rank desc, m.product_id desc
      limit ${window.count}`,
  ]);
  return rows;
}

/**
 * Finds products that can be bought and have, for each word of the question, one like it. The rank is the mean likeness in thousandths.
 * Comparing is dear: of more than `mostLikenesses` those count that the table has first, which without changes are the same from page to page.
 */
export async function searchByLikeness(
  reader: Reader,
  { words }: Question,
  filters: CatalogueFilters,
  window: SearchWindow,
): Promise<readonly Found[]> {
  const { categoryId, sellerId, currency, priceFrom, priceTo, inStock } = filters;
  const attributes = filters.attributes === null ? null : JSON.stringify(filters.attributes);
  const [a = null, b = null, c = null, d = null, e = null, f = null, g = null, h = null] = words.slice(0, mostWords);
  const [, , rows] = await reader.pipeline([
    plannedForItsValues(),
    sql<{ threshold: string }>`select set_config('pg_trgm.word_similarity_threshold', ${likeEnough}, true) as threshold`,
    sql<Found>`
      with matched as (
        select p.product_id, p.search_text
        from products p
        where p.withdrawn_at is null
          and (${a}::text is null or p.search_text %> ${a}::text)
          and (${b}::text is null or p.search_text %> ${b}::text)
          and (${c}::text is null or p.search_text %> ${c}::text)
          and (${d}::text is null or p.search_text %> ${d}::text)
          and (${e}::text is null or p.search_text %> ${e}::text)
          and (${f}::text is null or p.search_text %> ${f}::text)
          and (${g}::text is null or p.search_text %> ${g}::text)
          and (${h}::text is null or p.search_text %> ${h}::text)
          and (${categoryId}::uuid is null
               or p.category_id = any (array(select category_id from categories where path @> array[${categoryId}::uuid])))
          and (${sellerId}::uuid is null
               or p.product_id in (select v.product_id from offers o join variants v on v.variant_id = o.variant_id
                                   where o.seller_id = ${sellerId}::uuid and o.state = 'active'))
          and (${attributes}::jsonb is null
               or p.product_id in (select v.product_id from variants v where v.attributes @> ${attributes}::jsonb))
        limit ${mostLikenesses}
      ), ranked as (
        select p.product_id,
          coalesce((select round(1000 * avg(word_similarity(word, p.search_text)))::integer from unnest(${words}::text[]) as word), 0) as rank
        from matched p
      ), ordered as (
        select r.product_id, r.rank
        from ranked r
        where (r.rank, r.product_id) < (${window.rank}::integer, ${window.before}::uuid)
        order by r.rank desc, r.product_id desc
        offset 0
      )
      select m.product_id, m.rank
      from ordered m
        cross join lateral (
          select 1 as one
          from variants v
            join offers o on o.variant_id = v.variant_id
            join sellers s on s.seller_id = o.seller_id
          where v.product_id = m.product_id and o.state = 'active' and s.state = 'active'
            and (${attributes}::jsonb is null or v.attributes @> ${attributes}::jsonb)
            and (${sellerId}::uuid is null or o.seller_id = ${sellerId}::uuid)
            and (${currency}::text is null or o.currency = ${currency}::text)
            and (${priceFrom}::bigint is null or o.unit_price >= ${priceFrom}::numeric * o.price_per)
            and (${priceTo}::bigint is null or o.unit_price <= ${priceTo}::numeric * o.price_per)
            and (not ${inStock}::boolean or exists (
              select from stock_levels l where l.seller_id = o.seller_id and l.offer_id = o.offer_id and l.in_stock))
          limit 1) for_sale
      order by m.rank desc, m.product_id desc
      limit ${window.count}`,
  ]);
  return rows;
}

/** What a search found can be narrowed down by, with how many of the products each leaves. */
export type Facets = {
  readonly categories: readonly { readonly category_id: CategoryId; readonly name: string; readonly products: number }[];
  readonly sellers: readonly { readonly seller_id: SellerId; readonly name: string; readonly products: number }[];
  /** For one unit, in minor units, in each currency; what is between is rounded outwards. */
  readonly prices: readonly { readonly currency: Currency; readonly from: string; readonly to: string }[];
  readonly attributes: readonly {
    readonly name: string;
    readonly values: readonly { readonly value: string; readonly products: number }[];
  }[];
};

/** Of how many products facets are made at most: the best of what was found. */
export const facetedProducts = 1_000;

/**
 * The facets of these products: of each kind the twenty with most products, of an attribute ten values. Of each variant the hundred offers of
 * the lowest unit prices count.
 */
export async function readFacets(reader: Reader, productIds: readonly ProductId[]): Promise<Facets> {
  return reader.one(
    sql<Facets>`
      with found as materialized (
        select p.product_id, p.category_id from products p where p.product_id = any (${productIds}::uuid[])
      ), variant as materialized (
        select v.product_id, v.variant_id, v.attributes from found f join variants v on v.product_id = f.product_id
      ), offer as materialized (
        select v.product_id, o.seller_id, o.name, o.currency, o.unit_price, o.price_per
        from variant v
          cross join lateral (
            select o.seller_id, s.name, o.currency, o.unit_price, o.price_per
            from offers o
              join sellers s on s.seller_id = o.seller_id
            where o.variant_id = v.variant_id and o.state = 'active' and s.state = 'active'
            order by o.unit_price
            limit 100) o
      ), valued as (
        select name, value, count(distinct product_id)::integer as products
        from variant v
          cross join lateral (select key as name, value from jsonb_each_text(v.attributes)) pair
        group by name, value
      ), ranked as (
        select name, value, products, sum(products) over (partition by name) as of_name,
          row_number() over (partition by name order by products desc, value) as place
        from valued
      )
      select
        (select coalesce(json_agg(f order by f.products desc, f.name), '[]') from (
          select c.category_id, c.name, count(*)::integer as products
          from found f join categories c on c.category_id = f.category_id
          group by c.category_id, c.name
          order by products desc, c.name
          limit 20) f) as categories,
        (select coalesce(json_agg(f order by f.products desc, f.name), '[]') from (
          select seller_id, name, count(distinct product_id)::integer as products
          from offer
          group by seller_id, name
          order by products desc, name
          limit 20) f) as sellers,
        (select coalesce(json_agg(f order by f.currency), '[]') from (
          select currency, floor(min(unit_price::numeric / price_per))::text as "from", ceil(max(unit_price::numeric / price_per))::text as "to"
          from offer
          group by currency
          order by count(*) desc
          limit 20) f) as prices,
        (select coalesce(json_agg(json_build_object('name', f.name, 'values', f.values) order by f.of_name desc, f.name), '[]') from (
          select name, of_name, json_agg(json_build_object('value', value, 'products', products) order by place) as values
          from ranked
          where place <= 10
          group by name, of_name
          order by of_name desc, name
          limit 20) f) as attributes`,
  );
}
