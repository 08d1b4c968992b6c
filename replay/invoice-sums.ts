import type { Books, Debt } from "./expected-books.ts";
import { type ExpectedInvoice, invoiceKey } from "./expected-invoices.ts";

/**
 * What invoices come to. Amounts are minor units: goods and freight net, total with tax, credited what was taken back of the total. Of what
 * is left the operator has its commission and the tax on it; the seller waits for what is pending and gets what is payable.
 */
export type InvoiceSum = {
  readonly invoices: number;
  readonly goods: bigint;
  readonly freight: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  readonly credited: bigint;
  readonly commission: bigint;
  readonly commissionTax: bigint;
  readonly pending: bigint;
  readonly payable: bigint;
};

export const noInvoices: InvoiceSum = {
  ...{ invoices: 0, goods: 0n, freight: 0n, tax: 0n, total: 0n, credited: 0n },
  ...{ commission: 0n, commissionTax: 0n, pending: 0n, payable: 0n },
};

/** An invoice with whose it is: names of the files, and the file's word of its order. */
export type SummedInvoice = Omit<InvoiceSum, "invoices" | "payable"> & {
  readonly key: string;
  readonly status: string;
  readonly seller: string;
  readonly company: string;
};

/** Invoices in all and by a name. */
export type InvoiceSums = {
  readonly all: InvoiceSum;
  readonly byStatus: ReadonlyMap<string, InvoiceSum>;
  readonly bySeller: ReadonlyMap<string, InvoiceSum>;
  readonly byCompany: ReadonlyMap<string, InvoiceSum>;
};

/** Adds up invoices in every way in which they are compared. */
export function sumInvoices(invoices: readonly SummedInvoice[]): InvoiceSums {
  const by = (nameOf: (invoice: SummedInvoice) => string) =>
    new Map([...Map.groupBy(invoices, nameOf)].map(([name, those]) => [name, those.reduce(withInvoice, noInvoices)]));
  return {
    all: invoices.reduce(withInvoice, noInvoices),
    byStatus: by(({ status }) => status),
    bySeller: by(({ seller }) => seller),
    byCompany: by(({ company }) => company),
  };
}

function withInvoice(sum: InvoiceSum, invoice: SummedInvoice): InvoiceSum {
  const { commission, commissionTax, pending } = invoice;
  return {
    invoices: sum.invoices + 1,
    goods: sum.goods + invoice.goods,
    freight: sum.freight + invoice.freight,
    tax: sum.tax + invoice.tax,
    total: sum.total + invoice.total,
    credited: sum.credited + invoice.credited,
    commission: sum.commission + commission,
    commissionTax: sum.commissionTax + commissionTax,
    pending: sum.pending + pending,
    payable: sum.payable + invoice.total - invoice.credited - commission - commissionTax - pending,
  };
}

/** An invoice that the file asks for, as it is added up when this is left of it. */
export function summedInvoice(invoice: ExpectedInvoice, { pending, charged }: Pick<Debt, "pending" | "charged">): SummedInvoice {
  const { order, seller, goods, freight, tax, total, isCredited } = invoice;
  const whose = { key: invoiceKey(invoice), status: order.status, seller, company: order.customer };
  const left = { commission: charged.net, commissionTax: charged.tax, pending };
  return { ...whose, goods, freight, tax, total, credited: isCredited ? total : 0n, ...left };
}

/** All that is compared of invoices and books: of one side, the files or the market. */
export type BookTotals = {
  readonly books: Books;
  /** What is still owed on each invoice. */
  readonly open: ReadonlyMap<string, bigint>;
  readonly invoices: InvoiceSums;
  /** What stands on the operator's own accounts for commission and its tax. */
  readonly earned: { readonly commission: bigint; readonly commissionTax: bigint };
  /** What was debited less what was credited. */
  readonly imbalance: bigint;
};
