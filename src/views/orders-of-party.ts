import type { CompanyId, OrderId, SellerId } from "../kernel/ids.ts";
import type { OrderState } from "../modules/orders/index.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** Whose orders: those of a seller, or those of a company. */
export type OrderingParty = { readonly kind: "seller"; readonly id: SellerId } | { readonly kind: "company"; readonly id: CompanyId };

/** Where a walk through a party's open orders stands: everything up to this order has been looked at. */
export type PlaceOfOrder = { readonly state: OrderState; readonly orderId: OrderId };

export type OpenOrder = PlaceOfOrder & { readonly sellerId: SellerId };

/** States are walked through in the order in which orders reach them, so that one which takes a step meanwhile is still met. */
const openInTurn: readonly OrderState[] = ["reserved", "confirmed", "accepted", "partially_shipped", "shipped", "delivered"];

/** At most `most` orders of a party about which something is still to be done, behind the one that was looked at last. Read without locks. */
export async function readOpenOrdersBehind(
  reader: Reader,
  party: OrderingParty,
  after: PlaceOfOrder | undefined,
  most: number,
): Promise<OpenOrder[]> {
  const states = openInTurn.slice(after === undefined ? 0 : openInTurn.indexOf(after.state));
  const behind = after?.orderId ?? null;
  const rows = await reader.query(
    party.kind === "seller"
      ? sql<OpenRow>`
        select o.seller_id, o.order_id, o.state
        from unnest(${states}::text[]) with ordinality as walked (state, place)
          cross join lateral (
            select seller_id, order_id, state
            from orders
            where seller_id = ${party.id} and state = walked.state and state not in ('completed', 'cancelled', 'rejected', 'expired')
              and order_id > coalesce(case walked.place when 1 then ${behind}::uuid end, '00000000-0000-0000-0000-000000000000')
            order by order_id
            limit ${most}
          ) o
        order by walked.place, o.order_id
        limit ${most}`
      : sql<OpenRow>`
        select o.seller_id, o.order_id, o.state
        from unnest(${states}::text[]) with ordinality as walked (state, place)
          cross join lateral (
            select seller_id, order_id, state
            from orders
            where company_id = ${party.id} and state = walked.state and state not in ('completed', 'cancelled', 'rejected', 'expired')
              and order_id > coalesce(case walked.place when 1 then ${behind}::uuid end, '00000000-0000-0000-0000-000000000000')
            order by order_id
            limit ${most}
          ) o
        order by walked.place, o.order_id
        limit ${most}`,
  );
  return rows.map((row) => ({ sellerId: row.seller_id, orderId: row.order_id, state: row.state }));
}

type OpenRow = { seller_id: SellerId; order_id: OrderId; state: OrderState };

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
