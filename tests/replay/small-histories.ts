import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An order as the marketplace's files tell it; times of days of January 2018, `""` where the file has none. */
export type OlistOrder = {
  readonly reference: string;
  readonly status: string;
  readonly purchased: string;
  readonly approved?: string;
  readonly withCarrier?: string;
  readonly delivered?: string;
  readonly promised?: string;
  readonly items?: readonly { readonly seller: string; readonly product: string; readonly price: string; readonly freight: string }[];
};

const time = (text = "") => (text === "" ? "" : `2018-01-${text}`);

/** The marketplace's three files, for orders of the customers `c1`, `c2` and so on. */
export function olistFiles(orders: readonly OlistOrder[]): Record<string, string> {
  const items = orders.flatMap(({ reference, items: ofOrder = [] }) =>
    ofOrder.map(({ seller, product, price, freight }, index) => [reference, index + 1, product, seller, "", price, freight]),
  );
  return {
    "olist/olist_customers_dataset.csv": csv(
      ["customer_id", "customer_unique_id"],
      orders.map((_, index) => [`k${index}`, `c${index}`]),
    ),
    "olist/olist_order_items_dataset.csv": csv(
      ["order_id", "order_item_id", "product_id", "seller_id", "shipping_limit_date", "price", "freight_value"],
      items,
    ),
    "olist/olist_orders_dataset.csv": csv(
      [
        ...["order_id", "customer_id", "order_status", "order_purchase_timestamp", "order_approved_at"],
        ...["order_delivered_carrier_date", "order_delivered_customer_date", "order_estimated_delivery_date"],
      ],
      orders.map((order, index) => [
        ...[order.reference, `k${index}`, order.status, time(order.purchased), time(order.approved)],
        ...[time(order.withCarrier), time(order.delivered), time(order.promised)],
      ]),
    ),
  };
}

/** The wholesaler's file: invoice, stock code, quantity, price, customer and country of each line. */
export function onlineRetailFiles(lines: readonly (readonly [string, string, number, string, string, string])[]): Record<string, string> {
  const columns = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"];
  const rows = lines.map(([invoice, code, quantity, price, customer, country]) => [
    ...[invoice, code, "GOODS", quantity, "12/1/10 8:26", price, customer, country],
  ]);
  return { "online-retail/online_retail.csv": csv(columns, rows) };
}

function csv(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [columns, ...rows].map((row) => `${row.join(",")}\n`).join("");
}

/** Writes files into a folder of their own, lets somebody look at it and takes it away. */
export function withFolder<Result>(files: Readonly<Record<string, string>>, look: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "stoa-histories-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return look(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const item = (seller: string, product: string, price: string, freight: string) => ({ seller, product, price, freight });

/**
 * An order of each status that the files have, with impossible and missing times, an order of two sellers, freights that differ for one
 * product, a free delivery, and orders of several units of which some go in two parcels.
 */
export const everyEnd: readonly OlistOrder[] = [
  {
    ...{ reference: "delivered", status: "delivered", purchased: "01 10:00:00", approved: "01 11:00:00", withCarrier: "03 09:00:00" },
    ...{ delivered: "09 15:00:00", promised: "20 00:00:00", items: [item("s1", "p1", "58.9", "13.29")] },
  },
  {
    ...{ reference: "early-carrier", status: "delivered", purchased: "02 10:00:00", approved: "04 11:00:00", withCarrier: "03 09:00:00" },
    ...{ delivered: "09 15:00:00", promised: "12 00:00:00", items: [item("s1", "p1", "58.9", "20"), item("s2", "p2", "10", "0.05")] },
  },
  {
    ...{ reference: "never-arrived", status: "delivered", purchased: "02 11:00:00", approved: "04 11:00:00" },
    ...{ promised: "30 00:00:00", items: [item("s2", "p2", "10", "0.0")] },
  },
  {
    ...{ reference: "shipped", status: "shipped", purchased: "03 10:00:00", approved: "03 11:00:00", withCarrier: "04 09:00:00" },
    ...{ promised: "12 00:00:00", items: [item("s1", "p3", "120.5", "9"), item("s1", "p3", "120.5", "9")] },
  },
  {
    ...{ reference: "refused", status: "canceled", purchased: "04 10:00:00", approved: "04 11:00:00", withCarrier: "05 09:00:00" },
    ...{ promised: "15 00:00:00", items: [item("s2", "p1", "60", "13.29"), item("s1", "p1", "58.9", "13.29")] },
  },
  {
    ...{ reference: "cancelled", status: "canceled", purchased: "05 10:00:00", promised: "15 00:00:00" },
    items: [item("s1", "p1", "58.9", "13.29")],
  },
  {
    ...{ reference: "rejected", status: "unavailable", purchased: "06 10:00:00", approved: "06 10:00:00", promised: "15 00:00:00" },
    items: [item("s1", "p1", "58.9", "20")],
  },
  ...["invoiced", "processing", "approved"].map((status, index) => ({
    ...{ reference: status, status, purchased: `0${7 + index} 10:00:00`, approved: `0${7 + index} 12:00:00`, promised: "28 00:00:00" },
    items: [item("s1", "p3", "120.5", "9")],
  })),
  ...["a", "b", "c", "d", "e", "f"].map((name, index) => ({
    ...{ reference: `parts-${name}`, status: "delivered", purchased: `1${index} 10:00:00`, approved: `1${index} 10:30:00` },
    ...{ withCarrier: `1${index} 12:00:00`, delivered: `1${index} 18:00:00`, promised: "28 00:00:00" },
    items: [item("s1", "p1", "33.33", "1.11"), item("s1", "p1", "33.33", "1.11"), item("s1", "p2", "7.01", "2.22")],
  })),
  // What is paid for these by nobody's name, and what is paid and comes back.
  ...["wordless", "mute"].map((reference, index) => ({
    ...{ reference, status: "delivered", purchased: `1${7 + index} 10:00:00`, approved: `1${7 + index} 10:30:00` },
    ...{ withCarrier: `1${7 + index} 12:00:00`, delivered: `1${7 + index} 18:00:00`, promised: "28 00:00:00" },
    items: [item("s2", "p4", "20.03", "0.05")],
  })),
  { reference: "empty", status: "created", purchased: "20 10:00:00", promised: "28 00:00:00" },
];

/** Invoices to Great Britain, into the Union, to another country and to none; lines that are nothing to place. */
export const abroad = [
  ["1", "85123A", 6, "2.55", "17850", "United Kingdom"],
  ["1", "71053", 7, "3.39", "17850", "United Kingdom"],
  ["1", "71053", 1, "3.39", "17850", "United Kingdom"],
  ["2", "71053", 100, "3.39", "12583", "France"],
  ["3", "71053", 2, "3.39", "14911", "EIRE"],
  ["4", "71053", 3, "3.39", "12431", "Australia"],
  ["5", "71053", 4, "3.39", "14932", "Channel Islands"],
  ["6", "71053", 5, "3.39", "12363", "Unspecified"],
  ["7", "POST", 1, "18", "12583", "France"],
  ["C8", "71053", -1, "3.39", "17850", "United Kingdom"],
  ["9", "71053", 1, "3.39", "", "United Kingdom"],
] as const;
