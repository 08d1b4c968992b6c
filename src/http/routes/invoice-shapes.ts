import Type, { type Static } from "typebox";
import { type Instant, toRfc3339 } from "../../kernel/clock.ts";
import { toWireId } from "../../kernel/ids.ts";
import { documentOf, type InvoiceState, openOf, type SettlementSource } from "../../modules/invoices/index.ts";
import type { ListedCreditNote } from "../../views/credit-notes.ts";
import type { InvoiceView, ListedInvoice, PayableView, SettlementView } from "../../views/invoices.ts";
import { example } from "../examples.ts";
import { closed, currencyCode, day, idOf, instant, integer, listOf, money, oneOf, signedMoney, text, version } from "../shapes.ts";
import { documentHash, documentSample, documentShape, wire } from "./document-shapes.ts";
import { nullable } from "./organisation-shapes.ts";

/** The states of an invoice, as they are shown. */
export const invoiceStates = ["issued", "partially_settled", "settled"] as const satisfies readonly InvoiceState[];
const sources = ["bank_line", "customer_funds", "credit_note", "write_off", "rounding"] as const satisfies readonly SettlementSource[];
const causes = ["cancelled_after_invoicing", "lost", "refused", "goodwill"] as const;

const number = Type.String({ maxLength: 30, description: "PREFIX-YYYY-000001, without a gap for each issuer, type and year" });
const members = {
  id: idOf("invoice"),
  version,
  number,
  issued_on: day,
  due_on: day,
  order: idOf("order"),
  client_reference: Type.String({ maxLength: 64 }),
  shipment: idOf("shipment"),
  checkout: idOf("checkout"),
  seller: closed({ id: idOf("seller"), name: text(200) }),
  company: closed({ id: idOf("company"), name: text(200) }),
  payment_method: oneOf(["on_account", "bank_transfer"]),
  state: oneOf(invoiceStates),
  currency: currencyCode,
  net: money,
  tax: money,
  total: money,
  open: money,
  paid: money,
  credited: money,
  written_off: money,
  overdue: Type.Boolean({ description: "Something is open, and the day on which it was due is over where the seller is" }),
};

/** An invoice in a list: what is owed on it now. */
export const listedInvoice = closed(members);

const settlement = closed({
  number: integer(1, 2_147_483_647),
  source: oneOf(sources),
  amount: signedMoney,
  at: instant,
  undoes: Type.Union([integer(1, 2_147_483_647), Type.Null()], { description: "The settlement that was not so and is undone by this one" }),
});

/** A credit note in a list. */
export const listedCreditNote = closed({
  id: idOf("creditNote"),
  number,
  invoice: idOf("invoice"),
  invoice_number: number,
  issued_on: day,
  order: idOf("order"),
  seller: closed({ id: idOf("seller"), name: text(200) }),
  company: closed({ id: idOf("company"), name: text(200) }),
  cause: oneOf(causes),
  reason: nullable(text(500)),
  currency: currencyCode,
  net: money,
  tax: money,
  total: money,
  lowered: Type.Unsafe<Static<typeof money>>({
    ...money,
    description: "By how much it lowered what was open; the rest became the company's funds",
  }),
});

const whole = {
  ...members,
  settlements: listOf(settlement, 0, 10_000),
  credit_notes: listOf(
    closed({ id: idOf("creditNote"), number, issued_on: day, cause: oneOf(causes), total: money, lowered: money }),
    0,
    10_000,
  ),
  document: documentShape,
  document_hash: documentHash,
};

/** An invoice as its company reads it. */
export const companysInvoice = closed(whole);

/** An invoice as its seller and the operator read it: what the seller has to get of it besides. */
export const sellersInvoice = closed({
  ...whole,
  payable: closed({
    credit_risk: oneOf(["seller", "operator"]),
    pending: Type.Unsafe<Static<typeof money>>({ ...money, description: "What of it waits for the company's money" }),
    commission: money,
    commission_reversed: money,
  }),
});

/** An invoice of a view as lists show it at this moment. */
export function shownListedInvoice(row: ListedInvoice, at: Instant): Static<typeof listedInvoice> {
  const { currency, state } = row;
  return {
    id: toWireId("inv", row.invoice_id),
    version: row.version,
    number: row.number_text,
    issued_on: row.issued_on,
    due_on: row.due_on,
    order: toWireId("ord", row.order_id),
    client_reference: row.client_reference,
    shipment: toWireId("shp", row.shipment_id),
    checkout: toWireId("chk", row.checkout_id),
    seller: { id: toWireId("sel", row.seller_id), name: row.seller_name },
    company: { id: toWireId("cmp", row.company_id), name: row.company_name },
    payment_method: row.payment_method,
    state,
    currency,
    net: wire(row.net, currency),
    tax: wire(row.tax, currency),
    total: wire(row.total, currency),
    open: wire(openOf(row), currency),
    paid: wire(row.paid, currency),
    credited: wire(row.credited, currency),
    written_off: wire(row.written_off, currency),
    overdue: state !== "settled" && row.overdue_from <= at,
  };
}

/** A credit note of a view as lists show it. */
export function shownListedCreditNote(row: ListedCreditNote): Static<typeof listedCreditNote> {
  const { currency } = row;
  return {
    ...shownNote(row),
    invoice: toWireId("inv", row.invoice_id),
    invoice_number: row.invoice_number,
    order: toWireId("ord", row.order_id),
    seller: { id: toWireId("sel", row.seller_id), name: row.seller_name },
    company: { id: toWireId("cmp", row.company_id), name: row.company_name },
    reason: row.reason,
    currency,
    net: wire(row.net, currency),
    tax: wire(row.tax, currency),
  };
}

function shownNote(row: ListedCreditNote) {
  return {
    id: toWireId("crn", row.credit_note_id),
    number: row.number_text,
    issued_on: row.issued_on,
    cause: row.cause,
    total: wire(row.total, row.currency),
    lowered: wire(row.lowered, row.currency),
  };
}

/** An invoice as its company reads it, from its document's text and what became of it. */
export function shownInvoice(
  view: InvoiceView,
  { settlements, notes, at }: { settlements: readonly SettlementView[]; notes: readonly ListedCreditNote[]; at: Instant },
): Static<typeof companysInvoice> {
  return {
    ...shownListedInvoice(view, at),
    settlements: settlements.map((each) => ({
      ...{
        number: each.number,
        source: each.source,
        amount: wire(each.amount, view.currency),
        at: toRfc3339(each.at),
        undoes: each.undoes,
      },
    })),
    credit_notes: notes.map(shownNote),
    document: shownDocument(view.text),
    document_hash: view.hash.toString("hex"),
  };
}

/** A stored document as it is shown: as it was issued. */
export function shownDocument(stored: string): Static<typeof documentShape> {
  const document = documentOf(stored);
  const lines = document.lines.map((line) => ({ ...line, attributes: { ...line.attributes } }));
  return { ...document, lines, tax_groups: [...document.tax_groups] };
}

/** What the seller has to get of an invoice. */
export function shownPayable(payable: PayableView, { currency }: Pick<InvoiceView, "currency">) {
  return {
    credit_risk: payable.credit_risk,
    pending: wire(payable.pending, currency),
    commission: wire(payable.commission, currency),
    commission_reversed: wire(payable.commission_reversed, currency),
  };
}

const euro = (amount: number) => ({ amount, currency: "EUR" });

/** The example's invoice in a list. */
export const listedInvoiceSample: Static<typeof listedInvoice> = {
  ...{ id: example.invoice, version: 1, number: example.invoiceNumber, issued_on: "2026-11-22", due_on: "2026-12-22" },
  ...{ order: example.shippingOrder, client_reference: "PO-2026-0818", shipment: example.shippedShipment, checkout: example.checkout },
  ...{ seller: { id: example.seller, name: "Nordwind Fasteners" }, company: { id: example.company, name: "Werft Rostock GmbH" } },
  ...{ payment_method: "on_account", state: "issued", currency: "EUR", net: euro(10_000), tax: euro(1_900), total: euro(11_900) },
  ...{ open: euro(11_900), paid: euro(0), credited: euro(0), written_off: euro(0), overdue: false },
};

/** A credit note as it is read. */
export const creditNote = closed({ ...listedCreditNote.properties, document: documentShape, document_hash: documentHash });

/** The example's credit note in a list. */
export const listedCreditNoteSample: Static<typeof listedCreditNote> = {
  ...{ id: example.creditNote, number: "NORDWIND-2026-C000001", invoice: example.creditedInvoice, invoice_number: "NORDWIND-2026-000004" },
  ...{ issued_on: "2026-11-22", order: example.shippingOrder, seller: listedInvoiceSample.seller, company: listedInvoiceSample.company },
  ...{ cause: "refused", reason: null, currency: "EUR", net: euro(10_000), tax: euro(1_900), total: euro(11_900), lowered: euro(11_900) },
};

/** The example's credit note as it is read. */
export const creditNoteSample: Static<typeof creditNote> = {
  ...listedCreditNoteSample,
  document: {
    ...documentSample,
    ...{ type: "credit_note", id: example.creditNote, number: "NORDWIND-2026-C000001", due_on: null, cause: "refused" },
    precedes: { id: example.creditedInvoice, number: "NORDWIND-2026-000004", issued_on: "2026-11-22" },
    payment_reference: "NORDWIND-2026-C000001",
  },
  document_hash: "0d2c9b5f1c7c7e4f0e4b519d5e8a7d0c2b9a115f1c7c7e4f0e4b519d5e8a7d0c",
};

/** The example's invoice as its company reads it. */
export const companysInvoiceSample: Static<typeof companysInvoice> = {
  ...listedInvoiceSample,
  settlements: [],
  credit_notes: [],
  document: documentSample,
  document_hash: "5f1c7c7e4f0e4b519d5e8a7d0c2b9a115f1c7c7e4f0e4b519d5e8a7d0c2b9a11",
};

/** The example's invoice as its seller and the operator read it. */
export const sellersInvoiceSample: Static<typeof sellersInvoice> = {
  ...companysInvoiceSample,
  payable: { credit_risk: "seller", pending: euro(11_305), commission: euro(500), commission_reversed: euro(0) },
};
