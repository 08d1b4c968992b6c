import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  balanceXml,
  bytes,
  camtEntryXml,
  camtFile,
  camtMessageXml,
  camtStatementXml,
  type WrittenEntry,
} from "../../../../tests/support/bank-statement.ts";
import { readCamt053 } from "./camt053.ts";
import { continuity } from "./statement.ts";
import type { StatementLine } from "./statement-line.ts";
import { statementReasons } from "./statement-refusal.ts";

function linesOf(entries: readonly WrittenEntry[]): readonly StatementLine[] {
  const cents = entries.reduce((sum, { amount, direction }) => {
    const written = BigInt(amount.replace(".", ""));
    return direction === "DBIT" ? sum - written : sum + written;
  }, 100_000n);
  const closing = cents.toString().replace(/..$/, ".$&");
  return readCamt053(camtFile("08", closing, entries)).flatMap(({ lines }) => lines);
}

function identitiesOf(entries: readonly WrittenEntry[]): string[] {
  return linesOf(entries).map(({ identity }) => identity);
}

const remittance = (text: string): string => `<TxDtls><RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls>`;

describe("a line's identity", () => {
  it("is the same each time the statement is read, whatever its place, its entry number and its form", () => {
    const entries = [
      { amount: "1.00", reference: "A" },
      { amount: "2.00", details: remittance("for two") },
      { amount: "3.00", reference: "B", details: remittance("text") },
    ];
    const first = identitiesOf(entries);
    expect(new Set(first).size).toBe(3);
    expect(identitiesOf(entries.toReversed())).toEqual(first.toReversed());
    expect(identitiesOf([{ amount: "3.00", reference: "B", details: remittance("text, cut another way") }])).toEqual([first[2]]);
    expect(identitiesOf([{ amount: "2.00", details: remittance("for  two ") }])).toEqual([first[1]]);
  });

  it("is the same in both versions of camt.053", () => {
    const entries = [
      { amount: "1.00", reference: "A" },
      { amount: "2.00", details: remittance("for two") },
    ];
    const identities = (["02", "08"] as const).map((version) =>
      readCamt053(camtFile(version, "1003.00", entries)).flatMap(({ lines }) => lines.map(({ identity }) => identity)),
    );
    expect(identities[0]).toEqual(identities[1]);
  });

  it("differs by account, day, direction, amount and reference, also when a bank gives one reference to a payment and its fee", () => {
    const entry = { amount: "1.00", reference: "A" };
    const others = [entry, { ...entry, amount: "2.00" }, { ...entry, day: "2026-01-16" }, { ...entry, reference: "B" }];
    expect(new Set([...others, { ...entry, direction: "DBIT" as const }].flatMap((each) => identitiesOf([each]))).size).toBe(5);
    const other = camtMessageXml(
      "08",
      camtStatementXml({
        account: "AT000000000000000001",
        balances: balanceXml("OPBD", "0") + balanceXml("CLBD", "1"),
        entries: camtEntryXml("08", entry),
      }),
    );
    expect(readCamt053(bytes(other))[0]?.lines[0]?.identity).not.toBe(identitiesOf([entry])[0]);
  });

  it("counts equal bookings, on the pages of one statement too", () => {
    const entry = { amount: "1.00", reference: "A" };
    const both = identitiesOf([entry, entry]);
    expect(new Set(both).size).toBe(2);
    const page = (opening: string, closing: string): string =>
      camtStatementXml({ balances: balanceXml("ITBD", opening) + balanceXml("ITBD", closing), entries: camtEntryXml("08", entry) });
    const pages = readCamt053(bytes(camtMessageXml("08", page("1", "2") + page("2", "3"))));
    expect(pages.flatMap(({ lines }) => lines.map(({ identity }) => identity))).toEqual(both);
  });

  it("gives each booking once over statements that overlap by whole days, with references or without", () => {
    const booking = fc.record({
      amount: fc.constantFrom("1.00", "2.00"),
      direction: fc.constantFrom("CRDT" as const, "DBIT" as const),
      reference: fc.constantFrom("", "A", "B"),
      details: fc.constantFrom("", remittance("x"), remittance("y")),
    });
    const days = fc.array(fc.array(booking, { maxLength: 6 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(days, fc.nat(4), fc.nat(4), (written, from, to) => {
        const dated = written.map((entries, index) => entries.map((entry) => ({ ...entry, day: `2026-01-0${index + 1}` })));
        const part = [...dated.slice(Math.min(from, to), Math.max(from, to) + 1)];
        const known = new Set([...identitiesOf(part.flat()), ...identitiesOf(dated.flat()), ...dated.flatMap((day) => identitiesOf(day))]);
        expect(known.size).toBe(dated.flat().length);
      }),
    );
  });
});

describe("a statement and what is known of its account", () => {
  const before = { amount: "1.00", reference: "A" };
  const after = { amount: "2.00", reference: "B" };

  it("leads on, next to the last one or over it", () => {
    const next = { closing: 100_300n, lines: linesOf([before, after]) };
    expect(continuity(100_100n, next, linesOf([after]))).toEqual({ kind: "continues" });
    expect(continuity(100_000n, next, next.lines)).toEqual({ kind: "continues" });
    expect(continuity(100_000n, { closing: 100_000n, lines: [] }, [])).toEqual({ kind: "continues" });
  });

  it("is the first, or known already", () => {
    const statement = { closing: 100_100n, lines: linesOf([before]) };
    expect(continuity(undefined, statement, statement.lines)).toEqual({ kind: "first" });
    expect(continuity(999n, statement, [])).toEqual({ kind: "known" });
  });

  it("breaks by what is missing or doubled", () => {
    const next = { closing: 100_300n, lines: linesOf([before, after]) };
    expect(continuity(100_000n, next, linesOf([after]))).toEqual({ kind: "breaks", difference: 100n });
    expect(continuity(100_300n, next, linesOf([after]))).toEqual({ kind: "breaks", difference: -200n });
    expect(continuity(5n, { closing: 6n, lines: [] }, [])).toEqual({ kind: "breaks", difference: 1n });
  });
});

it("each reason to refuse a statement is a word with underscores, as reasons are everywhere", () => {
  const reasons = Object.keys(statementReasons);
  expect(reasons.filter((reason) => !/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(reason))).toEqual([]);
  expect(reasons.length).toBeGreaterThan(40);
});
