import { nowhere, unreadable } from "./statement-refusal.ts";

/** A record and the line of the file in which it begins, from 1. */
export type CsvRecord = { readonly line: number; readonly fields: readonly string[] };

/**
 * Reads CSV as RFC 4180 has it: commas, records ended by CRLF or LF, fields in double quotes may hold commas, line ends and doubled
 * quotes. What a lenient reader would guess at is refused: a quote inside a plain field, something behind a closing quote, a quoted field
 * without end, a carriage return alone, a control character.
 *
 * @throws Refused bank-statement-unreadable
 */
export function readCsv(text: string, maximumRecords: number): CsvRecord[] {
  const records: CsvRecord[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    if (records.length === maximumRecords) unreadable("too_many_bookings", { ...nowhere, fileLine: line });
    const begin = line;
    const fields: string[] = [];
    for (;;) {
      const field = text[at] === '"' ? quotedField(text, at, line) : plainField(text, at, line);
      fields.push(field.value);
      at = field.end;
      line = field.line;
      if (text[at] !== ",") break;
      at += 1;
    }
    if (text[at] === "\r" && text[at + 1] !== "\n") unreadable("line_end_misplaced", { ...nowhere, fileLine: line });
    at += text[at] === "\r" ? 2 : 1;
    line += 1;
    records.push({ line: begin, fields });
  }
  return records;
}

type Field = { readonly value: string; readonly end: number; readonly line: number };

const plainEnd = /[,\r\n]|$/g;
// Tab, line feed and carriage return are the only ones that a text may have.
const control = /[^\P{Cc}\t\n\r\u0080-\u009f]/u;

function plainField(text: string, from: number, line: number): Field {
  plainEnd.lastIndex = from;
  const end = plainEnd.exec(text)?.index ?? text.length;
  const value = text.slice(from, end);
  if (value.includes('"')) unreadable("quote_misplaced", { ...nowhere, fileLine: line });
  return { value: allowed(value, line), end, line };
}

function quotedField(text: string, from: number, begin: number): Field {
  let value = "";
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return unreadable("quote_unended", { ...nowhere, fileLine: begin });
    value += text.slice(at, quote);
    at = quote + 1;
    if (text[at] !== '"') break;
    value += '"';
    at += 1;
  }
  const line = begin + (value.match(/\n/g)?.length ?? 0);
  if (at < text.length && !/[,\r\n]/.test(text[at] ?? "")) unreadable("quote_misplaced", { ...nowhere, fileLine: line });
  return { value: allowed(value, begin), end: at, line };
}

function allowed(value: string, line: number): string {
  return control.test(value) ? unreadable("forbidden_character", { ...nowhere, fileLine: line }) : value;
}
