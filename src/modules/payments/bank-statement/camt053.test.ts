import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  balanceXml,
  bytes,
  camtEntryXml,
  camtFile,
  camtMessageXml,
  camtStatementXml,
  type Version,
  type WrittenEntry,
} from "../../../../tests/support/bank-statement.ts";
import { exponentOf, parseCurrency } from "../../../kernel/money.ts";
import { Refused } from "../../../kernel/refusal.ts";
import { readCamt053 } from "./camt053.ts";
import type { StatementLine } from "./statement-line.ts";

const versions: readonly Version[] = ["02", "08"];

function linesOf(version: Version, closing: string, ...entries: WrittenEntry[]): readonly StatementLine[] {
  return readCamt053(camtFile(version, closing, entries)).flatMap(({ lines }) => lines);
}

function refusalOf(file: Uint8Array): unknown {
  try {
    readCamt053(file);
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
  return "read";
}

/** Name and account of the payer, in the form of the version. */
function payer(version: Version, name: string, iban: string): string {
  const named = version === "02" ? `<Nm>${name}</Nm>` : `<Pty><Nm>${name}</Nm></Pty>`;
  return `<RltdPties><Dbtr>${named}</Dbtr><DbtrAcct><Id><IBAN>${iban}</IBAN></Id></DbtrAcct></RltdPties>`;
}

/** A transaction of a batch: the version 02 has its amount among the details of amounts. */
function part(version: Version, amount: string, rest = ""): string {
  const written = version === "02" ? `<AmtDtls><TxAmt><Amt Ccy="EUR">${amount}</Amt></TxAmt></AmtDtls>` : `<Amt Ccy="EUR">${amount}</Amt>`;
  return `<TxDtls><Refs><EndToEndId>E-${amount}</EndToEndId></Refs>${written}${rest}</TxDtls>`;
}

describe.each(versions)("camt.053.001.%s", (version) => {
  it("gives of each booked entry what the bank says about it", () => {
    const details = [
      "<TxDtls><Refs><AcctSvcrRef>TX-7</AcctSvcrRef><EndToEndId>E2E-1</EndToEndId><TxId>T-1</TxId></Refs>",
      payer(version, "M&#252;ller &amp; S&#246;hne", "AT48 3200 0000 1234 5864"),
      "<RmtInf><Ustrd>ACME-2026-000001</Ustrd><Ustrd>thanks</Ustrd>",
      "<Strd><RfrdDocInf><Nb>ACME-2026-000002</Nb></RfrdDocInf><RfrdDocInf><Nb>ACME-2026-000003</Nb></RfrdDocInf>",
      "<CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>RF18539007547034</Ref></CdtrRefInf><AddtlRmtInf>more</AddtlRmtInf></Strd>",
      "</RmtInf><AddtlTxInf>transfer</AddtlTxInf></TxDtls>",
    ].join("");
    const [statement] = readCamt053(camtFile(version, "1234.56", [{ amount: "234.56", reference: "BANK-1", details, inner: "" }]));
    expect(statement).toMatchObject({
      id: "S-1",
      account: "AT611904300234573201",
      currency: "EUR",
      opening: 100_000n,
      openingOn: "2026-01-15",
      closing: 123_456n,
      closingOn: "2026-01-15",
      sequence: "15",
      skipped: [],
    });
    expect(statement?.lines).toEqual([
      {
        identity: expect.stringMatching(/^[0-9a-f]{64}$/),
        entry: 1,
        transaction: null,
        direction: "credit",
        money: { amount: 23_456n, currency: "EUR" },
        bookedOn: "2026-01-15",
        valueOn: "2026-01-15",
        reversal: false,
        returnReason: null,
        bankReference: "BANK-1",
        transactionReference: "TX-7",
        endToEndId: "E2E-1",
        creditorReferences: ["RF18539007547034"],
        documentNumbers: ["ACME-2026-000002", "ACME-2026-000003"],
        remittance: ["ACME-2026-000001", "thanks", "more"],
        information: ["transfer"],
        counterparty: { name: "Müller & Söhne", iban: "AT483200000012345864" },
        unsplit: false,
      },
    ]);
  });

  it("gives one line for each transaction of a batch that adds up, with a name of its own", () => {
    const details = part(version, "10.00", payer(version, "A", "AT1")) + part(version, "10.00") + part(version, "5.00");
    const lines = linesOf(version, "1025.00", { amount: "25.00", reference: "BATCH", details });
    expect(
      lines.map(({ entry, transaction, money, endToEndId, counterparty }) => [
        entry,
        transaction,
        money.amount,
        endToEndId,
        counterparty.name,
      ]),
    ).toEqual([
      [1, 1, 1_000n, "E-10.00", "A"],
      [1, 2, 1_000n, "E-10.00", null],
      [1, 3, 500n, "E-5.00", null],
    ]);
    expect(new Set(lines.map(({ identity }) => identity)).size).toBe(3);
  });

  it("takes what goes out of a batch from what comes in", () => {
    const fee = part(version, "5.00").replace("</Refs>", "</Refs><CdtDbtInd>DBIT</CdtDbtInd>");
    const lines = linesOf(version, "1025.00", { amount: "25.00", details: part(version, "30.00") + fee });
    expect(lines.map(({ direction, money }) => [direction, money.amount])).toEqual([
      ["credit", 3_000n],
      ["debit", 500n],
    ]);
  });

  it("keeps a batch whole that does not add up or does not say its amounts", () => {
    const short = linesOf(version, "1025.00", { amount: "25.00", details: part(version, "10.00") + part(version, "5.00") });
    const silent = linesOf(version, "1025.00", { amount: "25.00", details: "<TxDtls><Refs/></TxDtls>".repeat(2) });
    for (const lines of [short, silent]) {
      expect(lines.map(({ money, unsplit, transaction }) => [money.amount, unsplit, transaction])).toEqual([[2_500n, true, null]]);
    }
  });

  it("books the entry's amount for a single transaction, whatever was instructed", () => {
    const details = `<TxDtls><AmtDtls><InstdAmt><Amt Ccy="USD">9.99</Amt></InstdAmt></AmtDtls></TxDtls>`;
    expect(linesOf(version, "1008.50", { amount: "8.50", details }).map(({ money }) => money)).toEqual([{ amount: 850n, currency: "EUR" }]);
  });

  it("takes the direction as it is written, reversal or not, and names the payer of what came back", () => {
    const lines = linesOf(
      version,
      "975.00",
      {
        amount: "20.00",
        direction: "DBIT",
        inner: "",
        details: `<TxDtls>${payer(version, "B", "AT2")}<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>`,
      },
      { amount: "5.00", direction: "DBIT", details: `<TxDtls>${payer(version, "B", "AT2")}</TxDtls>` },
    );
    expect(lines.map(({ direction, returnReason, counterparty }) => [direction, returnReason, counterparty.name])).toEqual([
      ["debit", "AC04", "B"],
      ["debit", null, null],
    ]);
    const reversed = readCamt053(
      bytes(
        new TextDecoder()
          .decode(camtFile(version, "990.00", [{ amount: "10.00", direction: "DBIT" }]))
          .replace("</CdtDbtInd><Sts>", "</CdtDbtInd><RvslInd>true</RvslInd><Sts>"),
      ),
    );
    expect(reversed[0]?.lines.map(({ direction, reversal }) => [direction, reversal])).toEqual([["debit", true]]);
  });

  it("tells what is not booked or of nothing, and makes no line of it", () => {
    const states = ["PDNG", "INFO", "FUTR"].map((state) => ({ amount: "7.00", state }));
    const [statement] = readCamt053(camtFile(version, "1001.00", [...states, { amount: "0.00" }, { amount: "1.00" }]));
    expect(statement?.skipped).toEqual([
      { entry: 1, why: "pending" },
      { entry: 2, why: "information" },
      { entry: 3, why: "future" },
      { entry: 4, why: "zero" },
    ]);
    expect(statement?.lines.map(({ entry }) => entry)).toEqual([5]);
  });

  it("takes words that stand for no reference as none", () => {
    const written = ["NONREF", "NOTPROVIDED", "Not Provided", "noref", "0000", "-"];
    const lines = linesOf(
      version,
      "1006.00",
      ...written.map((word) => ({
        amount: "1.00",
        reference: word,
        details: `<TxDtls><Refs><EndToEndId>${word}</EndToEndId></Refs></TxDtls>`,
      })),
    );
    expect(lines.map(({ bankReference, endToEndId }) => [bankReference, endToEndId])).toEqual(written.map(() => [null, null]));
  });
});

describe("balances", () => {
  const message = (balances: string, entries: string, currency = ""): Uint8Array =>
    bytes(camtMessageXml("08", camtStatementXml({ balances, entries }).replace("</Id></Acct>", `</Id>${currency}</Acct>`)));
  const entry = camtEntryXml("08", { amount: "1.00" });

  it("refuse a statement whose entries do not lead from one to the other, and name the difference", () => {
    expect(refusalOf(camtFile("08", "1010.01", [{ amount: "10.00" }, { amount: "0.02", direction: "DBIT" }]))).toEqual({
      code: "bank-statement-unbalanced",
      statement: "S-1",
      account: "AT611904300234573201",
      currency: "EUR",
      opening_text: "100000",
      entries_text: "998",
      closing_text: "101001",
      difference_text: "-3",
    });
  });

  it.each([
    ["overdrawn", balanceXml("OPBD", "-5.00") + balanceXml("CLBD", "-4.00"), [-500n, -400n]],
    ["from the last closing", balanceXml("PRCD", "1.00") + balanceXml("CLBD", "2.00") + balanceXml("CLAV", "9.00"), [100n, 200n]],
    ["of the first page", balanceXml("OPBD", "1.00") + balanceXml("ITBD", "2.00"), [100n, 200n]],
    ["of a page between", balanceXml("ITBD", "1.00") + balanceXml("ITBD", "2.00"), [100n, 200n]],
    ["of the last page", balanceXml("ITBD", "1.00") + balanceXml("CLBD", "2.00"), [100n, 200n]],
  ])("are read %s", (_name, balances, expected) => {
    expect(readCamt053(message(balances, entry)).map(({ opening, closing }) => [opening, closing])).toEqual([expected]);
  });

  it.each([
    ["missing", balanceXml("CLBD", "2.00"), "balance_missing"],
    ["one that stands for both", balanceXml("ITBD", "2.00"), "balance_missing"],
    ["twice there", balanceXml("OPBD", "1.00").repeat(2) + balanceXml("CLBD", "2.00"), "balance_repeated"],
    ["of two currencies", balanceXml("OPBD", "1.00") + balanceXml("CLBD", "2.00", "USD"), "currency_differs"],
  ])("are refused: %s", (_name, balances, reason) => {
    expect(refusalOf(message(balances, entry))).toMatchObject({ code: "bank-statement-unreadable", reason, statement: 1 });
  });

  it("are those of the account's currency", () => {
    const balances = balanceXml("OPBD", "1.00") + balanceXml("CLBD", "2.00");
    expect(refusalOf(message(balances, entry, "<Ccy>USD</Ccy>"))).toMatchObject({ reason: "currency_differs" });
    expect(refusalOf(message(balances, camtEntryXml("08", { amount: "1.00", currency: "USD" })))).toMatchObject({
      reason: "currency_differs",
      entry: 1,
    });
  });
});

describe("amounts", () => {
  it("are exact in every currency, and what a currency cannot hold is refused", () => {
    const cases: readonly [currency: string, written: string, read: bigint | string][] = [
      ["JPY", "12", 12n],
      ["JPY", "12.00", 12n],
      ["JPY", "12.5", "amount_too_precise"],
      ["KWD", "0.001", 1n],
      ["KWD", " +1.5 ", 1_500n],
      ["CLF", ".0001", 1n],
      ["EUR", "90071992547409.91", 9_007_199_254_740_991n],
      ["EUR", "90071992547409.92", "amount_too_large"],
      ["EUR", "0.001", "amount_too_precise"],
      ["EUR", "1.", 100n],
      ["EUR", "-1.00", "amount_unreadable"],
      ["EUR", "1,00", "amount_unreadable"],
      ["EUR", "1e3", "amount_unreadable"],
      ["EUR", ".", "amount_unreadable"],
      ["EUR", "", "amount_unreadable"],
      ["EUR", "9".repeat(40), "amount_unreadable"],
      ["XAU", "1", "currency_unknown"],
      ["eur", "1", "currency_unknown"],
    ];
    for (const [code, written, expected] of cases) {
      const known = parseCurrency(code);
      const digits = typeof expected === "bigint" && known !== undefined ? expected.toString().padStart(6, "0") : "0";
      const exponent = known === undefined ? 0 : exponentOf(known);
      const closing = exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
      const balances = balanceXml("OPBD", "0", code) + balanceXml("CLBD", closing, code);
      const file = bytes(
        camtMessageXml("08", camtStatementXml({ balances, entries: camtEntryXml("08", { amount: written, currency: code }) })),
      );
      if (typeof expected === "bigint")
        expect(
          readCamt053(file)[0]?.lines.map(({ money }) => money.amount),
          written,
        ).toEqual([expected]);
      else expect(refusalOf(file), written).toMatchObject({ reason: expected });
    }
  });
});

describe("what is not such a message is refused with its place", () => {
  const good = new TextDecoder().decode(camtFile("08", "1003.00", [{ amount: "1.00" }, { amount: "2.00", details: "<TxDtls/>" }]));
  const damaged = (from: string | RegExp, to: string): unknown => {
    expect(good.replace(from, to)).not.toBe(good);
    return refusalOf(bytes(good.replace(from, to)));
  };

  it("when it is none", () => {
    expect(refusalOf(bytes(""))).toMatchObject({ reason: "unexpected_end" });
    expect(refusalOf(new Uint8Array([0x3c, 0xff]))).toMatchObject({ reason: "not_utf8" });
    expect(refusalOf(new Uint8Array(32 * 1_024 * 1_024 + 1))).toMatchObject({ reason: "file_too_large" });
    expect(damaged("<?xml", "<!DOCTYPE a []><?xml")).toMatchObject({ reason: "doctype_forbidden", file_line: 1 });
    expect(damaged("camt.053.001.08", "camt.053.001.09")).toMatchObject({ reason: "version_unknown" });
    expect(damaged("camt.053.001.08", "camt.054.001.08")).toMatchObject({ reason: "not_a_statement" });
    expect(damaged(/<Stmt>.*<\/Stmt>/, "")).toMatchObject({ reason: "file_empty" });
    expect(damaged("<Stmt>", '<Stmt xmlns="urn:other">')).toMatchObject({ reason: "file_empty" });
  });

  it("when an entry lacks, repeats or misspells what it has to say", () => {
    expect(damaged(/<Amt Ccy="EUR">2.00<\/Amt>/, "")).toEqual({
      ...{ code: "bank-statement-unreadable", reason: "element_missing", field: "Amt" },
      ...{ file_line: 2, statement: 1, entry: 2, transaction: null },
    });
    expect(damaged('<Amt Ccy="EUR">2.00', "<Amt>2.00")).toMatchObject({ reason: "element_missing", field: "Amt/@Ccy", entry: 2 });
    expect(damaged('<Amt Ccy="EUR">2.00</Amt>', '<Amt Ccy="EUR">2.00</Amt>'.repeat(2))).toMatchObject({ reason: "element_repeated" });
    expect(damaged("2.00</Amt><CdtDbtInd>CRDT", "2.00</Amt><CdtDbtInd>CREDIT")).toMatchObject({
      reason: "value_unknown",
      field: "CdtDbtInd",
      entry: 2,
    });
    expect(damaged("<Cd>BOOK</Cd>", "<Prtry>X</Prtry>")).toMatchObject({ reason: "element_missing", field: "Sts/Cd", entry: 1 });
    expect(damaged("<Cd>BOOK</Cd>", "<Cd>DONE</Cd>")).toMatchObject({ reason: "value_unknown", field: "Sts/Cd" });
    expect(damaged(/<BookgDt>.*?<\/ValDt>/, "")).toMatchObject({ reason: "element_missing", field: "BookgDt", entry: 1 });
    expect(damaged("<Dt>2026-01-15</Dt></BookgDt>", "<Dt>2026-02-29</Dt></BookgDt>")).toMatchObject({
      reason: "date_unreadable",
      field: "BookgDt",
    });
    expect(damaged("<TxDtls/>", `<TxDtls><RmtInf><Ustrd>${"x".repeat(1_001)}</Ustrd></RmtInf></TxDtls>`)).toMatchObject({
      reason: "text_too_long",
      transaction: 1,
    });
    const [reference, account] = ["x".repeat(141), "9".repeat(71)];
    expect(damaged("<TxDtls/>", `<TxDtls><Refs><EndToEndId>${reference}</EndToEndId></Refs></TxDtls>`)).toMatchObject({
      ...{ reason: "text_too_long", field: "Refs/EndToEndId" },
    });
    expect(damaged(/<Acct>.*?<\/Acct>/, `<Acct><Id><Othr><Id>${account}</Id></Othr></Id></Acct>`)).toMatchObject({
      ...{ reason: "text_too_long", field: "Acct/Id/Othr/Id" },
    });
    const many = (count: number, length: number): string =>
      `<TxDtls><RmtInf>${`<Ustrd>${"x".repeat(length)}</Ustrd>`.repeat(count)}</RmtInf></TxDtls>`;
    expect(damaged("<TxDtls/>", many(201, 1))).toMatchObject({ reason: "too_many_texts", entry: 2 });
    expect(damaged("<TxDtls/>", many(11, 1_000))).toMatchObject({ reason: "text_too_long", entry: 2 });
    expect(damaged("<Id>S-1</Id>", "<Id> </Id>")).toMatchObject({ reason: "element_missing", field: "Id", statement: 1, entry: null });
  });

  it("and elements of another namespace are no part of it", () => {
    const foreign = '<x:Ntry xmlns:x="urn:other"><x:Amt Ccy="EUR">5.00</x:Amt></x:Ntry>';
    expect(readCamt053(bytes(good.replace("</Stmt>", `${foreign}</Stmt>`)))[0]?.lines.length).toBe(2);
  });

  it("a day may stand with a time and an offset, or as the day of value alone", () => {
    const read = (from: RegExp, to: string): unknown => readCamt053(bytes(good.replace(from, to)))[0]?.lines[0]?.bookedOn;
    expect(read(/<BookgDt>.*?<\/BookgDt>/, "<BookgDt><DtTm>2026-01-16T23:59:59.999+14:00</DtTm></BookgDt>")).toBe("2026-01-16");
    expect(read(/<BookgDt>.*?<\/BookgDt>/, "<BookgDt><Dt>2024-02-29Z</Dt></BookgDt>")).toBe("2024-02-29");
    expect(read(/<BookgDt>.*?<\/BookgDt>/, "")).toBe("2026-01-15");
  });

  it("any damage is read or refused, and what is read balances", () => {
    const pieces = fc.constantFrom("<", ">", "&", "0", "-", "EUR", "<Ntry>", "</Ntry>", "DBIT", "<Amt>", "\u0001", "1");
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(40), pieces, (at, length, piece) => {
        const file = bytes(good.slice(0, at) + piece + good.slice(at + length));
        const refusal = refusalOf(file);
        if (refusal !== "read") return;
        for (const { opening, closing, lines } of readCamt053(file)) {
          const sum = lines.reduce(
            (total, { direction, money }) => (direction === "credit" ? total + money.amount : total - money.amount),
            0n,
          );
          expect(opening + sum).toBe(closing);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

it("a file of ten thousand entries is read", () => {
  const entries = Array.from({ length: 10_000 }, (_, index) => ({
    amount: "0.01",
    reference: `R-${index}`,
    details: "<TxDtls><RmtInf><Ustrd>ACME-2026-000001</Ustrd></RmtInf></TxDtls>",
  }));
  expect(linesOf("08", "1100.00", ...entries).length).toBe(10_000);
});
