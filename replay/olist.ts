import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readCsv } from "./csv.ts";
import { type History, type HistoricalLine, inOrder, minorOf, sumEqualLines } from "./history.ts";

/** The marketplace's history: every order that has items. An item row is one unit; a customer is a `customer_unique_id`. */
export function readOlist(folder: string): History {
  const read = (name: string) => readCsv(readFileSync(join(folder, "olist", name), "utf8"));
  const customers = new Map(read("olist_customers_dataset.csv").map((row) => [row["customer_id"] ?? "", row["customer_unique_id"] ?? ""]));
  const linesOf = new Map<string, HistoricalLine[]>();
  for (const item of read("olist_order_items_dataset.csv")) {
    const lines = linesOf.get(item["order_id"] ?? "") ?? [];
    linesOf.set(item["order_id"] ?? "", lines);
    lines.push({ seller: item["seller_id"] ?? "", sku: item["product_id"] ?? "", priceMinor: minorOf(item["price"] ?? ""), quantity: 1 });
  }
  const rows = read("olist_orders_dataset.csv");
  const withItems = rows.filter((row) => linesOf.has(row["order_id"] ?? ""));
  const orders = withItems.map((row) => {
    const reference = row["order_id"] ?? "";
    const customer = customers.get(row["customer_id"] ?? "");
    if (customer === undefined) throw new Error(`order ${reference} has no customer`);
    const status = row["order_status"] ?? "";
    const at = row["order_purchase_timestamp"] ?? "";
    return { reference, customer, at, status, cancelled: status === "canceled", lines: sumEqualLines(linesOf.get(reference) ?? []) };
  });
  return {
    name: "olist",
    currency: "BRL",
    country: "BR",
    orders: orders.toSorted((a, b) => inOrder(a.at, b.at) || inOrder(a.reference, b.reference)),
    records: rows.length,
    used: withItems.length,
    excluded: { no_items: rows.filter((row) => !linesOf.has(row["order_id"] ?? "")).length },
  };
}
