import { paymentDeadline } from "../../modules/checkouts/index.ts";
import { companySweepDeadline } from "../../modules/companies/index.ts";
import { orderDeadlineKinds } from "../../modules/orders/index.ts";
import { sellerSweepDeadline } from "../../modules/sellers/index.ts";
import { sql } from "../../platform/db/index.ts";
import type { FoundRow, Invariant } from "./invariant.ts";

/** Where checkouts and orders are, how they came there and what they wait for. */
export const lifecycleInvariants: readonly Invariant[] = [
  {
    number: "O1",
    sentence:
      "A history begins at birth, each step is an edge that begins where the one before ended, and the last ends in the current state.",
    // A checkout's version also counts cancelled orders, which are no steps of its own; an order's counts its steps alone.
    find: (reader) =>
      reader.query(sql<FoundRow>`
        with steps as (
          select 'checkout' as machine, checkout_id as id, version, from_state, event, to_state,
            lag(to_state, 1, '') over history as before, lead(version) over history is null as is_last, row_number() over history as place
          from checkout_history
          window history as (partition by company_id, checkout_id order by version)
          union all
          select 'order', order_id, version, from_state, event, to_state,
            lag(to_state, 1, '') over history, lead(version) over history is null, row_number() over history
          from order_history
          window history as (partition by seller_id, order_id order by version)
        ), subjects as (
          select 'checkout' as machine, checkout_id as id, state, version from checkouts
          union all
          select 'order', order_id, state, version from orders
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
            or machine = 'order' and (last.version <> subjects.version or last.place <> subjects.version)
        )
        select array[machine] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
  {
    number: "O5",
    sentence:
      "Nothing is past its deadline by more than a minute, exactly the checkouts that wait for payment have a deadline for it, and deadlines of open orders stand still exactly while something stops the order.",
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
        )
        select array[kind] as kinds, array[id] as ids, coalesce(detail, '') as detail, (count(*) over ())::integer as found
        from broken
        order by ids, detail
        limit 1000`),
  },
];
