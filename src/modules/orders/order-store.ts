import type { Instant } from "../../kernel/clock.ts";
import type { CheckoutId, CompanyId, OrderId, SellerId, Uuid } from "../../kernel/ids.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import { instantParameter, locking, type Statement, sql, type Transaction } from "../../platform/db/index.ts";
import type { NewOrder, Order } from "./order.ts";
import type { OrderEvent, OrderState } from "./order-machine.ts";

/** Who placed the orders of a batch: what their birth in the history names. */
export type Placing = { readonly actorId: Uuid; readonly idempotencyId: Uuid };

/** Writes orders with their lines, tax groups and the edge they were born along, in one statement. */
export function insertOrders(orders: readonly (NewOrder & { readonly placing: Placing })[]): Statement {
  const rows = orders.map((order) => ({
    seller_id: order.sellerId,
    order_id: order.orderId,
    company_id: order.companyId,
    checkout_id: order.checkoutId,
    event: order.event,
    state: order.state,
    dispatch_country: order.dispatchCountry,
    currency: order.currency,
    net: `${order.net}`,
    tax: `${order.tax}`,
    total: `${order.total}`,
    placed_at: instantParameter(order.placedAt),
    seller_name: order.sellerName,
    company_name: order.companyName,
    line_count: order.lines.length,
    snapshot: order.snapshot,
    actor_id: order.placing.actorId,
    idempotency_id: order.placing.idempotencyId,
  }));
  const lines = orders.flatMap((order) =>
    order.lines.map((line) => ({
      seller_id: order.sellerId,
      order_id: order.orderId,
      line_number: line.lineNumber,
      offer_id: line.offerId,
      quantity: line.quantity,
      unit_price: `${line.unitPrice}`,
      price_per: line.pricePer,
      gross: `${line.gross}`,
      discount: `${line.discount}`,
      net: `${line.net}`,
      tax_category: line.taxCategory,
      tax_code: line.taxCode,
      tax_rate_ppm: line.taxRatePpm,
    })),
  );
  const groups = orders.flatMap((order) =>
    order.taxGroups.map((group) => ({
      seller_id: order.sellerId,
      order_id: order.orderId,
      tax_category: group.taxCategory,
      tax_code: group.taxCode,
      tax_rate_ppm: group.taxRatePpm,
      net: `${group.net}`,
      tax: `${group.tax}`,
    })),
  );
  return sql`
    with placed as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as x (
        seller_id uuid, order_id uuid, company_id uuid, checkout_id uuid, event text, state text, dispatch_country text, currency text,
        net bigint, tax bigint, total bigint, placed_at timestamptz, seller_name text, company_name text, line_count integer, snapshot text, actor_id uuid, idempotency_id uuid)
    ), written as (
      insert into orders (seller_id, order_id, company_id, checkout_id, state, version, dispatch_country, currency, net, tax, total,
        placed_at, seller_name, company_name, line_count, snapshot, snapshot_hash)
      select seller_id, order_id, company_id, checkout_id, state, 1, dispatch_country, currency, net, tax, total,
        placed_at, seller_name, company_name, line_count, snapshot, sha256(convert_to(snapshot, 'UTF8'))
      from placed
    ), history as (
      insert into order_history (seller_id, order_id, company_id, version, from_state, event, to_state, actor_kind, actor_id, cause, at, idempotency_id)
      select seller_id, order_id, company_id, 1, '', event, state, 'company', actor_id, 'placed', placed_at, idempotency_id
      from placed
    ), lines as (
      insert into order_lines (seller_id, order_id, line_number, offer_id, quantity, unit_price, price_per, gross, discount, net,
        tax_category, tax_code, tax_rate_ppm)
      select seller_id, order_id, line_number, offer_id, quantity, unit_price, price_per, gross, discount, net,
        tax_category, tax_code, tax_rate_ppm
      from json_to_recordset(${JSON.stringify(lines)}::json) as x (
        seller_id uuid, order_id uuid, line_number integer, offer_id uuid, quantity integer, unit_price bigint, price_per integer,
        gross bigint, discount bigint, net bigint, tax_category text, tax_code text, tax_rate_ppm integer)
    )
    insert into order_tax_groups (seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net, tax)
    select seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net, tax
    from json_to_recordset(${JSON.stringify(groups)}::json) as x (
      seller_id uuid, order_id uuid, tax_category text, tax_code text, tax_rate_ppm integer, net bigint, tax bigint)`;
}

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
};

/** Locks all orders of a checkout, by primary key. */
export async function lockOrdersOfCheckout(tx: Transaction, companyId: CompanyId, checkoutId: CheckoutId): Promise<Order[]> {
  const rows = await tx.query(
    locking(
      "order",
      sql<OrderRow>`
      select seller_id, order_id, company_id, checkout_id, state, version, currency, total, cancelled
      from orders
      where company_id = ${companyId} and checkout_id = ${checkoutId}
      order by seller_id, order_id
      for no key update`,
    ),
  );
  return rows.map((row) => ({
    sellerId: row.seller_id,
    orderId: row.order_id,
    companyId: row.company_id,
    checkoutId: row.checkout_id,
    state: row.state,
    version: row.version,
    currency: row.currency,
    total: row.total as MinorUnits,
    cancelled: row.cancelled as MinorUnits,
  }));
}

/** Which checkout an order belongs to. Both never change, so it is read before the locks, which take the checkout first. */
export async function findOrder(
  tx: Transaction,
  orderId: OrderId,
): Promise<{ readonly sellerId: SellerId; readonly companyId: CompanyId; readonly checkoutId: CheckoutId } | undefined> {
  const [row] = await tx.query(
    sql<{ seller_id: SellerId; company_id: CompanyId; checkout_id: CheckoutId }>`
      select seller_id, company_id, checkout_id from orders where order_id = ${orderId}`,
  );
  return row === undefined ? undefined : { sellerId: row.seller_id, companyId: row.company_id, checkoutId: row.checkout_id };
}

/** Locked orders that take one edge together, by one actor and for one cause. */
export type OrdersStep = {
  readonly orders: readonly Order[];
  readonly event: OrderEvent;
  readonly to: OrderState;
  readonly actor: { readonly kind: "company" | "seller" | "operator" | "deadline"; readonly id: Uuid | null };
  readonly cause: string;
  readonly at: Instant;
  readonly idempotencyId: Uuid | null;
};

/**
 * Moves locked orders along one edge, with a history row each. An order that ends without being confirmed or shipped (expired,
 * cancelled) has its whole total and all its units cancelled. Gives the orders as they are now.
 */
export async function moveOrders(tx: Transaction, step: OrdersStep): Promise<Order[]> {
  const { orders, event, to, actor, cause, at, idempotencyId } = step;
  const ends = to === "cancelled" || to === "expired";
  const rows = orders.map((order) => ({ seller_id: order.sellerId, order_id: order.orderId, from_state: order.state }));
  await tx.query(sql`
    with moved as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as x (seller_id uuid, order_id uuid, from_state text)
    ), changed as (
      update orders o
      set state = ${to}, version = o.version + 1, cancelled = case when ${ends} then o.total else o.cancelled end
      from moved
      where o.seller_id = moved.seller_id and o.order_id = moved.order_id
      returning o.seller_id, o.order_id, o.company_id, o.version, moved.from_state
    ), lines as (
      update order_lines l set cancelled = l.quantity
      from moved
      where ${ends} and l.seller_id = moved.seller_id and l.order_id = moved.order_id
    )
    insert into order_history (seller_id, order_id, company_id, version, from_state, event, to_state, actor_kind, actor_id, cause, at, idempotency_id)
    select seller_id, order_id, company_id, version, from_state, ${event}, ${to}, ${actor.kind}, ${actor.id}::uuid, ${cause},
      ${instantParameter(at)}::timestamptz, ${idempotencyId}::uuid
    from changed`);
  return orders.map((order) => ({
    ...order,
    state: to,
    version: order.version + 1,
    cancelled: ends ? order.total : order.cancelled,
  }));
}
