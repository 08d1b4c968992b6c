import { assert } from "../kernel/assert.ts";
import { type InvoiceId, toWireId } from "../kernel/ids.ts";
import { Refused } from "../kernel/refusal.ts";
import { localDay } from "../kernel/working-days.ts";
import type { ChargedCommission } from "../modules/commissions/index.ts";
import {
  type AgreedOrder,
  type DocumentDraft,
  firstReminder,
  insertInvoices,
  type Invoice,
  invoiceDraft,
  type NewDocument,
  type NewInvoice,
  numberText,
  type NumbersTaken,
  placedDocument,
  stateAtBirth,
  takeNumbers,
  writeDocuments,
} from "../modules/invoices/index.ts";
import { type LedgerTransaction, post, sellerAccount } from "../modules/ledger/index.ts";
import type { DrawnUnits, Order, Shipment } from "../modules/orders/index.ts";
import { lockFunds } from "../modules/payments/index.ts";
import type { LockKind, Transaction } from "../platform/db/index.ts";
import { setDeadlines } from "../platform/jobs/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { type InvoicedOrder, readInvoicedOrders } from "../views/invoice-facts.ts";
import { bookedCommission, chargeInvoices, pendingAtIssue } from "./charge-commissions.ts";
import { fundsOfPrepaid } from "./free-funds.ts";
import { invoiceEvent } from "./invoice-events.ts";
import type { OrderMeans } from "./lifecycle-events.ts";
import { settleFromFunds } from "./settle-from-funds.ts";
import { receivableOf } from "./settle-invoices.ts";

/** The rows that issuing invoices locks, in the global order. */
export const issuingLocks: readonly LockKind[] = ["company_funds", "seller_balance", "document_series"];

/** A parcel that leaves now, its order locked, and what it takes of the order. */
export type InvoicedParcel = {
  readonly order: Order;
  readonly shipment: Pick<Shipment, "shipmentId" | "number">;
  readonly drawn: DrawnUnits;
};

/** Invoices name who collects for the sellers: without a profile of the operator none can be issued. */
export type OperatorProfileMissing = { readonly code: "operator-profile-missing" };

/** What a snapshot says about how an order is paid. */
type PaymentTerms = { readonly payment_method: Invoice["paymentMethod"]; readonly payment_days: number };

type Drafted = InvoicedParcel & {
  readonly facts: InvoicedOrder;
  readonly terms: PaymentTerms;
  readonly draft: DocumentDraft;
  readonly invoiceId: InvoiceId;
};

/** With what its commission came to. */
type Charged = Drafted & { readonly charged: ChargedCommission };

/**
 * Issues the invoice of each parcel, from what was agreed and what it takes of it: a document with the next number of its seller's series,
 * what is owed on it, and what the books say of it. What was paid beforehand settles it at once, as far as it goes. All that can be done
 * before a number is taken is done before.
 *
 * Locks: company funds, seller balance, document series, deadline (which its callers name).
 *
 * @throws Refused operator-profile-missing
 */
export async function issueInvoices(tx: Transaction, parcels: readonly InvoicedParcel[], means: OrderMeans): Promise<Invoice[]> {
  if (parcels.length === 0) return [];
  const drafts = await draftInvoices(tx, parcels, means);
  const prepaid = drafts.filter(({ terms }) => terms.payment_method === "bank_transfer");
  const funds = await lockFunds(
    tx,
    prepaid.flatMap(({ order }) => fundsOfPrepaid(order)),
  );
  const issued = await numberInvoices(tx, await chargeDrafts(tx, drafts, means));
  await writeDocuments(
    tx,
    issued.map(({ written }) => written),
  );
  await insertInvoices(tx, issued);
  const booked = issued.flatMap(({ invoice, charged }) => [
    bookedInvoice(invoice),
    ...bookedCommission(invoice, charged, "shipment_shipped"),
  ]);
  await appendEvents(
    tx,
    issued.map(({ invoice }) => invoiceEvent(invoice, "shipment_shipped", means, { type: "invoice.issued" })),
  );
  const { settled, bookings } = await settleFromFunds(
    tx,
    issued.map(({ invoice }) => invoice),
    funds,
    means,
  );
  await post(tx, [...booked, ...bookings], means);
  const now = new Map(settled.map((invoice) => [invoice.invoiceId, invoice]));
  const after = issued.map((each) => ({ ...each, invoice: now.get(each.invoice.invoiceId) ?? each.invoice }));
  // What is open is waited for until its due day is over where its seller is.
  const open = after.filter(({ invoice }) => invoice.state !== "settled");
  await setDeadlines(
    tx,
    open.map(({ invoice, timeZone }) => firstReminder(invoice, timeZone)),
  );
  return after.map(({ invoice }) => invoice);
}

async function draftInvoices(tx: Transaction, parcels: readonly InvoicedParcel[], { at, newId }: OrderMeans): Promise<Drafted[]> {
  const facts = await readInvoicedOrders(
    tx,
    parcels.map(({ order }) => order),
  );
  return parcels.map((parcel) => {
    const ofOrder = facts.get(parcel.order.orderId);
    assert(ofOrder !== undefined, "an order that ships is there");
    const agreed = JSON.parse(ofOrder.snapshot) as AgreedOrder & PaymentTerms;
    const draft = invoiceDraft(agreed, shippedOf(parcel.drawn), {
      orderId: toWireId("ord", parcel.order.orderId),
      shipment: { id: toWireId("shp", parcel.shipment.shipmentId), number: parcel.shipment.number },
      suppliedOn: localDay(at, ofOrder.timeZone),
      sellerRegistration: ofOrder.sellerRegistration,
      companyRegistration: ofOrder.companyRegistration,
      ...collectorOf(ofOrder),
      mandate: ofOrder.mandateOn === null ? null : { at: ofOrder.mandateOn },
      freightTitle: "Freight",
      amended: ofOrder.amended,
    });
    return { ...parcel, facts: ofOrder, terms: agreed, draft, invoiceId: newId<InvoiceId>(at) };
  });
}

function shippedOf({ lines, freight, groups }: DrawnUnits) {
  return { lines, freight, groups };
}

function collectorOf({ collector }: InvoicedOrder) {
  if (collector === null) throw new Refused<OperatorProfileMissing>({ code: "operator-profile-missing" });
  const { name, registrationNumber, iban, bic, holder } = collector;
  return { payee: { name, id: registrationNumber }, bank: { iban, bic, holder } };
}

async function chargeDrafts(tx: Transaction, drafts: readonly Drafted[], means: OrderMeans): Promise<Charged[]> {
  const charged = await chargeInvoices(
    tx,
    drafts.map(({ invoiceId, order, drawn, facts }) => ({ invoiceId, order, drawn, agreed: facts.commission })),
    means,
  );
  return drafts.map((draft, index) => {
    const commission = charged[index];
    assert(commission !== undefined, "each invoice has its commission");
    return { ...draft, charged: commission };
  });
}

type Issued = NewInvoice & { readonly written: NewDocument; readonly charged: ChargedCommission };

/** Numbers of one seller are taken in one step, in the order of the parcels. */
async function numberInvoices(tx: Transaction, drafts: readonly Charged[]): Promise<Issued[]> {
  const bySeller = [...Map.groupBy(drafts, ({ order }) => order.sellerId)];
  const taken = await takeNumbers(
    tx,
    bySeller.map(([issuerId, ofSeller]) => {
      const timeZone = ofSeller[0]?.facts.timeZone ?? "UTC";
      return { issuerId, type: "invoice" as const, count: ofSeller.length, timeZone };
    }),
  );
  return bySeller.flatMap(([issuerId, ofSeller]) => {
    const numbers = taken.find((each) => each.issuerId === issuerId);
    assert(numbers !== undefined, "numbers were taken");
    return ofSeller.map((draft, index) => placeInvoice(draft, numbers, numbers.first + index));
  });
}

function placeInvoice(drafted: Charged, { year, issuedOn, at }: NumbersTaken, number: number): Issued {
  const { order, shipment, facts, terms, draft, invoiceId, charged } = drafted;
  const { creditRisk } = facts.commission;
  const { sellerId, companyId, orderId, checkoutId, currency } = order;
  assert(facts.seriesPrefix !== null, "a seller that ships has a series");
  const prepaid = terms.payment_method === "bank_transfer";
  const document = placedDocument(draft, {
    id: toWireId("inv", invoiceId),
    number: numberText(facts.seriesPrefix, "invoice", year, number),
    issuedOn,
    dueDays: prepaid ? 0 : terms.payment_days,
  });
  const total = BigInt(document.total);
  assert(document.due_on !== null, "an invoice is due");
  const invoice: Invoice = {
    ...{ sellerId, invoiceId, companyId, orderId, shipmentId: shipment.shipmentId, checkoutId, currency },
    ...{ paymentMethod: terms.payment_method, numberText: document.number, issuedOn, dueOn: document.due_on },
    ...{ net: BigInt(document.net), tax: BigInt(document.tax), total, state: stateAtBirth(total), version: 1 },
    ...{ settled: 0n, credited: 0n, writtenOff: 0n, settlements: 0, reminders: 0 },
    ...{ creditRisk, pending: pendingAtIssue(creditRisk, total, charged), commission: charged.net, commissionReversed: 0n },
  };
  const written = { issuerId: sellerId, documentId: invoiceId, recipientId: companyId, document, year, number, issuedAt: at };
  return { invoice, document, issuedAt: at, timeZone: facts.timeZone, written, charged };
}

function bookedInvoice(invoice: Invoice): LedgerTransaction {
  const { sellerId, invoiceId, currency, creditRisk, total } = invoice;
  // Where the operator bears the risk the seller does not wait for the company's money.
  const released = creditRisk === "operator" ? total : 0n;
  return {
    ...{ kind: "invoice_issued", businessKey: invoiceId, currency, cause: "shipment_shipped" },
    record: { type: "invoice", id: invoiceId },
    transfers: [
      { debit: receivableOf(invoice), credit: sellerAccount("payable_pending", sellerId), amount: total },
      { debit: sellerAccount("payable_pending", sellerId), credit: sellerAccount("payable", sellerId), amount: released },
    ],
  };
}
