import { sql } from "../../platform/db/index.ts";
import type { FoundRow, Invariant } from "./invariant.ts";

/** What companies owe and what of it is settled, by what money, and what became payable with it. */
export const settlementInvariants: readonly Invariant[] = [
  {
    number: "M2",
    sentence:
      "What the books say companies owe, have with the operator and sellers wait for is what invoices, funds and payables say; none of it is negative; and an invoice's settlements and credit notes are what is settled, credited and written off of it.",
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with moved as (
          select account_id, sum(amount) as amount
          from (
            select debit_account_id as account_id, amount from ledger_transfers
            union all
            select credit_account_id, -amount from ledger_transfers) sides
          group by account_id
        ), balances as (
          select account.kind, account.party_id, account.subject_id, account.currency, sum(moved.amount) as amount
          from ledger_accounts account
            join moved using (account_id)
          where account.kind in ('receivable', 'customer_funds', 'payable_pending')
          group by account.kind, account.party_id, account.subject_id, account.currency
        ), open as (
          select company_id as party_id, currency, sum(total - settled) as amount
          from invoices
          group by company_id, currency
        ), pending as (
          select i.seller_id as party_id, i.currency, sum(p.pending) as amount
          from invoices i
            join invoice_payables p on p.seller_id = i.seller_id and p.invoice_id = i.invoice_id
          group by i.seller_id, i.currency
        ), settled as (
          select seller_id, invoice_id, count(*) as settlements, max(number) as last, sum(amount) as amount,
            coalesce(sum(amount) filter (where source = 'write_off'), 0) as written_off,
            coalesce(sum(amount) filter (where source = 'credit_note'), 0) as credited
          from settlements
          group by seller_id, invoice_id
        ), credited as (
          select seller_id, invoice_id, sum(total) as total, sum(lowered) as lowered
          from credit_notes
          group by seller_id, invoice_id
        ), broken as (
          select 'company' as kind, party_id as id, format('owes %s %s by the books, %s by its invoices', coalesce(b.amount, 0), currency,
            coalesce(open.amount, 0)) as detail
          from (select * from balances where kind = 'receivable') b
            full join open using (party_id, currency)
          where coalesce(b.amount, 0) <> coalesce(open.amount, 0)
          union all
          select case when subject_id = '00000000-0000-0000-0000-000000000000' then 'company' else 'checkout' end,
            case when subject_id = '00000000-0000-0000-0000-000000000000' then party_id else subject_id end,
            format('has funds of %s %s by the books, received are %s and used %s', -coalesce(b.amount, 0), currency, coalesce(f.received, 0),
              coalesce(f.used, 0))
          from (select * from balances where kind = 'customer_funds') b
            full join (select company_id as party_id, checkout_id as subject_id, currency, received, used from company_funds) f
              using (party_id, subject_id, currency)
          where -coalesce(b.amount, 0) <> coalesce(f.received - f.used, 0) or coalesce(f.used, 0) not between 0 and coalesce(f.received, 0)
          union all
          select 'seller', party_id, format('waits for %s %s by the books, for %s by its invoices', -coalesce(b.amount, 0), currency,
            coalesce(pending.amount, 0))
          from (select * from balances where kind = 'payable_pending') b
            full join pending using (party_id, currency)
          where -coalesce(b.amount, 0) <> coalesce(pending.amount, 0)
          union all
          select 'invoice', i.invoice_id, format('of %s, %s is settled by %s settlements, %s credited, %s written off, %s pending; settlements up to %s: %s, of it %s credited and %s written off; credit notes of %s lowered it by %s',
            i.total, i.settled, i.settlements, i.credited, i.written_off, p.pending, s.last, s.amount, s.credited, s.written_off, c.total, c.lowered)
          from invoices i
            left join invoice_payables p on p.seller_id = i.seller_id and p.invoice_id = i.invoice_id
            left join settled s on s.seller_id = i.seller_id and s.invoice_id = i.invoice_id
            left join credited c on c.seller_id = i.seller_id and c.invoice_id = i.invoice_id
          where i.settled <> coalesce(s.amount, 0) or i.written_off <> coalesce(s.written_off, 0) or i.credited <> coalesce(c.total, 0)
            or i.settlements <> coalesce(s.settlements, 0) or s.last <> s.settlements or coalesce(s.credited, 0) <> coalesce(c.lowered, 0)
            or i.settled not between 0 and i.total or p.pending is null or p.pending not between 0 and i.total - i.settled
          union all
          select 'invoice', u.invoice_id, format('settlement %s of %s, %s released, from %s %s undoes number %s of %s, %s released, from %s %s', u.number, u.amount,
            u.released, u.source, u.source_id, u.undoes, t.amount, t.released, t.source, t.source_id)
          from settlements u
            left join settlements t on t.seller_id = u.seller_id and t.invoice_id = u.invoice_id and t.number = u.undoes and t.undoes is null
          where u.undoes is not null
            and (u.amount, u.released, u.source, u.source_id) is distinct from (-t.amount, -t.released, t.source, t.source_id)
          union all
          select 'invoice', s.invoice_id, format('settlement %s is of company %s, the invoice of %s', s.number, s.company_id, i.company_id)
          from settlements s
            join invoices i on i.seller_id = s.seller_id and i.invoice_id = s.invoice_id
          where s.company_id <> i.company_id
        )
        select array[kind] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
  {
    number: "M3",
    sentence:
      "What is taken of a line of the bank is the sum of its allocations, the funds of a checkout are no more than what was received for it, and they settle only its own invoices.",
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with received as (
          select a.target_id as checkout_id, l.currency, sum(a.amount) as amount
          from bank_allocations a
            join bank_lines l using (line_id)
          where a.target = 'checkout'
          group by a.target_id, l.currency
        ), used as (
          select s.company_id, case when s.source_id = s.company_id then '00000000-0000-0000-0000-000000000000'::uuid else s.source_id end as checkout_id,
            i.currency, sum(s.amount) as amount
          from settlements s
            join invoices i on i.seller_id = s.seller_id and i.invoice_id = s.invoice_id
          where s.source = 'customer_funds'
          group by s.company_id, s.source_id, i.currency
        ), allocated as (
          select line_id, count(*) as allocations, sum(amount) as amount
          from bank_allocations
          group by line_id
        ), broken as (
          select 'bankLine' as kind, l.line_id as id, format('%s of %s is taken in %s parts, its allocations are %s of %s', l.allocated, l.amount,
            l.allocations, coalesce(allocated.allocations, 0), coalesce(allocated.amount, 0)) as detail
          from bank_lines l
            left join allocated using (line_id)
          where l.allocated <> coalesce(allocated.amount, 0) or l.allocations <> coalesce(allocated.allocations, 0)
          union all
          select 'invoice', t.invoice_id, format('settlement %s of %s from a line of the bank is allocation %s of %s', t.number, t.amount, a.number, a.amount)
          from settlements t
            left join bank_allocations a on a.line_id = t.source_id and a.target_id = t.invoice_id and a.seller_id = t.seller_id
              and a.settlement = t.number
          where t.source = 'bank_line' and t.amount is distinct from a.amount
          union all
          select 'checkout' as kind, f.checkout_id as id, format('has %s %s received, its bank lines say %s', f.received, f.currency,
            coalesce(received.amount, 0)) as detail
          from company_funds f
            left join received on received.checkout_id = f.checkout_id and received.currency = f.currency
          where f.checkout_id <> '00000000-0000-0000-0000-000000000000' and f.received > coalesce(received.amount, 0)
          union all
          select case when used.checkout_id = '00000000-0000-0000-0000-000000000000' then 'company' else 'checkout' end,
            case when used.checkout_id = '00000000-0000-0000-0000-000000000000' then used.company_id else used.checkout_id end,
            format('its funds settle %s %s, of them %s is used', used.amount, used.currency, coalesce(f.used, 0))
          from used
            left join company_funds f on f.company_id = used.company_id and f.checkout_id = used.checkout_id and f.currency = used.currency
          where used.amount > coalesce(f.used, 0)
          union all
          select 'invoice', s.invoice_id, format('of checkout %s is settled by funds of %s', i.checkout_id, s.source_id)
          from settlements s
            join invoices i on i.seller_id = s.seller_id and i.invoice_id = s.invoice_id
          where s.source = 'customer_funds' and s.source_id not in (i.checkout_id, s.company_id)
        )
        select array[kind] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
  {
    number: "M9",
    sentence:
      "Nothing of an invoice becomes payable to its seller before the company's money has settled as large a share of it, unless the operator bears the risk: then all is payable at once.",
    // A share is rounded down each time, so never more than so large a share of the whole. What is undone and comes again in other parts is
    // rounded once more for each; after a credit note or a write-off the share is another, and no more is released than was settled.
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with charged as (
          select e.document_id as invoice_id, sum(e.net + e.tax) as amount
          from commission_entries e
          where e.kind = 'charged'
          group by e.document_id
        ), settled as (
          select seller_id, invoice_id, sum(released) as released,
            coalesce(sum(amount) filter (where source in ('bank_line', 'customer_funds', 'rounding')), 0) as paid,
            count(*) filter (where undoes is not null) as undone, count(*) as settlements,
            bool_or(source in ('credit_note', 'write_off')) as is_lowered
          from settlements
          group by seller_id, invoice_id
        ), broken as (
          select s.invoice_id as id, format('settlement %s of %s from %s releases %s', s.number, s.amount, s.source, s.released) as detail
          from settlements s
          where s.released <> 0
            and (sign(s.released) <> sign(s.amount) or abs(s.released) > abs(s.amount) or s.source in ('credit_note', 'write_off'))
          union all
          select s.invoice_id, format('%s is payable to its seller, of %s of %s, commission %s, that is settled by money at the risk of the %s', s.released, s.paid, i.total,
            coalesce(c.amount, 0), p.credit_risk)
          from settled s
            join invoices i on i.seller_id = s.seller_id and i.invoice_id = s.invoice_id
            join invoice_payables p on p.seller_id = s.seller_id and p.invoice_id = s.invoice_id
            left join charged c on c.invoice_id = s.invoice_id
          where case
              when p.credit_risk = 'operator' then s.released <> 0
              when s.is_lowered or i.credited > 0 then s.released > s.paid
              else s.released > div(greatest(i.total - coalesce(c.amount, 0), 0)::numeric * s.paid, greatest(i.total, 1))
                + case when s.undone > 0 then s.settlements else 0 end
            end
          union all
          select i.invoice_id, format('%s less a commission of %s: %s is pending and %s released', i.total, coalesce(c.amount, 0), p.pending,
            coalesce(s.released, 0))
          from invoices i
            join invoice_payables p on p.seller_id = i.seller_id and p.invoice_id = i.invoice_id
            left join settled s on s.seller_id = i.seller_id and s.invoice_id = i.invoice_id
            left join charged c on c.invoice_id = i.invoice_id
          where p.credit_risk = 'seller' and i.credited = 0 and not coalesce(s.is_lowered, false)
            and p.pending + coalesce(s.released, 0) <> greatest(i.total - coalesce(c.amount, 0), 0)
        )
        select array['invoice'] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
];
