import { sql } from "../../platform/db/index.ts";
import type { FoundRow, Invariant } from "./invariant.ts";

/** The books: that they are what was booked, and that what was booked rests on records. */
export const ledgerInvariants: readonly Invariant[] = [
  {
    number: "M1",
    sentence:
      "The balance of an account is the sum of its transfers that are rolled up, and transfers have the currency and parties of their accounts and the time of their transaction.",
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with rolled_up as (
          select t.*
          from ledger_transfers t
            left join ledger_unrolled waiting using (transaction_id)
          where waiting.transaction_id is null
        ), moved as (
          select account_id, sum(debited) as debited, sum(credited) as credited
          from (
            select debit_account_id as account_id, amount as debited, 0::bigint as credited from rolled_up
            union all
            select credit_account_id, 0, amount from rolled_up) sides
          group by account_id
        ), broken as (
          select 'ledgerAccount' as kind, account_id as id, format('%s debited and %s credited are rolled up, its transfers have %s and %s',
            coalesce(balance.debited, 0), coalesce(balance.credited, 0), coalesce(moved.debited, 0), coalesce(moved.credited, 0)) as detail
          from ledger_balances balance
            full join moved using (account_id)
          where coalesce(balance.debited, 0) <> coalesce(moved.debited, 0) or coalesce(balance.credited, 0) <> coalesce(moved.credited, 0)
          union all
          select 'ledgerTransaction', t.transaction_id, format('transfer %s moves %s of %s and %s at %s; debit account %s of %s, credit account %s of %s, booked at %s',
            t.number, t.currency, t.debit_party_id, t.credit_party_id, t.at, debit.currency, debit.party_id, credit.currency, credit.party_id,
            transaction.at)
          from ledger_transfers t
            left join ledger_transactions transaction using (transaction_id)
            left join ledger_accounts debit on debit.account_id = t.debit_account_id
            left join ledger_accounts credit on credit.account_id = t.credit_account_id
          where (t.currency, t.debit_party_id, t.currency, t.credit_party_id, t.at)
            is distinct from (debit.currency, debit.party_id, credit.currency, credit.party_id, transaction.at)
        )
        select array[kind] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
  {
    number: "M8",
    sentence: "Every receipt is booked as what it says, and every transaction of the books has its record.",
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with booked as (
          select transaction.transaction_id, transaction.business_key, transaction.record_type, transaction.record_id, transaction.at,
            count(*) as transfers, min(t.amount) as amount, min(t.currency) as currency, min(debit.kind) as debit_kind,
            min(credit.kind) as credit_kind, min(credit.party_id::text)::uuid as party_id, min(credit.subject_id::text)::uuid as subject_id
          from ledger_transactions transaction
            left join ledger_transfers t using (transaction_id)
            left join ledger_accounts debit on debit.account_id = t.debit_account_id
            left join ledger_accounts credit on credit.account_id = t.credit_account_id
          where transaction.kind = 'receipt_booked'
          group by transaction.transaction_id
        ), broken as (
          select 'receipt' as kind, r.receipt_id as id, format('%s %s for checkout %s at %s; booked: %s %s from %s to %s of checkout %s at %s in %s transfers',
            r.amount, r.currency, r.checkout_id, r.at, booked.amount, booked.currency, booked.credit_kind, booked.debit_kind, booked.subject_id,
            booked.at, coalesce(booked.transfers, 0)) as detail
          from receipts r
            left join booked on booked.business_key = r.receipt_id::text
          where (r.receipt_id, 'receipt', r.amount, r.currency, r.company_id, r.checkout_id, r.at, 'bank', 'customer_funds', 1)
            is distinct from (booked.record_id, booked.record_type, booked.amount, booked.currency, booked.party_id, booked.subject_id, booked.at,
              booked.debit_kind, booked.credit_kind, booked.transfers)
          union all
          select 'ledgerTransaction', transaction.transaction_id, format('%s %s rests on %s %s, which there is not', transaction.kind,
            transaction.business_key, transaction.record_type, transaction.record_id)
          from ledger_transactions transaction
            left join receipts r on transaction.kind = 'receipt_booked' and transaction.record_type = 'receipt'
              and r.receipt_id = transaction.record_id and transaction.business_key = r.receipt_id::text
          where r.receipt_id is null
        )
        select array[kind] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
];
