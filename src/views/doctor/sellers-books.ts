import { sql } from "../../platform/db/index.ts";
import type { FoundRow, Invariant } from "./invariant.ts";

/** What sellers have to get, and what they are charged. */
export const sellersBooksInvariants: readonly Invariant[] = [
  {
    number: "M4",
    sentence:
      "What the books owe a seller is what was invoiced, less what was credited, the commission with its tax, net of what was given back, and what was written off at its risk, with what it repaid; commission statements are the sum of their entries.",
    // Reckoned from the records alone; that the books say the same, account by account, is M2 and M8.
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with moved as (
          select account_id, sum(amount) as amount
          from (
            select debit_account_id as account_id, -amount as amount from ledger_transfers
            union all
            select credit_account_id, amount from ledger_transfers) sides
          group by account_id
        ), booked as (
          select account.party_id as seller_id, account.currency, sum(moved.amount) as amount
          from ledger_accounts account
            join moved using (account_id)
          where account.kind in ('payable', 'payable_pending', 'payable_reserve')
          group by account.party_id, account.currency
        ), parts as (
          select i.seller_id, i.currency, i.total - case p.credit_risk when 'seller' then i.written_off else 0 end as amount
          from invoices i
            join invoice_payables p on p.seller_id = i.seller_id and p.invoice_id = i.invoice_id
          union all
          select seller_id, currency, -total from credit_notes
          union all
          select e.seller_id, s.currency, -e.net - e.tax
          from commission_entries e
            join commission_statements s on s.seller_id = e.seller_id and s.statement_id = e.statement_id
          union all
          select a.target_id, l.currency, a.amount
          from bank_allocations a
            join bank_lines l using (line_id)
          where a.target = 'seller'
        ), earned as (
          select seller_id, currency, sum(amount) as amount
          from parts
          group by seller_id, currency
        ), running as (
          select seller_id, statement_id, number, net_after, row_number() over entries as place, sum(net) over entries as net
          from commission_entries
          window entries as (partition by seller_id, statement_id order by number)
        ), entry_sums as (
          select seller_id, statement_id, count(*) as entries, sum(net) as net, sum(tax) as tax
          from commission_entries
          group by seller_id, statement_id
        ), by_document as (
          select document_id, sum(net) filter (where kind = 'charged') as charged
          from commission_entries
          group by document_id
        ), given_back as (
          select n.seller_id, n.invoice_id, sum(-e.net) as reversed
          from commission_entries e
            join credit_notes n on n.credit_note_id = e.document_id
          where e.kind = 'reversed'
          group by n.seller_id, n.invoice_id
        ), broken as (
          select 'seller' as kind, seller_id as id, format('has to get %s %s by the books, %s by its invoices and credit notes and what it is charged',
            coalesce(booked.amount, 0), currency, coalesce(earned.amount, 0)) as detail
          from booked
            full join earned using (seller_id, currency)
          where coalesce(booked.amount, 0) <> coalesce(earned.amount, 0)
          union all
          select 'commissionStatement', s.statement_id, format('has net %s and tax %s at %s ppm in %s entries; its entries are %s with net %s and tax %s', s.net,
            s.tax, s.tax_rate_ppm, s.entries, coalesce(e.entries, 0), coalesce(e.net, 0), coalesce(e.tax, 0))
          from commission_statements s
            left join entry_sums e on e.seller_id = s.seller_id and e.statement_id = s.statement_id
          where (s.net, s.tax, s.entries) is distinct from (coalesce(e.net, 0), coalesce(e.tax, 0), coalesce(e.entries, 0))
            or s.tax <> sign(s.net::numeric) * div(abs(s.net::numeric) * s.tax_rate_ppm + 500000, 1000000)
          union all
          select 'commissionStatement', statement_id, format('entry %s is the %s., its net is %s with it and %s by its entries', number, place, net_after, net)
          from running
          where number <> place or net_after <> net
          union all
          select 'invoice', i.invoice_id, format('commission of %s, %s of it given back; its entries say %s and %s', p.commission, p.commission_reversed,
            coalesce(c.charged, 0), coalesce(g.reversed, 0))
          from invoices i
            join invoice_payables p on p.seller_id = i.seller_id and p.invoice_id = i.invoice_id
            left join by_document c on c.document_id = i.invoice_id
            left join given_back g on g.seller_id = i.seller_id and g.invoice_id = i.invoice_id
          where p.commission <> coalesce(c.charged, 0) or p.commission_reversed <> coalesce(g.reversed, 0)
        )
        select array[kind] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
];
