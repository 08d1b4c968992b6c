-- Why: orders go to their end: accepted, packed, shipped in parts, delivered, lost, refused, completed; and every operation of stock that needs.
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion
-- Indexes are made inside the transaction, so that a migration is whole or not there; the time-outs below bound how long writers wait.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '60s';

-- Stock ------------------------------------------------------------------------------------------------------------------------------

alter table stock_levels add column expected_on date;
grant update (backorder_limit, expected_on) on stock_levels to stoa_application;
grant insert (seller_id, offer_id, location_id, on_hand), update (on_hand, backorder_limit, expected_on) on stock_levels to stoa_flow;
create policy stock_levels_flow_insert on stock_levels for insert to stoa_flow with check (true);
create policy stock_levels_operator on stock_levels for select to stoa_operator using (true);
grant select on stock_levels to stoa_operator;
create policy locations_operator on locations for select to stoa_operator using (true);
grant select on locations to stoa_operator;

alter table stock_operations drop constraint stock_operations_kind_is_known;
alter table stock_operations add constraint stock_operations_kind_is_known check (
  kind in ('receive', 'adjust', 'limit', 'restock', 'transfer', 'reassign')) not valid;
-- What changes goods or promises without a document of its own says why.
alter table stock_operations drop constraint stock_operations_adjust_has_reason;
alter table stock_operations add constraint stock_operations_have_a_reason check (kind in ('receive', 'reassign') or reason is not null) not valid;
create policy stock_operations_flow_insert on stock_operations for insert to stoa_flow with check (true);
grant insert on stock_operations to stoa_flow;

-- The limit is part of the level, so its changes are movements too: replaying them gives the whole level.
alter table movements add column limit_delta integer not null default 0;
alter table movements drop constraint movements_kind_fits_deltas;
alter table movements add constraint movements_kind_fits_deltas check (
     kind = 'reserve' and on_hand_delta = 0 and reserved_delta > 0 and limit_delta = 0 and reservation_id is not null
  or kind = 'release' and on_hand_delta = 0 and reserved_delta < 0 and limit_delta = 0 and reservation_id is not null
  or kind = 'finalize' and on_hand_delta < 0 and reserved_delta = on_hand_delta and limit_delta = 0 and reservation_id is not null
  or kind = 'reassign' and on_hand_delta = 0 and reserved_delta <> 0 and limit_delta = 0 and reservation_id is not null
  or kind in ('receive', 'restock') and on_hand_delta > 0 and reserved_delta = 0 and limit_delta = 0 and reservation_id is null
  or kind in ('adjust', 'transfer') and on_hand_delta <> 0 and reserved_delta = 0 and limit_delta = 0 and reservation_id is null
  or kind = 'limit' and on_hand_delta = 0 and reserved_delta = 0 and limit_delta <> 0 and reservation_id is null) not valid;

-- What became of one offer, without reading all that its seller ever moved.
create index movements_by_offer on movements (seller_id, offer_id, movement_id);

-- Units packed are promised to a parcel; units reassigned went to another reservation of the same line at another location. A replacement
-- for a lost parcel reserves anew beside what its line once reserved.
alter table reservations
  add column packed      integer not null default 0,
  add column reassigned  integer not null default 0,
  add column replacement integer not null default 0;
alter table reservations drop constraint reservations_never_given_twice;
alter table reservations add constraint reservations_never_given_twice check (
  finalized >= 0 and released >= 0 and packed >= 0 and reassigned >= 0 and finalized + released + reassigned + packed <= quantity) not valid;
alter table reservations drop constraint reservations_one_per_line_and_location;
create unique index reservations_one_per_line_and_location on reservations (seller_id, order_id, line_number, location_id, replacement);
alter table reservations add constraint reservations_one_per_line_and_location
  unique using index reservations_one_per_line_and_location;
drop trigger reservations_given_only_rise on reservations;
create trigger reservations_given_only_rise before update on reservations
  for each row when (new.released < old.released or new.finalized < old.finalized or new.reassigned < old.reassigned or new.quantity < old.quantity)
  execute function refuse_going_back();
-- Who waits for units of a level, the oldest first.
create index reservations_holding on reservations (seller_id, offer_id, location_id, reservation_id)
  where finalized + released + reassigned < quantity;
grant update (quantity, backordered, finalized, packed, reassigned), insert (replacement) on reservations to stoa_flow;
create policy reservations_operator on reservations for select to stoa_operator using (true);
grant select on reservations to stoa_operator;

-- Orders -----------------------------------------------------------------------------------------------------------------------------

alter table orders
  add column freight          bigint  not null default 0,
  add column freight_kind     text    not null default 'whole',
  add column client_reference text    not null default '',
  add column requested_on     date,
  add column promised_on      date,
  -- From here on the company may cancel freely what is not shipped: the promised date and five working days are over.
  add column cancellable_from timestamptz;
alter table orders
  add constraint orders_freight_within_net check (freight between 0 and net) not valid,
  add constraint orders_freight_kind_is_known check (freight_kind in ('whole', 'per_unit')) not valid;
create index orders_open on orders (seller_id, state, order_id) where state not in ('completed', 'cancelled', 'rejected', 'expired');
create index orders_open_of_company on orders (company_id, state, order_id) where state not in ('completed', 'cancelled', 'rejected', 'expired');
-- A company's own order number names an order to everybody.
create index orders_by_reference on orders (client_reference, order_id);
grant update (promised_on, cancellable_from), insert (freight, freight_kind, client_reference, requested_on, promised_on) on orders to stoa_flow;

alter table order_lines
  add column list_price    bigint,
  add column promised_on   date,
  add column packed        integer not null default 0,
  add column shipped       integer not null default 0,
  add column shipped_net   bigint  not null default 0,
  add column cancelled_net bigint  not null default 0;
alter table order_lines drop constraint order_lines_cancelled_within_quantity;
alter table order_lines
  add constraint order_lines_units_within_quantity check (
    cancelled >= 0 and shipped >= 0 and packed >= 0 and cancelled + shipped + packed <= quantity) not valid,
  add constraint order_lines_parts_within_net check (shipped_net >= 0 and cancelled_net >= 0 and shipped_net + cancelled_net <= net) not valid;
drop trigger order_lines_cancelled_only_rises on order_lines;
create trigger order_lines_only_rise before update on order_lines
  for each row when (new.cancelled < old.cancelled or new.shipped < old.shipped or new.shipped_net < old.shipped_net
    or new.cancelled_net < old.cancelled_net)
  execute function refuse_going_back();
grant update (promised_on, packed, shipped, shipped_net, cancelled_net), insert (list_price, promised_on) on order_lines to stoa_flow;

alter table order_tax_groups
  add column shipped_net   bigint not null default 0,
  add column cancelled_net bigint not null default 0;
alter table order_tax_groups
  add constraint order_tax_groups_parts_within_net check (shipped_net >= 0 and cancelled_net >= 0 and shipped_net + cancelled_net <= net) not valid;
create trigger order_tax_groups_only_rise before update on order_tax_groups
  for each row when (new.shipped_net < old.shipped_net or new.cancelled_net < old.cancelled_net) execute function refuse_going_back();
grant update (shipped_net, cancelled_net) on order_tax_groups to stoa_flow;
drop policy order_tax_groups_own on order_tax_groups;
create policy order_tax_groups_own on order_tax_groups for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid)
    or exists (select from orders o where o.seller_id = order_tax_groups.seller_id and o.order_id = order_tax_groups.order_id
      and o.company_id = (select current_setting('app.organisation')::uuid)));

-- What was cancelled or expired before parts were counted was so whole. The owner is under the policies too.
alter table order_lines no force row level security;
alter table order_tax_groups no force row level security;
alter table orders no force row level security;
alter table checkouts no force row level security;
update order_lines set cancelled_net = net where cancelled = quantity;
update order_tax_groups g set cancelled_net = g.net
from orders o
where o.seller_id = g.seller_id and o.order_id = g.order_id and o.state in ('cancelled', 'expired');
alter table orders disable trigger orders_only_rise;
update orders o set client_reference = c.client_reference
from checkouts c
where c.company_id = o.company_id and c.checkout_id = o.checkout_id;
alter table orders enable trigger orders_only_rise;
alter table orders force row level security;
alter table checkouts force row level security;
alter table order_lines force row level security;
alter table order_tax_groups force row level security;

-- Freight is a line of its own kind, spread over the tax groups of the order: one row for each.
create table order_freight (
  seller_id    uuid    not null,
  order_id     uuid    not null,
  tax_category text    not null,
  tax_code     text    not null,
  tax_rate_ppm integer not null,
  net          bigint  not null,
  charged      bigint  not null default 0,
  cancelled    bigint  not null default 0,
  constraint order_freight_pkey primary key (seller_id, order_id, tax_category, tax_rate_ppm),
  constraint order_freight_group_fkey foreign key (seller_id, order_id, tax_category, tax_rate_ppm) references order_tax_groups,
  constraint order_freight_parts_within_net check (net > 0 and charged >= 0 and cancelled >= 0 and charged + cancelled <= net)
);
create trigger order_freight_only_rises before update on order_freight
  for each row when (new.charged < old.charged or new.cancelled < old.cancelled) execute function refuse_going_back();
alter table order_freight enable row level security;
alter table order_freight force row level security;
create policy order_freight_own on order_freight for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid)
    or exists (select from orders o where o.seller_id = order_freight.seller_id and o.order_id = order_freight.order_id
      and o.company_id = (select current_setting('app.organisation')::uuid)));
create policy order_freight_flow on order_freight to stoa_flow using (true);
create policy order_freight_operator on order_freight for select to stoa_operator using (true);
create policy order_freight_read on order_freight for select to stoa_read using (true);
grant select on order_freight to stoa_application, stoa_operator, stoa_read;
grant select, update (charged, cancelled), insert (seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net) on order_freight to stoa_flow;

-- Units given up, by whom and why: what the stock that comes back and the credit that is freed name as their cause.
create table order_cancellations (
  seller_id       uuid        not null,
  cancellation_id uuid        not null,
  order_id        uuid        not null,
  company_id      uuid        not null,
  actor_kind      text        not null,
  actor_id        uuid,
  cause           text        not null,
  reason          text,
  amount          bigint      not null,
  at              timestamptz not null,
  idempotency_id  uuid,
  constraint order_cancellations_pkey primary key (seller_id, cancellation_id),
  constraint order_cancellations_order_fkey foreign key (seller_id, order_id) references orders,
  constraint order_cancellations_amount_is_not_negative check (amount >= 0),
  constraint order_cancellations_actor_is_known check (
    actor_kind in ('company', 'seller', 'operator') and actor_id is not null or actor_kind = 'deadline' and actor_id is null)
);
create index order_cancellations_by_order on order_cancellations (seller_id, order_id);
create table order_cancellation_lines (
  seller_id       uuid    not null,
  cancellation_id uuid    not null,
  line_number     integer not null,
  quantity        integer not null,
  gross           bigint  not null,
  discount        bigint  not null,
  net             bigint  not null,
  constraint order_cancellation_lines_pkey primary key (seller_id, cancellation_id, line_number),
  constraint order_cancellation_lines_cancellation_fkey foreign key (seller_id, cancellation_id) references order_cancellations,
  constraint order_cancellation_lines_quantity_is_positive check (quantity > 0),
  constraint order_cancellation_lines_net_is_gross_less_discount check (net = gross - discount and net >= 0)
);
-- What was cancelled or expired before cancellations had rows was so whole, by the order's last step; its goods came back naming the order.
-- What was confirmed before sellers accepted has a week for it. The owner is under the policies too.
alter table orders no force row level security;
alter table order_history no force row level security;
alter table order_lines no force row level security;
alter table deadlines no force row level security;
insert into order_cancellations (seller_id, cancellation_id, order_id, company_id, actor_kind, actor_id, cause, reason, amount, at, idempotency_id)
select o.seller_id, o.order_id, o.order_id, o.company_id, h.actor_kind, h.actor_id, split_part(h.cause, ': ', 1),
  nullif(substr(h.cause, length(split_part(h.cause, ': ', 1)) + 3), ''), o.cancelled, h.at, h.idempotency_id
from orders o
  join order_history h on h.seller_id = o.seller_id and h.order_id = o.order_id and h.to_state = o.state
where o.state in ('cancelled', 'expired');
insert into order_cancellation_lines (seller_id, cancellation_id, line_number, quantity, gross, discount, net)
select l.seller_id, l.order_id, l.line_number, l.quantity, l.gross, l.discount, l.net
from order_lines l
  join order_cancellations c on c.seller_id = l.seller_id and c.cancellation_id = l.order_id;
insert into deadlines (organisation_id, kind, subject_id, due_at)
select seller_id, 'order_acceptance', order_id, stoa_now() + interval '7 days' from orders where state = 'confirmed';
alter table orders force row level security;
alter table order_history force row level security;
alter table order_lines force row level security;
alter table deadlines force row level security;
alter table order_cancellations enable row level security;
alter table order_cancellations force row level security;
alter table order_cancellation_lines enable row level security;
alter table order_cancellation_lines force row level security;
create policy order_cancellations_own on order_cancellations for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid) or company_id = (select current_setting('app.organisation')::uuid));
create policy order_cancellations_flow on order_cancellations to stoa_flow using (true);
create policy order_cancellations_operator on order_cancellations for select to stoa_operator using (true);
create policy order_cancellations_read on order_cancellations for select to stoa_read using (true);
create policy order_cancellation_lines_own on order_cancellation_lines for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid)
    or exists (select from order_cancellations c where c.seller_id = order_cancellation_lines.seller_id
      and c.cancellation_id = order_cancellation_lines.cancellation_id and c.company_id = (select current_setting('app.organisation')::uuid)));
create policy order_cancellation_lines_flow on order_cancellation_lines to stoa_flow using (true);
create policy order_cancellation_lines_operator on order_cancellation_lines for select to stoa_operator using (true);
create policy order_cancellation_lines_read on order_cancellation_lines for select to stoa_read using (true);
grant select on order_cancellations, order_cancellation_lines to stoa_application, stoa_operator, stoa_read;
grant select, insert on order_cancellations, order_cancellation_lines to stoa_flow;

-- What one party asks of the other about an order: the seller, to accept less or later; the company, to cancel what is accepted.
create table order_requests (
  seller_id      uuid        not null,
  request_id     uuid        not null,
  order_id       uuid        not null,
  company_id     uuid        not null,
  kind           text        not null,
  state          text        not null,
  version        integer     not null,
  asked_by       uuid        not null,
  reason         text        not null,
  promised_on    date,
  asked_at       timestamptz not null,
  answer_before  timestamptz not null,
  answered_at    timestamptz,
  answered_by    uuid,
  answer_reason  text,
  idempotency_id uuid        not null,
  -- The key of the answer; null while there is none, and for a deadline's.
  answer_idempotency_id uuid,
  constraint order_requests_pkey primary key (seller_id, request_id),
  constraint order_requests_request_id_key unique (request_id),
  constraint order_requests_once_per_key unique (seller_id, idempotency_id),
  constraint order_requests_order_fkey foreign key (seller_id, order_id) references orders,
  constraint order_requests_kind_is_known check (kind in ('acceptance', 'cancellation')),
  constraint order_requests_open_is_unanswered check ((state = 'open') = (answered_at is null))
);
create unique index order_requests_one_open on order_requests (seller_id, order_id, kind) where state = 'open';
create index order_requests_by_order on order_requests (seller_id, order_id);
create index order_requests_by_company on order_requests (company_id, request_id);
create trigger order_requests_follow_their_lifecycle_on_insert after insert on order_requests
  referencing new table as new_rows for each statement execute function follow_lifecycle('order_request', 'request_id', 'seller_id, request_id');
create trigger order_requests_follow_their_lifecycle_on_update after update on order_requests
  referencing old table as old_rows new table as new_rows for each statement
  execute function follow_lifecycle('order_request', 'request_id', 'seller_id, request_id');
create trigger order_requests_only_rise before update on order_requests
  for each row when (new.version <= old.version) execute function refuse_going_back();
create table order_request_lines (
  seller_id   uuid    not null,
  request_id  uuid    not null,
  line_number integer not null,
  -- Of an acceptance the units that are to be delivered (0: none of this line), of a cancellation those to be cancelled.
  quantity    integer not null,
  promised_on date,
  constraint order_request_lines_pkey primary key (seller_id, request_id, line_number),
  constraint order_request_lines_request_fkey foreign key (seller_id, request_id) references order_requests,
  constraint order_request_lines_quantity_is_not_negative check (quantity >= 0)
);
alter table order_requests enable row level security;
alter table order_requests force row level security;
alter table order_request_lines enable row level security;
alter table order_request_lines force row level security;
create policy order_requests_own on order_requests for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid) or company_id = (select current_setting('app.organisation')::uuid));
create policy order_requests_flow on order_requests to stoa_flow using (true);
create policy order_requests_operator on order_requests for select to stoa_operator using (true);
create policy order_requests_read on order_requests for select to stoa_read using (true);
create policy order_request_lines_own on order_request_lines for select to stoa_application
  using (exists (select from order_requests r where r.seller_id = order_request_lines.seller_id and r.request_id = order_request_lines.request_id
    and (r.seller_id = (select current_setting('app.organisation')::uuid) or r.company_id = (select current_setting('app.organisation')::uuid))));
create policy order_request_lines_flow on order_request_lines to stoa_flow using (true);
create policy order_request_lines_operator on order_request_lines for select to stoa_operator using (true);
create policy order_request_lines_read on order_request_lines for select to stoa_read using (true);
grant select on order_requests, order_request_lines to stoa_application, stoa_operator, stoa_read;
grant select, update (state, version, answered_at, answered_by, answer_reason, answer_idempotency_id),
  insert (seller_id, request_id, order_id, company_id, kind, state, version, asked_by, reason, promised_on, asked_at, answer_before, idempotency_id)
  on order_requests to stoa_flow;
grant select, insert on order_request_lines to stoa_flow;

-- Shipments --------------------------------------------------------------------------------------------------------------------------

create table shipments (
  seller_id      uuid        not null,
  shipment_id    uuid        not null,
  order_id       uuid        not null,
  company_id     uuid        not null,
  -- Counts the order's parcels from 1.
  number         integer     not null,
  location_id    uuid        not null,
  state          text        not null,
  version        integer     not null,
  carrier        text,
  tracking       text,
  packed_at      timestamptz not null,
  shipped_at     timestamptz,
  ended_at       timestamptz,
  -- A lost or refused parcel is dealt with when the company gets its money or another parcel.
  resolution     text,
  replaces       uuid,
  forced_reason  text,
  idempotency_id uuid        not null,
  constraint shipments_pkey primary key (seller_id, shipment_id),
  constraint shipments_shipment_id_key unique (shipment_id),
  constraint shipments_number_key unique (seller_id, order_id, number),
  constraint shipments_once_per_key unique (seller_id, idempotency_id),
  constraint shipments_order_fkey foreign key (seller_id, order_id) references orders,
  constraint shipments_location_fkey foreign key (seller_id, location_id) references locations,
  constraint shipments_replaces_fkey foreign key (seller_id, replaces) references shipments,
  constraint shipments_resolution_is_known check (
    resolution is null or resolution in ('credited', 'replaced') and state in ('lost', 'refused', 'delivered', 'returned_to_seller', 'written_off')),
  -- Who refuses a parcel gets the money back at once, whatever becomes of the goods.
  constraint shipments_refused_is_credited check (
    state not in ('refused', 'returned_to_seller', 'written_off') or resolution is not distinct from 'credited'),
  constraint shipments_shipped_has_its_time check ((shipped_at is null) = (state in ('packed', 'cancelled'))),
  constraint shipments_ended_has_its_time check ((ended_at is null) = (state in ('packed', 'shipped', 'lost', 'refused'))),
  constraint shipments_times_rise check (shipped_at >= packed_at and ended_at >= coalesce(shipped_at, packed_at)),
  constraint shipments_forced_is_shipped check (forced_reason is null or shipped_at is not null),
  constraint shipments_number_is_positive check (number > 0)
);
-- A lost parcel is replaced once at a time: a replacement that was cancelled may be packed again.
create unique index shipments_one_replacement on shipments (seller_id, replaces) where replaces is not null and state <> 'cancelled';
create trigger shipments_follow_their_lifecycle_on_insert after insert on shipments
  referencing new table as new_rows for each statement execute function follow_lifecycle('shipment', 'shipment_id', 'seller_id, shipment_id');
create trigger shipments_follow_their_lifecycle_on_update after update on shipments
  referencing old table as old_rows new table as new_rows for each statement
  execute function follow_lifecycle('shipment', 'shipment_id', 'seller_id, shipment_id');
create trigger shipments_only_rise before update on shipments
  for each row when (new.version <= old.version or old.resolution = 'credited' and new.resolution is distinct from old.resolution
    or old.shipped_at is not null and new.shipped_at is distinct from old.shipped_at
    or old.ended_at is not null and new.ended_at is distinct from old.ended_at)
  execute function refuse_going_back();
create table shipment_lines (
  seller_id      uuid    not null,
  shipment_id    uuid    not null,
  line_number    integer not null,
  reservation_id uuid    not null,
  quantity       integer not null,
  -- What these units are worth, taken when they are shipped; nothing for a replacement, which is paid for already.
  gross          bigint,
  discount       bigint,
  net            bigint,
  -- Of a refused parcel that came back.
  restocked      integer not null default 0,
  scrapped       integer not null default 0,
  constraint shipment_lines_pkey primary key (seller_id, shipment_id, line_number),
  constraint shipment_lines_shipment_fkey foreign key (seller_id, shipment_id) references shipments,
  constraint shipment_lines_reservation_fkey foreign key (seller_id, reservation_id) references reservations,
  constraint shipment_lines_quantity_is_positive check (quantity > 0),
  constraint shipment_lines_net_is_gross_less_discount check (net = gross - discount and net >= 0),
  constraint shipment_lines_back_within_quantity check (restocked >= 0 and scrapped >= 0 and restocked + scrapped <= quantity)
);
create trigger shipment_lines_only_rise before update on shipment_lines
  for each row when (old.net is not null
      and (new.gross is distinct from old.gross or new.discount is distinct from old.discount or new.net is distinct from old.net)
    or new.restocked < old.restocked or new.scrapped < old.scrapped)
  execute function refuse_going_back();
create table shipment_history (
  seller_id      uuid        not null,
  shipment_id    uuid        not null,
  version        integer     not null,
  from_state     text        not null,
  event          text        not null,
  to_state       text        not null,
  actor_kind     text        not null,
  actor_id       uuid,
  cause          text        not null,
  at             timestamptz not null,
  idempotency_id uuid,
  constraint shipment_history_pkey primary key (seller_id, shipment_id, version),
  constraint shipment_history_shipment_fkey foreign key (seller_id, shipment_id) references shipments,
  constraint shipment_history_actor_is_known check (
    actor_kind in ('company', 'seller', 'operator') and actor_id is not null or actor_kind = 'deadline' and actor_id is null)
);
create index shipments_by_order on shipments (seller_id, order_id);
create index shipments_by_company on shipments (company_id, shipment_id);
alter table shipments enable row level security;
alter table shipments force row level security;
alter table shipment_lines enable row level security;
alter table shipment_lines force row level security;
alter table shipment_history enable row level security;
alter table shipment_history force row level security;
create policy shipments_own on shipments for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid) or company_id = (select current_setting('app.organisation')::uuid));
create policy shipments_flow on shipments to stoa_flow using (true);
create policy shipments_operator on shipments for select to stoa_operator using (true);
create policy shipments_read on shipments for select to stoa_read using (true);
create policy shipment_lines_own on shipment_lines for select to stoa_application
  using (exists (select from shipments s where s.seller_id = shipment_lines.seller_id and s.shipment_id = shipment_lines.shipment_id
    and (s.seller_id = (select current_setting('app.organisation')::uuid) or s.company_id = (select current_setting('app.organisation')::uuid))));
create policy shipment_lines_flow on shipment_lines to stoa_flow using (true);
create policy shipment_lines_operator on shipment_lines for select to stoa_operator using (true);
create policy shipment_lines_read on shipment_lines for select to stoa_read using (true);
create policy shipment_history_own on shipment_history for select to stoa_application
  using (exists (select from shipments s where s.seller_id = shipment_history.seller_id and s.shipment_id = shipment_history.shipment_id
    and (s.seller_id = (select current_setting('app.organisation')::uuid) or s.company_id = (select current_setting('app.organisation')::uuid))));
create policy shipment_history_flow on shipment_history to stoa_flow using (true);
create policy shipment_history_operator on shipment_history for select to stoa_operator using (true);
create policy shipment_history_read on shipment_history for select to stoa_read using (true);
grant select on shipments, shipment_lines, shipment_history to stoa_application, stoa_operator, stoa_read;
grant select, update (state, version, carrier, tracking, shipped_at, ended_at, resolution, forced_reason),
  insert (seller_id, shipment_id, order_id, company_id, number, location_id, state, version, carrier, tracking, packed_at, replaces, idempotency_id)
  on shipments to stoa_flow;
grant select, update (gross, discount, net, restocked, scrapped), insert (seller_id, shipment_id, line_number, reservation_id, quantity)
  on shipment_lines to stoa_flow;
grant select, insert on shipment_history to stoa_flow;

-- Those that are released are part of an order's story.
create index holds_by_subject on holds (subject_id, hold_id);
create policy holds_own on holds for select to stoa_application
  using (subject_id = (select current_setting('app.organisation')::uuid) or exists (select from orders o where o.order_id = holds.subject_id));
grant select (hold_id, subject_type, subject_id, reason, look_again_on, placed_at, released_at, version) on holds to stoa_application;
