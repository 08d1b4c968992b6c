import type { Instant } from "../../kernel/clock.ts";
import type { CheckoutId, CompanyId, OrderId, SellerId } from "../../kernel/ids.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import { locking, type Reader, sql, type Transaction } from "../../platform/db/index.ts";
import type { Order } from "./order.ts";
import type { OrderState } from "./order-machine.ts";

type OrderRow = {
  seller_id: SellerId;
  order_id: OrderId;
  company_id: CompanyId;
  checkout_id: CheckoutId;
  state: OrderState;
  version: number;
  currency: Currency;
  total: bigint;
  cancelled: bigint;
  amended: bigint;
  requested_on: string | null;
  promised_on: string | null;
  cancellable_from: Instant | null;
};

type CheckoutKey = { readonly companyId: CompanyId; readonly checkoutId: CheckoutId };

/** Locks all orders of these checkouts, by primary key. */
export async function lockOrdersOfCheckouts(tx: Transaction, checkouts: readonly CheckoutKey[]): Promise<Order[]> {
  const rows = await tx.query(
    locking(
      "order",
      sql<OrderRow>`
      select o.seller_id, o.order_id, o.company_id, o.checkout_id, o.state, o.version, o.currency, o.total, o.cancelled, o.amended,
        o.requested_on, o.promised_on, o.cancellable_from
      from unnest(${checkouts.map(({ companyId }) => companyId)}::uuid[], ${checkouts.map(({ checkoutId }) => checkoutId)}::uuid[])
          as asked (company_id, checkout_id)
        join orders o on o.company_id = asked.company_id and o.checkout_id = asked.checkout_id
      order by o.seller_id, o.order_id
      for no key update of o`,
    ),
  );
  return rows.map(toOrder);
}

/** Locks orders by primary key, for a change that their checkouts have no part in. One that is not there is left out. */
export async function lockOrders(tx: Transaction, orders: readonly Pick<Order, "sellerId" | "orderId">[]): Promise<Order[]> {
  const rows = await tx.query(
    locking(
      "order",
      sql<OrderRow>`
      select o.seller_id, o.order_id, o.company_id, o.checkout_id, o.state, o.version, o.currency, o.total, o.cancelled, o.amended,
        o.requested_on, o.promised_on, o.cancellable_from
      from unnest(${orders.map(({ sellerId }) => sellerId)}::uuid[], ${orders.map(({ orderId }) => orderId)}::uuid[])
          as asked (seller_id, order_id)
        join orders o on o.seller_id = asked.seller_id and o.order_id = asked.order_id
      order by o.seller_id, o.order_id
      for no key update of o`,
    ),
  );
  return rows.map(toOrder);
}

/** Locks one order, for a change that its checkout has no part in. Undefined when there is none of this id. */
export async function lockOrder(tx: Transaction, sellerId: SellerId, orderId: OrderId): Promise<Order | undefined> {
  const [order] = await lockOrders(tx, [{ sellerId, orderId }]);
  return order;
}

/** Locks one order unless somebody else holds it, in which case, as when there is none, the answer is undefined. */
export async function lockOrderIfFree(tx: Transaction, sellerId: SellerId, orderId: OrderId): Promise<Order | undefined> {
  const [row] = await tx.query(
    locking(
      "order",
      sql<OrderRow>`
      select seller_id, order_id, company_id, checkout_id, state, version, currency, total, cancelled, amended, requested_on, promised_on,
        cancellable_from
      from orders
      where seller_id = ${sellerId} and order_id = ${orderId}
      for no key update skip locked`,
    ),
  );
  return row === undefined ? undefined : toOrder(row);
}

function toOrder(row: OrderRow): Order {
  return {
    sellerId: row.seller_id,
    orderId: row.order_id,
    companyId: row.company_id,
    checkoutId: row.checkout_id,
    state: row.state,
    version: row.version,
    currency: row.currency,
    total: row.total as MinorUnits,
    cancelled: row.cancelled as MinorUnits,
    amended: row.amended as MinorUnits,
    requestedOn: row.requested_on,
    promisedOn: row.promised_on,
    cancellableFrom: row.cancellable_from,
  };
}

/** Whose order it is and which checkout it belongs to. None of that ever changes, so it is read before the locks, which take the checkout first. */
export type OrderKeys = {
  readonly sellerId: SellerId;
  readonly orderId: OrderId;
  readonly companyId: CompanyId;
  readonly checkoutId: CheckoutId;
};

/** Finds an order by its id alone. */
export async function findOrder(reader: Reader, orderId: OrderId): Promise<OrderKeys | undefined> {
  const row = await reader.find(
    sql<{ seller_id: SellerId; company_id: CompanyId; checkout_id: CheckoutId }>`
      select seller_id, company_id, checkout_id from orders where order_id = ${orderId}`,
  );
  return row === undefined ? undefined : { sellerId: row.seller_id, orderId, companyId: row.company_id, checkoutId: row.checkout_id };
}

/** The same of many, in the order of their ids, with how many lines each has. One that is not there is not among them. */
export async function findOrders(reader: Reader, orderIds: readonly OrderId[]): Promise<(OrderKeys & { readonly lineCount: number })[]> {
  const rows = await reader.query(
    sql<{ order_id: OrderId; seller_id: SellerId; company_id: CompanyId; checkout_id: CheckoutId; line_count: number }>`
      select order_id, seller_id, company_id, checkout_id, line_count
      from orders
      where order_id = any (${orderIds}::uuid[])
      order by order_id`,
  );
  return rows.map((row) => ({
    sellerId: row.seller_id,
    orderId: row.order_id,
    companyId: row.company_id,
    checkoutId: row.checkout_id,
    lineCount: row.line_count,
  }));
}
