-- Why: what was added with the amendments without looking at the rows that stood is looked at now, in a transaction of its own that blocks no writer.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '600s';

alter table orders validate constraint orders_cancelled_within_total;
alter table orders validate constraint orders_worth_is_on_the_wire;
alter table checkouts validate constraint checkouts_cancelled_within_total;
alter table checkouts validate constraint checkouts_worth_is_on_the_wire;
alter table order_tax_groups validate constraint order_tax_groups_parts_within_net;
alter table order_tax_groups validate constraint order_tax_groups_amended_whole;
alter table order_freight validate constraint order_freight_is_as_placed;
alter table order_freight validate constraint order_freight_group_fkey;
alter table credit_accounts validate constraint credit_accounts_step_is_not_kept;
