import type { TestDatabase } from "../support/database.ts";

/** How much a planted catalogue holds; a product has one variant, and an offer by one of the sellers. */
export type CatalogueSize = { readonly sellers: number; readonly products: number };

const guarded = [
  ...["organisations", "persons", "sellers", "companies", "offers", "locations", "stock_levels"],
  ...["price_lists", "price_list_companies", "price_list_prices"],
];

/** The id of the n-th of a kind. */
export const idOfKind = (kind: string, number: number): string => `01900000-${kind}-7000-8000-${number.toString(16).padStart(12, "0")}`;

const id = (kind: string, number: string) => `('01900000-${kind}-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;

/**
 * Writes a catalogue as the owner of the schema, in whole tables: ten categories with ten below each, bolts, nuts, gloves and the like in sizes
 * and materials. Every seventh product is a bolt, every hundredth is withdrawn, every fiftieth offer paused, every tenth out of stock.
 * Each seller has a price list of all its offers for one of a hundred companies.
 */
export async function plantCatalogue(test: Pick<TestDatabase, "owner">, { sellers, products }: CatalogueSize): Promise<void> {
  const { owner } = test;
  await owner(guarded.map((table) => `alter table ${table} no force row level security`).join("; "));
  await owner(
    `with s as (select ${id("0001", "n")} as id, n from generate_series(1, ${sellers}) as n),
       o as (insert into organisations (organisation_id, kind, created_at) select id, 'seller', stoa_now() from s),
       p as (insert into persons (organisation_id, person_id, name, email) select id, id, 'A Person', 'a@example.org' from s),
       l as (insert into locations (seller_id, location_id, name, country, version, created_at) select id, id, 'Main', 'DE', 1, stoa_now() from s)
     insert into sellers (seller_id, state, name, street, city, postal_code, country, tax_number, mandate_at, mandate_by, series_prefix,
       contact_person_id, version, created_at)
     select id, 'applied', 'Seller ' || n, 'Street 1', 'City', '10000', 'DE', 'DE123456789', stoa_now(), id, 'S' || n, id, 1, stoa_now() from s`,
  );
  await owner("update sellers set state = 'under_review', version = version + 1");
  await owner("update sellers set state = 'active', version = version + 1");
  await owner(
    `insert into categories (category_id, parent_id, slug, name, path, version, changed_at)
     select ${id("0002", "n")}, null, 'c-' || n, 'Category ' || n, array[${id("0002", "n")}], 1, stoa_now() from generate_series(1, 10) as n;
     insert into categories (category_id, parent_id, slug, name, path, version, changed_at)
     select ${id("0002", "n * 100 + m")}, ${id("0002", "n")}, 'c-' || n || '-' || m, 'Category ' || n || ' ' || m,
       array[${id("0002", "n")}, ${id("0002", "n * 100 + m")}], 1, stoa_now()
     from generate_series(1, 10) as n, generate_series(1, 10) as m`,
  );
  const noun = "(array['bolt', 'nut', 'washer', 'glove', 'drill', 'bracket', 'hinge'])[n % 7 + 1]";
  const finish = "(array['zinc', 'steel', 'brass', 'copper', 'nylon'])[n % 5 + 1]";
  await owner(
    `insert into products (product_id, title, description, brand, category_id, withdrawn_at, version, created_at, changed_at, search_text)
     select ${id("0003", "n")}, 'Hexagon ' || ${noun} || ' M' || n % 40, '', 'Brand ' || n % 50, ${id("0002", "n % 10 * 100 + 100 + n / 10 % 10 + 1")},
       case when n % 100 = 0 then stoa_now() end, 1, stoa_now(), stoa_now(),
       'hexagon ' || ${noun} || ' m' || n % 40 || ' brand ' || n % 50 || E'\\nsku ' || n || ' sku' || n || E'\\n' || ${finish} || ' ' || n % 200 || E' mm\\ncategory'
     from generate_series(1, ${products}) as n`,
  );
  await owner(
    `insert into variants (variant_id, product_id, sku, title, unit, attributes)
     select ${id("0004", "n")}, ${id("0003", "n")}, 'SKU-' || n, ${finish} || ' ' || n % 200 || ' mm', 'C62',
       jsonb_build_object('material', ${finish}, 'length', n % 200 || ' mm')
     from generate_series(1, ${products}) as n`,
  );
  await owner(
    `insert into offers (seller_id, offer_id, variant_id, reference, currency, unit_price, price_per, minimum, step, tier_quantities, tier_prices,
       tax_category, state, lead_time_days, version, changed_at)
     select ${id("0001", `n % ${sellers} + 1`)}, ${id("0005", "n")}, ${id("0004", "n")}, 'R-' || n, 'EUR', n % 10000 + 1, 1, 1, 1, '{}', '{}',
       'standard', 'active', 2, 1, stoa_now()
     from generate_series(1, ${products}) as n;
     update offers set state = 'paused', version = 2 where substr(reference, 3)::integer % 50 = 0`,
  );
  await owner(
    `insert into stock_levels (seller_id, offer_id, location_id, on_hand, reserved, backorder_limit)
     select o.seller_id, o.offer_id, o.seller_id, case when substr(o.reference, 3)::integer % 10 = 0 then 0 else 10 end, 0, 0 from offers o`,
  );
  await owner(
    `with c as (select ${id("0006", "n")} as id from generate_series(1, 100) as n),
       o as (insert into organisations (organisation_id, kind, created_at) select id, 'company', stoa_now() from c),
       p as (insert into persons (organisation_id, person_id, name, email) select id, id, 'A Person', 'a@example.org' from c)
     insert into companies (company_id, state, name, street, city, postal_code, country, contact_person_id, version, created_at)
     select id, 'pending', 'Company', 'Street 1', 'City', '10000', 'DE', id, 1, stoa_now() from c`,
  );
  await owner(
    `insert into price_lists (seller_id, price_list_id, name, currency, valid_from, version, changed_at)
     select seller_id, seller_id, 'All', 'EUR', '2020-01-01', 1, stoa_now() from sellers;
     insert into price_list_companies (seller_id, price_list_id, company_id)
     select ${id("0001", "n")}, ${id("0001", "n")}, ${id("0006", "n % 100 + 1")} from generate_series(1, ${sellers}) as n;
     insert into price_list_prices (seller_id, price_list_id, offer_id, unit_price, tier_quantities, tier_prices)
     select seller_id, seller_id, offer_id, unit_price, '{}', '{}' from offers`,
  );
  await owner(guarded.map((table) => `alter table ${table} force row level security`).join("; "));
  await owner("vacuum analyze");
}
