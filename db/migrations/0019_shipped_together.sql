-- Why: a seller ships parcels of many orders with one request, so a key has one parcel of each order instead of one at all.
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion
-- Indexes are made inside the transaction, so that a migration is whole or not there; the time-outs below bound how long writers wait.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '60s';

create unique index shipments_once_per_key_and_order on shipments (seller_id, idempotency_id, order_id);
alter table shipments add constraint shipments_once_per_key_and_order unique using index shipments_once_per_key_and_order;
alter table shipments drop constraint shipments_once_per_key;
