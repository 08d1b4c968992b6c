import { sql } from "../../platform/db/index.ts";
import type { FoundRow, Invariant } from "./invariant.ts";

/** What was agreed: lines, tax groups, orders and checkouts add up, and the snapshots are what was written. */
export const amountInvariants: readonly Invariant[] = [
  {
    number: "O2",
    sentence:
      "Lines and freight add up to tax groups, these to orders and these to checkouts; what was shipped, cancelled and amended of them is their parts, and snapshots say the same numbers.",
    // A snapshot whose hash does not fit is named by O3; what it says is not read here.
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with agreed as materialized (
          select seller_id, order_id, freight, net, tax, total, currency,
            case when sha256(convert_to(snapshot, 'UTF8')) = snapshot_hash then snapshot::jsonb end as said
          from orders
        ), line_sums as (
          select seller_id, order_id, count(*) as lines, sum(quantity) as quantity, sum(packed) as packed, sum(shipped) as shipped,
            sum(cancelled) as cancelled
          from order_lines
          group by seller_id, order_id
        ), line_groups as (
          select seller_id, order_id, tax_category, tax_code, tax_rate_ppm, sum(net) as net, sum(shipped_net) as shipped_net,
            sum(cancelled_net) as cancelled_net
          from (
            select seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net, shipped_net, cancelled_net from order_lines
            union all
            select seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net, charged, cancelled from order_freight) parts
          group by seller_id, order_id, tax_category, tax_code, tax_rate_ppm
        ), placed_groups as (
          select seller_id, order_id, tax_category, max(tax_code) filter (where amendment = 0) as tax_code,
            max(tax_rate_ppm) filter (where amendment = 0) as tax_rate_ppm, max(net) filter (where amendment = 0) as net,
            max(tax) filter (where amendment = 0) as tax, sum(shipped_net) as shipped_net, sum(cancelled_net) as cancelled_net
          from order_tax_groups
          group by seller_id, order_id, tax_category
        ), amended_sums as (
          select seller_id, order_id, sum(to_tax - from_tax) as tax
          from order_tax_amendments
          group by seller_id, order_id
        ), group_sums as (
          select seller_id, order_id, sum(net) filter (where amendment = 0) as net, sum(tax) filter (where amendment = 0) as tax,
            sum(cancelled_net + tax - div((net - cancelled_net)::numeric * tax_rate_ppm + 500000, 1000000)) as cancelled
          from order_tax_groups
          group by seller_id, order_id
        ), freight_sums as (
          select seller_id, order_id, sum(net) as net
          from order_freight
          group by seller_id, order_id
        ), line_parts as (
          select line.*, div(gross::numeric * (shipped + cancelled), quantity) as drawn_gross from order_lines line
        ), cancelled_lines as (
          select c.seller_id, c.order_id, l.line_number, sum(l.quantity) as quantity, sum(l.net) as net
          from order_cancellations c
            join order_cancellation_lines l using (seller_id, cancellation_id)
          group by c.seller_id, c.order_id, l.line_number
        ), sent_lines as (
          select s.seller_id, s.order_id, l.line_number, sum(l.net) as net
          from shipments s
            join shipment_lines l using (seller_id, shipment_id)
          where s.shipped_at is not null
          group by s.seller_id, s.order_id, l.line_number
        ), cancelled_sums as (
          select seller_id, order_id, sum(amount) as amount
          from order_cancellations
          group by seller_id, order_id
        ), order_sums as (
          select company_id, checkout_id, sum(net) as net, sum(tax) as tax, sum(total) as total, sum(cancelled) as cancelled,
            sum(amended) as amended, min(currency) as currency, max(currency) as other_currency
          from orders
          group by company_id, checkout_id
        ), said_lines as (
          select a.order_id, said_line.*
          from agreed a
            cross join lateral jsonb_to_recordset(a.said -> 'lines') as said_line (
              line_number integer, quantity integer, unit_price bigint, price_per integer, gross bigint, discount bigint, net bigint, tax jsonb)
        ), said_groups as (
          select a.order_id, said_group.*
          from agreed a
            cross join lateral jsonb_to_recordset(a.said -> 'tax_groups') as said_group (
              category text, code text, rate_ppm integer, net bigint, tax bigint)
        ), broken as (
          select 'order' as kind, order_id as id, format('line %s: %s units at %s for %s make gross %s, discount %s, net %s',
            line_number, quantity, unit_price, price_per, gross, discount, net) as detail
          from order_lines
          where gross <> div(unit_price::numeric * quantity * 2 + price_per, price_per::numeric * 2) or net <> gross - discount
          union all
          select 'order', order_id, format('line %s: of %s units %s are packed, %s shipped and %s cancelled; of net %s, %s is shipped and %s cancelled',
            line_number, quantity, packed, shipped, cancelled, net, shipped_net, cancelled_net)
          from line_parts
          where packed < 0 or shipped < 0 or cancelled < 0 or packed::bigint + shipped + cancelled > quantity
            or shipped_net + cancelled_net <> drawn_gross - case when gross = 0 then 0 else div(discount * drawn_gross, gross) end
            or shipped = 0 and shipped_net <> 0 or cancelled = 0 and cancelled_net <> 0
          union all
          select 'order', order_id, format('line %s: units of net %s are shipped, its shipments are worth %s', line_number,
            coalesce(line.shipped_net, 0), coalesce(sent.net, 0))
          from order_lines line
            full join sent_lines sent using (seller_id, order_id, line_number)
          where coalesce(line.shipped_net, 0) <> coalesce(sent.net, 0)
          union all
          select 'order', order_id, format('line %s: %s units of net %s are cancelled, its cancellations have %s of net %s', line_number,
            coalesce(line.cancelled, 0), coalesce(line.cancelled_net, 0), coalesce(gone.quantity, 0), coalesce(gone.net, 0))
          from order_lines line
            full join cancelled_lines gone using (seller_id, order_id, line_number)
          where coalesce(line.cancelled, 0) <> coalesce(gone.quantity, 0) or coalesce(line.cancelled_net, 0) <> coalesce(gone.net, 0)
          union all
          select 'order', order_id, format('%s at %s ppm: lines and freight have net %s, %s of it shipped and %s cancelled; the tax group %s, %s, %s and tax %s',
            tax_category, tax_rate_ppm, line_groups.net, line_groups.shipped_net, line_groups.cancelled_net, tax_group.net, tax_group.shipped_net,
            tax_group.cancelled_net, tax_group.tax)
          from line_groups
            full join placed_groups tax_group using (seller_id, order_id, tax_category, tax_code, tax_rate_ppm)
          where (line_groups.net, line_groups.shipped_net, line_groups.cancelled_net)
              is distinct from (tax_group.net, tax_group.shipped_net, tax_group.cancelled_net)
          union all
          select 'order', g.order_id, format('%s, amendment %s: the group has net %s and tax %s, of it %s shipped, %s cancelled, %s amended; amendments made %s with tax %s and moved %s with tax %s',
            g.tax_category, g.amendment, g.net, g.tax, g.shipped_net, g.cancelled_net, g.amended_net, made.net, made.to_tax, moved.net, moved.from_tax)
          from order_tax_groups g
            left join order_tax_amendments made on made.seller_id = g.seller_id and made.order_id = g.order_id
              and made.tax_category = g.tax_category and made.number = g.amendment
            left join order_tax_amendments moved on moved.seller_id = g.seller_id and moved.order_id = g.order_id
              and moved.tax_category = g.tax_category and moved.amends = g.amendment
          where g.amendment > 0 and (made.net, made.to_code, made.to_rate_ppm, made.to_tax) is distinct from (g.net, g.tax_code, g.tax_rate_ppm, g.tax)
            or g.tax <> div(g.net::numeric * g.tax_rate_ppm + 500000, 1000000)
            or g.amended_net <> coalesce(moved.net, 0)
            or moved.net <> g.net - g.shipped_net - g.cancelled_net
            or (moved.from_code, moved.from_rate_ppm) <> (g.tax_code, g.tax_rate_ppm)
            or moved.from_tax <> div((g.net - g.cancelled_net)::numeric * g.tax_rate_ppm + 500000, 1000000)
              - div(g.shipped_net::numeric * g.tax_rate_ppm + 500000, 1000000)
          union all
          select 'order', o.order_id, format('net %s, tax %s, total %s, %s lines; its tax groups have net %s and tax %s, it has %s lines',
            o.net, o.tax, o.total, o.line_count, group_sums.net, group_sums.tax, line_sums.lines)
          from orders o
            left join group_sums on group_sums.seller_id = o.seller_id and group_sums.order_id = o.order_id
            left join line_sums on line_sums.seller_id = o.seller_id and line_sums.order_id = o.order_id
          where o.net is distinct from group_sums.net or o.tax is distinct from group_sums.tax or o.total <> o.net + o.tax
            or o.line_count is distinct from line_sums.lines
          union all
          select 'order', o.order_id, format('%s of %s is cancelled; its tax groups have %s cancelled, its cancellations %s', o.cancelled, o.total,
            group_sums.cancelled, coalesce(cancelled_sums.amount, 0))
          from orders o
            join group_sums on group_sums.seller_id = o.seller_id and group_sums.order_id = o.order_id
            left join cancelled_sums on cancelled_sums.seller_id = o.seller_id and cancelled_sums.order_id = o.order_id
          where o.cancelled <> group_sums.cancelled or o.cancelled <> coalesce(cancelled_sums.amount, 0)
          union all
          select 'order', o.order_id, format('its tax is amended by %s, its amendments by %s', o.amended, coalesce(amended_sums.tax, 0))
          from orders o
            left join amended_sums on amended_sums.seller_id = o.seller_id and amended_sums.order_id = o.order_id
          where o.amended <> coalesce(amended_sums.tax, 0)
          union all
          select 'order', o.order_id, format('is %s with %s of its %s units packed, %s shipped and %s cancelled', o.state, line_sums.packed,
            line_sums.quantity, line_sums.shipped, line_sums.cancelled)
          from orders o
            join line_sums on line_sums.seller_id = o.seller_id and line_sums.order_id = o.order_id
          where not case
              when o.state in ('cancelled', 'expired', 'rejected') then line_sums.cancelled = line_sums.quantity
              when o.state in ('reserved', 'confirmed') then line_sums.cancelled < line_sums.quantity and line_sums.shipped + line_sums.packed = 0
              when o.state = 'accepted' then line_sums.cancelled < line_sums.quantity and line_sums.shipped = 0
              when o.state = 'partially_shipped' then line_sums.shipped > 0 and line_sums.shipped + line_sums.cancelled < line_sums.quantity
              else line_sums.shipped > 0 and line_sums.shipped + line_sums.cancelled = line_sums.quantity
            end
          union all
          select 'order', o.order_id, format('has freight of %s, its parts sum to %s', o.freight, coalesce(freight_sums.net, 0))
          from orders o
            left join freight_sums on freight_sums.seller_id = o.seller_id and freight_sums.order_id = o.order_id
          where o.freight <> coalesce(freight_sums.net, 0)
          union all
          select 'order', o.order_id, format('%s freight of %s at %s ppm: %s is charged and %s cancelled; %s of its %s units are shipped, %s cancelled',
            o.freight_kind, f.net, f.tax_rate_ppm, f.charged, f.cancelled, line_sums.shipped, line_sums.quantity, line_sums.cancelled)
          from orders o
            join order_freight f on f.seller_id = o.seller_id and f.order_id = o.order_id
            join line_sums on line_sums.seller_id = o.seller_id and line_sums.order_id = o.order_id
          where case o.freight_kind
              when 'whole' then f.charged <> case when line_sums.shipped > 0 then f.net else 0 end
                or f.cancelled <> case when line_sums.cancelled = line_sums.quantity then f.net else 0 end
              else f.charged + f.cancelled <> div(f.net * (line_sums.shipped + line_sums.cancelled), line_sums.quantity)
            end
          union all
          select 'checkout', c.checkout_id, format('%s: net %s, tax %s, total %s, cancelled %s, amended %s; its orders %s, %s, %s, %s, %s', c.currency,
            c.net, c.tax, c.total, c.cancelled, c.amended, order_sums.net, order_sums.tax, order_sums.total, order_sums.cancelled,
            order_sums.amended)
          from checkouts c
            left join order_sums on order_sums.company_id = c.company_id and order_sums.checkout_id = c.checkout_id
          where c.net is distinct from order_sums.net or c.tax is distinct from order_sums.tax or c.total is distinct from order_sums.total
            or c.cancelled is distinct from order_sums.cancelled or c.amended is distinct from order_sums.amended
            or c.currency is distinct from order_sums.currency or c.currency is distinct from order_sums.other_currency
          union all
          select 'order', order_id, format('net %s, tax %s, total %s %s; its snapshot says %s, %s, %s %s', net, tax, total, currency,
            said ->> 'net', said ->> 'tax', said ->> 'total', said ->> 'currency')
          from agreed
          where said is not null
            and (said -> 'net' is distinct from to_jsonb(net) or said -> 'tax' is distinct from to_jsonb(tax)
              or said -> 'total' is distinct from to_jsonb(total) or said ->> 'currency' is distinct from currency
              or said -> 'freight' -> 'net' <> to_jsonb(freight))
          union all
          select 'order', line.order_id, format('line %s: its snapshot says %s', line.line_number, to_jsonb(said_line) - 'order_id')
          from order_lines line
            join agreed on agreed.seller_id = line.seller_id and agreed.order_id = line.order_id and agreed.said is not null
            full join said_lines said_line on said_line.order_id = line.order_id and said_line.line_number = line.line_number
          where (line.quantity, line.unit_price, line.price_per, line.gross, line.discount, line.net, line.tax_category, line.tax_code)
              is distinct from (said_line.quantity, said_line.unit_price, said_line.price_per, said_line.gross, said_line.discount,
                said_line.net, said_line.tax ->> 'category', said_line.tax ->> 'code')
            or to_jsonb(line.tax_rate_ppm) is distinct from said_line.tax -> 'rate_ppm'
          union all
          select 'order', tax_group.order_id, format('%s at %s ppm: its snapshot says %s', tax_group.tax_category, tax_group.tax_rate_ppm,
            to_jsonb(said_group) - 'order_id')
          from (select * from order_tax_groups where amendment = 0) tax_group
            join agreed on agreed.seller_id = tax_group.seller_id and agreed.order_id = tax_group.order_id and agreed.said is not null
            full join said_groups said_group on said_group.order_id = tax_group.order_id and said_group.category = tax_group.tax_category
              and said_group.rate_ppm = tax_group.tax_rate_ppm
          where (tax_group.tax_code, tax_group.net, tax_group.tax) is distinct from (said_group.code, said_group.net, said_group.tax)
        )
        select array[kind] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
  {
    number: "O3",
    sentence: "Each snapshot, document and agreement about commission has the hash that was taken when it was written.",
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with snapshots as (
          select 'checkout' as kind, checkout_id as id, snapshot, snapshot_hash from checkouts
          union all
          select 'order', order_id, snapshot, snapshot_hash from orders
          union all
          select 'order', order_id, terms, terms_hash from order_commissions
          union all
          select case type when 'credit_note' then 'creditNote' when 'commission_invoice' then 'commissionInvoice' else type end, document_id, text, hash
          from documents
        )
        select array[kind] as kinds, array[id] as ids, 'its text is not what was hashed' as detail, (count(*) over ())::integer as found
        from snapshots
        where sha256(convert_to(snapshot, 'UTF8')) <> snapshot_hash
        order by ids
        limit 1000`),
  },
];
