-- Why: nobody declares its own tax number checked, strangers write of nobody but whom they register, and see of stock only whether there is any.
-- squawk-ignore-file adding-field-with-default
-- Stock levels are written anew with two columns more: a hundred thousand of them in less than a second, and the time-outs below bound the wait.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '60s';

-- What is known of a tax number ---------------------------------------------------------------------------------------------------------

create function refuse_the_change() returns trigger language plpgsql as $$
begin
  raise exception '% may not change so', TG_TABLE_NAME using errcode = '23514', constraint = TG_NAME, table = TG_TABLE_NAME;
end $$;

-- A check belongs to the number and country it was made for: whoever changes one of them takes the check away.
create trigger sellers_check_is_of_its_number before update on sellers
  for each row when (
    (new.tax_number_checked_at is not null or new.tax_number_evidence is not null)
    and (new.tax_number is distinct from old.tax_number or new.country is distinct from old.country))
  execute function refuse_the_change();
create trigger companies_check_is_of_its_number before update on companies
  for each row when (
    (new.tax_number_checked_at is not null or new.tax_number_evidence is not null)
    and (new.tax_number is distinct from old.tax_number or new.country is distinct from old.country))
  execute function refuse_the_change();

-- A party takes a check away by changing its number; that one was made is the operator's word alone.
create trigger sellers_are_checked_by_the_operator before update on sellers
  for each row when (
    current_user = 'stoa_application'
    and (new.tax_number_checked_at is distinct from old.tax_number_checked_at and new.tax_number_checked_at is not null
         or new.tax_number_evidence is distinct from old.tax_number_evidence and new.tax_number_evidence is not null))
  execute function refuse_the_change();
create trigger companies_are_checked_by_the_operator before update on companies
  for each row when (
    current_user = 'stoa_application'
    and (new.tax_number_checked_at is distinct from old.tax_number_checked_at and new.tax_number_checked_at is not null
         or new.tax_number_evidence is distinct from old.tax_number_evidence and new.tax_number_evidence is not null))
  execute function refuse_the_change();

-- The numbers of documents are counted under the prefix, so it stays with whoever has ever sold.
create trigger sellers_keep_their_series before update on sellers
  for each row when (
    old.series_prefix is not null and new.series_prefix is distinct from old.series_prefix and old.state in ('active', 'suspended', 'closed'))
  execute function refuse_the_change();

-- Strangers -----------------------------------------------------------------------------------------------------------------------------

-- Of all organisations a stranger sees the one that it makes in this very transaction, and writes of no other.
create policy organisations_public on organisations for select to stoa_public using (xmin = pg_current_xact_id()::xid);
grant select (organisation_id, kind) on organisations to stoa_public;

alter policy persons_public_insert on persons
  with check (exists (select from organisations o where o.organisation_id = persons.organisation_id));
alter policy person_keys_public_insert on person_keys
  with check (exists (select from organisations o where o.organisation_id = person_keys.organisation_id));
alter policy members_public_insert on members
  with check (role = 'owner' and exists (select from organisations o where o.organisation_id = members.organisation_id));
alter policy sellers_public_insert on sellers with check (
  state = 'applied' and version = 1 and series_prefix is null and tax_number_checked_at is null and tax_number_evidence is null
  and reviewer_id is null
  and exists (select from organisations o where o.organisation_id = sellers.seller_id and o.kind = 'seller'));
alter policy companies_public_insert on companies with check (
  state = 'pending' and version = 1 and payment_days = 30 and tax_number_checked_at is null and tax_number_evidence is null
  and reviewer_id is null
  and exists (select from organisations o where o.organisation_id = companies.company_id and o.kind = 'company'));
alter policy seller_history_public_insert on seller_history with check (
  to_state = 'applied' and exists (select from organisations o where o.organisation_id = seller_history.seller_id));
alter policy company_history_public_insert on company_history with check (
  to_state = 'pending' and exists (select from organisations o where o.organisation_id = company_history.company_id));
alter policy deadlines_public_insert on deadlines with check (
  kind in ('seller_review', 'company_review') and subject_id = organisation_id
  and exists (select from organisations o where o.organisation_id = deadlines.organisation_id));
alter policy events_public_insert on events with check (
  position is null and exists (select from organisations o where o.organisation_id = events.organisation_id));
alter policy event_audiences_public_insert on event_audiences with check (
  position is null and exists (select from organisations o where o.organisation_id = event_audiences.organisation_id));

-- Whether something can be had, and not how much of it, is what strangers are told. The row says so itself, so that nothing else of it is read.
alter table stock_levels
  add column in_stock boolean not null generated always as (on_hand > reserved) stored,
  add column on_backorder boolean not null generated always as (on_hand + backorder_limit > reserved) stored;
revoke select on stock_levels from stoa_public;
grant select (seller_id, offer_id, in_stock, on_backorder) on stock_levels to stoa_public;

-- What crosses to the other side --------------------------------------------------------------------------------------------------------

-- Why a seller corrects its stock is between it and its stock: whose units are cancelled for it is told that there is too little.
-- Not validated: what was written before stays as it was written.
alter table order_cancellations
  add constraint order_cancellations_shortage_gives_no_reason check (cause <> 'stock_shortage' or reason is null) not valid;

-- Until when something waits, and since when that stands still, is known to who waits and to who is waited for.
create policy deadlines_own on deadlines for select to stoa_application using (
  organisation_id = (select current_setting('app.organisation')::uuid)
  or exists (select from orders o where o.seller_id = deadlines.organisation_id and o.order_id = deadlines.subject_id)
  or exists (select from order_requests r where r.seller_id = deadlines.organisation_id and r.request_id = deadlines.subject_id));
grant select (organisation_id, kind, subject_id, due_at, stopped_at) on deadlines to stoa_application;
create policy deadlines_operator_select on deadlines for select to stoa_operator using (
  kind in ('order_acceptance', 'order_late', 'order_ship_end', 'order_request'));
