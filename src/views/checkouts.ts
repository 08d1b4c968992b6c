import type { Instant } from "../kernel/clock.ts";
import type { CheckoutId, CompanyId, OrderId, SellerId, Uuid } from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** An order as its checkout shows it. Amounts are minor units of the checkout's currency. */
export type OrderOfCheckout = {
  readonly order_id: OrderId;
  readonly seller_id: SellerId;
  readonly seller_name: string;
  readonly state: string;
  readonly version: number;
  readonly dispatch_country: string;
  readonly net: string;
  readonly tax: string;
  readonly total: string;
  readonly cancelled: string;
  readonly line_count: number;
};

/** A checkout as it is read: its own numbers, what was agreed, and its orders as they are now. */
export type CheckoutView = {
  readonly company_id: CompanyId;
  readonly checkout_id: CheckoutId;
  readonly client_reference: string;
  readonly state: string;
  readonly version: number;
  readonly payment_method: string;
  readonly payment_reference: string | null;
  readonly currency: Currency;
  readonly net: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  readonly cancelled: bigint;
  readonly amended: bigint;
  readonly placed_at: Instant;
  readonly pay_before: Instant | null;
  readonly snapshot: string;
  readonly orders: readonly OrderOfCheckout[];
};

/** A checkout in a list. */
export type ListedCheckout = Omit<CheckoutView, "snapshot">;

/** One step of a lifecycle, as it is shown. */
export type HistoryView = {
  readonly version: number;
  readonly from_state: string;
  readonly event: string;
  readonly to_state: string;
  readonly actor_kind: string;
  readonly cause: string;
  readonly at: Instant;
};

/** One checkout, if the reader's role and organisation may see it. */
export async function findCheckoutView(reader: Reader, checkoutId: CheckoutId): Promise<CheckoutView | undefined> {
  return reader.find(
    sql<CheckoutView>`
      select c.company_id, c.checkout_id, c.client_reference, c.state, c.version, c.payment_method,
        c.payment_reference, c.currency,
        c.net, c.tax, c.total, c.cancelled, c.amended, c.placed_at, c.pay_before, c.snapshot,
        (select coalesce(json_agg(f), '[]') from (
          select o.order_id, o.seller_id, o.seller_name, o.state, o.version, o.dispatch_country,
            o.net::text as net, o.tax::text as tax, o.total::text as total, o.cancelled::text as cancelled,
            o.line_count
          from orders o
          where o.company_id = c.company_id and o.checkout_id = c.checkout_id
          order by o.order_id) f) as orders
      from checkouts c
      where c.checkout_id = ${checkoutId}`,
  );
}

/** A page of checkouts, new to old, of those the reader's role and organisation may see. */
export async function listCheckoutViews(
  reader: Reader,
  page: { readonly before: Uuid; readonly count: number },
): Promise<readonly ListedCheckout[]> {
  return reader.query(
    sql<ListedCheckout>`
      select c.company_id, c.checkout_id, c.client_reference, c.state, c.version, c.payment_method,
        c.payment_reference, c.currency,
        c.net, c.tax, c.total, c.cancelled, c.amended, c.placed_at, c.pay_before,
        (select coalesce(json_agg(f), '[]') from (
          select o.order_id, o.seller_id, o.seller_name, o.state, o.version, o.dispatch_country,
            o.net::text as net, o.tax::text as tax, o.total::text as total, o.cancelled::text as cancelled,
            o.line_count
          from orders o
          where o.company_id = c.company_id and o.checkout_id = c.checkout_id
          order by o.order_id) f) as orders
      from checkouts c
      where c.checkout_id < ${page.before}
      order by c.checkout_id desc
      limit ${page.count}`,
  );
}

/** How a checkout came to be what it is, from its birth on. */
export async function checkoutHistory(reader: Reader, companyId: CompanyId, checkoutId: CheckoutId): Promise<readonly HistoryView[]> {
  return reader.query(
    sql<HistoryView>`
      select version, from_state, event, to_state, actor_kind, cause, at
      from checkout_history
      where company_id = ${companyId} and checkout_id = ${checkoutId}
      order by version`,
  );
}
