-- Why: stock lives in rows of its own that a CHECK keeps legal, and every change of them leaves a movement with its cause.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '60s';

create table locations (
  seller_id   uuid        not null,
  location_id uuid        not null,
  name        text        not null,
  country     text        not null,
  version     integer     not null,
  created_at  timestamptz not null,
  constraint locations_pkey primary key (seller_id, location_id),
  constraint locations_name_key unique (seller_id, name),
  constraint locations_seller_fkey foreign key (seller_id) references sellers,
  constraint locations_country_is_alpha2 check (country ~ '^[A-Z]{2}$')
);
alter table locations enable row level security;
alter table locations force row level security;
create policy locations_own on locations to stoa_application using (seller_id = (select current_setting('app.organisation')::uuid));
create policy locations_flow on locations for select to stoa_flow using (true);
create policy locations_read on locations for select to stoa_read using (true);
grant select, insert on locations to stoa_application;
grant select on locations to stoa_flow, stoa_read;

create table stock_levels (
  seller_id       uuid    not null,
  offer_id        uuid    not null,
  location_id     uuid    not null,
  on_hand         integer not null,
  reserved        integer not null default 0,
  backorder_limit integer not null default 0,
  constraint stock_levels_pkey primary key (seller_id, offer_id, location_id),
  constraint stock_levels_offer_fkey foreign key (seller_id, offer_id) references offers,
  constraint stock_levels_location_fkey foreign key (seller_id, location_id) references locations,
  constraint stock_levels_never_oversold check (
    on_hand >= 0 and reserved >= 0 and backorder_limit >= 0 and reserved <= on_hand + backorder_limit),
  -- A billion each, so that their sum still fits the column's type.
  constraint stock_levels_are_bounded check (on_hand <= 1000000000 and backorder_limit <= 1000000000)
) with (fillfactor = 70); -- room on the page for the next version of a hot row
alter table stock_levels enable row level security;
alter table stock_levels force row level security;
create policy stock_levels_own on stock_levels to stoa_application using (seller_id = (select current_setting('app.organisation')::uuid));
create policy stock_levels_flow_select on stock_levels for select to stoa_flow using (true);
create policy stock_levels_flow_update on stock_levels for update to stoa_flow using (true);
create policy stock_levels_read on stock_levels for select to stoa_read using (true);
grant select, insert (seller_id, offer_id, location_id, on_hand), update (on_hand) on stock_levels to stoa_application;
grant select, update (reserved) on stock_levels to stoa_flow;
grant select on stock_levels to stoa_read;

-- One receipt of goods or one stock take: what its movements name as their cause.
create table stock_operations (
  seller_id      uuid        not null,
  operation_id   uuid        not null,
  kind           text        not null,
  reason         text,
  principal_id   uuid        not null,
  idempotency_id uuid        not null,
  at             timestamptz not null,
  constraint stock_operations_pkey primary key (seller_id, operation_id),
  constraint stock_operations_once_per_key unique (seller_id, idempotency_id),
  constraint stock_operations_seller_fkey foreign key (seller_id) references sellers,
  constraint stock_operations_kind_is_known check (kind in ('receive', 'adjust')),
  constraint stock_operations_adjust_has_reason check (kind <> 'adjust' or reason is not null)
);
alter table stock_operations enable row level security;
alter table stock_operations force row level security;
create policy stock_operations_own on stock_operations to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid));
create policy stock_operations_read on stock_operations for select to stoa_read using (true);
grant select, insert on stock_operations to stoa_application;
grant select on stock_operations to stoa_read;

create table movements (
  seller_id      uuid        not null,
  movement_id    uuid        not null,
  offer_id       uuid        not null,
  location_id    uuid        not null,
  kind           text        not null,
  on_hand_delta  integer     not null,
  reserved_delta integer     not null,
  cause_type     text        not null,
  cause_id       uuid        not null,
  reservation_id uuid,
  at             timestamptz not null,
  constraint movements_pkey primary key (seller_id, movement_id),
  constraint movements_level_fkey foreign key (seller_id, offer_id, location_id) references stock_levels,
  constraint movements_kind_fits_deltas check (
       kind = 'reserve' and on_hand_delta = 0 and reserved_delta > 0 and reservation_id is not null
    or kind = 'release' and on_hand_delta = 0 and reserved_delta < 0 and reservation_id is not null
    or kind = 'receive' and on_hand_delta > 0 and reserved_delta = 0 and reservation_id is null
    or kind = 'adjust' and on_hand_delta <> 0 and reserved_delta = 0 and reservation_id is null)
);
create unique index movements_once_per_cause on movements (seller_id, cause_type, cause_id, reservation_id) where reservation_id is not null;
create unique index movements_once_per_operation on movements (seller_id, cause_id, offer_id, location_id) where reservation_id is null;
alter table movements enable row level security;
alter table movements force row level security;
create policy movements_own on movements to stoa_application using (seller_id = (select current_setting('app.organisation')::uuid));
create policy movements_flow_insert on movements for insert to stoa_flow with check (true);
create policy movements_read on movements for select to stoa_read using (true);
grant select, insert on movements to stoa_application;
grant insert on movements to stoa_flow;
grant select on movements to stoa_read;
