import { sql } from "../../platform/db/index.ts";
import type { FoundRow, Invariant } from "./invariant.ts";

/** The books: that they are what was booked, and that what was booked rests on records. */
export const ledgerInvariants: readonly Invariant[] = [
  {
    number: "M1",
    sentence:
      "The balance of an account is the sum of its transfers that are rolled up, and transfers have the currency and parties of their accounts and the time of their transaction; what nobody can be named for is what is left of lines of the bank.",
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
        ), waiting as (
          select account.subject_id as line_id, account.currency, sum(side.amount) as amount
          from ledger_accounts account
            join (
              select debit_account_id as account_id, -amount as amount from ledger_transfers
              union all
              select credit_account_id, amount from ledger_transfers) side using (account_id)
          where account.kind = 'unmatched'
          group by account.subject_id, account.currency
        ), unassigned as (
          select line_id, currency, case direction when 'credit' then amount - allocated else allocated - amount end as amount
          from bank_lines
          where state = 'unmatched'
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
          union all
          select 'bankLine', line_id, format('%s %s of it waits, by the books %s', coalesce(unassigned.amount, 0), currency, coalesce(waiting.amount, 0))
          from unassigned
            full join waiting using (line_id, currency)
          where coalesce(unassigned.amount, 0) <> coalesce(waiting.amount, 0)
        )
        select array[kind] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
];
