import { orderRules } from "../../src/modules/orders/index.ts";
import { createSettings, spineSettings } from "../../src/platform/settings/index.ts";
import type { ApiKeyId, CompanyId, LocationId, OfferId, SellerId } from "../../src/kernel/ids.ts";
import type { TestDatabase } from "../support/database.ts";

/** A uuid that says what it is for: kind and number in its digits, so that a failure can be read. */
export function uuidOf<T>(kind: number, number: number): T {
  const digits = `${kind}`.padStart(4, "0");
  return `01900000-${digits}-7000-8000-${number.toString(16).padStart(12, "0")}` as T;
}

/** The same names in another universe, so that one database holds many markets that know nothing of each other. */
export function inUniverse<T>(universe: number, value: T): T {
  const digits = (0x8000 + universe).toString(16);
  return (typeof value === "string" ? value.replace(/-8000-(?=[0-9a-f]{12}$)/, `-${digits}-`) : value) as T;
}

export const sellerOf = (number: number) => uuidOf<SellerId>(1, number);
export const companyOf = (number: number) => uuidOf<CompanyId>(2, number);
export const keyOf = (number: number) => uuidOf<ApiKeyId>(3, number);
export const offerOf = (number: number) => uuidOf<OfferId>(4, number);
export const locationOf = (number: number) => uuidOf<LocationId>(5, number);

/** Waiting times of orders as the settings have them by default. */
export const plantedOrderRules = orderRules(createSettings(spineSettings));

/** What a planted market holds: offers go round the sellers, each has one location in DE; every company has a key and a credit account. */
export type Planting = {
  readonly sellers: number;
  readonly companies: number;
  /** Units on hand of each offer. */
  readonly stock: readonly number[];
  /** Credit limit of each company in EUR cents; no account where it is null. */
  readonly limits: readonly (number | null)[];
  readonly unitPrice: number;
};

const owned = [
  ...[
    "organisations",
    "persons",
    "sellers",
    "seller_history",
    "companies",
    "company_history",
    "api_keys",
    "credit_accounts",
    "locations",
    "offers",
    "stock_levels",
    "movements",
  ],
  ...["checkouts", "orders", "order_lines", "reservations", "events", "event_audiences", "deadlines", "order_history"],
];

/** Puts row-level security aside for the owner of the schema, who plants and looks; it stands for everybody else. */
export async function openToOwner(test: Pick<TestDatabase, "owner">): Promise<void> {
  await test.owner(owned.map((table) => `alter table ${table} no force row level security`).join("; "));
}

/** Writes a market as the owner of the schema, past all routes. The database has to be open to its owner. */
export async function plantMarket(test: Pick<TestDatabase, "owner">, planting: Planting, universe = 0): Promise<void> {
  const here = (values: readonly unknown[]) =>
    values.map((value) => (Array.isArray(value) ? value.map((each: unknown) => inUniverse(universe, each)) : value));
  await plant({ owner: (text, values = []) => test.owner(text, here(values)) }, planting);
}

async function plant(test: Pick<TestDatabase, "owner">, planting: Planting): Promise<void> {
  const { sellers, companies, stock, limits, unitPrice } = planting;
  const sellerIds = Array.from({ length: sellers }, (_, index) => sellerOf(index));
  const companyIds = Array.from({ length: companies }, (_, index) => companyOf(index));
  const persons = (ids: readonly string[]) => ids.map((id) => id.replace("-7000-", "-7001-"));
  await test.owner(
    `with o as (
       insert into organisations select id, kind, stoa_now() from unnest($1::uuid[], $2::text[]) x (id, kind)
     ), p as (
       insert into persons select id, person, 'A Person', 'a@example.org', null, null from unnest($1::uuid[], $3::uuid[]) x (id, person)
     ), s as (
       insert into sellers (seller_id, state, name, street, city, postal_code, country, tax_number, mandate_at, mandate_by, series_prefix,
         contact_person_id, version, created_at)
       select id, 'applied', 'Seller ' || id, 'Street 1', 'City', '10000', 'DE', 'DE123456789', stoa_now(), person,
         upper(substr(md5(id::text), 1, 8)), person, 1, stoa_now()
       from unnest($4::uuid[], $5::uuid[]) x (id, person)
     ), c as (
       insert into companies (company_id, state, name, street, city, postal_code, country, contact_person_id, version, created_at)
       select id, 'pending', 'Company ' || id, 'Street 2', 'City', '10000', 'DE', person, 1, stoa_now()
       from unnest($6::uuid[], $7::uuid[]) x (id, person)
     )
     insert into api_keys select id, key_id, 'company', 'purchaser', 'key', sha256('x'), stoa_now(), null from unnest($6::uuid[], $8::uuid[]) x (id, key_id)`,
    [
      [...sellerIds, ...companyIds],
      [...sellerIds.map(() => "seller"), ...companyIds.map(() => "company")],
      persons([...sellerIds, ...companyIds]),
      sellerIds,
      persons(sellerIds),
      companyIds,
      persons(companyIds),
      companyIds.map((_, index) => keyOf(index)),
    ],
  );
  await activate(test, { sellerIds, companyIds });
  await test.owner(
    `with accounts as (
       insert into credit_accounts (company_id, currency, credit_limit, version)
       select id, 'EUR', credit_limit, 1 from unnest($1::uuid[], $2::bigint[]) x (id, credit_limit) where credit_limit is not null
     ), product as (insert into products values ('01900000-0009-7000-8000-000000000000', 'Bolt', stoa_now()) on conflict do nothing)
     insert into variants values ('01900000-0009-7001-8000-000000000000', '01900000-0009-7000-8000-000000000000', 'BOLT', 'Bolt', 'C62', '{}') on conflict do nothing`,
    [companyIds, limits],
  );
  await test.owner(
    `insert into tax_rates values ('01900000-0008-7000-8000-000000000000', 'DE', 'standard', 'S', 190000, '2000-01-01', null) on conflict do nothing`,
  );
  const offers = stock.map((_, index) => index);
  await test.owner(
    `with l as (
       insert into locations select seller, location, 'Main', 'DE', 1, stoa_now() from unnest($1::uuid[], $2::uuid[]) x (seller, location)
     ), o as (
       insert into offers (seller_id, offer_id, variant_id, reference, currency, unit_price, price_per, minimum, step, tier_quantities, tier_prices, tax_category, state, version, changed_at)
       select seller, offer, '01900000-0009-7001-8000-000000000000', offer::text, 'EUR', $6, 1, 1, 1, '{}', '{}', 'standard', 'active', 1, stoa_now()
       from unnest($3::uuid[], $4::uuid[]) x (seller, offer)
     ), s as (
       insert into stock_levels select seller, offer, location, units, 0, 0 from unnest($3::uuid[], $4::uuid[], $5::uuid[], $7::integer[]) x (seller, offer, location, units)
     )
     insert into movements
     select seller, offer, offer, location, 'receive', units, 0, 'stock_receipt', offer, null, stoa_now()
     from unnest($3::uuid[], $4::uuid[], $5::uuid[], $7::integer[]) x (seller, offer, location, units) where units > 0`,
    [
      sellerIds,
      sellerIds.map((_, index) => locationOf(index)),
      offers.map((index) => sellerOf(index % sellers)),
      offers.map(offerOf),
      offers.map((index) => locationOf(index % sellers)),
      unitPrice,
      stock,
    ],
  );
}

/** The steps to active are edges, so each is one of the row; the histories tell them. */
async function activate(
  test: Pick<TestDatabase, "owner">,
  { sellerIds, companyIds }: { sellerIds: readonly SellerId[]; companyIds: readonly CompanyId[] },
): Promise<void> {
  await test.owner("update sellers set state = 'under_review', version = 2 where seller_id = any ($1::uuid[])", [sellerIds]);
  await test.owner("update sellers set state = 'active', version = 3 where seller_id = any ($1::uuid[])", [sellerIds]);
  await test.owner("update companies set state = 'active', version = 2 where company_id = any ($1::uuid[])", [companyIds]);
  await test.owner(
    `with s as (
       insert into seller_history select id, version, from_state, event, to_state, 'operator', id, 'planted', stoa_now()
       from unnest($1::uuid[]) x (id), (values (1, '', 'apply', 'applied'), (2, 'applied', 'review', 'under_review'),
         (3, 'under_review', 'activate', 'active')) as e (version, from_state, event, to_state)
     )
     insert into company_history select id, version, from_state, event, to_state, 'operator', id, 'planted', stoa_now()
     from unnest($2::uuid[]) x (id), (values (1, '', 'register', 'pending'), (2, 'pending', 'activate', 'active'))
       as e (version, from_state, event, to_state)`,
    [sellerIds, companyIds],
  );
}
