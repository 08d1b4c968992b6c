import fc from "fast-check";
import Type from "typebox";
import { describe, expect, test } from "vitest";
import { columnsOf, csvHeader, csvRecord, csvRow } from "./csv.ts";
import { closed, listOf, money, text } from "./shapes.ts";

/** Reads RFC 4180, character by character, and knows nothing of how it is written. */
function readCsv(bytes: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    let field = "";
    if (bytes[at] === '"') {
      at += 1;
      for (;;) {
        if (at >= bytes.length) throw new Error("a quoted field does not end");
        if (bytes[at] === '"' && bytes[at + 1] !== '"') break;
        if (bytes[at] === '"') at += 1;
        field += bytes[at];
        at += 1;
      }
      at += 1;
    } else {
      while (at < bytes.length && bytes[at] !== "," && bytes[at] !== "\r") {
        if (bytes[at] === '"' || bytes[at] === "\n") throw new Error("a field that needs quotes has none");
        field += bytes[at];
        at += 1;
      }
    }
    record.push(field);
    if (bytes[at] === ",") {
      at += 1;
      if (at === bytes.length) throw new Error("the last record does not end");
    } else {
      if (bytes.slice(at, at + 2) !== "\r\n") throw new Error(`a record ends with ${JSON.stringify(bytes.slice(at, at + 2))}`);
      at += 2;
      records.push(record);
      record = [];
    }
  }
  if (record.length > 0) throw new Error("the last record does not end");
  return records;
}

const nasty = fc.constantFrom(
  "=",
  "+",
  "-",
  "@",
  "\t",
  "\r",
  "\n",
  '"',
  "'",
  ",",
  ";",
  " ",
  "\u00a0",
  "\ufeff",
  "\u200b",
  "＝",
  "a",
  "1",
  "é",
  "🚢",
  "|",
  "\\",
);
const texts = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.array(nasty, { maxLength: 8 }).map((parts) => parts.join("")),
);

describe("a record", () => {
  test("is read back field by field, whatever its texts hold; only a quote stands before what would be a formula", () => {
    fc.assert(
      fc.property(fc.array(fc.array(texts, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }), (records) => {
        const read = readCsv(records.map(csvRecord).join(""));
        expect(read.length).toBe(records.length);
        for (const [row, record] of records.entries()) {
          expect(read[row]?.length).toBe(record.length);
          for (const [column, value] of record.entries()) expect([value, `'${value}`]).toContain(read[row]?.[column]);
        }
      }),
      { numRuns: 2_000, seed: 20_261_122 },
    );
  });

  test("has no field that a spreadsheet takes for a formula", () => {
    fc.assert(
      fc.property(texts, (value) => {
        const [[read = ""] = []] = readCsv(csvRecord([value]));
        // What a spreadsheet may leave out before it looks: white space and what cannot be seen.
        const seen = read.replaceAll(/[\s\p{C}]/gu, "");
        expect(seen).not.toMatch(/^[=+\-@＝＋－＠]/u);
        expect(read).not.toMatch(/^[\t\r\n]/);
      }),
      { numRuns: 5_000, seed: 20_261_122 },
    );
  });

  test("changes no text that is harmless", () => {
    fc.assert(
      fc.property(texts, (value) => {
        fc.pre(/^[\p{L}\p{N}'"|\\,;]/u.test(value));
        expect(readCsv(csvRecord([value]))).toEqual([[value]]);
      }),
    );
  });

  test.each([
    ["=1+1", "'=1+1"],
    ['=HYPERLINK("http://x";"y")', '"\'=HYPERLINK(""http://x"";""y"")"'],
    ["+49 40 1234", "'+49 40 1234"],
    ["-5", "'-5"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["  =1", "'  =1"],
    ["\t=1", '"\'\t=1"'],
    ["\rx", '"\'\rx"'],
    ["\u200b=1", "'\u200b=1"],
    ["＝1", "'＝1"],
    ["M8-40", "M8-40"],
    ["a=b", "a=b"],
    ["", '""'],
    [" a ", '" a "'],
    ["a;b", '"a;b"'],
    [-5, "-5"],
    [0, "0"],
    [9_007_199_254_740_991, "9007199254740991"],
    [true, "true"],
    [null, ""],
    [undefined, ""],
    [["a", "=b"], '"[""a"",""=b""]"'],
    [{ a: 1 }, '"{""a"":1}"'],
  ])("shows %j as %s", (value, shown) => {
    expect(csvRecord([value])).toBe(`${shown}\r\n`);
  });
});

describe("the columns of an item", () => {
  const item = closed({
    id: text(10),
    total: money,
    until: Type.Union([text(10), Type.Null()]),
    seller: Type.Union([closed({ id: text(10), name: text(10) }), Type.Null()]),
    note: Type.Optional(text(10)),
    tiers: listOf(closed({ from: text(10) }), 0, 5),
    attributes: Type.Unsafe<Record<string, string>>({
      type: "object",
      additionalProperties: text(10),
      propertyNames: text(10),
      maxProperties: 5,
    }),
  });
  const columns = columnsOf(item);

  test("are its members, and the members of its members", () => {
    expect(csvHeader(columns)).toBe("id,total.amount,total.currency,until,seller.id,seller.name,note,tiers,attributes\r\n");
  });

  test("hold what the item has, and nothing for what it has not", () => {
    const total = { amount: -7, currency: "EUR" };
    const full = { id: "a", total, until: "b", seller: { id: "s", name: "-n" }, note: "", tiers: [{ from: "1" }], attributes: { x: "y" } };
    expect(csvRow(columns, full)).toBe(`a,-7,EUR,b,s,'-n,"","[{""from"":""1""}]","{""x"":""y""}"\r\n`);
    expect(csvRow(columns, { id: "a", total, until: null, seller: null, tiers: [], attributes: {} })).toBe("a,-7,EUR,,,,,[],{}\r\n");
  });
});
