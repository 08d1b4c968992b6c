import type { OrderId, Uuid } from "../kernel/ids.ts";
import { orderDeadlineKinds } from "../modules/orders/index.ts";
import { type Reader, sql } from "../platform/db/index.ts";
import type { DeadlineKey } from "../platform/jobs/index.ts";

/**
 * What an order's next step waits for: a hold of the order itself, with its reason; or a hold or suspension of its seller or its company,
 * whose reason is no affair of the other side.
 */
export type OrderStop = {
  readonly subject: "order" | "seller" | "company";
  readonly kind: "hold" | "suspension";
  readonly reason: string | null;
};

/**
 * Which of these orders take no step now, and why: a hold stands on the order, its seller or its company, or one of both is suspended
 * with a reach that goes beyond new orders. An order that is not stopped is absent. Holds on the order itself are strict for whoever has
 * its row locked; those on seller and company are read as they are at this moment.
 */
export async function readOrderStops(
  reader: Reader,
  orders: readonly { readonly orderId: OrderId }[],
): Promise<ReadonlyMap<OrderId, readonly OrderStop[]>> {
  const rows = await reader.query(sql<{ order_id: OrderId; subject: OrderStop["subject"]; kind: OrderStop["kind"]; reason: string | null }>`
    with asked as materialized (
      select o.order_id, o.seller_id, o.company_id
      from unnest(${orders.map(({ orderId }) => orderId)}::uuid[]) as named (order_id)
        join orders o on o.order_id = named.order_id
    ), stops as (
      select asked.order_id, 1 as place, 'order' as subject, 'hold' as kind, h.reason, h.hold_id
      from asked
        join holds h on h.subject_id = asked.order_id and h.released_at is null
      union all
      select asked.order_id, 2, 'seller', 'hold', null, null
      from asked
      where exists (select from holds h where h.subject_id = asked.seller_id and h.released_at is null)
      union all
      select asked.order_id, 3, 'company', 'hold', null, null
      from asked
      where exists (select from holds h where h.subject_id = asked.company_id and h.released_at is null)
      union all
      select asked.order_id, 4, 'seller', 'suspension', null, null
      from asked
        join sellers s on s.seller_id = asked.seller_id
      where s.suspension in ('hold', 'cancel')
      union all
      select asked.order_id, 5, 'company', 'suspension', null, null
      from asked
        join companies c on c.company_id = asked.company_id
      where c.suspension in ('hold', 'cancel')
    )
    select order_id, subject, kind, reason
    from stops
    order by order_id, place, hold_id`);
  const stops = new Map<OrderId, OrderStop[]>();
  for (const { order_id, subject, kind, reason } of rows) stops.set(order_id, [...(stops.get(order_id) ?? []), { subject, kind, reason }]);
  return stops;
}

/** Deadlines that do not stand as their order does: these go on although it is stopped, those stand still although it is not. */
export type StopDifference = { readonly toStop: readonly DeadlineKey[]; readonly toRestart: readonly DeadlineKey[] };

/**
 * Compares the deadlines of orders, their parcels and their requests with what stops each now. One kind is left out: that by which a
 * suspension itself cancels what is not shipped. Read without locks.
 */
export async function readStopDifference(reader: Reader, orders: readonly { readonly orderId: OrderId }[]): Promise<StopDifference> {
  const rows = await reader.query(sql<{ organisation_id: Uuid; kind: string; subject_id: Uuid; is_stopped: boolean }>`
    with concerned as materialized (
      select o.seller_id, o.order_id,
        exists (select from holds h where h.released_at is null and h.subject_id in (o.order_id, o.seller_id, o.company_id))
          or coalesce(s.suspension in ('hold', 'cancel'), false) or coalesce(c.suspension in ('hold', 'cancel'), false) as is_stopped
      from unnest(${orders.map(({ orderId }) => orderId)}::uuid[]) as named (order_id)
        join orders o on o.order_id = named.order_id
        join sellers s on s.seller_id = o.seller_id
        join companies c on c.company_id = o.company_id
    ), subjects as (
      select seller_id, order_id as subject_id, is_stopped from concerned
      union all
      select p.seller_id, p.shipment_id, concerned.is_stopped
      from concerned
        join shipments p on p.seller_id = concerned.seller_id and p.order_id = concerned.order_id
      union all
      select r.seller_id, r.request_id, concerned.is_stopped
      from concerned
        join order_requests r on r.seller_id = concerned.seller_id and r.order_id = concerned.order_id
    )
    select d.organisation_id, d.kind, d.subject_id, coalesce(subjects.is_stopped, false) as is_stopped
    from subjects
      join deadlines d on d.organisation_id = subjects.seller_id and d.subject_id = subjects.subject_id
    where subjects.is_stopped = (d.stopped_at is null) and d.kind <> ${orderDeadlineKinds.suspended}`);
  const keys = (stopped: boolean) =>
    rows
      .filter(({ is_stopped }) => is_stopped === stopped)
      .map((row) => ({ organisationId: row.organisation_id, kind: row.kind, subjectId: row.subject_id }));
  return { toStop: keys(true), toRestart: keys(false) };
}
