import type { CompanyId, CreditNoteId, InvoiceId, OrderId, SellerId } from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import type { CreditCause } from "../modules/invoices/index.ts";
import { type Reader, sql } from "../platform/db/index.ts";
import type { InvoicePage, Nullable } from "./invoices.ts";

/** A credit note in a list. `lowered` is by how much it lowered what was open; the rest became the company's funds. */
export type ListedCreditNote = {
  readonly seller_id: SellerId;
  readonly credit_note_id: CreditNoteId;
  readonly invoice_id: InvoiceId;
  readonly company_id: CompanyId;
  readonly order_id: OrderId;
  readonly seller_name: string;
  readonly company_name: string;
  readonly invoice_number: string;
  readonly number_text: string;
  readonly issued_on: string;
  readonly cause: CreditCause;
  readonly reason: string | null;
  readonly currency: Currency;
  readonly net: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  readonly lowered: bigint;
};

/** Which credit notes of a list are asked for; what is left out asks for all. */
export type CreditNoteFilters = {
  readonly invoiceId?: InvoiceId | undefined;
  readonly orderId?: OrderId | undefined;
  readonly sellerId?: SellerId | undefined;
  readonly companyId?: CompanyId | undefined;
};

/** A page of the credit notes that the reader's role and organisation may see, as issuer or as recipient. */
export async function listCreditNotes(
  reader: Reader,
  { invoiceId = null, orderId = null, sellerId = null, companyId = null }: Nullable<CreditNoteFilters>,
  { before, count }: InvoicePage,
): Promise<readonly ListedCreditNote[]> {
  return reader.query(sql<ListedCreditNote>`
    select c.seller_id, c.credit_note_id, c.invoice_id, c.company_id, c.order_id, o.seller_name, o.company_name, i.number_text as invoice_number,
      c.number_text, c.issued_on, c.cause, c.reason, c.currency, c.net, c.tax, c.total, c.lowered
    from credit_notes c
      join orders o on o.seller_id = c.seller_id and o.order_id = c.order_id
      join invoices i on i.seller_id = c.seller_id and i.invoice_id = c.invoice_id
    where c.credit_note_id < ${before}::uuid
      and (${invoiceId}::uuid is null or c.invoice_id = ${invoiceId}::uuid)
      and (${orderId}::uuid is null or c.order_id = ${orderId}::uuid)
      and (${sellerId}::uuid is null or c.seller_id = ${sellerId}::uuid)
      and (${companyId}::uuid is null or c.company_id = ${companyId}::uuid)
    order by c.credit_note_id desc
    limit ${count}`);
}

/** A credit note as it is read, with its document's text. */
export type CreditNoteView = ListedCreditNote & { readonly text: string; readonly hash: Buffer };

/** One credit note, if the reader's role and organisation may see it. */
export async function findCreditNoteView(reader: Reader, creditNoteId: CreditNoteId): Promise<CreditNoteView | undefined> {
  return reader.find(sql<CreditNoteView>`
    select c.seller_id, c.credit_note_id, c.invoice_id, c.company_id, c.order_id, o.seller_name, o.company_name, i.number_text as invoice_number,
      c.number_text, c.issued_on, c.cause, c.reason, c.currency, c.net, c.tax, c.total, c.lowered, d.text, d.hash
    from credit_notes c
      join orders o on o.seller_id = c.seller_id and o.order_id = c.order_id
      join invoices i on i.seller_id = c.seller_id and i.invoice_id = c.invoice_id
      join documents d on d.issuer_id = c.seller_id and d.document_id = c.credit_note_id
    where c.credit_note_id = ${creditNoteId}`);
}
