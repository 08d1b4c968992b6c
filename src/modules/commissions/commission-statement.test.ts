import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instant } from "../../kernel/clock.ts";
import type { CommissionStatementId, InvoiceId, SellerId } from "../../kernel/ids.ts";
import { applyRate, currency } from "../../kernel/money.ts";
import { appendCharges, chargedBy, type CommissionCharge, commissionEntryKinds, type CommissionStatement } from "./commission-statement.ts";

const sellerId = "01900000-00c0-7000-8000-000000000001" as SellerId;
const documentId = "01900000-00c0-7000-8000-000000000002" as InvoiceId;
const key = { sellerId, currency: currency("EUR"), taxCode: "S" as const, taxRatePpm: 190_000 };
const none = { exemptionCode: null, exemptionText: null };
const open: CommissionStatement = {
  ...{ ...key, ...none, statementId: "01900000-00c0-7000-8000-000000000003" as CommissionStatementId },
  ...{ net: 0n, tax: 0n, entries: 0, openedAt: instant(0), closedAt: null, commissionInvoiceId: null },
};
const charge = (kind: CommissionCharge["kind"], amount: bigint): CommissionCharge => ({ ...key, ...none, documentId, kind, amount });

describe("charging an open statement", () => {
  test("has the tax of its net, and not the sum of taxes that were rounded", () => {
    const { statement, entries } = appendCharges(open, [charge("charged", 3n), charge("charged", 3n), charge("charged", 3n)]);
    expect(entries.map(({ number, net, tax, netAfter }) => [number, net, tax, netAfter])).toEqual([
      [1, 3n, 1n, 3n],
      [2, 3n, 0n, 6n],
      [3, 3n, 1n, 9n],
    ]);
    expect([statement.net, statement.tax, statement.entries]).toEqual([9n, 2n, 3]);
  });

  test("takes back what is reversed, below zero too, rounded as what it reverses", () => {
    const { statement, entries } = appendCharges(open, [charge("charged", 13n), charge("reversed", 26n)]);
    expect(entries.map(({ net, tax }) => [net, tax])).toEqual([
      [13n, 2n],
      [-26n, -4n],
    ]);
    expect([statement.net, statement.tax]).toEqual([-13n, -2n]);
    expect(entries.map(chargedBy)).toEqual([
      { net: 13n, tax: 2n },
      { net: 26n, tax: 4n },
    ]);
  });

  test.each([charge("charged", 0n), charge("charged", -1n), { ...charge("charged", 1n), taxRatePpm: 70_000 }])("refuses %o", (wrong) => {
    expect(() => appendCharges(open, [wrong])).toThrow("another statement, or of nothing");
  });

  test("comes to exactly the tax of the net, whatever comes and goes", () => {
    const charges = fc.array(
      fc
        .record({ kind: fc.constantFrom(...commissionEntryKinds), amount: fc.bigInt(1n, 10n ** 9n) })
        .map(({ kind, amount }) => charge(kind, amount)),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(charges, fc.integer({ min: 0, max: 30 }), (all, cut) => {
        const first = appendCharges(open, all.slice(0, cut));
        const { statement, entries } = appendCharges(first.statement, all.slice(cut));
        const tax = [...first.entries, ...entries].reduce((sum, entry) => sum + entry.tax, 0n);
        expect([statement.tax, tax]).toEqual([applyRate(statement.net, 190_000), statement.tax]);
        expect(statement).toEqual(appendCharges(open, all).statement);
      }),
      { seed: 20_261_122 },
    );
  });
});
