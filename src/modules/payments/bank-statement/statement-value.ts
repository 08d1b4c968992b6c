import { type Currency, exponentOf, type MinorUnits, minorUnits, parseCurrency, withinWire } from "../../../kernel/money.ts";
import { isCalendarDay } from "../../../kernel/working-days.ts";
import { nowhere, type StatementPlace, unreadable } from "./statement-refusal.ts";

const maximumBytes = 32 * 1_024 * 1_024;
const maximumText = 1_000;
/** References and accounts are looked up: whatever their script, an entry of an index holds them. */
const maximumReference = 140;
const maximumAccount = 70;

/** The text of a file: valid UTF-8 of at most 32 MiB, without its byte order mark. @throws Refused bank-statement-unreadable */
export function statementText(file: Uint8Array): string {
  if (file.byteLength > maximumBytes) unreadable("file_too_large", nowhere);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch {
    return unreadable("not_utf8", nowhere);
  }
}

/** @throws Refused bank-statement-unreadable */
export function statementCurrency(text: string, place: StatementPlace, field: string): Currency {
  return parseCurrency(text) ?? unreadable("currency_unknown", place, field);
}

/**
 * A decimal number without sign as whole minor units of its currency. Zeros behind the currency's last decimal are allowed; anything
 * else there is refused, never rounded.
 *
 * @throws Refused bank-statement-unreadable
 */
export function statementAmount(text: string, currency: Currency, place: StatementPlace, field: string): MinorUnits {
  const found = /^(\d{0,30})(?:\.(\d{0,30}))?$/.exec(text);
  const [, whole = "", decimals = ""] = found ?? [];
  if (whole + decimals === "") return unreadable("amount_unreadable", place, field);
  const exponent = exponentOf(currency);
  if (/[1-9]/.test(decimals.slice(exponent))) unreadable("amount_too_precise", place, field);
  const amount = BigInt(whole + decimals.slice(0, exponent).padEnd(exponent, "0"));
  return withinWire(amount) ? minorUnits(amount) : unreadable("amount_too_large", place, field);
}

const dateForm = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?$/;

/**
 * A day as YYYY-MM-DD. The time of a date with time, and an offset, are left out: it is the bank's own day.
 *
 * @throws Refused bank-statement-unreadable
 */
export function statementDate(text: string, place: StatementPlace, field: string): string {
  const day = dateForm.exec(text)?.[1];
  return day !== undefined && isCalendarDay(day) ? day : unreadable("date_unreadable", place, field);
}

/**
 * An IBAN or other number of an account as it is compared: without white space, in upper case.
 *
 * @throws Refused bank-statement-unreadable
 */
export function accountNumber(text: string, place: StatementPlace, field: string): string {
  return within(maximumAccount, text.replaceAll(/\s/g, "").toUpperCase(), place, field);
}

/** Outer white space goes, and what is empty then is null. @throws Refused bank-statement-unreadable */
export function statementWords(text: string, place: StatementPlace, field: string): string | null {
  const words = within(maximumText, text.trim(), place, field);
  return words === "" ? null : words;
}

function within(maximum: number, text: string, place: StatementPlace, field: string): string {
  return text.length > maximum ? unreadable("text_too_long", place, field) : text;
}

/** Words that banks and payers write where they have no reference. */
const noReference = /^(?:NONREF|NOREF|NON ?REF|NOT ?PROVIDED|NONE|N\/A|UNKNOWN|[0\-.\s]+)$/i;

/** A reference, or null for the words that stand for none. @throws Refused bank-statement-unreadable */
export function statementReference(text: string, place: StatementPlace, field: string): string | null {
  const words = statementWords(text, place, field);
  return words === null || noReference.test(words) ? null : within(maximumReference, words, place, field);
}
