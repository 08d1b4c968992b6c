import { assert } from "../kernel/assert.ts";
import { type ApiKeyId, type InvoiceId, toWireId, type Uuid } from "../kernel/ids.ts";
import { type Money, minorUnits, money } from "../kernel/money.ts";
import { Refused } from "../kernel/refusal.ts";
import { toWire } from "../kernel/wire.ts";
import { readTerms } from "../modules/commissions/index.ts";
import {
  creditShares,
  type CreditShares,
  type Invoice,
  lockInvoices,
  type NotLeftToWriteOff,
  openOf,
  readSettlementsOfInvoices,
  type Settlement,
  withSettled,
  type WriteOffUndone,
  writeSettlements,
  type WrittenSettlement,
} from "../modules/invoices/index.ts";
import { type LedgerTransaction, operatorAccount, post, sellerAccount } from "../modules/ledger/index.ts";
import { appendAudit, auditEntry } from "../platform/audit/index.ts";
import { type LockKind, now, type Transaction } from "../platform/db/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { type CreditFacts, readCreditFacts, readReturnedWith } from "../views/credit-facts.ts";
import { readPendingMoved } from "../views/pending-moved.ts";
import { giveBackCommission, partOfCommission, returnTransfers } from "./give-back-commission.ts";
import { invoiceEvent } from "./invoice-events.ts";
import type { Circumstances } from "./lifecycle-events.ts";
import { receivableOf, settlementOf, type SettlingMeans, waitForPayment, waitNoMore } from "./settle-invoices.ts";

/** The rows that a write-off and its undoing lock, in the global order. Credit stays used, so its account is none of them. */
export const writeOffLocks: readonly LockKind[] = ["invoice", "seller_balance", "deadline"];

/** What an operator does about an invoice that is not paid. */
export type WriteOffCommand = Omit<Circumstances, "at"> & {
  readonly invoiceId: InvoiceId;
  readonly operatorId: Uuid;
  readonly keyId: ApiKeyId;
  readonly idempotencyId: Uuid;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
  readonly reason: string;
};

/** A write-off, or its undoing, as it was written, and the invoice after it. */
export type WrittenOff = { readonly invoice: Invoice; readonly settlement: Settlement };

/**
 * Writes off what is open of an invoice, or a part of it: nobody waits for it any more. Who bears it was agreed with the order: the
 * seller, whose share falls, or the operator. The company's credit stays used.
 *
 * Locks: invoice, seller balance, deadline.
 *
 * @param command.amount all that is open when left out
 * @returns undefined when there is no such invoice
 * @throws Refused not-left-to-write-off, and what `checkVersion` throws
 */
export async function writeOffInvoice(
  tx: Transaction,
  command: WriteOffCommand & { readonly amount?: Money | undefined },
): Promise<WrittenOff | undefined> {
  const [invoice] = await lockInvoices(tx, [command.invoiceId]);
  if (invoice === undefined) return undefined;
  command.checkVersion(invoice.version);
  const open = openOf(invoice);
  const amount = command.amount?.amount ?? open;
  if (amount > open || open === 0n || (command.amount !== undefined && command.amount.currency !== invoice.currency)) {
    throw new Refused<NotLeftToWriteOff>({ code: "not-left-to-write-off", open: wireOf(invoice, open) });
  }
  const means = await meansOf(tx, command, "written_off");
  const facts = await readCreditFacts(tx, invoice);
  const written = await lowerByWriteOff(tx, { invoice, facts, amount }, means);
  await writeSettlements(tx, [written.invoice], [written.settlement], means);
  await tell(tx, written, means, "invoice.written_off");
  await post(tx, [written.booking], means);
  await audit(tx, command, { before: invoice, after: written }, means);
  await waitNoMore(tx, [written.invoice]);
  return written;
}

/**
 * Undoes a write-off: what was written off is owed again, and the books say the opposite of what they said.
 *
 * Locks: invoice, seller balance, deadline.
 *
 * @returns undefined when there is no such invoice, or no write-off of this number
 * @throws Refused write-off-undone, and what `checkVersion` throws
 */
export async function undoWriteOff(
  tx: Transaction,
  command: WriteOffCommand & { readonly number: number },
): Promise<WrittenOff | undefined> {
  const [invoice] = await lockInvoices(tx, [command.invoiceId]);
  if (invoice === undefined) return undefined;
  command.checkVersion(invoice.version);
  const settlements = await readSettlementsOfInvoices(tx, [invoice]);
  const settlement = settlements.find(
    ({ number, source, undoes }) => number === command.number && source === "write_off" && undoes === null,
  );
  if (settlement === undefined) return undefined;
  if (settlement.undone) throw new Refused<WriteOffUndone>({ code: "write-off-undone" });
  const means = await meansOf(tx, command, "write_off_undone");
  const facts = await readCreditFacts(tx, invoice);
  const undone = await takeBackWriteOff(tx, { invoice, facts, settlement }, means);
  await post(tx, [undone.booking], means);
  await audit(tx, command, { before: invoice, after: undone }, means);
  if (invoice.state === "settled") await waitForPayment(tx, [undone.invoice], means.at);
  return undone;
}

/** A write-off with what the books say of it. */
export type BookedWriteOff = WrittenOff & { readonly booking: LedgerTransaction };

/**
 * Undoes a write-off of a locked invoice by an opposite settlement, and tells it. The caller books it and sets the reminder.
 *
 * Locks: seller balance.
 */
export async function takeBackWriteOff(
  tx: Transaction,
  { invoice, facts, settlement }: { readonly invoice: Invoice; readonly facts: CreditFacts; readonly settlement: WrittenSettlement },
  means: SettlingMeans,
): Promise<BookedWriteOff> {
  const { number, amount, released, sourceId } = settlement;
  const lowered = withSettled(invoice, -amount);
  const charged = await giveBackCommission(
    tx,
    {
      ...{ invoice, facts, documentId: invoice.invoiceId, kind: "write_off_undone" },
      ...{ occurrence: lowered.settlements, amount: await readReturnedWith(tx, invoice.invoiceId, number) },
    },
    means,
  );
  const toPending = -(await readPendingMoved(tx, invoice, number));
  const after = { ...lowered, writtenOff: invoice.writtenOff - amount, pending: invoice.pending + toPending };
  const opposite = settlementOf(after, {
    ...{ source: "write_off", sourceId, amount: -amount, released: -released, undoes: number, cause: means.cause },
  });
  await writeSettlements(tx, [after], [opposite], means);
  const undone = { invoice: after, settlement: opposite };
  await tell(tx, undone, means, "invoice.write_off_undone");
  const receivable = receivableOf(invoice);
  if (invoice.creditRisk === "operator") {
    return { ...undone, booking: booking(undone, [{ debit: receivable, credit: operatorAccount("write_off"), amount }]) };
  }
  const { sellerId } = invoice;
  const [pending, payable] = [sellerAccount("payable_pending", sellerId), sellerAccount("payable", sellerId)];
  // What of the share does not wait again goes back to where it came from.
  const toPayable = amount - charged.net - charged.tax - toPending;
  return {
    ...undone,
    booking: booking(undone, [
      { debit: receivable, credit: pending, amount },
      { debit: pending, credit: operatorAccount("commission"), amount: charged.net },
      { debit: pending, credit: operatorAccount("commission_tax"), amount: charged.tax },
      toPayable < 0n ? { debit: payable, credit: pending, amount: -toPayable } : { debit: pending, credit: payable, amount: toPayable },
    ]),
  };
}

async function lowerByWriteOff(
  tx: Transaction,
  { invoice, facts, amount }: { readonly invoice: Invoice; readonly facts: CreditFacts; readonly amount: bigint },
  means: SettlingMeans,
): Promise<BookedWriteOff> {
  const lowered = { ...withSettled(invoice, amount), writtenOff: invoice.writtenOff + amount };
  // The source of a write-off is the invoice itself: nothing came from anywhere.
  const source = { source: "write_off", sourceId: invoice.invoiceId, amount, released: 0n, undoes: null, cause: means.cause } as const;
  if (invoice.creditRisk === "operator") {
    const written = { invoice: lowered, settlement: settlementOf(lowered, source) };
    const transfer = { debit: operatorAccount("write_off"), credit: receivableOf(invoice), amount };
    return { ...written, booking: booking(written, [transfer]) };
  }
  const isReturned = readTerms(facts.commission.terms).returnedOnWriteOff;
  const share = { whole: invoice.total, before: invoice.writtenOff, after: lowered.writtenOff };
  const commission = await giveBackCommission(
    tx,
    {
      ...{ invoice, facts, documentId: invoice.invoiceId, kind: "written_off", occurrence: lowered.settlements },
      amount: isReturned ? partOfCommission(invoice, facts, share) : 0n,
    },
    means,
  );
  const reversed = commission.net + commission.tax;
  const shares: CreditShares = creditShares({ open: openOf(invoice), pending: invoice.pending, credited: amount, reversed });
  assert(shares.freed === 0n, "no more than is open is written off");
  const after = { ...lowered, pending: shares.pending };
  const written = { invoice: after, settlement: settlementOf(after, source) };
  const { sellerId } = invoice;
  return {
    ...written,
    booking: booking(written, [
      { debit: sellerAccount("payable_pending", sellerId), credit: receivableOf(invoice), amount: shares.loweredFromPending },
      { debit: sellerAccount("payable", sellerId), credit: receivableOf(invoice), amount: shares.loweredFromPayable },
      ...returnTransfers(invoice, commission, shares),
    ]),
  };
}

function booking({ invoice, settlement }: WrittenOff, transfers: LedgerTransaction["transfers"]): LedgerTransaction {
  const { invoiceId, currency } = invoice;
  return {
    ...{ kind: settlement.undoes === null ? "invoice_written_off" : "write_off_undone", currency, cause: settlement.cause },
    ...{ businessKey: `${invoiceId}:${settlement.number}`, record: { type: "invoice", id: invoiceId }, transfers },
  };
}

async function tell(tx: Transaction, { invoice, settlement }: WrittenOff, means: SettlingMeans, type: string): Promise<void> {
  const facts = { amount: wireOf(invoice, settlement.amount), source: "write_off" };
  await appendEvents(tx, [invoiceEvent(invoice, means.cause, means, { type, facts })]);
}

async function meansOf(tx: Transaction, { keyId, requestId, traceparent, newId }: WriteOffCommand, cause: string): Promise<SettlingMeans> {
  return { requestId, traceparent, newId, at: await now(tx), actor: { kind: "operator", id: keyId }, cause };
}

async function audit(
  tx: Transaction,
  { operatorId, keyId, requestId, idempotencyId, newId, reason }: WriteOffCommand,
  { before, after: { invoice, settlement } }: { readonly before: Invoice; readonly after: WrittenOff },
  { at, cause }: SettlingMeans,
): Promise<void> {
  const shown = ({ settled, writtenOff, version }: Invoice) => ({
    ...{ open: wireOf(invoice, invoice.total - settled), written_off: wireOf(invoice, writtenOff), version },
  });
  await appendAudit(tx, [
    auditEntry(
      { principal: { organisationId: operatorId, keyId }, requestId, idempotencyId, now: at, newId },
      {
        ...{ action: `invoice.${cause}`, subjectType: "invoice", subjectId: invoice.invoiceId, reason },
        before: shown(before),
        after: { ...shown(invoice), number: settlement.number, invoice: toWireId("inv", invoice.invoiceId) },
      },
    ),
  ]);
}

function wireOf({ currency }: Pick<Invoice, "currency">, amount: bigint) {
  return toWire(money(minorUnits(amount), currency));
}
