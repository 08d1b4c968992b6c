-- Why: a catalogue that is browsed and searched, offers with lives of their own, prices agreed with companies, every kind of tax, and freight.
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion
-- Indexes are made inside the transaction, so that a migration is whole or not there; the time-outs below bound how long writers wait.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '60s';

create extension if not exists pg_trgm;

-- Categories and products are public: no policy, so that an index on their words is used. ---------------------------------------------

create table categories (
  category_id uuid        not null,
  parent_id   uuid,
  slug        text        not null,
  name        text        not null,
  -- From the root down to the category itself, so that all below one are found by one comparison.
  path        uuid[]      not null,
  version     integer     not null,
  changed_at  timestamptz not null,
  constraint categories_pkey primary key (category_id),
  constraint categories_slug_key unique (slug),
  constraint categories_parent_fkey foreign key (parent_id) references categories,
  constraint categories_slug_is_plain check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 100),
  constraint categories_path_ends_here check (path[cardinality(path)] = category_id and cardinality(path) <= 8)
);
create index categories_by_parent on categories (parent_id);
grant select on categories to stoa_application, stoa_flow, stoa_operator, stoa_public, stoa_read;
grant insert, update (parent_id, slug, name, path, version, changed_at) on categories to stoa_operator;

alter table products
  add column category_id  uuid,
  add column description  text        not null default '',
  add column brand        text,
  add column withdrawn_at timestamptz,
  add column version      integer     not null default 1,
  add column changed_at   timestamptz,
  -- Title, brand, SKUs, GTINs and attributes in lower case: what a search looks at.
  add column search_text  text        not null default '';
alter table products add constraint products_category_fkey foreign key (category_id) references categories not valid;
create trigger products_only_rise before update on products
  for each row when (new.version < old.version) execute function refuse_going_back();
grant update (title, category_id, description, brand, withdrawn_at, version, changed_at, search_text) on products to stoa_operator;
grant select on products to stoa_operator, stoa_public;

-- The check digit by the GS1 General Specifications, section 7.9.1: weights 3 and 1 from the right, for GTIN-8, -12, -13 and -14.
create function stoa_gtin_is_valid(gtin text) returns boolean language sql immutable parallel safe as $$
  select gtin ~ '^(\d{8}|\d{12,14})$' and (
    select sum(substr(gtin, length(gtin) - place, 1)::integer * case when place % 2 = 1 then 3 else 1 end) % 10 = 0
    from generate_series(0, length(gtin) - 1) as place)
$$;

alter table variants
  add column gtin         text,
  add column weight_grams integer,
  add column version      integer not null default 1;
create unique index variants_gtin_key on variants (gtin);
alter table variants
  add constraint variants_gtin_key unique using index variants_gtin_key,
  add constraint variants_gtin_is_valid check (stoa_gtin_is_valid(gtin)) not valid,
  add constraint variants_weight_is_bounded check (weight_grams between 0 and 1000000000) not valid;
create index variants_by_attribute on variants using gin (attributes jsonb_path_ops);
grant update (sku, title, unit, attributes, gtin, weight_grams, version) on variants to stoa_operator;
grant select on variants to stoa_operator, stoa_public;

update products p
set search_text = lower(concat_ws(' ', p.title, (select string_agg(concat_ws(' ', v.sku, v.title), ' ') from variants v where v.product_id = p.product_id)));
-- Words count as they are: a catalogue of parts is searched by numbers and names more than by sentences of one language.
create index products_by_words on products using gin (to_tsvector('simple', search_text));
create index products_by_likeness on products using gin (search_text gin_trgm_ops);
create index products_by_category on products (category_id, product_id);
create index products_withdrawn on products (product_id) where withdrawn_at is not null;

-- Offers ------------------------------------------------------------------------------------------------------------------------------

alter table offers
  add column state          text    not null default 'active',
  add column lead_time_days integer not null default 0;
alter table offers alter column state drop default;
alter table offers add constraint offers_lead_time_is_bounded check (lead_time_days between 0 and 365) not valid;
create trigger offers_follow_their_lifecycle_on_insert after insert on offers
  referencing new table as new_rows for each statement execute function follow_lifecycle('offer', 'offer_id', 'seller_id, offer_id');
create trigger offers_follow_their_lifecycle_on_update after update on offers
  referencing old table as old_rows new table as new_rows for each statement execute function follow_lifecycle('offer', 'offer_id', 'seller_id, offer_id');
create trigger offers_only_rise before update on offers
  for each row when (new.version <= old.version) execute function refuse_going_back();
create index offers_of_variant on offers (variant_id, unit_price) where state = 'active';
create index offers_of_seller on offers (seller_id, variant_id);
create policy offers_public on offers for select to stoa_public using (state = 'active');
grant update (state, lead_time_days) on offers to stoa_application;
grant select on offers to stoa_public;
-- Whether something can be had, and not how much of it, is what strangers are told: by the view over it.
create policy stock_levels_public on stock_levels for select to stoa_public using (true);
grant select on stock_levels to stoa_public;

create table price_lists (
  seller_id     uuid        not null,
  price_list_id uuid        not null,
  name          text        not null,
  currency      text        not null,
  valid_from    date        not null,
  valid_until   date,
  version       integer     not null,
  changed_at    timestamptz not null,
  constraint price_lists_pkey primary key (seller_id, price_list_id),
  constraint price_lists_name_key unique (seller_id, name),
  constraint price_lists_seller_fkey foreign key (seller_id) references sellers,
  constraint price_lists_currency_is_iso check (currency ~ '^[A-Z]{3}$'),
  constraint price_lists_end_after_start check (valid_until > valid_from)
);
create trigger price_lists_only_rise before update on price_lists
  for each row when (new.version <= old.version) execute function refuse_going_back();
create table price_list_companies (
  seller_id     uuid not null,
  price_list_id uuid not null,
  company_id    uuid not null,
  constraint price_list_companies_pkey primary key (seller_id, price_list_id, company_id),
  constraint price_list_companies_list_fkey foreign key (seller_id, price_list_id) references price_lists,
  constraint price_list_companies_company_fkey foreign key (company_id) references companies -- crossing
);
create index price_list_companies_by_company on price_list_companies (company_id, seller_id, price_list_id);
create table price_list_prices (
  seller_id       uuid      not null,
  price_list_id   uuid      not null,
  offer_id        uuid      not null,
  unit_price      bigint    not null,
  tier_quantities integer[] not null,
  tier_prices     bigint[]  not null,
  constraint price_list_prices_pkey primary key (seller_id, price_list_id, offer_id),
  constraint price_list_prices_list_fkey foreign key (seller_id, price_list_id) references price_lists,
  constraint price_list_prices_offer_fkey foreign key (seller_id, offer_id) references offers,
  constraint price_list_prices_price_is_on_the_wire check (
    0 <= all (tier_prices) and 9007199254740991 >= all (tier_prices) and unit_price between 0 and 9007199254740991),
  constraint price_list_prices_tiers_ascend check (cardinality(tier_quantities) = cardinality(tier_prices) and stoa_ascends(tier_quantities))
);
alter table price_lists enable row level security;
alter table price_lists force row level security;
alter table price_list_companies enable row level security;
alter table price_list_companies force row level security;
alter table price_list_prices enable row level security;
alter table price_list_prices force row level security;
create policy price_lists_own on price_lists to stoa_application using (seller_id = (select current_setting('app.organisation')::uuid));
-- A company reads what was agreed with it, and nothing of what was agreed with others.
create policy price_lists_company on price_lists for select to stoa_application using (exists (
  select from price_list_companies c
  where c.seller_id = price_lists.seller_id and c.price_list_id = price_lists.price_list_id
    and c.company_id = (select current_setting('app.organisation')::uuid)));
create policy price_list_companies_company on price_list_companies for select to stoa_application
  using (company_id = (select current_setting('app.organisation')::uuid));
create policy price_list_prices_company on price_list_prices for select to stoa_application using (exists (
  select from price_list_companies c
  where c.seller_id = price_list_prices.seller_id and c.price_list_id = price_list_prices.price_list_id
    and c.company_id = (select current_setting('app.organisation')::uuid)));
create policy price_lists_flow on price_lists for select to stoa_flow using (true);
create policy price_lists_operator on price_lists for select to stoa_operator using (true);
create policy price_lists_read on price_lists for select to stoa_read using (true);
create policy price_list_companies_own on price_list_companies to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid));
create policy price_list_companies_flow on price_list_companies for select to stoa_flow using (true);
create policy price_list_companies_operator on price_list_companies for select to stoa_operator using (true);
create policy price_list_companies_read on price_list_companies for select to stoa_read using (true);
create policy price_list_prices_own on price_list_prices to stoa_application using (seller_id = (select current_setting('app.organisation')::uuid));
create policy price_list_prices_flow on price_list_prices for select to stoa_flow using (true);
create policy price_list_prices_operator on price_list_prices for select to stoa_operator using (true);
create policy price_list_prices_read on price_list_prices for select to stoa_read using (true);
grant select, insert, update (name, valid_from, valid_until, version, changed_at) on price_lists to stoa_application;
grant select, delete on price_list_companies to stoa_application;
grant select, insert, update (unit_price, tier_quantities, tier_prices), delete on price_list_prices to stoa_application;
grant select on price_lists, price_list_companies, price_list_prices to stoa_flow, stoa_operator, stoa_read;
-- Which companies there are is no seller's to see, so who gives a list to one does it in a transaction that spans organisations.
create policy price_lists_flow_update on price_lists for update to stoa_flow using (true);
create policy price_list_companies_flow_insert on price_list_companies for insert to stoa_flow with check (true);
grant update (version, changed_at) on price_lists to stoa_flow;
grant insert on price_list_companies to stoa_flow;

-- Tax: every category of EN 16931 that a rate of a country can carry. K and G follow from where goods go, not from a rate. -------------

alter table tax_rates
  add column exemption_code text,
  add column exemption_text text;
alter table tax_rates drop constraint tax_rates_code_fits_rate;
alter table tax_rates add constraint tax_rates_code_fits_rate check (
     code = 'S' and rate_ppm between 1 and 1000000 and exemption_text is null and exemption_code is null
  or code = 'Z' and rate_ppm = 0 and exemption_text is null and exemption_code is null
  or code in ('E', 'AE', 'O') and rate_ppm = 0 and exemption_text is not null) not valid;
alter table tax_rates add constraint tax_rates_exemption_code_is_vatex check (exemption_code ~ '^VATEX-[A-Z]{2}(-[A-Z0-9]+)+$') not valid;
create trigger tax_rates_keep_their_end before update on tax_rates
  for each row when (old.valid_until is not null) execute function refuse_going_back();
grant update (valid_until) on tax_rates to stoa_operator;

create table freight_plans (
  seller_id       uuid        not null,
  freight_plan_id uuid        not null,
  name            text        not null,
  kind            text        not null,
  currency        text        not null,
  amount          bigint      not null,
  step_grams      integer[]   not null,
  step_amounts    bigint[]    not null,
  free_from       bigint,
  -- Null: the tax of the goods.
  tax_category    text,
  countries       text[]      not null,
  retired_at      timestamptz,
  version         integer     not null,
  changed_at      timestamptz not null,
  constraint freight_plans_pkey primary key (seller_id, freight_plan_id),
  constraint freight_plans_seller_fkey foreign key (seller_id) references sellers,
  constraint freight_plans_currency_is_iso check (currency ~ '^[A-Z]{3}$'),
  constraint freight_plans_amount_fits_kind check (
       kind in ('flat', 'per_unit') and cardinality(step_grams) = 0 and cardinality(step_amounts) = 0
    or kind = 'by_weight' and amount = 0 and cardinality(step_grams) between 1 and 200 and cardinality(step_grams) = cardinality(step_amounts)
      and stoa_ascends(step_grams)),
  constraint freight_plans_amounts_are_on_the_wire check (
    0 <= all (step_amounts) and 9007199254740991 >= all (step_amounts)
    and amount between 0 and 9007199254740991 and free_from between 0 and 9007199254740991)
);
-- The plan that takes the place of a retired one may have its name.
create unique index freight_plans_name_key on freight_plans (seller_id, name) where retired_at is null;
create trigger freight_plans_only_rise before update on freight_plans
  for each row when (new.version <= old.version) execute function refuse_going_back();
create trigger freight_plans_stay_retired before update on freight_plans
  for each row when (old.retired_at is not null) execute function refuse_going_back();
alter table freight_plans enable row level security;
alter table freight_plans force row level security;
create policy freight_plans_own on freight_plans to stoa_application using (seller_id = (select current_setting('app.organisation')::uuid));
create policy freight_plans_flow on freight_plans for select to stoa_flow using (true);
create policy freight_plans_operator on freight_plans for select to stoa_operator using (true);
create policy freight_plans_read on freight_plans for select to stoa_read using (true);
grant select, insert, update (name, amount, step_grams, step_amounts, free_from, tax_category, countries, retired_at, version, changed_at)
  on freight_plans to stoa_application;
grant select on freight_plans to stoa_flow, stoa_operator, stoa_read;
