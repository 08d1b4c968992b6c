import type { Instant } from "../kernel/clock.ts";
import type { CheckoutId, CompanyId, InvoiceId, OrderId, SellerId, ShipmentId, Uuid } from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import type { CreditRisk, InvoiceState, SettlementSource } from "../modules/invoices/index.ts";
import { instantParameter, type Reader, sql } from "../platform/db/index.ts";

/** An invoice in a list: what is owed on it now. Amounts are minor units of its currency; `paid` is what money settled. */
export type ListedInvoice = {
  readonly seller_id: SellerId;
  readonly invoice_id: InvoiceId;
  readonly company_id: CompanyId;
  readonly order_id: OrderId;
  readonly shipment_id: ShipmentId;
  readonly checkout_id: CheckoutId;
  readonly seller_name: string;
  readonly company_name: string;
  readonly client_reference: string;
  readonly payment_method: "on_account" | "bank_transfer";
  readonly number_text: string;
  readonly issued_on: string;
  readonly due_on: string;
  readonly overdue_from: Instant;
  readonly currency: Currency;
  readonly net: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  readonly state: InvoiceState;
  readonly version: number;
  readonly settled: bigint;
  readonly paid: bigint;
  readonly credited: bigint;
  readonly written_off: bigint;
};

/** Which invoices of a list are asked for; what is left out asks for all. `overdue` asks about this moment. */
export type InvoiceFilters = {
  readonly states?: readonly InvoiceState[] | undefined;
  readonly overdue?: boolean | undefined;
  readonly at: Instant;
  readonly orderId?: OrderId | undefined;
  readonly sellerId?: SellerId | undefined;
  readonly companyId?: CompanyId | undefined;
};

/** A page, new to old: at most `count` rows with ids below `before`. */
export type InvoicePage = { readonly before: Uuid; readonly count: number };

/** A page of the invoices that a seller issued. */
export async function listInvoicesOfSeller(
  reader: Reader,
  sellerId: Uuid,
  { states = null, overdue = null, at, orderId = null, companyId = null }: Nullable<InvoiceFilters>,
  { before, count }: InvoicePage,
): Promise<readonly ListedInvoice[]> {
  return reader.query(sql<ListedInvoice>`
    select i.seller_id, i.invoice_id, i.company_id, i.order_id, i.shipment_id, i.checkout_id, o.seller_name, o.company_name, o.client_reference,
      i.payment_method, i.number_text, i.issued_on, i.due_on, i.overdue_from, i.currency, i.net, i.tax, i.total, i.state, i.version, i.settled,
      i.credited, i.written_off, p.paid
    from invoices i
      join orders o on o.seller_id = i.seller_id and o.order_id = i.order_id
      cross join lateral (
        select coalesce(sum(s.amount), 0)::bigint as paid
        from settlements s
        where s.seller_id = i.seller_id and s.invoice_id = i.invoice_id and s.source in ('bank_line', 'customer_funds')) p
    where i.seller_id = ${sellerId} and i.invoice_id < ${before}::uuid
      and (${states === null ? null : [...states]}::text[] is null or i.state = any (${states === null ? null : [...states]}::text[]))
      and (${overdue}::boolean is null
        or ${overdue}::boolean = (i.state <> 'settled' and i.overdue_from <= ${instantParameter(at)}::timestamptz))
      and (${orderId}::uuid is null or i.order_id = ${orderId}::uuid)
      and (${companyId}::uuid is null or i.company_id = ${companyId}::uuid)
    order by i.invoice_id desc
    limit ${count}`);
}

/** A page of the invoices that a company was issued. */
export async function listInvoicesOfCompany(
  reader: Reader,
  companyId: Uuid,
  { states = null, overdue = null, at, orderId = null, sellerId = null }: Nullable<InvoiceFilters>,
  { before, count }: InvoicePage,
): Promise<readonly ListedInvoice[]> {
  return reader.query(sql<ListedInvoice>`
    select i.seller_id, i.invoice_id, i.company_id, i.order_id, i.shipment_id, i.checkout_id, o.seller_name, o.company_name, o.client_reference,
      i.payment_method, i.number_text, i.issued_on, i.due_on, i.overdue_from, i.currency, i.net, i.tax, i.total, i.state, i.version, i.settled,
      i.credited, i.written_off, p.paid
    from invoices i
      join orders o on o.seller_id = i.seller_id and o.order_id = i.order_id
      cross join lateral (
        select coalesce(sum(s.amount), 0)::bigint as paid
        from settlements s
        where s.seller_id = i.seller_id and s.invoice_id = i.invoice_id and s.source in ('bank_line', 'customer_funds')) p
    where i.company_id = ${companyId} and i.invoice_id < ${before}::uuid
      and (${states === null ? null : [...states]}::text[] is null or i.state = any (${states === null ? null : [...states]}::text[]))
      and (${overdue}::boolean is null
        or ${overdue}::boolean = (i.state <> 'settled' and i.overdue_from <= ${instantParameter(at)}::timestamptz))
      and (${orderId}::uuid is null or i.order_id = ${orderId}::uuid)
      and (${sellerId}::uuid is null or i.seller_id = ${sellerId}::uuid)
    order by i.invoice_id desc
    limit ${count}`);
}

/** A page of all invoices, for the operator. */
export async function listInvoices(
  reader: Reader,
  { states = null, overdue = null, at, orderId = null, sellerId = null, companyId = null }: Nullable<InvoiceFilters>,
  { before, count }: InvoicePage,
): Promise<readonly ListedInvoice[]> {
  return reader.query(sql<ListedInvoice>`
    select i.seller_id, i.invoice_id, i.company_id, i.order_id, i.shipment_id, i.checkout_id, o.seller_name, o.company_name, o.client_reference,
      i.payment_method, i.number_text, i.issued_on, i.due_on, i.overdue_from, i.currency, i.net, i.tax, i.total, i.state, i.version, i.settled,
      i.credited, i.written_off, p.paid
    from invoices i
      join orders o on o.seller_id = i.seller_id and o.order_id = i.order_id
      cross join lateral (
        select coalesce(sum(s.amount), 0)::bigint as paid
        from settlements s
        where s.seller_id = i.seller_id and s.invoice_id = i.invoice_id and s.source in ('bank_line', 'customer_funds')) p
    where i.invoice_id < ${before}::uuid
      and (${states === null ? null : [...states]}::text[] is null or i.state = any (${states === null ? null : [...states]}::text[]))
      and (${overdue}::boolean is null
        or ${overdue}::boolean = (i.state <> 'settled' and i.overdue_from <= ${instantParameter(at)}::timestamptz))
      and (${orderId}::uuid is null or i.order_id = ${orderId}::uuid)
      and (${sellerId}::uuid is null or i.seller_id = ${sellerId}::uuid)
      and (${companyId}::uuid is null or i.company_id = ${companyId}::uuid)
    order by i.invoice_id desc
    limit ${count}`);
}

/** What is not asked for is null in the statement. */
export type Nullable<T> = { readonly [K in keyof T]: T[K] | (undefined extends T[K] ? null : never) };

/** An invoice as it is read: its numbers of now, and its document's text of when it was issued. */
export type InvoiceView = ListedInvoice & { readonly text: string; readonly hash: Buffer };

/** One invoice, if the reader's role and organisation may see it. */
export async function findInvoiceView(reader: Reader, invoiceId: InvoiceId): Promise<InvoiceView | undefined> {
  return reader.find(sql<InvoiceView>`
    select i.seller_id, i.invoice_id, i.company_id, i.order_id, i.shipment_id, i.checkout_id, o.seller_name, o.company_name, o.client_reference,
      i.payment_method, i.number_text, i.issued_on, i.due_on, i.overdue_from, i.currency, i.net, i.tax, i.total, i.state, i.version, i.settled,
      i.credited, i.written_off, p.paid, d.text, d.hash
    from invoices i
      join orders o on o.seller_id = i.seller_id and o.order_id = i.order_id
      join documents d on d.issuer_id = i.seller_id and d.document_id = i.invoice_id
      cross join lateral (
        select coalesce(sum(s.amount), 0)::bigint as paid
        from settlements s
        where s.seller_id = i.seller_id and s.invoice_id = i.invoice_id and s.source in ('bank_line', 'customer_funds')) p
    where i.invoice_id = ${invoiceId}`);
}

/** What settled an invoice; one that undoes another has the opposite amount. */
export type SettlementView = {
  readonly number: number;
  readonly source: SettlementSource;
  readonly amount: bigint;
  readonly at: Instant;
  readonly undoes: number | null;
};

/** The settlements of an invoice in their order. */
export async function settlementViews(reader: Reader, sellerId: SellerId, invoiceId: InvoiceId): Promise<readonly SettlementView[]> {
  return reader.query(sql<SettlementView>`
    select number, source, amount, at, undoes from settlements where seller_id = ${sellerId} and invoice_id = ${invoiceId} order by number`);
}

/** What its seller has to get of an invoice. The company never sees it: to its organisation there is no such row. */
export type PayableView = {
  readonly credit_risk: CreditRisk;
  readonly pending: bigint;
  readonly commission: bigint;
  readonly commission_reversed: bigint;
};

/** What the seller of an invoice has to get of it; undefined for who may not know. */
export async function findPayableView(reader: Reader, sellerId: SellerId, invoiceId: InvoiceId): Promise<PayableView | undefined> {
  return reader.find(sql<PayableView>`
    select credit_risk, pending, commission, commission_reversed
    from invoice_payables
    where seller_id = ${sellerId} and invoice_id = ${invoiceId}`);
}
