import Type from "typebox";
import { declareSetting, type Setting } from "./setting.ts";

export const invoiceReminderDays = declareSetting({
  name: "invoice_reminder_days",
  schema: Type.Integer({ minimum: 1, maximum: 365 }),
  default: 7,
  unit: "days",
  risk: "low",
  description: "How long after everybody was told that an invoice is overdue they are told again. A change counts from the next time on.",
});

export const invoiceReminders = declareSetting({
  name: "invoice_reminders",
  schema: Type.Integer({ minimum: 1, maximum: 100 }),
  default: 3,
  unit: "times",
  risk: "low",
  description: "How often everybody is told that an invoice is overdue. A change counts from the next time on.",
});

/** The settings of invoices. */
export const invoiceSettings: readonly Setting[] = [invoiceReminderDays, invoiceReminders];
