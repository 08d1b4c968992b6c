-- The whole schema as the migrations leave it, read back from PostgreSQL 18 by `npm run generate`. To be read, not edited.
set check_function_bodies = off;

create extension "btree_gist";
create extension "pg_trgm";

CREATE OR REPLACE FUNCTION public.bank_lines_follow_their_lifecycle()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare broken text;
begin
  if tg_op = 'INSERT' then
    select format('%s is born %s', n.line_id, n.state) into broken
    from new_rows n
    where not exists (select from public.lifecycle_edges e where e.machine = 'bank_line' and e.from_state = '' and e.to_state = n.state and not e.retired)
    limit 1;
  else
    select format('%s goes from %s to %s', n.line_id, coalesce(o.state, '?'), n.state) into broken
    from new_rows n left join old_rows o using (line_id)
    where o.state is distinct from n.state
      and not exists (select from public.lifecycle_edges e where e.machine = 'bank_line' and e.from_state = o.state and e.to_state = n.state and not e.retired)
    limit 1;
  end if;
  if broken is not null then perform public.refuse_lifecycle('bank_lines', broken); end if;
  return null;
end $function$;

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

CREATE OR REPLACE FUNCTION public.follow_lifecycle()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare broken text;
begin
  if tg_op = 'INSERT' then
    execute format(
      'select format(''%%s is born %%s'', n.%1$I, n.state)
       from new_rows n
       where not exists (select from public.lifecycle_edges e where e.machine = %2$L and e.from_state = '''' and e.to_state = n.state and not e.retired)
       limit 1', tg_argv[1], tg_argv[0]) into broken;
  else
    execute format(
      'select format(''%%s goes from %%s to %%s'', n.%1$I, coalesce(o.state, ''?''), n.state)
       from new_rows n left join old_rows o using (%3$s)
       where o.state is distinct from n.state
         and not exists (select from public.lifecycle_edges e where e.machine = %2$L and e.from_state = o.state and e.to_state = n.state and not e.retired)
       limit 1', tg_argv[1], tg_argv[0], tg_argv[2]) into broken;
  end if;
  if broken is not null then perform public.refuse_lifecycle(tg_table_name, broken); end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.guard_credit_step()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.used > old.used and (new.used > new.credit_limit or new.closed_at is not null) and coalesce(new.step, '') not in ('amend', 'undo_settlement') then
    raise exception 'credit used would rise above its limit' using errcode = '23514', constraint = 'credit_within_limit', table = 'credit_accounts';
  end if;
  new.step := null;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.invoices_follow_their_lifecycle()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare broken text;
begin
  if tg_op = 'INSERT' then
    select format('%s is born %s', n.invoice_id, n.state) into broken
    from new_rows n
    where not exists (select from public.lifecycle_edges e where e.machine = 'invoice' and e.from_state = '' and e.to_state = n.state and not e.retired)
    limit 1;
  else
    select format('%s goes from %s to %s', n.invoice_id, coalesce(o.state, '?'), n.state) into broken
    from new_rows n left join old_rows o using (seller_id, invoice_id)
    where o.state is distinct from n.state
      and not exists (select from public.lifecycle_edges e where e.machine = 'invoice' and e.from_state = o.state and e.to_state = n.state and not e.retired)
    limit 1;
  end if;
  if broken is not null then perform public.refuse_lifecycle('invoices', broken); end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.keep_series_prefix()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  issuer constant uuid := to_jsonb(new) ->> tg_argv[0];
begin
  if new.series_prefix is null then
    delete from series_prefixes where issuer_id = issuer;
  else
    insert into series_prefixes (issuer_id, prefix) values (issuer, new.series_prefix)
    on conflict (issuer_id) do update set prefix = excluded.prefix;
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.ledger_transfers_fit_their_accounts()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare broken text;
begin
  select format('transfer %s of %s moves %s of parties %s and %s', n.number, n.transaction_id, n.currency, n.debit_party_id, n.credit_party_id)
  into broken
  from new_rows n
    left join public.ledger_accounts debit on debit.account_id = n.debit_account_id
    left join public.ledger_accounts credit on credit.account_id = n.credit_account_id
  where (n.currency, n.debit_party_id, n.currency, n.credit_party_id)
    is distinct from (debit.currency, debit.party_id, credit.currency, credit.party_id)
  limit 1;
  if broken is not null then
    raise exception '%, which its accounts do not', broken using errcode = '23514', constraint = 'ledger_transfers_fit_their_accounts', table = 'ledger_transfers';
  end if;
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

CREATE OR REPLACE FUNCTION public.refuse_the_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% may not change so', TG_TABLE_NAME using errcode = '23514', constraint = TG_NAME, table = TG_TABLE_NAME;
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

CREATE OR REPLACE FUNCTION public.stoa_gtin_is_valid(gtin text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select gtin ~ '^(\d{8}|\d{12,14})$' and (
    select sum(substr(gtin, length(gtin) - place, 1)::integer * case when place % 2 = 1 then 3 else 1 end) % 10 = 0
    from generate_series(0, length(gtin) - 1) as place)
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

CREATE OR REPLACE FUNCTION public.stoa_steps_rise(froms bigint[])
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select coalesce(bool_and(step = case when place = 1 then 0 else greatest(step, before + 1) end), false)
  from (select step, place, lag(step) over (order by place) as before
        from unnest(froms) with ordinality as given (step, place)) as steps
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
  person_id uuid,
  constraint api_keys_pkey PRIMARY KEY (organisation_id, key_id),
  constraint api_keys_key_id_key UNIQUE (key_id),
  constraint api_keys_role_fits_kind CHECK ((((kind = 'operator'::text) AND (role = ANY (ARRAY['admin'::text, 'finance'::text, 'support'::text, 'viewer'::text]))) OR ((kind = 'seller'::text) AND (role = ANY (ARRAY['owner'::text, 'manager'::text, 'fulfilment'::text, 'viewer'::text]))) OR ((kind = 'company'::text) AND (role = ANY (ARRAY['owner'::text, 'approver'::text, 'purchaser'::text, 'viewer'::text]))))),
  constraint api_keys_secret_is_sha256 CHECK ((octet_length(secret_hash) = 32))
);
CREATE INDEX api_keys_by_member ON public.api_keys USING btree (organisation_id, person_id) WHERE (person_id IS NOT NULL);
alter table api_keys enable row level security;
alter table api_keys force row level security;
grant insert, select (organisation_id, key_id, kind, role, name, created_at, revoked_at, person_id), update (revoked_at) on api_keys to stoa_application;
grant select on api_keys to stoa_auth;
grant select on api_keys to stoa_flow;
grant insert, select, update (revoked_at) on api_keys to stoa_operator;
grant select (organisation_id, key_id, kind, role, name, created_at, revoked_at, person_id) on api_keys to stoa_read;

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
grant insert on audit_entries to stoa_application;
grant insert on audit_entries to stoa_flow;
grant insert, select on audit_entries to stoa_operator;
grant select on audit_entries to stoa_read;

create table bank_accounts (
  account text not null,
  currency text not null,
  closing bigint,
  closing_on date,
  constraint bank_accounts_pkey PRIMARY KEY (account, currency),
  constraint bank_accounts_closing_has_its_day CHECK (((closing IS NULL) = (closing_on IS NULL))),
  constraint bank_accounts_currency_is_iso CHECK ((currency ~ '^[A-Z]{3}$'::text))
);
alter table bank_accounts enable row level security;
alter table bank_accounts force row level security;
grant insert (account, currency), select, update (closing, closing_on) on bank_accounts to stoa_flow;
grant select on bank_accounts to stoa_operator;
grant select on bank_accounts to stoa_read;

create table bank_allocations (
  line_id uuid not null,
  number integer not null,
  target text not null,
  target_id uuid not null,
  company_id uuid,
  seller_id uuid,
  settlement integer,
  amount bigint not null,
  undoes integer,
  actor_id uuid not null,
  at timestamp with time zone not null,
  constraint bank_allocations_pkey PRIMARY KEY (line_id, number),
  constraint bank_allocations_undone_once UNIQUE (line_id, undoes),
  constraint bank_allocations_company_is_named CHECK (((target <> ALL (ARRAY['invoice'::text, 'checkout'::text, 'company'::text])) OR (company_id IS NOT NULL))),
  constraint bank_allocations_invoice_has_its_settlement CHECK (((target = 'invoice'::text) = (settlement IS NOT NULL))),
  constraint bank_allocations_number_is_positive CHECK ((number > 0)),
  constraint bank_allocations_target_is_known CHECK ((target = ANY (ARRAY['invoice'::text, 'checkout'::text, 'company'::text, 'seller'::text, 'sent_back'::text, 'receipt'::text]))),
  constraint bank_allocations_undo_is_opposite CHECK ((((undoes IS NULL) = (amount > 0)) AND (amount <> 0) AND ((undoes IS NULL) OR (undoes < number))))
);
CREATE INDEX bank_allocations_by_target ON public.bank_allocations USING btree (target_id);
alter table bank_allocations enable row level security;
alter table bank_allocations force row level security;
grant insert, select on bank_allocations to stoa_flow;
grant select on bank_allocations to stoa_operator;
grant select on bank_allocations to stoa_read;

create table bank_lines (
  line_id uuid not null,
  identity text not null,
  statement_id uuid,
  account text not null,
  direction text not null,
  amount bigint not null,
  currency text not null,
  booked_on date not null,
  value_on date,
  bank_reference text,
  transaction_reference text,
  end_to_end_id text,
  counterparty_name text,
  counterparty_iban text,
  texts text[] not null,
  is_return boolean not null,
  state text not null,
  reason text,
  version integer default 1 not null,
  allocated bigint default 0 not null,
  allocations integer default 0 not null,
  recorded_line uuid,
  recorded_by uuid not null,
  idempotency_id uuid not null,
  at timestamp with time zone not null,
  constraint bank_lines_pkey PRIMARY KEY (line_id),
  constraint bank_lines_identity_key UNIQUE (identity),
  constraint bank_lines_told_again_once UNIQUE (recorded_line),
  constraint bank_lines_allocated_within_amount CHECK (((allocated >= 0) AND (allocated <= amount))),
  constraint bank_lines_amount_is_positive CHECK (((amount > 0) AND (amount <= '9007199254740991'::bigint))),
  constraint bank_lines_by_hand_have_a_reference CHECK (((statement_id IS NOT NULL) OR (bank_reference IS NOT NULL))),
  constraint bank_lines_by_hand_have_no_account CHECK (((statement_id IS NULL) = (account = ''::text))),
  constraint bank_lines_direction_is_known CHECK ((direction = ANY (ARRAY['credit'::text, 'debit'::text]))),
  constraint bank_lines_identity_is_a_hash CHECK ((identity ~ '^[0-9a-f]{64}$'::text)),
  constraint bank_lines_reason_is_told CHECK (((state <> 'unmatched'::text) OR (reason IS NOT NULL))),
  constraint bank_lines_recorded_names_its_line CHECK (((recorded_line IS NOT NULL) = (state = 'recorded'::text))),
  constraint bank_lines_state_follows_allocated CHECK (
CASE
    WHEN (state = ANY (ARRAY['matched'::text, 'assigned'::text, 'sent_back'::text])) THEN (allocated = amount)
    WHEN (state = 'unmatched'::text) THEN (allocated < amount)
    ELSE (allocated = 0)
END)
);
CREATE INDEX bank_lines_by_amount ON public.bank_lines USING btree (currency, amount, bank_reference);
CREATE INDEX bank_lines_by_state ON public.bank_lines USING btree (state, line_id);
CREATE INDEX bank_lines_by_statement ON public.bank_lines USING btree (statement_id, line_id);
alter table bank_lines enable row level security;
alter table bank_lines force row level security;
grant insert, select, update (state, reason, version, allocated, allocations) on bank_lines to stoa_flow;
grant select on bank_lines to stoa_operator;
grant select on bank_lines to stoa_read;

create table bank_statements (
  statement_id uuid not null,
  fingerprint text not null,
  account text not null,
  currency text not null,
  bank_id text not null,
  sequence text,
  format text not null,
  file_hash bytea not null,
  opening bigint not null,
  opening_on date not null,
  closing bigint not null,
  closing_on date not null,
  lines integer not null,
  skipped integer not null,
  taken integer default 0 not null,
  fresh integer default 0 not null,
  fresh_amount bigint default 0 not null,
  continuity text,
  difference bigint,
  imported_by uuid not null,
  idempotency_id uuid not null,
  at timestamp with time zone not null,
  constraint bank_statements_pkey PRIMARY KEY (statement_id),
  constraint bank_statements_fingerprint_key UNIQUE (fingerprint),
  constraint bank_statements_break_has_its_difference CHECK (((difference IS NOT NULL) = (COALESCE(continuity, ''::text) = 'breaks'::text))),
  constraint bank_statements_continuity_is_known CHECK ((continuity = ANY (ARRAY['first'::text, 'known'::text, 'continues'::text, 'breaks'::text]))),
  constraint bank_statements_format_is_known CHECK ((format = ANY (ARRAY['camt053'::text, 'csv'::text]))),
  constraint bank_statements_taken_within_lines CHECK (((taken >= 0) AND (taken <= lines) AND (fresh >= 0) AND (fresh <= taken))),
  constraint bank_statements_told_with_the_last_line CHECK (((continuity IS NOT NULL) = (taken = lines)))
);
CREATE INDEX bank_statements_by_account ON public.bank_statements USING btree (account, currency, statement_id);
alter table bank_statements enable row level security;
alter table bank_statements force row level security;
grant insert, select, update (taken, fresh, fresh_amount, continuity, difference) on bank_statements to stoa_flow;
grant select on bank_statements to stoa_operator;
grant select on bank_statements to stoa_read;

create table categories (
  category_id uuid not null,
  parent_id uuid,
  slug text not null,
  name text not null,
  path uuid[] not null,
  version integer not null,
  changed_at timestamp with time zone not null,
  constraint categories_pkey PRIMARY KEY (category_id),
  constraint categories_slug_key UNIQUE (slug),
  constraint categories_path_ends_here CHECK (((path[cardinality(path)] = category_id) AND (cardinality(path) <= 8))),
  constraint categories_slug_is_plain CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 100)))
);
CREATE INDEX categories_by_parent ON public.categories USING btree (parent_id);
grant select on categories to stoa_application;
grant select on categories to stoa_flow;
grant insert, select, update (parent_id, slug, name, path, version, changed_at) on categories to stoa_operator;
grant select on categories to stoa_public;
grant select on categories to stoa_read;

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
  amended bigint default 0 not null,
  payment_reference text,
  constraint checkouts_pkey PRIMARY KEY (company_id, checkout_id),
  constraint checkouts_checkout_id_key UNIQUE (checkout_id),
  constraint checkouts_once_per_key UNIQUE (company_id, idempotency_id),
  constraint checkouts_cancelled_within_total CHECK (((cancelled >= 0) AND (cancelled <= (total + amended)))),
  constraint checkouts_payment_method_is_known CHECK ((payment_method = ANY (ARRAY['on_account'::text, 'bank_transfer'::text]))),
  constraint checkouts_reference_is_bounded CHECK (((length(client_reference) >= 1) AND (length(client_reference) <= 64))),
  constraint checkouts_total_is_net_and_tax CHECK (((total = (net + tax)) AND (net >= 0) AND (tax >= 0))),
  constraint checkouts_total_is_on_the_wire CHECK ((total <= '9007199254740991'::bigint)),
  constraint checkouts_worth_is_on_the_wire CHECK (((total + amended) <= '9007199254740991'::bigint))
);
alter table checkouts add constraint checkouts_payment_reference_is_iso CHECK (((payment_reference IS NULL) OR ((payment_reference ~ '^RF[0-9]{2}[0-9A-Z]{1,21}$'::text) AND (payment_method = 'bank_transfer'::text)))) NOT VALID;
CREATE INDEX checkouts_ended_reference ON public.checkouts USING btree (company_id, client_reference, checkout_id) WHERE (state = ANY (ARRAY['expired'::text, 'rejected'::text, 'cancelled'::text]));
CREATE UNIQUE INDEX checkouts_live_reference ON public.checkouts USING btree (company_id, client_reference) WHERE (state <> ALL (ARRAY['expired'::text, 'rejected'::text, 'cancelled'::text]));
CREATE UNIQUE INDEX checkouts_payment_reference ON public.checkouts USING btree (payment_reference) WHERE (payment_reference IS NOT NULL);
alter table checkouts enable row level security;
alter table checkouts force row level security;
grant select on checkouts to stoa_application;
grant insert (company_id, checkout_id, client_reference, state, version, payment_method, currency, net, tax, total, placed_at, placed_by, idempotency_id, replaces, pay_before, snapshot, snapshot_hash, payment_reference), select, update (state, version, cancelled, amended) on checkouts to stoa_flow;
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
grant select on clock_offset to stoa_public;
grant select on clock_offset to stoa_read;
grant select on clock_offset to stoa_sequencer;

create table commission_entries (
  seller_id uuid not null,
  statement_id uuid not null,
  number integer not null,
  kind text not null,
  document_id uuid not null,
  occurrence integer not null,
  net bigint not null,
  tax bigint not null,
  net_after bigint not null,
  tax_rate_ppm integer not null,
  at timestamp with time zone not null,
  constraint commission_entries_pkey PRIMARY KEY (seller_id, statement_id, number),
  constraint commission_entries_once_per_cause UNIQUE (document_id, kind, occurrence),
  constraint commission_entries_kind_fits_net CHECK ((((kind = ANY (ARRAY['charged'::text, 'write_off_undone'::text])) AND (net > 0)) OR ((kind = ANY (ARRAY['reversed'::text, 'written_off'::text])) AND (net < 0)))),
  constraint commission_entries_numbers_are_positive CHECK (((number > 0) AND (occurrence > 0))),
  constraint commission_entries_tax_is_cumulative CHECK (((tax)::numeric = ((sign((net_after)::numeric) * div(((abs((net_after)::numeric) * (tax_rate_ppm)::numeric) + (500000)::numeric), (1000000)::numeric)) - (sign(((net_after)::numeric - (net)::numeric)) * div(((abs(((net_after)::numeric - (net)::numeric)) * (tax_rate_ppm)::numeric) + (500000)::numeric), (1000000)::numeric)))))
);
alter table commission_entries enable row level security;
alter table commission_entries force row level security;
grant select on commission_entries to stoa_application;
grant insert, select on commission_entries to stoa_flow;
grant select on commission_entries to stoa_operator;
grant select on commission_entries to stoa_read;

create table commission_plans (
  operator_id uuid not null,
  commission_plan_id uuid not null,
  name text not null,
  seller_id uuid,
  category_id uuid,
  currency text not null,
  step_from bigint[] not null,
  step_rates integer[] not null,
  step_fixed bigint[] not null,
  on_freight boolean not null,
  returned_on_write_off boolean not null,
  valid_from date not null,
  valid_until date,
  version integer not null,
  changed_at timestamp with time zone not null,
  constraint commission_plans_pkey PRIMARY KEY (commission_plan_id),
  constraint commission_plans_currency_is_iso CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint commission_plans_end_after_start CHECK ((valid_until > valid_from)),
  constraint commission_plans_steps_are_bounded CHECK ((('9007199254740991'::bigint >= ALL (step_from)) AND (0 <= ALL (step_rates)) AND (500000 >= ALL (step_rates)) AND (0 <= ALL (step_fixed)) AND ('9007199254740991'::bigint >= ALL (step_fixed)))),
  constraint commission_plans_steps_are_whole CHECK (((cardinality(step_from) >= 1) AND (cardinality(step_from) <= 50) AND (cardinality(step_rates) = cardinality(step_from)) AND (cardinality(step_fixed) = cardinality(step_from)))),
  constraint commission_plans_steps_rise CHECK (stoa_steps_rise(step_from)),
  constraint commission_plans_one_at_a_time EXCLUDE USING gist (COALESCE(seller_id, '00000000-0000-0000-0000-000000000000'::uuid) WITH =, COALESCE(category_id, '00000000-0000-0000-0000-000000000000'::uuid) WITH =, currency WITH =, daterange(valid_from, valid_until) WITH &&)
);
CREATE INDEX commission_plans_by_scope ON public.commission_plans USING btree (COALESCE(seller_id, '00000000-0000-0000-0000-000000000000'::uuid), currency);
alter table commission_plans enable row level security;
alter table commission_plans force row level security;
grant select on commission_plans to stoa_flow;
grant insert, select, update (name, step_from, step_rates, step_fixed, on_freight, returned_on_write_off, valid_until, version, changed_at) on commission_plans to stoa_operator;
grant select on commission_plans to stoa_read;

create table commission_statements (
  seller_id uuid not null,
  statement_id uuid not null,
  currency text not null,
  tax_code text not null,
  tax_rate_ppm integer not null,
  exemption_code text,
  exemption_text text,
  net bigint default 0 not null,
  tax bigint default 0 not null,
  entries integer default 0 not null,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  commission_invoice_id uuid,
  constraint commission_statements_pkey PRIMARY KEY (seller_id, statement_id),
  constraint commission_statements_one_per_invoice UNIQUE (commission_invoice_id),
  constraint commission_statements_rate_key UNIQUE (seller_id, statement_id, tax_rate_ppm),
  constraint commission_statements_statement_id_key UNIQUE (statement_id),
  constraint commission_statements_closed_is_invoiced CHECK ((((closed_at IS NULL) = (commission_invoice_id IS NULL)) AND ((closed_at IS NULL) OR (net > 0)))),
  constraint commission_statements_code_fits_rate CHECK ((((tax_code = 'S'::text) AND ((tax_rate_ppm >= 1) AND (tax_rate_ppm <= 1000000)) AND (exemption_code IS NULL) AND (exemption_text IS NULL)) OR ((tax_code = ANY (ARRAY['AE'::text, 'O'::text])) AND (tax_rate_ppm = 0) AND (exemption_text IS NOT NULL)))),
  constraint commission_statements_currency_is_iso CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint commission_statements_net_is_on_the_wire CHECK (((net >= '-9007199254740991'::bigint) AND (net <= '9007199254740991'::bigint))),
  constraint commission_statements_tax_is_rounded_half_up CHECK (((tax)::numeric = (sign((net)::numeric) * div(((abs((net)::numeric) * (tax_rate_ppm)::numeric) + (500000)::numeric), (1000000)::numeric))))
);
CREATE UNIQUE INDEX commission_statements_one_open ON public.commission_statements USING btree (seller_id, currency, tax_code, tax_rate_ppm) WHERE (closed_at IS NULL);
alter table commission_statements enable row level security;
alter table commission_statements force row level security;
grant select on commission_statements to stoa_application;
grant insert (seller_id, statement_id, currency, tax_code, tax_rate_ppm, exemption_code, exemption_text, opened_at), select, update (net, tax, entries, closed_at, commission_invoice_id) on commission_statements to stoa_flow;
grant select on commission_statements to stoa_operator;
grant select on commission_statements to stoa_read;

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
  state text not null,
  suspension text,
  registration_number text,
  tax_number_checked_at timestamp with time zone,
  tax_number_evidence text,
  payment_days integer default 30 not null,
  reviewer_id uuid,
  review_due_at timestamp with time zone,
  changed_at timestamp with time zone,
  constraint companies_pkey PRIMARY KEY (company_id),
  constraint companies_country_is_alpha2 CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint companies_payment_days_are_bounded CHECK (((payment_days >= 0) AND (payment_days <= 365))),
  constraint companies_suspension_has_a_reach CHECK ((((state = 'suspended'::text) = (suspension IS NOT NULL)) AND ((suspension IS NULL) OR (suspension = ANY (ARRAY['new'::text, 'hold'::text, 'cancel'::text])))))
);
CREATE INDEX companies_waiting ON public.companies USING btree (review_due_at) WHERE (state = 'pending'::text);
alter table companies enable row level security;
alter table companies force row level security;
grant select, update (name, street, city, postal_code, country, tax_number, version, registration_number, tax_number_checked_at, tax_number_evidence, changed_at) on companies to stoa_application;
grant select, update (version, state, suspension, changed_at) on companies to stoa_flow;
grant insert, select, update (name, street, city, postal_code, country, tax_number, version, state, suspension, registration_number, tax_number_checked_at, tax_number_evidence, payment_days, reviewer_id, review_due_at, changed_at) on companies to stoa_operator;
grant insert on companies to stoa_public;
grant select on companies to stoa_read;

create table company_addresses (
  company_id uuid not null,
  address_id uuid not null,
  name text not null,
  street text not null,
  city text not null,
  postal_code text not null,
  country text not null,
  removed_at timestamp with time zone,
  version integer not null,
  constraint company_addresses_pkey PRIMARY KEY (company_id, address_id),
  constraint company_addresses_country_is_alpha2 CHECK ((country ~ '^[A-Z]{2}$'::text))
);
alter table company_addresses enable row level security;
alter table company_addresses force row level security;
grant insert, select, update (name, street, city, postal_code, country, removed_at, version) on company_addresses to stoa_application;
grant select on company_addresses to stoa_flow;
grant select on company_addresses to stoa_operator;
grant select on company_addresses to stoa_read;

create table company_funds (
  company_id uuid not null,
  checkout_id uuid default '00000000-0000-0000-0000-000000000000'::uuid not null,
  currency text not null,
  received bigint default 0 not null,
  used bigint default 0 not null,
  constraint company_funds_pkey PRIMARY KEY (company_id, checkout_id, currency),
  constraint company_funds_currency_is_iso CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint company_funds_used_within_received CHECK (((used >= 0) AND (used <= received) AND ((received - used) <= '9007199254740991'::bigint)))
);
alter table company_funds enable row level security;
alter table company_funds force row level security;
grant select on company_funds to stoa_application;
grant insert (company_id, checkout_id, currency), select, update (received, used) on company_funds to stoa_flow;
grant select on company_funds to stoa_operator;
grant select on company_funds to stoa_read;

create table company_history (
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
  constraint company_history_pkey PRIMARY KEY (company_id, version, to_state),
  constraint company_history_actor_is_known CHECK ((((actor_kind = ANY (ARRAY['company'::text, 'operator'::text])) AND (actor_id IS NOT NULL)) OR ((actor_kind = ANY (ARRAY['public'::text, 'deadline'::text])) AND (actor_id IS NULL))))
);
alter table company_history enable row level security;
alter table company_history force row level security;
grant select on company_history to stoa_application;
grant insert, select on company_history to stoa_flow;
grant insert, select on company_history to stoa_operator;
grant insert on company_history to stoa_public;
grant select on company_history to stoa_read;

create table credit_accounts (
  company_id uuid not null,
  currency text not null,
  credit_limit bigint not null,
  used bigint default 0 not null,
  version integer not null,
  closed_at timestamp with time zone,
  step text,
  constraint credit_accounts_pkey PRIMARY KEY (company_id, currency),
  constraint credit_accounts_currency_is_iso CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint credit_accounts_limit_is_on_the_wire CHECK (((credit_limit >= 0) AND (credit_limit <= '9007199254740991'::bigint))),
  constraint credit_accounts_step_is_not_kept CHECK ((step IS NULL)),
  constraint credit_accounts_used_is_not_negative CHECK ((used >= 0))
);
alter table credit_accounts enable row level security;
alter table credit_accounts force row level security;
grant select on credit_accounts to stoa_application;
grant select, update (used, step) on credit_accounts to stoa_flow;
grant insert (company_id, currency, credit_limit, version), select, update (credit_limit, version, closed_at) on credit_accounts to stoa_operator;
grant select on credit_accounts to stoa_read;

create table credit_notes (
  seller_id uuid not null,
  credit_note_id uuid not null,
  invoice_id uuid not null,
  company_id uuid not null,
  order_id uuid not null,
  number_text text not null,
  issued_on date not null,
  issued_at timestamp with time zone not null,
  cause text not null,
  cause_id uuid not null,
  reason text,
  currency text not null,
  net bigint not null,
  tax bigint not null,
  total bigint not null,
  lowered bigint not null,
  actor_kind text not null,
  actor_id uuid,
  idempotency_id uuid,
  constraint credit_notes_pkey PRIMARY KEY (seller_id, credit_note_id),
  constraint credit_notes_credit_note_id_key UNIQUE (credit_note_id),
  constraint credit_notes_once_per_cause UNIQUE (seller_id, invoice_id, cause, cause_id),
  constraint credit_notes_actor_is_known CHECK ((((actor_kind = ANY (ARRAY['company'::text, 'seller'::text, 'operator'::text])) AND (actor_id IS NOT NULL)) OR ((actor_kind = 'deadline'::text) AND (actor_id IS NULL)))),
  constraint credit_notes_cause_is_known CHECK ((cause = ANY (ARRAY['cancelled_after_invoicing'::text, 'lost'::text, 'refused'::text, 'goodwill'::text]))),
  constraint credit_notes_lowered_within_total CHECK (((lowered >= 0) AND (lowered <= total))),
  constraint credit_notes_total_is_net_and_tax CHECK (((total = (net + tax)) AND (net >= 0) AND (tax >= 0)))
);
CREATE INDEX credit_notes_by_company ON public.credit_notes USING btree (company_id, credit_note_id);
alter table credit_notes enable row level security;
alter table credit_notes force row level security;
grant select on credit_notes to stoa_application;
grant insert, select on credit_notes to stoa_flow;
grant select on credit_notes to stoa_operator;
grant select on credit_notes to stoa_read;

create table deadlines (
  organisation_id uuid not null,
  kind text not null,
  subject_id uuid not null,
  due_at timestamp with time zone not null,
  stopped_at timestamp with time zone,
  constraint deadlines_pkey PRIMARY KEY (organisation_id, kind, subject_id)
);
CREATE INDEX deadlines_by_due ON public.deadlines USING btree (due_at) WHERE (stopped_at IS NULL);
alter table deadlines enable row level security;
alter table deadlines force row level security;
grant select (organisation_id, kind, subject_id, due_at, stopped_at) on deadlines to stoa_application;
grant delete, insert, select, update (due_at, stopped_at) on deadlines to stoa_flow;
grant delete, insert, select, update (due_at, stopped_at) on deadlines to stoa_operator;
grant insert (organisation_id, kind, subject_id, due_at) on deadlines to stoa_public;
grant select on deadlines to stoa_read;

create table document_series (
  issuer_id uuid not null,
  type text not null,
  year integer not null,
  last_number integer not null,
  last_day date not null,
  constraint document_series_pkey PRIMARY KEY (issuer_id, type),
  constraint document_series_counts_from_zero CHECK ((last_number >= 0)),
  constraint document_series_type_is_known CHECK ((type = ANY (ARRAY['invoice'::text, 'credit_note'::text, 'commission_invoice'::text]))),
  constraint document_series_year_is_of_its_day CHECK (((year)::numeric = EXTRACT(year FROM last_day)))
);
alter table document_series enable row level security;
alter table document_series force row level security;
grant insert, select, update (year, last_number, last_day) on document_series to stoa_flow;
grant select on document_series to stoa_read;

create table documents (
  issuer_id uuid not null,
  document_id uuid not null,
  type text not null,
  year integer not null,
  number integer not null,
  number_text text not null,
  reference_key text not null,
  recipient_id uuid not null,
  issued_on date not null,
  issued_at timestamp with time zone not null,
  currency text not null,
  net bigint not null,
  tax bigint not null,
  total bigint not null,
  text text not null,
  hash bytea not null,
  series_prefix text generated always as (split_part(number_text, '-'::text, 1)) stored not null,
  constraint documents_pkey PRIMARY KEY (issuer_id, document_id),
  constraint documents_document_id_key UNIQUE (document_id),
  constraint documents_one_of_each_number UNIQUE (issuer_id, type, year, number),
  constraint documents_reference_key UNIQUE (reference_key),
  constraint documents_hash_is_of_the_text CHECK ((hash = sha256(convert_to(text, 'UTF8'::name)))),
  constraint documents_number_is_positive CHECK ((number > 0)),
  constraint documents_total_is_net_and_tax CHECK (((total = (net + tax)) AND (net >= 0) AND (tax >= 0) AND (total <= '9007199254740991'::bigint))),
  constraint documents_year_is_of_its_day CHECK (((year)::numeric = EXTRACT(year FROM issued_on)))
);
CREATE INDEX documents_by_recipient ON public.documents USING btree (recipient_id, document_id);
alter table documents enable row level security;
alter table documents force row level security;
grant select on documents to stoa_application;
grant insert, select on documents to stoa_flow;
grant select on documents to stoa_operator;
grant select on documents to stoa_read;

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
grant insert on event_audiences to stoa_public;
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
grant insert on events to stoa_public;
grant select on events to stoa_read;
grant select, update ("position") on events to stoa_sequencer;

create table freight_plans (
  seller_id uuid not null,
  freight_plan_id uuid not null,
  name text not null,
  kind text not null,
  currency text not null,
  amount bigint not null,
  step_grams integer[] not null,
  step_amounts bigint[] not null,
  free_from bigint,
  tax_category text,
  countries text[] not null,
  retired_at timestamp with time zone,
  version integer not null,
  changed_at timestamp with time zone not null,
  constraint freight_plans_pkey PRIMARY KEY (seller_id, freight_plan_id),
  constraint freight_plans_amount_fits_kind CHECK ((((kind = ANY (ARRAY['flat'::text, 'per_unit'::text])) AND (cardinality(step_grams) = 0) AND (cardinality(step_amounts) = 0)) OR ((kind = 'by_weight'::text) AND (amount = 0) AND ((cardinality(step_grams) >= 1) AND (cardinality(step_grams) <= 200)) AND (cardinality(step_grams) = cardinality(step_amounts)) AND stoa_ascends(step_grams)))),
  constraint freight_plans_amounts_are_on_the_wire CHECK (((0 <= ALL (step_amounts)) AND ('9007199254740991'::bigint >= ALL (step_amounts)) AND ((amount >= 0) AND (amount <= '9007199254740991'::bigint)) AND ((free_from >= 0) AND (free_from <= '9007199254740991'::bigint)))),
  constraint freight_plans_currency_is_iso CHECK ((currency ~ '^[A-Z]{3}$'::text))
);
CREATE UNIQUE INDEX freight_plans_name_key ON public.freight_plans USING btree (seller_id, name) WHERE (retired_at IS NULL);
alter table freight_plans enable row level security;
alter table freight_plans force row level security;
grant insert, select, update (name, amount, step_grams, step_amounts, free_from, tax_category, countries, retired_at, version, changed_at) on freight_plans to stoa_application;
grant select on freight_plans to stoa_flow;
grant select on freight_plans to stoa_operator;
grant select on freight_plans to stoa_read;

create table holds (
  hold_id uuid not null,
  subject_type text not null,
  subject_id uuid not null,
  reason text not null,
  owner_kind text not null,
  owner_id uuid not null,
  look_again_on date not null,
  placed_at timestamp with time zone not null,
  placed_by uuid not null,
  idempotency_id uuid not null,
  released_at timestamp with time zone,
  released_by uuid,
  release_reason text,
  version integer not null,
  constraint holds_pkey PRIMARY KEY (hold_id),
  constraint holds_once_per_key UNIQUE (idempotency_id),
  constraint holds_owner_is_known CHECK ((owner_kind = ANY (ARRAY['key'::text, 'person'::text]))),
  constraint holds_release_is_whole CHECK ((((released_at IS NULL) = (released_by IS NULL)) AND ((released_at IS NULL) = (release_reason IS NULL)))),
  constraint holds_subject_is_known CHECK ((subject_type = ANY (ARRAY['order'::text, 'seller'::text, 'company'::text])))
);
CREATE INDEX holds_by_subject ON public.holds USING btree (subject_id, hold_id);
CREATE INDEX holds_standing ON public.holds USING btree (subject_id) WHERE (released_at IS NULL);
alter table holds enable row level security;
alter table holds force row level security;
grant select (hold_id, subject_type, subject_id, reason, look_again_on, placed_at, released_at, version) on holds to stoa_application;
grant insert (hold_id, subject_type, subject_id, reason, owner_kind, owner_id, look_again_on, placed_at, placed_by, idempotency_id, version), select, update (owner_kind, owner_id, look_again_on, released_at, released_by, release_reason, version) on holds to stoa_flow;
grant select on holds to stoa_operator;
grant select on holds to stoa_read;

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
grant insert, select on idempotency to stoa_public;
grant select on idempotency to stoa_read;

create table invoice_lines (
  seller_id uuid not null,
  invoice_id uuid not null,
  line integer not null,
  order_line integer,
  quantity integer not null,
  net bigint not null,
  credited_net bigint default 0 not null,
  credited integer default 0 not null,
  rest_quantity integer not null,
  rest_drawn integer default 0 not null,
  rest_gross bigint not null,
  rest_discount bigint not null,
  constraint invoice_lines_pkey PRIMARY KEY (seller_id, invoice_id, line),
  constraint invoice_lines_credited_within_net CHECK (((net >= 0) AND ((credited_net >= 0) AND (credited_net <= net)))),
  constraint invoice_lines_credited_within_quantity CHECK (((credited >= 0) AND (credited <= quantity))),
  constraint invoice_lines_quantity_is_positive CHECK ((quantity > 0)),
  constraint invoice_lines_rest_is_whole CHECK (((rest_quantity >= 0) AND (rest_quantity <= quantity) AND (rest_drawn >= 0) AND (rest_drawn <= rest_quantity) AND (rest_discount >= 0) AND (rest_gross >= rest_discount)))
);
alter table invoice_lines enable row level security;
alter table invoice_lines force row level security;
grant select on invoice_lines to stoa_application;
grant insert (seller_id, invoice_id, line, order_line, quantity, net, rest_quantity, rest_gross, rest_discount), select, update (credited_net, credited, rest_quantity, rest_drawn, rest_gross, rest_discount) on invoice_lines to stoa_flow;
grant select on invoice_lines to stoa_operator;
grant select on invoice_lines to stoa_read;

create table invoice_payables (
  seller_id uuid not null,
  invoice_id uuid not null,
  credit_risk text not null,
  pending bigint not null,
  commission bigint not null,
  commission_reversed bigint default 0 not null,
  constraint invoice_payables_pkey PRIMARY KEY (seller_id, invoice_id),
  constraint invoice_payables_credit_risk_is_known CHECK ((credit_risk = ANY (ARRAY['seller'::text, 'operator'::text]))),
  constraint invoice_payables_operators_risk_waits_for_nobody CHECK (((credit_risk = 'seller'::text) OR (pending = 0))),
  constraint invoice_payables_pending_is_not_negative CHECK ((pending >= 0)),
  constraint invoice_payables_reversed_within_commission CHECK (((commission >= 0) AND ((commission_reversed >= 0) AND (commission_reversed <= commission))))
);
alter table invoice_payables enable row level security;
alter table invoice_payables force row level security;
grant select on invoice_payables to stoa_application;
grant insert (seller_id, invoice_id, credit_risk, pending, commission), select, update (pending, commission_reversed) on invoice_payables to stoa_flow;
grant select on invoice_payables to stoa_operator;
grant select on invoice_payables to stoa_read;

create table invoice_tax_groups (
  seller_id uuid not null,
  invoice_id uuid not null,
  tax_category text not null,
  tax_rate_ppm integer not null,
  tax_code text not null,
  net bigint not null,
  tax bigint not null,
  credited_net bigint default 0 not null,
  credited_tax bigint default 0 not null,
  constraint invoice_tax_groups_pkey PRIMARY KEY (seller_id, invoice_id, tax_category, tax_rate_ppm),
  constraint invoice_tax_groups_credited_tax_follows CHECK (((net = 0) OR ((credited_tax)::numeric = div(((((2)::numeric * (tax)::numeric) * (credited_net)::numeric) + (net)::numeric), ((2)::numeric * (net)::numeric))))),
  constraint invoice_tax_groups_credited_within CHECK (((net >= 0) AND (tax >= 0) AND ((credited_net >= 0) AND (credited_net <= net)) AND ((credited_tax >= 0) AND (credited_tax <= tax))))
);
alter table invoice_tax_groups enable row level security;
alter table invoice_tax_groups force row level security;
grant select on invoice_tax_groups to stoa_application;
grant insert (seller_id, invoice_id, tax_category, tax_rate_ppm, tax_code, net, tax), select, update (credited_net, credited_tax) on invoice_tax_groups to stoa_flow;
grant select on invoice_tax_groups to stoa_operator;
grant select on invoice_tax_groups to stoa_read;

create table invoices (
  seller_id uuid not null,
  invoice_id uuid not null,
  company_id uuid not null,
  order_id uuid not null,
  shipment_id uuid not null,
  checkout_id uuid not null,
  payment_method text not null,
  number_text text not null,
  issued_on date not null,
  due_on date not null,
  issued_at timestamp with time zone not null,
  currency text not null,
  net bigint not null,
  tax bigint not null,
  total bigint not null,
  state text not null,
  version integer not null,
  settled bigint default 0 not null,
  credited bigint default 0 not null,
  written_off bigint default 0 not null,
  settlements integer default 0 not null,
  reminders integer default 0 not null,
  overdue_from timestamp with time zone not null,
  constraint invoices_pkey PRIMARY KEY (seller_id, invoice_id),
  constraint invoices_invoice_id_key UNIQUE (invoice_id),
  constraint invoices_one_per_shipment UNIQUE (seller_id, shipment_id),
  constraint invoices_credited_within_total CHECK (((credited >= 0) AND (credited <= total))),
  constraint invoices_overdue_from_the_next_day CHECK ((((overdue_from AT TIME ZONE 'UTC'::text) >= (due_on + '09:00:00'::interval)) AND ((overdue_from AT TIME ZONE 'UTC'::text) <= (due_on + '39:00:00'::interval)))),
  constraint invoices_settled_within_total CHECK (((settled >= 0) AND (settled <= total))),
  constraint invoices_state_follows_open CHECK ((state =
CASE
    WHEN (settled = total) THEN 'settled'::text
    WHEN (settled = 0) THEN 'issued'::text
    ELSE 'partially_settled'::text
END)),
  constraint invoices_total_is_net_and_tax CHECK (((total = (net + tax)) AND (net >= 0) AND (tax >= 0) AND (total <= '9007199254740991'::bigint))),
  constraint invoices_written_off_within_settled CHECK (((written_off >= 0) AND (written_off <= settled)))
);
CREATE INDEX invoices_by_checkout ON public.invoices USING btree (company_id, checkout_id);
CREATE INDEX invoices_by_company ON public.invoices USING btree (company_id, invoice_id);
CREATE INDEX invoices_by_order ON public.invoices USING btree (seller_id, order_id);
CREATE INDEX invoices_of_seller_open ON public.invoices USING btree (seller_id, due_on, invoice_id) WHERE (state <> 'settled'::text);
CREATE INDEX invoices_open_by_due ON public.invoices USING btree (company_id, currency, due_on, invoice_id) WHERE (state <> 'settled'::text);
alter table invoices enable row level security;
alter table invoices force row level security;
grant select on invoices to stoa_application;
grant insert (seller_id, invoice_id, company_id, order_id, shipment_id, checkout_id, payment_method, number_text, issued_on, due_on, issued_at, currency, net, tax, total, state, version, overdue_from), select, update (state, version, settled, credited, written_off, settlements, reminders) on invoices to stoa_flow;
grant select on invoices to stoa_operator;
grant select on invoices to stoa_read;

create table ledger_accounts (
  account_id uuid not null,
  kind text not null,
  party_id uuid default '00000000-0000-0000-0000-000000000000'::uuid not null,
  subject_type text,
  subject_id uuid default '00000000-0000-0000-0000-000000000000'::uuid not null,
  currency text not null,
  opened_at timestamp with time zone not null,
  constraint ledger_accounts_pkey PRIMARY KEY (account_id),
  constraint ledger_accounts_one_of_each UNIQUE (party_id, kind, subject_id, currency),
  constraint ledger_accounts_currency_is_iso CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint ledger_accounts_kind_fits_party CHECK ((((kind = ANY (ARRAY['receivable'::text, 'customer_funds'::text, 'payable_pending'::text, 'payable'::text, 'payable_reserve'::text])) AND (party_id <> '00000000-0000-0000-0000-000000000000'::uuid)) OR ((kind = ANY (ARRAY['bank'::text, 'provider'::text, 'provider_transit'::text, 'provider_fees'::text, 'disputed'::text, 'unmatched'::text, 'payout_clearing'::text, 'commission'::text, 'commission_tax'::text, 'write_off'::text, 'promotion'::text, 'voucher_liability'::text, 'rounding'::text])) AND (party_id = '00000000-0000-0000-0000-000000000000'::uuid)))),
  constraint ledger_accounts_subject_is_whole CHECK (((subject_type IS NULL) = (subject_id = '00000000-0000-0000-0000-000000000000'::uuid)))
);
alter table ledger_accounts enable row level security;
alter table ledger_accounts force row level security;
grant select on ledger_accounts to stoa_application;
grant insert, select on ledger_accounts to stoa_flow;
grant select on ledger_accounts to stoa_operator;
grant select on ledger_accounts to stoa_read;

create table ledger_balances (
  account_id uuid not null,
  debited numeric not null,
  credited numeric not null,
  constraint ledger_balances_pkey PRIMARY KEY (account_id),
  constraint ledger_balances_are_whole CHECK (((debited >= (0)::numeric) AND (credited >= (0)::numeric) AND (debited = trunc(debited)) AND (credited = trunc(credited))))
);
alter table ledger_balances enable row level security;
alter table ledger_balances force row level security;
grant insert, select, update (debited, credited) on ledger_balances to stoa_flow;
grant select on ledger_balances to stoa_operator;
grant select on ledger_balances to stoa_read;

create table ledger_transactions (
  transaction_id uuid not null,
  kind text not null,
  business_key text not null,
  at timestamp with time zone not null,
  record_type text not null,
  record_id uuid not null,
  actor_kind text not null,
  actor_id uuid,
  cause text not null,
  constraint ledger_transactions_pkey PRIMARY KEY (transaction_id),
  constraint ledger_transactions_booked_once UNIQUE (kind, business_key),
  constraint ledger_transactions_actor_is_known CHECK ((((actor_kind = ANY (ARRAY['company'::text, 'seller'::text, 'operator'::text])) AND (actor_id IS NOT NULL)) OR ((actor_kind = ANY (ARRAY['deadline'::text, 'provider'::text])) AND (actor_id IS NULL))))
);
CREATE INDEX ledger_transactions_by_record ON public.ledger_transactions USING btree (record_id);
alter table ledger_transactions enable row level security;
alter table ledger_transactions force row level security;
grant select (transaction_id, kind, business_key, at, record_type, record_id, cause) on ledger_transactions to stoa_application;
grant insert, select on ledger_transactions to stoa_flow;
grant select on ledger_transactions to stoa_operator;
grant select on ledger_transactions to stoa_read;

create table ledger_transfers (
  transaction_id uuid not null,
  number integer not null,
  debit_account_id uuid not null,
  debit_party_id uuid not null,
  credit_account_id uuid not null,
  credit_party_id uuid not null,
  amount bigint not null,
  currency text not null,
  at timestamp with time zone not null,
  constraint ledger_transfers_pkey PRIMARY KEY (transaction_id, number),
  constraint ledger_transfers_amount_is_on_the_wire CHECK (((amount >= 1) AND (amount <= '9007199254740991'::bigint))),
  constraint ledger_transfers_number_is_positive CHECK ((number > 0)),
  constraint ledger_transfers_two_accounts CHECK ((debit_account_id <> credit_account_id))
);
CREATE INDEX ledger_transfers_by_credit ON public.ledger_transfers USING btree (credit_account_id, transaction_id);
CREATE INDEX ledger_transfers_by_credit_party ON public.ledger_transfers USING btree (credit_party_id, transaction_id) WHERE (credit_party_id <> '00000000-0000-0000-0000-000000000000'::uuid);
CREATE INDEX ledger_transfers_by_debit ON public.ledger_transfers USING btree (debit_account_id, transaction_id);
CREATE INDEX ledger_transfers_by_debit_party ON public.ledger_transfers USING btree (debit_party_id, transaction_id) WHERE (debit_party_id <> '00000000-0000-0000-0000-000000000000'::uuid);
alter table ledger_transfers enable row level security;
alter table ledger_transfers force row level security;
grant select on ledger_transfers to stoa_application;
grant insert, select on ledger_transfers to stoa_flow;
grant select on ledger_transfers to stoa_operator;
grant select on ledger_transfers to stoa_read;

create table ledger_unrolled (
  transaction_id uuid not null,
  constraint ledger_unrolled_pkey PRIMARY KEY (transaction_id)
);
grant delete, insert, select on ledger_unrolled to stoa_flow;
grant select on ledger_unrolled to stoa_operator;
grant select on ledger_unrolled to stoa_read;

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
grant select on lifecycle_edges to stoa_public;
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
grant select on locations to stoa_operator;
grant select on locations to stoa_read;

create table members (
  organisation_id uuid not null,
  person_id uuid not null,
  kind text not null,
  role text not null,
  removed_at timestamp with time zone,
  version integer not null,
  created_at timestamp with time zone not null,
  constraint members_pkey PRIMARY KEY (organisation_id, person_id),
  constraint members_role_fits_kind CHECK ((((kind = 'operator'::text) AND (role = ANY (ARRAY['admin'::text, 'finance'::text, 'support'::text, 'viewer'::text]))) OR ((kind = 'seller'::text) AND (role = ANY (ARRAY['owner'::text, 'manager'::text, 'fulfilment'::text, 'viewer'::text]))) OR ((kind = 'company'::text) AND (role = ANY (ARRAY['owner'::text, 'approver'::text, 'purchaser'::text, 'viewer'::text])))))
);
alter table members enable row level security;
alter table members force row level security;
grant insert, select, update (role, removed_at, version) on members to stoa_application;
grant select on members to stoa_auth;
grant select on members to stoa_flow;
grant insert, select, update (role, removed_at, version) on members to stoa_operator;
grant insert on members to stoa_public;
grant select on members to stoa_read;

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
  limit_delta integer default 0 not null,
  constraint movements_pkey PRIMARY KEY (seller_id, movement_id),
  constraint movements_kind_fits_deltas CHECK ((((kind = 'reserve'::text) AND (on_hand_delta = 0) AND (reserved_delta > 0) AND (limit_delta = 0) AND (reservation_id IS NOT NULL)) OR ((kind = 'release'::text) AND (on_hand_delta = 0) AND (reserved_delta < 0) AND (limit_delta = 0) AND (reservation_id IS NOT NULL)) OR ((kind = 'finalize'::text) AND (on_hand_delta < 0) AND (reserved_delta = on_hand_delta) AND (limit_delta = 0) AND (reservation_id IS NOT NULL)) OR ((kind = 'reassign'::text) AND (on_hand_delta = 0) AND (reserved_delta <> 0) AND (limit_delta = 0) AND (reservation_id IS NOT NULL)) OR ((kind = ANY (ARRAY['receive'::text, 'restock'::text])) AND (on_hand_delta > 0) AND (reserved_delta = 0) AND (limit_delta = 0) AND (reservation_id IS NULL)) OR ((kind = ANY (ARRAY['adjust'::text, 'transfer'::text])) AND (on_hand_delta <> 0) AND (reserved_delta = 0) AND (limit_delta = 0) AND (reservation_id IS NULL)) OR ((kind = 'limit'::text) AND (on_hand_delta = 0) AND (reserved_delta = 0) AND (limit_delta <> 0) AND (reservation_id IS NULL))))
);
CREATE INDEX movements_by_offer ON public.movements USING btree (seller_id, offer_id, movement_id);
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
  state text not null,
  lead_time_days integer default 0 not null,
  constraint offers_pkey PRIMARY KEY (seller_id, offer_id),
  constraint offers_offer_id_key UNIQUE (offer_id),
  constraint offers_reference_key UNIQUE (seller_id, reference),
  constraint offers_currency_is_iso CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint offers_lead_time_is_bounded CHECK (((lead_time_days >= 0) AND (lead_time_days <= 365))),
  constraint offers_price_is_on_the_wire CHECK (((unit_price >= 0) AND (unit_price <= '9007199254740991'::bigint))),
  constraint offers_quantities_are_positive CHECK (((price_per > 0) AND (minimum > 0) AND (step > 0))),
  constraint offers_tiers_ascend CHECK (((cardinality(tier_quantities) = cardinality(tier_prices)) AND stoa_ascends(tier_quantities)))
);
CREATE INDEX offers_of_seller ON public.offers USING btree (seller_id, variant_id);
CREATE INDEX offers_of_variant ON public.offers USING btree (variant_id, unit_price) WHERE (state = 'active'::text);
alter table offers enable row level security;
alter table offers force row level security;
grant insert, select, update (variant_id, currency, unit_price, price_per, minimum, step, tier_quantities, tier_prices, tax_category, version, changed_at, state, lead_time_days) on offers to stoa_application;
grant select on offers to stoa_flow;
grant select on offers to stoa_operator;
grant select on offers to stoa_public;
grant select on offers to stoa_read;

create table operator_profiles (
  operator_id uuid not null,
  name text not null,
  street text not null,
  city text not null,
  postal_code text not null,
  country text not null,
  tax_number text not null,
  registration_number text,
  iban text not null,
  bic text,
  account_holder text not null,
  series_prefix text not null,
  time_zone text not null,
  version integer not null,
  changed_at timestamp with time zone not null,
  constraint operator_profiles_pkey PRIMARY KEY (operator_id),
  constraint operator_profiles_country_is_alpha2 CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint operator_profiles_iban_is_plain CHECK ((iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'::text)),
  constraint operator_profiles_series_prefix_is_short CHECK ((series_prefix ~ '^[A-Z0-9]{1,8}$'::text))
);
alter table operator_profiles enable row level security;
alter table operator_profiles force row level security;
grant select on operator_profiles to stoa_flow;
grant insert, select, update (name, street, city, postal_code, country, tax_number, registration_number, iban, bic, account_holder, series_prefix, time_zone, version, changed_at) on operator_profiles to stoa_operator;
grant select on operator_profiles to stoa_read;

create table order_cancellation_lines (
  seller_id uuid not null,
  cancellation_id uuid not null,
  line_number integer not null,
  quantity integer not null,
  gross bigint not null,
  discount bigint not null,
  net bigint not null,
  constraint order_cancellation_lines_pkey PRIMARY KEY (seller_id, cancellation_id, line_number),
  constraint order_cancellation_lines_net_is_gross_less_discount CHECK (((net = (gross - discount)) AND (net >= 0))),
  constraint order_cancellation_lines_quantity_is_positive CHECK ((quantity > 0))
);
alter table order_cancellation_lines enable row level security;
alter table order_cancellation_lines force row level security;
grant select on order_cancellation_lines to stoa_application;
grant insert, select on order_cancellation_lines to stoa_flow;
grant select on order_cancellation_lines to stoa_operator;
grant select on order_cancellation_lines to stoa_read;

create table order_cancellations (
  seller_id uuid not null,
  cancellation_id uuid not null,
  order_id uuid not null,
  company_id uuid not null,
  actor_kind text not null,
  actor_id uuid,
  cause text not null,
  reason text,
  amount bigint not null,
  at timestamp with time zone not null,
  idempotency_id uuid,
  constraint order_cancellations_pkey PRIMARY KEY (seller_id, cancellation_id),
  constraint order_cancellations_actor_is_known CHECK ((((actor_kind = ANY (ARRAY['company'::text, 'seller'::text, 'operator'::text])) AND (actor_id IS NOT NULL)) OR ((actor_kind = 'deadline'::text) AND (actor_id IS NULL)))),
  constraint order_cancellations_amount_is_not_negative CHECK ((amount >= 0))
);
alter table order_cancellations add constraint order_cancellations_shortage_gives_no_reason CHECK (((cause <> 'stock_shortage'::text) OR (reason IS NULL))) NOT VALID;
CREATE INDEX order_cancellations_by_order ON public.order_cancellations USING btree (seller_id, order_id);
alter table order_cancellations enable row level security;
alter table order_cancellations force row level security;
grant select on order_cancellations to stoa_application;
grant insert, select on order_cancellations to stoa_flow;
grant select on order_cancellations to stoa_operator;
grant select on order_cancellations to stoa_read;

create table order_commissions (
  seller_id uuid not null,
  order_id uuid not null,
  credit_risk text not null,
  tax_code text,
  tax_rate_ppm integer,
  exemption_code text,
  exemption_text text,
  commission bigint not null,
  terms text not null,
  terms_hash bytea not null,
  constraint order_commissions_pkey PRIMARY KEY (seller_id, order_id),
  constraint order_commissions_commission_is_on_the_wire CHECK (((commission >= 0) AND (commission <= '9007199254740991'::bigint))),
  constraint order_commissions_credit_risk_is_known CHECK ((credit_risk = ANY (ARRAY['seller'::text, 'operator'::text]))),
  constraint order_commissions_hash_is_of_the_terms CHECK ((terms_hash = sha256(convert_to(terms, 'UTF8'::name)))),
  constraint order_commissions_tax_is_whole CHECK (
CASE
    WHEN (tax_code IS NULL) THEN ((num_nonnulls(tax_rate_ppm, exemption_code, exemption_text) = 0) AND (commission = 0))
    WHEN (tax_code = 'S'::text) THEN ((COALESCE(tax_rate_ppm, 0) >= 1) AND (COALESCE(tax_rate_ppm, 0) <= 1000000) AND (num_nonnulls(exemption_code, exemption_text) = 0))
    ELSE ((tax_code = ANY (ARRAY['AE'::text, 'O'::text])) AND (COALESCE(tax_rate_ppm, 1) = 0) AND (exemption_text IS NOT NULL))
END)
);
alter table order_commissions enable row level security;
alter table order_commissions force row level security;
grant select on order_commissions to stoa_application;
grant insert, select on order_commissions to stoa_flow;
grant select on order_commissions to stoa_operator;
grant select on order_commissions to stoa_read;

create table order_freight (
  seller_id uuid not null,
  order_id uuid not null,
  tax_category text not null,
  tax_code text not null,
  tax_rate_ppm integer not null,
  net bigint not null,
  charged bigint default 0 not null,
  cancelled bigint default 0 not null,
  amendment integer default 0 not null,
  constraint order_freight_pkey PRIMARY KEY (seller_id, order_id, tax_category),
  constraint order_freight_is_as_placed CHECK ((amendment = 0)),
  constraint order_freight_parts_within_net CHECK (((net > 0) AND (charged >= 0) AND (cancelled >= 0) AND ((charged + cancelled) <= net)))
);
alter table order_freight enable row level security;
alter table order_freight force row level security;
grant select on order_freight to stoa_application;
grant insert (seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net), select, update (charged, cancelled) on order_freight to stoa_flow;
grant select on order_freight to stoa_operator;
grant select on order_freight to stoa_read;

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
  list_price bigint,
  promised_on date,
  packed integer default 0 not null,
  shipped integer default 0 not null,
  shipped_net bigint default 0 not null,
  cancelled_net bigint default 0 not null,
  constraint order_lines_pkey PRIMARY KEY (seller_id, order_id, line_number),
  constraint order_lines_net_is_gross_less_discount CHECK (((net = (gross - discount)) AND (discount >= 0) AND (net >= 0))),
  constraint order_lines_parts_within_net CHECK (((shipped_net >= 0) AND (cancelled_net >= 0) AND ((shipped_net + cancelled_net) <= net))),
  constraint order_lines_quantity_is_positive CHECK ((quantity > 0)),
  constraint order_lines_units_within_quantity CHECK (((cancelled >= 0) AND (shipped >= 0) AND (packed >= 0) AND (((cancelled + shipped) + packed) <= quantity)))
);
alter table order_lines enable row level security;
alter table order_lines force row level security;
grant select on order_lines to stoa_application;
grant insert (seller_id, order_id, line_number, offer_id, quantity, unit_price, price_per, gross, discount, net, tax_category, tax_code, tax_rate_ppm, list_price, promised_on), select, update (cancelled, promised_on, packed, shipped, shipped_net, cancelled_net) on order_lines to stoa_flow;
grant select on order_lines to stoa_operator;
grant select on order_lines to stoa_read;

create table order_request_lines (
  seller_id uuid not null,
  request_id uuid not null,
  line_number integer not null,
  quantity integer not null,
  promised_on date,
  constraint order_request_lines_pkey PRIMARY KEY (seller_id, request_id, line_number),
  constraint order_request_lines_quantity_is_not_negative CHECK ((quantity >= 0))
);
alter table order_request_lines enable row level security;
alter table order_request_lines force row level security;
grant select on order_request_lines to stoa_application;
grant insert, select on order_request_lines to stoa_flow;
grant select on order_request_lines to stoa_operator;
grant select on order_request_lines to stoa_read;

create table order_requests (
  seller_id uuid not null,
  request_id uuid not null,
  order_id uuid not null,
  company_id uuid not null,
  kind text not null,
  state text not null,
  version integer not null,
  asked_by uuid not null,
  reason text not null,
  promised_on date,
  asked_at timestamp with time zone not null,
  answer_before timestamp with time zone not null,
  answered_at timestamp with time zone,
  answered_by uuid,
  answer_reason text,
  idempotency_id uuid not null,
  answer_idempotency_id uuid,
  constraint order_requests_pkey PRIMARY KEY (seller_id, request_id),
  constraint order_requests_once_per_key UNIQUE (seller_id, idempotency_id),
  constraint order_requests_request_id_key UNIQUE (request_id),
  constraint order_requests_kind_is_known CHECK ((kind = ANY (ARRAY['acceptance'::text, 'cancellation'::text]))),
  constraint order_requests_open_is_unanswered CHECK (((state = 'open'::text) = (answered_at IS NULL)))
);
CREATE INDEX order_requests_by_company ON public.order_requests USING btree (company_id, request_id);
CREATE INDEX order_requests_by_order ON public.order_requests USING btree (seller_id, order_id);
CREATE UNIQUE INDEX order_requests_one_open ON public.order_requests USING btree (seller_id, order_id, kind) WHERE (state = 'open'::text);
alter table order_requests enable row level security;
alter table order_requests force row level security;
grant select on order_requests to stoa_application;
grant insert (seller_id, request_id, order_id, company_id, kind, state, version, asked_by, reason, promised_on, asked_at, answer_before, idempotency_id), select, update (state, version, answered_at, answered_by, answer_reason, answer_idempotency_id) on order_requests to stoa_flow;
grant select on order_requests to stoa_operator;
grant select on order_requests to stoa_read;

create table order_tax_amendments (
  seller_id uuid not null,
  order_id uuid not null,
  number integer not null,
  company_id uuid not null,
  shipment_id uuid not null,
  tax_category text not null,
  amends integer not null,
  from_code text not null,
  from_rate_ppm integer not null,
  from_tax bigint not null,
  to_code text not null,
  to_rate_ppm integer not null,
  to_tax bigint not null,
  exemption_code text,
  exemption_text text,
  net bigint not null,
  supplied_on date not null,
  cause text not null,
  at timestamp with time zone not null,
  constraint order_tax_amendments_pkey PRIMARY KEY (seller_id, order_id, number),
  constraint order_tax_amendments_once_per_group UNIQUE (seller_id, order_id, tax_category, amends),
  constraint order_tax_amendments_cause_is_known CHECK ((cause = 'rate_ended'::text)),
  constraint order_tax_amendments_change_the_tax CHECK (((from_code <> to_code) OR (from_rate_ppm <> to_rate_ppm))),
  constraint order_tax_amendments_code_fits_rate CHECK ((((to_code = 'S'::text) AND ((to_rate_ppm >= 1) AND (to_rate_ppm <= 1000000)) AND (exemption_text IS NULL) AND (exemption_code IS NULL)) OR ((to_code = 'Z'::text) AND (to_rate_ppm = 0) AND (exemption_text IS NULL) AND (exemption_code IS NULL)) OR ((to_code = 'E'::text) AND (to_rate_ppm = 0) AND (exemption_text IS NOT NULL)))),
  constraint order_tax_amendments_codes_rest_on_rates CHECK (((from_code = ANY (ARRAY['S'::text, 'Z'::text, 'E'::text])) AND (to_code = ANY (ARRAY['S'::text, 'Z'::text, 'E'::text])))),
  constraint order_tax_amendments_net_is_positive CHECK ((net > 0)),
  constraint order_tax_amendments_number_follows CHECK (((number > amends) AND (amends >= 0))),
  constraint order_tax_amendments_old_tax_is_a_rest CHECK ((((from_tax)::numeric >= div(((net)::numeric * (from_rate_ppm)::numeric), (1000000)::numeric)) AND ((from_tax)::numeric <= (div(((net)::numeric * (from_rate_ppm)::numeric), (1000000)::numeric) + (1)::numeric)))),
  constraint order_tax_amendments_tax_is_rounded_half_up CHECK (((to_tax)::numeric = div((((net)::numeric * (to_rate_ppm)::numeric) + (500000)::numeric), (1000000)::numeric)))
);
CREATE INDEX order_tax_amendments_by_shipment ON public.order_tax_amendments USING btree (seller_id, shipment_id);
alter table order_tax_amendments enable row level security;
alter table order_tax_amendments force row level security;
grant select on order_tax_amendments to stoa_application;
grant insert, select on order_tax_amendments to stoa_flow;
grant select on order_tax_amendments to stoa_operator;
grant select on order_tax_amendments to stoa_read;

create table order_tax_groups (
  seller_id uuid not null,
  order_id uuid not null,
  tax_category text not null,
  tax_code text not null,
  tax_rate_ppm integer not null,
  net bigint not null,
  tax bigint not null,
  shipped_net bigint default 0 not null,
  cancelled_net bigint default 0 not null,
  amendment integer default 0 not null,
  amended_net bigint default 0 not null,
  constraint order_tax_groups_pkey PRIMARY KEY (seller_id, order_id, tax_category, amendment),
  constraint order_tax_groups_amended_whole CHECK (((amended_net = 0) OR (((shipped_net + cancelled_net) + amended_net) = net))),
  constraint order_tax_groups_parts_within_net CHECK (((shipped_net >= 0) AND (cancelled_net >= 0) AND (amended_net >= 0) AND (((shipped_net + cancelled_net) + amended_net) <= net))),
  constraint order_tax_groups_tax_is_rounded_half_up CHECK ((((tax)::numeric = div((((net)::numeric * (tax_rate_ppm)::numeric) + (500000)::numeric), (1000000)::numeric)) AND (net >= 0)))
);
alter table order_tax_groups enable row level security;
alter table order_tax_groups force row level security;
grant select on order_tax_groups to stoa_application;
grant insert (seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net, tax, amendment), select, update (shipped_net, cancelled_net, amended_net) on order_tax_groups to stoa_flow;
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
  freight bigint default 0 not null,
  freight_kind text default 'whole'::text not null,
  client_reference text default ''::text not null,
  requested_on date,
  promised_on date,
  cancellable_from timestamp with time zone,
  amended bigint default 0 not null,
  constraint orders_pkey PRIMARY KEY (seller_id, order_id),
  constraint orders_one_per_seller UNIQUE (company_id, checkout_id, seller_id),
  constraint orders_order_id_key UNIQUE (order_id),
  constraint orders_cancelled_within_total CHECK (((cancelled >= 0) AND (cancelled <= (total + amended)))),
  constraint orders_freight_kind_is_known CHECK ((freight_kind = ANY (ARRAY['whole'::text, 'per_unit'::text]))),
  constraint orders_freight_within_net CHECK (((freight >= 0) AND (freight <= net))),
  constraint orders_total_is_net_and_tax CHECK (((total = (net + tax)) AND (net >= 0) AND (tax >= 0))),
  constraint orders_worth_is_on_the_wire CHECK (((total + amended) <= '9007199254740991'::bigint))
);
CREATE INDEX orders_by_reference ON public.orders USING btree (client_reference, order_id);
CREATE INDEX orders_open ON public.orders USING btree (seller_id, state, order_id) WHERE (state <> ALL (ARRAY['completed'::text, 'cancelled'::text, 'rejected'::text, 'expired'::text]));
CREATE INDEX orders_open_of_company ON public.orders USING btree (company_id, state, order_id) WHERE (state <> ALL (ARRAY['completed'::text, 'cancelled'::text, 'rejected'::text, 'expired'::text]));
alter table orders enable row level security;
alter table orders force row level security;
grant select on orders to stoa_application;
grant insert (seller_id, order_id, company_id, checkout_id, state, version, dispatch_country, currency, net, tax, total, placed_at, seller_name, company_name, line_count, snapshot, snapshot_hash, freight, freight_kind, client_reference, requested_on, promised_on), select, update (state, version, cancelled, promised_on, cancellable_from, amended) on orders to stoa_flow;
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
grant insert, select (organisation_id, kind) on organisations to stoa_public;
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
grant insert on person_keys to stoa_application;
grant delete, insert, select on person_keys to stoa_operator;
grant insert on person_keys to stoa_public;

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
grant insert, select, update (name, email, phone) on persons to stoa_application;
grant insert, select on persons to stoa_operator;
grant insert on persons to stoa_public;
grant select on persons to stoa_read;

create table price_list_companies (
  seller_id uuid not null,
  price_list_id uuid not null,
  company_id uuid not null,
  constraint price_list_companies_pkey PRIMARY KEY (seller_id, price_list_id, company_id)
);
CREATE INDEX price_list_companies_by_company ON public.price_list_companies USING btree (company_id, seller_id, price_list_id);
alter table price_list_companies enable row level security;
alter table price_list_companies force row level security;
grant delete, select on price_list_companies to stoa_application;
grant insert, select on price_list_companies to stoa_flow;
grant select on price_list_companies to stoa_operator;
grant select on price_list_companies to stoa_read;

create table price_list_prices (
  seller_id uuid not null,
  price_list_id uuid not null,
  offer_id uuid not null,
  unit_price bigint not null,
  tier_quantities integer[] not null,
  tier_prices bigint[] not null,
  constraint price_list_prices_pkey PRIMARY KEY (seller_id, price_list_id, offer_id),
  constraint price_list_prices_price_is_on_the_wire CHECK (((0 <= ALL (tier_prices)) AND ('9007199254740991'::bigint >= ALL (tier_prices)) AND ((unit_price >= 0) AND (unit_price <= '9007199254740991'::bigint)))),
  constraint price_list_prices_tiers_ascend CHECK (((cardinality(tier_quantities) = cardinality(tier_prices)) AND stoa_ascends(tier_quantities)))
);
alter table price_list_prices enable row level security;
alter table price_list_prices force row level security;
grant delete, insert, select, update (unit_price, tier_quantities, tier_prices) on price_list_prices to stoa_application;
grant select on price_list_prices to stoa_flow;
grant select on price_list_prices to stoa_operator;
grant select on price_list_prices to stoa_read;

create table price_lists (
  seller_id uuid not null,
  price_list_id uuid not null,
  name text not null,
  currency text not null,
  valid_from date not null,
  valid_until date,
  version integer not null,
  changed_at timestamp with time zone not null,
  constraint price_lists_pkey PRIMARY KEY (seller_id, price_list_id),
  constraint price_lists_name_key UNIQUE (seller_id, name),
  constraint price_lists_currency_is_iso CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint price_lists_end_after_start CHECK ((valid_until > valid_from))
);
alter table price_lists enable row level security;
alter table price_lists force row level security;
grant insert, select, update (name, valid_from, valid_until, version, changed_at) on price_lists to stoa_application;
grant select, update (version, changed_at) on price_lists to stoa_flow;
grant select on price_lists to stoa_operator;
grant select on price_lists to stoa_read;

create table products (
  product_id uuid not null,
  title text not null,
  created_at timestamp with time zone not null,
  category_id uuid,
  description text default ''::text not null,
  brand text,
  withdrawn_at timestamp with time zone,
  version integer default 1 not null,
  changed_at timestamp with time zone,
  search_text text default ''::text not null,
  constraint products_pkey PRIMARY KEY (product_id)
);
CREATE INDEX products_by_category ON public.products USING btree (category_id, product_id);
CREATE INDEX products_by_likeness ON public.products USING gin (search_text gin_trgm_ops);
CREATE INDEX products_by_words ON public.products USING gin (to_tsvector('simple'::regconfig, search_text));
CREATE INDEX products_withdrawn ON public.products USING btree (product_id) WHERE (withdrawn_at IS NOT NULL);
grant select on products to stoa_application;
grant select on products to stoa_flow;
grant insert, select, update (title, category_id, description, brand, withdrawn_at, version, changed_at, search_text) on products to stoa_operator;
grant select on products to stoa_public;
grant select on products to stoa_read;

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
  packed integer default 0 not null,
  reassigned integer default 0 not null,
  replacement integer default 0 not null,
  constraint reservations_pkey PRIMARY KEY (seller_id, reservation_id),
  constraint reservations_one_per_line_and_location UNIQUE (seller_id, order_id, line_number, location_id, replacement),
  constraint reservations_never_given_twice CHECK (((finalized >= 0) AND (released >= 0) AND (packed >= 0) AND (reassigned >= 0) AND ((((finalized + released) + reassigned) + packed) <= quantity))),
  constraint reservations_quantity_is_positive CHECK (((quantity > 0) AND ((backordered >= 0) AND (backordered <= quantity))))
);
CREATE INDEX reservations_holding ON public.reservations USING btree (seller_id, offer_id, location_id, reservation_id) WHERE (((finalized + released) + reassigned) < quantity);
alter table reservations enable row level security;
alter table reservations force row level security;
grant select on reservations to stoa_application;
grant insert (seller_id, reservation_id, order_id, line_number, offer_id, location_id, quantity, backordered, replacement), select, update (quantity, backordered, finalized, released, packed, reassigned) on reservations to stoa_flow;
grant select on reservations to stoa_operator;
grant select on reservations to stoa_read;

create table seller_contracts (
  seller_id uuid not null,
  credit_risk text not null,
  version integer not null,
  changed_at timestamp with time zone not null,
  constraint seller_contracts_pkey PRIMARY KEY (seller_id),
  constraint seller_contracts_credit_risk_is_known CHECK ((credit_risk = ANY (ARRAY['seller'::text, 'operator'::text])))
);
alter table seller_contracts enable row level security;
alter table seller_contracts force row level security;
grant select on seller_contracts to stoa_application;
grant select on seller_contracts to stoa_flow;
grant insert, select, update (credit_risk, version, changed_at) on seller_contracts to stoa_operator;
grant select on seller_contracts to stoa_read;

create table seller_history (
  seller_id uuid not null,
  version integer not null,
  from_state text not null,
  event text not null,
  to_state text not null,
  actor_kind text not null,
  actor_id uuid,
  cause text not null,
  at timestamp with time zone not null,
  idempotency_id uuid,
  constraint seller_history_pkey PRIMARY KEY (seller_id, version, to_state),
  constraint seller_history_actor_is_known CHECK ((((actor_kind = ANY (ARRAY['seller'::text, 'operator'::text])) AND (actor_id IS NOT NULL)) OR ((actor_kind = ANY (ARRAY['public'::text, 'deadline'::text])) AND (actor_id IS NULL))))
);
alter table seller_history enable row level security;
alter table seller_history force row level security;
grant select on seller_history to stoa_application;
grant insert, select on seller_history to stoa_flow;
grant insert, select on seller_history to stoa_operator;
grant insert on seller_history to stoa_public;
grant select on seller_history to stoa_read;

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
  state text not null,
  suspension text,
  registration_number text,
  tax_number_checked_at timestamp with time zone,
  tax_number_evidence text,
  mandate_at timestamp with time zone,
  mandate_by uuid,
  series_prefix text,
  time_zone text default 'UTC'::text not null,
  working_days integer[] default '{1,2,3,4,5}'::integer[] not null,
  holidays date[] default '{}'::date[] not null,
  reviewer_id uuid,
  review_due_at timestamp with time zone,
  changed_at timestamp with time zone,
  constraint sellers_pkey PRIMARY KEY (seller_id),
  constraint sellers_series_prefix_key UNIQUE (series_prefix),
  constraint sellers_calendar_is_possible CHECK (((working_days <@ '{1,2,3,4,5,6,7}'::integer[]) AND (cardinality(holidays) <= 1000) AND ((cardinality(working_days) >= 1) AND (cardinality(working_days) <= 7)))),
  constraint sellers_country_is_alpha2 CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint sellers_series_prefix_is_short CHECK ((series_prefix ~ '^[A-Z0-9]{1,8}$'::text)),
  constraint sellers_suspension_has_a_reach CHECK ((((state = 'suspended'::text) = (suspension IS NOT NULL)) AND ((suspension IS NULL) OR (suspension = ANY (ARRAY['new'::text, 'hold'::text, 'cancel'::text])))))
);
alter table sellers add constraint sellers_active_is_complete CHECK (((state <> ALL (ARRAY['active'::text, 'suspended'::text])) OR ((tax_number IS NOT NULL) AND (mandate_at IS NOT NULL) AND (series_prefix IS NOT NULL)))) NOT VALID;
CREATE INDEX sellers_waiting ON public.sellers USING btree (review_due_at) WHERE (state = ANY (ARRAY['applied'::text, 'under_review'::text]));
alter table sellers enable row level security;
alter table sellers force row level security;
grant select, update (name, street, city, postal_code, country, tax_number, version, registration_number, tax_number_checked_at, tax_number_evidence, mandate_at, mandate_by, series_prefix, time_zone, working_days, holidays, changed_at) on sellers to stoa_application;
grant select, update (version, state, suspension, changed_at) on sellers to stoa_flow;
grant insert, select, update (name, street, city, postal_code, country, tax_number, version, state, suspension, registration_number, tax_number_checked_at, tax_number_evidence, mandate_at, mandate_by, series_prefix, time_zone, working_days, holidays, reviewer_id, review_due_at, changed_at) on sellers to stoa_operator;
grant insert, select (seller_id, name, city, country, version, state) on sellers to stoa_public;
grant select on sellers to stoa_read;

create table series_prefixes (
  issuer_id uuid not null,
  prefix text not null,
  constraint series_prefixes_pkey PRIMARY KEY (issuer_id),
  constraint series_prefixes_issuer_prefix_key UNIQUE (issuer_id, prefix),
  constraint series_prefixes_prefix_key UNIQUE (prefix)
);
grant select on series_prefixes to stoa_read;

create table settlements (
  seller_id uuid not null,
  invoice_id uuid not null,
  number integer not null,
  company_id uuid not null,
  source text not null,
  source_id uuid not null,
  amount bigint not null,
  released bigint not null,
  undoes integer,
  cause text not null,
  actor_kind text not null,
  actor_id uuid,
  at timestamp with time zone not null,
  constraint settlements_pkey PRIMARY KEY (seller_id, invoice_id, number),
  constraint settlements_undone_once UNIQUE (seller_id, invoice_id, undoes),
  constraint settlements_actor_is_known CHECK ((((actor_kind = ANY (ARRAY['company'::text, 'seller'::text, 'operator'::text])) AND (actor_id IS NOT NULL)) OR ((actor_kind = 'deadline'::text) AND (actor_id IS NULL)))),
  constraint settlements_number_is_positive CHECK ((number > 0)),
  constraint settlements_source_is_known CHECK ((source = ANY (ARRAY['bank_line'::text, 'customer_funds'::text, 'credit_note'::text, 'write_off'::text, 'rounding'::text]))),
  constraint settlements_undo_is_opposite CHECK ((((undoes IS NULL) = (amount > 0)) AND (amount <> 0) AND ((undoes IS NULL) OR (undoes < number))))
);
CREATE INDEX settlements_by_source ON public.settlements USING btree (source_id);
alter table settlements enable row level security;
alter table settlements force row level security;
grant select (seller_id, invoice_id, number, company_id, source, source_id, amount, undoes, cause, at) on settlements to stoa_application;
grant insert, select on settlements to stoa_flow;
grant select on settlements to stoa_operator;
grant select on settlements to stoa_read;

create table shipment_history (
  seller_id uuid not null,
  shipment_id uuid not null,
  version integer not null,
  from_state text not null,
  event text not null,
  to_state text not null,
  actor_kind text not null,
  actor_id uuid,
  cause text not null,
  at timestamp with time zone not null,
  idempotency_id uuid,
  constraint shipment_history_pkey PRIMARY KEY (seller_id, shipment_id, version),
  constraint shipment_history_actor_is_known CHECK ((((actor_kind = ANY (ARRAY['company'::text, 'seller'::text, 'operator'::text])) AND (actor_id IS NOT NULL)) OR ((actor_kind = 'deadline'::text) AND (actor_id IS NULL))))
);
alter table shipment_history enable row level security;
alter table shipment_history force row level security;
grant select on shipment_history to stoa_application;
grant insert, select on shipment_history to stoa_flow;
grant select on shipment_history to stoa_operator;
grant select on shipment_history to stoa_read;

create table shipment_lines (
  seller_id uuid not null,
  shipment_id uuid not null,
  line_number integer not null,
  reservation_id uuid not null,
  quantity integer not null,
  gross bigint,
  discount bigint,
  net bigint,
  restocked integer default 0 not null,
  scrapped integer default 0 not null,
  constraint shipment_lines_pkey PRIMARY KEY (seller_id, shipment_id, line_number),
  constraint shipment_lines_back_within_quantity CHECK (((restocked >= 0) AND (scrapped >= 0) AND ((restocked + scrapped) <= quantity))),
  constraint shipment_lines_net_is_gross_less_discount CHECK (((net = (gross - discount)) AND (net >= 0))),
  constraint shipment_lines_quantity_is_positive CHECK ((quantity > 0))
);
alter table shipment_lines enable row level security;
alter table shipment_lines force row level security;
grant select on shipment_lines to stoa_application;
grant insert (seller_id, shipment_id, line_number, reservation_id, quantity), select, update (gross, discount, net, restocked, scrapped) on shipment_lines to stoa_flow;
grant select on shipment_lines to stoa_operator;
grant select on shipment_lines to stoa_read;

create table shipments (
  seller_id uuid not null,
  shipment_id uuid not null,
  order_id uuid not null,
  company_id uuid not null,
  number integer not null,
  location_id uuid not null,
  state text not null,
  version integer not null,
  carrier text,
  tracking text,
  packed_at timestamp with time zone not null,
  shipped_at timestamp with time zone,
  ended_at timestamp with time zone,
  resolution text,
  replaces uuid,
  forced_reason text,
  idempotency_id uuid not null,
  constraint shipments_pkey PRIMARY KEY (seller_id, shipment_id),
  constraint shipments_number_key UNIQUE (seller_id, order_id, number),
  constraint shipments_once_per_key_and_order UNIQUE (seller_id, idempotency_id, order_id),
  constraint shipments_shipment_id_key UNIQUE (shipment_id),
  constraint shipments_ended_has_its_time CHECK (((ended_at IS NULL) = (state = ANY (ARRAY['packed'::text, 'shipped'::text, 'lost'::text, 'refused'::text])))),
  constraint shipments_forced_is_shipped CHECK (((forced_reason IS NULL) OR (shipped_at IS NOT NULL))),
  constraint shipments_number_is_positive CHECK ((number > 0)),
  constraint shipments_refused_is_credited CHECK (((state <> ALL (ARRAY['refused'::text, 'returned_to_seller'::text, 'written_off'::text])) OR (NOT (resolution IS DISTINCT FROM 'credited'::text)))),
  constraint shipments_resolution_is_known CHECK (((resolution IS NULL) OR ((resolution = ANY (ARRAY['credited'::text, 'replaced'::text])) AND (state = ANY (ARRAY['lost'::text, 'refused'::text, 'delivered'::text, 'returned_to_seller'::text, 'written_off'::text]))))),
  constraint shipments_shipped_has_its_time CHECK (((shipped_at IS NULL) = (state = ANY (ARRAY['packed'::text, 'cancelled'::text])))),
  constraint shipments_times_rise CHECK (((shipped_at >= packed_at) AND (ended_at >= COALESCE(shipped_at, packed_at))))
);
CREATE INDEX shipments_by_company ON public.shipments USING btree (company_id, shipment_id);
CREATE INDEX shipments_by_order ON public.shipments USING btree (seller_id, order_id);
CREATE UNIQUE INDEX shipments_one_replacement ON public.shipments USING btree (seller_id, replaces) WHERE ((replaces IS NOT NULL) AND (state <> 'cancelled'::text));
alter table shipments enable row level security;
alter table shipments force row level security;
grant select on shipments to stoa_application;
grant insert (seller_id, shipment_id, order_id, company_id, number, location_id, state, version, carrier, tracking, packed_at, replaces, idempotency_id), select, update (state, version, carrier, tracking, shipped_at, ended_at, resolution, forced_reason) on shipments to stoa_flow;
grant select on shipments to stoa_operator;
grant select on shipments to stoa_read;

create table stock_levels (
  seller_id uuid not null,
  offer_id uuid not null,
  location_id uuid not null,
  on_hand integer not null,
  reserved integer default 0 not null,
  backorder_limit integer default 0 not null,
  expected_on date,
  in_stock boolean generated always as ((on_hand > reserved)) stored not null,
  on_backorder boolean generated always as (((on_hand + backorder_limit) > reserved)) stored not null,
  constraint stock_levels_pkey PRIMARY KEY (seller_id, offer_id, location_id),
  constraint stock_levels_are_bounded CHECK (((on_hand <= 1000000000) AND (backorder_limit <= 1000000000))),
  constraint stock_levels_never_oversold CHECK (((on_hand >= 0) AND (reserved >= 0) AND (backorder_limit >= 0) AND (reserved <= (on_hand + backorder_limit))))
) with (fillfactor=70);
alter table stock_levels enable row level security;
alter table stock_levels force row level security;
grant insert (seller_id, offer_id, location_id, on_hand), select, update (on_hand, backorder_limit, expected_on) on stock_levels to stoa_application;
grant insert (seller_id, offer_id, location_id, on_hand), select, update (on_hand, reserved, backorder_limit, expected_on) on stock_levels to stoa_flow;
grant select on stock_levels to stoa_operator;
grant select (seller_id, offer_id, in_stock, on_backorder) on stock_levels to stoa_public;
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
  constraint stock_operations_have_a_reason CHECK (((kind = ANY (ARRAY['receive'::text, 'reassign'::text])) OR (reason IS NOT NULL))),
  constraint stock_operations_kind_is_known CHECK ((kind = ANY (ARRAY['receive'::text, 'adjust'::text, 'limit'::text, 'restock'::text, 'transfer'::text, 'reassign'::text])))
);
alter table stock_operations enable row level security;
alter table stock_operations force row level security;
grant insert, select on stock_operations to stoa_application;
grant insert on stock_operations to stoa_flow;
grant select on stock_operations to stoa_read;

create table tax_numbers (
  organisation_id uuid not null,
  country text not null,
  number text not null,
  checked_at timestamp with time zone,
  evidence text,
  changed_at timestamp with time zone not null,
  constraint tax_numbers_pkey PRIMARY KEY (organisation_id, country),
  constraint tax_numbers_check_has_evidence CHECK (((checked_at IS NULL) = (evidence IS NULL))),
  constraint tax_numbers_country_is_alpha2 CHECK ((country ~ '^[A-Z]{2}$'::text))
);
alter table tax_numbers enable row level security;
alter table tax_numbers force row level security;
grant delete, insert (organisation_id, country, number, changed_at), select on tax_numbers to stoa_application;
grant select on tax_numbers to stoa_flow;
grant delete, insert, select, update (number, checked_at, evidence, changed_at) on tax_numbers to stoa_operator;
grant select on tax_numbers to stoa_read;

create table tax_rates (
  tax_rate_id uuid not null,
  country text not null,
  category text not null,
  code text not null,
  rate_ppm integer not null,
  valid_from date not null,
  valid_until date,
  exemption_code text,
  exemption_text text,
  constraint tax_rates_pkey PRIMARY KEY (tax_rate_id),
  constraint tax_rates_from_key UNIQUE (country, category, valid_from),
  constraint tax_rates_code_fits_rate CHECK ((((code = 'S'::text) AND ((rate_ppm >= 1) AND (rate_ppm <= 1000000)) AND (exemption_text IS NULL) AND (exemption_code IS NULL)) OR ((code = 'Z'::text) AND (rate_ppm = 0) AND (exemption_text IS NULL) AND (exemption_code IS NULL)) OR ((code = ANY (ARRAY['E'::text, 'AE'::text, 'O'::text])) AND (rate_ppm = 0) AND (exemption_text IS NOT NULL)))),
  constraint tax_rates_country_is_alpha2 CHECK ((country ~ '^[A-Z]{2}$'::text)),
  constraint tax_rates_end_after_start CHECK ((valid_until > valid_from)),
  constraint tax_rates_exemption_code_is_vatex CHECK ((exemption_code ~ '^VATEX-[A-Z]{2}(-[A-Z0-9]+)+$'::text))
);
grant select on tax_rates to stoa_flow;
grant insert, select, update (valid_until) on tax_rates to stoa_operator;
grant select on tax_rates to stoa_read;

create table variants (
  variant_id uuid not null,
  product_id uuid not null,
  sku text not null,
  title text not null,
  unit text not null,
  attributes jsonb not null,
  gtin text,
  weight_grams integer,
  version integer default 1 not null,
  constraint variants_pkey PRIMARY KEY (variant_id),
  constraint variants_gtin_key UNIQUE (gtin),
  constraint variants_sku_key UNIQUE (sku),
  constraint variants_gtin_is_valid CHECK (stoa_gtin_is_valid(gtin)),
  constraint variants_weight_is_bounded CHECK (((weight_grams >= 0) AND (weight_grams <= 1000000000)))
);
CREATE INDEX variants_by_attribute ON public.variants USING gin (attributes jsonb_path_ops);
CREATE INDEX variants_by_product ON public.variants USING btree (product_id);
grant select on variants to stoa_application;
grant select on variants to stoa_flow;
grant insert, select, update (sku, title, unit, attributes, gtin, weight_grams, version) on variants to stoa_operator;
grant select on variants to stoa_public;
grant select on variants to stoa_read;

alter table api_keys add constraint api_keys_member_fkey FOREIGN KEY (organisation_id, person_id) REFERENCES members(organisation_id, person_id);
alter table api_keys add constraint api_keys_organisation_fkey FOREIGN KEY (organisation_id, kind) REFERENCES organisations(organisation_id, kind);
alter table bank_allocations add constraint bank_allocations_line_fkey FOREIGN KEY (line_id) REFERENCES bank_lines(line_id);
alter table bank_allocations add constraint bank_allocations_settlement_fkey FOREIGN KEY (seller_id, target_id, settlement) REFERENCES settlements(seller_id, invoice_id, number);
alter table bank_allocations add constraint bank_allocations_undoes_fkey FOREIGN KEY (line_id, undoes) REFERENCES bank_allocations(line_id, number);
alter table bank_lines add constraint bank_lines_account_fkey FOREIGN KEY (account, currency) REFERENCES bank_accounts(account, currency);
alter table bank_lines add constraint bank_lines_recorded_line_fkey FOREIGN KEY (recorded_line) REFERENCES bank_lines(line_id);
alter table bank_lines add constraint bank_lines_statement_fkey FOREIGN KEY (statement_id) REFERENCES bank_statements(statement_id);
alter table bank_statements add constraint bank_statements_account_fkey FOREIGN KEY (account, currency) REFERENCES bank_accounts(account, currency);
alter table categories add constraint categories_parent_fkey FOREIGN KEY (parent_id) REFERENCES categories(category_id);
alter table checkout_history add constraint checkout_history_checkout_fkey FOREIGN KEY (company_id, checkout_id) REFERENCES checkouts(company_id, checkout_id);
alter table checkouts add constraint checkouts_company_fkey FOREIGN KEY (company_id) REFERENCES companies(company_id);
alter table checkouts add constraint checkouts_replaces_fkey FOREIGN KEY (company_id, replaces) REFERENCES checkouts(company_id, checkout_id);
alter table commission_entries add constraint commission_entries_statement_fkey FOREIGN KEY (seller_id, statement_id, tax_rate_ppm) REFERENCES commission_statements(seller_id, statement_id, tax_rate_ppm);
alter table commission_plans add constraint commission_plans_category_fkey FOREIGN KEY (category_id) REFERENCES categories(category_id);
alter table commission_plans add constraint commission_plans_operator_fkey FOREIGN KEY (operator_id) REFERENCES operator_profiles(operator_id);
alter table commission_plans add constraint commission_plans_seller_fkey FOREIGN KEY (seller_id) REFERENCES sellers(seller_id);
alter table commission_statements add constraint commission_statements_invoice_fkey FOREIGN KEY (commission_invoice_id) REFERENCES documents(document_id);
alter table commission_statements add constraint commission_statements_seller_fkey FOREIGN KEY (seller_id) REFERENCES sellers(seller_id);
alter table companies add constraint companies_contact_fkey FOREIGN KEY (company_id, contact_person_id) REFERENCES persons(organisation_id, person_id);
alter table companies add constraint companies_organisation_fkey FOREIGN KEY (company_id) REFERENCES organisations(organisation_id);
alter table company_addresses add constraint company_addresses_company_fkey FOREIGN KEY (company_id) REFERENCES companies(company_id);
alter table company_funds add constraint company_funds_company_fkey FOREIGN KEY (company_id) REFERENCES companies(company_id);
alter table company_history add constraint company_history_company_fkey FOREIGN KEY (company_id) REFERENCES companies(company_id);
alter table credit_accounts add constraint credit_accounts_company_fkey FOREIGN KEY (company_id) REFERENCES companies(company_id);
alter table credit_notes add constraint credit_notes_document_fkey FOREIGN KEY (seller_id, credit_note_id) REFERENCES documents(issuer_id, document_id);
alter table credit_notes add constraint credit_notes_invoice_fkey FOREIGN KEY (seller_id, invoice_id) REFERENCES invoices(seller_id, invoice_id);
alter table document_series add constraint document_series_issuer_fkey FOREIGN KEY (issuer_id) REFERENCES organisations(organisation_id);
alter table documents add constraint documents_begin_with_their_prefix FOREIGN KEY (issuer_id, series_prefix) REFERENCES series_prefixes(issuer_id, prefix);
alter table documents add constraint documents_recipient_fkey FOREIGN KEY (recipient_id) REFERENCES organisations(organisation_id);
alter table documents add constraint documents_series_fkey FOREIGN KEY (issuer_id, type) REFERENCES document_series(issuer_id, type);
alter table freight_plans add constraint freight_plans_seller_fkey FOREIGN KEY (seller_id) REFERENCES sellers(seller_id);
alter table invoice_lines add constraint invoice_lines_invoice_fkey FOREIGN KEY (seller_id, invoice_id) REFERENCES invoices(seller_id, invoice_id);
alter table invoice_payables add constraint invoice_payables_invoice_fkey FOREIGN KEY (seller_id, invoice_id) REFERENCES invoices(seller_id, invoice_id);
alter table invoice_tax_groups add constraint invoice_tax_groups_invoice_fkey FOREIGN KEY (seller_id, invoice_id) REFERENCES invoices(seller_id, invoice_id);
alter table invoices add constraint invoices_checkout_fkey FOREIGN KEY (company_id, checkout_id) REFERENCES checkouts(company_id, checkout_id);
alter table invoices add constraint invoices_document_fkey FOREIGN KEY (seller_id, invoice_id) REFERENCES documents(issuer_id, document_id);
alter table invoices add constraint invoices_order_fkey FOREIGN KEY (seller_id, order_id) REFERENCES orders(seller_id, order_id);
alter table invoices add constraint invoices_shipment_fkey FOREIGN KEY (seller_id, shipment_id) REFERENCES shipments(seller_id, shipment_id);
alter table ledger_balances add constraint ledger_balances_account_fkey FOREIGN KEY (account_id) REFERENCES ledger_accounts(account_id);
alter table ledger_transfers add constraint ledger_transfers_transaction_fkey FOREIGN KEY (transaction_id) REFERENCES ledger_transactions(transaction_id);
alter table ledger_unrolled add constraint ledger_unrolled_transaction_fkey FOREIGN KEY (transaction_id) REFERENCES ledger_transactions(transaction_id);
alter table locations add constraint locations_seller_fkey FOREIGN KEY (seller_id) REFERENCES sellers(seller_id);
alter table members add constraint members_organisation_fkey FOREIGN KEY (organisation_id, kind) REFERENCES organisations(organisation_id, kind);
alter table members add constraint members_person_fkey FOREIGN KEY (organisation_id, person_id) REFERENCES persons(organisation_id, person_id);
alter table movements add constraint movements_level_fkey FOREIGN KEY (seller_id, offer_id, location_id) REFERENCES stock_levels(seller_id, offer_id, location_id);
alter table offers add constraint offers_seller_fkey FOREIGN KEY (seller_id) REFERENCES sellers(seller_id);
alter table offers add constraint offers_variant_fkey FOREIGN KEY (variant_id) REFERENCES variants(variant_id);
alter table operator_profiles add constraint operator_profiles_operator_fkey FOREIGN KEY (operator_id) REFERENCES organisations(organisation_id);
alter table order_cancellation_lines add constraint order_cancellation_lines_cancellation_fkey FOREIGN KEY (seller_id, cancellation_id) REFERENCES order_cancellations(seller_id, cancellation_id);
alter table order_cancellations add constraint order_cancellations_order_fkey FOREIGN KEY (seller_id, order_id) REFERENCES orders(seller_id, order_id);
alter table order_commissions add constraint order_commissions_order_fkey FOREIGN KEY (seller_id, order_id) REFERENCES orders(seller_id, order_id);
alter table order_freight add constraint order_freight_group_fkey FOREIGN KEY (seller_id, order_id, tax_category, amendment) REFERENCES order_tax_groups(seller_id, order_id, tax_category, amendment);
alter table order_history add constraint order_history_order_fkey FOREIGN KEY (seller_id, order_id) REFERENCES orders(seller_id, order_id);
alter table order_lines add constraint order_lines_order_fkey FOREIGN KEY (seller_id, order_id) REFERENCES orders(seller_id, order_id);
alter table order_request_lines add constraint order_request_lines_request_fkey FOREIGN KEY (seller_id, request_id) REFERENCES order_requests(seller_id, request_id);
alter table order_requests add constraint order_requests_order_fkey FOREIGN KEY (seller_id, order_id) REFERENCES orders(seller_id, order_id);
alter table order_tax_amendments add constraint order_tax_amendments_from_fkey FOREIGN KEY (seller_id, order_id, tax_category, amends) REFERENCES order_tax_groups(seller_id, order_id, tax_category, amendment);
alter table order_tax_amendments add constraint order_tax_amendments_order_fkey FOREIGN KEY (seller_id, order_id) REFERENCES orders(seller_id, order_id);
alter table order_tax_amendments add constraint order_tax_amendments_shipment_fkey FOREIGN KEY (seller_id, shipment_id) REFERENCES shipments(seller_id, shipment_id);
alter table order_tax_amendments add constraint order_tax_amendments_to_fkey FOREIGN KEY (seller_id, order_id, tax_category, number) REFERENCES order_tax_groups(seller_id, order_id, tax_category, amendment);
alter table order_tax_groups add constraint order_tax_groups_order_fkey FOREIGN KEY (seller_id, order_id) REFERENCES orders(seller_id, order_id);
alter table orders add constraint orders_checkout_fkey FOREIGN KEY (company_id, checkout_id) REFERENCES checkouts(company_id, checkout_id);
alter table person_keys add constraint person_keys_person_fkey FOREIGN KEY (organisation_id, person_id) REFERENCES persons(organisation_id, person_id);
alter table persons add constraint persons_organisation_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(organisation_id);
alter table price_list_companies add constraint price_list_companies_company_fkey FOREIGN KEY (company_id) REFERENCES companies(company_id);
alter table price_list_companies add constraint price_list_companies_list_fkey FOREIGN KEY (seller_id, price_list_id) REFERENCES price_lists(seller_id, price_list_id);
alter table price_list_prices add constraint price_list_prices_list_fkey FOREIGN KEY (seller_id, price_list_id) REFERENCES price_lists(seller_id, price_list_id);
alter table price_list_prices add constraint price_list_prices_offer_fkey FOREIGN KEY (seller_id, offer_id) REFERENCES offers(seller_id, offer_id);
alter table price_lists add constraint price_lists_seller_fkey FOREIGN KEY (seller_id) REFERENCES sellers(seller_id);
alter table products add constraint products_category_fkey FOREIGN KEY (category_id) REFERENCES categories(category_id);
alter table reservations add constraint reservations_level_fkey FOREIGN KEY (seller_id, offer_id, location_id) REFERENCES stock_levels(seller_id, offer_id, location_id);
alter table reservations add constraint reservations_line_fkey FOREIGN KEY (seller_id, order_id, line_number) REFERENCES order_lines(seller_id, order_id, line_number);
alter table seller_contracts add constraint seller_contracts_seller_fkey FOREIGN KEY (seller_id) REFERENCES sellers(seller_id);
alter table seller_history add constraint seller_history_seller_fkey FOREIGN KEY (seller_id) REFERENCES sellers(seller_id);
alter table sellers add constraint sellers_contact_fkey FOREIGN KEY (seller_id, contact_person_id) REFERENCES persons(organisation_id, person_id);
alter table sellers add constraint sellers_organisation_fkey FOREIGN KEY (seller_id) REFERENCES organisations(organisation_id);
alter table series_prefixes add constraint series_prefixes_issuer_fkey FOREIGN KEY (issuer_id) REFERENCES organisations(organisation_id);
alter table settlements add constraint settlements_invoice_fkey FOREIGN KEY (seller_id, invoice_id) REFERENCES invoices(seller_id, invoice_id);
alter table settlements add constraint settlements_undoes_fkey FOREIGN KEY (seller_id, invoice_id, undoes) REFERENCES settlements(seller_id, invoice_id, number);
alter table shipment_history add constraint shipment_history_shipment_fkey FOREIGN KEY (seller_id, shipment_id) REFERENCES shipments(seller_id, shipment_id);
alter table shipment_lines add constraint shipment_lines_reservation_fkey FOREIGN KEY (seller_id, reservation_id) REFERENCES reservations(seller_id, reservation_id);
alter table shipment_lines add constraint shipment_lines_shipment_fkey FOREIGN KEY (seller_id, shipment_id) REFERENCES shipments(seller_id, shipment_id);
alter table shipments add constraint shipments_location_fkey FOREIGN KEY (seller_id, location_id) REFERENCES locations(seller_id, location_id);
alter table shipments add constraint shipments_order_fkey FOREIGN KEY (seller_id, order_id) REFERENCES orders(seller_id, order_id);
alter table shipments add constraint shipments_replaces_fkey FOREIGN KEY (seller_id, replaces) REFERENCES shipments(seller_id, shipment_id);
alter table stock_levels add constraint stock_levels_location_fkey FOREIGN KEY (seller_id, location_id) REFERENCES locations(seller_id, location_id);
alter table stock_levels add constraint stock_levels_offer_fkey FOREIGN KEY (seller_id, offer_id) REFERENCES offers(seller_id, offer_id);
alter table stock_operations add constraint stock_operations_seller_fkey FOREIGN KEY (seller_id) REFERENCES sellers(seller_id);
alter table tax_numbers add constraint tax_numbers_organisation_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(organisation_id);
alter table variants add constraint variants_product_fkey FOREIGN KEY (product_id) REFERENCES products(product_id);

create policy api_keys_auth on api_keys for select to stoa_auth using (true);
create policy api_keys_flow on api_keys for select to stoa_flow using (true);
create policy api_keys_operator on api_keys to stoa_operator using (true);
create policy api_keys_own on api_keys to stoa_application using ((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy api_keys_read on api_keys for select to stoa_read using (true);
create policy audit_entries_flow_insert on audit_entries for insert to stoa_flow with check (true);
create policy audit_entries_operator on audit_entries to stoa_operator using (true);
create policy audit_entries_own_insert on audit_entries for insert to stoa_application with check ((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy audit_entries_read on audit_entries for select to stoa_read using (true);
create policy bank_accounts_flow on bank_accounts to stoa_flow using (true);
create policy bank_accounts_operator on bank_accounts for select to stoa_operator using (true);
create policy bank_accounts_read on bank_accounts for select to stoa_read using (true);
create policy bank_allocations_flow on bank_allocations to stoa_flow using (true);
create policy bank_allocations_operator on bank_allocations for select to stoa_operator using (true);
create policy bank_allocations_read on bank_allocations for select to stoa_read using (true);
create policy bank_lines_flow on bank_lines to stoa_flow using (true);
create policy bank_lines_operator on bank_lines for select to stoa_operator using (true);
create policy bank_lines_read on bank_lines for select to stoa_read using (true);
create policy bank_statements_flow on bank_statements to stoa_flow using (true);
create policy bank_statements_operator on bank_statements for select to stoa_operator using (true);
create policy bank_statements_read on bank_statements for select to stoa_read using (true);
create policy checkout_history_flow on checkout_history to stoa_flow using (true);
create policy checkout_history_operator on checkout_history for select to stoa_operator using (true);
create policy checkout_history_own on checkout_history for select to stoa_application using ((company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy checkout_history_read on checkout_history for select to stoa_read using (true);
create policy checkouts_flow on checkouts to stoa_flow using (true);
create policy checkouts_operator on checkouts for select to stoa_operator using (true);
create policy checkouts_own on checkouts for select to stoa_application using ((company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy checkouts_read on checkouts for select to stoa_read using (true);
create policy commission_entries_flow on commission_entries to stoa_flow using (true);
create policy commission_entries_operator on commission_entries for select to stoa_operator using (true);
create policy commission_entries_own on commission_entries for select to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy commission_entries_read on commission_entries for select to stoa_read using (true);
create policy commission_plans_flow on commission_plans for select to stoa_flow using (true);
create policy commission_plans_operator on commission_plans to stoa_operator using (true);
create policy commission_plans_read on commission_plans for select to stoa_read using (true);
create policy commission_statements_flow on commission_statements to stoa_flow using (true);
create policy commission_statements_operator on commission_statements for select to stoa_operator using (true);
create policy commission_statements_own on commission_statements for select to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy commission_statements_read on commission_statements for select to stoa_read using (true);
create policy companies_flow on companies for select to stoa_flow using (true);
create policy companies_flow_update on companies for update to stoa_flow using (true);
create policy companies_operator on companies to stoa_operator using (true);
create policy companies_own on companies to stoa_application using ((company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy companies_public_insert on companies for insert to stoa_public with check (((state = 'pending'::text) AND (version = 1) AND (payment_days = 30) AND (tax_number_checked_at IS NULL) AND (tax_number_evidence IS NULL) AND (reviewer_id IS NULL) AND (EXISTS ( SELECT
   FROM organisations o
  WHERE ((o.organisation_id = companies.company_id) AND (o.kind = 'company'::text))))));
create policy companies_read on companies for select to stoa_read using (true);
create policy company_addresses_flow on company_addresses for select to stoa_flow using (true);
create policy company_addresses_operator on company_addresses for select to stoa_operator using (true);
create policy company_addresses_own on company_addresses to stoa_application using ((company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy company_addresses_read on company_addresses for select to stoa_read using (true);
create policy company_funds_flow on company_funds to stoa_flow using (true);
create policy company_funds_operator on company_funds for select to stoa_operator using (true);
create policy company_funds_own on company_funds for select to stoa_application using ((company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy company_funds_read on company_funds for select to stoa_read using (true);
create policy company_history_flow on company_history to stoa_flow using (true);
create policy company_history_operator on company_history to stoa_operator using (true);
create policy company_history_own on company_history for select to stoa_application using ((company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy company_history_public_insert on company_history for insert to stoa_public with check (((to_state = 'pending'::text) AND (EXISTS ( SELECT
   FROM organisations o
  WHERE (o.organisation_id = company_history.company_id)))));
create policy company_history_read on company_history for select to stoa_read using (true);
create policy credit_accounts_flow on credit_accounts to stoa_flow using (true);
create policy credit_accounts_operator on credit_accounts to stoa_operator using (true);
create policy credit_accounts_own on credit_accounts for select to stoa_application using ((company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy credit_accounts_read on credit_accounts for select to stoa_read using (true);
create policy credit_notes_flow on credit_notes to stoa_flow using (true);
create policy credit_notes_operator on credit_notes for select to stoa_operator using (true);
create policy credit_notes_own on credit_notes for select to stoa_application using (((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))));
create policy credit_notes_read on credit_notes for select to stoa_read using (true);
create policy deadlines_flow on deadlines to stoa_flow using (true);
create policy deadlines_operator on deadlines to stoa_operator using ((kind = ANY (ARRAY['seller_review'::text, 'company_review'::text, 'category_words'::text])));
create policy deadlines_operator_select on deadlines for select to stoa_operator using ((kind = ANY (ARRAY['order_acceptance'::text, 'order_late'::text, 'order_ship_end'::text, 'order_request'::text])));
create policy deadlines_own on deadlines for select to stoa_application using (((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (EXISTS ( SELECT
   FROM orders o
  WHERE ((o.seller_id = deadlines.organisation_id) AND (o.order_id = deadlines.subject_id)))) OR (EXISTS ( SELECT
   FROM order_requests r
  WHERE ((r.seller_id = deadlines.organisation_id) AND (r.request_id = deadlines.subject_id))))));
create policy deadlines_public_insert on deadlines for insert to stoa_public with check (((kind = ANY (ARRAY['seller_review'::text, 'company_review'::text])) AND (subject_id = organisation_id) AND (EXISTS ( SELECT
   FROM organisations o
  WHERE (o.organisation_id = deadlines.organisation_id)))));
create policy deadlines_read on deadlines for select to stoa_read using (true);
create policy document_series_flow on document_series to stoa_flow using (true);
create policy document_series_read on document_series for select to stoa_read using (true);
create policy documents_flow on documents to stoa_flow using (true);
create policy documents_operator on documents for select to stoa_operator using (true);
create policy documents_own on documents for select to stoa_application using (((issuer_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (recipient_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))));
create policy documents_read on documents for select to stoa_read using (true);
create policy event_audiences_flow_insert on event_audiences for insert to stoa_flow with check (("position" IS NULL));
create policy event_audiences_operator_insert on event_audiences for insert to stoa_operator with check (("position" IS NULL));
create policy event_audiences_own on event_audiences to stoa_application using ((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))) with check (((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) AND ("position" IS NULL)));
create policy event_audiences_public_insert on event_audiences for insert to stoa_public with check ((("position" IS NULL) AND (EXISTS ( SELECT
   FROM organisations o
  WHERE (o.organisation_id = event_audiences.organisation_id)))));
create policy event_audiences_read on event_audiences for select to stoa_read using (true);
create policy event_audiences_sequencer_select on event_audiences for select to stoa_sequencer using (true);
create policy event_audiences_sequencer_update on event_audiences for update to stoa_sequencer using (true);
create policy events_flow_insert on events for insert to stoa_flow with check (("position" IS NULL));
create policy events_operator_insert on events for insert to stoa_operator with check (("position" IS NULL));
create policy events_operator_select on events for select to stoa_operator using (true);
create policy events_own_insert on events for insert to stoa_application with check (((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) AND ("position" IS NULL)));
create policy events_public_insert on events for insert to stoa_public with check ((("position" IS NULL) AND (EXISTS ( SELECT
   FROM organisations o
  WHERE (o.organisation_id = events.organisation_id)))));
create policy events_read on events for select to stoa_read using (true);
create policy events_sequencer_select on events for select to stoa_sequencer using (true);
create policy events_sequencer_update on events for update to stoa_sequencer using (true);
create policy freight_plans_flow on freight_plans for select to stoa_flow using (true);
create policy freight_plans_operator on freight_plans for select to stoa_operator using (true);
create policy freight_plans_own on freight_plans to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy freight_plans_read on freight_plans for select to stoa_read using (true);
create policy holds_flow on holds to stoa_flow using (true);
create policy holds_operator on holds for select to stoa_operator using (true);
create policy holds_own on holds for select to stoa_application using (((subject_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (EXISTS ( SELECT
   FROM orders o
  WHERE (o.order_id = holds.subject_id)))));
create policy holds_read on holds for select to stoa_read using (true);
create policy idempotency_flow on idempotency to stoa_flow using (true);
create policy idempotency_operator on idempotency to stoa_operator using (true);
create policy idempotency_own on idempotency to stoa_application using ((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy idempotency_public on idempotency to stoa_public using ((organisation_id = '00000000-0000-0000-0000-000000000000'::uuid)) with check ((organisation_id = '00000000-0000-0000-0000-000000000000'::uuid));
create policy idempotency_read on idempotency for select to stoa_read using (true);
create policy invoice_lines_flow on invoice_lines to stoa_flow using (true);
create policy invoice_lines_operator on invoice_lines for select to stoa_operator using (true);
create policy invoice_lines_own on invoice_lines for select to stoa_application using ((EXISTS ( SELECT
   FROM invoices i
  WHERE ((i.seller_id = invoice_lines.seller_id) AND (i.invoice_id = invoice_lines.invoice_id)))));
create policy invoice_lines_read on invoice_lines for select to stoa_read using (true);
create policy invoice_payables_flow on invoice_payables to stoa_flow using (true);
create policy invoice_payables_operator on invoice_payables for select to stoa_operator using (true);
create policy invoice_payables_own on invoice_payables for select to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy invoice_payables_read on invoice_payables for select to stoa_read using (true);
create policy invoice_tax_groups_flow on invoice_tax_groups to stoa_flow using (true);
create policy invoice_tax_groups_operator on invoice_tax_groups for select to stoa_operator using (true);
create policy invoice_tax_groups_own on invoice_tax_groups for select to stoa_application using ((EXISTS ( SELECT
   FROM invoices i
  WHERE ((i.seller_id = invoice_tax_groups.seller_id) AND (i.invoice_id = invoice_tax_groups.invoice_id)))));
create policy invoice_tax_groups_read on invoice_tax_groups for select to stoa_read using (true);
create policy invoices_flow on invoices to stoa_flow using (true);
create policy invoices_operator on invoices for select to stoa_operator using (true);
create policy invoices_own on invoices for select to stoa_application using (((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))));
create policy invoices_read on invoices for select to stoa_read using (true);
create policy ledger_accounts_flow on ledger_accounts to stoa_flow using (true);
create policy ledger_accounts_operator on ledger_accounts for select to stoa_operator using (true);
create policy ledger_accounts_own on ledger_accounts for select to stoa_application using ((party_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy ledger_accounts_read on ledger_accounts for select to stoa_read using (true);
create policy ledger_balances_flow on ledger_balances to stoa_flow using (true);
create policy ledger_balances_operator on ledger_balances for select to stoa_operator using (true);
create policy ledger_balances_read on ledger_balances for select to stoa_read using (true);
create policy ledger_transactions_flow on ledger_transactions to stoa_flow using (true);
create policy ledger_transactions_operator on ledger_transactions for select to stoa_operator using (true);
create policy ledger_transactions_own on ledger_transactions for select to stoa_application using ((EXISTS ( SELECT
   FROM ledger_transfers t
  WHERE ((t.transaction_id = ledger_transactions.transaction_id) AND ((t.debit_party_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (t.credit_party_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)))))));
create policy ledger_transactions_read on ledger_transactions for select to stoa_read using (true);
create policy ledger_transfers_flow on ledger_transfers to stoa_flow using (true);
create policy ledger_transfers_operator on ledger_transfers for select to stoa_operator using (true);
create policy ledger_transfers_own on ledger_transfers for select to stoa_application using (((debit_party_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (credit_party_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))));
create policy ledger_transfers_read on ledger_transfers for select to stoa_read using (true);
create policy locations_flow on locations for select to stoa_flow using (true);
create policy locations_operator on locations for select to stoa_operator using (true);
create policy locations_own on locations to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy locations_read on locations for select to stoa_read using (true);
create policy members_auth on members for select to stoa_auth using (true);
create policy members_flow on members for select to stoa_flow using (true);
create policy members_operator on members to stoa_operator using (true);
create policy members_own on members to stoa_application using ((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy members_public_insert on members for insert to stoa_public with check (((role = 'owner'::text) AND (EXISTS ( SELECT
   FROM organisations o
  WHERE (o.organisation_id = members.organisation_id)))));
create policy members_read on members for select to stoa_read using (true);
create policy movements_flow_insert on movements for insert to stoa_flow with check (true);
create policy movements_own on movements to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy movements_read on movements for select to stoa_read using (true);
create policy offers_flow on offers for select to stoa_flow using (true);
create policy offers_operator on offers for select to stoa_operator using (true);
create policy offers_own on offers to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy offers_public on offers for select to stoa_public using ((state = 'active'::text));
create policy offers_read on offers for select to stoa_read using (true);
create policy operator_profiles_flow on operator_profiles for select to stoa_flow using (true);
create policy operator_profiles_operator on operator_profiles to stoa_operator using (true);
create policy operator_profiles_read on operator_profiles for select to stoa_read using (true);
create policy order_cancellation_lines_flow on order_cancellation_lines to stoa_flow using (true);
create policy order_cancellation_lines_operator on order_cancellation_lines for select to stoa_operator using (true);
create policy order_cancellation_lines_own on order_cancellation_lines for select to stoa_application using (((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (EXISTS ( SELECT
   FROM order_cancellations c
  WHERE ((c.seller_id = order_cancellation_lines.seller_id) AND (c.cancellation_id = order_cancellation_lines.cancellation_id) AND (c.company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)))))));
create policy order_cancellation_lines_read on order_cancellation_lines for select to stoa_read using (true);
create policy order_cancellations_flow on order_cancellations to stoa_flow using (true);
create policy order_cancellations_operator on order_cancellations for select to stoa_operator using (true);
create policy order_cancellations_own on order_cancellations for select to stoa_application using (((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))));
create policy order_cancellations_read on order_cancellations for select to stoa_read using (true);
create policy order_commissions_flow on order_commissions to stoa_flow using (true);
create policy order_commissions_operator on order_commissions for select to stoa_operator using (true);
create policy order_commissions_own on order_commissions for select to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy order_commissions_read on order_commissions for select to stoa_read using (true);
create policy order_freight_flow on order_freight to stoa_flow using (true);
create policy order_freight_operator on order_freight for select to stoa_operator using (true);
create policy order_freight_own on order_freight for select to stoa_application using (((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (EXISTS ( SELECT
   FROM orders o
  WHERE ((o.seller_id = order_freight.seller_id) AND (o.order_id = order_freight.order_id) AND (o.company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)))))));
create policy order_freight_read on order_freight for select to stoa_read using (true);
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
create policy order_request_lines_flow on order_request_lines to stoa_flow using (true);
create policy order_request_lines_operator on order_request_lines for select to stoa_operator using (true);
create policy order_request_lines_own on order_request_lines for select to stoa_application using ((EXISTS ( SELECT
   FROM order_requests r
  WHERE ((r.seller_id = order_request_lines.seller_id) AND (r.request_id = order_request_lines.request_id) AND ((r.seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (r.company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)))))));
create policy order_request_lines_read on order_request_lines for select to stoa_read using (true);
create policy order_requests_flow on order_requests to stoa_flow using (true);
create policy order_requests_operator on order_requests for select to stoa_operator using (true);
create policy order_requests_own on order_requests for select to stoa_application using (((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))));
create policy order_requests_read on order_requests for select to stoa_read using (true);
create policy order_tax_amendments_flow on order_tax_amendments to stoa_flow using (true);
create policy order_tax_amendments_operator on order_tax_amendments for select to stoa_operator using (true);
create policy order_tax_amendments_own on order_tax_amendments for select to stoa_application using (((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))));
create policy order_tax_amendments_read on order_tax_amendments for select to stoa_read using (true);
create policy order_tax_groups_flow on order_tax_groups to stoa_flow using (true);
create policy order_tax_groups_operator on order_tax_groups for select to stoa_operator using (true);
create policy order_tax_groups_own on order_tax_groups for select to stoa_application using (((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (EXISTS ( SELECT
   FROM orders o
  WHERE ((o.seller_id = order_tax_groups.seller_id) AND (o.order_id = order_tax_groups.order_id) AND (o.company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)))))));
create policy order_tax_groups_read on order_tax_groups for select to stoa_read using (true);
create policy orders_flow on orders to stoa_flow using (true);
create policy orders_operator on orders for select to stoa_operator using (true);
create policy orders_own on orders for select to stoa_application using (((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))));
create policy orders_read on orders for select to stoa_read using (true);
create policy organisations_auth on organisations for select to stoa_auth using (true);
create policy organisations_operator on organisations to stoa_operator using (true);
create policy organisations_own on organisations for select to stoa_application using ((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy organisations_public on organisations for select to stoa_public using ((xmin = (pg_current_xact_id())::xid));
create policy organisations_public_insert on organisations for insert to stoa_public with check ((kind = ANY (ARRAY['seller'::text, 'company'::text])));
create policy organisations_read on organisations for select to stoa_read using (true);
create policy person_keys_operator on person_keys to stoa_operator using (true);
create policy person_keys_own_insert on person_keys for insert to stoa_application with check ((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy person_keys_public_insert on person_keys for insert to stoa_public with check ((EXISTS ( SELECT
   FROM organisations o
  WHERE (o.organisation_id = person_keys.organisation_id))));
create policy persons_operator on persons to stoa_operator using (true);
create policy persons_own on persons to stoa_application using ((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy persons_public_insert on persons for insert to stoa_public with check ((EXISTS ( SELECT
   FROM organisations o
  WHERE (o.organisation_id = persons.organisation_id))));
create policy persons_read on persons for select to stoa_read using (true);
create policy price_list_companies_company on price_list_companies for select to stoa_application using ((company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy price_list_companies_flow on price_list_companies for select to stoa_flow using (true);
create policy price_list_companies_flow_insert on price_list_companies for insert to stoa_flow with check (true);
create policy price_list_companies_operator on price_list_companies for select to stoa_operator using (true);
create policy price_list_companies_own on price_list_companies to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy price_list_companies_read on price_list_companies for select to stoa_read using (true);
create policy price_list_prices_company on price_list_prices for select to stoa_application using ((EXISTS ( SELECT
   FROM price_list_companies c
  WHERE ((c.seller_id = price_list_prices.seller_id) AND (c.price_list_id = price_list_prices.price_list_id) AND (c.company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))))));
create policy price_list_prices_flow on price_list_prices for select to stoa_flow using (true);
create policy price_list_prices_operator on price_list_prices for select to stoa_operator using (true);
create policy price_list_prices_own on price_list_prices to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy price_list_prices_read on price_list_prices for select to stoa_read using (true);
create policy price_lists_company on price_lists for select to stoa_application using ((EXISTS ( SELECT
   FROM price_list_companies c
  WHERE ((c.seller_id = price_lists.seller_id) AND (c.price_list_id = price_lists.price_list_id) AND (c.company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))))));
create policy price_lists_flow on price_lists for select to stoa_flow using (true);
create policy price_lists_flow_update on price_lists for update to stoa_flow using (true);
create policy price_lists_operator on price_lists for select to stoa_operator using (true);
create policy price_lists_own on price_lists to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy price_lists_read on price_lists for select to stoa_read using (true);
create policy reservations_flow on reservations to stoa_flow using (true);
create policy reservations_operator on reservations for select to stoa_operator using (true);
create policy reservations_own on reservations for select to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy reservations_read on reservations for select to stoa_read using (true);
create policy seller_contracts_flow on seller_contracts for select to stoa_flow using (true);
create policy seller_contracts_operator on seller_contracts to stoa_operator using (true);
create policy seller_contracts_own on seller_contracts for select to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy seller_contracts_read on seller_contracts for select to stoa_read using (true);
create policy seller_history_flow on seller_history to stoa_flow using (true);
create policy seller_history_operator on seller_history to stoa_operator using (true);
create policy seller_history_own on seller_history for select to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy seller_history_public_insert on seller_history for insert to stoa_public with check (((to_state = 'applied'::text) AND (EXISTS ( SELECT
   FROM organisations o
  WHERE (o.organisation_id = seller_history.seller_id)))));
create policy seller_history_read on seller_history for select to stoa_read using (true);
create policy sellers_flow on sellers for select to stoa_flow using (true);
create policy sellers_flow_update on sellers for update to stoa_flow using (true);
create policy sellers_operator on sellers to stoa_operator using (true);
create policy sellers_own on sellers to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy sellers_public on sellers for select to stoa_public using ((state = 'active'::text));
create policy sellers_public_insert on sellers for insert to stoa_public with check (((state = 'applied'::text) AND (version = 1) AND (series_prefix IS NULL) AND (tax_number_checked_at IS NULL) AND (tax_number_evidence IS NULL) AND (reviewer_id IS NULL) AND (EXISTS ( SELECT
   FROM organisations o
  WHERE ((o.organisation_id = sellers.seller_id) AND (o.kind = 'seller'::text))))));
create policy sellers_read on sellers for select to stoa_read using (true);
create policy settlements_flow on settlements to stoa_flow using (true);
create policy settlements_operator on settlements for select to stoa_operator using (true);
create policy settlements_own on settlements for select to stoa_application using (((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))));
create policy settlements_read on settlements for select to stoa_read using (true);
create policy shipment_history_flow on shipment_history to stoa_flow using (true);
create policy shipment_history_operator on shipment_history for select to stoa_operator using (true);
create policy shipment_history_own on shipment_history for select to stoa_application using ((EXISTS ( SELECT
   FROM shipments s
  WHERE ((s.seller_id = shipment_history.seller_id) AND (s.shipment_id = shipment_history.shipment_id) AND ((s.seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (s.company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)))))));
create policy shipment_history_read on shipment_history for select to stoa_read using (true);
create policy shipment_lines_flow on shipment_lines to stoa_flow using (true);
create policy shipment_lines_operator on shipment_lines for select to stoa_operator using (true);
create policy shipment_lines_own on shipment_lines for select to stoa_application using ((EXISTS ( SELECT
   FROM shipments s
  WHERE ((s.seller_id = shipment_lines.seller_id) AND (s.shipment_id = shipment_lines.shipment_id) AND ((s.seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (s.company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)))))));
create policy shipment_lines_read on shipment_lines for select to stoa_read using (true);
create policy shipments_flow on shipments to stoa_flow using (true);
create policy shipments_operator on shipments for select to stoa_operator using (true);
create policy shipments_own on shipments for select to stoa_application using (((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)) OR (company_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting))));
create policy shipments_read on shipments for select to stoa_read using (true);
create policy stock_levels_flow_insert on stock_levels for insert to stoa_flow with check (true);
create policy stock_levels_flow_select on stock_levels for select to stoa_flow using (true);
create policy stock_levels_flow_update on stock_levels for update to stoa_flow using (true);
create policy stock_levels_operator on stock_levels for select to stoa_operator using (true);
create policy stock_levels_own on stock_levels to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy stock_levels_public on stock_levels for select to stoa_public using (true);
create policy stock_levels_read on stock_levels for select to stoa_read using (true);
create policy stock_operations_flow_insert on stock_operations for insert to stoa_flow with check (true);
create policy stock_operations_own on stock_operations to stoa_application using ((seller_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy stock_operations_read on stock_operations for select to stoa_read using (true);
create policy tax_numbers_flow on tax_numbers for select to stoa_flow using (true);
create policy tax_numbers_operator on tax_numbers to stoa_operator using (true);
create policy tax_numbers_own on tax_numbers to stoa_application using ((organisation_id = ( SELECT (current_setting('app.organisation'::text))::uuid AS current_setting)));
create policy tax_numbers_read on tax_numbers for select to stoa_read using (true);

CREATE TRIGGER api_keys_stay_revoked BEFORE UPDATE ON public.api_keys FOR EACH ROW WHEN (((old.revoked_at IS NOT NULL) AND (new.revoked_at IS DISTINCT FROM old.revoked_at))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER bank_accounts_stay BEFORE DELETE OR TRUNCATE ON public.bank_accounts FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER bank_allocations_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.bank_allocations FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER bank_lines_follow_their_lifecycle_on_insert AFTER INSERT ON public.bank_lines REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION bank_lines_follow_their_lifecycle();
CREATE TRIGGER bank_lines_follow_their_lifecycle_on_update AFTER UPDATE ON public.bank_lines REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION bank_lines_follow_their_lifecycle();
CREATE TRIGGER bank_lines_only_rise BEFORE UPDATE ON public.bank_lines FOR EACH ROW WHEN (((new.version <= old.version) OR (new.allocations < old.allocations))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER bank_lines_stay BEFORE DELETE OR TRUNCATE ON public.bank_lines FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER bank_statements_only_rise BEFORE UPDATE ON public.bank_statements FOR EACH ROW WHEN (((new.taken < old.taken) OR (new.fresh < old.fresh) OR (old.continuity IS NOT NULL))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER bank_statements_stay BEFORE DELETE OR TRUNCATE ON public.bank_statements FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER checkouts_follow_their_lifecycle_on_insert AFTER INSERT ON public.checkouts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION checkouts_follow_their_lifecycle();
CREATE TRIGGER checkouts_follow_their_lifecycle_on_update AFTER UPDATE ON public.checkouts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION checkouts_follow_their_lifecycle();
CREATE TRIGGER checkouts_only_rise BEFORE UPDATE ON public.checkouts FOR EACH ROW WHEN (((new.version <= old.version) OR (new.cancelled < old.cancelled))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER commission_entries_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.commission_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER commission_plans_keep_their_end BEFORE UPDATE ON public.commission_plans FOR EACH ROW WHEN (((old.valid_until IS NOT NULL) AND (new.valid_until IS DISTINCT FROM old.valid_until))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER commission_plans_only_rise BEFORE UPDATE ON public.commission_plans FOR EACH ROW WHEN ((new.version <= old.version)) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER commission_plans_stay BEFORE DELETE OR TRUNCATE ON public.commission_plans FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER commission_statements_only_rise BEFORE UPDATE ON public.commission_statements FOR EACH ROW WHEN (((new.entries < old.entries) OR (old.closed_at IS NOT NULL))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER commission_statements_stay BEFORE DELETE OR TRUNCATE ON public.commission_statements FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER companies_are_checked_by_the_operator BEFORE UPDATE ON public.companies FOR EACH ROW WHEN (((CURRENT_USER = 'stoa_application'::name) AND (((new.tax_number_checked_at IS DISTINCT FROM old.tax_number_checked_at) AND (new.tax_number_checked_at IS NOT NULL)) OR ((new.tax_number_evidence IS DISTINCT FROM old.tax_number_evidence) AND (new.tax_number_evidence IS NOT NULL))))) EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER companies_check_is_of_its_number BEFORE UPDATE ON public.companies FOR EACH ROW WHEN ((((new.tax_number_checked_at IS NOT NULL) OR (new.tax_number_evidence IS NOT NULL)) AND ((new.tax_number IS DISTINCT FROM old.tax_number) OR (new.country IS DISTINCT FROM old.country)))) EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER companies_follow_their_lifecycle_on_insert AFTER INSERT ON public.companies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_lifecycle('company', 'company_id', 'company_id');
CREATE TRIGGER companies_follow_their_lifecycle_on_update AFTER UPDATE ON public.companies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_lifecycle('company', 'company_id', 'company_id');
CREATE TRIGGER companies_only_rise BEFORE UPDATE ON public.companies FOR EACH ROW WHEN ((new.version <= old.version)) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER company_addresses_only_rise BEFORE UPDATE ON public.company_addresses FOR EACH ROW WHEN (((new.version <= old.version) OR (old.removed_at IS NOT NULL))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER company_funds_stay BEFORE DELETE OR TRUNCATE ON public.company_funds FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER credit_within_limit BEFORE UPDATE OF used, step ON public.credit_accounts FOR EACH ROW WHEN ((((new.used > old.used) AND ((new.used > new.credit_limit) OR (new.closed_at IS NOT NULL))) OR (new.step IS NOT NULL))) EXECUTE FUNCTION guard_credit_step();
CREATE TRIGGER credit_notes_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.credit_notes FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER document_series_only_rise BEFORE UPDATE ON public.document_series FOR EACH ROW WHEN (((new.last_day < old.last_day) OR ((new.year = old.year) AND (new.last_number < old.last_number)))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER document_series_stay BEFORE DELETE OR TRUNCATE ON public.document_series FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER documents_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.documents FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER event_audiences_position_is_given_once BEFORE UPDATE ON public.event_audiences FOR EACH ROW WHEN ((old."position" IS NOT NULL)) EXECUTE FUNCTION refuse_second_position();
CREATE TRIGGER event_sequencer_only_rises BEFORE UPDATE ON public.event_sequencer FOR EACH ROW WHEN ((new.last_position < old.last_position)) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER events_position_is_given_once BEFORE UPDATE ON public.events FOR EACH ROW WHEN ((old."position" IS NOT NULL)) EXECUTE FUNCTION refuse_second_position();
CREATE TRIGGER freight_plans_only_rise BEFORE UPDATE ON public.freight_plans FOR EACH ROW WHEN ((new.version <= old.version)) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER freight_plans_stay_retired BEFORE UPDATE ON public.freight_plans FOR EACH ROW WHEN ((old.retired_at IS NOT NULL)) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER holds_only_rise BEFORE UPDATE ON public.holds FOR EACH ROW WHEN (((new.version <= old.version) OR (old.released_at IS NOT NULL))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER invoice_lines_only_rise BEFORE UPDATE ON public.invoice_lines FOR EACH ROW WHEN (((new.credited_net < old.credited_net) OR (new.credited < old.credited))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER invoice_lines_stay BEFORE DELETE OR TRUNCATE ON public.invoice_lines FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER invoice_payables_only_rise BEFORE UPDATE ON public.invoice_payables FOR EACH ROW WHEN ((new.commission_reversed < old.commission_reversed)) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER invoice_payables_stay BEFORE DELETE OR TRUNCATE ON public.invoice_payables FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER invoice_tax_groups_only_rise BEFORE UPDATE ON public.invoice_tax_groups FOR EACH ROW WHEN (((new.credited_net < old.credited_net) OR (new.credited_tax < old.credited_tax))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER invoice_tax_groups_stay BEFORE DELETE OR TRUNCATE ON public.invoice_tax_groups FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER invoices_follow_their_lifecycle_on_insert AFTER INSERT ON public.invoices REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION invoices_follow_their_lifecycle();
CREATE TRIGGER invoices_follow_their_lifecycle_on_update AFTER UPDATE ON public.invoices REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION invoices_follow_their_lifecycle();
CREATE TRIGGER invoices_only_rise BEFORE UPDATE ON public.invoices FOR EACH ROW WHEN (((new.credited < old.credited) OR (new.settlements < old.settlements) OR (new.reminders < old.reminders) OR (new.version < old.version))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER invoices_stay BEFORE DELETE OR TRUNCATE ON public.invoices FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER ledger_accounts_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_accounts FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER ledger_balances_only_rise BEFORE UPDATE ON public.ledger_balances FOR EACH ROW WHEN (((new.debited < old.debited) OR (new.credited < old.credited))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER ledger_transactions_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_transactions FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER ledger_transfers_fit_their_accounts AFTER INSERT ON public.ledger_transfers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION ledger_transfers_fit_their_accounts();
CREATE TRIGGER ledger_transfers_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_transfers FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER members_only_rise BEFORE UPDATE ON public.members FOR EACH ROW WHEN (((new.version <= old.version) OR (old.removed_at IS NOT NULL))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER offers_follow_their_lifecycle_on_insert AFTER INSERT ON public.offers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_lifecycle('offer', 'offer_id', 'seller_id, offer_id');
CREATE TRIGGER offers_follow_their_lifecycle_on_update AFTER UPDATE ON public.offers REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_lifecycle('offer', 'offer_id', 'seller_id, offer_id');
CREATE TRIGGER offers_only_rise BEFORE UPDATE ON public.offers FOR EACH ROW WHEN ((new.version <= old.version)) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER operator_profiles_only_rise BEFORE UPDATE ON public.operator_profiles FOR EACH ROW WHEN ((new.version <= old.version)) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER operator_profiles_share_their_prefix_on_insert AFTER INSERT ON public.operator_profiles FOR EACH ROW EXECUTE FUNCTION keep_series_prefix('operator_id');
CREATE TRIGGER operator_profiles_share_their_prefix_on_update AFTER UPDATE ON public.operator_profiles FOR EACH ROW WHEN ((new.series_prefix IS DISTINCT FROM old.series_prefix)) EXECUTE FUNCTION keep_series_prefix('operator_id');
CREATE TRIGGER operator_profiles_stay BEFORE DELETE OR TRUNCATE ON public.operator_profiles FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER order_commissions_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.order_commissions FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER order_freight_only_rises BEFORE UPDATE ON public.order_freight FOR EACH ROW WHEN (((new.charged < old.charged) OR (new.cancelled < old.cancelled))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER order_lines_only_rise BEFORE UPDATE ON public.order_lines FOR EACH ROW WHEN (((new.cancelled < old.cancelled) OR (new.shipped < old.shipped) OR (new.shipped_net < old.shipped_net) OR (new.cancelled_net < old.cancelled_net))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER order_requests_follow_their_lifecycle_on_insert AFTER INSERT ON public.order_requests REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_lifecycle('order_request', 'request_id', 'seller_id, request_id');
CREATE TRIGGER order_requests_follow_their_lifecycle_on_update AFTER UPDATE ON public.order_requests REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_lifecycle('order_request', 'request_id', 'seller_id, request_id');
CREATE TRIGGER order_requests_only_rise BEFORE UPDATE ON public.order_requests FOR EACH ROW WHEN ((new.version <= old.version)) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER order_tax_groups_only_rise BEFORE UPDATE ON public.order_tax_groups FOR EACH ROW WHEN (((new.shipped_net < old.shipped_net) OR (new.cancelled_net < old.cancelled_net) OR (new.amended_net < old.amended_net))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER orders_follow_their_lifecycle_on_insert AFTER INSERT ON public.orders REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION orders_follow_their_lifecycle();
CREATE TRIGGER orders_follow_their_lifecycle_on_update AFTER UPDATE ON public.orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION orders_follow_their_lifecycle();
CREATE TRIGGER orders_only_rise BEFORE UPDATE ON public.orders FOR EACH ROW WHEN (((new.version <= old.version) OR (new.cancelled < old.cancelled))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER price_lists_only_rise BEFORE UPDATE ON public.price_lists FOR EACH ROW WHEN ((new.version <= old.version)) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER products_only_rise BEFORE UPDATE ON public.products FOR EACH ROW WHEN ((new.version < old.version)) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER reservations_given_only_rise BEFORE UPDATE ON public.reservations FOR EACH ROW WHEN (((new.released < old.released) OR (new.finalized < old.finalized) OR (new.reassigned < old.reassigned) OR (new.quantity < old.quantity))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER seller_contracts_only_rise BEFORE UPDATE ON public.seller_contracts FOR EACH ROW WHEN ((new.version <= old.version)) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER sellers_are_checked_by_the_operator BEFORE UPDATE ON public.sellers FOR EACH ROW WHEN (((CURRENT_USER = 'stoa_application'::name) AND (((new.tax_number_checked_at IS DISTINCT FROM old.tax_number_checked_at) AND (new.tax_number_checked_at IS NOT NULL)) OR ((new.tax_number_evidence IS DISTINCT FROM old.tax_number_evidence) AND (new.tax_number_evidence IS NOT NULL))))) EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER sellers_check_is_of_its_number BEFORE UPDATE ON public.sellers FOR EACH ROW WHEN ((((new.tax_number_checked_at IS NOT NULL) OR (new.tax_number_evidence IS NOT NULL)) AND ((new.tax_number IS DISTINCT FROM old.tax_number) OR (new.country IS DISTINCT FROM old.country)))) EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER sellers_follow_their_lifecycle_on_insert AFTER INSERT ON public.sellers REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_lifecycle('seller', 'seller_id', 'seller_id');
CREATE TRIGGER sellers_follow_their_lifecycle_on_update AFTER UPDATE ON public.sellers REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_lifecycle('seller', 'seller_id', 'seller_id');
CREATE TRIGGER sellers_keep_their_series BEFORE UPDATE ON public.sellers FOR EACH ROW WHEN (((old.series_prefix IS NOT NULL) AND (new.series_prefix IS DISTINCT FROM old.series_prefix) AND (old.state = ANY (ARRAY['active'::text, 'suspended'::text, 'closed'::text])))) EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER sellers_only_rise BEFORE UPDATE ON public.sellers FOR EACH ROW WHEN ((new.version <= old.version)) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER sellers_share_their_prefix_on_insert AFTER INSERT ON public.sellers FOR EACH ROW WHEN ((new.series_prefix IS NOT NULL)) EXECUTE FUNCTION keep_series_prefix('seller_id');
CREATE TRIGGER sellers_share_their_prefix_on_update AFTER UPDATE ON public.sellers FOR EACH ROW WHEN ((new.series_prefix IS DISTINCT FROM old.series_prefix)) EXECUTE FUNCTION keep_series_prefix('seller_id');
CREATE TRIGGER settlements_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.settlements FOR EACH STATEMENT EXECUTE FUNCTION refuse_the_change();
CREATE TRIGGER shipment_lines_only_rise BEFORE UPDATE ON public.shipment_lines FOR EACH ROW WHEN ((((old.net IS NOT NULL) AND ((new.gross IS DISTINCT FROM old.gross) OR (new.discount IS DISTINCT FROM old.discount) OR (new.net IS DISTINCT FROM old.net))) OR (new.restocked < old.restocked) OR (new.scrapped < old.scrapped))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER shipments_follow_their_lifecycle_on_insert AFTER INSERT ON public.shipments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_lifecycle('shipment', 'shipment_id', 'seller_id, shipment_id');
CREATE TRIGGER shipments_follow_their_lifecycle_on_update AFTER UPDATE ON public.shipments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION follow_lifecycle('shipment', 'shipment_id', 'seller_id, shipment_id');
CREATE TRIGGER shipments_only_rise BEFORE UPDATE ON public.shipments FOR EACH ROW WHEN (((new.version <= old.version) OR ((old.resolution = 'credited'::text) AND (new.resolution IS DISTINCT FROM old.resolution)) OR ((old.shipped_at IS NOT NULL) AND (new.shipped_at IS DISTINCT FROM old.shipped_at)) OR ((old.ended_at IS NOT NULL) AND (new.ended_at IS DISTINCT FROM old.ended_at)))) EXECUTE FUNCTION refuse_going_back();
CREATE TRIGGER tax_rates_keep_their_end BEFORE UPDATE ON public.tax_rates FOR EACH ROW WHEN ((old.valid_until IS NOT NULL)) EXECUTE FUNCTION refuse_going_back();

grant usage on schema public to stoa_application;
grant usage on schema public to stoa_auth;
grant usage on schema public to stoa_flow;
grant usage on schema public to stoa_operator;
grant usage on schema public to stoa_public;
grant usage on schema public to stoa_read;
grant usage on schema public to stoa_sequencer;
