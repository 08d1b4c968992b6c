import { assert } from "../kernel/assert.ts";
import { type CreditNoteId, type InvoiceId, toWireId, type Uuid } from "../kernel/ids.ts";
import { minorUnits, money } from "../kernel/money.ts";
import { toWire } from "../kernel/wire.ts";
import type { ChargedCommission } from "../modules/commissions/index.ts";
import {
  type CreditAsked,
  type CreditCause,
  creditDraft,
  creditedNet,
  type CreditRefusal,
  creditShares,
  type CreditShares,
  documentOf,
  insertCreditNote,
  type Invoice,
  type InvoiceRest,
  numberText,
  openOf,
  placedDocument,
  readInvoices,
  readRest,
  takeNumbers,
  type TradeDocument,
  withSettled,
  writeDocuments,
  writeSettlements,
} from "../modules/invoices/index.ts";
import { companyAccount, type LedgerTransaction, post, sellerAccount } from "../modules/ledger/index.ts";
import { changeFunds } from "../modules/payments/index.ts";
import type { LockKind, Transaction } from "../platform/db/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { type CreditFacts, readCreditFacts } from "../views/credit-facts.ts";
import { giveBackCommission, partOfCommission, returnTransfers } from "./give-back-commission.ts";
import { creditNoteEvent, invoiceEvent } from "./invoice-events.ts";
import type { Circumstances } from "./lifecycle-events.ts";
import { changeCreditOf, lockForSettling, receivableOf, settlementOf, type SettlingMeans, waitNoMore } from "./settle-invoices.ts";

/** The rows that a credit note locks, in the global order. */
export const creditingLocks: readonly LockKind[] = [
  "credit_account",
  "company_funds",
  "invoice",
  "seller_balance",
  "document_series",
  "deadline",
];

/** By whom an invoice is credited and when; no key where nobody's request asked for it. */
export type CreditingMeans = Circumstances & Pick<SettlingMeans, "actor"> & { readonly idempotencyId: Uuid | null };

/** What of an invoice is credited and why; `asked` is told what is left of it. */
export type Crediting = {
  readonly cause: CreditCause;
  /** A parcel, or the answer of the request that asked for it: once for each invoice and cause. */
  readonly causeId: Uuid;
  readonly reason: string | null;
  readonly asked: (document: TradeDocument, rest: InvoiceRest) => CreditAsked;
};

/** A credit note that was issued, and its invoice as it is after it. Amounts in minor units. */
export type CreditNote = {
  readonly creditNoteId: CreditNoteId;
  readonly document: TradeDocument;
  readonly crediting: Omit<Crediting, "asked">;
  readonly lowered: bigint;
  readonly invoice: Invoice;
};

/** Why nothing is credited: more than is left; or what nobody paid, because it is written off. */
export type NotCredited = CreditRefusal | { readonly reason: "written_off"; readonly asked: bigint; readonly left: bigint };

export type CreditOutcome = { readonly ok: true; readonly note: CreditNote } | { readonly ok: false; readonly refusal: NotCredited };

/**
 * Locks an invoice and what a credit note of it changes.
 *
 * Locks: credit account, company funds, invoice.
 *
 * @returns undefined when there is no such invoice
 */
export async function lockForCredit(tx: Transaction, invoiceId: InvoiceId): Promise<Invoice | undefined> {
  const [found] = await readInvoices(tx, [invoiceId]);
  if (found === undefined) return undefined;
  const { companyId, currency } = found;
  const [locked] = await lockForSettling(tx, [invoiceId], [{ companyId, checkoutId: null, currency }]);
  return locked;
}

/**
 * Credits a part of an invoice that `lockForCredit` has locked: issues the note with the next number of its seller's series, lowers what
 * is open, makes what the company had paid its free funds, gives the commission back, and books all that. What is written off is not
 * credited beside, since nobody paid it.
 *
 * Locks: seller balance, document series, deadline.
 *
 * @param alsoBooked what else of this transaction is booked: all of it is booked once, when every lock is held
 */
export async function creditInvoice(
  tx: Transaction,
  invoice: Invoice,
  crediting: Crediting,
  means: CreditingMeans,
  alsoBooked: readonly LedgerTransaction[] = [],
): Promise<CreditOutcome> {
  const facts = await readCreditFacts(tx, invoice);
  const before = await readRest(tx, invoice);
  const document = documentOf(facts.text);
  const credited = creditDraft(document, before, crediting.asked(document, before), crediting.cause);
  if (!credited.ok) return credited;
  const total = BigInt(credited.draft.total);
  if (total === 0n) return { ok: false, refusal: { reason: "nothing_to_credit" } };
  const left = invoice.total - invoice.writtenOff - invoice.credited;
  if (total > left) return { ok: false, refusal: { reason: "written_off", asked: total, left: left < 0n ? 0n : left } };
  const { at, newId } = means;
  const creditNoteId = newId<CreditNoteId>(at);
  const commission = await reverseCommission(tx, { invoice, facts, creditNoteId, before, rest: credited.rest }, means);
  const reversed = commission.net + commission.tax;
  const shares = creditShares({ open: openOf(invoice), pending: invoice.pending, credited: total, reversed });
  const { sellerId, companyId, currency } = invoice;
  const type = "credit_note" as const;
  const [numbers] = await takeNumbers(tx, [{ issuerId: sellerId, type, count: 1, timeZone: facts.timeZone }]);
  assert(numbers !== undefined, "a number was taken");
  const { year, first: number, issuedOn, at: issuedAt } = numbers;
  const placed = placedDocument(credited.draft, {
    ...{ id: toWireId("crn", creditNoteId), number: numberText(facts.seriesPrefix, type, year, number), issuedOn, dueDays: null },
  });
  await writeDocuments(tx, [
    { issuerId: sellerId, documentId: creditNoteId, recipientId: companyId, document: placed, year, number, issuedAt },
  ]);
  const { cause, causeId, reason } = crediting;
  await insertCreditNote(
    tx,
    { creditNoteId, invoice, document: placed, issuedAt, cause, causeId, reason, lowered: shares.lowered, before, rest: credited.rest },
    means,
  );
  const after = await settleByCredit(tx, { invoice, creditNoteId, cause, total, commission, shares }, means);
  const note = { creditNoteId, document: placed, crediting: { cause, causeId, reason }, lowered: shares.lowered, invoice: after };
  const wire = (amount: bigint) => toWire(money(minorUnits(amount), currency));
  await appendEvents(tx, [creditNoteEvent(note, means, { lowered: wire(shares.lowered), freed: wire(shares.freed) })]);
  await post(tx, [...alsoBooked, bookedNote(note, shares), ...bookedReversal(note, commission, shares)], means);
  await waitNoMore(tx, [after]);
  return { ok: true, note };
}

type Reversing = {
  readonly invoice: Invoice;
  readonly facts: CreditFacts;
  readonly creditNoteId: CreditNoteId;
  readonly before: InvoiceRest;
  readonly rest: InvoiceRest;
};

/** The commission of what is credited: of the whole invoice's, by cumulative net, and no more than was charged and is not given back yet. */
async function reverseCommission(
  tx: Transaction,
  { invoice, facts, creditNoteId, before, rest }: Reversing,
  means: CreditingMeans,
): Promise<ChargedCommission> {
  const amount = partOfCommission(invoice, facts, {
    ...{ whole: invoice.net, before: creditedNet(before), after: creditedNet(rest) },
  });
  return giveBackCommission(tx, { invoice, facts, documentId: creditNoteId, kind: "reversed", amount }, means);
}

type Lowering = {
  readonly invoice: Invoice;
  readonly creditNoteId: CreditNoteId;
  readonly cause: CreditCause;
  readonly total: bigint;
  readonly commission: ChargedCommission;
  readonly shares: CreditShares;
};

/** The invoice after its credit note: settled by what lowers the open amount, and the rest the company's free funds. */
async function settleByCredit(
  tx: Transaction,
  { invoice, creditNoteId, cause, total, commission, shares }: Lowering,
  means: CreditingMeans,
): Promise<Invoice> {
  const { companyId, currency } = invoice;
  const lowered = shares.lowered === 0n ? { ...invoice, version: invoice.version + 1 } : withSettled(invoice, shares.lowered);
  const after: Invoice = {
    ...lowered,
    ...{ credited: invoice.credited + total, pending: shares.pending },
    commissionReversed: invoice.commissionReversed + commission.net,
  };
  // Nothing becomes payable by what is credited.
  const settlement = settlementOf(after, {
    ...{ source: "credit_note", sourceId: creditNoteId, amount: shares.lowered, released: 0n, undoes: null, cause },
  });
  const settled = shares.lowered === 0n ? [] : [{ invoice: after, settlement }];
  await changeCreditOf(tx, settled);
  if (shares.freed > 0n) await changeFunds(tx, [{ companyId, checkoutId: null, currency, received: shares.freed }]);
  await writeSettlements(
    tx,
    [after],
    settled.map((each) => each.settlement),
    means,
  );
  const amount = toWire(money(minorUnits(shares.lowered), currency));
  await appendEvents(tx, [
    invoiceEvent(after, cause, means, {
      ...(shares.lowered === 0n ? { type: "invoice.credited" } : {}),
      facts: { amount, source: "credit_note" },
    }),
  ]);
  return after;
}

function bookedNote({ creditNoteId, crediting, invoice }: CreditNote, shares: CreditShares): LedgerTransaction {
  const { sellerId, companyId, currency } = invoice;
  const [pending, payable] = [sellerAccount("payable_pending", sellerId), sellerAccount("payable", sellerId)];
  return {
    ...{ kind: "credit_note_issued", businessKey: creditNoteId, currency, cause: crediting.cause },
    record: { type: "creditNote", id: creditNoteId },
    transfers: [
      { debit: pending, credit: receivableOf(invoice), amount: shares.loweredFromPending },
      { debit: payable, credit: receivableOf(invoice), amount: shares.loweredFromPayable },
      { debit: payable, credit: companyAccount("customer_funds", companyId), amount: shares.freed },
    ],
  };
}

function bookedReversal(
  { creditNoteId, crediting, invoice }: CreditNote,
  commission: ChargedCommission,
  shares: CreditShares,
): LedgerTransaction[] {
  if (commission.net === 0n) return [];
  return [
    {
      ...{ kind: "commission_reversed", businessKey: creditNoteId, currency: invoice.currency, cause: crediting.cause },
      record: { type: "creditNote", id: creditNoteId },
      transfers: returnTransfers(invoice, commission, shares),
    },
  ];
}
