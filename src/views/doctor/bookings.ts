import { sql } from "../../platform/db/index.ts";
import type { FoundRow, Invariant } from "./invariant.ts";

/** That the books say what the records say, fact by fact. */
export const bookingInvariants: readonly Invariant[] = [
  {
    number: "M8",
    sentence: "Every record about money is booked as what it says, and every transaction of the books has its record.",
    // What a fact moves is compared account by account, debits less credits: which way an amount took between two accounts is all one. What a
    // line of the bank was taken for is the affair of M1, M2 and M4; here it moves the bank's account by its amount. Of credit notes, commission and write-offs a seller's two accounts are taken together (`share`): what of it waits for the company's money
    // is what M2 asks. A fact of nothing may be booked, with no transfers.
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with facts as (
          select 'invoice_issued' as kind, invoice_id::text as business_key, 'invoice' as record_type, invoice_id as record_id, currency,
            null::timestamptz as at
          from invoices
          union all
          select 'commission_charged', e.document_id::text, 'invoice', e.document_id, s.currency, null
          from commission_entries e
            join commission_statements s using (seller_id, statement_id)
          where e.kind = 'charged'
          union all
          select 'commission_reversed', e.document_id::text, 'creditNote', e.document_id, s.currency, null
          from commission_entries e
            join commission_statements s using (seller_id, statement_id)
          where e.kind = 'reversed'
          union all
          select 'credit_note_issued', credit_note_id::text, 'creditNote', credit_note_id, currency, null from credit_notes
          union all
          select case source when 'customer_funds' then 'funds_settled' when 'rounding' then 'invoice_rounded'
              else case when undoes is null then 'invoice_written_off' else 'write_off_undone' end end,
            format('%s:%s', invoice_id, number), 'invoice', invoice_id, i.currency, t.at
          from settlements t
            join invoices i using (seller_id, invoice_id)
          where source = 'write_off' or source in ('customer_funds', 'rounding') and undoes is null
          union all
          select 'unmatched_sent_back', format('%s:%s', line_id, number), 'bankLine', line_id, l.currency, a.at
          from bank_allocations a
            join bank_lines l using (line_id)
          where target = 'sent_back' and undoes is null
          union all
          select 'receipt_booked', line_id::text, 'bankLine', line_id, currency, at
          from bank_lines
          where direction = 'credit' and state <> 'recorded'
        ), said as (
          select 'invoice_issued' as kind, i.invoice_id::text as business_key, side.account, side.party_id, null::uuid as subject_id, side.amount
          from invoices i
            join invoice_payables p using (seller_id, invoice_id)
            cross join lateral (values ('receivable', i.company_id, i.total),
              (case p.credit_risk when 'operator' then 'payable' else 'payable_pending' end, i.seller_id, -i.total)) as side (account, party_id, amount)
          union all
          select case e.kind when 'charged' then 'commission_charged' else 'commission_reversed' end, e.document_id::text, side.account,
            side.party_id, null, side.amount
          from commission_entries e
            cross join lateral (values ('commission', null::uuid, -e.net), ('commission_tax', null, -e.tax), ('share', e.seller_id, e.net + e.tax))
              as side (account, party_id, amount)
          where e.kind in ('charged', 'reversed')
          union all
          select 'credit_note_issued', credit_note_id::text, side.account, side.party_id, null, side.amount
          from credit_notes n
            cross join lateral (values ('receivable', n.company_id, -n.lowered), ('customer_funds', n.company_id, n.lowered - n.total),
              ('share', n.seller_id, n.total)) as side (account, party_id, amount)
          union all
          select case t.source when 'customer_funds' then 'funds_settled' else 'invoice_rounded' end, format('%s:%s', t.invoice_id, t.number),
            side.account, side.party_id, side.subject_id, side.amount
          from settlements t
            cross join lateral (values
              (case t.source when 'customer_funds' then 'customer_funds' else 'rounding' end,
                case t.source when 'customer_funds' then t.company_id end,
                case when t.source = 'customer_funds' then nullif(t.source_id, t.company_id) end, t.amount),
              ('receivable', t.company_id, null, -t.amount),
              ('payable_pending', t.seller_id, null, t.released), ('payable', t.seller_id, null, -t.released))
              as side (account, party_id, subject_id, amount)
          where t.source in ('customer_funds', 'rounding') and t.undoes is null
          union all
          select case when t.undoes is null then 'invoice_written_off' else 'write_off_undone' end, format('%s:%s', t.invoice_id, t.number),
            side.account, side.party_id, null, side.amount
          from settlements t
            join invoice_payables p on p.seller_id = t.seller_id and p.invoice_id = t.invoice_id
            left join commission_entries e on e.document_id = t.invoice_id and e.occurrence = t.number
              and e.kind = case when t.undoes is null then 'written_off' else 'write_off_undone' end
            cross join lateral (values ('receivable', t.company_id, -t.amount), ('write_off', null, case p.credit_risk when 'operator' then t.amount end),
              ('share', t.seller_id, case p.credit_risk when 'seller' then t.amount + coalesce(e.net + e.tax, 0) end), ('commission', null, -e.net),
              ('commission_tax', null, -e.tax)) as side (account, party_id, amount)
          where t.source = 'write_off' and side.amount is not null
        ), booked as (
          select transaction.transaction_id, transaction.kind, transaction.business_key, side.account, side.party_id, side.subject_id,
            sum(side.amount) as amount
          from ledger_transactions transaction
            join ledger_transfers t using (transaction_id)
            join ledger_accounts debit on debit.account_id = t.debit_account_id
            join ledger_accounts credit on credit.account_id = t.credit_account_id
            cross join lateral (values (debit.kind, debit.party_id, debit.subject_id, t.amount), (credit.kind, credit.party_id, credit.subject_id, -t.amount))
              as named (account, party_id, subject_id, amount)
            cross join lateral (
              select case
                  when named.account in ('payable_pending', 'payable') and transaction.kind not in ('invoice_issued', 'funds_settled', 'invoice_rounded')
                    then 'share'
                  else named.account end as account,
                nullif(named.party_id, '00000000-0000-0000-0000-000000000000') as party_id,
                case when named.account = 'customer_funds' then nullif(named.subject_id, '00000000-0000-0000-0000-000000000000') end as subject_id,
                named.amount
            ) as side
          where transaction.kind in ('invoice_issued', 'commission_charged', 'commission_reversed', 'credit_note_issued', 'funds_settled',
            'invoice_rounded', 'invoice_written_off', 'write_off_undone')
          group by transaction.transaction_id, side.account, side.party_id, side.subject_id
        ), compared as (
          select kind, business_key, account, party_id, subject_id, sum(said) as said, sum(booked) as booked
          from (
            select kind, business_key, account, party_id, subject_id, amount as said, 0 as booked from said
            union all
            select kind, business_key, account, party_id, subject_id, 0, amount from booked) sides
          group by kind, business_key, account, party_id, subject_id
          having sum(said) <> sum(booked)
        ), of_bank as (
          -- What came and was sent back left by another line.
          select coalesce(sent.target_id, transaction.record_id) as line_id, account.currency, sum(side.amount) as amount
          from ledger_transactions transaction
            join ledger_transfers t using (transaction_id)
            cross join lateral (values (t.debit_account_id, t.amount), (t.credit_account_id, -t.amount)) as side (account_id, amount)
            join ledger_accounts account on account.account_id = side.account_id and account.kind = 'bank'
            left join bank_allocations sent on transaction.kind = 'unmatched_sent_back' and sent.target = 'sent_back'
              and sent.line_id = transaction.record_id and transaction.business_key = format('%s:%s', sent.line_id, sent.number)
          group by coalesce(sent.target_id, transaction.record_id), account.currency
        ), of_lines as (
          select line_id, currency, case direction when 'credit' then amount else -amount end as amount
          from bank_lines
          where state <> 'recorded'
        ), missing as (
          select fact.record_id
          from facts fact
            left join ledger_transactions transaction on transaction.kind = fact.kind and transaction.business_key = fact.business_key
          where fact.kind = 'receipt_booked' and transaction.transaction_id is null
        ), resting as (
          -- Of these there are several for one record, or none: what is asked is that the record is there.
          select 'bankLine' as record_type, line_id as record_id, array['receipt_undone', 'unmatched_assigned', 'funds_sent_back'] as kinds
          from bank_lines
          union all
          select 'cancellation', cancellation_id, array['funds_freed'] from order_cancellations
          union all
          select 'checkout', checkout_id, array['funds_freed'] from checkouts
          union all
          select 'invoice', invoice_id, array['funds_freed'] from invoices
        ), broken as (
          select fact.record_type as kind, fact.record_id as id,
            case when transaction.transaction_id is null then format('%s is not booked', fact.kind)
              else format('%s rests on %s %s at %s', fact.kind, transaction.record_type, transaction.record_id, transaction.at) end as detail
          from facts fact
            left join ledger_transactions transaction on transaction.kind = fact.kind and transaction.business_key = fact.business_key
          where transaction.record_id is distinct from fact.record_id or transaction.at <> fact.at
            or transaction.record_type <> fact.record_type
              -- Before there were lines, a receipt was the record.
              and not (fact.record_type = 'bankLine' and transaction.record_type = 'receipt')
          union all
          select fact.record_type, fact.record_id, format('%s is booked in %s', fact.kind, t.currency)
          from facts fact
            join ledger_transactions transaction on transaction.kind = fact.kind and transaction.business_key = fact.business_key
            join ledger_transfers t on t.transaction_id = transaction.transaction_id
          where t.currency <> fact.currency
          union all
          select fact.record_type, fact.record_id, format('%s moves %s of %s %s, booked are %s', fact.kind, compared.said, compared.account,
            coalesce(compared.subject_id, compared.party_id), compared.booked)
          from facts fact
            join compared on compared.kind = fact.kind and compared.business_key = fact.business_key
            join ledger_transactions transaction on transaction.kind = fact.kind and transaction.business_key = fact.business_key
          union all
          select 'bankLine', line_id, format('moves %s %s, booked on it are %s', coalesce(of_lines.amount, 0), currency, coalesce(of_bank.amount, 0))
          from of_lines
            full join of_bank using (line_id, currency)
            left join missing on missing.record_id = line_id
          where coalesce(of_lines.amount, 0) <> coalesce(of_bank.amount, 0) and missing.record_id is null
          union all
          select 'ledgerTransaction', transaction.transaction_id, format('%s %s rests on %s %s, which there is not', transaction.kind,
            transaction.business_key, transaction.record_type, transaction.record_id)
          from ledger_transactions transaction
            left join facts fact on fact.kind = transaction.kind and fact.business_key = transaction.business_key
            left join resting on resting.record_type = transaction.record_type and resting.record_id = transaction.record_id
              and transaction.kind = any (resting.kinds)
          where fact.kind is null and resting.record_id is null
        )
        select array[kind] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
];
