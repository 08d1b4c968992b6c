import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { CheckoutId, CompanyId, InvoiceId, OrderId, SellerId, ShipmentId } from "../../kernel/ids.ts";
import type { Currency } from "../../kernel/money.ts";
import { instantParameter, locking, type Reader, sql, type Transaction } from "../../platform/db/index.ts";
import { wholeInvoice } from "./credit-parts.ts";
import type { TradeDocument } from "./document.ts";
import type { CreditRisk, Invoice } from "./invoice.ts";
import type { InvoiceState } from "./invoice-machine.ts";

/** An invoice that was issued now, of which nothing is settled, with its document. `timeZone` is its seller's: there its days are told. */
export type NewInvoice = {
  readonly invoice: Invoice;
  readonly document: TradeDocument;
  readonly issuedAt: Instant;
  readonly timeZone: string;
};

/** Writes invoices with what is left of them to be credited, which is all, in one statement. Their documents are written. */
export async function insertInvoices(tx: Transaction, invoices: readonly NewInvoice[]): Promise<void> {
  if (invoices.length === 0) return;
  const rows = invoices.map(({ invoice, issuedAt, timeZone }) => ({
    ...{ seller_id: invoice.sellerId, invoice_id: invoice.invoiceId, company_id: invoice.companyId, order_id: invoice.orderId },
    ...{ shipment_id: invoice.shipmentId, checkout_id: invoice.checkoutId, payment_method: invoice.paymentMethod },
    ...{ number_text: invoice.numberText, issued_on: invoice.issuedOn, due_on: invoice.dueOn, issued_at: instantParameter(issuedAt) },
    ...{ currency: invoice.currency, net: `${invoice.net}`, tax: `${invoice.tax}`, total: `${invoice.total}` },
    ...{ state: invoice.state, version: invoice.version, time_zone: timeZone },
    ...{ credit_risk: invoice.creditRisk, pending: `${invoice.pending}`, commission: `${invoice.commission}` },
  }));
  const lines = invoices.flatMap(({ invoice: { sellerId, invoiceId }, document }) => {
    const rest = new Map(wholeInvoice(document).lines.map((each) => [each.line, each]));
    return document.lines.map(({ number, order_line, quantity, net }) => {
      const whole = rest.get(number);
      assert(whole !== undefined, "every line of an invoice can be credited");
      return {
        ...{ seller_id: sellerId, invoice_id: invoiceId, line: number, order_line, quantity, net: `${net}` },
        ...{ rest_quantity: whole.quantity, rest_gross: `${whole.gross}`, rest_discount: `${whole.discount}` },
      };
    });
  });
  const groups = invoices.flatMap(({ invoice: { sellerId, invoiceId }, document }) =>
    document.tax_groups.map(({ category, rate_ppm, code, net, tax }) => ({
      ...{ seller_id: sellerId, invoice_id: invoiceId, tax_category: category, tax_rate_ppm: rate_ppm, tax_code: code },
      ...{ net: `${net}`, tax: `${tax}` },
    })),
  );
  await tx.query(sql`
    with issued as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as x (
        seller_id uuid, invoice_id uuid, company_id uuid, order_id uuid, shipment_id uuid, checkout_id uuid, payment_method text, number_text text,
        issued_on date, due_on date, issued_at timestamptz, currency text, net bigint, tax bigint, total bigint, state text, version integer,
        time_zone text, credit_risk text, pending bigint, commission bigint)
    ), written as (
      insert into invoices (seller_id, invoice_id, company_id, order_id, shipment_id, checkout_id, payment_method, number_text, issued_on, due_on,
        overdue_from, issued_at, currency, net, tax, total, state, version)
      select seller_id, invoice_id, company_id, order_id, shipment_id, checkout_id, payment_method, number_text, issued_on, due_on,
        (due_on + 1)::timestamp at time zone time_zone, issued_at, currency, net, tax, total, state, version
      from issued
    ), payables as (
      insert into invoice_payables (seller_id, invoice_id, credit_risk, pending, commission)
      select seller_id, invoice_id, credit_risk, pending, commission from issued
    ), lines as (
      insert into invoice_lines (seller_id, invoice_id, line, order_line, quantity, net, rest_quantity, rest_gross, rest_discount)
      select seller_id, invoice_id, line, order_line, quantity, net, rest_quantity, rest_gross, rest_discount
      from json_to_recordset(${JSON.stringify(lines)}::json) as x (
        seller_id uuid, invoice_id uuid, line integer, order_line integer, quantity integer, net bigint, rest_quantity integer, rest_gross bigint,
        rest_discount bigint)
    )
    insert into invoice_tax_groups (seller_id, invoice_id, tax_category, tax_rate_ppm, tax_code, net, tax)
    select seller_id, invoice_id, tax_category, tax_rate_ppm, tax_code, net, tax
    from json_to_recordset(${JSON.stringify(groups)}::json) as x (
      seller_id uuid, invoice_id uuid, tax_category text, tax_rate_ppm integer, tax_code text, net bigint, tax bigint)`);
}

type InvoiceRow = {
  seller_id: SellerId;
  invoice_id: InvoiceId;
  company_id: CompanyId;
  order_id: OrderId;
  shipment_id: ShipmentId;
  checkout_id: CheckoutId;
  payment_method: Invoice["paymentMethod"];
  number_text: string;
  issued_on: string;
  due_on: string;
  currency: Currency;
  net: bigint;
  tax: bigint;
  total: bigint;
  state: InvoiceState;
  version: number;
  settled: bigint;
  credited: bigint;
  written_off: bigint;
  settlements: number;
  reminders: number;
  credit_risk: CreditRisk;
  pending: bigint;
  commission: bigint;
  commission_reversed: bigint;
};

/** Locks invoices, by primary key, with what their sellers have to get of them. One that is not there is left out. */
export async function lockInvoices(tx: Transaction, invoiceIds: readonly InvoiceId[]): Promise<Invoice[]> {
  if (invoiceIds.length === 0) return [];
  // Who changes a payable has its invoice locked, so the row beside it needs no lock of its own. It is read by a statement that begins
  // when the invoices are locked: one that waits would read it as it was before.
  await tx.query(
    locking(
      "invoice",
      sql<{ invoice_id: InvoiceId }>`
        select invoice_id from invoices where invoice_id = any (${invoiceIds}::uuid[]) order by seller_id, invoice_id for no key update`,
    ),
  );
  return readInvoices(tx, invoiceIds);
}

/** Locks an invoice unless somebody else holds it. @returns undefined when that is so, or there is none of this id */
export async function lockInvoiceIfFree(tx: Transaction, invoiceId: InvoiceId): Promise<Invoice | undefined> {
  const locked = await tx.query(
    locking(
      "invoice",
      sql<{ invoice_id: InvoiceId }>`
        select invoice_id from invoices where invoice_id = ${invoiceId} for no key update skip locked`,
    ),
  );
  return locked.length === 0 ? undefined : (await readInvoices(tx, [invoiceId]))[0];
}

/** Counts that everybody was told of a locked invoice that it is overdue. @returns the invoice as it is then */
export async function writeReminder(tx: Transaction, invoice: Invoice): Promise<Invoice> {
  const told = { ...invoice, reminders: invoice.reminders + 1, version: invoice.version + 1 };
  await tx.execute(sql`
    update invoices set reminders = ${told.reminders}, version = ${told.version}
    where seller_id = ${told.sellerId} and invoice_id = ${told.invoiceId}`);
  return told;
}

/** Invoices as they are, in the order of their keys. */
export async function readInvoices(reader: Reader, invoiceIds: readonly InvoiceId[]): Promise<Invoice[]> {
  const rows = await reader.query(sql<InvoiceRow>`
    select i.seller_id, i.invoice_id, i.company_id, i.order_id, i.shipment_id, i.checkout_id, i.payment_method, i.number_text,
      i.issued_on, i.due_on, i.currency, i.net, i.tax, i.total, i.state, i.version, i.settled, i.credited,
      i.written_off, i.settlements, i.reminders, p.credit_risk, p.pending, p.commission, p.commission_reversed
    from invoices i
      join invoice_payables p on p.seller_id = i.seller_id and p.invoice_id = i.invoice_id
    where i.invoice_id = any (${invoiceIds}::uuid[])
    order by i.seller_id, i.invoice_id`);
  return rows.map(toInvoice);
}

/** What is locked before an invoice is: the credit account that it was charged to. Unlocked; neither ever changes. */
export async function readDebtors(
  reader: Reader,
  invoiceIds: readonly InvoiceId[],
): Promise<Pick<Invoice, "invoiceId" | "companyId" | "checkoutId" | "currency" | "paymentMethod">[]> {
  const rows = await reader.query(sql<{
    invoice_id: InvoiceId;
    company_id: CompanyId;
    checkout_id: CheckoutId;
    currency: Currency;
    payment_method: Invoice["paymentMethod"];
  }>`
    select invoice_id, company_id, checkout_id, currency, payment_method from invoices where invoice_id = any (${invoiceIds}::uuid[])`);
  return rows.map((row) => ({
    ...{ invoiceId: row.invoice_id, companyId: row.company_id, checkoutId: row.checkout_id },
    ...{ currency: row.currency, paymentMethod: row.payment_method },
  }));
}

function toInvoice(row: InvoiceRow): Invoice {
  return {
    ...{ sellerId: row.seller_id, invoiceId: row.invoice_id, companyId: row.company_id, orderId: row.order_id },
    ...{ shipmentId: row.shipment_id, checkoutId: row.checkout_id, paymentMethod: row.payment_method, numberText: row.number_text },
    ...{ issuedOn: row.issued_on, dueOn: row.due_on, currency: row.currency, net: row.net, tax: row.tax, total: row.total },
    ...{ state: row.state, version: row.version, settled: row.settled, credited: row.credited, writtenOff: row.written_off },
    ...{ settlements: row.settlements, reminders: row.reminders, creditRisk: row.credit_risk, pending: row.pending },
    ...{ commission: row.commission, commissionReversed: row.commission_reversed },
  };
}
