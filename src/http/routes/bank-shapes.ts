import Type, { type Static } from "typebox";
import { toRfc3339 } from "../../kernel/clock.ts";
import { toWireId, type Uuid } from "../../kernel/ids.ts";
import { minorUnits, money as moneyOf } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";
import type { ImportedStatement } from "../../modules/payments/index.ts";
import type { BankLineView, BankStatementView, FundsView } from "../../views/bank-lines.ts";
import { example } from "../examples.ts";
import { closed, currencyCode, day, idOf, instant, integer, listOf, money, oneOf, signedMoney, version } from "../shapes.ts";
import { wireId } from "./ledger-shapes.ts";

const orNull = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);
/** What a bank or a payer wrote, as it stands. */
const said = (maxLength: number) => Type.String({ maxLength });

export const bankLineStates = ["matched", "unmatched", "assigned", "sent_back", "recorded", "undone"] as const;
const continuities = ["first", "known", "continues", "breaks"] as const;
const formats = ["camt053", "csv"] as const;

/** The form of a file of statements. */
export const statementFormat = oneOf(formats);

const targets = {
  invoice: "invoice",
  checkout: "checkout",
  company: "company",
  seller: "seller",
  sent_back: "bankLine",
  receipt: "bankLine",
} as const;

type Target = keyof typeof targets;

export const bankStatement = closed({
  id: idOf("bankStatement"),
  account: said(34),
  currency: currencyCode,
  bank_id: said(1_000),
  sequence: orNull(said(1_000)),
  format: statementFormat,
  opening: signedMoney,
  opening_on: day,
  closing: signedMoney,
  closing_on: day,
  lines: integer(0, 1_000_000),
  skipped: integer(0, 1_000_000, "Entries that moved no money"),
  taken: integer(0, 1_000_000, "Lines that were looked at so far"),
  new: integer(0, 1_000_000, "Lines of it that were new"),
  continuity: Type.Union([oneOf(continuities), Type.Null()], {
    description: "Whether it leads on from the last closing balance of the account; null until its last line was looked at",
  }),
  difference: Type.Union([signedMoney, Type.Null()], { description: "By how much it does not lead on, where it breaks" }),
});

/** A statement as lists show it: also when it came first. */
export const listedStatement = closed({ ...bankStatement.properties, imported_at: instant });

type StatementFacts = Omit<BankStatementView, "at">;

function shownFacts(row: StatementFacts): Static<typeof bankStatement> {
  const wire = (amount: bigint) => toWire(moneyOf(minorUnits(amount), row.currency));
  return {
    id: toWireId("bst", row.statement_id),
    ...{ account: row.account, currency: row.currency, bank_id: row.bank_id, sequence: row.sequence },
    format: row.format as (typeof formats)[number],
    ...{ opening: wire(row.opening), opening_on: row.opening_on, closing: wire(row.closing), closing_on: row.closing_on },
    ...{ lines: row.lines, skipped: row.skipped, taken: row.taken, new: row.fresh },
    continuity: row.continuity as (typeof continuities)[number] | null,
    difference: row.difference === null ? null : wire(row.difference),
  };
}

export function shownStatement({ at, ...row }: BankStatementView): Static<typeof listedStatement> {
  return { ...shownFacts(row), imported_at: toRfc3339(at) };
}

/** A statement as its import took it. */
export function shownImported({ statement, format, progress }: ImportedStatement): Static<typeof bankStatement> {
  const { continuity } = progress;
  return shownFacts({
    ...{ statement_id: progress.statementId, account: statement.account, currency: statement.currency, bank_id: statement.id },
    ...{ sequence: statement.sequence, format, opening: statement.opening, opening_on: statement.openingOn, closing: statement.closing },
    ...{ closing_on: statement.closingOn, lines: statement.lines.length, skipped: statement.skipped.length, taken: progress.taken },
    ...{ fresh: progress.fresh, continuity: continuity?.kind ?? null },
    difference: continuity?.kind === "breaks" ? continuity.difference : null,
  });
}

const allocation = closed({
  number: integer(1, 2_147_483_647),
  target: Type.Unsafe<Target>({ type: "string", enum: Object.keys(targets) }),
  id: Type.String({ maxLength: 30 }),
  company: orNull(idOf("company")),
  amount: signedMoney,
  undoes: orNull(integer(1, 2_147_483_647)),
  at: instant,
});

export const bankLine = closed({
  id: idOf("bankLine"),
  version,
  state: oneOf(bankLineStates),
  reason: Type.Union([said(40), Type.Null()], { description: "Why it waited, or waits" }),
  statement: Type.Union([idOf("bankStatement"), Type.Null()], { description: "null for one that was recorded by hand" }),
  account: said(34),
  direction: oneOf(["credit", "debit"]),
  amount: money,
  unallocated: money,
  booked_on: day,
  value_on: orNull(day),
  bank_reference: orNull(said(1_000)),
  end_to_end_id: orNull(said(1_000)),
  counterparty: closed({ name: orNull(said(1_000)), iban: orNull(said(1_000)) }),
  texts: listOf(said(1_000), 0, 1_000),
  is_return: Type.Boolean(),
  recorded_line: Type.Union([idOf("bankLine"), Type.Null()], { description: "The line by hand that it tells again" }),
  allocations: listOf(allocation, 0, 10_000),
  recorded_at: instant,
});

/** A line as it is shown. */
export function shownBankLine(row: BankLineView): Static<typeof bankLine> {
  const wire = (amount: bigint) => toWire(moneyOf(minorUnits(amount), row.currency));
  return {
    id: toWireId("bnl", row.line_id),
    version: row.version,
    state: row.state as (typeof bankLineStates)[number],
    reason: row.reason,
    statement: row.statement_id === null ? null : toWireId("bst", row.statement_id),
    ...{ account: row.account, direction: row.direction as "credit" | "debit", amount: wire(row.amount) },
    unallocated: wire(row.state === "unmatched" ? row.amount - row.allocated : 0n),
    ...{ booked_on: row.booked_on, value_on: row.value_on, bank_reference: row.bank_reference, end_to_end_id: row.end_to_end_id },
    counterparty: { name: row.counterparty_name, iban: row.counterparty_iban },
    ...{ texts: [...row.texts], is_return: row.is_return },
    recorded_line: row.recorded_line === null ? null : toWireId("bnl", row.recorded_line),
    allocations: row.allocations.map((each) => ({
      ...{ number: each.number, target: each.target as Target, id: idOfTarget(each.target as Target, each.target_id) },
      company: each.company_id === null ? null : toWireId("cmp", each.company_id),
      ...{ amount: wire(BigInt(each.amount)), undoes: each.undoes, at: new Date(each.at).toISOString() },
    })),
    recorded_at: toRfc3339(row.at),
  };
}

function idOfTarget(target: Target, id: Uuid): string {
  return wireId(targets[target], id);
}

export const funds = closed({
  currency: currencyCode,
  checkout: Type.Union([idOf("checkout"), Type.Null()], { description: "The checkout that they are bound to; null when they are free" }),
  received: money,
  used: money,
  left: money,
});

const nil = "00000000-0000-0000-0000-000000000000";

/** Funds as they are shown. */
export function shownFunds(row: FundsView): Static<typeof funds> {
  const wire = (amount: bigint) => toWire(moneyOf(minorUnits(amount), row.currency));
  return {
    currency: row.currency,
    checkout: row.checkout_id === nil ? null : toWireId("chk", row.checkout_id),
    ...{ received: wire(row.received), used: wire(row.used), left: wire(row.received - row.used) },
  };
}

const eur = (amount: number) => ({ amount, currency: "EUR" });

/** The statement of the examples: a receipt of 250.00 EUR that names nobody. */
export const statementSample: Static<typeof bankStatement> = {
  id: example.bankStatement,
  ...{ account: "AT611904300234573201", currency: "EUR", bank_id: "2026-15", sequence: null, format: "csv" },
  ...{ opening: eur(100_000), opening_on: "2026-01-15", closing: eur(125_000), closing_on: "2026-01-15" },
  ...{ lines: 1, skipped: 0, taken: 1, new: 1, continuity: "first", difference: null },
};

/** That receipt. */
export const bankLineSample: Static<typeof bankLine> = {
  id: example.bankLine,
  ...{ version: 1, state: "unmatched", reason: "no_reference", statement: example.bankStatement },
  ...{ account: "AT611904300234573201", direction: "credit", amount: eur(25_000), unallocated: eur(25_000) },
  ...{ booked_on: "2026-01-15", value_on: null, bank_reference: "BANK-1", end_to_end_id: null },
  ...{ counterparty: { name: null, iban: null }, texts: ["thank you"], is_return: false, recorded_line: null, allocations: [] },
  recorded_at: example.time,
};
