/**
 * Invoices: the documents of trade and what is owed on them. A document is immutable; what settles an invoice is an append-only row.
 * Keeps: numbers without a gap and days that do not fall (M5), no more credited or settled than was invoiced (M2, M6).
 */
export { commissionDraft, type CommissionParty, type InvoicedStatement } from "./commission-parts.ts";
export { insertCreditNote, type NewCreditNote, readRest } from "./credit-note-store.ts";
export { type CreditAsked, type CreditRefusal, allThatIsLeft, creditDraft, creditedNet, type InvoiceRest } from "./credit-parts.ts";
export { type CreditCause, type DocumentTaxGroup, type TradeDocument } from "./document.ts";
export { documentOf, type NewDocument, writeDocuments } from "./document-store.ts";
export {
  type CreditRisk,
  type Invoice,
  type InvoiceActor,
  type InvoiceChangedBy,
  openOf,
  type Settlement,
  type SettlementSource,
  stateAtBirth,
  withSettled,
} from "./invoice.ts";
export { type InvoiceState, invoiceMachine } from "./invoice-machine.ts";
export {
  type AgreedOrder,
  type DocumentDraft,
  invoiceDraft,
  type InvoiceFacts,
  placedDocument,
  type ShippedUnits,
} from "./invoice-parts.ts";
export {
  type CreditAmountCurrencyDiffers,
  type InvoiceRefusal,
  type NotLeftToCredit,
  type NotLeftToWriteOff,
  type WriteOffUndone,
} from "./invoice-refusals.ts";
export {
  insertInvoices,
  lockInvoiceIfFree,
  lockInvoices,
  type NewInvoice,
  readDebtors,
  readInvoices,
  writeReminder,
} from "./invoice-store.ts";
export { firstReminder, invoiceReminderDeadline, nextReminder, reminderKey, type ReminderRules, reminderRules } from "./reminder.ts";
export type { NotRepresentable } from "./paper-refusals.ts";
export { pdfOfText, ublOfText } from "./papers.ts";
export { numberText } from "./series.ts";
export { type NumbersAsked, type NumbersTaken, takeNumbers } from "./series-store.ts";
export { readSettlementsOfInvoices, writeSettlements, type WrittenSettlement } from "./settlement-store.ts";
export { creditShares, type CreditShares, releasedShare } from "./shares.ts";

export const owns = [
  "document_series",
  "documents",
  "invoices",
  "invoice_payables",
  "invoice_lines",
  "invoice_tax_groups",
  "credit_notes",
  "settlements",
] as const;
