-- Why: what was added without looking at the rows that stood is looked at now, in a transaction of its own that blocks no writer.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '600s';

alter table sellers validate constraint sellers_series_prefix_is_short;
alter table sellers validate constraint sellers_suspension_has_a_reach;
alter table sellers validate constraint sellers_calendar_is_possible;
alter table companies validate constraint companies_suspension_has_a_reach;
alter table companies validate constraint companies_payment_days_are_bounded;
alter table api_keys validate constraint api_keys_member_fkey;
alter table products validate constraint products_category_fkey;
alter table variants validate constraint variants_gtin_is_valid;
alter table variants validate constraint variants_weight_is_bounded;
alter table offers validate constraint offers_lead_time_is_bounded;
alter table tax_rates validate constraint tax_rates_code_fits_rate;
alter table tax_rates validate constraint tax_rates_exemption_code_is_vatex;
alter table stock_operations validate constraint stock_operations_kind_is_known;
alter table stock_operations validate constraint stock_operations_have_a_reason;
alter table movements validate constraint movements_kind_fits_deltas;
alter table reservations validate constraint reservations_never_given_twice;
alter table orders validate constraint orders_freight_within_net;
alter table orders validate constraint orders_freight_kind_is_known;
alter table order_lines validate constraint order_lines_units_within_quantity;
alter table order_lines validate constraint order_lines_parts_within_net;
alter table order_tax_groups validate constraint order_tax_groups_parts_within_net;
