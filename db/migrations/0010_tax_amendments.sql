-- Why: what is supplied after the rate of its order has ended bears the tax of the day of supply; the order keeps what was agreed, and says what changed.
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion
-- Indexes are made inside the transaction, so that a migration is whole or not there; the time-outs below bound how long writers wait.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '60s';

-- What amendments change of an order's tax, and of a checkout's: the sum of new less old. What it is worth is total + amended.
alter table orders add column amended bigint not null default 0;
alter table orders drop constraint orders_cancelled_within_total;
alter table orders
  add constraint orders_cancelled_within_total check (cancelled between 0 and total + amended) not valid,
  add constraint orders_worth_is_on_the_wire check (total + amended <= 9007199254740991) not valid;
grant update (amended) on orders to stoa_flow;
alter table checkouts add column amended bigint not null default 0;
alter table checkouts drop constraint checkouts_cancelled_within_total;
alter table checkouts
  add constraint checkouts_cancelled_within_total check (cancelled between 0 and total + amended) not valid,
  add constraint checkouts_worth_is_on_the_wire check (total + amended <= 9007199254740991) not valid;
grant update (amended) on checkouts to stoa_flow;

-- A group stays as it was placed; what is left of it moves to a new one, whole and once. An order has one country of dispatch and one
-- day of placing, so a category has one group, and one that lives: that of the highest amendment.
alter table order_freight drop constraint order_freight_group_fkey;
alter table order_tax_groups
  add column amendment   integer not null default 0,
  add column amended_net bigint  not null default 0;
alter table order_tax_groups drop constraint order_tax_groups_pkey;
create unique index order_tax_groups_pkey on order_tax_groups (seller_id, order_id, tax_category, amendment);
alter table order_tax_groups add constraint order_tax_groups_pkey primary key using index order_tax_groups_pkey;
alter table order_tax_groups drop constraint order_tax_groups_parts_within_net;
alter table order_tax_groups
  add constraint order_tax_groups_parts_within_net check (
    shipped_net >= 0 and cancelled_net >= 0 and amended_net >= 0 and shipped_net + cancelled_net + amended_net <= net) not valid,
  add constraint order_tax_groups_amended_whole check (amended_net = 0 or shipped_net + cancelled_net + amended_net = net) not valid;
drop trigger order_tax_groups_only_rise on order_tax_groups;
create trigger order_tax_groups_only_rise before update on order_tax_groups
  for each row when (new.shipped_net < old.shipped_net or new.cancelled_net < old.cancelled_net or new.amended_net < old.amended_net)
  execute function refuse_going_back();
-- What counts up later starts at its default: no insert can begin in the middle.
revoke insert on order_tax_groups from stoa_flow;
grant update (amended_net), insert (seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net, tax, amendment) on order_tax_groups to stoa_flow;

-- Freight stands at its group as it was placed.
alter table order_freight add column amendment integer not null default 0;
alter table order_freight drop constraint order_freight_pkey;
create unique index order_freight_pkey on order_freight (seller_id, order_id, tax_category);
alter table order_freight add constraint order_freight_pkey primary key using index order_freight_pkey;
alter table order_freight
  add constraint order_freight_is_as_placed check (amendment = 0) not valid,
  add constraint order_freight_group_fkey foreign key (seller_id, order_id, tax_category, amendment) references order_tax_groups not valid;

create table order_tax_amendments (
  seller_id      uuid        not null,
  order_id       uuid        not null,
  -- Counts the order's amendments from 1.
  number         integer     not null,
  company_id     uuid        not null,
  -- The parcel whose supply it came from.
  shipment_id    uuid        not null,
  tax_category   text        not null,
  -- The group that it closed: the number of the amendment that made it, 0 as placed.
  amends         integer     not null,
  from_code      text        not null,
  from_rate_ppm  integer     not null,
  from_tax       bigint      not null,
  to_code        text        not null,
  to_rate_ppm    integer     not null,
  to_tax         bigint      not null,
  exemption_code text,
  exemption_text text,
  net            bigint      not null,
  supplied_on    date        not null,
  cause          text        not null,
  at             timestamptz not null,
  constraint order_tax_amendments_pkey primary key (seller_id, order_id, number),
  constraint order_tax_amendments_order_fkey foreign key (seller_id, order_id) references orders,
  constraint order_tax_amendments_shipment_fkey foreign key (seller_id, shipment_id) references shipments,
  constraint order_tax_amendments_from_fkey foreign key (seller_id, order_id, tax_category, amends) references order_tax_groups,
  constraint order_tax_amendments_to_fkey foreign key (seller_id, order_id, tax_category, number) references order_tax_groups,
  constraint order_tax_amendments_once_per_group unique (seller_id, order_id, tax_category, amends),
  constraint order_tax_amendments_number_follows check (number > amends and amends >= 0),
  constraint order_tax_amendments_codes_rest_on_rates check (from_code in ('S', 'Z', 'E') and to_code in ('S', 'Z', 'E')),
  constraint order_tax_amendments_code_fits_rate check (
       to_code = 'S' and to_rate_ppm between 1 and 1000000 and exemption_text is null and exemption_code is null
    or to_code = 'Z' and to_rate_ppm = 0 and exemption_text is null and exemption_code is null
    or to_code = 'E' and to_rate_ppm = 0 and exemption_text is not null),
  constraint order_tax_amendments_change_the_tax check (from_code <> to_code or from_rate_ppm <> to_rate_ppm),
  constraint order_tax_amendments_net_is_positive check (net > 0),
  -- Round half up of net × rate, in integers, as the group has it. The old tax is the rest of one that was rounded as a whole.
  constraint order_tax_amendments_tax_is_rounded_half_up check (to_tax = div(net::numeric * to_rate_ppm + 500000, 1000000)),
  constraint order_tax_amendments_old_tax_is_a_rest check (
    from_tax between div(net::numeric * from_rate_ppm, 1000000) and div(net::numeric * from_rate_ppm, 1000000) + 1),
  constraint order_tax_amendments_cause_is_known check (cause = 'rate_ended')
);
create index order_tax_amendments_by_shipment on order_tax_amendments (seller_id, shipment_id);
alter table order_tax_amendments enable row level security;
alter table order_tax_amendments force row level security;
create policy order_tax_amendments_own on order_tax_amendments for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid) or company_id = (select current_setting('app.organisation')::uuid));
create policy order_tax_amendments_flow on order_tax_amendments to stoa_flow using (true);
create policy order_tax_amendments_operator on order_tax_amendments for select to stoa_operator using (true);
create policy order_tax_amendments_read on order_tax_amendments for select to stoa_read using (true);
grant select on order_tax_amendments to stoa_application, stoa_operator, stoa_read;
grant select, insert on order_tax_amendments to stoa_flow;

-- The tax that the law asks for is owed, whatever the credit: a step that says it is an amendment passes above the limit. The step is
-- said by the statement that takes it and never kept, so that none passes by what the one before it said.
alter table credit_accounts add column step text;
alter table credit_accounts add constraint credit_accounts_step_is_not_kept check (step is null) not valid;
grant update (step) on credit_accounts to stoa_flow;
drop trigger credit_within_limit on credit_accounts;
drop function refuse_credit_above_limit();
create function guard_credit_step() returns trigger language plpgsql as $$
begin
  if new.used > old.used and (new.used > new.credit_limit or new.closed_at is not null) and new.step is distinct from 'amend' then
    raise exception 'credit used would rise above its limit' using errcode = '23514', constraint = 'credit_within_limit', table = 'credit_accounts';
  end if;
  new.step := null;
  return new;
end $$;
create trigger credit_within_limit before update of used, step on credit_accounts
  for each row when (new.used > old.used and (new.used > new.credit_limit or new.closed_at is not null) or new.step is not null)
  execute function guard_credit_step();
