import { createHash } from "node:crypto";
import type { Row } from "./row.ts";

/** The rows that papers rest on, and how ids are made. */
export type PaperGround = {
  readonly id: (number: number) => string;
  readonly at: string;
  readonly seller: string;
  readonly otherSeller: string;
  readonly company: string;
  readonly order: string;
  readonly checkout: string;
  readonly otherCheckout: string;
  readonly shipment: string;
  readonly otherShipment: string;
};

type Rows = Readonly<Record<string, { readonly standing: readonly Row[]; readonly fresh: Row }>>;

/** An invoice that stands, with what is left of it, its credit note and its settlements, of which one is undone; and company funds. */
export function paperTables(ground: PaperGround): Rows {
  const { id, at, seller, otherSeller, company, order, checkout, otherCheckout, shipment, otherShipment } = ground;
  const [invoiceId, freshInvoiceId, thirdInvoiceId] = [id(320), id(321), id(325)];
  const [creditNoteId, freshCreditNoteId] = [id(322), id(323)];
  const series = { issuer_id: seller, type: "invoice", year: 2026, last_number: 9, last_day: "2026-01-02" };
  const text = "{}";
  const document = {
    ...{ issuer_id: seller, document_id: invoiceId, type: "invoice", year: 2026, number: 1, number_text: "ONE-2026-000001" },
    ...{ reference_key: "ONE2026000001", recipient_id: company, issued_on: "2026-01-01", issued_at: at, currency: "EUR" },
    ...{ net: 100, tax: 19, total: 119, text, hash: createHash("sha256").update(text).digest() },
  };
  const numbered = (document_id: string, number: number, type = "invoice"): Row => ({
    ...{ ...document, document_id, number, type, number_text: `ONE-${type}-${number}`, reference_key: `ONE${type}${number}` },
  });
  const invoice = {
    ...{ seller_id: seller, invoice_id: invoiceId, company_id: company, order_id: order, shipment_id: shipment, checkout_id: checkout },
    ...{ payment_method: "on_account", number_text: "ONE-2026-000001", issued_on: "2026-01-01", due_on: "2026-01-31", issued_at: at },
    ...{ overdue_from: "2026-02-01T00:00:00Z", currency: "EUR", net: 100, tax: 19, total: 119, state: "issued", version: 1 },
  };
  const payable = { seller_id: seller, invoice_id: invoiceId, credit_risk: "seller", pending: 100, commission: 10 };
  const line = {
    ...{ seller_id: seller, invoice_id: invoiceId, line: 1, order_line: 1, quantity: 1, net: 100 },
    ...{ rest_quantity: 1, rest_gross: 100, rest_discount: 0 },
  };
  const group = {
    ...{ seller_id: seller, invoice_id: invoiceId, tax_category: "standard", tax_rate_ppm: 190_000, tax_code: "S", net: 100, tax: 19 },
  };
  const note = {
    ...{ seller_id: seller, credit_note_id: creditNoteId, invoice_id: invoiceId, company_id: company, order_id: order },
    ...{ number_text: "ONE-2026-C000001", issued_on: "2026-01-01", issued_at: at, cause: "lost", cause_id: shipment, currency: "EUR" },
    ...{ net: 10, tax: 2, total: 12, lowered: 12, actor_kind: "seller", actor_id: id(102) },
  };
  const settlement = {
    ...{ seller_id: seller, invoice_id: invoiceId, number: 1, company_id: company, source: "bank_line", source_id: id(161), amount: 10 },
    ...{ released: 9, cause: "bank_receipt", actor_kind: "operator", actor_id: id(102), at },
  };
  const funds = { company_id: company, checkout_id: checkout, currency: "EUR" };
  return {
    document_series: {
      standing: [
        series,
        { ...series, type: "credit_note" },
        { ...series, type: "commission_invoice", last_number: 0 },
        { ...series, issuer_id: otherSeller },
      ],
      fresh: { ...series, issuer_id: otherSeller, type: "credit_note" },
    },
    documents: {
      standing: [
        document,
        numbered(freshInvoiceId, 2),
        numbered(thirdInvoiceId, 3),
        numbered(creditNoteId, 1, "credit_note"),
        numbered(freshCreditNoteId, 2, "credit_note"),
      ],
      fresh: numbered(id(324), 4),
    },
    invoices: {
      standing: [invoice, { ...invoice, invoice_id: thirdInvoiceId, shipment_id: otherShipment }],
      fresh: { ...invoice, invoice_id: freshInvoiceId, shipment_id: id(193) },
    },
    invoice_payables: {
      standing: [{ ...payable, commission_reversed: 1 }],
      fresh: { ...payable, invoice_id: thirdInvoiceId },
    },
    invoice_lines: {
      standing: [{ ...line, credited_net: 1 }],
      fresh: { ...line, line: 2, order_line: null },
    },
    invoice_tax_groups: {
      // R(19 × 10 / 100) = 2.
      standing: [{ ...group, credited_net: 10, credited_tax: 2 }],
      fresh: { ...group, tax_category: "reduced" },
    },
    credit_notes: {
      standing: [note],
      fresh: { ...note, credit_note_id: freshCreditNoteId, cause: "goodwill" },
    },
    settlements: {
      standing: [settlement, { ...settlement, number: 2, amount: -10, released: -9, undoes: 1 }],
      fresh: { ...settlement, number: 3 },
    },
    company_funds: {
      standing: [{ ...funds, received: 119, used: 19 }],
      fresh: { ...funds, checkout_id: otherCheckout },
    },
  };
}
