import { type BankEntry, type DayStatement, decimalText } from "./bank-statement.ts";

const columns = [
  ...["kind", "statement", "account", "currency", "date", "amount", "reference"],
  ...["remittance", "counterparty_name", "reversal"],
] as const;

/** A bank's statement as CSV, in the form that docs/bank-statement-csv.md describes. */
export function statementCsv(statement: DayStatement): string {
  const { id, iban, currency, day, opening, entries, closing } = statement;
  const row = (kind: string, amount: bigint, date: string, ...more: readonly string[]) => [
    ...[kind, id, iban, currency, date, decimalText(amount), ...more],
    ...Array.from({ length: columns.length - 6 - more.length }, () => ""),
  ];
  const entryRow = ({ bookedOn, amount, reference, remittance, payer, isReturn }: BankEntry) =>
    row("entry", amount, bookedOn, reference, remittance, payer, isReturn ? "true" : "");
  const records = [columns, row("opening", opening, day), ...entries.map(entryRow), row("closing", closing, day)];
  return records.map((fields) => `${fields.map(quoted).join(",")}\r\n`).join("");
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
