import { type Currency, exponentOf, type MinorUnits, minorUnits, parseCurrency, withinWire } from "../../../kernel/money.ts";
import { type StatementPlace, unreadable } from "./statement-refusal.ts";

const maximumBytes = 32 * 1_024 * 1_024;
const maximumText = 1_000;

/** The text of a file: valid UTF-8 of at most 32 MiB, without its byte order mark. @throws Refused bank-statement-unreadable */
export function statementText(file: Uint8Array, nowhere: StatementPlace): string {
  if (file.byteLength > maximumBytes) unreadable("file-too-large", nowhere);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch {
    return unreadable("not-utf8", nowhere);
  }
}

/** @throws Refused bank-statement-unreadable */
export function statementCurrency(text: string, place: StatementPlace, field: string): Currency {
  return parseCurrency(text) ?? unreadable("currency-unknown", place, field);
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
  if (whole + decimals === "") return unreadable("amount-unreadable", place, field);
  const exponent = exponentOf(currency);
  if (/[1-9]/.test(decimals.slice(exponent))) unreadable("amount-too-precise", place, field);
  const amount = BigInt(whole + decimals.slice(0, exponent).padEnd(exponent, "0"));
  return withinWire(amount) ? minorUnits(amount) : unreadable("amount-too-large", place, field);
}

const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** A day as YYYY-MM-DD. The time of a date with time, and an offset, are left out: it is the bank's own day. @throws Refused bank-statement-unreadable */
export function statementDate(text: string, place: StatementPlace, field: string): string {
  const found = /^(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?$/.exec(text);
  if (found === null) return unreadable("date-unreadable", place, field);
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = (daysOfMonth[month - 1] ?? 0) + (leap ? 1 : 0);
  return year > 0 && day >= 1 && day <= days ? text.slice(0, 10) : unreadable("date-unreadable", place, field);
}

/** Outer white space goes, and what is empty then is null. @throws Refused bank-statement-unreadable */
export function statementWords(text: string, place: StatementPlace, field: string): string | null {
  const words = text.trim();
  if (words.length > maximumText) unreadable("text-too-long", place, field);
  return words === "" ? null : words;
}

/** Words that banks and payers write where they have no reference. */
const noReference = /^(?:NONREF|NOREF|NON ?REF|NOT ?PROVIDED|NONE|N\/A|UNKNOWN|[0\-.\s]+)$/i;

/** A reference, or null for the words that stand for none. @throws Refused bank-statement-unreadable */
export function statementReference(text: string, place: StatementPlace, field: string): string | null {
  const words = statementWords(text, place, field);
  return words === null || noReference.test(words) ? null : words;
}
