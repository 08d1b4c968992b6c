import { type Currency, money } from "../../../kernel/money.ts";
import { type CsvRecord, readCsv } from "./csv-reader.ts";
import { type BankStatement, checkStatements, maximumBookings, type SkippedEntry, type UncheckedStatement } from "./statement.ts";
import type { StatementBooking } from "./statement-line.ts";
import { nowhere, type StatementPlace, unreadable } from "./statement-refusal.ts";
import {
  accountNumber,
  statementAmount,
  statementCurrency,
  statementDate,
  statementReference,
  statementText,
  statementWords,
} from "./statement-value.ts";

const requiredColumns = ["kind", "statement", "account", "currency", "date", "amount"] as const;

const optionalColumns = [
  "value_date",
  "reference",
  "end_to_end_id",
  "creditor_reference",
  "document_number",
  "remittance",
  "information",
  "counterparty_name",
  "counterparty_iban",
  "reversal",
  "return_reason",
] as const;

const columns: readonly string[] = [...requiredColumns, ...optionalColumns];

type Column = (typeof requiredColumns)[number] | (typeof optionalColumns)[number];

/** One record by its columns: "" where the file does not have the column. */
type Row = { readonly place: StatementPlace; readonly of: (column: Column) => string };

/**
 * Reads bank statements in Stoa's own CSV form (docs/bank-statement-csv.md): the first record names the columns in any order; each
 * statement is an `opening` row with its balance, an `entry` row for each booking, and a `closing` row with its balance.
 *
 * @throws Refused bank-statement-unreadable, bank-statement-unbalanced
 */
export function readStatementCsv(file: Uint8Array): BankStatement[] {
  const [header, ...records] = readCsv(statementText(file), maximumBookings);
  if (header === undefined) return unreadable("file_empty", nowhere);
  const positions = positionsOf(header);
  const statements: UncheckedStatement[] = [];
  let open: { head: StatementHead; bookings: StatementBooking[]; skipped: SkippedEntry[]; entry: number } | undefined;
  for (const record of records) {
    const row = rowOf(record, header, positions, { ...nowhere, fileLine: record.line, statement: statements.length + 1 });
    const kind = row.of("kind");
    if (kind === "opening") {
      if (open !== undefined) unreadable("row_misplaced", row.place, "kind");
      open = { head: headOf(row), bookings: [], skipped: [], entry: 0 };
    } else if (kind === "entry") {
      if (open === undefined) return unreadable("row_misplaced", row.place, "kind");
      open.entry += 1;
      const { entry } = open;
      const booking = bookingOf({ ...row, place: { ...row.place, entry } }, open.head, entry);
      if (booking === undefined) open.skipped.push({ entry, why: "zero" });
      else open.bookings.push(booking);
    } else if (kind === "closing") {
      if (open === undefined) return unreadable("row_misplaced", row.place, "kind");
      const { head, bookings, skipped } = open;
      const { id, account, currency, amount: opening, on: openingOn } = head;
      const closing = headWithin(row, head);
      statements.push({
        id,
        account,
        currency,
        opening,
        openingOn,
        closing: closing.amount,
        closingOn: closing.on,
        sequence: null,
        bookings,
        skipped,
      });
      open = undefined;
    } else {
      unreadable("value_unknown", row.place, "kind");
    }
  }
  if (open !== undefined) unreadable("balance_missing", { ...nowhere, statement: statements.length + 1 }, "closing");
  if (statements.length === 0) unreadable("file_empty", nowhere);
  return checkStatements(statements);
}

function positionsOf(header: CsvRecord): ReadonlyMap<string, number> {
  const place = { ...nowhere, fileLine: header.line };
  const positions = new Map<string, number>();
  for (const [position, name] of header.fields.entries()) {
    if (!columns.includes(name)) unreadable("column_unknown", place, name.slice(0, 100));
    if (positions.has(name)) unreadable("column_repeated", place, name);
    positions.set(name, position);
  }
  for (const name of requiredColumns) {
    if (!positions.has(name)) unreadable("column_missing", place, name);
  }
  return positions;
}

function rowOf(record: CsvRecord, header: CsvRecord, positions: ReadonlyMap<string, number>, place: StatementPlace): Row {
  if (record.fields.length !== header.fields.length) unreadable("fields_differ", place);
  return { place, of: (column) => record.fields[positions.get(column) ?? -1] ?? "" };
}

type StatementHead = {
  readonly id: string;
  readonly account: string;
  readonly currency: Currency;
  readonly on: string;
  readonly amount: bigint;
};

function headOf(row: Row): StatementHead {
  const currency = statementCurrency(row.of("currency"), row.place, "currency");
  const account = accountNumber(requiredWords(row, "account"), row.place, "account");
  const on = statementDate(row.of("date"), row.place, "date");
  return { id: requiredWords(row, "statement"), account, currency, on, amount: signedAmount(row, currency) };
}

/** What every row says, where it has to be of the statement that is open. */
function headWithin(row: Row, open: StatementHead): StatementHead {
  const head = headOf(row);
  if (head.currency !== open.currency) unreadable("currency_differs", row.place, "currency");
  if (head.id !== open.id || head.account !== open.account) unreadable("row_misplaced", row.place, "statement");
  return head;
}

function signedAmount(row: Row, currency: Currency): bigint {
  const text = row.of("amount");
  const negative = text.startsWith("-");
  const amount: bigint = statementAmount(negative ? text.slice(1) : text, currency, row.place, "amount");
  return negative ? -amount : amount;
}

/** Undefined for an entry of nothing. */
function bookingOf(row: Row, open: StatementHead, entry: number): StatementBooking | undefined {
  const { amount, currency, on } = headWithin(row, open);
  if (amount === 0n) return undefined;
  const words = (column: Column): string | null => statementWords(row.of(column), row.place, column);
  const reference = (column: Column): string | null => statementReference(row.of(column), row.place, column);
  const list = (column: Column): readonly string[] => [words(column) ?? []].flat();
  const iban = words("counterparty_iban");
  return {
    entry,
    transaction: null,
    direction: amount > 0n ? "credit" : "debit",
    money: money(amount > 0n ? amount : -amount, currency),
    bookedOn: on,
    valueOn: row.of("value_date") === "" ? null : statementDate(row.of("value_date"), row.place, "value_date"),
    reversal: reversalOf(row),
    returnReason: words("return_reason"),
    bankReference: reference("reference"),
    transactionReference: null,
    endToEndId: reference("end_to_end_id"),
    creditorReferences: list("creditor_reference"),
    documentNumbers: list("document_number"),
    remittance: list("remittance"),
    information: list("information"),
    counterparty: { name: words("counterparty_name"), iban: iban === null ? null : accountNumber(iban, row.place, "counterparty_iban") },
    unsplit: false,
  };
}

function reversalOf(row: Row): boolean {
  const written = row.of("reversal");
  if (written !== "" && written !== "true" && written !== "false") unreadable("value_unknown", row.place, "reversal");
  return written === "true";
}

function requiredWords(row: Row, column: Column): string {
  return statementWords(row.of(column), row.place, column) ?? unreadable("element_missing", row.place, column);
}
