-- The whole schema as the migrations leave it, read from the catalogue of PostgreSQL 18 by `npm run generate`. To be read, not edited.
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.checkouts_follow_their_lifecycle()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare broken text;
begin
  if tg_op = 'INSERT' then
    select format('%s is born %s', n.checkout_id, n.state) into broken
    from new_rows n
    where not exists (select from public.lifecycle_edges e where e.machine = 'checkout' and e.from_state = '' and e.to_state = n.state and not e.retired)
    limit 1;
  else
    select format('%s goes from %s to %s', n.checkout_id, coalesce(o.state, '?'), n.state) into broken
    from new_rows n left join old_rows o using (company_id, checkout_id)
    where o.state is distinct from n.state
      and not exists (select from public.lifecycle_edges e where e.machine = 'checkout' and e.from_state = o.state and e.to_state = n.state and not e.retired)
    limit 1;
  end if;
  if broken is not null then perform public.refuse_lifecycle('checkouts', broken); end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.orders_follow_their_lifecycle()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare broken text;
begin
  if tg_op = 'INSERT' then
    select format('%s is born %s', n.order_id, n.state) into broken
    from new_rows n
    where not exists (select from public.lifecycle_edges e where e.machine = 'order' and e.from_state = '' and e.to_state = n.state and not e.retired)
    limit 1;
  else
    select format('%s goes from %s to %s', n.order_id, coalesce(o.state, '?'), n.state) into broken
    from new_rows n left join old_rows o using (seller_id, order_id)
    where o.state is distinct from n.state
      and not exists (select from public.lifecycle_edges e where e.machine = 'order' and e.from_state = o.state and e.to_state = n.state and not e.retired)
    limit 1;
  end if;
  if broken is not null then perform public.refuse_lifecycle('orders', broken); end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_credit_above_limit()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'credit used would rise above its limit' using errcode = '23514', constraint = 'credit_within_limit', table = 'credit_accounts';
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_going_back()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% may not go back', TG_TABLE_NAME using errcode = '23514', constraint = TG_NAME, table = TG_TABLE_NAME;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_lifecycle(table_name text, broken text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% does not follow its lifecycle: %', table_name, broken
    using errcode = '23514', constraint = table_name || '_follow_their_lifecycle', table = table_name;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_second_position()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'a position is given once' using errcode = '23514', constraint = TG_TABLE_NAME || '_position_is_given_once', table = TG_TABLE_NAME;
end $function$;

CREATE OR REPLACE FUNCTION public.stoa_ascends(quantities integer[])
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select coalesce(bool_and(quantity > before), true)
  from (select quantity, lag(quantity, 1, 1) over (order by place) as before
        from unnest(quantities) with ordinality as tier (quantity, place)) as tiers
$function$;

CREATE OR REPLACE FUNCTION public.stoa_now()
 RETURNS timestamp with time zone
 LANGUAGE sql
 PARALLEL SAFE
AS $function$
  select date_trunc('milliseconds', clock_timestamp() + coalesce((select offset_by from public.clock_offset), interval '0'))
$function$;

CREATE OR REPLACE FUNCTION public.stoa_organisation()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select current_setting('app.organisation')::uuid
$function$;

create table api_keys (
  organisation_id uuid not null,
  key_id uuid not null,
  kind text not null,
  role text not null,
  name text not null,
  secret_hash bytea not null,
  created_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  constraint api_keys_pkey PRIMARY KEY (organisation_id, key_id),
  constraint api_keys_key_id_key UNIQUE (key_id),
  constraint api_keys_role_fits_kind CHECK ((((kind = 'operator'::text) AND (role = ANY (ARRAY['admin'::text, 'finance'::text, 'support'::text, 'viewer'::text]))) OR ((kind = 'seller'::text) AND (role = ANY (ARRAY['owner'::text, 'manager'::text, 'fulfilment'::text, 'viewer'::text]))) OR ((kind = 'company'::text) AND (role = ANY (ARRAY['owner'::text, 'approver'::text, 'purchaser'::text, 'viewer'::text]))))),
  constraint api_keys_secret_is_sha256 CHECK ((octet_length(secret_hash) = 32))
);
alter table api_keys enable row level security;
alter table api_keys force row level security;
grant select (organisation_id, key_id, kind, role, name, created_at, revoked_at) on api_keys to stoa_application;
grant select on api_keys to stoa_auth;
grant select on api_keys to stoa_flow;
grant insert, select, update (revoked_at) on api_keys to stoa_operator;
grant select (organisation_id, key_id, kind, role, name, created_at, revoked_at) on api_keys to stoa_read;

create table audit_entries (
  audit_id uuid not null,
  at timestamp with time zone not null,
  organisation_id uuid not null,
  principal_id uuid not null,
  action text not null,
  subject_type text not null,
  subject_id uuid not null,
  before text,
  after text,
  reason text,
  request_id text not null,
  idempotency_id uuid,
  constraint audit_entries_pkey PRIMARY KEY (audit_id)
);
alter table audit_entries enable row level security;
alter table audit_entries force row level security;
grant insert on audit_entries to stoa_flow;
grant insert, select on audit_entries to stoa_operator;
grant select on audit_entries to stoa_read;

create table checkout_history (
  company_id uuid not null,
  checkout_id uuid not null,
  version integer not null,
  from_state text not null,
  event text not null,
  to_state text not null,
  actor_kind text not null,
  actor_id uuid,
  cause text not null,
  at timestamp with time zone not null,
  idempotency_id uuid,
  constraint checkout_history_pkey PRIMARY KEY (company_id, checkout_id, version),
  constraint checkout_history_actor_is_known CHECK ((((actor_kind = ANY (ARRAY['company'::text, 'seller'::text, 'operator'::text])) AND (actor_id IS NOT NULL)) OR ((actor_kind = 'deadline'::text) AND (actor_id IS NULL))))
);
alter table checkout_history enable row level security;
alter table checkout_history force row level security;
grant select on checkout_history to stoa_application;
grant insert, select on checkout_history to stoa_flow;
grant select on checkout_history to stoa_operator;
grant select on checkout_history to stoa_read;

create table checkouts (
  company_id uuid not null,
  checkout_id uuid not null,
  client_reference text not null,
  state text not null,
  version integer not null,
  payment_method text not null,
  currency text not null,
  net bigint not null,
  tax bigint not null,
  total bigint not null,
  cancelled bigint default 0 not null,
  placed_at timestamp with time zone not null,
  placed_by uuid not null,
  idempotency_id uuid not null,
  replaces uuid,
  pay_before timestamp with time zone,
  snapshot text not null,
  snapshot_hash bytea not null,
  constraint checkouts_pkey PRIMARY KEY (company_id, checkout_id),
  constraint checkouts_checkout_id_key UNIQUE (checkout_id),
  constraint checkouts_once_per_key UNIQUE (company_id, idempotency_id),
  constraint checkouts_cancelled_within_total CHECK (((cancelled >= 0) AND (cancelled <= total))),
  constraint checkouts_payment_method_is_known CHECK ((payment_method = ANY (ARRAY['on_account'::text, 'bank_transfer'::text]))),
  constraint checkouts_reference_is_bounded CHECK (((length(client_reference) >= 1) AND (length(client_reference) <= 64))),
  constraint checkouts_total_is_net_and_tax CHECK (((total = (net + tax)) AND (net >= 0) AND (tax >= 0))),
  constraint checkouts_total_is_on_the_wire CHECK ((total <= '9007199254740991'::bigint))
);
CREATE INDEX checkouts_ended_reference ON public.checkouts USING btree (company_id, client_reference, checkout_id) WHERE (state = ANY (ARRAY['expired'::text, 'rejected'::text, 'cancelled'::text]));
CREATE UNIQUE INDEX checkouts_live_reference ON public.checkouts USING btree (company_id, client_reference) WHERE (state <> ALL (ARRAY['expired'::text, 'rejected'::text, 'cancelled'::text]));
alter table checkouts enable row level security;
alter table checkouts force row level security;
grant select on checkouts to stoa_application;
grant insert (company_id, checkout_id, client_reference, state, version, payment_method, currency, net, tax, total, placed_at, placed_by, idempotency_id, replaces, pay_before, snapshot, snapshot_hash), select, update (state, version, cancelled) on checkouts to stoa_flow;
grant select on checkouts to stoa_operator;
grant select on checkouts to stoa_read;

create table clock_offset (
  only_row boolean default true not null,
  offset_by interval not null,
  constraint clock_offset_pkey PRIMARY KEY (only_row),
  constraint clock_offset_is_one_row CHECK (only_row)
);
grant select on clock_offset to stoa_application;
grant select on clock_offset to stoa_auth;
grant select on clock_offset to stoa_flow;
grant select on clock_offset to stoa_operator;
grant select on clock_offset to stoa_read;
grant select on clock_offset to stoa_sequencer;

create table companies (
  company_id uuid not null,
  name text not null,
  street text not null,
  city text not null,
  postal_code text not null,
  country text not null,
  tax_number text,
  contact_person_id uuid not null,
  version integer not null,
  created_at timestamp with time zone not null,
  constraint companies_pkey PRIMARY KEY (company_id),
  constraint companies_country_is_alpha2 CHECK ((country ~ '^[A-Z]{2}$'::text))
);
alter table companies enable row level security;
alter table companies force row level security;
grant select on companies to stoa_application;
grant select on companies to stoa_flow;
grant insert, select on companies to stoa_operator;
grant select on companies to stoa_read;

create table credit_accounts (
  company_id uuid not null,
  currency text not null,
  credit_limit bigint not null,
  used bigint default 0 not null,
  version integer not null,
  constraint credit_accounts_pkey PRIMARY KEY (company_id, currency),
  constraint credit_accounts_currency_is_iso CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint credit_accounts_limit_is_on_the_wire CHECK (((credit_limit >= 0) AND (credit_limit <= '9007199254740991'::bigint))),
  constraint credit_accounts_used_is_not_negative CHECK ((used >= 0))
);
alter table credit_accounts enable row level security;
alter table credit_accounts force row level security;
grant select on credit_accounts to stoa_application;
grant select, update (used) on credit_accounts to stoa_flow;
grant insert (company_id, currency, credit_limit, version), select, update (credit_limit, version) on credit_accounts to stoa_operator;
grant select on credit_accounts to stoa_read;

create table deadlines (
  organisation_id uuid not null,
  kind text not null,
  subject_id uuid not null,
  due_at timestamp with time zone not null,
  constraint deadlines_pkey PRIMARY KEY (organisation_id, kind, subject_id)
);
CREATE INDEX deadlines_by_due ON public.deadlines USING btree (due_at);
alter table deadlines enable row level security;
alter table deadlines force row level security;
grant delete, insert, select, update (due_at) on deadlines to stoa_flow;
grant select on deadlines to stoa_read;

create table event_audiences (
  organisation_id uuid not null,
  event_id uuid not null,
  envelope text not null,
  "position" bigint,
  constraint event_audiences_position_key UNIQUE (organisation_id, "position")
);
CREATE UNIQUE INDEX event_audiences_unnumbered ON public.event_audiences USING btree (event_id, organisation_id) WHERE ("position" IS NULL);
alter table event_audiences enable row level security;
alter table event_audiences force row level security;
grant insert, select on event_audiences to stoa_application;
grant insert on event_audiences to stoa_flow;
grant insert on event_audiences to stoa_operator;
grant select on event_audiences to stoa_read;
grant select, update ("position") on event_audiences to stoa_sequencer;

create table event_sequencer (
  only_row boolean default true not null,
  last_position bigint default 0 not null,
  constraint event_sequencer_pkey PRIMARY KEY (only_row),
  constraint event_sequencer_is_one_row CHECK (only_row)
);
grant select on event_sequencer to stoa_read;
grant select, update (last_position) on event_sequencer to stoa_sequencer;

create table events (
  organisation_id uuid not null,
  subject_id uuid not null,
  subject_version integer not null,
  event_id uuid not null,
  type text not null,
  subject_type text not null,
  occurred_at timestamp with time zone not null,
  request_id text not null,
  traceparent text,
  data text not null,
  "position" bigint,
  constraint events_pkey PRIMARY KEY (organisation_id, subject_id, subject_version),
  constraint events_position_key UNIQUE ("position"),
  constraint events_version_counts_from_one CHECK ((subject_version > 0))
);
CREATE INDEX events_unnumbered ON public.events USING btree (subject_id, subject_version) WHERE ("position" IS NULL);
alter table events enable row level security;
alter table events force row level security;
grant insert on events to stoa_application;
grant insert on events to stoa_flow;
grant insert, select on events to stoa_operator;
grant select on events to stoa_read;
grant select, update ("position") on events to stoa_sequencer;

create table idempotency (
  organisation_id uuid not null,
  operation text not null,
  key_hash bytea not null,
  idempotency_id uuid not null,
  fingerprint bytea not null,
  principal_id uuid not null,
  status smallint not null,
  answered_at timestamp with time zone not null,
  content_type text not null,
  location text,
  etag text,
  sealed boolean default false not null,
  body bytea not null,
  constraint idempotency_pkey PRIMARY KEY (organisation_id, operation, key_hash),
  constraint idempotency_fingerprint_is_sha256 CHECK ((octet_length(fingerprint) = 32)),
  constraint idempotency_key_hash_is_sha256 CHECK ((octet_length(key_hash) = 32)),
  constraint idempotency_status_is_final CHECK ((((status >= 200) AND (status <= 299)) OR (status = ANY (ARRAY[402, 409, 422]))))
);
CREATE INDEX idempotency_by_age ON public.idempotency USING brin (answered_at);
alter table idempotency enable row level security;
alter table idempotency force row level security;
grant insert, select on idempotency to stoa_application;
grant delete, insert, select on idempotency to stoa_flow;
grant insert, select on idempotency to stoa_operator;
grant select on idempotency to stoa_read;

create table lifecycle_edges (
  machine text not null,
  from_state text not null,
  event text not null,
  to_state text not null,
  since text not null,
  retired boolean default false not null,
  constraint lifecycle_edges_pkey PRIMARY KEY (machine, from_state, event, to_state)
);
grant select on lifecycle_edges to stoa_application;
grant select on lifecycle_edges to stoa_flow;
grant select on lifecycle_edges to stoa_operator;
grant select on lifecycle_edges to stoa_read;

create table locations (
  seller_id uuid not null,
  location_id uuid not null,
  name text not null,
  country text not null,
  version integer not null,
  created_at timestamp with time zone not null,
  constraint locations_pkey PRIMARY KEY (seller_id, location_id),
  constraint locations_name_key UNIQUE (seller_id, name),
  constraint locations_country_is_alpha2 CHECK ((country ~ '^[A-Z]{2}$'::text))
);
alter table locations enable row level security;
alter table locations force row level security;
grant insert, select on locations to stoa_application;
grant select on locations to stoa_flow;
grant select on locations to stoa_read;

create table movements (
  seller_id uuid not null,
  movement_id uuid not null,
  offer_id uuid not null,
  location_id uuid not null,
  kind text not null,
  on_hand_delta integer not null,
  reserved_delta integer not null,
  cause_type text not null,
  cause_id uuid not null,
  reservation_id uuid,
  at timestamp with time zone not null,
  constraint movements_pkey PRIMARY KEY (seller_id, movement_id),
  constraint movements_kind_fits_deltas CHECK ((((kind = 'reserve'::text) AND (on_hand_delta = 0) AND (reserved_delta > 0) AND (reservation_id IS NOT NULL)) OR ((kind = 'release'::text) AND (on_hand_delta = 0) AND (reserved_delta < 0) AND (reservation_id IS NOT NULL)) OR ((kind = 'receive'::text) AND (on_hand_delta > 0) AND (reserved_delta = 0) AND (reservation_id IS NULL)) OR ((kind = 'adjust'::text) AND (on_hand_delta <> 0) AND (reserved_delta = 0) AND (reservation_id IS NULL))))
);
CREATE UNIQUE INDEX movements_once_per_cause ON public.movements USING btree (seller_id, cause_type, cause_id, reservation_id) WHERE (reservation_id IS NOT NULL);
CREATE UNIQUE INDEX movements_once_per_operation ON public.movements USING btree (seller_id, cause_id, offer_id, location_id) WHERE (reservation_id IS NULL);
alter table movements enable row level security;
alter table movements force row level security;
grant insert, select on movements to stoa_application;
grant insert on movements to stoa_flow;
grant select on movements to stoa_read;

create table offers (
  seller_id uuid not null,
  offer_id uuid not null,
  variant_id uuid not null,
  reference text not null,
  currency text not null,
  unit_price bigint not null,
  price_per integer not null,
  minimum integer not null,
  step integer not null,
  tier_quantities integer[] not null,
  tier_prices bigint[] not null,
  tax_category text not null,
  version integer not null,
  changed_at timestamp with time zone not null,
  constraint offers_pkey PRIMARY KEY (seller_id, offer_id),
  constraint offers_offer_id_key UNIQUE (offer_id),
  constraint offers_reference_key UNIQUE (seller_id, reference),
  constraint offers_currency_is_iso CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint offers_price_is_on_the_wire CHECK (((unit_price >= 0) AND (unit_price <= '9007199254740991'::bigint))),
  constraint offers_quantities_are_positive CHECK (((price_per > 0) AND (minimum > 0) AND (step > 0))),
  constraint offers_tiers_ascend CHECK (((cardinality(tier_quantities) = cardinality(tier_prices)) AND stoa_ascends(tier_quantities)))
);
alter table offers enable row level security;
alter table offers force row level security;
grant insert, select, update (variant_id, currency, unit_price, price_per, minimum, step, tier_quantities, tier_prices, tax_category, version, changed_at) on offers to stoa_application;
grant select on offers to stoa_flow;
grant select on offers to stoa_operator;
grant select on offers to stoa_read;

create table order_history (
  seller_id uuid not null,
  order_id uuid not null,
  company_id uuid not null,
  version integer not null,
  from_state text not null,
  event text not null,
  to_state text not null,
  actor_kind text not null,
  actor_id uuid,
  cause text not null,
  at timestamp with time zone not null,
  idempotency_id uuid,
  constraint order_history_pkey PRIMARY KEY (seller_id, order_id, version),
  constraint order_history_actor_is_known CHECK ((((actor_kind = ANY (ARRAY['company'::text, 'seller'::text, 'operator'::text])) AND (actor_id IS NOT NULL)) OR ((actor_kind = 'deadline'::text) AND (actor_id IS NULL))))
);
alter table order_history enable row level security;
alter table order_history force row level security;
grant select on order_history to stoa_application;
grant insert, select on order_history to stoa_flow;
grant select on order_history to stoa_operator;
grant select on order_history to stoa_read;

create table order_lines (
  seller_id uuid not null,
  order_id uuid not null,
  line_number integer not null,
  offer_id uuid not null,
  quantity integer not null,
  cancelled integer default 0 not null,
  unit_price bigint not null,
  price_per integer not null,
  gross bigint not null,
  discount bigint not null,
  net bigint not null,
  tax_category text not null,
  tax_code text not null,
  tax_rate_ppm integer not null,
  constraint order_lines_pkey PRIMARY KEY (seller_id, order_id, line_number),
  constraint order_lines_cancelled_within_quantity CHECK (((cancelled >= 0) AND (cancelled <= quantity))),
  constraint order_lines_net_is_gross_less_discount CHECK (((net = (gross - discount)) AND (discount >= 0) AND (net >= 0))),
  constraint order_lines_quantity_is_positive CHECK ((quantity > 0))
);
alter table order_lines enable row level security;
alter table order_lines force row level security;
grant select on order_lines to stoa_application;
grant insert (seller_id, order_id, line_number, offer_id, quantity, unit_price, price_per, gross, discount, net, tax_category, tax_code, tax_rate_ppm), select, update (cancelled) on order_lines to stoa_flow;
grant select on order_lines to stoa_operator;
grant select on order_lines to stoa_read;

create table order_tax_groups (
  seller_id uuid not null,
  order_id uuid not null,
  tax_category text not null,
  tax_code text not null,
  tax_rate_ppm integer not null,
  net bigint not null,
  tax bigint not null,
  constraint order_tax_groups_pkey PRIMARY KEY (seller_id, order_id, tax_category, tax_rate_ppm),
  constraint order_tax_groups_tax_is_rounded_half_up CHECK ((((tax)::numeric = div((((net)::numeric * (tax_rate_ppm)::numeric) + (500000)::numeric), (1000000)::numeric)) AND (net >= 0)))
);
alter table order_tax_groups enable row level security;
alter table order_tax_groups force row level security;
grant select on order_tax_groups to stoa_application;
grant insert, select on order_tax_groups to stoa_flow;
grant select on order_tax_groups to stoa_operator;
grant select on order_tax_groups to stoa_read;

create table orders (
  seller_id uuid not null,
  order_id uuid not null,
  company_id uuid not null,
  checkout_id uuid not null,
  state text not null,
  version integer not null,
  dispatch_country text not null,
  currency text not null,
  net bigint not null,
  tax bigint not null,
  total bigint not null,
  cancelled bigint default 0 not null,
  placed_at timestamp with time zone not null,
  seller_name text not null,
  company_name text not null,
  line_count integer not null,
  snapshot text not null,
  snapshot_hash bytea not null,
  constraint orders_pkey PRIMARY KEY (seller_id, order_id),
  constraint orders_one_per_seller UNIQUE (company_id, checkout_id, seller_id),
  constraint orders_order_id_key UNIQUE (order_id),
  constraint orders_cancelled_within_total CHECK (((cancelled >= 0) AND (cancelled <= total))),
  constraint orders_total_is_net_and_tax CHECK (((total = (net + tax)) AND (net >= 0) AND (tax >= 0)))
);
alter table orders enable row level security;
alter table orders force row level security;
grant select on orders to stoa_application;
grant insert (seller_id, order_id, company_id, checkout_id, state, version, dispatch_country, currency, net, tax, total, placed_at, seller_name, company_name, line_count, snapshot, snapshot_hash), select, update (state, version, cancelled) on orders to stoa_flow;
grant select on orders to stoa_operator;
grant select on orders to stoa_read;

create table organisations (
  organisation_id uuid not null,
  kind text not null,
  created_at timestamp with time zone not null,
  constraint organisations_pkey PRIMARY KEY (organisation_id),
  constraint organisations_kind_key UNIQUE (organisation_id, kind),
  constraint organisations_kind_is_known CHECK ((kind = ANY (ARRAY['operator'::text, 'seller'::text, 'company'::text])))
);
CREATE UNIQUE INDEX organisations_one_operator ON public.organisations USING btree (kind) WHERE (kind = 'operator'::text);
alter table organisations enable row level security;
alter table organisations force row level security;
grant select on organisations to stoa_application;
grant select on organisations to stoa_auth;
grant insert, select on organisations to stoa_operator;
grant select on organisations to stoa_read;

create table person_keys (
  organisation_id uuid not null,
  person_id uuid not null,
  secret bytea not null,
  constraint person_keys_pkey PRIMARY KEY (organisation_id, person_id),
  constraint person_keys_secret_is_256_bits CHECK ((octet_length(secret) = 32))
);
alter table person_keys enable row level security;
alter table person_keys force row level security;
grant delete, insert, select on person_keys to stoa_operator;

create table persons (
  organisation_id uuid not null,
  person_id uuid not null,
  name text not null,
  email text not null,
  phone text,
  retain_until timestamp with time zone,
  constraint persons_pkey PRIMARY KEY (organisation_id, person_id)
);
alter table persons enable row level security;
alter table persons force row level security;
grant select on persons to stoa_application;
grant insert, select on persons to stoa_operator;
grant select on persons to stoa_read;

create table products (
  product_id uuid not null,
  title text not null,
  created_at timestamp with time zone not null,
  constraint products_pkey PRIMARY KEY (product_id)
);
grant select on products to stoa_application;
grant select on products to stoa_flow;
grant insert, select on products to stoa_operator;
grant select on products to stoa_read;

create table receipts (
  company_id uuid not null,
  receipt_id uuid not null,
  checkout_id uuid not null,
  bank_reference text not null,
  amount bigint not null,
  currency text not null,
  recorded_by uuid not null,
  idempotency_id uuid not null,
  at timestamp with time zone not null,
  constraint receipts_pkey PRIMARY KEY (company_id, receipt_id),
  constraint receipts_bank_reference_key UNIQUE (bank_reference),
  constraint receipts_one_per_checkout UNIQUE (company_id, checkout_id),
  constraint receipts_amount_is_positive CHECK ((amount > 0))
);
alter table receipts enable row level security;
alter table receipts force row level security;
grant select on receipts to stoa_application;
grant insert, select on receipts to stoa_flow;
grant select on receipts to stoa_operator;
grant select on receipts to stoa_read;

create table reservations (
  seller_id uuid not null,
  reservation_id uuid not null,
  order_id uuid not null,
  line_number integer not null,
  offer_id uuid not null,
  location_id uuid not null,
  quantity integer not null,
  backordered integer not null,
  finalized integer default 0 not null,
  released integer default 0 not null,
  constraint reservations_pkey PRIMARY KEY (seller_id, reservation_id),
  constraint reservations_one_per_line_and_location UNIQUE (seller_id, order_id, line_number, location_id),
  constraint reservations_never_given_twice CHECK (((finalized >= 0) AND (released >= 0) AND ((finalized + released) <= quantity))),
  constraint reservations_quantity_is_positive CHECK (((quantity > 0) AND ((backordered >= 0) AND (backordered <= quantity))))
);
alter table reservations enable row level security;
alter table reservations force row level security;
grant select on reservations to stoa_application;
grant insert (seller_id, reservation_id, order_id, line_number, offer_id, location_id, quantity, backordered), select, update (released) on reservations to stoa_flow;
grant select on reservations to stoa_read;

create table sellers (
  seller_id uuid not null,
  name text not null,
  street text not null,
  city text not null,
  postal_code text not null,
  country text not null,
  tax_number text,
  contact_person_id uuid not null,
  version integer not null,
  created_at timestamp with time zone not null,
  constraint sellers_pkey PRIMARY KEY (seller_id),
  constraint sellers_country_is_alpha2 CHECK ((country ~ '^[A-Z]{2}$'::text))
);
alter table sellers enable row level security;
alter table sellers force row level security;
grant select on sellers to stoa_application;
grant select on sellers to stoa_flow;
grant insert, select on sellers to stoa_operator;
grant select on sellers to stoa_read;

create table stock_levels (
  seller_id uuid not null,
  offer_id uuid not null,
  location_id uuid not null,
  on_hand integer not null,
  reserved integer default 0 not null,
  backorder_limit integer default 0 not null,
  constraint stock_levels_pkey PRIMARY KEY (seller_id, offer_id, location_id),
  constraint stock_levels_are_bounded CHECK (((on_hand <= 1000000000) AND (backorder_limit <= 1000000000))),
  constraint stock_levels_never_oversold CHECK (((on_hand >= 0) AND (reserved >= 0) AND (backorder_limit >= 0) AND (reserved <= (on_hand + backorder_limit))))
) with (fillfactor=70);
alter table stock_levels enable row level security;
alter table stock_levels force row level security;
grant insert (seller_id, offer_id, location_id, on_hand), select, update (on_hand) on stock_levels to stoa_application;
grant select, update (reserved) on stock_levels to stoa_flow;
grant select on stock_levels to stoa_read;

create table stock_operations (
  seller_id uuid not null,
  operation_id uuid not null,
  kind text not null,
  reason text,
  principal_id uuid not null,
  idempotency_id uuid not null,
  at timestamp with time zone not null,
  constraint stock_operations_pkey PRIMARY KEY (seller_id, operation_id),
  constraint stock_operations_once_per_key UNIQUE (seller_id, idempotency_id),
  constraint stock_operations_adjust_has_reason CHECK (((kind <> 'adjust'::text) OR (reason IS NOT NULL))),
  constraint stock_operations_kind_is_known CHECK ((kind = ANY (ARRAY['receive'::text, 'adjust'::text])))
);
alter table stock_operations enable row level security;
alter table stock_operations force row level security;
grant insert, select on stock_operations to stoa_application;
grant select on stock_operations to stoa_read;

create table tax_rates (
  tax_rate_id uuid not null,
  country text not null,
  category text not null,
  code text not null,
  rate_ppm integer not null,
  valid_from date not null,
  valid_until date,
  constraint tax_rates_pkey PRIMARY KEY (tax_rate_id),
  constraint tax_rates_from_key UNIQUE (country, category, valid_from),
  constraint tax_rates_code_fits_rate CHECK ((((code = 'S'::text) AND ((rate_ppm >= 1) AND (rate_ppm <= 1000000))) OR ((code = 'Z'::text) AND (rate_ppm = 0)))),
  constraint tax_rates_country_is_alpha2 CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint tax_rates_end_after_start CHECK ((valid_until > valid_from))
);
grant select on tax_rates to stoa_flow;
grant insert, select on tax_rates to stoa_operator;
grant select on tax_rates to stoa_read;

create table variants (
  variant_id uuid not null,
  product_id uuid not null,
  sku text not null,
  title text not null,
  unit text not null,
  attributes jsonb not null,
  constraint variants_pkey PRIMARY KEY (variant_id),
  constraint variants_sku_key UNIQUE (sku)
);
CREATE INDEX variants_by_product ON public.variants USING btree (product_id);
grant select on variants to stoa_application;
grant select on variants to stoa_flow;
grant insert, select on variants to stoa_operator;
grant select on variants to stoa_read;

alter table api_keys add constraint api_keys_organisation_fkey FOREIGN KEY (organisation_id, kind) REFERENCES organisations(organisation_id, kind);
alter table checkout_history add constraint checkout_history_checkout_fkey FOREIGN KEY (company_id, checkout_id) REFERENCES checkouts(company_id, checkout_id);
alter table checkouts add constraint checkouts_company_fkey FOREIGN KEY (company_id) REFERENCES companies(company_id);
alter table checkouts add constraint checkouts_replaces_fkey FOREIGN KEY (company_id, replaces) REFERENCES checkouts(company_id, checkout_id);
alter table companies add constraint companies_contact_fkey FOREIGN KEY (company_id, contact_person_id) REFERENCES persons(organisation_id, person_id);
alter table companies add constraint companies_organisation_fkey FOREIGN KEY (company_id) REFERENCES organisations(organisation_id);
alter table credit_accounts add constraint credit_accounts_company_fkey FOREIGN KEY (company_id) REFERENCES companies(company_id);
alter table locations add constraint locations_seller_fkey FOREIGN KEY (seller_id) REFERENCES sellers(seller_id);
alter table movements add constraint movements_level_fkey FOREIGN KEY (seller_id, offer_id, location_id) REFERENCES stock_levels(seller_id, offer_id, location_id);
alter table offers add constraint offers_seller_fkey FOREIGN KEY (seller_id) REFERENCES sellers(seller_id);
alter table offers add constraint offers_variant_fkey FOREIGN KEY (variant_id) REFERENCES variants(variant_id);
alter table order_history add constraint order_history_order_fkey FOREIGN KEY (seller_id, order_id) REFERENCES orders(seller_id, order_id);
alter table order_lines add constraint order_lines_order_fkey FOREIGN KEY (seller_id, order_id) REFERENCES orders(seller_id, order_id);
alter table order_tax_groups add constraint order_tax_groups_order_fkey FOREIGN KEY (seller_id, order_id) REFERENCES orders(seller_id, order_id);
alter table orders add constraint orders_checkout_fkey FOREIGN KEY (company_id, checkout_id) REFERENCES checkouts(company_id, checkout_id);
alter table person_keys add constraint person_keys_person_fkey FOREIGN KEY (organisation_id, person_id) REFERENCES persons(organisation_id, person_id);
alter table persons add constraint persons_organisation_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(organisation_id);
alter table receipts add constraint receipts_checkout_fkey FOREIGN KEY (company_id, checkout_id) REFERENCES checkouts(company_id, checkout_id);
alter table reservations add constraint reservations_level_fkey FOREIGN KEY (seller_id, offer_id, location_id) REFERENCES stock_levels(seller_id, offer_id, location_id);
alter table reservations add constraint reservations_line_fkey FOREIGN KEY (seller_id, order_id, line_number) REFERENCES order_lines(seller_id, order_id, line_number);
alter table sellers add constraint sellers_contact_fkey FOREIGN KEY (seller_id, contact_person_id) REFERENCES persons(organisation_id, person_id);
alter table sellers add constraint sellers_organisation_fkey FOREIGN KEY (seller_id) REFERENCES organisations(organisation_id);
alter table stock_levels add constraint stock_levels_location_fkey FOREIGN KEY (seller_id, location_id) REFERENCES locations(seller_id, location_id);
alter table stock_levels add constraint stock_levels_offer_fkey FOREIGN KEY (seller_id, offer_id) REFERENCES offers(seller_id, offer_id);
alter table stock_operations add constraint stock_operations_seller_fkey FOREIGN KEY (seller_id) REFERENCES sellers(seller_id);
alter table variants add constraint variants_product_fkey FOREIGN KEY (product_id) REFERENCES products(product_id);

create policy api_keys_auth on api_keys for select to stoa_auth using (true);
create policy api_keys_flow on api_keys for select to stoa_flow using (true);
create policy api_keys_operator on api_keys to stoa_operator using (true);
create policy api_keys_own on api_keys for select to stoa_application using ((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy api_keys_read on api_keys for select to stoa_read using (true);
create policy audit_entries_flow_insert on audit_entries for insert to stoa_flow with check (true);
create policy audit_entries_operator on audit_entries to stoa_operator using (true);
create policy audit_entries_read on audit_entries for select to stoa_read using (true);
create policy checkout_history_flow on checkout_history to stoa_flow using (true);
create policy checkout_history_operator on checkout_history for select to stoa_operator using (true);
create policy checkout_history_own on checkout_history for select to stoa_application using ((company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy checkout_history_read on checkout_history for select to stoa_read using (true);
create policy checkouts_flow on checkouts to stoa_flow using (true);
create policy checkouts_operator on checkouts for select to stoa_operator using (true);
create policy checkouts_own on checkouts for select to stoa_application using ((company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy checkouts_read on checkouts for select to stoa_read using (true);
create policy companies_flow on companies for select to stoa_flow using (true);
create policy companies_operator on companies to stoa_operator using (true);
create policy companies_own on companies for select to stoa_application using ((company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy companies_read on companies for select to stoa_read using (true);
create policy credit_accounts_flow on credit_accounts to stoa_flow using (true);
create policy credit_accounts_operator on credit_accounts to stoa_operator using (true);
create policy credit_accounts_own on credit_accounts for select to stoa_application using ((company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy credit_accounts_read on credit_accounts for select to stoa_read using (true);
create policy deadlines_flow on deadlines to stoa_flow using (true);
create policy deadlines_read on deadlines for select to stoa_read using (true);
create policy event_audiences_flow_insert on event_audiences for insert to stoa_flow with check (("position" IS NULL));
create policy event_audiences_operator_insert on event_audiences for insert to stoa_operator with check (("position" IS NULL));
create policy event_audiences_own on event_audiences to stoa_application using ((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))) with check (((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) AND ("position" IS NULL)));
create policy event_audiences_read on event_audiences for select to stoa_read using (true);
create policy event_audiences_sequencer_select on event_audiences for select to stoa_sequencer using (true);
create policy event_audiences_sequencer_update on event_audiences for update to stoa_sequencer using (true);
create policy events_flow_insert on events for insert to stoa_flow with check (("position" IS NULL));
create policy events_operator_insert on events for insert to stoa_operator with check (("position" IS NULL));
create policy events_operator_select on events for select to stoa_operator using (true);
create policy events_own_insert on events for insert to stoa_application with check (((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) AND ("position" IS NULL)));
create policy events_read on events for select to stoa_read using (true);
create policy events_sequencer_select on events for select to stoa_sequencer using (true);
create policy events_sequencer_update on events for update to stoa_sequencer using (true);
create policy idempotency_flow on idempotency to stoa_flow using (true);
create policy idempotency_operator on idempotency to stoa_operator using (true);
create policy idempotency_own on idempotency to stoa_application using ((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy idempotency_read on idempotency for select to stoa_read using (true);
create policy locations_flow on locations for select to stoa_flow using (true);
create policy locations_own on locations to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy locations_read on locations for select to stoa_read using (true);
create policy movements_flow_insert on movements for insert to stoa_flow with check (true);
create policy movements_own on movements to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy movements_read on movements for select to stoa_read using (true);
create policy offers_flow on offers for select to stoa_flow using (true);
create policy offers_operator on offers for select to stoa_operator using (true);
create policy offers_own on offers to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy offers_read on offers for select to stoa_read using (true);
create policy order_history_flow on order_history to stoa_flow using (true);
create policy order_history_operator on order_history for select to stoa_operator using (true);
create policy order_history_own on order_history for select to stoa_application using (((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))));
create policy order_history_read on order_history for select to stoa_read using (true);
create policy order_lines_flow on order_lines to stoa_flow using (true);
create policy order_lines_operator on order_lines for select to stoa_operator using (true);
create policy order_lines_own on order_lines for select to stoa_application using (((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (EXISTS ( SELECT
   FROM orders o
  WHERE ((o.seller_id = order_lines.seller_id) AND (o.order_id = order_lines.order_id) AND (o.company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)))))));
create policy order_lines_read on order_lines for select to stoa_read using (true);
create policy order_tax_groups_flow on order_tax_groups to stoa_flow using (true);
create policy order_tax_groups_operator on order_tax_groups for select to stoa_operator using (true);
create policy order_tax_groups_own on order_tax_groups for select to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy order_tax_groups_read on order_tax_groups for select to stoa_read using (true);
create policy orders_flow on orders to stoa_flow using (true);
create policy orders_operator on orders for select to stoa_operator using (true);
create policy orders_own on orders for select to stoa_application using (((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))));
create policy orders_read on orders for select to stoa_read using (true);
create policy organisations_auth on organisations for select to stoa_auth using (true);
create policy organisations_operator on organisations to stoa_operator using (true);
create policy organisations_own on organisations for select to stoa_application using ((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy organisations_read on organisations for select to stoa_read using (true);
create policy person_keys_operator on person_keys to stoa_operator using (true);
create policy persons_operator on persons to stoa_operator using (true);
create policy persons_own on persons for select to stoa_application using ((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy persons_read on persons for select to stoa_read using (true);
create policy receipts_flow on receipts to stoa_flow using (true);
create policy receipts_operator on receipts for select to stoa_operator using (true);
create policy receipts_own on receipts for select to stoa_application using ((company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy receipts_read on receipts for select to stoa_read using (true);
create policy reservations_flow on reservations to stoa_flow using (true);
create policy reservations_own on reservations for select to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy reservations_read on reservations for select to stoa_read using (true);
create policy sellers_flow on sellers for select to stoa_flow using (true);
create policy sellers_operator on sellers to stoa_operator using (true);
create policy sellers_own on sellers for select to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy sellers_read on sellers for select to stoa_read using (true);
create policy stock_levels_flow_select on stock_levels for select to stoa_flow using (true);
create policy stock_levels_flow_update on stock_levels for update to stoa_flow using (true);
create policy stock_levels_own on stock_levels to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy stock_levels_read on stock_levels for select to stoa_read using (true);
create policy stock_operations_own on stock_operations to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy stock_operations_read on stock_operations for select to stoa_read using (true);

CREATE TRIGGER api_keys_stay_revoked BEFORE UPDATE ON public.api_keys FOR EACH ROW WHEN (((old.revoked_at IS NOT NULL) AND (new.revoked_at IS DISTINCT FROM old.revoked_at))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER checkouts_follow_their_lifecycle_on_insert AFTER INSERT ON public.checkouts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION checkouts_follow_their_lifecycle();
CREATE TRIGGER checkouts_follow_their_lifecycle_on_update AFTER UPDATE ON public.checkouts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION checkouts_follow_their_lifecycle();
CREATE TRIGGER checkouts_only_rise BEFORE UPDATE ON public.checkouts FOR EACH ROW WHEN (((new.version <= old.version) OR (new.cancelled < old.cancelled))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER credit_within_limit BEFORE UPDATE OF used ON public.credit_accounts FOR EACH ROW WHEN (((new.used > old.used) AND (new.used > new.credit_limit))) EXECUTE FUNCTION refuse_credit_above_limit();
CREATE TRIGGER event_audiences_position_is_given_once BEFORE UPDATE ON public.event_audiences FOR EACH ROW WHEN ((old."position" IS NOT NULL)) EXECUTE FUNCTION refuse_second_position();
CREATE TRIGGER event_sequencer_only_rises BEFORE UPDATE ON public.event_sequencer FOR EACH ROW WHEN ((new.last_position < old.last_position)) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER events_position_is_given_once BEFORE UPDATE ON public.events FOR EACH ROW WHEN ((old."position" IS NOT NULL)) EXECUTE FUNCTION refuse_second_position();
CREATE TRIGGER order_lines_cancelled_only_rises BEFORE UPDATE ON public.order_lines FOR EACH ROW WHEN ((new.cancelled < old.cancelled)) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER orders_follow_their_lifecycle_on_insert AFTER INSERT ON public.orders REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION orders_follow_their_lifecycle();
CREATE TRIGGER orders_follow_their_lifecycle_on_update AFTER UPDATE ON public.orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION orders_follow_their_lifecycle();
CREATE TRIGGER orders_only_rise BEFORE UPDATE ON public.orders FOR EACH ROW WHEN (((new.version <= old.version) OR (new.cancelled < old.cancelled))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER reservations_given_only_rise BEFORE UPDATE ON public.reservations FOR EACH ROW WHEN (((new.released < old.released) OR (new.finalized < old.finalized))) EXECUTE FUNCTION refuse_going_back();

grant usage on schema public to stoa_application;
grant usage on schema public to stoa_auth;
grant usage on schema public to stoa_flow;
grant usage on schema public to stoa_operator;
grant usage on schema public to stoa_read;
grant usage on schema public to stoa_sequencer;
