import { expectStatus, integerAt, listAt, objectAt, readAll, textAt } from "./api.ts";
import type { Bank, BankFile, Bill } from "./bank.ts";
import type { HistoricalOrder, History } from "./history.ts";
import { inParallel } from "./in-parallel.ts";
import type { Means, OpenedMarket } from "./market.ts";
import type { Placings } from "./place-orders.ts";
import { startProgress } from "./progress.ts";
import type { ListedInvoice } from "./read-invoices.ts";
import { totalOf } from "./seller-parts.ts";
import { isPrepaid, paymentsOf, wayOf } from "./ways-of-paying.ts";

/** What money that was paid without a known reference is assigned to, in minor units. */
type Part = { readonly kind: "invoice" | "checkout" | "company"; readonly id: string; readonly amount: bigint };

/** Companies pay for the checkouts that are paid first; all of them are confirmed then. */
export async function payCheckouts(history: History, placings: Placings, bank: Bank, means: Means): Promise<void> {
  const bills: Bill[] = [];
  const partsOf = new Map<string, readonly Part[]>();
  for (const [name, { order, checkout, paymentReference: reference }] of placings.placed) {
    if (reference === undefined) continue;
    const [way, total] = [wayOf(name, "checkout"), totalOf(history, order)];
    bills.push({ name, reference, payer: order.customer, payments: paymentsOf(name, way, total) });
    if (way === "wrong_reference") partsOf.set(name, [{ kind: "checkout", id: checkout, amount: total }]);
  }
  await importAndAssign(`${history.name}: payments of checkouts`, bills, partsOf, bank, means);
}

/** Companies pay their invoices, as far as they do, also those that were credited meanwhile: that money is theirs to use. */
export async function payInvoices(
  { name }: History,
  market: Pick<OpenedMarket, "companies">,
  invoices: readonly ListedInvoice[],
  orderOf: ReadonlyMap<string, HistoricalOrder>,
  bank: Bank,
  means: Means,
): Promise<void> {
  const owed = invoices.filter(({ key }) => !isPrepaid(orderOf.get(key)?.reference ?? ""));
  const bills = owed.map(({ key, number, company, total }) => {
    return { name: key, reference: number, payer: company, payments: paymentsOf(key, wayOf(key, "invoice"), total) };
  });
  const partsOf = new Map(
    owed
      .filter(({ key }) => wayOf(key, "invoice") === "wrong_reference")
      .map(({ key, id, company, open, total }): [string, readonly Part[]] => {
        const toInvoice: Part = { kind: "invoice", id, amount: open };
        const toCompany: Part = { kind: "company", id: market.companies.get(company)?.id ?? "", amount: total - open };
        return [key, [toInvoice, toCompany].filter(({ amount }) => amount > 0n)];
      }),
  );
  await importAndAssign(`${name}: payments of invoices`, bills, partsOf, bank, means);
}

async function importAndAssign(
  step: string,
  bills: readonly Bill[],
  partsOf: ReadonlyMap<string, readonly Part[]>,
  bank: Bank,
  means: Means,
): Promise<void> {
  const files = bank.collect(bills);
  const progress = startProgress(step, files.length + partsOf.size);
  for (const file of files) {
    await importFile(file, means);
    progress.tick();
  }
  const { api, operatorKey } = means;
  const waiting: { readonly id: string; readonly parts: readonly Part[] }[] = [];
  await readAll(api, operatorKey, "/v1/operator/bank-lines?state=unmatched", (line) => {
    const parts = partsOf.get(bank.bills.get(String(line["bank_reference"])) ?? "");
    if (parts !== undefined) waiting.push({ id: textAt(line, "id"), parts });
  });
  const { currency } = bank.account;
  await inParallel(waiting, means.concurrency, async ({ id, parts }) => {
    const body = {
      allocations: parts.map(({ kind, id: target, amount }) => ({ [kind]: target, amount: { amount: Number(amount), currency } })),
      reason: "The payer says what it was for",
    };
    expectStatus(await api.write(operatorKey, `/v1/operator/bank-lines/${id}/assign`, `assign-${id}`, body), 200);
    progress.tick();
  });
  progress.end();
}

/** A file is taken in pieces: who sends it again goes on behind them. */
async function importFile({ name, format, text }: BankFile, { api, operatorKey, run }: Means): Promise<void> {
  for (let piece = 0; ; piece += 1) {
    const key = `${run}${name}-${piece}`;
    const taken = expectStatus(await api.write(operatorKey, "/v1/operator/bank-statements", key, { format, text }), 201);
    const broken = listAt(taken, "statements").find(({ continuity }) => continuity === "breaks");
    if (broken !== undefined) throw new Error(`a statement does not lead on from the one before: ${JSON.stringify(broken)}`);
    if (integerAt(objectAt(taken, "remaining"), "lines") === 0) return;
  }
}
