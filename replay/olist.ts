import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readCsv } from "./csv.ts";
import { type Ending, type History, type HistoricalLine, inOrder, minorOf, sumEqualLines, type Times } from "./history.ts";

type Row = Record<string, string>;

/** The marketplace's history: every order that has items. An item row is one unit; a customer is a `customer_unique_id`. */
export function readOlist(folder: string): History {
  const read = (name: string) => readCsv(readFileSync(join(folder, "olist", name), "utf8"));
  const customers = new Map(read("olist_customers_dataset.csv").map((row) => [row["customer_id"] ?? "", row["customer_unique_id"] ?? ""]));
  const linesOf = new Map<string, HistoricalLine[]>();
  for (const item of read("olist_order_items_dataset.csv")) {
    const lines = linesOf.get(item["order_id"] ?? "") ?? [];
    linesOf.set(item["order_id"] ?? "", lines);
    const [seller = "", sku = ""] = [item["seller_id"], item["product_id"]];
    lines.push({ seller, sku, priceMinor: minorOf(item["price"] ?? ""), freightMinor: minorOf(item["freight_value"] ?? ""), quantity: 1 });
  }
  const rows = read("olist_orders_dataset.csv");
  const withItems = rows.filter((row) => linesOf.has(row["order_id"] ?? ""));
  const clamped: Record<string, number> = {};
  const orders = withItems.map((row) => {
    const reference = row["order_id"] ?? "";
    const customer = customers.get(row["customer_id"] ?? "");
    if (customer === undefined) throw new Error(`order ${reference} has no customer`);
    const at = row["order_purchase_timestamp"] ?? "";
    const ending = endingOf(row);
    const { times, moved } = clampedTimes(row, ending);
    for (const kind of moved) clamped[kind] = (clamped[kind] ?? 0) + 1;
    const promised = row["order_estimated_delivery_date"] ?? "";
    const promisedInDays = promised === "" ? undefined : Math.max(0, daysBetween(at, promised));
    const status = row["order_status"] ?? "";
    const lines = sumEqualLines(linesOf.get(reference) ?? []);
    return { reference, customer, country: "BR", at, status, ending, times, promisedInDays, records: 1, lines };
  });
  return {
    name: "olist",
    currency: "BRL",
    country: "BR",
    tax: { code: "Z", ratePpm: 0, validFrom: "2000-01-01" },
    inParts: true,
    orders: orders.toSorted((a, b) => inOrder(a.at, b.at) || inOrder(a.reference, b.reference)),
    records: rows.length,
    excluded: { no_items: rows.filter((row) => !linesOf.has(row["order_id"] ?? "")).length },
    clamped,
  };
}

const endings: ReadonlyMap<string, Ending> = new Map([
  ["approved", "accepted"],
  ["invoiced", "accepted"],
  ["processing", "accepted"],
  ["unavailable", "rejected"],
  ["shipped", "shipped"],
  ["delivered", "delivered"],
]);

/** What an order came to. A cancelled one that a carrier already had was under way: it was refused where it went. */
function endingOf(row: Row): Ending {
  const status = row["order_status"] ?? "";
  if (status === "canceled") return row["order_delivered_carrier_date"] === "" ? "cancelled" : "refused";
  const ending = endings.get(status);
  if (ending === undefined) throw new Error(`nothing is known of orders that are ${status}`);
  return ending;
}

/** The steps of an order that the file has a time of, and the endings of those orders that took them. */
const steps = [
  { column: "order_approved_at", name: "approved", takenBy: ["accepted", "shipped", "delivered", "refused"] },
  { column: "order_delivered_carrier_date", name: "with_carrier", takenBy: ["shipped", "delivered", "refused"] },
  { column: "order_delivered_customer_date", name: "delivered", takenBy: ["delivered"] },
] as const;

/**
 * The times of an order's steps, none before the step before it. A time that lies before it, or is missing although the step was taken,
 * becomes that of the step before; `moved` names each.
 */
export function clampedTimes(row: Row, ending: Ending): { readonly times: Times; readonly moved: readonly string[] } {
  const moved: string[] = [];
  let last = row["order_purchase_timestamp"] ?? "";
  const [accepted = "", shipped = "", delivered = ""] = steps.map(({ column, name, takenBy }) => {
    const time = row[column] ?? "";
    if (time === "" && takenBy.some((each) => each === ending)) moved.push(`${name}_at_no_time`);
    if (time !== "" && time < last) moved.push(`${name}_too_early`);
    last = time < last ? last : time;
    return last;
  });
  return { times: { accepted, shipped, delivered }, moved };
}

/** Whole days from the day of one time to that of another; times begin with YYYY-MM-DD. */
function daysBetween(from: string, to: string): number {
  const dayOf = (time: string) => Date.parse(`${time.slice(0, 10)}T00:00:00Z`);
  return Math.round((dayOf(to) - dayOf(from)) / 86_400_000);
}
