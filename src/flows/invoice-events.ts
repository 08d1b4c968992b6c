import { assert } from "../kernel/assert.ts";
import { type CreditNoteId, toWireId } from "../kernel/ids.ts";
import { minorUnits, money } from "../kernel/money.ts";
import { toWire } from "../kernel/wire.ts";
import { type Invoice, openOf, type TradeDocument } from "../modules/invoices/index.ts";
import type { EventData, NewEvent } from "../platform/outbox/index.ts";
import { type Circumstances, common } from "./lifecycle-events.ts";

/** What is told of a changed invoice beside its numbers: what happened, `invoice.` and its state when left out, and facts of that. */
export type InvoiceSaid = { readonly type?: string; readonly facts?: EventData };

/** An invoice has changed, to be told to its seller and its company. What the seller gets of it is no affair of the company. */
export function invoiceEvent(
  invoice: Invoice,
  cause: string,
  circumstances: Circumstances,
  { type, facts = {} }: InvoiceSaid = {},
): NewEvent {
  const wire = (amount: bigint) => toWire(money(minorUnits(amount), invoice.currency));
  const data = {
    invoice: toWireId("inv", invoice.invoiceId),
    number: invoice.numberText,
    order: toWireId("ord", invoice.orderId),
    shipment: toWireId("shp", invoice.shipmentId),
    seller: toWireId("sel", invoice.sellerId),
    company: toWireId("cmp", invoice.companyId),
    issued_on: invoice.issuedOn,
    due_on: invoice.dueOn,
    state: invoice.state,
    total: wire(invoice.total),
    open: wire(openOf(invoice)),
    cause,
    ...facts,
  };
  return {
    ...common(circumstances),
    organisationId: invoice.sellerId,
    subjectId: invoice.invoiceId,
    subjectType: "invoice",
    subjectVersion: invoice.version,
    type: type ?? `invoice.${invoice.state}`,
    data,
    audiences: [
      { organisationId: invoice.sellerId, data },
      { organisationId: invoice.companyId, data },
    ],
  };
}

/** A credit note was issued, to be told to its seller and its company. */
export function creditNoteEvent(
  note: { readonly creditNoteId: CreditNoteId; readonly document: TradeDocument; readonly invoice: Invoice },
  circumstances: Circumstances,
  facts: EventData,
): NewEvent {
  const { creditNoteId, document, invoice } = note;
  const { sellerId, companyId } = invoice;
  assert(document.cause !== null, "a credit note has its cause");
  const data = {
    credit_note: toWireId("crn", creditNoteId),
    number: document.number,
    invoice: toWireId("inv", invoice.invoiceId),
    order: toWireId("ord", invoice.orderId),
    seller: toWireId("sel", sellerId),
    company: toWireId("cmp", companyId),
    issued_on: document.issued_on,
    total: { amount: document.total, currency: document.currency },
    cause: document.cause,
    ...facts,
  };
  return {
    ...common(circumstances),
    organisationId: sellerId,
    subjectId: creditNoteId,
    subjectType: "creditNote",
    subjectVersion: 1,
    type: "credit_note.issued",
    data,
    audiences: [
      { organisationId: sellerId, data },
      { organisationId: companyId, data },
    ],
  };
}
