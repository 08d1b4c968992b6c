import { describe, expect, it } from "vitest";
import { type BankEntry, decimalText, ibanOf, statementsByDay } from "../../replay/bank-statement.ts";
import { camt053 } from "../../replay/camt053-text.ts";
import { statementCsv } from "../../replay/statement-csv-text.ts";
import { readCamt053 } from "../../src/modules/payments/bank-statement/camt053.ts";
import { readStatementCsv } from "../../src/modules/payments/bank-statement/statement-csv.ts";

const entry = (bookedOn: string, amount: bigint, reference: string, remittance: string, isReturn = false): BankEntry => ({
  ...{ bookedOn, amount, reference, remittance, payer: 'Müller & "Söhne", <Bonn>', isReturn },
});
const account = { iban: ibanOf("BR", "00360305000010009795493P1"), currency: "BRL" };
const entries = [
  entry("2026-02-02", 5n, "B-3", "ACME-2026-000001"),
  entry("2026-02-01", 123_456n, "B-1", "paid, with thanks"),
  entry("2026-02-02", -123_456n, "B-4", "B-1", true),
  entry("2026-02-01", 100n, "B-2", "ACME-2026-000002"),
];

describe("A bank's statements", () => {
  const statements = statementsByDay(account, 1_000n, entries);

  it("come by day, each beginning with what the one before ended with", () => {
    expect(statements.map(({ day, opening, closing }) => [day, opening, closing])).toEqual([
      ["2026-02-01", 1_000n, 124_556n],
      ["2026-02-02", 124_556n, 1_105n],
    ]);
    expect(statements.map(({ entries: ofDay }) => ofDay.map(({ reference }) => reference))).toEqual([
      ["B-1", "B-2"],
      ["B-3", "B-4"],
    ]);
  });

  it("say the same as camt.053 and as CSV, to the names of the bookings", () => {
    for (const statement of statements) {
      const [fromXml] = readCamt053(Buffer.from(camt053(statement)));
      const [fromCsv] = readStatementCsv(Buffer.from(statementCsv(statement)));
      expect(fromXml?.lines.map(({ identity }) => identity)).toEqual(fromCsv?.lines.map(({ identity }) => identity));
      for (const read of [fromXml, fromCsv]) {
        expect(read).toMatchObject({ account: account.iban, currency: "BRL", opening: statement.opening, closing: statement.closing });
        expect(
          read?.lines.map((line) => [line.money.amount, line.direction, line.reversal, line.remittance, line.counterparty.name]),
        ).toEqual(
          statement.entries.map(({ amount, isReturn, remittance, payer }) => {
            return [amount < 0n ? -amount : amount, amount < 0n ? "debit" : "credit", isReturn, [remittance], payer];
          }),
        );
      }
    }
  });

  it("write amounts with two places and account numbers with right check digits", () => {
    expect([5n, 100n, -123_456n, -7n].map(decimalText)).toEqual(["0.05", "1.00", "-1234.56", "-0.07"]);
    expect(ibanOf("DE", "370400440532013000")).toBe("DE89370400440532013000");
    expect(ibanOf("GB", "NWBK60161331926819")).toBe("GB29NWBK60161331926819");
  });
});
