import { amountAt, integerAt, readAll, textAt } from "./api.ts";
import type { Balances } from "./expected-books.ts";
import { inParallel } from "./in-parallel.ts";
import type { ChargeEvent } from "./keep-books.ts";
import { type Means, type OpenedMarket, setupWidth } from "./market.ts";
import { startProgress } from "./progress.ts";
import type { ReadInvoice } from "./read-invoices.ts";

/** What the market says of commission: by seller, what was charged and its tax, and what came about in which order. */
export type ReadCommissions = {
  readonly commission: Balances;
  readonly commissionTax: Balances;
  readonly charges: ReadonlyMap<string, readonly ChargeEvent[]>;
  /** By the name of its invoice, the tax on what was charged and not given back. */
  readonly taxes: Balances;
};

/** Reads the statements of commission of a history's sellers, entry by entry. */
export async function readCommissions(
  step: string,
  market: OpenedMarket,
  invoices: readonly ReadInvoice[],
  { api, operatorKey }: Means,
): Promise<ReadCommissions> {
  const sellers = new Map([...market.sellers].map(([name, { id }]) => [id, name]));
  const keys = new Map(invoices.map(({ id, key }) => [id, key]));
  // What is given back names its credit note, and that names the invoice.
  await readAll(api, operatorKey, "/v1/operator/credit-notes", (row) => {
    const key = keys.get(textAt(row, "invoice"));
    if (key !== undefined) keys.set(textAt(row, "id"), key);
  });
  const [commission, commissionTax, taxes]: [Balances, Balances, Balances] = [new Map(), new Map(), new Map()];
  const charges = new Map<string, readonly ChargeEvent[]>();
  const statements: { readonly id: string; readonly seller: string }[] = [];
  await readAll(api, operatorKey, `/v1/operator/commission-statements?currency=${market.account.currency}`, (row) => {
    const seller = sellers.get(textAt(row, "seller"));
    if (seller === undefined) return;
    if (commission.has(seller)) throw new Error(`${seller} has two statements of commission`);
    commission.set(seller, amountAt(row, "net"));
    commissionTax.set(seller, amountAt(row, "tax"));
    statements.push({ id: textAt(row, "id"), seller });
  });
  const progress = startProgress(step, statements.length);
  await inParallel(statements, setupWidth, async ({ id, seller }) => {
    const events: (ChargeEvent & { readonly number: number })[] = [];
    await readAll(api, operatorKey, `/v1/operator/commission-statements/${id}/entries`, (entry) => {
      const kind = textAt(entry, "kind");
      if (kind !== "charged" && kind !== "reversed") throw new Error(`nothing is known of commission that is ${kind}`);
      const key = keys.get(textAt(entry, "document")) ?? "unknown";
      events.push({ kind, number: integerAt(entry, "number"), key });
      taxes.set(key, (taxes.get(key) ?? 0n) + amountAt(entry, "tax"));
    });
    charges.set(
      seller,
      events.toSorted((a, b) => a.number - b.number),
    );
    progress.tick();
  });
  progress.end();
  return { commission, commissionTax, charges, taxes };
}
