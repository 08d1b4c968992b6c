import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { currency, money } from "../../../kernel/money.ts";
import { matchLines, type InvoiceTarget, type PaymentTarget, type CheckoutTarget } from "./match.ts";
import { mentionedKeys, referenceKey } from "./mention.ts";
import type { StatementLine } from "./statement-line.ts";
import { receivedAs } from "./undone.ts";

const eur = currency("EUR");

function line(amount: bigint, remittance: string | readonly string[], other: Partial<StatementLine> = {}): StatementLine {
  return {
    ...{ identity: "a".repeat(64), entry: 1, transaction: null, direction: "credit", money: money(amount, eur) },
    ...{ bookedOn: "2026-01-15", valueOn: null, reversal: false, returnReason: null, bankReference: null, transactionReference: null },
    ...{ endToEndId: null, creditorReferences: [], documentNumbers: [], remittance: [remittance].flat(), information: [] },
    ...{ counterparty: { name: null, iban: null }, unsplit: false },
    ...other,
  };
}

function invoice(reference: string, open: bigint, other: Partial<InvoiceTarget> = {}): InvoiceTarget {
  return { kind: "invoice", id: `id of ${reference}`, companyId: "company", reference, currency: eur, open, dueOn: "2026-02-01", ...other };
}

function checkout(reference: string, open: bigint, other: Partial<CheckoutTarget> = {}): CheckoutTarget {
  return { kind: "checkout", id: `id of ${reference}`, companyId: "company", reference, currency: eur, open, ended: false, ...other };
}

const first = invoice("ACME-2026-000001", 1_000n);
const second = invoice("ACME-2026-000002", 500n);

function matched(given: StatementLine, ...targets: PaymentTarget[]): unknown {
  const [result] = matchLines([given], targets, []);
  if (result?.kind !== "matched") return result?.kind === "unmatched" ? result.reason : result;
  return [
    ...result.allocations.map(({ id, amount }) => `${id.replace("id of ", "")} ${amount}`),
    ...(result.rest === null ? [] : [`rest ${result.rest.amount}`]),
  ];
}

describe("an invoice is found by its number", () => {
  it.each([
    "ACME-2026-000001",
    "acme-2026-000001",
    "invoice ACME 2026 000001, thank you",
    "Re.Nr.:ACME/2026/000001",
    "ACME2026000001",
    "A C M E 2026 0000 01",
    "ACME–2026–000001",
    "ＡＣＭＥ－２０２６－０００００１",
    "ACME\u200B-2026-000001",
    "ACME_2026_000001\nACME-2026-000001",
  ])("written %j", (text) => {
    expect(matched(line(1_000n, text), first, second)).toEqual(["ACME-2026-000001 1000"]);
  });

  it("in pieces that the bank made of a text", () => {
    expect(matched(line(1_000n, ["payment of ACME-2026-0", "00001"]), first)).toEqual(["ACME-2026-000001 1000"]);
  });

  it("as a structured reference, with and without check digits, as the payer's own reference, or in what the bank adds", () => {
    const said = (other: Partial<StatementLine>): unknown => matched(line(1_000n, [], other), first, second);
    expect(said({ documentNumbers: ["ACME-2026-000001"] })).toEqual(["ACME-2026-000001 1000"]);
    expect(said({ creditorReferences: ["ACME2026000001"] })).toEqual(["ACME-2026-000001 1000"]);
    expect(said({ endToEndId: "ACME-2026-000001" })).toEqual(["ACME-2026-000001 1000"]);
    expect(said({ information: ["credit ACME-2026-000001"] })).toEqual(["ACME-2026-000001 1000"]);
    const creditor = invoice("539007547034", 1_000n);
    expect(matched(line(1_000n, "RF18 5390 0754 7034"), creditor)).toEqual(["539007547034 1000"]);
    expect(matched(line(1_000n, "RF185390 0754 7034"), creditor)).toEqual(["539007547034 1000"]);
    expect(matched(line(1_000n, "RF195390 0754 7034"), creditor)).toBe("reference_unknown");
  });

  it.each(["XACME-2026-000001", "ACME-2026-0000011", "ACME-2026-00001", "АCME-2026-000001", "ACME-2026-000001a", "CME-2026-000001"])(
    "and not by %j, which is another",
    (text) => {
      expect(matched(line(1_000n, text), first)).toBe("reference_unknown");
    },
  );
});

describe("an amount", () => {
  it("pays one or several invoices, whole or in part, the soonest due first", () => {
    const both = "ACME-2026-000001 ACME-2026-000002";
    expect(matched(line(400n, "ACME-2026-000001"), first)).toEqual(["ACME-2026-000001 400"]);
    expect(matched(line(1_500n, both), first, second)).toEqual(["ACME-2026-000001 1000", "ACME-2026-000002 500"]);
    expect(matched(line(700n, both), first, { ...second, dueOn: "2026-01-31" })).toEqual(["ACME-2026-000002 500", "ACME-2026-000001 200"]);
    expect(matched(line(300n, both), first, { ...second, dueOn: null })).toEqual(["ACME-2026-000002 300"]);
  });

  it("beyond what is owed is the company's, all of it when the invoice is settled", () => {
    expect(matched(line(1_001n, "ACME-2026-000001"), first)).toEqual(["ACME-2026-000001 1000", "rest 1"]);
    expect(matched(line(1_000n, "ACME-2026-000001"), { ...first, open: 0n })).toEqual(["rest 1000"]);
    const [again] = matchLines([line(1_000n, "ACME-2026-000001"), line(1_000n, "ACME-2026-000001")], [first], []).slice(1);
    expect(again).toEqual({ kind: "matched", allocations: [], rest: { companyId: "company", amount: 1_000n } });
  });

  it("pays a checkout that waits, too little and too much as well", () => {
    const waiting = checkout("CHK-77AB12", 1_000n);
    expect(matched(line(1_000n, "chk 77ab12"), waiting)).toEqual(["CHK-77AB12 1000"]);
    expect(matched(line(999n, "chk_77ab12"), waiting)).toEqual(["CHK-77AB12 999"]);
    expect(matched(line(1_001n, "CHK-77AB12"), waiting)).toEqual(["CHK-77AB12 1000", "rest 1"]);
    expect(matched(line(1_000n, "CHK-77AB12"), { ...waiting, ended: true })).toBe("checkout_ended");
  });

  it("alone names nobody", () => {
    expect(matched(line(1_000n, "thank you"), first)).toBe("no_reference");
    expect(matched(line(1_000n, []), first)).toBe("no_reference");
    expect(matched(line(1_000n, "order 4711/2026"), first)).toBe("reference_unknown");
  });
});

describe("nobody is named", () => {
  it("when a text can be read as two numbers", () => {
    const longer = invoice("ACME-2026-0000012", 5n);
    expect(matched(line(5n, "ACME 2026 000001 2"), first, longer)).toBe("ambiguous");
    expect(matched(line(5n, "REAB-2026-000001"), invoice("REAB-2026-000001", 5n), invoice("RE-AB2026-000001", 5n))).toBe("ambiguous");
  });

  it("but a number as it was given stands before one that is only made of letters and digits", () => {
    const longer = invoice("REACME-2026-000001", 5n);
    expect(matched(line(5n, "RE ACME-2026-000001"), first, longer)).toEqual(["ACME-2026-000001 5"]);
  });

  it("when the currency differs, also for one of several", () => {
    const dollars = invoice("ACME-2026-000003", 500n, { currency: currency("USD") });
    expect(matched(line(500n, "ACME-2026-000003"), dollars)).toBe("currency_differs");
    expect(matched(line(1_500n, "ACME-2026-000001 ACME-2026-000003"), first, dollars)).toBe("currency_differs");
  });

  it("when several companies are, unless it is exactly what they owe", () => {
    const other = invoice("BETA-2026-000001", 500n, { companyId: "other" });
    const text = "ACME-2026-000001, BETA-2026-000001";
    expect(matched(line(1_500n, text), first, other)).toEqual(["ACME-2026-000001 1000", "BETA-2026-000001 500"]);
    expect(matched(line(1_499n, text), first, other)).toBe("several_companies");
    expect(matched(line(1_501n, text), first, other)).toBe("several_companies");
  });

  it("when too little is paid for checkouts, of which each needs all of its money", () => {
    const [one, two] = [checkout("CHK-77AB12", 10n), checkout("CHK-77AB13", 10n)];
    expect(matched(line(15n, "CHK-77AB12 CHK-77AB13"), one, two)).toBe("unclear_split");
    expect(matched(line(20n, "CHK-77AB12 CHK-77AB13"), one, two)).toEqual(["CHK-77AB12 10", "CHK-77AB13 10"]);
    expect(matched(line(15n, "CHK-77AB12 ACME-2026-000001"), one, first)).toBe("unclear_split");
  });

  it("when a batch does not say what belongs to whom, when money went out, or when the operator's own came back", () => {
    expect(matched(line(1_000n, "ACME-2026-000001", { unsplit: true }), first)).toBe("batch_not_split");
    expect(matched(line(1_000n, "ACME-2026-000001", { direction: "debit" }), first)).toBe("outgoing");
    expect(matched(line(1_000n, "ACME-2026-000001", { returnReason: "AC04" }), first)).toBe("returned_to_us");
    expect(matched(line(1_000n, "ACME-2026-000001", { reversal: true }), first)).toBe("returned_to_us");
  });
});

describe("a receipt that is undone", () => {
  const received = line(1_000n, "ACME-2026-000001", { identity: "b".repeat(64), bankReference: "BANK-1", endToEndId: "E-1" });
  const undoing = (other: Partial<StatementLine>, ...known: StatementLine[]): unknown =>
    matchLines([line(1_000n, [], { direction: "debit", reversal: true, ...other })], [], known.map(receivedAs))[0];

  it("is found by the bank's reference, wherever it is written, or by the payer's", () => {
    const found = { kind: "undone", original: "b".repeat(64) };
    expect(undoing({ bankReference: "BANK-1" }, received)).toEqual(found);
    expect(undoing({ information: ["bank 1"] }, received)).toEqual(found);
    expect(undoing({ endToEndId: "E-1", reversal: false, returnReason: "MD06" }, received)).toEqual(found);
  });

  it("is not guessed by its amount, nor from two", () => {
    expect(undoing({}, received)).toEqual({ kind: "unmatched", reason: "original_unknown" });
    expect(undoing({ endToEndId: "E-1", money: money(999n, eur) }, received)).toEqual({ kind: "unmatched", reason: "original_unknown" });
    expect(undoing({ endToEndId: "E-1" }, received, { ...received, identity: "c" })).toEqual({
      kind: "unmatched",
      reason: "original_ambiguous",
    });
  });

  it("may stand in the same statement, and is undone once", () => {
    const back = line(1_000n, [], { direction: "debit", reversal: true, endToEndId: "E-1" });
    const results = matchLines([received, back, back], [first], []);
    expect(results.map((result) => (result.kind === "unmatched" ? result.reason : result.kind))).toEqual([
      "matched",
      "undone",
      "original_unknown",
    ]);
  });

  it("is told among ten thousand of the same amount, each return once", () => {
    const receipts = Array.from({ length: 10_000 }, (_, n) =>
      line(100n, [], { identity: `${n}`, bankReference: `R-${n}`, endToEndId: "E" }),
    );
    let looked = 0;
    const known = receipts.map(receivedAs).map((booking) => ({
      ...booking,
      get amount(): bigint {
        looked += 1;
        return booking.amount;
      },
    }));
    const returns = receipts
      .slice(0, 2_000)
      .map(({ bankReference }) => line(100n, [`return of ${bankReference}`, bankReference ?? ""], { direction: "debit", reversal: true }));
    const alike = line(100n, [], { direction: "debit", reversal: true, endToEndId: "E" });
    const results = matchLines([...returns, ...returns, alike], [], known);
    expect(results.slice(0, 2_000)).toEqual(returns.map((_, n) => ({ kind: "undone", original: `${n}` })));
    expect(results.slice(2_000, 4_000)).toEqual(returns.map(() => ({ kind: "unmatched", reason: "original_unknown" })));
    expect(results.at(-1)).toEqual({ kind: "unmatched", reason: "original_ambiguous" });
    expect(looked).toBeLessThanOrEqual(20_000);
  });
});

describe("what a receipt that is undone was taken for", () => {
  const received = line(600n, first.reference, { identity: "b".repeat(64), bankReference: "BANK-1" });
  const back = line(600n, [], { direction: "debit", reversal: true, bankReference: "BANK-1" });
  const target = { ...first, open: 400n };
  const takenFor = new Map([[received.identity, [{ kind: "invoice" as const, id: first.id, amount: 600n }]]]);
  const allocated = (lines: readonly StatementLine[], taken?: typeof takenFor): unknown =>
    matchLines(lines, [target], [receivedAs(received)], taken).map((result) =>
      result.kind === "matched" ? [result.allocations.map(({ amount }) => amount), result.rest?.amount ?? 0n] : result.kind,
    );
  const paid = line(1_000n, first.reference);

  it("is open again for the lines behind the return, and for those alone", () => {
    expect(allocated([back, paid], takenFor)).toEqual(["undone", [[1_000n], 0n]]);
    expect(allocated([paid, back], takenFor)).toEqual([[[400n], 600n], "undone"]);
    expect(allocated([paid, back, line(700n, first.reference)], takenFor)).toEqual([[[400n], 600n], "undone", [[600n], 100n]]);
  });

  it("stays taken where the undoing is not carried out", () => {
    expect(allocated([back, paid])).toEqual(["undone", [[400n], 600n]]);
  });
});

describe("for any lines and targets", () => {
  const references = ["ACME-2026-000001", "ACME-2026-000002", "BETA-2026-000001", "CHK-77AB12", "CHK-77AB13"];
  const target = (reference: string): fc.Arbitrary<PaymentTarget> => {
    const companyId = fc.constantFrom("one", "one", "one", "two");
    return fc
      .record({ companyId, open: fc.bigInt(0n, 20n), dueOn: fc.constantFrom(null, "2026-01-01", "2026-02-01"), ended: fc.nat(9) })
      .map(({ dueOn, ended, ...facts }) =>
        reference.startsWith("CHK")
          ? checkout(reference, facts.open, { ...facts, ended: ended === 0 })
          : invoice(reference, facts.open, { ...facts, dueOn }),
      );
  };
  const targets = fc.tuple(...references.map(target));
  const texts = fc.array(fc.constantFrom(...references, "thanks", "acme 2026 000001", "2026"), { maxLength: 3 });
  const lines = fc.array(
    fc.tuple(fc.bigInt(1n, 30n), texts).map(([amount, words]) => line(amount, words.join(" "))),
    { maxLength: 12 },
  );

  it("allocations and rest make the amount, no target gets more than it is open for, and the answer is always the same", () => {
    fc.assert(
      fc.property(lines, targets, (given, all) => {
        const results = matchLines(given, all, []);
        const taken = new Map<string, bigint>();
        for (const [index, result] of results.entries()) {
          if (result.kind !== "matched") continue;
          const allocated = result.allocations.reduce((sum, { amount }) => sum + amount, 0n);
          expect(allocated + (result.rest?.amount ?? 0n)).toBe(given[index]?.money.amount);
          expect(result.allocations.every(({ amount }) => amount > 0n) && (result.rest === null || result.rest.amount > 0n)).toBe(true);
          for (const { id, amount } of result.allocations) taken.set(id, (taken.get(id) ?? 0n) + amount);
        }
        for (const { id, open } of all) expect(taken.get(id) ?? 0n).toBeLessThanOrEqual(open);
        expect(matchLines(given, all.toReversed(), [])).toEqual(results);
      }),
      { numRuns: 1_000 },
    );
  });

  it("what is found is among the keys to look up", () => {
    fc.assert(
      fc.property(lines, targets, (given, all) => {
        const keys = new Set(given.flatMap((each) => mentionedKeys(each)));
        const looked = all.filter(({ reference }) => keys.has(referenceKey(reference)));
        expect(matchLines(given, looked, [])).toEqual(matchLines(given, all, []));
      }),
    );
  });

  it("names nobody for hostile text", () => {
    const hostile = [
      "1 ".repeat(5_000),
      "ACME-2026-00000 ".repeat(600),
      "((((".repeat(2_500),
      "9".repeat(10_000),
      "\u202E000001-2026-ЕМСА",
    ];
    const results = matchLines(
      hostile.map((text) => line(1_000n, text)),
      [first],
      [],
    );
    expect(results.every(({ kind }) => kind === "unmatched")).toBe(true);
  });
});
