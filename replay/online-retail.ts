import { readFileSync } from "node:fs";
import { join } from "node:path";
import { countryOf } from "./countries.ts";
import { readCsv } from "./csv.ts";
import { type History, type HistoricalLine, inOrder, minorOf, sumEqualLines } from "./history.ts";

/** Codes of the file that are no goods: carriage, discounts, fees, samples and entries by hand. Everything else is goods. */
const notGoods: ReadonlySet<string> = new Set([
  ...["AMAZONFEE", "B", "BANK CHARGES", "C2", "CRUK", "D", "DOT", "M", "m", "PADS", "POST", "S"],
  ...["gift_0001_10", "gift_0001_20", "gift_0001_30", "gift_0001_40", "gift_0001_50"],
]);

type Row = Record<string, string>;

/** Why a line is not placed: the first reason that holds. */
const reasons: readonly (readonly [string, (row: Row) => boolean])[] = [
  ["cancellation", (row) => (row["InvoiceNo"] ?? "").startsWith("C")],
  ["no_customer", (row) => row["CustomerID"] === ""],
  ["quantity_not_positive", (row) => Number(row["Quantity"]) <= 0],
  ["price_not_positive", (row) => minorOf(row["UnitPrice"] ?? "") <= 0n],
  ["not_goods", (row) => notGoods.has(row["StockCode"] ?? "")],
  ["no_country", (row) => countryOf(row["Country"] ?? "") === undefined],
];

/** `12/1/10 8:26` as a text that sorts by time. */
function sortable(text: string): string {
  const found = /^(\d{1,2})\/(\d{1,2})\/(\d{2}) (\d{1,2}):(\d{2})$/.exec(text);
  if (found === null) throw new Error(`not a time: ${text}`);
  const [, month = "", day = "", year = "", hour = "", minute = ""] = found;
  return `20${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")} ${hour.padStart(2, "0")}:${minute}`;
}

/**
 * The wholesaler's history: every usable invoice, equal lines summed. There is one seller; what it invoiced it delivered. A customer who
 * ordered to several countries is one for each.
 */
export function readOnlineRetail(folder: string): History {
  const rows = readCsv(readFileSync(join(folder, "online-retail", "online_retail.csv"), "utf8"));
  const excluded: Record<string, number> = {};
  const invoices = new Map<string, { customer: string; country: string; at: string; lines: HistoricalLine[] }>();
  for (const row of rows) {
    const reason = reasons.find(([, holds]) => holds(row))?.[0];
    if (reason !== undefined) {
      excluded[reason] = (excluded[reason] ?? 0) + 1;
      continue;
    }
    const number = row["InvoiceNo"] ?? "";
    const at = sortable(row["InvoiceDate"] ?? "");
    const country = countryOf(row["Country"] ?? "")?.code ?? "";
    const customer = `${row["CustomerID"] ?? ""}-${country}`;
    const invoice = invoices.get(number) ?? { customer, country, at, lines: [] };
    if (invoice.customer !== customer) throw new Error(`invoice ${number} has two customers`);
    invoices.set(number, { ...invoice, at: at < invoice.at ? at : invoice.at });
    invoice.lines.push({
      seller: "wholesaler",
      sku: row["StockCode"] ?? "",
      priceMinor: minorOf(row["UnitPrice"] ?? ""),
      freightMinor: 0n,
      quantity: Number(row["Quantity"]),
    });
  }
  const orders = [...invoices].map(([reference, { customer, country, at, lines }]) => ({
    ...{ reference, customer, country, at, status: "invoiced", ending: "delivered" as const },
    ...{ times: { accepted: at, shipped: at, delivered: at }, promisedInDays: undefined, records: lines.length },
    lines: sumEqualLines(lines),
  }));
  return {
    name: "online-retail",
    currency: "GBP",
    country: "GB",
    // The standard rate since the Finance (No. 2) Act 2010, section 3.
    tax: { code: "S", ratePpm: 200_000, validFrom: "2011-01-04" },
    inParts: false,
    orders: orders.toSorted((a, b) => inOrder(a.at, b.at) || inOrder(a.reference, b.reference)),
    records: rows.length,
    excluded,
    clamped: {},
  };
}
