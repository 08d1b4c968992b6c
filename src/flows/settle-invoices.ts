import { assert } from "../kernel/assert.ts";
import { type Instant, isBefore } from "../kernel/clock.ts";
import type { InvoiceId, Uuid } from "../kernel/ids.ts";
import { minorUnits, money } from "../kernel/money.ts";
import { toWire } from "../kernel/wire.ts";
import { changeCredit, type CreditChange, lockCreditAccounts } from "../modules/companies/index.ts";
import {
  firstReminder,
  type Invoice,
  type InvoiceActor,
  lockInvoices,
  openOf,
  readDebtors,
  releasedShare,
  reminderKey,
  type Settlement,
  type SettlementSource,
  withSettled,
  writeSettlements,
  type WrittenSettlement,
} from "../modules/invoices/index.ts";
import { companyAccount, type LedgerTransfer, sellerAccount } from "../modules/ledger/index.ts";
import { type FundsKey, lockFunds } from "../modules/payments/index.ts";
import type { LockKind, Transaction } from "../platform/db/index.ts";
import { clearDeadlines, setDeadlines } from "../platform/jobs/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { calendarOf, readSellerCalendars } from "../views/seller-calendars.ts";
import { invoiceEvent } from "./invoice-events.ts";
import type { Circumstances } from "./lifecycle-events.ts";

/** The rows that settling invoices locks, in the global order. */
export const settlingLocks: readonly LockKind[] = ["credit_account", "company_funds", "invoice", "deadline"];

/** By whom invoices are settled, when and why. */
export type SettlingMeans = Circumstances & { readonly actor: InvoiceActor; readonly cause: string };

/** An amount, more than zero and no more than is open, that settles a locked invoice. */
export type Settling = {
  readonly invoice: Invoice;
  readonly source: Exclude<SettlementSource, "credit_note" | "write_off">;
  readonly sourceId: Uuid;
  readonly amount: bigint;
};

/** A settlement that was written: the invoice as it is after it, its number, and what of the seller's share became payable with it. */
export type Settled = { readonly invoice: Invoice; readonly settlement: Settlement };

/**
 * Locks what settling invoices changes: the credit accounts that their orders were charged to, the funds that are asked for, and the
 * invoices themselves. Which credit accounts these are never changes, so it is read before.
 *
 * Locks: credit account, company funds, invoice.
 *
 * @returns the invoices that are there, by their keys
 */
export async function lockForSettling(
  tx: Transaction,
  invoiceIds: readonly InvoiceId[],
  funds: readonly FundsKey[] = [],
): Promise<Invoice[]> {
  const debtors = (await readDebtors(tx, invoiceIds)).filter(({ paymentMethod }) => paymentMethod === "on_account");
  if (debtors.length > 0) await lockCreditAccounts(tx, [...new Map(debtors.map((each) => [accountOf(each), each])).values()]);
  if (funds.length > 0) await lockFunds(tx, funds);
  return lockInvoices(tx, invoiceIds);
}

/**
 * Settles locked invoices with money: writes the settlements, releases the sellers' shares, frees the credit that was charged, and tells
 * everybody. Several settlements of one invoice are done in their order. What is booked is the caller's: the money itself, and
 * `releaseTransfer` of each.
 *
 * @throws AssertionFailed for more than is open, or for an invoice that comes in two states
 */
export async function settleInvoices(tx: Transaction, settlings: readonly Settling[], means: SettlingMeans): Promise<Settled[]> {
  const states = new Map<InvoiceId, Invoice>();
  const settled = settlings.map(({ invoice: locked, source, sourceId, amount }): Settled => {
    const invoice = states.get(locked.invoiceId) ?? locked;
    const released = releasedShare(invoice.pending, amount, openOf(invoice));
    const after = { ...withSettled(invoice, amount), pending: invoice.pending - released };
    states.set(after.invoiceId, after);
    return { invoice: after, settlement: settlementOf(after, { source, sourceId, amount, released, undoes: null, cause: means.cause }) };
  });
  await writeAndTell(tx, [...states.values()], settled, means);
  return settled;
}

/**
 * Undoes settlements of locked invoices by opposite rows: what was settled is owed again, what of the seller's share became payable waits
 * again, and credit is used again, whatever its limit. What is booked is the caller's.
 *
 * @throws AssertionFailed for one that is undone already, or was no money
 */
export async function undoSettlements(
  tx: Transaction,
  undone: readonly { readonly invoice: Invoice; readonly settlement: WrittenSettlement }[],
  means: SettlingMeans,
): Promise<Settled[]> {
  const states = new Map<InvoiceId, Invoice>();
  const settled = undone.map(({ invoice: locked, settlement: written }): Settled => {
    const { source, sourceId, amount, released, number } = written;
    assert(!written.undone && written.undoes === null, "a settlement is undone once");
    assert(source !== "credit_note" && source !== "write_off", "money alone is undone in this way");
    const invoice = states.get(locked.invoiceId) ?? locked;
    const after = { ...withSettled(invoice, -amount), pending: invoice.pending + released };
    states.set(after.invoiceId, after);
    const opposite = { source, sourceId, amount: -amount, released: -released, undoes: number, cause: means.cause };
    return { invoice: after, settlement: settlementOf(after, opposite) };
  });
  await writeAndTell(tx, [...states.values()], settled, means, "invoice.settlement_undone");
  await remindAgain(tx, undone, settled, means.at);
  return settled;
}

/** What was settled and is owed again is waited for again: until its due day is over, or as from now. */
async function remindAgain(
  tx: Transaction,
  undone: readonly { readonly invoice: Invoice }[],
  settled: readonly Settled[],
  at: Instant,
): Promise<void> {
  const wasSettled = new Set(undone.filter(({ invoice }) => invoice.state === "settled").map(({ invoice }) => invoice.invoiceId));
  const open = [...new Map(settled.map(({ invoice }) => [invoice.invoiceId, invoice])).values()];
  await waitForPayment(
    tx,
    open.filter(({ invoiceId, state }) => wasSettled.has(invoiceId) && state !== "settled"),
    at,
  );
}

/** Sets the reminders of open invoices: when their due days are over where their sellers are, and not before now. */
export async function waitForPayment(tx: Transaction, invoices: readonly Invoice[], at: Instant): Promise<void> {
  if (invoices.length === 0) return;
  const calendars = await readSellerCalendars(
    tx,
    invoices.map(({ sellerId }) => sellerId),
  );
  await setDeadlines(
    tx,
    invoices.map((invoice) => {
      const reminder = firstReminder(invoice, calendarOf(calendars, invoice.sellerId).timeZone);
      return isBefore(reminder.dueAt, at) ? { ...reminder, dueAt: at } : reminder;
    }),
  );
}

/** Nobody waits for what is settled. */
export function waitNoMore(tx: Transaction, invoices: readonly Invoice[]): Promise<void> {
  return clearDeadlines(tx, invoices.filter(({ state }) => state === "settled").map(reminderKey));
}

/** The seller's share of what was settled, payable with it; of what was undone the other way round. */
export function releaseTransfer({ invoice: { sellerId }, settlement: { released } }: Settled): LedgerTransfer {
  const [waiting, due] = [sellerAccount("payable_pending", sellerId), sellerAccount("payable", sellerId)];
  return released < 0n ? { debit: due, credit: waiting, amount: -released } : { debit: waiting, credit: due, amount: released };
}

/** What a company owes. */
export function receivableOf({ companyId }: Pick<Invoice, "companyId">) {
  return companyAccount("receivable", companyId);
}

/** The settlement of an invoice as it is after it. */
export function settlementOf(
  { sellerId, invoiceId, companyId, settlements }: Invoice,
  settled: Pick<Settlement, "source" | "sourceId" | "amount" | "released" | "undoes" | "cause">,
): Settlement {
  return { ...settled, sellerId, invoiceId, companyId, number: settlements };
}

async function writeAndTell(
  tx: Transaction,
  invoices: readonly Invoice[],
  settled: readonly Settled[],
  means: SettlingMeans,
  type?: string,
): Promise<void> {
  await changeCreditOf(tx, settled);
  await writeSettlements(
    tx,
    invoices,
    settled.map(({ settlement }) => settlement),
    means,
  );
  await appendEvents(
    tx,
    settled.map(({ invoice, settlement }) => {
      const amount = toWire(money(minorUnits(settlement.amount), invoice.currency));
      return invoiceEvent(invoice, means.cause, means, {
        ...(type === undefined ? {} : { type }),
        facts: { amount, source: settlement.source },
      });
    }),
  );
  await waitNoMore(tx, invoices);
}

/** Credit is freed by what settles an invoice on account, and used again by what is undone. */
export async function changeCreditOf(tx: Transaction, settled: readonly Settled[]): Promise<void> {
  const changes = new Map<string, CreditChange>();
  for (const { invoice, settlement } of settled) {
    if (invoice.paymentMethod !== "on_account") continue;
    const { companyId, currency } = invoice;
    const amount = (changes.get(accountOf(invoice))?.amount ?? 0n) - settlement.amount;
    changes.set(accountOf(invoice), { companyId, currency, amount, ...(amount > 0n ? { step: "undo_settlement" as const } : {}) });
  }
  const changed = [...changes.values()].filter(({ amount }) => amount !== 0n);
  if (changed.length > 0) await tx.query(changeCredit(changed));
}

function accountOf({ companyId, currency }: Pick<Invoice, "companyId" | "currency">): string {
  return `${companyId} ${currency}`;
}
