import { type Refusal, Refused } from "../../../kernel/refusal.ts";
import { type XmlReason, xmlReasons } from "./xml-refusal.ts";

/** Why a bank statement was refused as it is written, in one sentence each. */
export const statementReasons = {
  ...xmlReasons,
  file_empty: "The file holds no statement.",
  file_too_large: "The file is larger than 32 MiB.",
  not_utf8: "The file is not valid UTF-8.",
  not_a_statement: "The root element is not Document of camt.053.",
  version_unknown: "Only the versions camt.053.001.02 and camt.053.001.08 are known.",
  too_many_bookings: "The file has more than 100,000 bookings; as CSV, more than 100,000 records.",
  too_many_texts: "A booking has more than 200 references and texts.",
  element_missing: "An element or a field that has to be there is not.",
  element_repeated: "An element stands more than once where one is allowed.",
  value_unknown: "The value is not one of those that are known here.",
  text_too_long:
    "A text has more than 1,000 characters, a reference more than 140, an account more than 70, or the texts of a booking more than 10,000.",
  amount_unreadable: "An amount is a decimal number without sign, with a point.",
  amount_too_precise: "The amount has more decimals than its currency.",
  amount_too_large: "The amount lies beyond 9007199254740991 minor units.",
  currency_unknown: "The currency is not one of ISO 4217 with a minor unit.",
  currency_differs: "The currency is not that of the statement's balances.",
  date_unreadable: "A date is a day of the calendar, written as 2026-01-31.",
  balance_missing: "The statement has no opening or no closing balance.",
  balance_repeated: "The statement has more than one opening or closing balance.",
  column_missing: "A column that has to be there is not.",
  column_unknown: "The first record names a column that is not known.",
  column_repeated: "The first record names a column twice.",
  fields_differ: "The record has another number of fields than the first.",
  quote_misplaced: "A double quote stands inside a field that is not quoted, or something follows a closing one.",
  quote_unended: "A quoted field has no end.",
  line_end_misplaced: "A carriage return stands without its line feed.",
  row_misplaced: "A statement begins with its opening row and ends with its closing row, and rows between belong to it.",
} as const satisfies Record<XmlReason, string> & Record<string, string>;

export type StatementReason = keyof typeof statementReasons;

/** Where reading ended, counted from 1: the line of the file, the statement in it, the entry of that, the transaction of that. */
export type StatementPlace = {
  readonly fileLine: number | null;
  readonly statement: number | null;
  readonly entry: number | null;
  readonly transaction: number | null;
};

/** The file cannot be read as a bank statement. `field` is the element or column. Nothing of the file is taken. */
export type StatementUnreadable = Refusal &
  Omit<StatementPlace, "fileLine"> & {
    readonly code: "bank-statement-unreadable";
    readonly reason: StatementReason;
    readonly file_line: number | null;
    readonly field: string | null;
  };

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

export const nowhere: StatementPlace = { fileLine: null, statement: null, entry: null, transaction: null };

/** @throws Refused bank-statement-unreadable */
export function unreadable(reason: StatementReason, place: StatementPlace, field: string | null = null): never {
  const { fileLine: file_line, statement, entry, transaction } = place;
  throw new Refused<StatementUnreadable>({ code: "bank-statement-unreadable", reason, file_line, statement, entry, transaction, field });
}
