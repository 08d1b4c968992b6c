-- Why: the books: every fact about money is booked once, as transfers between two accounts of one currency, and nothing booked ever changes.
-- squawk-ignore-file require-concurrent-index-creation, require-concurrent-index-deletion
-- Indexes are made inside the transaction, on tables that are new.
-- Up Migration
set local lock_timeout = '2s';
set local statement_timeout = '600s';

-- The party or subject that there is not is the nil UUID and not null: so one key of four columns is found by its index, and what
-- belongs to nobody is never equal to an organisation.
create table ledger_accounts (
  account_id   uuid        not null,
  kind         text        not null,
  party_id     uuid        not null default '00000000-0000-0000-0000-000000000000',
  subject_type text,
  subject_id   uuid        not null default '00000000-0000-0000-0000-000000000000',
  currency     text        not null,
  opened_at    timestamptz not null,
  constraint ledger_accounts_pkey primary key (account_id),
  constraint ledger_accounts_one_of_each unique (party_id, kind, subject_id, currency),
  constraint ledger_accounts_kind_fits_party check (
       kind in ('receivable', 'customer_funds', 'payable_pending', 'payable', 'payable_reserve')
         and party_id <> '00000000-0000-0000-0000-000000000000'
    or kind in ('bank', 'provider', 'provider_transit', 'provider_fees', 'disputed', 'unmatched', 'payout_clearing', 'commission', 'commission_tax',
         'write_off', 'promotion', 'voucher_liability', 'rounding')
         and party_id = '00000000-0000-0000-0000-000000000000'),
  constraint ledger_accounts_subject_is_whole check ((subject_type is null) = (subject_id = '00000000-0000-0000-0000-000000000000')),
  constraint ledger_accounts_currency_is_iso check (currency ~ '^[A-Z]{3}$')
);

create table ledger_transactions (
  transaction_id uuid        not null,
  kind           text        not null,
  business_key   text        not null,
  at             timestamptz not null,
  record_type  text        not null,
  record_id    uuid        not null,
  actor_kind     text        not null,
  actor_id       uuid,
  cause          text        not null,
  constraint ledger_transactions_pkey primary key (transaction_id),
  constraint ledger_transactions_booked_once unique (kind, business_key),
  constraint ledger_transactions_actor_is_known check (
       actor_kind in ('company', 'seller', 'operator') and actor_id is not null
    or actor_kind in ('deadline', 'provider') and actor_id is null)
);
-- What was booked on a record.
create index ledger_transactions_by_record on ledger_transactions (record_id);

-- One amount from one account to another: what does not balance cannot be written. Parties and moment stand here too, so that who may
-- see a transfer, and what stood in the books on a day, is told by this table alone.
create table ledger_transfers (
  transaction_id    uuid        not null,
  number            integer     not null,
  debit_account_id  uuid        not null,
  debit_party_id    uuid        not null,
  credit_account_id uuid        not null,
  credit_party_id   uuid        not null,
  amount            bigint      not null,
  currency          text        not null,
  at                timestamptz not null,
  constraint ledger_transfers_pkey primary key (transaction_id, number),
  constraint ledger_transfers_transaction_fkey foreign key (transaction_id) references ledger_transactions,
  constraint ledger_transfers_number_is_positive check (number > 0),
  constraint ledger_transfers_amount_is_on_the_wire check (amount between 1 and 9007199254740991),
  constraint ledger_transfers_two_accounts check (debit_account_id <> credit_account_id)
);
create index ledger_transfers_by_debit on ledger_transfers (debit_account_id, transaction_id);
create index ledger_transfers_by_credit on ledger_transfers (credit_account_id, transaction_id);
create index ledger_transfers_by_debit_party on ledger_transfers (debit_party_id, transaction_id)
  where debit_party_id <> '00000000-0000-0000-0000-000000000000';
create index ledger_transfers_by_credit_party on ledger_transfers (credit_party_id, transaction_id)
  where credit_party_id <> '00000000-0000-0000-0000-000000000000';

-- Instead of foreign keys, which would lock the row of the bank's account for every transfer: an account is never changed or deleted, so
-- one that was there once is there for ever.
create function ledger_transfers_fit_their_accounts() returns trigger language plpgsql as $$
declare broken text;
begin
  select format('transfer %s of %s moves %s of parties %s and %s', n.number, n.transaction_id, n.currency, n.debit_party_id, n.credit_party_id)
  into broken
  from new_rows n
    left join public.ledger_accounts debit on debit.account_id = n.debit_account_id
    left join public.ledger_accounts credit on credit.account_id = n.credit_account_id
  where (n.currency, n.debit_party_id, n.currency, n.credit_party_id)
    is distinct from (debit.currency, debit.party_id, credit.currency, credit.party_id)
  limit 1;
  if broken is not null then
    raise exception '%, which its accounts do not', broken using errcode = '23514', constraint = 'ledger_transfers_fit_their_accounts', table = 'ledger_transfers';
  end if;
  return null;
end $$;

-- What the transfers of an account come to, without those of transactions that are still in ledger_unrolled.
create table ledger_balances (
  account_id uuid    not null,
  debited    numeric not null,
  credited   numeric not null,
  constraint ledger_balances_pkey primary key (account_id),
  constraint ledger_balances_account_fkey foreign key (account_id) references ledger_accounts,
  constraint ledger_balances_are_whole check (debited >= 0 and credited >= 0 and debited = trunc(debited) and credited = trunc(credited))
);
create trigger ledger_balances_only_rise before update on ledger_balances
  for each row when (new.debited < old.debited or new.credited < old.credited) execute function refuse_going_back();

create table ledger_unrolled (
  transaction_id uuid not null,
  constraint ledger_unrolled_pkey primary key (transaction_id),
  constraint ledger_unrolled_transaction_fkey foreign key (transaction_id) references ledger_transactions
);

-- Receipts that were recorded before there were books, each under the key that it would have now. The owner is under the policies too.
alter table receipts no force row level security;
insert into ledger_accounts (account_id, kind, currency, opened_at)
select gen_random_uuid(), 'bank', currency, min(at) from receipts group by currency;
insert into ledger_accounts (account_id, kind, party_id, subject_type, subject_id, currency, opened_at)
select checkout_id, 'customer_funds', company_id, 'checkout', checkout_id, currency, at from receipts;
insert into ledger_transactions (transaction_id, kind, business_key, at, record_type, record_id, actor_kind, actor_id, cause)
select receipt_id, 'receipt_booked', receipt_id::text, at, 'receipt', receipt_id, 'operator', recorded_by, 'bank_receipt' from receipts;
insert into ledger_transfers (transaction_id, number, debit_account_id, debit_party_id, credit_account_id, credit_party_id, amount, currency, at)
select r.receipt_id, 1, bank.account_id, bank.party_id, funds.account_id, funds.party_id, r.amount, r.currency, r.at
from receipts r
  join ledger_accounts bank on bank.kind = 'bank' and bank.currency = r.currency
  join ledger_accounts funds on funds.party_id = r.company_id and funds.kind = 'customer_funds' and funds.subject_id = r.checkout_id
    and funds.currency = r.currency;
insert into ledger_unrolled (transaction_id) select transaction_id from ledger_transactions;
alter table receipts force row level security;

-- What was booked stays: a correction is a new transaction.
create trigger ledger_accounts_stay before update or delete or truncate on ledger_accounts for each statement execute function refuse_the_change();
create trigger ledger_transactions_stay before update or delete or truncate on ledger_transactions for each statement execute function refuse_the_change();
create trigger ledger_transfers_stay before update or delete or truncate on ledger_transfers for each statement execute function refuse_the_change();
create trigger ledger_transfers_fit_their_accounts after insert on ledger_transfers
  referencing new table as new_rows for each statement execute function ledger_transfers_fit_their_accounts();

alter table ledger_accounts enable row level security;
alter table ledger_accounts force row level security;
create policy ledger_accounts_own on ledger_accounts for select to stoa_application
  using (party_id = (select current_setting('app.organisation')::uuid));
create policy ledger_accounts_flow on ledger_accounts to stoa_flow using (true);
create policy ledger_accounts_operator on ledger_accounts for select to stoa_operator using (true);
create policy ledger_accounts_read on ledger_accounts for select to stoa_read using (true);
grant select on ledger_accounts to stoa_application, stoa_operator, stoa_read;
grant select, insert on ledger_accounts to stoa_flow;

alter table ledger_transactions enable row level security;
alter table ledger_transactions force row level security;
create policy ledger_transactions_own on ledger_transactions for select to stoa_application
  using (exists (select from ledger_transfers t where t.transaction_id = ledger_transactions.transaction_id
    and (t.debit_party_id = (select current_setting('app.organisation')::uuid) or t.credit_party_id = (select current_setting('app.organisation')::uuid))));
create policy ledger_transactions_flow on ledger_transactions to stoa_flow using (true);
create policy ledger_transactions_operator on ledger_transactions for select to stoa_operator using (true);
create policy ledger_transactions_read on ledger_transactions for select to stoa_read using (true);
grant select on ledger_transactions to stoa_operator, stoa_read;
-- Who acted for the other side is not told.
grant select (transaction_id, kind, business_key, at, record_type, record_id, cause) on ledger_transactions to stoa_application;
grant select, insert on ledger_transactions to stoa_flow;

alter table ledger_transfers enable row level security;
alter table ledger_transfers force row level security;
create policy ledger_transfers_own on ledger_transfers for select to stoa_application
  using (debit_party_id = (select current_setting('app.organisation')::uuid) or credit_party_id = (select current_setting('app.organisation')::uuid));
create policy ledger_transfers_flow on ledger_transfers to stoa_flow using (true);
create policy ledger_transfers_operator on ledger_transfers for select to stoa_operator using (true);
create policy ledger_transfers_read on ledger_transfers for select to stoa_read using (true);
grant select on ledger_transfers to stoa_application, stoa_operator, stoa_read;
grant select, insert on ledger_transfers to stoa_flow;

alter table ledger_balances enable row level security;
alter table ledger_balances force row level security;
create policy ledger_balances_flow on ledger_balances to stoa_flow using (true);
create policy ledger_balances_operator on ledger_balances for select to stoa_operator using (true);
create policy ledger_balances_read on ledger_balances for select to stoa_read using (true);
grant select on ledger_balances to stoa_operator, stoa_read;
grant select, insert, update (debited, credited) on ledger_balances to stoa_flow;

grant select on ledger_unrolled to stoa_operator, stoa_read;
grant select, insert, delete on ledger_unrolled to stoa_flow;
