-- Why: what companies buy: checkouts, one order a seller, the stock held for them, and the bank receipts that confirm them.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '60s';

-- What the database knows of a lifecycle it asks its edges: a new row is born along one, a changed state moves along one.
-- Once per statement with transition tables, because a foreign key of each history row would be paid for row by row.
create function refuse_lifecycle(table_name text, broken text) returns void language plpgsql as $$
begin
  raise exception '% does not follow its lifecycle: %', table_name, broken
    using errcode = '23514', constraint = table_name || '_follow_their_lifecycle', table = table_name;
end $$;

create table checkouts (
  company_id         uuid        not null,
  checkout_id        uuid        not null,
  client_reference   text        not null,
  state              text        not null,
  version            integer     not null,
  payment_method     text        not null,
  currency           text        not null,
  net                bigint      not null,
  tax                bigint      not null,
  total              bigint      not null,
  cancelled          bigint      not null default 0,
  placed_at          timestamptz not null,
  placed_by          uuid        not null,
  idempotency_id     uuid        not null,
  replaces           uuid,
  pay_before         timestamptz,
  snapshot           text        not null,
  snapshot_hash      bytea       not null,
  constraint checkouts_pkey primary key (company_id, checkout_id),
  constraint checkouts_checkout_id_key unique (checkout_id),
  constraint checkouts_once_per_key unique (company_id, idempotency_id),
  constraint checkouts_company_fkey foreign key (company_id) references companies,
  constraint checkouts_replaces_fkey foreign key (company_id, replaces) references checkouts,
  constraint checkouts_payment_method_is_known check (payment_method in ('on_account', 'bank_transfer')),
  constraint checkouts_total_is_net_and_tax check (total = net + tax and net >= 0 and tax >= 0),
  constraint checkouts_total_is_on_the_wire check (total <= 9007199254740991),
  constraint checkouts_cancelled_within_total check (cancelled between 0 and total),
  constraint checkouts_reference_is_bounded check (length(client_reference) between 1 and 64)
);
-- The natural key under the idempotency key: one live checkout for each of the company's own order numbers.
create unique index checkouts_live_reference on checkouts (company_id, client_reference) where state not in ('expired', 'rejected', 'cancelled');
create index checkouts_ended_reference on checkouts (company_id, client_reference, checkout_id) where state in ('expired', 'rejected', 'cancelled');
create trigger checkouts_only_rise before update on checkouts
  for each row when (new.version <= old.version or new.cancelled < old.cancelled) execute function refuse_going_back();
alter table checkouts enable row level security;
alter table checkouts force row level security;
create policy checkouts_own on checkouts for select to stoa_application using (company_id = (select current_setting('app.organisation')::uuid));
create policy checkouts_flow on checkouts to stoa_flow using (true);
create policy checkouts_operator on checkouts for select to stoa_operator using (true);
create policy checkouts_read on checkouts for select to stoa_read using (true);
grant select on checkouts to stoa_application, stoa_operator, stoa_read;
-- What counts up later starts at its default: no insert can begin in the middle.
grant select, update (state, version, cancelled),
  insert (company_id, checkout_id, client_reference, state, version, payment_method, currency, net, tax, total, placed_at, placed_by,
    idempotency_id, replaces, pay_before, snapshot, snapshot_hash)
  on checkouts to stoa_flow;

create function checkouts_follow_their_lifecycle() returns trigger language plpgsql as $$
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
end $$;
create trigger checkouts_follow_their_lifecycle_on_insert after insert on checkouts
  referencing new table as new_rows for each statement execute function checkouts_follow_their_lifecycle();
create trigger checkouts_follow_their_lifecycle_on_update after update on checkouts
  referencing old table as old_rows new table as new_rows for each statement execute function checkouts_follow_their_lifecycle();

create table checkout_history (
  company_id     uuid        not null,
  checkout_id    uuid        not null,
  version        integer     not null,
  from_state     text        not null,
  event          text        not null,
  to_state       text        not null,
  actor_kind     text        not null,
  actor_id       uuid,
  cause          text        not null,
  at             timestamptz not null,
  idempotency_id uuid,
  constraint checkout_history_pkey primary key (company_id, checkout_id, version),
  constraint checkout_history_checkout_fkey foreign key (company_id, checkout_id) references checkouts,
  constraint checkout_history_actor_is_known check (
    actor_kind in ('company', 'seller', 'operator') and actor_id is not null or actor_kind = 'deadline' and actor_id is null)
);
alter table checkout_history enable row level security;
alter table checkout_history force row level security;
create policy checkout_history_own on checkout_history for select to stoa_application
  using (company_id = (select current_setting('app.organisation')::uuid));
create policy checkout_history_flow on checkout_history to stoa_flow using (true);
create policy checkout_history_operator on checkout_history for select to stoa_operator using (true);
create policy checkout_history_read on checkout_history for select to stoa_read using (true);
grant select on checkout_history to stoa_application, stoa_operator, stoa_read;
grant select, insert on checkout_history to stoa_flow;

create table orders (
  seller_id        uuid        not null,
  order_id         uuid        not null,
  company_id       uuid        not null,
  checkout_id      uuid        not null,
  state            text        not null,
  version          integer     not null,
  dispatch_country text        not null,
  currency         text        not null,
  net              bigint      not null,
  tax              bigint      not null,
  total            bigint      not null,
  cancelled        bigint      not null default 0,
  placed_at        timestamptz not null,
  -- As they were when it was placed, beside the snapshot so that a list need not open it.
  seller_name      text        not null,
  company_name     text        not null,
  line_count       integer     not null,
  snapshot         text        not null,
  snapshot_hash    bytea       not null,
  constraint orders_pkey primary key (seller_id, order_id),
  constraint orders_order_id_key unique (order_id),
  constraint orders_one_per_seller unique (company_id, checkout_id, seller_id),
  constraint orders_checkout_fkey foreign key (company_id, checkout_id) references checkouts, -- crossing
  constraint orders_total_is_net_and_tax check (total = net + tax and net >= 0 and tax >= 0),
  constraint orders_cancelled_within_total check (cancelled between 0 and total)
);
create trigger orders_only_rise before update on orders
  for each row when (new.version <= old.version or new.cancelled < old.cancelled) execute function refuse_going_back();
alter table orders enable row level security;
alter table orders force row level security;
create policy orders_own on orders for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid) or company_id = (select current_setting('app.organisation')::uuid));
create policy orders_flow on orders to stoa_flow using (true);
create policy orders_operator on orders for select to stoa_operator using (true);
create policy orders_read on orders for select to stoa_read using (true);
grant select on orders to stoa_application, stoa_operator, stoa_read;
grant select, update (state, version, cancelled),
  insert (seller_id, order_id, company_id, checkout_id, state, version, dispatch_country, currency, net, tax, total, placed_at,
    seller_name, company_name, line_count, snapshot, snapshot_hash)
  on orders to stoa_flow;

create function orders_follow_their_lifecycle() returns trigger language plpgsql as $$
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
end $$;
create trigger orders_follow_their_lifecycle_on_insert after insert on orders
  referencing new table as new_rows for each statement execute function orders_follow_their_lifecycle();
create trigger orders_follow_their_lifecycle_on_update after update on orders
  referencing old table as old_rows new table as new_rows for each statement execute function orders_follow_their_lifecycle();

create table order_history (
  seller_id      uuid        not null,
  order_id       uuid        not null,
  company_id     uuid        not null,
  version        integer     not null,
  from_state     text        not null,
  event          text        not null,
  to_state       text        not null,
  actor_kind     text        not null,
  actor_id       uuid,
  cause          text        not null,
  at             timestamptz not null,
  idempotency_id uuid,
  constraint order_history_pkey primary key (seller_id, order_id, version),
  constraint order_history_order_fkey foreign key (seller_id, order_id) references orders,
  constraint order_history_actor_is_known check (
    actor_kind in ('company', 'seller', 'operator') and actor_id is not null or actor_kind = 'deadline' and actor_id is null)
);
alter table order_history enable row level security;
alter table order_history force row level security;
create policy order_history_own on order_history for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid) or company_id = (select current_setting('app.organisation')::uuid));
create policy order_history_flow on order_history to stoa_flow using (true);
create policy order_history_operator on order_history for select to stoa_operator using (true);
create policy order_history_read on order_history for select to stoa_read using (true);
grant select on order_history to stoa_application, stoa_operator, stoa_read;
grant select, insert on order_history to stoa_flow;

-- The numbers of a line; what was agreed in words (title, SKU, attributes) stands in the order's snapshot.
create table order_lines (
  seller_id     uuid    not null,
  order_id      uuid    not null,
  line_number   integer not null,
  offer_id      uuid    not null,
  quantity      integer not null,
  cancelled     integer not null default 0,
  unit_price    bigint  not null,
  price_per     integer not null,
  gross         bigint  not null,
  discount      bigint  not null,
  net           bigint  not null,
  tax_category  text    not null,
  tax_code      text    not null,
  tax_rate_ppm  integer not null,
  constraint order_lines_pkey primary key (seller_id, order_id, line_number),
  constraint order_lines_order_fkey foreign key (seller_id, order_id) references orders,
  constraint order_lines_quantity_is_positive check (quantity > 0),
  constraint order_lines_cancelled_within_quantity check (cancelled between 0 and quantity),
  constraint order_lines_net_is_gross_less_discount check (net = gross - discount and discount >= 0 and net >= 0)
);
create trigger order_lines_cancelled_only_rises before update on order_lines
  for each row when (new.cancelled < old.cancelled) execute function refuse_going_back();
alter table order_lines enable row level security;
alter table order_lines force row level security;
create policy order_lines_own on order_lines for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid)
    or exists (select from orders o where o.seller_id = order_lines.seller_id and o.order_id = order_lines.order_id
      and o.company_id = (select current_setting('app.organisation')::uuid)));
create policy order_lines_flow on order_lines to stoa_flow using (true);
create policy order_lines_operator on order_lines for select to stoa_operator using (true);
create policy order_lines_read on order_lines for select to stoa_read using (true);
grant select on order_lines to stoa_application, stoa_operator, stoa_read;
grant select, update (cancelled),
  insert (seller_id, order_id, line_number, offer_id, quantity, unit_price, price_per, gross, discount, net, tax_category, tax_code,
    tax_rate_ppm)
  on order_lines to stoa_flow;

create table order_tax_groups (
  seller_id    uuid    not null,
  order_id     uuid    not null,
  tax_category text    not null,
  tax_code     text    not null,
  tax_rate_ppm integer not null,
  net          bigint  not null,
  tax          bigint  not null,
  constraint order_tax_groups_pkey primary key (seller_id, order_id, tax_category, tax_rate_ppm),
  constraint order_tax_groups_order_fkey foreign key (seller_id, order_id) references orders,
  -- Round half up of net × rate, in integers, for amounts that are never negative.
  constraint order_tax_groups_tax_is_rounded_half_up check (tax = div(net::numeric * tax_rate_ppm + 500000, 1000000) and net >= 0)
);
alter table order_tax_groups enable row level security;
alter table order_tax_groups force row level security;
create policy order_tax_groups_own on order_tax_groups for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid));
create policy order_tax_groups_flow on order_tax_groups to stoa_flow using (true);
create policy order_tax_groups_operator on order_tax_groups for select to stoa_operator using (true);
create policy order_tax_groups_read on order_tax_groups for select to stoa_read using (true);
grant select on order_tax_groups to stoa_application, stoa_operator, stoa_read;
grant select, insert on order_tax_groups to stoa_flow;

create table reservations (
  seller_id      uuid    not null,
  reservation_id uuid    not null,
  order_id       uuid    not null,
  line_number    integer not null,
  offer_id       uuid    not null,
  location_id    uuid    not null,
  quantity       integer not null,
  backordered    integer not null,
  finalized      integer not null default 0,
  released       integer not null default 0,
  constraint reservations_pkey primary key (seller_id, reservation_id),
  constraint reservations_one_per_line_and_location unique (seller_id, order_id, line_number, location_id),
  constraint reservations_line_fkey foreign key (seller_id, order_id, line_number) references order_lines,
  constraint reservations_level_fkey foreign key (seller_id, offer_id, location_id) references stock_levels,
  constraint reservations_quantity_is_positive check (quantity > 0 and backordered between 0 and quantity),
  constraint reservations_never_given_twice check (finalized >= 0 and released >= 0 and finalized + released <= quantity)
);
create trigger reservations_given_only_rise before update on reservations
  for each row when (new.released < old.released or new.finalized < old.finalized) execute function refuse_going_back();
alter table reservations enable row level security;
alter table reservations force row level security;
create policy reservations_own on reservations for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid));
create policy reservations_flow on reservations to stoa_flow using (true);
create policy reservations_read on reservations for select to stoa_read using (true);
grant select on reservations to stoa_application, stoa_read;
grant select, update (released),
  insert (seller_id, reservation_id, order_id, line_number, offer_id, location_id, quantity, backordered)
  on reservations to stoa_flow;

-- Money seen on the operator's bank account for a pending checkout. The bank's own reference counts once.
create table receipts (
  company_id     uuid        not null,
  receipt_id     uuid        not null,
  checkout_id    uuid        not null,
  bank_reference text        not null,
  amount         bigint      not null,
  currency       text        not null,
  recorded_by    uuid        not null,
  idempotency_id uuid        not null,
  at             timestamptz not null,
  constraint receipts_pkey primary key (company_id, receipt_id),
  constraint receipts_bank_reference_key unique (bank_reference),
  constraint receipts_one_per_checkout unique (company_id, checkout_id),
  constraint receipts_checkout_fkey foreign key (company_id, checkout_id) references checkouts,
  constraint receipts_amount_is_positive check (amount > 0)
);
alter table receipts enable row level security;
alter table receipts force row level security;
create policy receipts_own on receipts for select to stoa_application using (company_id = (select current_setting('app.organisation')::uuid));
create policy receipts_flow on receipts to stoa_flow using (true);
create policy receipts_operator on receipts for select to stoa_operator using (true);
create policy receipts_read on receipts for select to stoa_read using (true);
grant select on receipts to stoa_application, stoa_operator, stoa_read;
grant select, insert on receipts to stoa_flow;
