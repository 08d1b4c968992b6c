import { addMillis, type Instant } from "../../kernel/clock.ts";
import { endOfDay } from "../../kernel/working-days.ts";
import type { Deadline, DeadlineKey } from "../../platform/jobs/index.ts";
import { invoiceReminderDays, invoiceReminders, type Settings } from "../../platform/settings/index.ts";
import type { Invoice } from "./invoice.ts";

/** The kind of the deadline at which everybody is told that an invoice is overdue. Its subject is the invoice, its organisation the seller. */
export const invoiceReminderDeadline = "invoice_reminder";

/** How often everybody is told, and how many days after each time again. */
export type ReminderRules = { readonly days: number; readonly most: number };

/** The rules that the settings in force make. */
export function reminderRules(settings: Settings): ReminderRules {
  return { days: settings.value(invoiceReminderDays), most: settings.value(invoiceReminders) };
}

/** Names the deadline of an invoice. */
export function reminderKey({ sellerId, invoiceId }: Pick<Invoice, "sellerId" | "invoiceId">): DeadlineKey {
  return { organisationId: sellerId, kind: invoiceReminderDeadline, subjectId: invoiceId };
}

/** An invoice is overdue when its due day is over where its seller is. */
export function firstReminder(invoice: Pick<Invoice, "sellerId" | "invoiceId" | "dueOn">, timeZone: string): Deadline {
  return { ...reminderKey(invoice), dueAt: endOfDay(invoice.dueOn, timeZone) };
}

const dayMillis = 24 * 60 * 60 * 1_000;

/** The next one after the one that came now; undefined when it was the last. */
export function nextReminder(invoice: Pick<Invoice, "sellerId" | "invoiceId" | "reminders">, { days, most }: ReminderRules, at: Instant) {
  return invoice.reminders < most ? { ...reminderKey(invoice), dueAt: addMillis(at, days * dayMillis) } : undefined;
}
