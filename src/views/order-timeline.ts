import type { Instant } from "../kernel/clock.ts";
import type { OrderId, SellerId, Uuid } from "../kernel/ids.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** Something that happened to an order, or to what belongs to it. */
export type TimelineEntry = {
  readonly at: Instant;
  readonly kind: "order" | "shipment" | "cancellation" | "request" | "hold";
  /** Of the order, parcel, cancellation, question or hold. */
  readonly id: Uuid;
  readonly event: string;
  /** Where it was before and behind it; null for what has no states. */
  readonly from_state: string | null;
  readonly to_state: string | null;
  /** Whose doing it was; null where that is not kept. */
  readonly actor_kind: string | null;
  readonly cause: string | null;
  /** What a cancellation is worth, tax included, or by how much its tax was amended; in minor units of the order's currency. */
  readonly amount: bigint | null;
};

/** The most entries that are shown. */
export const mostEntries = 500;

/**
 * All that happened to an order in one list, old to new: its steps and those of its parcels, what was cancelled, what was asked and
 * answered, how its tax was amended, and what held it. Of a longer one the newest entries. Who acted is told as a party: no key and no
 * person is in it.
 */
export async function orderTimeline(
  reader: Reader,
  { sellerId, orderId }: { readonly sellerId: SellerId; readonly orderId: OrderId },
): Promise<readonly TimelineEntry[]> {
  const rows = await reader.query(sql<TimelineEntry>`
    select at, kind, id, event, from_state, to_state, actor_kind, cause, amount
    from (
      select h.at, 1 as place, 'order' as kind, h.order_id as id, h.version, h.event, h.from_state, h.to_state, h.actor_kind, h.cause,
        null::bigint as amount
      from order_history h
      where h.seller_id = ${sellerId} and h.order_id = ${orderId}
      union all
      select h.at, 2, 'shipment', h.shipment_id, h.version, h.event, h.from_state, h.to_state, h.actor_kind, h.cause, null
      from shipments s
        join shipment_history h on h.seller_id = s.seller_id and h.shipment_id = s.shipment_id
      where s.seller_id = ${sellerId} and s.order_id = ${orderId}
      union all
      select c.at, 3, 'cancellation', c.cancellation_id, 1, 'cancel_units', null, null, c.actor_kind,
        case when c.reason is null then c.cause else format('%s: %s', c.cause, c.reason) end, c.amount
      from order_cancellations c
      where c.seller_id = ${sellerId} and c.order_id = ${orderId}
      union all
      select a.at, 1, 'order', a.order_id, a.number, 'amend_tax', null, null, null, a.cause, a.to_tax - a.from_tax
      from order_tax_amendments a
      where a.seller_id = ${sellerId} and a.order_id = ${orderId}
      union all
      select r.asked_at, 4, 'request', r.request_id, 1, 'ask', null, 'open', case r.kind when 'acceptance' then 'seller' else 'company' end,
        nullif(r.reason, ''), null
      from order_requests r
      where r.seller_id = ${sellerId} and r.order_id = ${orderId}
      union all
      select r.answered_at, 4, 'request', r.request_id, 2,
        case r.state when 'granted' then 'grant' when 'declined' then 'decline' when 'withdrawn' then 'withdraw' when 'expired' then 'expire'
          else 'close' end,
        'open', r.state,
        case
          when r.state in ('granted', 'declined') then case r.kind when 'acceptance' then 'company' else 'seller' end
          when r.state = 'withdrawn' then case r.kind when 'acceptance' then 'seller' else 'company' end
          when r.state = 'expired' then 'deadline'
        end,
        nullif(r.answer_reason, ''), null
      from order_requests r
      where r.seller_id = ${sellerId} and r.order_id = ${orderId} and r.answered_at is not null
      union all
      select h.placed_at, 5, 'hold', h.hold_id, 1, 'place', null, 'standing', 'operator', h.reason, null
      from holds h
      where h.subject_id = ${orderId}
      union all
      select h.released_at, 5, 'hold', h.hold_id, 2, 'release', 'standing', 'released', 'operator', null, null
      from holds h
      where h.subject_id = ${orderId} and h.released_at is not null
    ) entries
    order by at desc, place desc, version desc, id desc
    limit ${mostEntries}`);
  return rows.toReversed();
}
