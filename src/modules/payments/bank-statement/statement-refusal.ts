import { type Refusal, Refused } from "../../../kernel/refusal.ts";
import { type XmlReason, xmlReasons } from "./xml-refusal.ts";

/** Why a bank statement was refused as it is written, in one sentence each. */
export const statementReasons = {
  ...xmlReasons,
  "file-empty": "The file holds no statement.",
  "file-too-large": "The file is larger than 32 MiB.",
  "not-utf8": "The file is not valid UTF-8.",
  "not-a-statement": "The root element is not Document of camt.053.",
  "version-unknown": "Only the versions camt.053.001.02 and camt.053.001.08 are known.",
  "too-many-lines": "The file has more than 100,000 lines.",
  "too-many-texts": "A line has more than 200 references and texts.",
  "element-missing": "An element or a field that has to be there is not.",
  "element-repeated": "An element stands more than once where one is allowed.",
  "value-unknown": "The value is not one of those that are known here.",
  "text-too-long": "A text has more than 1,000 characters, or those of a line have more than 10,000.",
  "amount-unreadable": "An amount is a decimal number without sign, with a point.",
  "amount-too-precise": "The amount has more decimals than its currency.",
  "amount-too-large": "The amount lies beyond 9007199254740991 minor units.",
  "currency-unknown": "The currency is not one of ISO 4217 with a minor unit.",
  "currency-differs": "The currency is not that of the statement's balances.",
  "date-unreadable": "A date is a day of the calendar, written as 2026-01-31.",
  "balance-missing": "The statement has no opening or no closing balance.",
  "balance-repeated": "The statement has more than one opening or closing balance.",
  "column-missing": "A column that has to be there is not.",
  "column-unknown": "The first record names a column that is not known.",
  "column-repeated": "The first record names a column twice.",
  "fields-differ": "The record has another number of fields than the first.",
  "quote-misplaced": "A double quote stands inside a field that is not quoted, or something follows a closing one.",
  "quote-unended": "A quoted field has no end.",
  "line-end-misplaced": "A carriage return stands without its line feed.",
  "row-misplaced": "A statement begins with its opening row and ends with its closing row, and rows between belong to it.",
} as const satisfies Record<XmlReason, string> & Record<string, string>;

export type StatementReason = keyof typeof statementReasons;

/** Where reading ended: everything counts from 1. Entries are those of the statement, transactions those of the entry. */
export type StatementPlace = {
  readonly line: number | null;
  readonly statement: number | null;
  readonly entry: number | null;
  readonly transaction: number | null;
};

/** The file cannot be read as a bank statement. `field` is the element or column. Nothing of the file is taken. */
export type StatementUnreadable = Refusal &
  StatementPlace & { readonly code: "bank-statement-unreadable"; readonly reason: StatementReason; readonly field: string | null };

/** Opening balance and entries do not make the closing balance. Texts are minor units as decimal numbers: sums may be large. */
export type StatementUnbalanced = Refusal & {
  readonly code: "bank-statement-unbalanced";
  readonly statement: string;
  readonly account: string;
  readonly currency: string;
  readonly opening_text: string;
  readonly entries_text: string;
  readonly closing_text: string;
  readonly difference_text: string;
};

export type StatementRefusal = StatementUnreadable | StatementUnbalanced;

export const nowhere: StatementPlace = { line: null, statement: null, entry: null, transaction: null };

/** @throws Refused bank-statement-unreadable */
export function unreadable(reason: StatementReason, place: StatementPlace, field: string | null = null): never {
  const { line, statement, entry, transaction } = place;
  throw new Refused<StatementUnreadable>({ code: "bank-statement-unreadable", reason, line, statement, entry, transaction, field });
}
