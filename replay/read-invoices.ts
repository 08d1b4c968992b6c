import { amountAt, type Body, expectStatus, integerAt, listAt, objectAt, readAll, textAt } from "./api.ts";
import { inParallel } from "./in-parallel.ts";
import { type Means, type OpenedMarket, setupWidth } from "./market.ts";
import { startProgress } from "./progress.ts";

/** An invoice as the operator reads it, with the name that the replay has for it. Amounts are minor units. */
export type ReadInvoice = {
  readonly id: string;
  readonly key: string;
  readonly number: string;
  readonly seller: string;
  readonly company: string;
  readonly goods: bigint;
  readonly freight: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  readonly credited: bigint;
  readonly open: bigint;
  /** What the operator has of it, without tax, and what its seller waits for. */
  readonly commission: bigint;
  readonly pending: bigint;
};

/** An invoice of the operator's list. */
export type ListedInvoice = Omit<ReadInvoice, "goods" | "freight" | "commission" | "pending">;

/**
 * Lists the invoices of a history's sellers. One for a parcel that the replay did not send has the name `unknown` and its number.
 */
export async function listInvoices(market: OpenedMarket, keyOf: ReadonlyMap<string, string>, means: Means): Promise<ListedInvoice[]> {
  const sellers = new Map([...market.sellers].map(([name, { id }]) => [id, name]));
  const companies = new Map([...market.companies].map(([name, { id }]) => [id, name]));
  const listed: ListedInvoice[] = [];
  await readAll(means.api, means.operatorKey, "/v1/operator/invoices", (row) => {
    const seller = sellers.get(textAt(objectAt(row, "seller"), "id"));
    if (seller === undefined) return;
    const number = textAt(row, "number");
    listed.push({
      ...{ id: textAt(row, "id"), number, seller, key: keyOf.get(textAt(row, "shipment")) ?? `unknown ${number}` },
      company: companies.get(textAt(objectAt(row, "company"), "id")) ?? "unknown",
      ...{ tax: amountAt(row, "tax"), total: amountAt(row, "total"), credited: amountAt(row, "credited"), open: amountAt(row, "open") },
    });
  });
  return listed;
}

/** Reads listed invoices whole: what of each is goods and what freight, and who gets what of it. */
export async function readInvoices(step: string, listed: readonly ListedInvoice[], { api, operatorKey }: Means): Promise<ReadInvoice[]> {
  const read: ReadInvoice[] = [];
  const progress = startProgress(step, listed.length);
  await inParallel(listed, setupWidth, async (invoice) => {
    const whole = expectStatus(await api.get(operatorKey, `/v1/operator/invoices/${invoice.id}`), 200);
    const lines = listAt(objectAt(whole, "document"), "lines");
    const payable = objectAt(whole, "payable");
    const commission = amountAt(payable, "commission") - amountAt(payable, "commission_reversed");
    const goods = { goods: netOf(lines, "goods"), freight: netOf(lines, "freight") };
    read.push({ ...invoice, ...goods, commission, pending: amountAt(payable, "pending") });
    progress.tick();
  });
  progress.end();
  return read;
}

/** What the lines of a document of one kind come to. */
function netOf(lines: readonly Body[], kind: "goods" | "freight"): bigint {
  return lines.filter((line) => line["kind"] === kind).reduce((sum, line) => sum + BigInt(integerAt(line, "net")), 0n);
}
