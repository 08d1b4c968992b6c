import type { CompanyId, OrderId, SellerId, Uuid } from "../kernel/ids.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** Whose orders: those of a seller, or those of a company. */
export type OrderingParty = { readonly kind: "seller"; readonly id: SellerId } | { readonly kind: "company"; readonly id: CompanyId };

/** A deadline of an order, of its shipments or requests: whether it stands still, and whether it should. */
export type StoppableDeadline = {
  readonly organisationId: Uuid;
  readonly kind: string;
  readonly subjectId: Uuid;
  readonly stands: boolean;
  readonly shouldStand: boolean;
};

type StoppableRow = { organisation_id: Uuid; kind: string; subject_id: Uuid; stands: boolean; should_stand: boolean };

/**
 * All deadlines of a party's open orders, but the one by which a suspension cancels. An order is stopped by a standing hold on itself, its
 * seller or its company, and by a suspension of either that reaches open orders. Read without locks.
 */
export async function readStoppableDeadlines(reader: Reader, party: OrderingParty): Promise<StoppableDeadline[]> {
  const [sellerId, companyId] = idsOf(party);
  const rows = await reader.query(sql<StoppableRow>`
    with concerned as (
      select o.seller_id, o.order_id,
        exists (select from holds h where h.released_at is null and h.subject_id in (o.order_id, o.seller_id, o.company_id))
          or s.suspension in ('hold', 'cancel') or c.suspension in ('hold', 'cancel') as should_stand
      from orders o
        join sellers s on s.seller_id = o.seller_id
        join companies c on c.company_id = o.company_id
      where (o.seller_id = ${sellerId} or o.company_id = ${companyId}) and o.state not in ('completed', 'cancelled', 'rejected', 'expired')
    ), subjects as (
      select seller_id, order_id as subject_id, should_stand from concerned
      union all
      select p.seller_id, p.shipment_id, o.should_stand
      from concerned o join shipments p on p.seller_id = o.seller_id and p.order_id = o.order_id
      union all
      select r.seller_id, r.request_id, o.should_stand
      from concerned o join order_requests r on r.seller_id = o.seller_id and r.order_id = o.order_id
    )
    select d.organisation_id, d.kind, d.subject_id, d.stopped_at is not null as stands, coalesce(x.should_stand, false) as should_stand
    from subjects x join deadlines d on d.organisation_id = x.seller_id and d.subject_id = x.subject_id
    where d.kind <> 'order_suspended'`);
  return rows.map((row) => ({
    organisationId: row.organisation_id,
    kind: row.kind,
    subjectId: row.subject_id,
    stands: row.stands,
    shouldStand: row.should_stand,
  }));
}

/** The orders of a party of which units may not have left yet: what a suspension that cancels reaches. */
export async function readUnshippedOrders(
  reader: Reader,
  party: OrderingParty,
): Promise<{ readonly sellerId: SellerId; readonly orderId: OrderId }[]> {
  const [sellerId, companyId] = idsOf(party);
  const rows = await reader.query(sql<{ seller_id: SellerId; order_id: OrderId }>`
    select seller_id, order_id
    from orders
    where (seller_id = ${sellerId} or company_id = ${companyId}) and state in ('reserved', 'confirmed', 'accepted', 'partially_shipped')`);
  return rows.map((row) => ({ sellerId: row.seller_id, orderId: row.order_id }));
}

/** How many orders of a party something is still to be done about, and the oldest of them. */
export async function readOpenOrders(
  reader: Reader,
  party: OrderingParty,
  most: number,
): Promise<{ readonly count: number; readonly first: readonly OrderId[] }> {
  const [sellerId, companyId] = idsOf(party);
  const { count, first } = await reader.one(sql<{ count: number; first: OrderId[] }>`
    with open as (
      select order_id
      from orders
      where (seller_id = ${sellerId} or company_id = ${companyId})
        and state in ('reserved', 'confirmed', 'accepted', 'partially_shipped', 'shipped', 'delivered')
    )
    select (select count(*)::integer from open) as count, array(select order_id from open order by order_id limit ${most}) as first`);
  return { count, first };
}

function idsOf({ kind, id }: OrderingParty): readonly [SellerId | null, CompanyId | null] {
  return kind === "seller" ? [id, null] : [null, id];
}
