-- Why: sellers and companies have lives: they register, are reviewed, trade, are suspended and close; people act for them; a hold stops the next step.
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion
-- Indexes are made inside the transaction, so that a migration is whole or not there; the time-outs below bound how long writers wait.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '60s';

grant usage on schema public to stoa_public;
grant select on lifecycle_edges, clock_offset to stoa_public;

-- Of strangers only what they themselves asked under their key is found again: they have no organisation.
create policy idempotency_public on idempotency to stoa_public
  using (organisation_id = '00000000-0000-0000-0000-000000000000')
  with check (organisation_id = '00000000-0000-0000-0000-000000000000');
grant select, insert on idempotency to stoa_public;
create policy events_public_insert on events for insert to stoa_public with check (position is null);
grant insert on events to stoa_public;
create policy event_audiences_public_insert on event_audiences for insert to stoa_public with check (position is null);
grant insert on event_audiences to stoa_public;

-- One function for every table of moderate traffic: its arguments are the machine, the subject's column and the primary key.
create function follow_lifecycle() returns trigger language plpgsql as $$
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
end $$;

-- Sellers ---------------------------------------------------------------------------------------------------------------------------

alter table sellers
  add column state                 text        not null default 'active',
  add column suspension            text,
  add column registration_number   text,
  add column tax_number_checked_at timestamptz,
  add column tax_number_evidence   text,
  add column mandate_at            timestamptz,
  add column mandate_by            uuid,
  add column series_prefix         text,
  add column time_zone             text        not null default 'UTC',
  add column working_days          integer[]   not null default '{1,2,3,4,5}',
  add column holidays              date[]      not null default '{}',
  add column reviewer_id           uuid,
  add column review_due_at         timestamptz,
  add column changed_at            timestamptz;
-- Whoever sold before there were reviews goes on selling; from here on a seller is born by an application.
alter table sellers alter column state drop default;
create unique index sellers_series_prefix_key on sellers (series_prefix);
alter table sellers
  add constraint sellers_series_prefix_key unique using index sellers_series_prefix_key,
  add constraint sellers_series_prefix_is_short check (series_prefix ~ '^[A-Z0-9]{1,8}$') not valid,
  add constraint sellers_suspension_has_a_reach check (
    (state = 'suspended') = (suspension is not null) and (suspension is null or suspension in ('new', 'hold', 'cancel'))) not valid,
  -- Not validated: who was active before these were asked for completes them with the next change of the row.
  add constraint sellers_active_is_complete check (
    state not in ('active', 'suspended') or (tax_number is not null and mandate_at is not null and series_prefix is not null)) not valid,
  add constraint sellers_calendar_is_possible check (
    working_days <@ '{1,2,3,4,5,6,7}'::integer[] and cardinality(holidays) <= 1000 and cardinality(working_days) between 1 and 7) not valid;
create trigger sellers_follow_their_lifecycle_on_insert after insert on sellers
  referencing new table as new_rows for each statement execute function follow_lifecycle('seller', 'seller_id', 'seller_id');
create trigger sellers_follow_their_lifecycle_on_update after update on sellers
  referencing old table as old_rows new table as new_rows for each statement execute function follow_lifecycle('seller', 'seller_id', 'seller_id');
create trigger sellers_only_rise before update on sellers
  for each row when (new.version <= old.version) execute function refuse_going_back();
create index sellers_waiting on sellers (review_due_at) where state in ('applied', 'under_review');
-- A seller changes who it is; what it may do is the operator's.
grant update (name, street, city, postal_code, country, registration_number, tax_number, tax_number_checked_at, tax_number_evidence, mandate_at,
    mandate_by, series_prefix, time_zone, working_days, holidays, version, changed_at)
  on sellers to stoa_application;
grant update (name, street, city, postal_code, country, registration_number, tax_number, tax_number_checked_at, tax_number_evidence, mandate_at,
    mandate_by, series_prefix, time_zone, working_days, holidays, version, changed_at, state, suspension, reviewer_id, review_due_at)
  on sellers to stoa_operator;
grant update (state, suspension, version, changed_at) on sellers to stoa_flow;
drop policy sellers_own on sellers;
create policy sellers_own on sellers to stoa_application using (seller_id = (select current_setting('app.organisation')::uuid));
create policy sellers_flow_update on sellers for update to stoa_flow using (true);
create policy sellers_public on sellers for select to stoa_public using (state = 'active');
-- A stranger says who it is, not what the operator finds or decides.
create policy sellers_public_insert on sellers for insert to stoa_public with check (
  state = 'applied' and series_prefix is null and tax_number_checked_at is null and reviewer_id is null);
grant select (seller_id, name, city, country, state, version) on sellers to stoa_public;
grant insert on sellers to stoa_public;

create table seller_history (
  seller_id      uuid        not null,
  version        integer     not null,
  from_state     text        not null,
  event          text        not null,
  to_state       text        not null,
  actor_kind     text        not null,
  actor_id       uuid,
  cause          text        not null,
  at             timestamptz not null,
  idempotency_id uuid,
  constraint seller_history_pkey primary key (seller_id, version, to_state),
  constraint seller_history_seller_fkey foreign key (seller_id) references sellers,
  constraint seller_history_actor_is_known check (
    actor_kind in ('seller', 'operator') and actor_id is not null or actor_kind in ('public', 'deadline') and actor_id is null)
);
alter table seller_history enable row level security;
alter table seller_history force row level security;
create policy seller_history_own on seller_history for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid));
create policy seller_history_operator on seller_history to stoa_operator using (true);
create policy seller_history_flow on seller_history to stoa_flow using (true);
create policy seller_history_public_insert on seller_history for insert to stoa_public with check (to_state = 'applied');
create policy seller_history_read on seller_history for select to stoa_read using (true);
grant select on seller_history to stoa_application, stoa_operator, stoa_flow, stoa_read;
grant insert on seller_history to stoa_operator, stoa_flow, stoa_public;

-- Companies -------------------------------------------------------------------------------------------------------------------------

alter table companies
  add column state                 text        not null default 'active',
  add column suspension            text,
  add column registration_number   text,
  add column tax_number_checked_at timestamptz,
  add column tax_number_evidence   text,
  add column payment_days          integer     not null default 30,
  add column reviewer_id           uuid,
  add column review_due_at         timestamptz,
  add column changed_at            timestamptz;
alter table companies alter column state drop default;
alter table companies
  add constraint companies_suspension_has_a_reach check (
    (state = 'suspended') = (suspension is not null) and (suspension is null or suspension in ('new', 'hold', 'cancel'))) not valid,
  add constraint companies_payment_days_are_bounded check (payment_days between 0 and 365) not valid;
create trigger companies_follow_their_lifecycle_on_insert after insert on companies
  referencing new table as new_rows for each statement execute function follow_lifecycle('company', 'company_id', 'company_id');
create trigger companies_follow_their_lifecycle_on_update after update on companies
  referencing old table as old_rows new table as new_rows for each statement execute function follow_lifecycle('company', 'company_id', 'company_id');
create trigger companies_only_rise before update on companies
  for each row when (new.version <= old.version) execute function refuse_going_back();
create index companies_waiting on companies (review_due_at) where state = 'pending';
grant update (name, street, city, postal_code, country, registration_number, tax_number, tax_number_checked_at, tax_number_evidence, version, changed_at)
  on companies to stoa_application;
grant update (name, street, city, postal_code, country, registration_number, tax_number, tax_number_checked_at, tax_number_evidence, payment_days,
    version, changed_at, state, suspension, reviewer_id, review_due_at)
  on companies to stoa_operator;
grant update (state, suspension, version, changed_at) on companies to stoa_flow;
drop policy companies_own on companies;
create policy companies_own on companies to stoa_application
  using (company_id = (select current_setting('app.organisation')::uuid));
create policy companies_flow_update on companies for update to stoa_flow using (true);
create policy companies_public_insert on companies for insert to stoa_public with check (
  state = 'pending' and payment_days = 30 and tax_number_checked_at is null and reviewer_id is null);
grant insert on companies to stoa_public;

create table company_history (
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
  constraint company_history_pkey primary key (company_id, version, to_state),
  constraint company_history_company_fkey foreign key (company_id) references companies,
  constraint company_history_actor_is_known check (
    actor_kind in ('company', 'operator') and actor_id is not null or actor_kind in ('public', 'deadline') and actor_id is null)
);
alter table company_history enable row level security;
alter table company_history force row level security;
create policy company_history_own on company_history for select to stoa_application
  using (company_id = (select current_setting('app.organisation')::uuid));
create policy company_history_operator on company_history to stoa_operator using (true);
create policy company_history_flow on company_history to stoa_flow using (true);
create policy company_history_public_insert on company_history for insert to stoa_public with check (to_state = 'pending');
create policy company_history_read on company_history for select to stoa_read using (true);
grant select on company_history to stoa_application, stoa_operator, stoa_flow, stoa_read;
grant insert on company_history to stoa_operator, stoa_flow, stoa_public;

-- Where a company lets goods be delivered, beside its own address.
create table company_addresses (
  company_id  uuid        not null,
  address_id  uuid        not null,
  name        text        not null,
  street      text        not null,
  city        text        not null,
  postal_code text        not null,
  country     text        not null,
  removed_at  timestamptz,
  version     integer     not null,
  constraint company_addresses_pkey primary key (company_id, address_id),
  constraint company_addresses_company_fkey foreign key (company_id) references companies,
  constraint company_addresses_country_is_alpha2 check (country ~ '^[A-Z]{2}$')
);
create trigger company_addresses_only_rise before update on company_addresses
  for each row when (new.version <= old.version or old.removed_at is not null) execute function refuse_going_back();
alter table company_addresses enable row level security;
alter table company_addresses force row level security;
create policy company_addresses_own on company_addresses to stoa_application using (company_id = (select current_setting('app.organisation')::uuid));
create policy company_addresses_flow on company_addresses for select to stoa_flow using (true);
create policy company_addresses_operator on company_addresses for select to stoa_operator using (true);
create policy company_addresses_read on company_addresses for select to stoa_read using (true);
grant select, insert, update (name, street, city, postal_code, country, removed_at, version) on company_addresses to stoa_application;
grant select on company_addresses to stoa_flow, stoa_operator, stoa_read;

-- A closed account takes no new use; giving back always passes, as with a lowered limit.
alter table credit_accounts add column closed_at timestamptz;
grant update (closed_at) on credit_accounts to stoa_operator;
drop trigger credit_within_limit on credit_accounts;
create trigger credit_within_limit before update of used on credit_accounts
  for each row when (new.used > old.used and (new.used > new.credit_limit or new.closed_at is not null)) execute function refuse_credit_above_limit();

-- Tax numbers of further countries, beside the one of an organisation's own country. -------------------------------------------------

create table tax_numbers (
  organisation_id uuid        not null,
  country         text        not null,
  number          text        not null,
  checked_at      timestamptz,
  evidence        text,
  changed_at      timestamptz not null,
  constraint tax_numbers_pkey primary key (organisation_id, country),
  constraint tax_numbers_organisation_fkey foreign key (organisation_id) references organisations,
  constraint tax_numbers_country_is_alpha2 check (country ~ '^[A-Z]{2}$'),
  constraint tax_numbers_check_has_evidence check ((checked_at is null) = (evidence is null))
);
alter table tax_numbers enable row level security;
alter table tax_numbers force row level security;
create policy tax_numbers_own on tax_numbers to stoa_application using (organisation_id = (select current_setting('app.organisation')::uuid));
create policy tax_numbers_flow on tax_numbers for select to stoa_flow using (true);
create policy tax_numbers_operator on tax_numbers to stoa_operator using (true);
create policy tax_numbers_read on tax_numbers for select to stoa_read using (true);
grant select, delete, insert (organisation_id, country, number, changed_at) on tax_numbers to stoa_application;
grant select, insert, update (number, checked_at, evidence, changed_at), delete on tax_numbers to stoa_operator;
grant select on tax_numbers to stoa_flow, stoa_read;

-- Members: what a person may do for an organisation. ----------------------------------------------------------------------------------

create table members (
  organisation_id uuid        not null,
  person_id       uuid        not null,
  kind            text        not null,
  role            text        not null,
  removed_at      timestamptz,
  version         integer     not null,
  created_at      timestamptz not null,
  constraint members_pkey primary key (organisation_id, person_id),
  constraint members_person_fkey foreign key (organisation_id, person_id) references persons,
  constraint members_organisation_fkey foreign key (organisation_id, kind) references organisations (organisation_id, kind),
  constraint members_role_fits_kind check (
       kind = 'operator' and role in ('admin', 'finance', 'support', 'viewer')
    or kind = 'seller'   and role in ('owner', 'manager', 'fulfilment', 'viewer')
    or kind = 'company'  and role in ('owner', 'approver', 'purchaser', 'viewer'))
);
create trigger members_only_rise before update on members
  for each row when (new.version <= old.version or old.removed_at is not null) execute function refuse_going_back();
alter table members enable row level security;
alter table members force row level security;
create policy members_own on members to stoa_application using (organisation_id = (select current_setting('app.organisation')::uuid));
create policy members_operator on members to stoa_operator using (true);
create policy members_auth on members for select to stoa_auth using (true);
create policy members_flow on members for select to stoa_flow using (true);
create policy members_public_insert on members for insert to stoa_public with check (role = 'owner');
create policy members_read on members for select to stoa_read using (true);
grant select, insert, update (role, removed_at, version) on members to stoa_application, stoa_operator;
grant select on members to stoa_auth, stoa_flow, stoa_read;
grant insert on members to stoa_public;

-- A key may be a member's; then its role is the member's of now, and it ends with the membership.
alter table api_keys add column person_id uuid;
alter table api_keys add constraint api_keys_member_fkey foreign key (organisation_id, person_id) references members not valid;
create index api_keys_by_member on api_keys (organisation_id, person_id) where person_id is not null;
drop policy api_keys_own on api_keys;
create policy api_keys_own on api_keys to stoa_application
  using (organisation_id = (select current_setting('app.organisation')::uuid));
grant insert, update (revoked_at) on api_keys to stoa_application;
grant select (person_id) on api_keys to stoa_application, stoa_read;
drop policy persons_own on persons;
create policy persons_own on persons to stoa_application using (organisation_id = (select current_setting('app.organisation')::uuid));
create policy persons_public_insert on persons for insert to stoa_public with check (true);
grant insert, update (name, email, phone) on persons to stoa_application;
grant insert on persons to stoa_public;
create policy person_keys_own_insert on person_keys for insert to stoa_application
  with check (organisation_id = (select current_setting('app.organisation')::uuid));
create policy person_keys_public_insert on person_keys for insert to stoa_public with check (true);
grant insert on person_keys to stoa_application, stoa_public;
create policy organisations_public_insert on organisations for insert to stoa_public with check (kind in ('seller', 'company'));
grant insert on organisations to stoa_public;
create policy audit_entries_own_insert on audit_entries for insert to stoa_application
  with check (organisation_id = (select current_setting('app.organisation')::uuid));
grant insert on audit_entries to stoa_application;

-- Holds: the next step of an order, or of every order of a seller or company, waits. --------------------------------------------------

create table holds (
  hold_id        uuid        not null,
  subject_type   text        not null,
  subject_id     uuid        not null,
  reason         text        not null,
  -- Who looks after it: a key of the operator, or one of its members.
  owner_kind     text        not null,
  owner_id       uuid        not null,
  look_again_on  date        not null,
  placed_at      timestamptz not null,
  placed_by      uuid        not null,
  idempotency_id uuid        not null,
  released_at    timestamptz,
  released_by    uuid,
  release_reason text,
  version        integer     not null,
  constraint holds_pkey primary key (hold_id),
  constraint holds_once_per_key unique (idempotency_id),
  constraint holds_subject_is_known check (subject_type in ('order', 'seller', 'company')),
  constraint holds_owner_is_known check (owner_kind in ('key', 'person')),
  constraint holds_release_is_whole check (
    (released_at is null) = (released_by is null) and (released_at is null) = (release_reason is null))
);
create index holds_standing on holds (subject_id) where released_at is null;
create trigger holds_only_rise before update on holds
  for each row when (new.version <= old.version or old.released_at is not null) execute function refuse_going_back();
alter table holds enable row level security;
alter table holds force row level security;
create policy holds_operator on holds for select to stoa_operator using (true);
create policy holds_flow on holds to stoa_flow using (true);
create policy holds_read on holds for select to stoa_read using (true);
grant select on holds to stoa_operator, stoa_read;
grant select, update (owner_kind, owner_id, look_again_on, released_at, released_by, release_reason, version),
  insert (hold_id, subject_type, subject_id, reason, owner_kind, owner_id, look_again_on, placed_at, placed_by, idempotency_id, version)
  on holds to stoa_flow;

-- While a hold stands, the deadlines of what it stops stand still: they go on from here when it is released.
alter table deadlines add column stopped_at timestamptz;
grant update (stopped_at) on deadlines to stoa_flow;
drop index deadlines_by_due;
create index deadlines_by_due on deadlines (due_at) where stopped_at is null;

-- Who registers waits to be reviewed by a day; of deadlines the operator and strangers write these alone.
create policy deadlines_operator on deadlines to stoa_operator using (kind in ('seller_review', 'company_review'));
create policy deadlines_public_insert on deadlines for insert to stoa_public with check (kind in ('seller_review', 'company_review'));
grant select, insert, update (due_at, stopped_at), delete on deadlines to stoa_operator;
grant insert (organisation_id, kind, subject_id, due_at) on deadlines to stoa_public;
