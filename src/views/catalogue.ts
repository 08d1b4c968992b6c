import type { CategoryId, OfferId, ProductId, SellerId, Uuid, VariantId } from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** Which products are asked for; null asks for any. Prices are for one unit, in minor units of `currency`. */
export type CatalogueFilters = {
  /** This one and all below it. */
  readonly categoryId: CategoryId | null;
  readonly sellerId: SellerId | null;
  readonly currency: Currency | null;
  readonly priceFrom: bigint | null;
  readonly priceTo: bigint | null;
  /** All of them on one variant. */
  readonly attributes: { readonly [name: string]: string } | null;
  readonly inStock: boolean;
};

/** Whether an offer can be had: now, later, or not at all. How much of it there is, is nobody's business. */
export type Availability = "in_stock" | "backorder" | "none";

/** A price of a product in a list: the lowest for one unit in a currency, in minor units per `price_per` units. */
export type CardPrice = { readonly currency: Currency; readonly unit_price: string; readonly price_per: number };

/** A product in a list. */
export type ProductCard = {
  readonly product_id: ProductId;
  readonly title: string;
  readonly brand: string | null;
  readonly category_id: CategoryId | null;
  readonly prices: readonly CardPrice[];
  readonly availability: Availability;
};

/** What everybody may know of an offer. Amounts are minor units of its currency. */
export type OfferView = {
  readonly offer_id: OfferId;
  readonly seller_id: SellerId;
  readonly seller_name: string;
  readonly currency: Currency;
  readonly unit_price: string;
  readonly price_per: number;
  readonly minimum: number;
  readonly step: number;
  readonly tier_quantities: readonly number[];
  readonly tier_prices: readonly string[];
  readonly lead_time_days: number;
  readonly availability: Availability;
};

/** What everybody may know of a variant, with its offers. */
export type VariantView = {
  readonly variant_id: VariantId;
  readonly sku: string;
  readonly title: string;
  readonly unit: string;
  readonly attributes: { readonly [name: string]: string };
  readonly gtin: string | null;
  readonly weight_grams: number | null;
  readonly offers: readonly OfferView[];
};

/** What everybody may know of a product. */
export type ProductView = {
  readonly product_id: ProductId;
  readonly title: string;
  readonly description: string;
  readonly brand: string | null;
  readonly category_id: CategoryId | null;
  readonly version: number;
  readonly variants: readonly VariantView[];
};

/** Offers of a variant that are shown at most: those of the lowest unit prices. */
export const shownOffers = 50;

/**
 * Each filter that is not asked for is gone from a plan that is made for these very values, and so is the table it would look at; a plan for
 * any values would have to look at all of them. And whatever is asked, an index leads to it: that comparing words of a text is dear is not
 * in the planner's prices, so it would rather read a table whole. Sent with the statement that needs it; holds to the transaction's end.
 */
export const plannedForItsValues = () => sql<{ plan_cache_mode: string; enable_seqscan: string }>`
  select set_config('plan_cache_mode', 'force_custom_plan', true) as plan_cache_mode, set_config('enable_seqscan', 'off', true) as enable_seqscan`;

/** The ids of products that can be bought, from new to old, those with an id below `before`. */
export async function listProductsForSale(
  reader: Reader,
  filters: CatalogueFilters,
  { before, count }: { readonly before: Uuid; readonly count: number },
): Promise<readonly ProductId[]> {
  const { categoryId, sellerId, currency, priceFrom, priceTo, inStock } = filters;
  const attributes = filters.attributes === null ? null : JSON.stringify(filters.attributes);
  const [, rows] = await reader.pipeline([
    plannedForItsValues(),
    sql<{ product_id: ProductId }>`
      select p.product_id
      from products p
      where p.product_id < ${before}::uuid and p.withdrawn_at is null
        and (${categoryId}::uuid is null
             or p.category_id = any (array(select category_id from categories where path @> array[${categoryId}::uuid])))
        and exists (
          select
          from variants v
            join offers o on o.variant_id = v.variant_id
            join sellers s on s.seller_id = o.seller_id
          where v.product_id = p.product_id and o.state = 'active' and s.state = 'active'
            and (${attributes}::jsonb is null or v.attributes @> ${attributes}::jsonb)
            and (${sellerId}::uuid is null or o.seller_id = ${sellerId}::uuid)
            and (${currency}::text is null or o.currency = ${currency}::text)
            and (${priceFrom}::bigint is null or o.unit_price >= ${priceFrom}::numeric * o.price_per)
            and (${priceTo}::bigint is null or o.unit_price <= ${priceTo}::numeric * o.price_per)
            and (not ${inStock}::boolean or exists (
              select from stock_levels l where l.seller_id = o.seller_id and l.offer_id = o.offer_id and l.in_stock)))
      order by p.product_id desc
      limit ${count}`,
  ]);
  return rows.map(({ product_id }) => product_id);
}

/** What a list shows of these products, in their order. Of each variant the hundred offers of the lowest unit prices count. */
export async function readProductCards(reader: Reader, productIds: readonly ProductId[]): Promise<readonly ProductCard[]> {
  if (productIds.length === 0) return [];
  return reader.query(
    sql<ProductCard>`
      select p.product_id, p.title, p.brand, p.category_id, c.prices, c.availability
      from unnest(${productIds}::uuid[]) with ordinality as asked (product_id, place)
        join products p on p.product_id = asked.product_id
        cross join lateral (
          with best as (
            select o.currency, o.unit_price, o.price_per, l.in_stock, l.backorder
            from variants v
              cross join lateral (
                select o.seller_id, o.offer_id, o.currency, o.unit_price, o.price_per
                from offers o
                  join sellers s on s.seller_id = o.seller_id
                where o.variant_id = v.variant_id and o.state = 'active' and s.state = 'active'
                order by o.unit_price
                limit 100) o
              cross join lateral (
                select coalesce(bool_or(in_stock), false) as in_stock,
                  coalesce(bool_or(on_backorder), false) as backorder
                from stock_levels
                where seller_id = o.seller_id and offer_id = o.offer_id) l
            where v.product_id = p.product_id
          )
          select
            coalesce((select json_agg(json_build_object('currency', currency, 'unit_price', unit_price::text, 'price_per', price_per)
                                      order by currency)
                      from (select distinct on (currency) currency, unit_price, price_per
                            from best
                            order by currency, unit_price::numeric / price_per, price_per) lowest), '[]') as prices,
            (select case when bool_or(in_stock) then 'in_stock' when bool_or(backorder) then 'backorder' else 'none' end from best) as availability
        ) c
      order by asked.place`,
  );
}

/** A product with its variants and the offers of them that can be bought; undefined for one that nobody can buy. */
export async function findProductForSale(reader: Reader, productId: ProductId): Promise<ProductView | undefined> {
  const product = await reader.find(
    sql<ProductView>`
      select p.product_id, p.title, p.description, p.brand, p.category_id, p.version,
        (select coalesce(json_agg(json_build_object('variant_id', v.variant_id, 'sku', v.sku, 'title', v.title, 'unit', v.unit,
                                           'attributes', v.attributes, 'gtin', v.gtin, 'weight_grams', v.weight_grams,
                                           'offers', o.offers)
                         order by v.variant_id), '[]')
         from variants v
           cross join lateral (
             select coalesce(json_agg(json_build_object('offer_id', f.offer_id, 'seller_id', f.seller_id, 'seller_name', f.name,
                 'currency', f.currency, 'unit_price', f.unit_price::text, 'price_per', f.price_per, 'minimum', f.minimum, 'step', f.step,
                 'tier_quantities', f.tier_quantities, 'tier_prices', to_json(f.tier_prices::text[]), 'lead_time_days', f.lead_time_days,
                 'availability', l.availability) order by f.unit_price, f.offer_id), '[]') as offers
             from (select o.offer_id, o.seller_id, s.name, o.currency, o.unit_price, o.price_per, o.minimum, o.step, o.tier_quantities,
                     o.tier_prices, o.lead_time_days
                   from offers o
                     join sellers s on s.seller_id = o.seller_id
                   where o.variant_id = v.variant_id and o.state = 'active' and s.state = 'active'
                   order by o.unit_price, o.offer_id
                   limit ${shownOffers}) f
               cross join lateral (
                 select case when bool_or(in_stock) then 'in_stock'
                             when bool_or(on_backorder) then 'backorder' else 'none' end as availability
                 from stock_levels
                 where seller_id = f.seller_id and offer_id = f.offer_id) l) o
         where v.product_id = p.product_id) as variants
      from products p
      where p.product_id = ${productId} and p.withdrawn_at is null`,
  );
  return product?.variants.some(({ offers }) => offers.length > 0) === true ? product : undefined;
}

/** An offer that can be bought, with its variant and product. */
export type OfferPage = Omit<OfferView, "unit_price" | "tier_prices"> & {
  readonly unit_price: bigint;
  readonly tier_prices: readonly bigint[];
  readonly version: number;
  readonly product_id: ProductId;
  readonly product_title: string;
  readonly variant_id: VariantId;
  readonly sku: string;
  readonly title: string;
  readonly unit: string;
};

/** An offer that can be bought; undefined for any other. */
export async function findOfferForSale(reader: Reader, offerId: OfferId): Promise<OfferPage | undefined> {
  return reader.find(
    sql<OfferPage>`
      select o.offer_id, o.seller_id, s.name as seller_name, o.currency, o.unit_price, o.price_per, o.minimum, o.step,
        o.tier_quantities, o.tier_prices, o.lead_time_days, l.availability, o.version,
        p.product_id, p.title as product_title, v.variant_id, v.sku, v.title, v.unit
      from offers o
        join sellers s on s.seller_id = o.seller_id
        join variants v on v.variant_id = o.variant_id
        join products p on p.product_id = v.product_id
        cross join lateral (
          select case when bool_or(in_stock) then 'in_stock'
                      when bool_or(on_backorder) then 'backorder' else 'none' end as availability
          from stock_levels
          where seller_id = o.seller_id and offer_id = o.offer_id) l
      where o.offer_id = ${offerId} and o.state = 'active' and s.state = 'active' and p.withdrawn_at is null`,
  );
}

/** An offer of a product, as far as a price that is agreed for it asks. */
export type ProductOffer = {
  readonly product_id: ProductId;
  readonly seller_id: SellerId;
  readonly offer_id: OfferId;
  readonly currency: Currency;
  readonly price_per: number;
};

/** The offers of these products that can be bought: of each variant the `shownOffers` of the lowest unit prices. */
export async function readOffersOfProducts(
  reader: Reader,
  products: readonly { readonly product_id: ProductId }[],
): Promise<readonly ProductOffer[]> {
  return reader.query(
    sql<ProductOffer>`
      select v.product_id, o.seller_id, o.offer_id, o.currency, o.price_per
      from unnest(${products.map(({ product_id }) => product_id)}::uuid[]) as asked (product_id)
        join variants v on v.product_id = asked.product_id
        cross join lateral (
          select o.seller_id, o.offer_id, o.currency, o.price_per
          from offers o
            join sellers s on s.seller_id = o.seller_id
          where o.variant_id = v.variant_id and o.state = 'active' and s.state = 'active'
          order by o.unit_price, o.offer_id
          limit ${shownOffers}) o`,
  );
}
