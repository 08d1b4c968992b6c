import { actualTotals } from "./actual.ts";
import { Bank } from "./bank.ts";
import { bookFigures } from "./book-figures.ts";
import { actualBooks, expectedBooks } from "./book-totals.ts";
import { payCheckouts, payInvoices } from "./companies-pay.ts";
import { endOrders } from "./end-orders.ts";
import { expectedTotals } from "./expected.ts";
import { invoiceKey, invoicesOf } from "./expected-invoices.ts";
import { type Figures, shortageFigures, totalFigures } from "./figures.ts";
import type { History } from "./history.ts";
import type { Means } from "./market.ts";
import { openMarket } from "./open-market.ts";
import { placeOrders } from "./place-orders.ts";
import { readOperatorAccounts } from "./read-books.ts";
import { listInvoices } from "./read-invoices.ts";
import { readStock } from "./read-parties.ts";
import { recordsOf } from "./shares.ts";

/** What a replay of a history came to; names are the history's and then what they count. */
export type Replayed = {
  readonly figures: Figures;
  readonly excluded: Readonly<Record<string, number>>;
  readonly clamped: Readonly<Record<string, number>>;
  /** Records of the files that are neither placed nor excluded for a reason. */
  readonly unaccounted: number;
  readonly placed: number;
  /** That the placing took. */
  readonly seconds: number;
};

/** Opens a market for a history, places its orders, brings them to their ends, has their companies pay, and compares. */
export async function replayHistory(history: History, means: Means): Promise<Replayed> {
  const { name, orders } = history;
  const before = await readOperatorAccounts(history.currency, means);
  const market = await openMarket(history, means);
  const placings = await placeOrders(history, market, means);
  const figures: Figures = {};
  const isShort = means.stock !== undefined;
  if (isShort) {
    const { held } = await readStock(`${name}: reading stock`, market, means);
    Object.assign(figures, shortageFigures(history, market, placings, held));
  }
  const bank = new Bank(market.account, { mark: `${means.run}${name}-`, begunOn: market.begunOn });
  await payCheckouts(history, placings, bank, means);
  const keyOf = await endOrders(history, market, placings, means);
  // With stock for all, all of the history is expected; with less, what was placed has to be right to the unit.
  const expectedOrders = isShort ? [...placings.placed.values()].map(({ order }) => order) : orders;
  const orderOf = new Map(expectedOrders.flatMap((order) => invoicesOf(history, order).map((invoice) => [invoiceKey(invoice), order])));
  await payInvoices(history, market, await listInvoices(market, keyOf, means), orderOf, bank, means);
  const { totals, charges } = await actualBooks(history, { market, bank, keyOf, orderOf, before }, means);
  const booked = expectedBooks(history, expectedOrders, charges);
  const received = new Map([...market.offers].map(([offer, opened]) => [offer, opened.received]));
  const expected = expectedTotals(history, expectedOrders, { received, receivable: booked.books.receivable });
  Object.assign(figures, totalFigures(history, expected, await actualTotals(history, market, placings, means)));
  Object.assign(figures, bookFigures(name, booked, totals));
  const refused = sumOf(placings.refused);
  return {
    figures,
    excluded: { ...named(name, history.excluded), ...named(`${name}.refused`, placings.refused) },
    clamped: named(name, history.clamped),
    unaccounted: history.records - recordsOf(history) - sumOf(history.excluded) + (orders.length - placings.placed.size - refused),
    placed: placings.placed.size,
    seconds: placings.seconds,
  };
}

function named(prefix: string, counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, each]) => [`${prefix}.${name}`, each]));
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}
