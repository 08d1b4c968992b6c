import { describe, expect, it } from "vitest";
import { Bank } from "../../replay/bank.ts";
import { type BankEntry, decimalText, ibanOf, statementsByDay } from "../../replay/bank-statement.ts";
import { camt053 } from "../../replay/camt053-text.ts";
import { statementCsv } from "../../replay/statement-csv-text.ts";
import type { Payment } from "../../replay/ways-of-paying.ts";
import { readCamt053 } from "../../src/modules/payments/bank-statement/camt053.ts";
import { referenceKey } from "../../src/modules/payments/bank-statement/mention.ts";
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

describe("A bank that collects", () => {
  const bank = new Bank(account, { mark: "R-", begunOn: "2026-03-17" });
  const bill = (name: string, payments: readonly Payment[]) => ({ name, reference: "ACME-2026-000001", payer: "c", payments });
  const paid = (day: number, amount: bigint, names: Payment["names"] = "debt"): Payment => ({ day, amount, names });
  const first = bank.collect([
    bill("returned", [paid(0, 500n), paid(2, -500n)]),
    bill("unknown", [paid(1, 7n, "nothing")]),
    bill("whole", [paid(2, 30n)]),
  ]);
  const later = bank.collect([bill("later", [paid(0, 1n)])]);
  const read = (file: (typeof first)[number]) =>
    (file.format === "csv" ? readStatementCsv : readCamt053)(Buffer.from(file.text))[0] ?? expect.unreachable();

  it("tells of each day after the other in one form or the other, and of every third day in both", () => {
    expect(first.map(({ name }) => name)).toEqual([
      "BRL-2026-03-01-camt053",
      "BRL-2026-03-01-csv",
      "BRL-2026-03-02-csv",
      "BRL-2026-03-03-camt053",
    ]);
    expect([...first, ...later].map((file) => [read(file).opening, read(file).closing])).toEqual([
      [0n, 500n],
      [0n, 500n],
      [500n, 507n],
      [507n, 37n],
      [37n, 38n],
      [37n, 38n],
    ]);
    expect(later.map(({ name }) => name)).toEqual(["BRL-2026-03-04-camt053", "BRL-2026-03-04-csv"]);
  });

  it("knows what each booking was for, names a return by what came in, and an unknown payment by nothing", () => {
    expect([...bank.bills]).toEqual([
      ["R-000001", "returned"],
      ["R-000002", "returned"],
      ["R-000003", "unknown"],
      ["R-000004", "whole"],
      ["R-000005", "later"],
    ]);
    const lines = first.flatMap((file) => read(file).lines);
    const textOf = (reference: string) => lines.find(({ bankReference }) => bankReference === reference)?.remittance.join(" ");
    expect(textOf("R-000002")).toBe("R-000001");
    expect(referenceKey(textOf("R-000001") ?? "")).toContain("ACME2026000001");
    expect(referenceKey(textOf("R-000003") ?? "")).not.toContain("2026000001");
  });
});
