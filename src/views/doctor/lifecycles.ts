import { paymentDeadline } from "../../modules/checkouts/index.ts";
import { companySweepDeadline } from "../../modules/companies/index.ts";
import { invoiceReminderDeadline } from "../../modules/invoices/index.ts";
import { orderDeadlineKinds, shipmentDeadlineKinds } from "../../modules/orders/index.ts";
import { sellerSweepDeadline } from "../../modules/sellers/index.ts";
import { sql } from "../../platform/db/index.ts";
import type { FoundRow, Invariant } from "./invariant.ts";

/** Where checkouts and orders are, how they came there and what they wait for. */
export const lifecycleInvariants: readonly Invariant[] = [
  {
    number: "O1",
    sentence:
      "A history begins at birth, each step is an edge that begins where the one before ended, and the last ends in the current state; an order is delivered when its parcels are dealt with, and an invoice is where its settlements have brought it.",
    // Versions also count what is no step: a checkout's its orders' cancelled units, an order's its units that are packed or cancelled. A
    // shipment's counts its steps alone.
    // A question about an order is asked and ends, and has no history beside its row; an invoice's settlements are its history.
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with steps as (
          select 'checkout' as machine, checkout_id as id, version, from_state, event, to_state,
            lag(to_state, 1, '') over history as before, lead(version) over history is null as is_last
          from checkout_history
          window history as (partition by company_id, checkout_id order by version)
          union all
          select 'order', order_id, version, from_state, event, to_state,
            lag(to_state, 1, '') over history, lead(version) over history is null
          from order_history
          window history as (partition by seller_id, order_id order by version)
          union all
          select 'seller', seller_id, version, from_state, event, to_state,
            lag(to_state, 1, '') over history, lead(version) over history is null
          from seller_history
          window history as (partition by seller_id order by version)
          union all
          select 'company', company_id, version, from_state, event, to_state,
            lag(to_state, 1, '') over history, lead(version) over history is null
          from company_history
          window history as (partition by company_id order by version)
          union all
          select 'shipment', shipment_id, version, from_state, event, to_state,
            lag(to_state, 1, '') over history, lead(version) over history is null
          from shipment_history
          window history as (partition by seller_id, shipment_id order by version)
        ), subjects as (
          select 'checkout' as machine, checkout_id as id, state, version from checkouts
          union all
          select 'order', order_id, state, version from orders
          union all
          -- Who traded before lives were told has no history.
          select 'seller', seller_id, state, version from sellers where seller_id in (select seller_id from seller_history)
          union all
          select 'company', company_id, state, version from companies where company_id in (select company_id from company_history)
          union all
          select 'shipment', shipment_id, state, version from shipments
        ), broken as (
          select machine, id, format('version %s begins in "%s", the step before ended in "%s"', version, from_state, before) as detail
          from steps
          where from_state <> before
          union all
          select machine, id, format('version %s: "%s" from "%s" to "%s" is no edge', version, event, from_state, to_state)
          from steps
            left join lifecycle_edges edge using (machine, from_state, event, to_state)
          where edge.machine is null
          union all
          select machine, id, format('is "%s" at version %s, its history ends in "%s" at version %s', subjects.state, subjects.version,
            coalesce(last.to_state, ''), coalesce(last.version, 0))
          from subjects
            left join (select * from steps where is_last) last using (machine, id)
          where last.to_state is distinct from subjects.state
            or last.version > subjects.version
            or machine = 'shipment' and last.version <> subjects.version
          union all
          select 'order', o.order_id, format('is "%s" and %s', o.state,
            case when about.parcels > 0 then 'has parcels that are to be dealt with' else 'all its parcels are dealt with' end)
          from orders o
            cross join lateral (
              select count(*) as parcels
              from shipments s
              where s.seller_id = o.seller_id and s.order_id = o.order_id
                and (s.state in ('packed', 'shipped') or s.state = 'lost' and s.resolution is null)
            ) about
          where o.state = 'shipped' and about.parcels = 0 or o.state in ('delivered', 'completed') and about.parcels > 0
          union all
          select 'orderRequest', r.request_id, format('a question about %s is "%s" at version %s, its order is "%s"', r.kind, r.state, r.version, o.state)
          from order_requests r
            join orders o using (seller_id, order_id)
          where r.version <> case when r.state = 'open' then 1 else 2 end
            or r.state <> 'open' and not exists (
              select from lifecycle_edges edge where edge.machine = 'order_request' and edge.from_state = 'open' and edge.to_state = r.state)
            or r.state = 'open' and r.kind = 'acceptance' and o.state <> 'confirmed'
            or r.state = 'open' and r.kind = 'cancellation' and o.state not in ('accepted', 'partially_shipped')
          union all
          select 'invoice', i.invoice_id, format('is "%s" at version %s with %s of %s settled by %s settlements, %s reminders and %s credit notes that settled nothing',
            i.state, i.version, i.settled, i.total, i.settlements, i.reminders, coalesce(beside.notes, 0))
          from invoices i
            left join (
              select seller_id, invoice_id, count(*) as notes from credit_notes where lowered = 0 group by seller_id, invoice_id
            ) beside on beside.seller_id = i.seller_id and beside.invoice_id = i.invoice_id
          where i.state <> case when i.settled = i.total then 'settled' when i.settled = 0 then 'issued' else 'partially_settled' end
            or i.version <> 1 + i.settlements + i.reminders + coalesce(beside.notes, 0)
        )
        select array[machine] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
  {
    number: "O5",
    sentence:
      "Nothing is past its deadline by more than a minute, exactly the checkouts, orders, shipments, questions and open invoices that wait have a deadline for it, and deadlines of open orders stand still exactly while something stops the order.",
    // An invoice that everybody was told of waits to be told again only as often as a setting says, which may have changed since.
    // What slipped in while a hold or suspension of an organisation came into effect is brought to it by the sweep that is then due.
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with clock as materialized (
          select stoa_now() as at
        ), waiting as (
          select company_id as organisation_id, checkout_id as subject_id, pay_before
          from checkouts
          where state = 'pending_payment'
        ), deadline as (
          select organisation_id, subject_id, due_at
          from deadlines
          where kind = ${paymentDeadline}
        ), awaited as (
          select seller_id as organisation_id, order_id as subject_id,
            case state when 'confirmed' then 'order_acceptance' when 'shipped' then 'order_delivery' when 'delivered' then 'order_completion'
              else 'order_ship_end' end as kind
          from orders o
          where state in ('confirmed', 'accepted', 'partially_shipped', 'shipped', 'delivered')
            and not (state = 'confirmed' and exists (
              select from order_requests r
              where r.seller_id = o.seller_id and r.order_id = o.order_id and r.kind = 'acceptance' and r.state = 'open'))
          union all
          select seller_id, request_id, 'order_request' from order_requests where state = 'open'
          union all
          select seller_id, shipment_id,
            case state when 'packed' then ${shipmentDeadlineKinds.packed} when 'lost' then ${shipmentDeadlineKinds.loss}
              else ${shipmentDeadlineKinds.refusal} end
          from shipments
          where state in ('packed', 'refused') or state = 'lost' and resolution is null
        ), set_for_orders as (
          select organisation_id, subject_id, kind, due_at
          from deadlines
          where kind in ('order_acceptance', 'order_ship_end', 'order_delivery', 'order_completion', 'order_request',
            ${shipmentDeadlineKinds.packed}, ${shipmentDeadlineKinds.loss}, ${shipmentDeadlineKinds.refusal})
        ), of_orders as (
          select d.kind, d.subject_id, d.stopped_at is not null as stands_still, o.order_id, o.seller_id, o.company_id, o.state
          from deadlines d
            left join shipments p on p.seller_id = d.organisation_id and p.shipment_id = d.subject_id
            left join order_requests r on r.seller_id = d.organisation_id and r.request_id = d.subject_id
            left join orders o on o.seller_id = d.organisation_id and o.order_id = coalesce(p.order_id, r.order_id, d.subject_id)
          where d.kind <> ${orderDeadlineKinds.suspended} and (o.order_id is not null or d.stopped_at is not null)
        ), stops as (
          select of_orders.*,
            exists (select from holds h where h.released_at is null and h.subject_id in (order_id, of_orders.seller_id, of_orders.company_id))
              or coalesce(s.suspension in ('hold', 'cancel'), false) or coalesce(c.suspension in ('hold', 'cancel'), false) as is_stopped
          from of_orders
            left join sellers s on s.seller_id = of_orders.seller_id
            left join companies c on c.company_id = of_orders.company_id
        ), broken as (
          select 'deadline' as kind, subject_id as id,
            case when stands_still then format('%s stands still and nothing stops it', kind) else format('%s goes on although its order is stopped', kind) end
              as detail
          from stops
          where stands_still <> is_stopped and (stands_still or state not in ('completed', 'cancelled', 'rejected', 'expired'))
            and not exists (
              select from deadlines sweep
              where sweep.kind in (${sellerSweepDeadline}, ${companySweepDeadline}) and sweep.organisation_id in (stops.seller_id, stops.company_id))
          union all
          select case kind when ${paymentDeadline} then 'checkout' else 'deadline' end as kind, subject_id as id,
            format('%s was due at %s', kind, due_at)
          from deadlines, clock
          where due_at < clock.at - interval '1 minute' and stopped_at is null
          union all
          select 'checkout', subject_id,
            case
              when due_at is null then 'waits for payment without a deadline'
              when pay_before is null then 'has a deadline and does not wait for payment'
              else format('is to be paid before %s, its deadline is %s', pay_before, due_at)
            end
          from waiting
            full join deadline using (organisation_id, subject_id)
          where due_at is distinct from pay_before or due_at is null
          union all
          select case when kind = 'order_request' then 'orderRequest' when kind like 'shipment%' then 'shipment' else 'order' end, subject_id,
            case when due_at is null then format('waits for %s without a deadline', kind) else format('has the deadline %s and does not wait for it', kind) end
          from awaited waits
            full join set_for_orders using (organisation_id, subject_id, kind)
          where due_at is null or waits.kind is null
          union all
          select 'invoice', invoice_id,
            case when d.due_at is null then 'is open and nobody will be told when it is overdue' else 'is settled and waits to be told that it is overdue' end
          from invoices i
            left join deadlines d on d.organisation_id = i.seller_id and d.kind = ${invoiceReminderDeadline} and d.subject_id = i.invoice_id
          where i.state <> 'settled' and i.reminders = 0 and d.due_at is null or i.state = 'settled' and d.due_at is not null
          union all
          select 'deadline', d.subject_id, format('%s of an invoice that there is not', d.kind)
          from deadlines d
            left join invoices i on i.seller_id = d.organisation_id and i.invoice_id = d.subject_id
          where d.kind = ${invoiceReminderDeadline} and i.invoice_id is null
        )
        select array[kind] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
];
