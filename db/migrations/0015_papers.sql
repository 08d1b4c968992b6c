-- Why: what is shipped is invoiced, by immutable documents without a gap in their numbers; what is owed on an invoice is settled by append-only rows.
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion
-- Indexes are made inside the transaction, on tables that are new.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '60s';

-- Who collects in the sellers' names: named as payee on their invoices, and the issuer of commission invoices. There is one operator.
create table operator_profiles (
  operator_id         uuid        not null,
  name                text        not null,
  street              text        not null,
  city                text        not null,
  postal_code         text        not null,
  country             text        not null,
  tax_number          text        not null,
  registration_number text,
  iban                text        not null,
  bic                 text,
  account_holder      text        not null,
  series_prefix       text        not null,
  time_zone           text        not null,
  version             integer     not null,
  changed_at          timestamptz not null,
  constraint operator_profiles_pkey primary key (operator_id),
  constraint operator_profiles_operator_fkey foreign key (operator_id) references organisations,
  constraint operator_profiles_country_is_alpha2 check (country ~ '^[A-Z]{2}$'),
  constraint operator_profiles_series_prefix_is_short check (series_prefix ~ '^[A-Z0-9]{1,8}$'),
  constraint operator_profiles_iban_is_plain check (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$')
);
alter table operator_profiles enable row level security;
alter table operator_profiles force row level security;
create policy operator_profiles_flow on operator_profiles for select to stoa_flow using (true);
create policy operator_profiles_operator on operator_profiles to stoa_operator using (true);
create policy operator_profiles_read on operator_profiles for select to stoa_read using (true);
grant select on operator_profiles to stoa_flow, stoa_read;
grant select, insert, update (name, street, city, postal_code, country, tax_number, registration_number, iban, bic, account_holder,
  series_prefix, time_zone, version, changed_at) on operator_profiles to stoa_operator;

-- How far the numbers of an issuer's documents of one type have come. Whoever takes a number holds the row until its document is committed,
-- so none is lost and none is taken twice. The day never falls, so the year does not either: one row goes from year to year.
create table document_series (
  issuer_id   uuid    not null,
  type        text    not null,
  year        integer not null,
  last_number integer not null,
  last_day    date    not null,
  constraint document_series_pkey primary key (issuer_id, type),
  constraint document_series_issuer_fkey foreign key (issuer_id) references organisations,
  constraint document_series_type_is_known check (type in ('invoice', 'credit_note', 'commission_invoice')),
  constraint document_series_year_is_of_its_day check (year = extract(year from last_day)),
  constraint document_series_counts_from_zero check (last_number >= 0)
);
create trigger document_series_only_rise before update on document_series
  for each row when (new.last_day < old.last_day or new.year = old.year and new.last_number < old.last_number)
  execute function refuse_going_back();
create trigger document_series_stay before delete or truncate on document_series for each statement execute function refuse_the_change();
alter table document_series enable row level security;
alter table document_series force row level security;
create policy document_series_flow on document_series to stoa_flow using (true);
create policy document_series_read on document_series for select to stoa_read using (true);
grant select on document_series to stoa_read;
grant select, insert, update (year, last_number, last_day) on document_series to stoa_flow;

-- Invoices, credit notes and commission invoices as they were issued. Everything that is shown of one is made from its text.
create table documents (
  issuer_id     uuid        not null,
  document_id   uuid        not null,
  type          text        not null,
  year          integer     not null,
  number        integer     not null,
  number_text   text        not null,
  -- Letters and digits of the number alone, as people type it into a bank transfer.
  reference_key text        not null,
  recipient_id  uuid        not null,
  issued_on     date        not null,
  issued_at     timestamptz not null,
  currency      text        not null,
  net           bigint      not null,
  tax           bigint      not null,
  total         bigint      not null,
  text          text        not null,
  hash          bytea       not null,
  constraint documents_pkey primary key (issuer_id, document_id),
  constraint documents_document_id_key unique (document_id),
  constraint documents_one_of_each_number unique (issuer_id, type, year, number),
  constraint documents_reference_key unique (reference_key),
  constraint documents_series_fkey foreign key (issuer_id, type) references document_series,
  constraint documents_recipient_fkey foreign key (recipient_id) references organisations,
  constraint documents_number_is_positive check (number > 0),
  constraint documents_year_is_of_its_day check (year = extract(year from issued_on)),
  constraint documents_total_is_net_and_tax check (total = net + tax and net >= 0 and tax >= 0 and total <= 9007199254740991),
  constraint documents_hash_is_of_the_text check (hash = sha256(convert_to(text, 'UTF8')))
);
create index documents_by_recipient on documents (recipient_id, document_id);
create trigger documents_stay before update or delete or truncate on documents for each statement execute function refuse_the_change();
alter table documents enable row level security;
alter table documents force row level security;
create policy documents_own on documents for select to stoa_application
  using (issuer_id = (select current_setting('app.organisation')::uuid) or recipient_id = (select current_setting('app.organisation')::uuid));
create policy documents_flow on documents to stoa_flow using (true);
create policy documents_operator on documents for select to stoa_operator using (true);
create policy documents_read on documents for select to stoa_read using (true);
grant select on documents to stoa_application, stoa_operator, stoa_read;
grant select, insert on documents to stoa_flow;

-- What is owed on an invoice: open is total less settled, and the state follows from it alone.
create table invoices (
  seller_id      uuid        not null,
  invoice_id     uuid        not null,
  company_id     uuid        not null,
  order_id       uuid        not null,
  shipment_id    uuid        not null,
  checkout_id    uuid        not null,
  payment_method text        not null,
  number_text    text        not null,
  issued_on      date        not null,
  due_on         date        not null,
  issued_at      timestamptz not null,
  currency       text        not null,
  net            bigint      not null,
  tax            bigint      not null,
  total          bigint      not null,
  state          text        not null,
  version        integer     not null,
  -- Sum of its settlements, and what of it are credit notes and write-offs. `credited` is what was credited in all, paid or not.
  settled        bigint      not null default 0,
  credited       bigint      not null default 0,
  written_off    bigint      not null default 0,
  settlements    integer     not null default 0,
  reminders      integer     not null default 0,
  constraint invoices_pkey primary key (seller_id, invoice_id),
  constraint invoices_invoice_id_key unique (invoice_id),
  constraint invoices_one_per_shipment unique (seller_id, shipment_id),
  constraint invoices_document_fkey foreign key (seller_id, invoice_id) references documents,
  constraint invoices_order_fkey foreign key (seller_id, order_id) references orders,
  constraint invoices_shipment_fkey foreign key (seller_id, shipment_id) references shipments,
  constraint invoices_checkout_fkey foreign key (company_id, checkout_id) references checkouts,
  constraint invoices_total_is_net_and_tax check (total = net + tax and net >= 0 and tax >= 0 and total <= 9007199254740991),
  constraint invoices_settled_within_total check (settled between 0 and total),
  constraint invoices_credited_within_total check (credited between 0 and total),
  constraint invoices_written_off_within_settled check (written_off between 0 and settled),
  constraint invoices_state_follows_open check (
    state = case when settled = total then 'settled' when settled = 0 then 'issued' else 'partially_settled' end)
);
create index invoices_by_company on invoices (company_id, invoice_id);
create index invoices_by_order on invoices (seller_id, order_id);
create index invoices_by_checkout on invoices (company_id, checkout_id);
create index invoices_open_by_due on invoices (company_id, currency, due_on, invoice_id) where state <> 'settled';
create index invoices_of_seller_open on invoices (seller_id, due_on, invoice_id) where state <> 'settled';
create function invoices_follow_their_lifecycle() returns trigger language plpgsql as $$
declare broken text;
begin
  if tg_op = 'INSERT' then
    select format('%s is born %s', n.invoice_id, n.state) into broken
    from new_rows n
    where not exists (select from public.lifecycle_edges e where e.machine = 'invoice' and e.from_state = '' and e.to_state = n.state and not e.retired)
    limit 1;
  else
    select format('%s goes from %s to %s', n.invoice_id, coalesce(o.state, '?'), n.state) into broken
    from new_rows n left join old_rows o using (seller_id, invoice_id)
    where o.state is distinct from n.state
      and not exists (select from public.lifecycle_edges e where e.machine = 'invoice' and e.from_state = o.state and e.to_state = n.state and not e.retired)
    limit 1;
  end if;
  if broken is not null then perform public.refuse_lifecycle('invoices', broken); end if;
  return null;
end $$;
create trigger invoices_follow_their_lifecycle_on_insert after insert on invoices
  referencing new table as new_rows for each statement execute function invoices_follow_their_lifecycle();
create trigger invoices_follow_their_lifecycle_on_update after update on invoices
  referencing old table as old_rows new table as new_rows for each statement execute function invoices_follow_their_lifecycle();
create trigger invoices_only_rise before update on invoices
  for each row when (new.credited < old.credited or new.settlements < old.settlements or new.reminders < old.reminders or new.version < old.version)
  execute function refuse_going_back();
create trigger invoices_stay before delete or truncate on invoices for each statement execute function refuse_the_change();
alter table invoices enable row level security;
alter table invoices force row level security;
create policy invoices_own on invoices for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid) or company_id = (select current_setting('app.organisation')::uuid));
create policy invoices_flow on invoices to stoa_flow using (true);
create policy invoices_operator on invoices for select to stoa_operator using (true);
create policy invoices_read on invoices for select to stoa_read using (true);
grant select on invoices to stoa_application, stoa_operator, stoa_read;
grant select, update (state, version, settled, credited, written_off, settlements, reminders) on invoices to stoa_flow;
-- What counts up later starts at its default: no insert can begin in the middle.
grant insert (seller_id, invoice_id, company_id, order_id, shipment_id, checkout_id, payment_method, number_text, issued_on, due_on, issued_at,
  currency, net, tax, total, state, version) on invoices to stoa_flow;

-- What the seller has to get of an invoice, which is no affair of the company: `pending` waits for the company's money.
create table invoice_payables (
  seller_id           uuid   not null,
  invoice_id          uuid   not null,
  credit_risk         text   not null,
  pending             bigint not null,
  commission          bigint not null,
  commission_reversed bigint not null default 0,
  constraint invoice_payables_pkey primary key (seller_id, invoice_id),
  constraint invoice_payables_invoice_fkey foreign key (seller_id, invoice_id) references invoices,
  constraint invoice_payables_credit_risk_is_known check (credit_risk in ('seller', 'operator')),
  constraint invoice_payables_pending_is_not_negative check (pending >= 0),
  constraint invoice_payables_operators_risk_waits_for_nobody check (credit_risk = 'seller' or pending = 0),
  constraint invoice_payables_reversed_within_commission check (commission >= 0 and commission_reversed between 0 and commission)
);
create trigger invoice_payables_only_rise before update on invoice_payables
  for each row when (new.commission_reversed < old.commission_reversed) execute function refuse_going_back();
create trigger invoice_payables_stay before delete or truncate on invoice_payables for each statement execute function refuse_the_change();
alter table invoice_payables enable row level security;
alter table invoice_payables force row level security;
create policy invoice_payables_own on invoice_payables for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid));
create policy invoice_payables_flow on invoice_payables to stoa_flow using (true);
create policy invoice_payables_operator on invoice_payables for select to stoa_operator using (true);
create policy invoice_payables_read on invoice_payables for select to stoa_read using (true);
grant select on invoice_payables to stoa_application, stoa_operator, stoa_read;
grant select, update (pending, commission_reversed) on invoice_payables to stoa_flow;
grant insert (seller_id, invoice_id, credit_risk, pending, commission) on invoice_payables to stoa_flow;

-- What is left of each line of an invoice to be credited: units and what they are worth. An amount that is credited for no unit lowers what the
-- rest is worth, and the rest begins anew (rest_*).
create table invoice_lines (
  seller_id     uuid    not null,
  invoice_id    uuid    not null,
  line          integer not null,
  order_line    integer,
  quantity      integer not null,
  net           bigint  not null,
  credited_net  bigint  not null default 0,
  credited      integer not null default 0,
  rest_quantity integer not null,
  rest_drawn    integer not null default 0,
  rest_gross    bigint  not null,
  rest_discount bigint  not null,
  constraint invoice_lines_pkey primary key (seller_id, invoice_id, line),
  constraint invoice_lines_invoice_fkey foreign key (seller_id, invoice_id) references invoices,
  constraint invoice_lines_quantity_is_positive check (quantity > 0),
  constraint invoice_lines_credited_within_net check (net >= 0 and credited_net between 0 and net),
  constraint invoice_lines_credited_within_quantity check (credited between 0 and quantity),
  constraint invoice_lines_rest_is_whole check (
    rest_quantity >= 0 and rest_quantity <= quantity and rest_drawn >= 0 and rest_drawn <= rest_quantity and rest_discount >= 0 and rest_gross >= rest_discount)
);
create trigger invoice_lines_only_rise before update on invoice_lines
  for each row when (new.credited_net < old.credited_net or new.credited < old.credited) execute function refuse_going_back();
create trigger invoice_lines_stay before delete or truncate on invoice_lines for each statement execute function refuse_the_change();
alter table invoice_lines enable row level security;
alter table invoice_lines force row level security;
create policy invoice_lines_own on invoice_lines for select to stoa_application
  using (exists (select from invoices i where i.seller_id = invoice_lines.seller_id and i.invoice_id = invoice_lines.invoice_id));
create policy invoice_lines_flow on invoice_lines to stoa_flow using (true);
create policy invoice_lines_operator on invoice_lines for select to stoa_operator using (true);
create policy invoice_lines_read on invoice_lines for select to stoa_read using (true);
grant select on invoice_lines to stoa_application, stoa_operator, stoa_read;
grant select, update (credited_net, credited, rest_quantity, rest_drawn, rest_gross, rest_discount) on invoice_lines to stoa_flow;
grant insert (seller_id, invoice_id, line, order_line, quantity, net, rest_quantity, rest_gross, rest_discount) on invoice_lines to stoa_flow;

create table invoice_tax_groups (
  seller_id    uuid    not null,
  invoice_id   uuid    not null,
  tax_category text    not null,
  tax_rate_ppm integer not null,
  tax_code     text    not null,
  net          bigint  not null,
  tax          bigint  not null,
  credited_net bigint  not null default 0,
  credited_tax bigint  not null default 0,
  constraint invoice_tax_groups_pkey primary key (seller_id, invoice_id, tax_category, tax_rate_ppm),
  constraint invoice_tax_groups_invoice_fkey foreign key (seller_id, invoice_id) references invoices,
  constraint invoice_tax_groups_credited_within check (net >= 0 and tax >= 0 and credited_net between 0 and net and credited_tax between 0 and tax),
  -- R(t × c / n), in integers, as creditedTaxAt in src/modules/invoices/credit-parts.ts reckons it.
  constraint invoice_tax_groups_credited_tax_follows check (
    net = 0 or credited_tax = div(2 * tax::numeric * credited_net + net, 2 * net::numeric))
);
create trigger invoice_tax_groups_only_rise before update on invoice_tax_groups
  for each row when (new.credited_net < old.credited_net or new.credited_tax < old.credited_tax) execute function refuse_going_back();
create trigger invoice_tax_groups_stay before delete or truncate on invoice_tax_groups for each statement execute function refuse_the_change();
alter table invoice_tax_groups enable row level security;
alter table invoice_tax_groups force row level security;
create policy invoice_tax_groups_own on invoice_tax_groups for select to stoa_application
  using (exists (select from invoices i where i.seller_id = invoice_tax_groups.seller_id and i.invoice_id = invoice_tax_groups.invoice_id));
create policy invoice_tax_groups_flow on invoice_tax_groups to stoa_flow using (true);
create policy invoice_tax_groups_operator on invoice_tax_groups for select to stoa_operator using (true);
create policy invoice_tax_groups_read on invoice_tax_groups for select to stoa_read using (true);
grant select on invoice_tax_groups to stoa_application, stoa_operator, stoa_read;
grant select, update (credited_net, credited_tax) on invoice_tax_groups to stoa_flow;
grant insert (seller_id, invoice_id, tax_category, tax_rate_ppm, tax_code, net, tax) on invoice_tax_groups to stoa_flow;

create table credit_notes (
  seller_id      uuid        not null,
  credit_note_id uuid        not null,
  invoice_id     uuid        not null,
  company_id     uuid        not null,
  order_id       uuid        not null,
  number_text    text        not null,
  issued_on      date        not null,
  issued_at      timestamptz not null,
  cause          text        not null,
  -- What it is for: a parcel, or the request that asked for it.
  cause_id       uuid        not null,
  reason         text,
  currency       text        not null,
  net            bigint      not null,
  tax            bigint      not null,
  total          bigint      not null,
  -- By how much it lowered what was open; the rest became the company's funds.
  lowered        bigint      not null,
  actor_kind     text        not null,
  actor_id       uuid,
  idempotency_id uuid,
  constraint credit_notes_pkey primary key (seller_id, credit_note_id),
  constraint credit_notes_credit_note_id_key unique (credit_note_id),
  constraint credit_notes_once_per_cause unique (seller_id, invoice_id, cause, cause_id),
  constraint credit_notes_document_fkey foreign key (seller_id, credit_note_id) references documents,
  constraint credit_notes_invoice_fkey foreign key (seller_id, invoice_id) references invoices,
  constraint credit_notes_cause_is_known check (cause in ('cancelled_after_invoicing', 'lost', 'refused', 'goodwill')),
  constraint credit_notes_total_is_net_and_tax check (total = net + tax and net >= 0 and tax >= 0),
  constraint credit_notes_lowered_within_total check (lowered between 0 and total),
  constraint credit_notes_actor_is_known check (
    actor_kind in ('company', 'seller', 'operator') and actor_id is not null or actor_kind = 'deadline' and actor_id is null)
);
create index credit_notes_by_company on credit_notes (company_id, credit_note_id);
create trigger credit_notes_stay before update or delete or truncate on credit_notes for each statement execute function refuse_the_change();
alter table credit_notes enable row level security;
alter table credit_notes force row level security;
create policy credit_notes_own on credit_notes for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid) or company_id = (select current_setting('app.organisation')::uuid));
create policy credit_notes_flow on credit_notes to stoa_flow using (true);
create policy credit_notes_operator on credit_notes for select to stoa_operator using (true);
create policy credit_notes_read on credit_notes for select to stoa_read using (true);
grant select on credit_notes to stoa_application, stoa_operator, stoa_read;
grant select, insert on credit_notes to stoa_flow;

-- What settled an invoice, and by how much. What turns out not to be so is undone by an opposite row, once.
create table settlements (
  seller_id   uuid        not null,
  invoice_id  uuid        not null,
  -- Counts the invoice's settlements from 1.
  number      integer     not null,
  company_id  uuid        not null,
  source      text        not null,
  -- The line of a bank statement, the credit note; of funds the checkout they were bound to, or the company.
  source_id   uuid        not null,
  amount      bigint      not null,
  -- What of the seller's share became payable with it.
  released    bigint      not null,
  undoes      integer,
  cause       text        not null,
  actor_kind  text        not null,
  actor_id    uuid,
  at          timestamptz not null,
  constraint settlements_pkey primary key (seller_id, invoice_id, number),
  constraint settlements_invoice_fkey foreign key (seller_id, invoice_id) references invoices,
  constraint settlements_undoes_fkey foreign key (seller_id, invoice_id, undoes) references settlements,
  constraint settlements_undone_once unique (seller_id, invoice_id, undoes),
  constraint settlements_source_is_known check (source in ('bank_line', 'customer_funds', 'credit_note', 'write_off', 'rounding')),
  constraint settlements_number_is_positive check (number > 0),
  constraint settlements_undo_is_opposite check ((undoes is null) = (amount > 0) and amount <> 0 and (undoes is null or undoes < number)),
  constraint settlements_actor_is_known check (
    actor_kind in ('company', 'seller', 'operator') and actor_id is not null or actor_kind = 'deadline' and actor_id is null)
);
create index settlements_by_source on settlements (source_id);
create trigger settlements_stay before update or delete or truncate on settlements for each statement execute function refuse_the_change();
alter table settlements enable row level security;
alter table settlements force row level security;
create policy settlements_own on settlements for select to stoa_application
  using (seller_id = (select current_setting('app.organisation')::uuid) or company_id = (select current_setting('app.organisation')::uuid));
create policy settlements_flow on settlements to stoa_flow using (true);
create policy settlements_operator on settlements for select to stoa_operator using (true);
create policy settlements_read on settlements for select to stoa_read using (true);
-- What the seller gets of it is no affair of the company.
grant select (seller_id, invoice_id, number, company_id, source, source_id, amount, undoes, cause, at) on settlements to stoa_application;
grant select on settlements to stoa_operator, stoa_read;
grant select, insert on settlements to stoa_flow;

-- Money of a company that the operator holds: bound to a checkout, or free (the nil id). What the books say in sums stands here in a row
-- that can be locked, because nobody may use more than is there.
create table company_funds (
  company_id  uuid   not null,
  checkout_id uuid   not null default '00000000-0000-0000-0000-000000000000',
  currency    text   not null,
  received    bigint not null default 0,
  used        bigint not null default 0,
  constraint company_funds_pkey primary key (company_id, checkout_id, currency),
  constraint company_funds_company_fkey foreign key (company_id) references companies,
  constraint company_funds_currency_is_iso check (currency ~ '^[A-Z]{3}$'),
  constraint company_funds_used_within_received check (used >= 0 and used <= received and received - used <= 9007199254740991)
);
create trigger company_funds_stay before delete or truncate on company_funds for each statement execute function refuse_the_change();
alter table company_funds enable row level security;
alter table company_funds force row level security;
create policy company_funds_own on company_funds for select to stoa_application
  using (company_id = (select current_setting('app.organisation')::uuid));
create policy company_funds_flow on company_funds to stoa_flow using (true);
create policy company_funds_operator on company_funds for select to stoa_operator using (true);
create policy company_funds_read on company_funds for select to stoa_read using (true);
grant select on company_funds to stoa_application, stoa_operator, stoa_read;
grant select, insert (company_id, checkout_id, currency), update (received, used) on company_funds to stoa_flow;
-- What was received before there was this row.
alter table receipts no force row level security;
insert into company_funds (company_id, checkout_id, currency, received)
select company_id, checkout_id, currency, sum(amount) from receipts group by company_id, checkout_id, currency;
alter table receipts force row level security;

-- What was settled and is undone is owed again, whatever the credit.
create or replace function guard_credit_step() returns trigger language plpgsql as $$
begin
  if new.used > old.used and (new.used > new.credit_limit or new.closed_at is not null) and coalesce(new.step, '') not in ('amend', 'undo_settlement') then
    raise exception 'credit used would rise above its limit' using errcode = '23514', constraint = 'credit_within_limit', table = 'credit_accounts';
  end if;
  new.step := null;
  return new;
end $$;
