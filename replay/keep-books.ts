import { commissionOf, planOf, riskOf } from "./commission.ts";
import { type Books, chargeTaxes, type Debt, ExpectedBooks } from "./expected-books.ts";
import { type ExpectedInvoice, invoiceKey, invoicesOf } from "./expected-invoices.ts";
import type { HistoricalOrder, History } from "./history.ts";
import { totalOf } from "./seller-parts.ts";
import { isPrepaid, paymentsOf, wayOf } from "./ways-of-paying.ts";

/** That a seller was charged commission for an invoice, or got it back: what happened first stands first. */
export type ChargeEvent = { readonly key: string; readonly kind: "charged" | "reversed" };

/** What the books come to, and by its name what is left of each invoice: open, pending and charged. */
export type KeptBooks = { readonly books: Books; readonly debts: ReadonlyMap<string, Readonly<Debt>> };

/**
 * The books of these orders when all have ended and everybody has paid, from the files and the replay's own plan. `charges` are those of
 * each seller in the order in which they came about, since each is taxed as what it adds to the tax of all before it.
 */
export function keepBooks(
  history: History,
  orders: Iterable<HistoricalOrder>,
  charges: ReadonlyMap<string, readonly ChargeEvent[]>,
  taxRatePpm: bigint,
): KeptBooks {
  const all = [...orders];
  const taxes = taxesOf(
    all.flatMap((order) => invoicesOf(history, order)),
    charges,
    taxRatePpm,
  );
  const books = new ExpectedBooks();
  const debts = new Map<string, Debt>();
  for (const order of all) {
    const { reference, customer, ending } = order;
    const prepaid = isPrepaid(reference);
    if (prepaid) {
      const [way, total] = [wayOf(reference, "checkout"), totalOf(history, order)];
      books.payCheckout(reference, customer, total, way, paymentsOf(reference, way, total));
    }
    if (ending === "cancelled" || ending === "rejected") books.free(reference);
    for (const invoice of invoicesOf(history, order)) {
      const [key, net] = [invoiceKey(invoice), commissionOf(planOf(invoice.seller), invoice)];
      const debt = books.issue(invoice, riskOf(invoice.seller), { net, tax: taxes.get(`charged ${key}`) ?? 0n });
      if (invoice.isCredited) books.credit(debt, { net, tax: -(taxes.get(`reversed ${key}`) ?? 0n) });
      const way = wayOf(key, "invoice");
      if (!prepaid) books.pay(debt, way, paymentsOf(key, way, invoice.total));
      debts.set(key, debt);
    }
  }
  return { books: books.read(), debts };
}

function taxesOf(
  invoices: readonly ExpectedInvoice[],
  charges: ReadonlyMap<string, readonly ChargeEvent[]>,
  taxRatePpm: bigint,
): Map<string, bigint> {
  const nets = new Map(invoices.map((invoice) => [invoiceKey(invoice), commissionOf(planOf(invoice.seller), invoice)]));
  const taxes = new Map<string, bigint>();
  for (const events of charges.values()) {
    const signed = events.map(({ key, kind }) => (nets.get(key) ?? 0n) * (kind === "charged" ? 1n : -1n));
    for (const [index, tax] of chargeTaxes(signed, taxRatePpm).entries()) {
      const event = events[index];
      if (event !== undefined) taxes.set(`${event.kind} ${event.key}`, tax);
    }
  }
  return taxes;
}
