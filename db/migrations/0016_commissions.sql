-- Why: by which plan the operator charges commission is frozen with each order, and what was charged stands in statements that a commission invoice closes.
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion
-- Indexes are made inside the transaction, on tables that are new.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '600s';

create extension if not exists btree_gist;

-- The first step begins at nothing, the others rise.
create function stoa_steps_rise(froms bigint[]) returns boolean language sql immutable parallel safe as $$
  select coalesce(bool_and(step = case when place = 1 then 0 else greatest(step, before + 1) end), false)
  from (select step, place, lag(step) over (order by place) as before
        from unnest(froms) with ordinality as given (step, place)) as steps
$$;

-- A plan counts for one seller or for all, for one category with those below it or for all. The latest of one scope that holds is the only one.
create table commission_plans (
  operator_id           uuid        not null,
  commission_plan_id    uuid        not null,
  name                  text        not null,
  seller_id             uuid,
  category_id           uuid,
  currency              text        not null,
  step_from             bigint[]    not null,
  step_rates            integer[]   not null,
  step_fixed            bigint[]    not null,
  on_freight            boolean     not null,
  returned_on_write_off boolean     not null,
  valid_from            date        not null,
  valid_until           date,
  version               integer     not null,
  changed_at            timestamptz not null,
  constraint commission_plans_pkey primary key (commission_plan_id),
  -- Whose country decides about the tax of the commission has to be known before any is charged.
  constraint commission_plans_operator_fkey foreign key (operator_id) references operator_profiles,
  constraint commission_plans_seller_fkey foreign key (seller_id) references sellers,
  constraint commission_plans_category_fkey foreign key (category_id) references categories,
  constraint commission_plans_currency_is_iso check (currency ~ '^[A-Z]{3}$'),
  constraint commission_plans_end_after_start check (valid_until > valid_from),
  constraint commission_plans_steps_are_whole check (
    cardinality(step_from) >= 1 and cardinality(step_from) <= 50 and cardinality(step_rates) = cardinality(step_from) and cardinality(step_fixed) = cardinality(step_from)),
  constraint commission_plans_steps_rise check (stoa_steps_rise(step_from)),
  constraint commission_plans_steps_are_bounded check (
    9007199254740991 >= all (step_from) and 0 <= all (step_rates) and 500000 >= all (step_rates)
    and 0 <= all (step_fixed) and 9007199254740991 >= all (step_fixed)),
  constraint commission_plans_one_at_a_time exclude using gist (
    (coalesce(seller_id, '00000000-0000-0000-0000-000000000000')) with =,
    (coalesce(category_id, '00000000-0000-0000-0000-000000000000')) with =,
    currency with =,
    daterange(valid_from, valid_until) with &&)
);
-- What placing asks for: the plans of a seller, and those of all, in a currency.
create index commission_plans_by_scope on commission_plans ((coalesce(seller_id, '00000000-0000-0000-0000-000000000000')), currency);
create trigger commission_plans_only_rise before update on commission_plans
  for each row when (new.version <= old.version) execute function refuse_going_back();
create trigger commission_plans_keep_their_end before update on commission_plans
  for each row when (old.valid_until is not null and new.valid_until is distinct from old.valid_until) execute function refuse_going_back();
create trigger commission_plans_stay before delete or truncate on commission_plans for each statement execute function refuse_the_change();
alter table commission_plans enable row level security;
alter table commission_plans force row level security;
create policy commission_plans_flow on commission_plans for select to stoa_flow using (true);
create policy commission_plans_operator on commission_plans to stoa_operator using (true);
create policy commission_plans_read on commission_plans for select to stoa_read using (true);
grant select on commission_plans to stoa_flow, stoa_read;
grant select, insert, update (name, step_from, step_rates, step_fixed, on_freight, returned_on_write_off, valid_until, version, changed_at)
  on commission_plans to stoa_operator;

-- What the operator has agreed with a seller. Without a row the seller bears the risk that a company does not pay.
create table seller_contracts (
  seller_id   uuid        not null,
  credit_risk text        not null,
  version     integer     not null,
  changed_at  timestamptz not null,
  constraint seller_contracts_pkey primary key (seller_id),
  constraint seller_contracts_seller_fkey foreign key (seller_id) references sellers,
  constraint seller_contracts_credit_risk_is_known check (credit_risk in ('seller', 'operator'))
);
create trigger seller_contracts_only_rise before update on seller_contracts
  for each row when (new.version <= old.version) execute function refuse_going_back();
alter table seller_contracts enable row level security;
alter table seller_contracts force row level security;
create policy seller_contracts_own on seller_contracts for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid));
create policy seller_contracts_flow on seller_contracts for select to stoa_flow using (true);
create policy seller_contracts_operator on seller_contracts to stoa_operator using (true);
create policy seller_contracts_read on seller_contracts for select to stoa_read using (true);
grant select on seller_contracts to stoa_application, stoa_flow, stoa_read;
grant select, insert, update (credit_risk, version, changed_at) on seller_contracts to stoa_operator;

-- What is agreed with the seller about an order, frozen when it is placed. The company does not see it.
create table order_commissions (
  seller_id      uuid   not null,
  order_id       uuid   not null,
  credit_risk    text   not null,
  -- Of the commission, which is the operator's supply to the seller; null where no commission is charged.
  tax_code       text,
  tax_rate_ppm   integer,
  exemption_code text,
  exemption_text text,
  commission     bigint not null,
  terms          text   not null,
  terms_hash     bytea  not null,
  constraint order_commissions_pkey primary key (seller_id, order_id),
  constraint order_commissions_order_fkey foreign key (seller_id, order_id) references orders,
  constraint order_commissions_credit_risk_is_known check (credit_risk in ('seller', 'operator')),
  constraint order_commissions_tax_is_whole check (case
    when tax_code is null then num_nonnulls(tax_rate_ppm, exemption_code, exemption_text) = 0 and commission = 0
    when tax_code = 'S' then coalesce(tax_rate_ppm, 0) >= 1 and coalesce(tax_rate_ppm, 0) <= 1000000 and num_nonnulls(exemption_code, exemption_text) = 0
    else tax_code in ('AE', 'O') and coalesce(tax_rate_ppm, 1) = 0 and exemption_text is not null end),
  constraint order_commissions_commission_is_on_the_wire check (commission between 0 and 9007199254740991),
  constraint order_commissions_hash_is_of_the_terms check (terms_hash = sha256(convert_to(terms, 'UTF8')))
);
create trigger order_commissions_stay before update or delete or truncate on order_commissions
  for each statement execute function refuse_the_change();
alter table order_commissions enable row level security;
alter table order_commissions force row level security;
create policy order_commissions_own on order_commissions for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid));
create policy order_commissions_flow on order_commissions to stoa_flow using (true);
create policy order_commissions_operator on order_commissions for select to stoa_operator using (true);
create policy order_commissions_read on order_commissions for select to stoa_read using (true);
grant select on order_commissions to stoa_application, stoa_operator, stoa_read;
grant select, insert on order_commissions to stoa_flow;
-- What was placed before bears no commission, and its risk is the seller's.
alter table orders no force row level security;
alter table order_commissions no force row level security;
insert into order_commissions (seller_id, order_id, credit_risk, commission, terms, terms_hash)
select seller_id, order_id, 'seller', 0, none.terms, sha256(convert_to(none.terms, 'UTF8'))
from orders, (values ('{"lines":[],"freight":{"commission":0},"returned_on_write_off":false}')) as none (terms);
alter table order_commissions force row level security;
alter table orders force row level security;

-- What was charged to a seller at one rate of tax until it is invoiced. Its tax is that of its net, exactly; net is below zero when more
-- was given back than charged.
create table commission_statements (
  seller_id             uuid        not null,
  statement_id          uuid        not null,
  currency              text        not null,
  tax_code              text        not null,
  tax_rate_ppm          integer     not null,
  exemption_code        text,
  exemption_text        text,
  net                   bigint      not null default 0,
  tax                   bigint      not null default 0,
  entries               integer     not null default 0,
  opened_at             timestamptz not null,
  closed_at             timestamptz,
  commission_invoice_id uuid,
  constraint commission_statements_pkey primary key (seller_id, statement_id),
  constraint commission_statements_statement_id_key unique (statement_id),
  -- There for the entries to point at.
  constraint commission_statements_rate_key unique (seller_id, statement_id, tax_rate_ppm),
  constraint commission_statements_seller_fkey foreign key (seller_id) references sellers,
  constraint commission_statements_invoice_fkey foreign key (commission_invoice_id) references documents (document_id),
  constraint commission_statements_one_per_invoice unique (commission_invoice_id),
  constraint commission_statements_currency_is_iso check (currency ~ '^[A-Z]{3}$'),
  constraint commission_statements_code_fits_rate check (
       tax_code = 'S' and tax_rate_ppm between 1 and 1000000 and exemption_code is null and exemption_text is null
    or tax_code in ('AE', 'O') and tax_rate_ppm = 0 and exemption_text is not null),
  constraint commission_statements_tax_is_rounded_half_up check (
    tax::numeric = sign(net::numeric) * div(abs(net::numeric) * tax_rate_ppm + 500000, 1000000)),
  constraint commission_statements_net_is_on_the_wire check (net between -9007199254740991 and 9007199254740991),
  constraint commission_statements_closed_is_invoiced check (
    (closed_at is null) = (commission_invoice_id is null) and (closed_at is null or net > 0))
);
create unique index commission_statements_one_open on commission_statements (seller_id, currency, tax_code, tax_rate_ppm) where closed_at is null;
create trigger commission_statements_only_rise before update on commission_statements
  for each row when (new.entries < old.entries or old.closed_at is not null) execute function refuse_going_back();
create trigger commission_statements_stay before delete or truncate on commission_statements for each statement execute function refuse_the_change();
alter table commission_statements enable row level security;
alter table commission_statements force row level security;
create policy commission_statements_own on commission_statements for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid));
create policy commission_statements_flow on commission_statements to stoa_flow using (true);
create policy commission_statements_operator on commission_statements for select to stoa_operator using (true);
create policy commission_statements_read on commission_statements for select to stoa_read using (true);
grant select on commission_statements to stoa_application, stoa_operator, stoa_read;
grant select, insert (seller_id, statement_id, currency, tax_code, tax_rate_ppm, exemption_code, exemption_text, opened_at),
  update (net, tax, entries, closed_at, commission_invoice_id) on commission_statements to stoa_flow;

-- One row for what was charged or given back by one document. `net_after` is the net of the statement with it, so that its tax can be
-- checked here: the tax of what the net is now less the tax of what it was.
create table commission_entries (
  seller_id    uuid        not null,
  statement_id uuid        not null,
  number       integer     not null,
  kind         text        not null,
  document_id  uuid        not null,
  -- A write-off can be undone and come again.
  occurrence   integer     not null,
  net          bigint      not null,
  tax          bigint      not null,
  net_after    bigint      not null,
  tax_rate_ppm integer     not null,
  at           timestamptz not null,
  constraint commission_entries_pkey primary key (seller_id, statement_id, number),
  constraint commission_entries_statement_fkey foreign key (seller_id, statement_id, tax_rate_ppm)
    references commission_statements (seller_id, statement_id, tax_rate_ppm),
  constraint commission_entries_once_per_cause unique (document_id, kind, occurrence),
  constraint commission_entries_numbers_are_positive check (number > 0 and occurrence > 0),
  constraint commission_entries_kind_fits_net check (
    kind in ('charged', 'write_off_undone') and net > 0 or kind in ('reversed', 'written_off') and net < 0),
  constraint commission_entries_tax_is_cumulative check (
    tax::numeric = sign(net_after::numeric) * div(abs(net_after::numeric) * tax_rate_ppm + 500000, 1000000)
      - sign(net_after::numeric - net) * div(abs(net_after::numeric - net) * tax_rate_ppm + 500000, 1000000))
);
create trigger commission_entries_stay before update or delete or truncate on commission_entries
  for each statement execute function refuse_the_change();
alter table commission_entries enable row level security;
alter table commission_entries force row level security;
create policy commission_entries_own on commission_entries for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid));
create policy commission_entries_flow on commission_entries to stoa_flow using (true);
create policy commission_entries_operator on commission_entries for select to stoa_operator using (true);
create policy commission_entries_read on commission_entries for select to stoa_read using (true);
grant select on commission_entries to stoa_application, stoa_operator, stoa_read;
grant select, insert on commission_entries to stoa_flow;
