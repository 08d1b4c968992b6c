import { describe, expect, it } from "vitest";
import { bookFigures } from "../../replay/book-figures.ts";
import { type ExpectedInvoice, invoiceKey, invoicesOf } from "../../replay/expected-invoices.ts";
import type { HistoricalOrder, History } from "../../replay/history.ts";
import { type BookTotals, sumInvoices, summedInvoice } from "../../replay/invoice-sums.ts";
import { type ChargeEvent, keepBooks } from "../../replay/keep-books.ts";
import { isPrepaid } from "../../replay/ways-of-paying.ts";

const endings = ["delivered", "shipped", "refused", "accepted", "cancelled", "rejected"] as const;
const orders = Array.from({ length: 240 }, (_, index): HistoricalOrder => {
  const [ending = "accepted", day] = [endings[index % endings.length], String(index)];
  return {
    ...{ reference: `o${index}`, customer: `c${index % 7}`, country: "BR", at: day, status: `was ${ending}`, ending, records: 1 },
    ...{ times: { accepted: day, shipped: day, delivered: day }, promisedInDays: undefined },
    lines: [
      { seller: `s${index % 5}`, sku: "a", priceMinor: BigInt(1_001 + index * 97), freightMinor: 13n, quantity: 1 + (index % 3) },
      { seller: `s${index % 3}`, sku: "b", priceMinor: 333n, freightMinor: 7n, quantity: 1 },
    ],
  };
});
const history: History = {
  ...{ name: "olist", currency: "BRL", country: "BR", tax: { code: "S", ratePpm: 190_000, validFrom: "2000-01-01" }, inParts: true },
  ...{ orders, records: orders.length, excluded: {}, clamped: {} },
};
const invoices = orders.flatMap((order) => invoicesOf(history, order));
/** Each invoice is charged, and given back at once where it is credited. */
const charges = Map.groupBy(
  invoices.flatMap((invoice) => {
    const event = (kind: ChargeEvent["kind"]) => ({ key: invoiceKey(invoice), kind, seller: invoice.seller });
    return invoice.isCredited ? [event("charged"), event("reversed")] : [event("charged")];
  }),
  ({ seller }) => seller,
);

describe("The books that the files make", () => {
  const { books, debts } = keepBooks(history, orders, charges, 50_000n);
  const open = new Map([...debts].map(([key, debt]) => [key, debt.open]));
  const summed = (those: readonly ExpectedInvoice[]) =>
    sumInvoices(those.map((invoice) => summedInvoice(invoice, debts.get(invoiceKey(invoice)) ?? expect.unreachable())));
  const sum = (balances: ReadonlyMap<string, bigint>) => [...balances.values()].reduce((total, each) => total + each, 0n);

  it("are balanced, and owe what is open of invoices", () => {
    const { bank, unmatched, receivable, customerFunds, pending, payable, commission, commissionTax } = books;
    const owed = sum(customerFunds) + sum(pending) + sum(payable) + sum(commission) + sum(commissionTax) + unmatched;
    expect(bank + sum(receivable)).toBe(owed);
    expect(sum(receivable)).toBe(sum(open));
    expect([bank, unmatched, sum(receivable), sum(customerFunds), sum(pending)].every((each) => each > 0n)).toBe(true);
  });

  it("say of all invoices together what they say of all sellers", () => {
    const { commission, commissionTax, pending, payable } = summed(invoices).all;
    const ofSellers = [books.commission, books.commissionTax, books.pending, books.payable].map(sum);
    expect([commission, commissionTax, pending, payable]).toEqual(ofSellers);
  });

  it("tax all commission of a seller as its sum", () => {
    for (const [seller, net] of books.commission) expect(books.commissionTax.get(seller)).toBe((net * 50_000n + 500_000n) / 1_000_000n);
  });

  it("hold the money of what is paid first, until it leaves or is called off", () => {
    const prepaid = orders.filter(({ reference }) => isPrepaid(reference));
    expect(new Set(prepaid.map(({ ending }) => ending))).toEqual(new Set(endings));
    const paidFirst = keepBooks({ ...history, orders: prepaid }, prepaid, charges, 50_000n);
    expect(sum(paidFirst.books.receivable)).toBe(0n);
    expect(sum(paidFirst.books.pending)).toBe(0n);
  });

  const right: BookTotals = {
    ...{ books, open, invoices: summed(invoices), imbalance: 0n },
    earned: { commission: sum(books.commission), commissionTax: sum(books.commissionTax) },
  };
  const unequal = (actual: BookTotals) =>
    Object.entries(bookFigures("olist", right, actual)).flatMap(([name, { equal }]) => (equal ? [] : [name]));
  const moved = (balances: ReadonlyMap<string, bigint>, from: string, to: string) =>
    new Map(balances).set(from, (balances.get(from) ?? 0n) - 1n).set(to, (balances.get(to) ?? 0n) + 1n);

  it("are found equal to themselves", () => expect(unequal(right)).toEqual([]));

  it.each<[string, Partial<BookTotals>, string[]]>([
    [
      "an invoice that is not there",
      { invoices: summed(invoices.slice(1)) },
      ["olist.invoiced.invoices", "olist.invoiced.status.was delivered.invoices", "olist.invoiced.sellers_differing"],
    ],
    ["what is open of the wrong invoice", { open: moved(open, "o0 s0 0", "o1 s1 0") }, ["olist.open_minor.invoices_differing"]],
    [
      "what the wrong seller gets",
      { books: { ...books, payable: moved(books.payable, "s0", "s1") } },
      ["olist.payable_minor.sellers_differing"],
    ],
    [
      "what a seller gets too early",
      { books: { ...books, pending: moved(books.pending, "s0", "nobody"), payable: moved(books.payable, "nobody", "s0") } },
      ["olist.payable_minor.sellers_differing", "olist.payable_pending_minor.sellers_differing"],
    ],
    ["another commission", { books: { ...books, commission: new Map() } }, ["olist.commission_minor"]],
    ["another tax on it", { books: { ...books, commissionTax: new Map() } }, ["olist.commission_tax_minor"]],
    [
      "what the wrong company owes",
      { books: { ...books, receivable: moved(books.receivable, "c0", "c1") } },
      ["olist.receivable_minor.companies_differing"],
    ],
    [
      "money of the wrong company",
      { books: { ...books, customerFunds: moved(books.customerFunds, "c0", "c1") } },
      ["olist.customer_funds_minor.companies_differing"],
    ],
    ["money that the bank does not have", { books: { ...books, bank: 0n } }, ["olist.bank_minor"]],
    [
      "money that waits for nobody",
      { books: { ...books, unmatched: 0n, unmatchedLines: 0 } },
      ["olist.unmatched_minor", "olist.unmatched_lines"],
    ],
    [
      "commission that was not earned",
      { earned: { commission: 0n, commissionTax: 0n } },
      ["olist.earned_commission_minor", "olist.earned_commission_tax_minor"],
    ],
    ["books that are not balanced", { imbalance: 1n }, ["olist.trial_balance_minor"]],
  ])("name %s", (_, difference, named) => {
    expect(unequal({ ...right, ...difference })).toEqual(expect.arrayContaining(named));
  });
});
