-- Why: who is in the market: the operator, sellers and companies, the persons and keys that act for them, and what a company may owe.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '60s';

create table organisations (
  organisation_id uuid        not null,
  kind            text        not null,
  created_at      timestamptz not null,
  constraint organisations_pkey primary key (organisation_id),
  constraint organisations_kind_key unique (organisation_id, kind),
  constraint organisations_kind_is_known check (kind in ('operator', 'seller', 'company'))
);
create unique index organisations_one_operator on organisations (kind) where kind = 'operator';
alter table organisations enable row level security;
alter table organisations force row level security;
create policy organisations_own on organisations for select to stoa_application
  using (organisation_id = (select current_setting('app.organisation')::uuid));
create policy organisations_operator on organisations to stoa_operator using (true);
create policy organisations_auth on organisations for select to stoa_auth using (true);
create policy organisations_read on organisations for select to stoa_read using (true);
grant select on organisations to stoa_application, stoa_auth, stoa_read;
grant select, insert on organisations to stoa_operator;

create table persons (
  organisation_id uuid        not null,
  person_id       uuid        not null,
  name            text        not null,
  email           text        not null,
  phone           text,
  retain_until    timestamptz,
  constraint persons_pkey primary key (organisation_id, person_id),
  constraint persons_organisation_fkey foreign key (organisation_id) references organisations
);
alter table persons enable row level security;
alter table persons force row level security;
create policy persons_own on persons for select to stoa_application
  using (organisation_id = (select current_setting('app.organisation')::uuid));
create policy persons_operator on persons to stoa_operator using (true);
create policy persons_read on persons for select to stoa_read using (true);
grant select on persons to stoa_application, stoa_read;
grant select, insert on persons to stoa_operator;

-- The key under which a person's data is sealed wherever a row cannot be changed. Erasing a person deletes it.
create table person_keys (
  organisation_id uuid  not null,
  person_id       uuid  not null,
  secret          bytea not null,
  constraint person_keys_pkey primary key (organisation_id, person_id),
  constraint person_keys_person_fkey foreign key (organisation_id, person_id) references persons,
  constraint person_keys_secret_is_256_bits check (octet_length(secret) = 32)
);
alter table person_keys enable row level security;
alter table person_keys force row level security;
create policy person_keys_operator on person_keys to stoa_operator using (true);
grant select, insert, delete on person_keys to stoa_operator;

create table api_keys (
  organisation_id uuid        not null,
  key_id          uuid        not null,
  kind            text        not null,
  role            text        not null,
  name            text        not null,
  secret_hash     bytea       not null,
  created_at      timestamptz not null,
  revoked_at      timestamptz,
  constraint api_keys_pkey primary key (organisation_id, key_id),
  constraint api_keys_key_id_key unique (key_id),
  constraint api_keys_organisation_fkey foreign key (organisation_id, kind) references organisations (organisation_id, kind),
  constraint api_keys_secret_is_sha256 check (octet_length(secret_hash) = 32),
  constraint api_keys_role_fits_kind check (
       kind = 'operator' and role in ('admin', 'finance', 'support', 'viewer')
    or kind = 'seller'   and role in ('owner', 'manager', 'fulfilment', 'viewer')
    or kind = 'company'  and role in ('owner', 'approver', 'purchaser', 'viewer'))
);
create trigger api_keys_stay_revoked before update on api_keys
  for each row when (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at) execute function refuse_going_back();
alter table api_keys enable row level security;
alter table api_keys force row level security;
create policy api_keys_operator on api_keys to stoa_operator using (true);
create policy api_keys_auth on api_keys for select to stoa_auth using (true);
create policy api_keys_flow on api_keys for select to stoa_flow using (true);
create policy api_keys_own on api_keys for select to stoa_application
  using (organisation_id = (select current_setting('app.organisation')::uuid));
create policy api_keys_read on api_keys for select to stoa_read using (true);
grant select, insert, update (revoked_at) on api_keys to stoa_operator;
grant select on api_keys to stoa_auth, stoa_flow;
grant select (organisation_id, key_id, kind, role, name, created_at, revoked_at) on api_keys to stoa_application, stoa_read;

create table sellers (
  seller_id         uuid        not null,
  name              text        not null,
  street            text        not null,
  city              text        not null,
  postal_code       text        not null,
  country           text        not null,
  tax_number        text,
  contact_person_id uuid        not null,
  version           integer     not null,
  created_at        timestamptz not null,
  constraint sellers_pkey primary key (seller_id),
  constraint sellers_organisation_fkey foreign key (seller_id) references organisations,
  constraint sellers_contact_fkey foreign key (seller_id, contact_person_id) references persons,
  constraint sellers_country_is_alpha2 check (country ~ '^[A-Z]{2}$')
);
alter table sellers enable row level security;
alter table sellers force row level security;
create policy sellers_own on sellers for select to stoa_application using (seller_id = (select current_setting('app.organisation')::uuid));
create policy sellers_flow on sellers for select to stoa_flow using (true);
create policy sellers_operator on sellers to stoa_operator using (true);
create policy sellers_read on sellers for select to stoa_read using (true);
grant select on sellers to stoa_application, stoa_flow, stoa_read;
grant select, insert on sellers to stoa_operator;

create table companies (
  company_id        uuid        not null,
  name              text        not null,
  street            text        not null,
  city              text        not null,
  postal_code       text        not null,
  country           text        not null,
  tax_number        text,
  contact_person_id uuid        not null,
  version           integer     not null,
  created_at        timestamptz not null,
  constraint companies_pkey primary key (company_id),
  constraint companies_organisation_fkey foreign key (company_id) references organisations,
  constraint companies_contact_fkey foreign key (company_id, contact_person_id) references persons,
  constraint companies_country_is_alpha2 check (country ~ '^[A-Z]{2}$')
);
alter table companies enable row level security;
alter table companies force row level security;
create policy companies_own on companies for select to stoa_application using (company_id = (select current_setting('app.organisation')::uuid));
create policy companies_flow on companies for select to stoa_flow using (true);
create policy companies_operator on companies to stoa_operator using (true);
create policy companies_read on companies for select to stoa_read using (true);
grant select on companies to stoa_application, stoa_flow, stoa_read;
grant select, insert on companies to stoa_operator;

create table credit_accounts (
  company_id   uuid    not null,
  currency     text    not null,
  credit_limit bigint  not null,
  used         bigint  not null default 0,
  version      integer not null,
  constraint credit_accounts_pkey primary key (company_id, currency),
  constraint credit_accounts_company_fkey foreign key (company_id) references companies,
  constraint credit_accounts_used_is_not_negative check (used >= 0),
  constraint credit_accounts_limit_is_on_the_wire check (credit_limit between 0 and 9007199254740991),
  constraint credit_accounts_currency_is_iso check (currency ~ '^[A-Z]{3}$')
);
alter table credit_accounts enable row level security;
alter table credit_accounts force row level security;
create policy credit_accounts_own on credit_accounts for select to stoa_application
  using (company_id = (select current_setting('app.organisation')::uuid));
create policy credit_accounts_flow on credit_accounts to stoa_flow using (true);
create policy credit_accounts_operator on credit_accounts to stoa_operator using (true);
create policy credit_accounts_read on credit_accounts for select to stoa_read using (true);
grant select on credit_accounts to stoa_application, stoa_read;
-- The version counts the changes of the limit, which no flow makes.
grant select, update (used) on credit_accounts to stoa_flow;
grant select, insert (company_id, currency, credit_limit, version), update (credit_limit, version) on credit_accounts to stoa_operator;

-- The guard is on the step: what raises the use may not end above the limit; lowering the limit and releasing always pass.
create function refuse_credit_above_limit() returns trigger language plpgsql as $$
begin
  raise exception 'credit used would rise above its limit' using errcode = '23514', constraint = 'credit_within_limit', table = 'credit_accounts';
end $$;
create trigger credit_within_limit before update of used on credit_accounts
  for each row when (new.used > old.used and new.used > new.credit_limit) execute function refuse_credit_above_limit();
