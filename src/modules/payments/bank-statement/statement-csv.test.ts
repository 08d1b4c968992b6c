import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytes, camtFile } from "../../../../tests/support/bank-statement.ts";
import { Refused } from "../../../kernel/refusal.ts";
import { readCamt053 } from "./camt053.ts";
import { readCsv } from "./csv-reader.ts";
import { readStatementCsv } from "./statement-csv.ts";

const header = "kind,statement,account,currency,date,amount,reference,remittance,reversal";
const opening = "opening,S-1,AT61 1904 3002 3457 3201,EUR,2026-01-15,1000.00,,,";
const closing = (amount: string): string => `closing,S-1,AT611904300234573201,EUR,2026-01-15,${amount},,,`;
const entry = (amount: string, rest = ",,"): string => `entry,S-1,AT611904300234573201,EUR,2026-01-15,${amount},${rest}`;

function file(...records: string[]): Uint8Array {
  return bytes(`${[header, ...records].join("\r\n")}\r\n`);
}

function refusalOf(read: () => unknown): unknown {
  try {
    read();
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
  return "read";
}

describe("statement CSV", () => {
  it("gives the same lines under the same names as a camt.053 with these facts", () => {
    const [fromCsv] = readStatementCsv(
      file(opening, entry("234.56", "BANK-1,ACME-2026-000001,"), entry("-0.01", "BANK-2,,"), closing("1234.55")),
    );
    const [fromCamt] = readCamt053(
      camtFile("08", "1234.55", [
        { amount: "234.56", reference: "BANK-1", details: "<TxDtls><RmtInf><Ustrd>ACME-2026-000001</Ustrd></RmtInf></TxDtls>" },
        { amount: "0.01", direction: "DBIT", reference: "BANK-2" },
      ]),
    );
    expect(fromCsv).toEqual({ ...fromCamt, sequence: null, lines: fromCamt?.lines.map((line) => ({ ...line, valueOn: null })) });
  });

  it("has its columns in any order, several statements, quotes, line feeds alone and a byte order mark", () => {
    const text = [
      "\uFEFFamount,date,currency,account,statement,kind,remittance,reversal,counterparty_name,counterparty_iban,value_date,end_to_end_id",
      "0,2026-01-01,JPY,X1,A,opening,,,,,,",
      '7,2026-01-02,JPY,x1,A,entry,"one, ""two""\nthree",true,"N",at 1,2026-01-03,NOTPROVIDED',
      "0,2026-01-02,JPY,X1,A,entry,,false,,,,",
      "7,2026-01-02,JPY,X1,A,closing,,,,,,",
      "-5.00,2026-01-01,EUR,Y1,B,opening,,,,,,",
      "-5.00,2026-01-01,EUR,Y1,B,closing,,,,,,",
    ].join("\n");
    const [first, second, ...others] = readStatementCsv(bytes(text));
    expect(others).toEqual([]);
    expect(first?.lines).toMatchObject([
      {
        ...{ entry: 1, direction: "credit", reversal: true, valueOn: "2026-01-03", endToEndId: null },
        ...{ remittance: ['one, "two"\nthree'], counterparty: { name: "N", iban: "AT1" } },
      },
    ]);
    expect(first?.skipped).toEqual([{ entry: 2, why: "zero" }]);
    expect(second).toMatchObject({ id: "B", currency: "EUR", opening: -500n, closing: -500n, lines: [] });
  });

  it("is as its page shows it", () => {
    const page = readFileSync(new URL("../../../../docs/bank-statement-csv.md", import.meta.url), "utf8");
    const [, example = ""] = /```csv\n(.*?)```/s.exec(page) ?? [];
    expect(readStatementCsv(bytes(example)).map(({ closing, lines }) => [closing, lines.length])).toEqual([[122_256n, 2]]);
  });

  it.each([
    [["entry"], { reason: "fields_differ", file_line: 2 }],
    [[entry("1.00")], { reason: "row_misplaced", file_line: 2, field: "kind" }],
    [[opening], { reason: "balance_missing", statement: 1 }],
    [[opening, opening], { reason: "row_misplaced", file_line: 3 }],
    [[], { reason: "file_empty" }],
    [[opening, closing("1000.00"), closing("1000.00")], { reason: "row_misplaced", file_line: 4, statement: 2 }],
    [[opening, entry("1.00"), entry("1.005"), closing("0")], { reason: "amount_too_precise", file_line: 4, entry: 2, field: "amount" }],
    [[opening, entry("--1.00"), closing("0")], { reason: "amount_unreadable" }],
    [[opening, entry("+1.00"), closing("0")], { reason: "amount_unreadable" }],
    [[opening, entry("1,00"), closing("0")], { reason: "fields_differ" }],
    [[opening, entry("1.00").replace("S-1", "S-2"), closing("0")], { reason: "row_misplaced", field: "statement" }],
    [[opening, entry("1.00").replace("EUR", "USD"), closing("0")], { reason: "currency_differs" }],
    [[opening, entry("1.00").replace("2026-01-15", "15.01.2026"), closing("0")], { reason: "date_unreadable" }],
    [[opening, entry("1.00", ",,yes"), closing("0")], { reason: "value_unknown", field: "reversal" }],
    [[opening, entry("1.00").replace("entry", "Entry"), closing("0")], { reason: "value_unknown", field: "kind" }],
    [[opening, entry("1.00", `,${"x".repeat(1_001)},`), closing("0")], { reason: "text_too_long", field: "remittance" }],
    [[opening, entry("1.00"), closing("1000.99")], { code: "bank-statement-unbalanced", difference_text: "1" }],
  ])("refuses %j", (records, expected) => {
    expect(refusalOf(() => readStatementCsv(file(...records)))).toMatchObject(expected);
  });

  it("takes references of 140 characters and accounts of 70, and refuses longer ones", () => {
    const [account, reference] = ["账".repeat(70), "号".repeat(140)];
    const told = (name: string, own: string, other: string, end: string): Uint8Array =>
      bytes(
        [
          "kind,statement,account,currency,date,amount,reference,end_to_end_id,counterparty_iban",
          `opening,S,${own},EUR,2026-01-15,0,,,`,
          `entry,S,${own},EUR,2026-01-15,1.00,${name},${end},${other}`,
          `closing,S,${own},EUR,2026-01-15,1.00,,,`,
        ].join("\n"),
      );
    const tooLong = (file: Uint8Array): unknown => refusalOf(() => readStatementCsv(file));
    expect(readStatementCsv(told(reference, account, account, reference))).toMatchObject([
      { account, lines: [{ bankReference: reference, endToEndId: reference, counterparty: { iban: account } }] },
    ]);
    const reason = "text_too_long";
    expect(tooLong(told(`${reference}1`, account, account, reference))).toMatchObject({ reason, field: "reference", entry: 1 });
    expect(tooLong(told(reference, account, account, `${reference}1`))).toMatchObject({ reason, field: "end_to_end_id" });
    expect(tooLong(told(reference, `${account}1`, account, reference))).toMatchObject({ reason, field: "account", file_line: 2 });
    expect(tooLong(told(reference, account, `${account}1`, reference))).toMatchObject({ reason, field: "counterparty_iban" });
  });

  it.each([
    ["", "file_empty"],
    ["kind,kind", "column_repeated"],
    ["kind,colour", "column_unknown"],
    ["kind,statement,account,currency,date", "column_missing"],
  ])("refuses the first record %j", (text, reason) => {
    expect(refusalOf(() => readStatementCsv(bytes(text)))).toMatchObject({ reason });
  });
});

describe("CSV", () => {
  it("is read as it was written, for any fields", () => {
    const field = fc.string({ unit: "grapheme" }).map((each) => each.replaceAll(/[^\P{Cc}\t\n]/gu, ""));
    const records = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(records, fc.constantFrom("\n", "\r\n"), fc.boolean(), (written, end, ended) => {
        const quoted = (each: string): string =>
          /[",\r\n]/.test(each) || each.length % 2 === 0 ? `"${each.replaceAll('"', '""')}"` : each;
        const text = written.map((fields) => fields.map(quoted).join(",")).join(end) + (ended && written.length > 0 ? end : "");
        expect(readCsv(text, 10).map(({ fields }) => fields)).toEqual(written);
      }),
    );
  });

  it.each([
    ['a"b', "quote_misplaced", 1],
    ['x\n"a"b', "quote_misplaced", 2],
    ['"a\n""\n', "quote_unended", 1],
    ["a\rb", "line_end_misplaced", 1],
    ["a\r", "line_end_misplaced", 1],
    ["a\u0000b", "forbidden_character", 1],
    ['"\u001b"', "forbidden_character", 1],
    ["1\n2\n3\n4", "too_many_bookings", 4],
  ])("refuses %j", (text, reason, line) => {
    expect(refusalOf(() => readCsv(text, 3))).toMatchObject({ reason, file_line: line });
  });

  it("says in which line a record begins, whatever its quotes hold", () => {
    expect(readCsv('a,"b\n\nc"\r\nd\n', 9).map(({ line }) => line)).toEqual([1, 4]);
  });
});
