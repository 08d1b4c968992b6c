import type { Instant } from "../kernel/clock.ts";
import type { CheckoutId, CompanyId, OrderId, SellerId } from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import { type Reader, sql } from "../platform/db/index.ts";
import type { HistoryView } from "./checkouts.ts";
import type { TaxAmendmentView } from "./tax-amendments.ts";

/** An order as it is read: its state now, and what was agreed as its snapshot's text. Amounts are minor units of its currency. */
export type OrderView = {
  readonly seller_id: SellerId;
  readonly order_id: OrderId;
  readonly company_id: CompanyId;
  readonly checkout_id: CheckoutId;
  readonly client_reference: string;
  readonly state: string;
  readonly version: number;
  readonly dispatch_country: string;
  readonly currency: Currency;
  readonly freight: bigint;
  readonly net: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  readonly cancelled: bigint;
  /** By how much amendments of its tax changed it: it is worth `total` and this. */
  readonly amended: bigint;
  readonly placed_at: Instant;
  readonly requested_on: string | null;
  readonly promised_on: string | null;
  readonly cancellable_from: Instant | null;
  readonly seller_name: string;
  readonly company_name: string;
  readonly line_count: number;
  readonly snapshot: string;
  readonly tax_amendments: readonly TaxAmendmentView[];
};

/** An order in a list. */
export type ListedOrder = Omit<OrderView, "snapshot" | "tax_amendments">;

/** One order, if the reader's role and organisation may see it. */
export async function findOrderView(reader: Reader, orderId: OrderId): Promise<OrderView | undefined> {
  return reader.find(
    sql<OrderView>`
      select o.seller_id, o.order_id, o.company_id, o.checkout_id, o.client_reference, o.state, o.version, o.dispatch_country, o.currency, o.freight,
        o.net, o.tax, o.total, o.cancelled, o.amended, o.placed_at, o.requested_on, o.promised_on, o.cancellable_from, o.seller_name,
        o.company_name, o.line_count, o.snapshot,
        (select coalesce(json_agg(f), '[]') from (
          select a.number, a.shipment_id, a.tax_category, a.from_code, a.from_rate_ppm, a.from_tax::text as from_tax, a.to_code, a.to_rate_ppm,
            a.to_tax::text as to_tax, a.exemption_code, a.exemption_text, a.net::text as net, a.supplied_on, a.cause,
            (extract(epoch from a.at) * 1000)::bigint as at_millis
          from order_tax_amendments a
          where a.seller_id = o.seller_id and a.order_id = o.order_id
          order by a.number) f) as tax_amendments
      from orders o
      where o.order_id = ${orderId}`,
  );
}

/** What became of a line's units, and by when the seller promised those that are left. */
export type LineView = {
  readonly line_number: number;
  readonly packed: number;
  readonly shipped: number;
  readonly cancelled: number;
  readonly promised_on: string | null;
};

/** What became of the units of each line of an order, by line number. */
export async function lineViews(reader: Reader, sellerId: SellerId, orderId: OrderId): Promise<ReadonlyMap<number, LineView>> {
  const rows = await reader.query(
    sql<LineView>`
      select line_number, packed, shipped, cancelled, promised_on from order_lines where seller_id = ${sellerId} and order_id = ${orderId}`,
  );
  return new Map(rows.map((row) => [row.line_number, row]));
}

/** How an order came to be what it is, from its birth on. */
export async function orderHistory(reader: Reader, sellerId: SellerId, orderId: OrderId): Promise<readonly HistoryView[]> {
  return reader.query(
    sql<HistoryView>`
      select version, from_state, event, to_state, actor_kind, cause, at
      from order_history
      where seller_id = ${sellerId} and order_id = ${orderId}
      order by version`,
  );
}

/** Whose suspension, or end, cancels what is not shipped of these orders; an order that none does any more is absent. */
export async function cancellingSuspensions(
  reader: Reader,
  orders: readonly { readonly orderId: OrderId }[],
): Promise<ReadonlyMap<OrderId, "seller_suspended" | "company_suspended">> {
  const rows = await reader.query(
    sql<{ order_id: OrderId; seller: boolean; company: boolean }>`
      select o.order_id, coalesce(s.suspension = 'cancel' or s.state = 'closed', false) as seller,
        coalesce(c.suspension = 'cancel' or c.state = 'closed', false) as company
      from unnest(${orders.map(({ orderId }) => orderId)}::uuid[]) as asked (order_id)
        join orders o on o.order_id = asked.order_id
        join sellers s on s.seller_id = o.seller_id
        join companies c on c.company_id = o.company_id`,
  );
  return new Map(
    rows
      .filter(({ seller, company }) => seller || company)
      .map(({ order_id, seller }) => [order_id, seller ? "seller_suspended" : "company_suspended"]),
  );
}
