import type { Bank } from "./bank.ts";
import { type Balances, type Books } from "./expected-books.ts";
import { invoicesOf } from "./expected-invoices.ts";
import type { HistoricalOrder, History } from "./history.ts";
import { type BookTotals, sumInvoices, summedInvoice } from "./invoice-sums.ts";
import { keepBooks } from "./keep-books.ts";
import type { Means, OpenedMarket, OpenedParty } from "./market.ts";
import { commissionTaxOf } from "./open-terms.ts";
import { type OperatorAccounts, readBalances, readImbalance, readOperatorAccounts, readUnmatched } from "./read-books.ts";
import { type ReadCommissions, readCommissions } from "./read-commissions.ts";
import { listInvoices, readInvoices } from "./read-invoices.ts";

/** What of a market's books and bank is asked about: the parcels that left by the names of their invoices, and what stood there before. */
export type AskedBooks = {
  readonly market: OpenedMarket;
  readonly bank: Bank;
  readonly keyOf: ReadonlyMap<string, string>;
  readonly orderOf: ReadonlyMap<string, HistoricalOrder>;
  readonly before: OperatorAccounts;
};

/** What the market's invoices and books say, and in which order commission came about. */
export type ActualBooks = { readonly totals: BookTotals; readonly charges: ReadCommissions["charges"] };

/** Reads invoices, statements of commission, the ledger and what the bank's statements have left over. */
export async function actualBooks({ name, currency }: History, asked: AskedBooks, means: Means): Promise<ActualBooks> {
  const { market, bank, keyOf, orderOf, before } = asked;
  const invoices = await readInvoices(`${name}: reading invoices`, await listInvoices(market, keyOf, means), means);
  const { commission, commissionTax, charges } = await readCommissions(`${name}: reading commission`, market, invoices, means);
  const [sellers, companies] = [namesById(market.sellers), namesById(market.companies)];
  const now = await readOperatorAccounts(currency, means);
  const books: Books = {
    receivable: await readBalances("receivable", currency, companies, means),
    customerFunds: await readBalances("customer_funds", currency, companies, means),
    pending: await readBalances("payable_pending", currency, sellers, means),
    payable: await readBalances("payable", currency, sellers, means),
    ...{ commission, commissionTax, bank: now.bank - before.bank, unmatched: now.unmatched - before.unmatched },
    unmatchedLines: await readUnmatched(bank, means),
  };
  const totals: BookTotals = {
    ...{ books, open: new Map(invoices.map(({ key, open }) => [key, open])), imbalance: await readImbalance(means) },
    earned: { commission: now.commission - before.commission, commissionTax: now.commission_tax - before.commission_tax },
    invoices: sumInvoices(invoices.map((invoice) => ({ ...invoice, status: orderOf.get(invoice.key)?.status ?? "unknown" }))),
  };
  return { totals, charges };
}

/** What the files ask of invoices and books. Commission is taxed in the order in which it came about, which is the market's. */
export function expectedBooks(history: History, orders: readonly HistoricalOrder[], charges: ReadCommissions["charges"]): BookTotals {
  const kept = keepBooks(history, orders, charges, commissionTaxOf(history));
  const { commission, commissionTax } = kept.books;
  return {
    ...{ ...kept, imbalance: 0n, earned: { commission: sum(commission), commissionTax: sum(commissionTax) } },
    invoices: sumInvoices(orders.flatMap((order) => invoicesOf(history, order)).map(summedInvoice)),
  };
}

function sum(balances: Balances): bigint {
  return [...balances.values()].reduce((total, each) => total + each, 0n);
}

function namesById(parties: ReadonlyMap<string, OpenedParty>): Map<string, string> {
  return new Map([...parties].map(([name, { id }]) => [id, name]));
}
