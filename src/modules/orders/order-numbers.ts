import type { OfferId, OrderId, SellerId } from "../../kernel/ids.ts";
import { type Reader, sql } from "../../platform/db/index.ts";
import type { Order } from "./order.ts";
import type { FreightKind, PartFreight, PartGroup, PartLine, PartOrder } from "./order-parts.ts";

/** The numbers of a line as they are now, what it is of, and when its seller promised it; null when nobody did. */
export type NumberedLine = PartLine & { readonly offerId: OfferId; readonly promisedOn: string | null };

/** The numbers of one order: all its lines, tax groups and freight. */
export type OrderNumbers = {
  readonly lines: readonly NumberedLine[];
  readonly groups: readonly PartGroup[];
  readonly freight: readonly PartFreight[];
  readonly freightKind: FreightKind;
};

type OrderKey = { readonly sellerId: SellerId; readonly orderId: OrderId };

type LineRow = {
  order_id: OrderId;
  line_number: number;
  offer_id: OfferId;
  promised_on: string | null;
  quantity: number;
  packed: number;
  shipped: number;
  cancelled: number;
  gross: bigint;
  discount: bigint;
  net: bigint;
  shipped_net: bigint;
  cancelled_net: bigint;
  tax_category: string;
  freight_kind: FreightKind;
};

type GroupRow = {
  order_id: OrderId;
  tax_category: string;
  amendment: number;
  tax_code: string;
  tax_rate_ppm: number;
  net: bigint;
  tax: bigint;
  shipped_net: bigint;
  cancelled_net: bigint;
};

type FreightRow = { order_id: OrderId; tax_category: string; net: bigint; charged: bigint; cancelled: bigint };

/**
 * Reads the numbers of orders whose rows are locked: every change of lines, groups and freight happens under the lock of the order, so
 * they need none of their own. Lines and freight have the rate of their category's living group: that is the one they are drawn from. In
 * the order of the orders asked for.
 *
 * @throws Error for an order that is not there
 */
export async function readNumbersOfOrders(reader: Reader, orders: readonly OrderKey[]): Promise<OrderNumbers[]> {
  const sellerIds = orders.map(({ sellerId }) => sellerId);
  const orderIds = orders.map(({ orderId }) => orderId);
  const [lines, groups, freight] = await reader.pipeline([
    sql<LineRow>`
      select l.order_id, l.line_number, l.offer_id, l.promised_on, l.quantity, l.packed, l.shipped, l.cancelled, l.gross, l.discount, l.net,
        l.shipped_net, l.cancelled_net, l.tax_category, o.freight_kind
      from unnest(${sellerIds}::uuid[], ${orderIds}::uuid[]) as asked (seller_id, order_id)
        join orders o on o.seller_id = asked.seller_id and o.order_id = asked.order_id
        join order_lines l on l.seller_id = asked.seller_id and l.order_id = asked.order_id
      order by l.order_id, l.line_number`,
    sql<GroupRow>`
      select distinct on (g.order_id, g.tax_category)
        g.order_id, g.tax_category, g.amendment, g.tax_code, g.tax_rate_ppm, g.net, g.tax, g.shipped_net, g.cancelled_net
      from unnest(${sellerIds}::uuid[], ${orderIds}::uuid[]) as asked (seller_id, order_id)
        join order_tax_groups g on g.seller_id = asked.seller_id and g.order_id = asked.order_id
      order by g.order_id, g.tax_category, g.amendment desc`,
    sql<FreightRow>`
      select f.order_id, f.tax_category, f.net, f.charged, f.cancelled
      from unnest(${sellerIds}::uuid[], ${orderIds}::uuid[]) as asked (seller_id, order_id)
        join order_freight f on f.seller_id = asked.seller_id and f.order_id = asked.order_id
      order by f.order_id, f.tax_category`,
  ]);
  const [linesOf, groupsOf, freightOf] = [Map.groupBy(lines, idOf), Map.groupBy(groups, idOf), Map.groupBy(freight, idOf)];
  return orderIds.map((orderId) => {
    const rows = linesOf.get(orderId) ?? [];
    const [first] = rows;
    if (first === undefined) throw new Error(`the order ${orderId} has no lines`);
    const groups = (groupsOf.get(orderId) ?? []).map(toGroup);
    const rates = new Map(groups.map(({ taxCategory, taxRatePpm }) => [taxCategory, taxRatePpm]));
    const rateOf = ({ tax_category }: { readonly tax_category: string }): number => {
      const rate = rates.get(tax_category);
      if (rate === undefined) throw new Error(`the order ${orderId} has no tax group ${tax_category}`);
      return rate;
    };
    return {
      lines: rows.map((row) => toLine(row, rateOf(row))),
      groups,
      freight: (freightOf.get(orderId) ?? []).map((row) => toFreight(row, rateOf(row))),
      freightKind: first.freight_kind,
    };
  });
}

/** Reads the numbers of one order whose row is locked. @throws Error when there is none */
export async function readOrderNumbers(reader: Reader, sellerId: SellerId, orderId: OrderId): Promise<OrderNumbers> {
  const [numbers] = await readNumbersOfOrders(reader, [{ sellerId, orderId }]);
  if (numbers === undefined) throw new Error(`the order ${orderId} has no numbers`);
  return numbers;
}

/** The order as its parts are reckoned from. */
export function partOrder(
  { cancelled, total, amended }: Pick<Order, "cancelled" | "total" | "amended">,
  numbers: OrderNumbers,
): PartOrder & OrderNumbers {
  return { ...numbers, cancelled, total: total + amended };
}

function idOf({ order_id }: { readonly order_id: OrderId }): OrderId {
  return order_id;
}

function toLine(row: LineRow, taxRatePpm: number): NumberedLine {
  return {
    lineNumber: row.line_number,
    offerId: row.offer_id,
    promisedOn: row.promised_on,
    quantity: row.quantity,
    packed: row.packed,
    shipped: row.shipped,
    cancelled: row.cancelled,
    gross: row.gross,
    discount: row.discount,
    net: row.net,
    shippedNet: row.shipped_net,
    cancelledNet: row.cancelled_net,
    taxCategory: row.tax_category,
    taxRatePpm,
  };
}

function toGroup(row: GroupRow): PartGroup {
  return {
    taxCategory: row.tax_category,
    amendment: row.amendment,
    taxCode: row.tax_code,
    taxRatePpm: row.tax_rate_ppm,
    net: row.net,
    tax: row.tax,
    shippedNet: row.shipped_net,
    cancelledNet: row.cancelled_net,
  };
}

function toFreight(row: FreightRow, taxRatePpm: number): PartFreight {
  return { taxCategory: row.tax_category, taxRatePpm, net: row.net, charged: row.charged, cancelled: row.cancelled };
}
