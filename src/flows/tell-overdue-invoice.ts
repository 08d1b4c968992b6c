import type { InvoiceId } from "../kernel/ids.ts";
import {
  invoiceReminderDeadline,
  lockInvoiceIfFree,
  nextReminder,
  reminderKey,
  type ReminderRules,
  writeReminder,
} from "../modules/invoices/index.ts";
import { type LockKind, now, type Transaction } from "../platform/db/index.ts";
import { clearDeadlines, isDue, setDeadlines } from "../platform/jobs/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { invoiceEvent } from "./invoice-events.ts";
import type { Circumstances } from "./lifecycle-events.ts";

/** The rows that telling of an overdue invoice locks, in the global order. */
export const remindingLocks: readonly LockKind[] = ["invoice", "deadline"];

/** The deadline that has come, as the sweeper read it without a lock. */
export type OverdueInvoice = Omit<Circumstances, "at"> & { readonly invoiceId: InvoiceId; readonly reminders: ReminderRules };

/**
 * Tells seller and company that an invoice is overdue, and waits to tell them again, as often as the rules say.
 *
 * Locks: invoice (only if nobody holds it), deadline.
 *
 * @returns "busy" when somebody else holds the invoice: the sweeper comes again
 */
export async function tellOverdueInvoice(tx: Transaction, command: OverdueInvoice): Promise<"done" | "busy"> {
  const invoice = await lockInvoiceIfFree(tx, command.invoiceId);
  if (invoice === undefined) return "busy";
  const at = await now(tx);
  const key = reminderKey(invoice);
  if (!(await isDue(tx, key, at))) return "done";
  // One that was told often enough, was settled and is owed again is not told anew.
  if (invoice.state === "settled" || invoice.reminders >= command.reminders.most) {
    await clearDeadlines(tx, [key]);
    return "done";
  }
  const told = await writeReminder(tx, invoice);
  const facts = { reminder: told.reminders };
  await appendEvents(tx, [invoiceEvent(told, invoiceReminderDeadline, { ...command, at }, { type: "invoice.overdue", facts })]);
  const next = nextReminder(told, command.reminders, at);
  await (next === undefined ? clearDeadlines(tx, [key]) : setDeadlines(tx, [next]));
  return "done";
}
