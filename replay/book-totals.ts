import type { Bank } from "./bank.ts";
import type { Balances, Books } from "./expected-books.ts";
import { invoiceKey, invoicesOf } from "./expected-invoices.ts";
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
  const { charges, taxes, ...charged } = await readCommissions(`${name}: reading commission`, market, invoices, means);
  const [sellers, companies] = [namesById(market.sellers), namesById(market.companies)];
  const now = await readOperatorAccounts(currency, means);
  const books: Books = {
    receivable: await readBalances("receivable", currency, companies, means),
    customerFunds: await readBalances("customer_funds", currency, companies, means),
    pending: await readBalances("payable_pending", currency, sellers, means),
    payable: await readBalances("payable", currency, sellers, means),
    ...{ ...charged, bank: now.bank - before.bank, unmatched: now.unmatched - before.unmatched },
    unmatchedLines: await readUnmatched(bank, means),
  };
  const totals: BookTotals = {
    ...{ books, open: new Map(invoices.map(({ key, open }) => [key, open])), imbalance: await readImbalance(means) },
    earned: { commission: now.commission - before.commission, commissionTax: now.commission_tax - before.commission_tax },
    invoices: sumInvoices(
      invoices.map((invoice) => {
        const { key } = invoice;
        return { ...invoice, commissionTax: taxes.get(key) ?? 0n, status: orderOf.get(key)?.status ?? "unknown" };
      }),
    ),
  };
  return { totals, charges };
}

/** What the files ask of invoices and books. Commission is taxed in the order in which it came about, which is the market's. */
export function expectedBooks(history: History, orders: readonly HistoricalOrder[], charges: ReadCommissions["charges"]): BookTotals {
  const { books, debts } = keepBooks(history, orders, charges, commissionTaxOf(history));
  const debtOf = (key: string) => {
    const debt = debts.get(key);
    if (debt === undefined) throw new Error(`no books were kept of ${key}`);
    return debt;
  };
  return {
    ...{ books, imbalance: 0n, earned: { commission: sum(books.commission), commissionTax: sum(books.commissionTax) } },
    open: new Map([...debts].map(([key, { open }]) => [key, open])),
    invoices: sumInvoices(
      orders.flatMap((order) => invoicesOf(history, order)).map((invoice) => summedInvoice(invoice, debtOf(invoiceKey(invoice)))),
    ),
  };
}

function sum(balances: Balances): bigint {
  return [...balances.values()].reduce((total, each) => total + each, 0n);
}

function namesById(parties: ReadonlyMap<string, OpenedParty>): Map<string, string> {
  return new Map([...parties].map(([name, { id }]) => [id, name]));
}
