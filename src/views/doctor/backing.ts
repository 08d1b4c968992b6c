import { sql } from "../../platform/db/index.ts";
import type { FoundRow, Invariant } from "./invariant.ts";

/** That somebody stands for what sellers are to send. */
export const backingInvariants: readonly Invariant[] = [
  {
    number: "O4",
    sentence:
      "What is neither invoiced nor cancelled of an order, from when it is confirmed to its last shipment, is backed by funds of its checkout or by credit that is used for it, or the order is stopped; what an amendment added to its tax may be missing.",
    // Funds are a checkout's and credit is a company's: several orders are backed together, and those that are stopped need nothing. A
    // checkout that is short is told by each of its orders.
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with invoiced as (
          select seller_id, order_id, sum(total) as total
          from invoices
          group by seller_id, order_id
        ), owing as (
          select o.seller_id, o.order_id, o.company_id, o.checkout_id, o.currency, c.payment_method,
            o.total + o.amended - o.cancelled - coalesce(invoiced.total, 0) as amount, greatest(o.amended, 0) as added
          from orders o
            join checkouts c on c.company_id = o.company_id and c.checkout_id = o.checkout_id
            join sellers s on s.seller_id = o.seller_id
            join companies company on company.company_id = o.company_id
            left join invoiced on invoiced.seller_id = o.seller_id and invoiced.order_id = o.order_id
            left join (select distinct subject_id from holds where released_at is null) by_order on by_order.subject_id = o.order_id
            left join (select distinct subject_id from holds where released_at is null) by_seller on by_seller.subject_id = o.seller_id
            left join (select distinct subject_id from holds where released_at is null) by_company on by_company.subject_id = o.company_id
          where o.state in ('confirmed', 'accepted', 'partially_shipped') and s.suspension is distinct from 'hold'
            and s.suspension is distinct from 'cancel' and company.suspension is distinct from 'hold' and company.suspension is distinct from 'cancel'
            and by_order.subject_id is null and by_seller.subject_id is null and by_company.subject_id is null
        ), of_checkouts as (
          select company_id, checkout_id, currency, sum(amount) as amount, sum(added) as added
          from owing
          where payment_method = 'bank_transfer'
          group by company_id, checkout_id, currency
        ), of_companies as (
          select company_id, currency, sum(amount) as amount
          from owing
          where payment_method = 'on_account'
          group by company_id, currency
        ), broken as (
          select 'order' as kind, owing.order_id as id, format('%s %s of its checkout are to be shipped, %s of it added by amendments; %s is paid beforehand and left',
            need.amount, need.currency, need.added, coalesce(f.received - f.used, 0)) as detail
          from of_checkouts need
            join owing on owing.company_id = need.company_id and owing.checkout_id = need.checkout_id
            left join company_funds f on f.company_id = need.company_id and f.checkout_id = need.checkout_id and f.currency = need.currency
          where need.amount - need.added > coalesce(f.received - f.used, 0)
          union all
          select 'company', need.company_id, format('%s %s of its orders on account are to be shipped, %s of credit is used', need.amount, need.currency,
            coalesce(account.used, 0))
          from of_companies need
            left join credit_accounts account on account.company_id = need.company_id and account.currency = need.currency
          where need.amount > coalesce(account.used, 0)
        )
        select array[kind] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
];
