-- Why: what can be bought: variants that all sellers share, each seller's own offers of them, and the tax of a country's goods.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '60s';

create table products (
  product_id uuid        not null,
  title      text        not null,
  created_at timestamptz not null,
  constraint products_pkey primary key (product_id)
);
grant select on products to stoa_application, stoa_flow, stoa_read;
grant select, insert on products to stoa_operator;

create table variants (
  variant_id uuid not null,
  product_id uuid not null,
  sku        text not null,
  title      text not null,
  unit       text not null,
  attributes jsonb not null,
  constraint variants_pkey primary key (variant_id),
  constraint variants_sku_key unique (sku),
  constraint variants_product_fkey foreign key (product_id) references products
);
create index variants_by_product on variants (product_id);
grant select on variants to stoa_application, stoa_flow, stoa_read;
grant select, insert on variants to stoa_operator;

create function stoa_ascends(quantities integer[]) returns boolean language sql immutable parallel safe as $$
  select coalesce(bool_and(quantity > before), true)
  from (select quantity, lag(quantity, 1, 1) over (order by place) as before
        from unnest(quantities) with ordinality as tier (quantity, place)) as tiers
$$;

create table offers (
  seller_id       uuid        not null,
  offer_id        uuid        not null,
  variant_id      uuid        not null,
  reference       text        not null,
  currency        text        not null,
  unit_price      bigint      not null,
  price_per       integer     not null,
  minimum         integer     not null,
  step            integer     not null,
  tier_quantities integer[]   not null,
  tier_prices     bigint[]    not null,
  tax_category    text        not null,
  version         integer     not null,
  changed_at      timestamptz not null,
  constraint offers_pkey primary key (seller_id, offer_id),
  constraint offers_offer_id_key unique (offer_id),
  constraint offers_reference_key unique (seller_id, reference),
  constraint offers_seller_fkey foreign key (seller_id) references sellers,
  constraint offers_variant_fkey foreign key (variant_id) references variants, -- crossing
  constraint offers_currency_is_iso check (currency ~ '^[A-Z]{3}$'),
  constraint offers_price_is_on_the_wire check (unit_price between 0 and 9007199254740991),
  constraint offers_quantities_are_positive check (price_per > 0 and minimum > 0 and step > 0),
  constraint offers_tiers_ascend check (cardinality(tier_quantities) = cardinality(tier_prices) and stoa_ascends(tier_quantities))
);
alter table offers enable row level security;
alter table offers force row level security;
create policy offers_own on offers to stoa_application using (seller_id = (select current_setting('app.organisation')::uuid));
create policy offers_flow on offers for select to stoa_flow using (true);
create policy offers_operator on offers for select to stoa_operator using (true);
create policy offers_read on offers for select to stoa_read using (true);
grant select, insert,
  update (variant_id, currency, unit_price, price_per, minimum, step, tier_quantities, tier_prices, tax_category, version, changed_at)
  on offers to stoa_application;
grant select on offers to stoa_flow, stoa_operator, stoa_read;

create table tax_rates (
  tax_rate_id uuid    not null,
  country     text    not null,
  category    text    not null,
  code        text    not null,
  rate_ppm    integer not null,
  valid_from  date    not null,
  valid_until date,
  constraint tax_rates_pkey primary key (tax_rate_id),
  constraint tax_rates_from_key unique (country, category, valid_from),
  constraint tax_rates_country_is_alpha2 check (country ~ '^[A-Z]{2}$'),
  constraint tax_rates_code_fits_rate check (code = 'S' and rate_ppm between 1 and 1000000 or code = 'Z' and rate_ppm = 0),
  constraint tax_rates_end_after_start check (valid_until > valid_from)
);
grant select on tax_rates to stoa_flow, stoa_read;
grant select, insert on tax_rates to stoa_operator;
