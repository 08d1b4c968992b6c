-- Why: money is read off the bank's statements, line by line and each once, and what nobody can be named for waits to be assigned; a receipt by hand is such a line.
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion, ban-drop-table
-- Indexes are made inside the transaction: on tables that are new, and on checkouts, of which few wait for payment. Receipts become lines.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '600s';

-- How far the statements of an account have come; the empty name is what is recorded by hand. Who brings lines holds the row.
create table bank_accounts (
  account    text   not null,
  currency   text   not null,
  closing    bigint,
  closing_on date,
  constraint bank_accounts_pkey primary key (account, currency),
  constraint bank_accounts_currency_is_iso check (currency ~ '^[A-Z]{3}$'),
  constraint bank_accounts_closing_has_its_day check ((closing is null) = (closing_on is null))
);
create trigger bank_accounts_stay before delete or truncate on bank_accounts for each statement execute function refuse_the_change();
alter table bank_accounts enable row level security;
alter table bank_accounts force row level security;
create policy bank_accounts_flow on bank_accounts to stoa_flow using (true);
create policy bank_accounts_operator on bank_accounts for select to stoa_operator using (true);
create policy bank_accounts_read on bank_accounts for select to stoa_read using (true);
grant select on bank_accounts to stoa_operator, stoa_read;
grant select, insert (account, currency), update (closing, closing_on) on bank_accounts to stoa_flow;

-- A statement counts once, whatever file it comes in. `taken` lines of it have been looked at, `fresh` of them were new; with its last line
-- it is told whether it leads on from the one before.
create table bank_statements (
  statement_id   uuid        not null,
  fingerprint    text        not null,
  account        text        not null,
  currency       text        not null,
  bank_id        text        not null,
  sequence       text,
  format         text        not null,
  file_hash      bytea       not null,
  opening        bigint      not null,
  opening_on     date        not null,
  closing        bigint      not null,
  closing_on     date        not null,
  lines          integer     not null,
  skipped        integer     not null,
  taken          integer     not null default 0,
  fresh          integer     not null default 0,
  fresh_amount   bigint      not null default 0,
  continuity     text,
  difference     bigint,
  imported_by    uuid        not null,
  idempotency_id uuid        not null,
  at             timestamptz not null,
  constraint bank_statements_pkey primary key (statement_id),
  constraint bank_statements_fingerprint_key unique (fingerprint),
  constraint bank_statements_account_fkey foreign key (account, currency) references bank_accounts,
  constraint bank_statements_format_is_known check (format in ('camt053', 'csv')),
  constraint bank_statements_taken_within_lines check (taken >= 0 and taken <= lines and fresh >= 0 and fresh <= taken),
  constraint bank_statements_continuity_is_known check (continuity in ('first', 'known', 'continues', 'breaks')),
  constraint bank_statements_told_with_the_last_line check ((continuity is not null) = (taken = lines)),
  constraint bank_statements_break_has_its_difference check ((difference is not null) = (coalesce(continuity, '') = 'breaks'))
);
create index bank_statements_by_account on bank_statements (account, currency, statement_id);
create trigger bank_statements_only_rise before update on bank_statements
  for each row when (new.taken < old.taken or new.fresh < old.fresh or old.continuity is not null)
  execute function refuse_going_back();
create trigger bank_statements_stay before delete or truncate on bank_statements for each statement execute function refuse_the_change();
alter table bank_statements enable row level security;
alter table bank_statements force row level security;
create policy bank_statements_flow on bank_statements to stoa_flow using (true);
create policy bank_statements_operator on bank_statements for select to stoa_operator using (true);
create policy bank_statements_read on bank_statements for select to stoa_read using (true);
grant select on bank_statements to stoa_operator, stoa_read;
grant select, insert, update (taken, fresh, fresh_amount, continuity, difference) on bank_statements to stoa_flow;

-- One booking of the bank. Its identity is made of what it says, so it counts once; one that is recorded by hand is named by the bank's
-- reference, and the line of a statement that tells it again is linked to it and has no effect.
create table bank_lines (
  line_id               uuid        not null,
  identity              text        not null,
  statement_id          uuid,
  account               text        not null,
  direction             text        not null,
  amount                bigint      not null,
  currency              text        not null,
  booked_on             date        not null,
  value_on              date,
  bank_reference        text,
  transaction_reference text,
  end_to_end_id         text,
  counterparty_name     text,
  counterparty_iban     text,
  texts                 text[]      not null,
  is_return             boolean     not null,
  state                 text        not null,
  reason                text,
  version               integer     not null default 1,
  allocated             bigint      not null default 0,
  allocations           integer     not null default 0,
  recorded_line         uuid,
  recorded_by           uuid        not null,
  idempotency_id        uuid        not null,
  at                    timestamptz not null,
  constraint bank_lines_pkey primary key (line_id),
  constraint bank_lines_identity_key unique (identity),
  constraint bank_lines_told_again_once unique (recorded_line),
  constraint bank_lines_statement_fkey foreign key (statement_id) references bank_statements,
  constraint bank_lines_account_fkey foreign key (account, currency) references bank_accounts,
  constraint bank_lines_recorded_line_fkey foreign key (recorded_line) references bank_lines,
  constraint bank_lines_identity_is_a_hash check (identity ~ '^[0-9a-f]{64}$'),
  constraint bank_lines_direction_is_known check (direction in ('credit', 'debit')),
  constraint bank_lines_amount_is_positive check (amount > 0 and amount <= 9007199254740991),
  constraint bank_lines_by_hand_have_no_account check ((statement_id is null) = (account = '')),
  constraint bank_lines_by_hand_have_a_reference check (statement_id is not null or bank_reference is not null),
  constraint bank_lines_recorded_names_its_line check ((recorded_line is not null) = (state = 'recorded')),
  constraint bank_lines_reason_is_told check (state <> 'unmatched' or reason is not null),
  constraint bank_lines_allocated_within_amount check (allocated between 0 and amount),
  constraint bank_lines_state_follows_allocated check (
    case when state in ('matched', 'assigned', 'sent_back') then allocated = amount
      when state = 'unmatched' then allocated < amount
      else allocated = 0 end)
);
create index bank_lines_by_statement on bank_lines (statement_id, line_id);
create index bank_lines_by_state on bank_lines (state, line_id);
create index bank_lines_by_amount on bank_lines (currency, amount, bank_reference);
create function bank_lines_follow_their_lifecycle() returns trigger language plpgsql as $$
declare broken text;
begin
  if tg_op = 'INSERT' then
    select format('%s is born %s', n.line_id, n.state) into broken
    from new_rows n
    where not exists (select from public.lifecycle_edges e where e.machine = 'bank_line' and e.from_state = '' and e.to_state = n.state and not e.retired)
    limit 1;
  else
    select format('%s goes from %s to %s', n.line_id, coalesce(o.state, '?'), n.state) into broken
    from new_rows n left join old_rows o using (line_id)
    where o.state is distinct from n.state
      and not exists (select from public.lifecycle_edges e where e.machine = 'bank_line' and e.from_state = o.state and e.to_state = n.state and not e.retired)
    limit 1;
  end if;
  if broken is not null then perform public.refuse_lifecycle('bank_lines', broken); end if;
  return null;
end $$;
-- What was received by hand before: a line each, taken for its checkout whole. Written before the triggers ask for the edges of the lines.
alter table receipts no force row level security;
insert into bank_accounts (account, currency) select distinct '', currency from receipts;
insert into bank_lines (line_id, identity, account, direction, amount, currency, booked_on, bank_reference, texts, is_return, state, allocated,
  allocations, recorded_by, idempotency_id, at)
select receipt_id, encode(sha256(convert_to('by hand credit ' || bank_reference, 'UTF8')), 'hex'), '', 'credit', amount, currency,
  (at at time zone 'UTC')::date, bank_reference, '{}', false, 'matched', amount, 1, recorded_by, idempotency_id, at
from receipts;
create trigger bank_lines_follow_their_lifecycle_on_insert after insert on bank_lines
  referencing new table as new_rows for each statement execute function bank_lines_follow_their_lifecycle();
create trigger bank_lines_follow_their_lifecycle_on_update after update on bank_lines
  referencing old table as old_rows new table as new_rows for each statement execute function bank_lines_follow_their_lifecycle();
create trigger bank_lines_only_rise before update on bank_lines
  for each row when (new.version <= old.version or new.allocations < old.allocations) execute function refuse_going_back();
create trigger bank_lines_stay before delete or truncate on bank_lines for each statement execute function refuse_the_change();
alter table bank_lines enable row level security;
alter table bank_lines force row level security;
create policy bank_lines_flow on bank_lines to stoa_flow using (true);
create policy bank_lines_operator on bank_lines for select to stoa_operator using (true);
create policy bank_lines_read on bank_lines for select to stoa_read using (true);
grant select on bank_lines to stoa_operator, stoa_read;
grant select, insert, update (state, reason, version, allocated, allocations) on bank_lines to stoa_flow;

-- What a line was taken for. What turns out not to be so is undone by an opposite row, once.
create table bank_allocations (
  line_id    uuid        not null,
  number     integer     not null,
  target     text        not null,
  -- The invoice, checkout, company or seller; the line by which it was sent back, and the line that is undone.
  target_id  uuid        not null,
  company_id uuid,
  -- The seller and the number of the settlement of an invoice.
  seller_id  uuid,
  settlement integer,
  amount     bigint      not null,
  undoes     integer,
  actor_id   uuid        not null,
  at         timestamptz not null,
  constraint bank_allocations_pkey primary key (line_id, number),
  constraint bank_allocations_line_fkey foreign key (line_id) references bank_lines,
  constraint bank_allocations_undoes_fkey foreign key (line_id, undoes) references bank_allocations,
  constraint bank_allocations_undone_once unique (line_id, undoes),
  constraint bank_allocations_settlement_fkey foreign key (seller_id, target_id, settlement) references settlements (seller_id, invoice_id, number),
  constraint bank_allocations_target_is_known check (target in ('invoice', 'checkout', 'company', 'seller', 'sent_back', 'receipt')),
  constraint bank_allocations_invoice_has_its_settlement check ((target = 'invoice') = (settlement is not null)),
  constraint bank_allocations_company_is_named check (target not in ('invoice', 'checkout', 'company') or company_id is not null),
  constraint bank_allocations_number_is_positive check (number > 0),
  constraint bank_allocations_undo_is_opposite check ((undoes is null) = (amount > 0) and amount <> 0 and (undoes is null or undoes < number))
);
create index bank_allocations_by_target on bank_allocations (target_id);
insert into bank_allocations (line_id, number, target, target_id, company_id, amount, actor_id, at)
select receipt_id, 1, 'checkout', checkout_id, company_id, amount, recorded_by, at from receipts;
create trigger bank_allocations_stay before update or delete or truncate on bank_allocations for each statement execute function refuse_the_change();
alter table bank_allocations enable row level security;
alter table bank_allocations force row level security;
create policy bank_allocations_flow on bank_allocations to stoa_flow using (true);
create policy bank_allocations_operator on bank_allocations for select to stoa_operator using (true);
create policy bank_allocations_read on bank_allocations for select to stoa_read using (true);
grant select on bank_allocations to stoa_operator, stoa_read;
grant select, insert on bank_allocations to stoa_flow;
drop table receipts;

-- What a company writes into its bank transfer for a checkout: ISO 11649, RF with check digits. On account there is none; one that an
-- older server places meanwhile has none either, and its receipt is recorded by hand.
alter table checkouts add column payment_reference text;
create function stoa_payment_reference(checkout_id uuid) returns text language sql immutable parallel safe as $$
  select 'RF' || lpad((98 - mod((string_agg(case when digit between '0' and '9' then digit else (ascii(digit) - 55)::text end, '' order by place)
    || '271500')::numeric, 97))::text, 2, '0') || min(inner_part)
  from (select upper(left(encode(sha256(convert_to(checkout_id::text, 'UTF8')), 'hex'), 20)) as inner_part) hashed
    cross join lateral string_to_table(inner_part, null) with ordinality as digits (digit, place)
$$;
alter table checkouts no force row level security;
-- Its version stays: nobody has changed anything about it.
alter table checkouts disable trigger checkouts_only_rise;
update checkouts set payment_reference = stoa_payment_reference(checkout_id)
where payment_method = 'bank_transfer' and state = 'pending_payment';
alter table checkouts enable trigger checkouts_only_rise;
alter table checkouts force row level security;
drop function stoa_payment_reference(uuid);
create unique index checkouts_payment_reference on checkouts (payment_reference) where payment_reference is not null;
alter table checkouts add constraint checkouts_payment_reference_is_iso
  check (payment_reference is null or payment_reference ~ '^RF[0-9]{2}[0-9A-Z]{1,21}$' and payment_method = 'bank_transfer') not valid;
grant insert (payment_reference) on checkouts to stoa_flow;
