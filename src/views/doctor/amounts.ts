import { sql } from "../../platform/db/index.ts";
import type { FoundRow, Invariant } from "./invariant.ts";

/** What was agreed: lines, tax groups, orders and checkouts add up, and the snapshots are what was written. */
export const amountInvariants: readonly Invariant[] = [
  {
    number: "O2",
    sentence:
      "Lines add up to tax groups, these to orders and these to checkouts, cancelled amounts likewise, and snapshots say the same numbers.",
    // A snapshot whose hash does not fit is named by O3; what it says is not read here.
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with agreed as materialized (
          select seller_id, order_id, net, tax, total, currency,
            case when sha256(convert_to(snapshot, 'UTF8')) = snapshot_hash then snapshot::jsonb end as said
          from orders
        ), line_sums as (
          select seller_id, order_id, count(*) as lines, sum(quantity) as quantity, sum(cancelled) as cancelled
          from order_lines
          group by seller_id, order_id
        ), line_groups as (
          select seller_id, order_id, tax_category, tax_code, tax_rate_ppm, sum(net) as net
          from order_lines
          group by seller_id, order_id, tax_category, tax_code, tax_rate_ppm
        ), group_sums as (
          select seller_id, order_id, sum(net) as net, sum(tax) as tax
          from order_tax_groups
          group by seller_id, order_id
        ), order_sums as (
          select company_id, checkout_id, sum(net) as net, sum(tax) as tax, sum(total) as total, sum(cancelled) as cancelled,
            min(currency) as currency, max(currency) as other_currency
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
          select 'order', order_id, format('%s at %s ppm: lines have net %s, the tax group net %s and tax %s', tax_category, tax_rate_ppm,
            line_groups.net, tax_group.net, tax_group.tax)
          from line_groups
            full join order_tax_groups tax_group using (seller_id, order_id, tax_category, tax_code, tax_rate_ppm)
          where line_groups.net is distinct from tax_group.net
            or tax_group.tax <> div(tax_group.net::numeric * tax_rate_ppm + 500000, 1000000)
          union all
          select 'order', o.order_id, format('net %s, tax %s, total %s, %s lines; its tax groups have net %s and tax %s, it has %s lines',
            o.net, o.tax, o.total, o.line_count, group_sums.net, group_sums.tax, line_sums.lines)
          from orders o
            left join group_sums on group_sums.seller_id = o.seller_id and group_sums.order_id = o.order_id
            left join line_sums on line_sums.seller_id = o.seller_id and line_sums.order_id = o.order_id
          where o.net is distinct from group_sums.net or o.tax is distinct from group_sums.tax or o.total <> o.net + o.tax
            or o.line_count is distinct from line_sums.lines
          union all
          select 'order', o.order_id, format('is %s with %s of %s cancelled, and %s of the %s units of its lines', o.state, o.cancelled, o.total,
            line_sums.cancelled, line_sums.quantity)
          from orders o
            join line_sums on line_sums.seller_id = o.seller_id and line_sums.order_id = o.order_id
          where o.cancelled <> case when o.state in ('cancelled', 'expired') then o.total else 0 end
            or line_sums.cancelled <> case when o.state in ('cancelled', 'expired') then line_sums.quantity else 0 end
          union all
          select 'checkout', c.checkout_id, format('%s: net %s, tax %s, total %s, cancelled %s; its orders %s, %s, %s, %s', c.currency,
            c.net, c.tax, c.total, c.cancelled, order_sums.net, order_sums.tax, order_sums.total, order_sums.cancelled)
          from checkouts c
            left join order_sums on order_sums.company_id = c.company_id and order_sums.checkout_id = c.checkout_id
          where c.net is distinct from order_sums.net or c.tax is distinct from order_sums.tax or c.total is distinct from order_sums.total
            or c.cancelled is distinct from order_sums.cancelled
            or c.currency is distinct from order_sums.currency or c.currency is distinct from order_sums.other_currency
          union all
          select 'order', order_id, format('net %s, tax %s, total %s %s; its snapshot says %s, %s, %s %s', net, tax, total, currency,
            said ->> 'net', said ->> 'tax', said ->> 'total', said ->> 'currency')
          from agreed
          where said is not null
            and (said -> 'net' is distinct from to_jsonb(net) or said -> 'tax' is distinct from to_jsonb(tax)
              or said -> 'total' is distinct from to_jsonb(total) or said ->> 'currency' is distinct from currency)
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
          from order_tax_groups tax_group
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
    sentence: "Each snapshot has the hash that was taken when it was written.",
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with snapshots as (
          select 'checkout' as kind, checkout_id as id, snapshot, snapshot_hash from checkouts
          union all
          select 'order', order_id, snapshot, snapshot_hash from orders
        )
        select array[kind] as kinds, array[id] as ids, 'its snapshot is not what was hashed' as detail, (count(*) over ())::integer as found
        from snapshots
        where sha256(convert_to(snapshot, 'UTF8')) <> snapshot_hash
        order by ids
        limit 1000`),
  },
];
