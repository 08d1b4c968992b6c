import type { Instant } from "../kernel/clock.ts";
import type { CompanyId, OrderId, SellerId } from "../kernel/ids.ts";
import { orderDeadlineKinds } from "../modules/orders/index.ts";
import { type Reader, sql } from "../platform/db/index.ts";

const { acceptance, late, shipEnd, request } = orderDeadlineKinds;

/** How an order stands at this moment, beside its own row. */
export type OrderWait = {
  /** Whether a hold or a suspension stops its next step, as far as the reader may know. */
  readonly isStopped: boolean;
  /** When what is accepted is late; null while that time stands still, undefined when nothing waits for it any more. */
  readonly lateAt: Instant | null | undefined;
};

/**
 * How these orders stand. Holds and suspensions are read where the reader's role and organisation see them; of the other side's one sees
 * that deadlines stand still, which follows within the time that a suspension or hold names as `effective_by`.
 */
export async function readOrderWaits(
  reader: Reader,
  orders: readonly { readonly seller_id: SellerId; readonly order_id: OrderId; readonly company_id: CompanyId }[],
): Promise<ReadonlyMap<OrderId, OrderWait>> {
  if (orders.length === 0) return new Map();
  const rows = await reader.query(sql<{ order_id: OrderId; is_stopped: boolean; late_at: Instant | null; is_late_stopped: boolean }>`
    select asked.order_id, l.due_at as late_at, l.stopped_at is not null as is_late_stopped,
      exists (select from holds h where h.released_at is null and h.subject_id in (asked.order_id, asked.seller_id, asked.company_id))
        or exists (select from sellers s where s.seller_id = asked.seller_id and s.suspension in ('hold', 'cancel'))
        or exists (select from companies c where c.company_id = asked.company_id and c.suspension in ('hold', 'cancel'))
        or exists (
          select
          from deadlines d
          where d.organisation_id = asked.seller_id and d.kind in (${acceptance}, ${late}, ${shipEnd}) and d.subject_id = asked.order_id
            and d.stopped_at is not null)
        or exists (
          select
          from order_requests r
            join deadlines d on d.organisation_id = r.seller_id and d.kind = ${request} and d.subject_id = r.request_id
          where r.seller_id = asked.seller_id and r.order_id = asked.order_id and r.state = 'open' and d.stopped_at is not null) as is_stopped
    from unnest(
           ${orders.map(({ seller_id }) => seller_id)}::uuid[],
           ${orders.map(({ order_id }) => order_id)}::uuid[],
           ${orders.map(({ company_id }) => company_id)}::uuid[]) as asked (seller_id, order_id, company_id)
      left join deadlines l on l.organisation_id = asked.seller_id and l.kind = ${late} and l.subject_id = asked.order_id`);
  return new Map(
    rows.map(({ order_id, is_stopped, late_at, is_late_stopped }) => [
      order_id,
      { isStopped: is_stopped, lateAt: is_late_stopped ? null : (late_at ?? undefined) },
    ]),
  );
}

/** Whether one of these orders is stopped, by its id. */
export function isStopped(waits: ReadonlyMap<OrderId, OrderWait>, { order_id }: { readonly order_id: OrderId }): boolean {
  return waits.get(order_id)?.isStopped === true;
}
