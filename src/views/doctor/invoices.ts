import { sql } from "../../platform/db/index.ts";
import type { FoundRow, Invariant } from "./invariant.ts";

/** Documents and what they are about: their numbers, and that what was shipped is invoiced. */
export const invoiceInvariants: readonly Invariant[] = [
  {
    number: "M5",
    sentence:
      "Documents of an issuer, type and year are numbered from 1 without a gap, their days do not fall, their series stands at the last, and each says what its columns, its invoice, credit note or commission statement say.",
    // A text whose hash does not fit is named by O3; what it says is not read here.
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with placed as (
          select document_id, issuer_id, type, year, number, number_text, issued_on,
            row_number() over (partition by issuer_id, type, year order by number) as place,
            lag(issued_on) over (partition by issuer_id, type order by year, number) as before,
            lead(number) over (partition by issuer_id, type order by year, number) is null as is_last
          from documents
        ), read as materialized (
          select d.document_id, d.issuer_id, d.type, d.year, d.number, d.number_text, d.reference_key, d.recipient_id, d.issued_on, d.currency, d.net,
            d.tax, d.total, said.number is not null as is_read, said.type as said_type, said.number as said_number, said.issued_on as said_issued_on,
            said.due_on as said_due_on, said.currency as said_currency, said.net as said_net, said.tax as said_tax, said.total as said_total
          from documents d
            -- Each text is read once.
            left join lateral json_to_record(case when sha256(convert_to(d.text, 'UTF8')) = d.hash then d.text::json end)
              as said (type text, number text, issued_on text, due_on text, currency text, net text, tax text, total text) on true
        ), nouns as (
          select 'invoice' as type, invoice_id as document_id, seller_id as issuer_id, company_id as recipient_id, number_text, issued_on, due_on,
            currency, net, tax, total
          from invoices
          union all
          select 'credit_note', credit_note_id, seller_id, company_id, number_text, issued_on, null, currency, net, tax, total from credit_notes
          union all
          select 'commission_invoice', commission_invoice_id, null, seller_id, null, null, null, currency, net, tax, net + tax
          from commission_statements
          where commission_invoice_id is not null
        ), broken as (
          select type, document_id as id, format('is number %s of %s, and number %s of its year', number, year, place) as detail
          from placed
          where number <> place
          union all
          select type, document_id, format('is of %s, the one before of %s', issued_on, before)
          from placed
          where issued_on < before
          union all
          select type, document_id, format('is the last, number %s of %s, its series stands at number %s of %s', number, issued_on,
            series.last_number, series.last_day)
          from placed
            left join document_series series using (issuer_id, type)
          where is_last and (series.year, series.last_number, series.last_day) is distinct from (placed.year, placed.number, placed.issued_on)
          union all
          select type, document_id, format('is called %s (%s), and is number %s of %s', number_text, reference_key, number, year)
          from read
          where number_text not like '%-' || year || '-' || case type when 'credit_note' then 'C' else '' end
              || case when number < 1000000 then lpad(number::text, 6, '0') else number::text end
            or reference_key <> regexp_replace(number_text, '[^A-Za-z0-9]', '', 'g')
          union all
          select type, document_id, format('%s of %s: %s with net %s and tax %s %s; its text says %s %s of %s: %s with net %s and tax %s %s', number_text,
            issued_on, total, net, tax, currency, said_type, said_number, said_issued_on, said_total, said_net, said_tax, said_currency)
          from read
          where is_read
            and (type, number_text, issued_on::text, total::text, net::text, tax::text, currency) is distinct from
              (said_type, said_number, said_issued_on, said_total, said_net, said_tax, said_currency)
          union all
          select coalesce(read.type, nouns.type), coalesce(read.document_id, nouns.document_id), format('%s of %s for %s: %s with tax %s %s, due on %s; recorded as %s of %s for %s: %s with tax %s %s, due on %s',
            read.number_text, read.issued_on, read.recipient_id, read.total, read.tax, read.currency, read.said_due_on, nouns.number_text,
            nouns.issued_on, nouns.recipient_id, nouns.total, nouns.tax, nouns.currency, nouns.due_on)
          from read
            full join nouns using (type, document_id)
          where (read.recipient_id, read.total, read.net, read.tax, read.currency)
              is distinct from (nouns.recipient_id, nouns.total, nouns.net, nouns.tax, nouns.currency)
            or nouns.type <> 'commission_invoice'
              and (read.issuer_id, read.number_text, read.issued_on) is distinct from (nouns.issuer_id, nouns.number_text, nouns.issued_on)
            or nouns.type = 'invoice' and read.is_read and read.said_due_on is distinct from nouns.due_on::text
        )
        select array[case type when 'credit_note' then 'creditNote' when 'commission_invoice' then 'commissionInvoice' else type end] as kinds,
          array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
  {
    number: "M6",
    sentence:
      "Each parcel that left, and is no replacement, has its invoice; of each line, freight and tax group is invoiced what was shipped, and nothing is open once all is shipped; what is credited of an invoice is what its credit notes say, no more than it has, and what is left to credit is the rest.",
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with parcels as (
          select s.seller_id, s.shipment_id, s.order_id, s.company_id, o.checkout_id, o.currency
          from shipments s
            join orders o on o.seller_id = s.seller_id and o.order_id = s.order_id
          where s.shipped_at is not null and s.replaces is null
        ), invoiced_lines as (
          select i.seller_id, i.order_id, l.order_line, sum(l.quantity) as quantity, sum(l.net) as net
          from invoices i
            join invoice_lines l on l.seller_id = i.seller_id and l.invoice_id = i.invoice_id
          group by i.seller_id, i.order_id, l.order_line
        ), invoiced_groups as (
          select i.seller_id, i.order_id, g.tax_category, g.tax_rate_ppm, sum(g.net) as net, sum(g.tax) as tax
          from invoices i
            join invoice_tax_groups g on g.seller_id = i.seller_id and g.invoice_id = i.invoice_id
          group by i.seller_id, i.order_id, g.tax_category, g.tax_rate_ppm
        ), shipped_groups as (
          select seller_id, order_id, tax_category, tax_rate_ppm, sum(shipped_net) as net,
            sum(div(shipped_net::numeric * tax_rate_ppm + 500000, 1000000)) as tax
          from order_tax_groups
          group by seller_id, order_id, tax_category, tax_rate_ppm
        ), charged_freight as (
          select seller_id, order_id, sum(charged) as net
          from order_freight
          group by seller_id, order_id
        ), line_sums as (
          select seller_id, invoice_id, sum(net) as net, sum(credited_net) as credited_net
          from invoice_lines
          group by seller_id, invoice_id
        ), group_sums as (
          select seller_id, invoice_id, sum(net) as net, sum(tax) as tax, sum(credited_net) as credited_net, sum(credited_tax) as credited_tax
          from invoice_tax_groups
          group by seller_id, invoice_id
        ), notes as materialized (
          select n.seller_id, n.invoice_id, case when sha256(convert_to(d.text, 'UTF8')) = d.hash then d.text::json end as said
          from credit_notes n
            join documents d on d.issuer_id = n.seller_id and d.document_id = n.credit_note_id
        ), unreadable as (
          select distinct seller_id, invoice_id from notes where said is null
        ), rests as (
          -- Of its gross the rest has given as much as its drawn units are worth, and of its discount as much as of its gross.
          select l.seller_id, l.invoice_id, l.line, l.order_line, l.quantity, l.credited, l.rest_quantity - l.rest_drawn as units, l.net, l.credited_net,
            l.rest_gross - given.gross - (l.rest_discount - coalesce(div(l.rest_discount * given.gross, nullif(l.rest_gross, 0)), 0)) as worth
          from invoice_lines l
            cross join lateral (
              select case when l.rest_quantity = 0 then l.rest_gross else div(l.rest_gross::numeric * l.rest_drawn, l.rest_quantity) end as gross) given
        ), broken as (
          select 'shipment' as kind, coalesce(p.shipment_id, i.shipment_id) as id,
            case
              when i.invoice_id is null then 'left without an invoice'
              when p.shipment_id is null then format('has invoice %s, and has not left or replaces another', i.number_text)
              else format('is of order %s of %s in %s; its invoice of order %s of %s in %s', p.order_id, p.company_id, p.currency, i.order_id,
                i.company_id, i.currency)
            end as detail
          from parcels p
            full join invoices i using (seller_id, shipment_id)
          where (p.order_id, p.company_id, p.checkout_id, p.currency) is distinct from (i.order_id, i.company_id, i.checkout_id, i.currency)
          union all
          select 'order', coalesce(l.order_id, i.order_id), format('line %s: %s units of net %s are shipped, invoiced %s of net %s', coalesce(l.line_number, i.order_line),
            l.shipped, l.shipped_net, i.quantity, i.net)
          from order_lines l
            full join (select * from invoiced_lines where order_line is not null) i
              on i.seller_id = l.seller_id and i.order_id = l.order_id and i.order_line = l.line_number
          where coalesce(l.shipped, 0) <> coalesce(i.quantity, 0) or coalesce(l.shipped_net, 0) <> coalesce(i.net, 0)
          union all
          select 'order', o.order_id, format('is %s, and of line %s %s of %s units are neither invoiced nor cancelled', o.state, l.line_number,
            l.quantity - l.cancelled - coalesce(i.quantity, 0), l.quantity)
          from orders o
            join order_lines l on l.seller_id = o.seller_id and l.order_id = o.order_id
            left join invoiced_lines i on i.seller_id = l.seller_id and i.order_id = l.order_id and i.order_line = l.line_number
          where o.state in ('shipped', 'delivered', 'completed') and l.quantity <> l.cancelled + coalesce(i.quantity, 0)
            or l.quantity < l.cancelled + coalesce(i.quantity, 0)
          union all
          select 'order', coalesce(f.order_id, i.order_id), format('freight of %s is charged, invoiced %s', f.net, i.net)
          from charged_freight f
            full join (select * from invoiced_lines where order_line is null) i on i.seller_id = f.seller_id and i.order_id = f.order_id
          where coalesce(f.net, 0) <> coalesce(i.net, 0)
          union all
          select 'order', coalesce(s.order_id, i.order_id), format('%s at %s ppm: net %s with tax %s is shipped, invoiced %s with tax %s', coalesce(s.tax_category, i.tax_category),
            coalesce(s.tax_rate_ppm, i.tax_rate_ppm), s.net, s.tax, i.net, i.tax)
          from shipped_groups s
            full join invoiced_groups i on i.seller_id = s.seller_id and i.order_id = s.order_id and i.tax_category = s.tax_category
              and i.tax_rate_ppm = s.tax_rate_ppm
          where coalesce(s.net, 0) <> coalesce(i.net, 0) or coalesce(s.tax, 0) <> coalesce(i.tax, 0)
          union all
          select 'invoice', i.invoice_id, format('net %s, tax %s, credited %s; its lines %s, credited %s; its tax groups %s, %s, credited %s and %s', i.net,
            i.tax, i.credited, l.net, l.credited_net, g.net, g.tax, g.credited_net, g.credited_tax)
          from invoices i
            left join line_sums l on l.seller_id = i.seller_id and l.invoice_id = i.invoice_id
            left join group_sums g on g.seller_id = i.seller_id and g.invoice_id = i.invoice_id
          where (i.net, i.net, i.tax, i.credited) is distinct from (l.net, g.net, g.tax, g.credited_net + g.credited_tax)
            or l.credited_net is distinct from g.credited_net or g.credited_net > i.net or g.credited_tax > i.tax
          union all
          select 'invoice', invoice_id, format('of line %s %s is credited, its credit notes say %s', nullif(order_line, 0), sum(credited), sum(noted))
          from (
            select seller_id, invoice_id, coalesce(order_line, 0) as order_line, credited_net as credited, 0 as noted
            from invoice_lines
            where credited_net > 0
            union all
            select notes.seller_id, notes.invoice_id, coalesce(line.order_line, 0), 0, line.net
            from notes
              cross join lateral json_to_recordset(notes.said -> 'lines') as line (order_line integer, net bigint)) parts
            left join unreadable using (seller_id, invoice_id)
          where unreadable.invoice_id is null
          group by seller_id, invoice_id, order_line
          having sum(credited) <> sum(noted)
          union all
          select 'invoice', invoice_id, format('of line %s %s of %s units are credited, and %s of net %s; left to credit are %s units of net %s', line,
            credited, quantity, credited_net, net, units, worth)
          from rests
          where order_line is not null and credited <> quantity - units or credited_net <> net - worth
          union all
          select 'invoice', invoice_id, format('of %s at %s ppm net %s with tax %s is credited, its credit notes say %s with tax %s', tax_category,
            tax_rate_ppm, sum(net), sum(tax), sum(noted_net), sum(noted_tax))
          from (
            select seller_id, invoice_id, tax_category, tax_rate_ppm, credited_net as net, credited_tax as tax, 0 as noted_net, 0 as noted_tax
            from invoice_tax_groups
            where credited_net > 0 or credited_tax > 0
            union all
            select notes.seller_id, notes.invoice_id, tax_group.category, tax_group.rate_ppm, 0, 0, tax_group.net, tax_group.tax
            from notes
              cross join lateral json_to_recordset(notes.said -> 'tax_groups') as tax_group (category text, rate_ppm integer, net bigint, tax bigint)) parts
            left join unreadable using (seller_id, invoice_id)
          where unreadable.invoice_id is null
          group by seller_id, invoice_id, tax_category, tax_rate_ppm
          having sum(net) <> sum(noted_net) or sum(tax) <> sum(noted_tax)
        )
        select array[kind] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
];
