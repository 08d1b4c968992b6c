import Type from "typebox";
import { toRfc3339 } from "../../kernel/clock.ts";
import { type Id, type Kind, type Prefix, prefixes, toWireId, type Uuid } from "../../kernel/ids.ts";
import { type Currency, money, withinWire } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";
import { type LedgerAccountKind, ledgerAccountKinds, ledgerTransactionKinds } from "../../modules/ledger/index.ts";
import type { StatementRow } from "../../views/ledger.ts";
import type { JournalRow, PartyTransfer } from "../../views/ledger-transfers.ts";
import { example } from "../examples.ts";
import { closed, currencyCode, idOf, instant, integer, listOf, oneOf, positiveMoney, text } from "../shapes.ts";

const largest = Number.MAX_SAFE_INTEGER;

/** The kinds of accounts, for filters and answers. */
export const accountKinds = Object.keys(ledgerAccountKinds) as LedgerAccountKind[];

/** A sum of amounts: as text always, as a number when it can hold it. */
export const sum = closed({
  amount: Type.Union([integer(-largest, largest, "In the currency's minor unit; null when a JSON number cannot hold it"), Type.Null()]),
  amount_text: Type.String({ pattern: "^-?[0-9]{1,40}$", maxLength: 41, description: "The same in decimal digits" }),
  currency: currencyCode,
});

/** A sum as it is shown. */
export function shownSum(amount: bigint, code: Currency) {
  return { amount: withinWire(amount) ? toWire(money(amount, code)).amount : null, amount_text: `${amount}`, currency: code };
}

/** What an account has, counted on the side on which its kind usually stands: below zero when it stands on the other. */
export function balanceOf(kind: LedgerAccountKind, debited: bigint, credited: bigint): bigint {
  return ledgerAccountKinds[kind].side === "debit" ? debited - credited : credited - debited;
}

/** Whose an account is: a company, a seller, or null for the operator's own. */
export const partyOfAccount = Type.Union([Type.Union([idOf("company"), idOf("seller")]), Type.Null()]);

/** The party of an account on the wire. */
export function shownParty(kind: LedgerAccountKind, partyId: Uuid): string | null {
  const { party } = ledgerAccountKinds[kind];
  return party === "operator" ? null : wireId(party, partyId);
}

/** An id of whatever kind on the wire. */
export function wireId(kind: Kind, id: Uuid): string {
  return toWireId<Prefix>(prefixes[kind], id as Id<Prefix>);
}

const booked = {
  transaction: idOf("ledgerTransaction"),
  number: integer(1, 2_147_483_647, "The transfer's number within its transaction"),
  at: instant,
  kind: oneOf(ledgerTransactionKinds),
};
const record = text(30, "The record that it rests on");

const account = closed({ id: idOf("ledgerAccount"), kind: oneOf(accountKinds), party: partyOfAccount });
const ownAccount = Type.Union([closed({ id: idOf("ledgerAccount"), kind: oneOf(accountKinds) }), Type.Null()], {
  description: "Null when it is not the reader's own",
});

/** A transfer of the journal. */
export const journalItem = closed({ ...booked, debit: account, credit: account, amount: positiveMoney, record, cause: text(100) });

/** A transfer as one of its parties reads it. */
export const partyItem = closed({ ...booked, debit: ownAccount, credit: ownAccount, amount: positiveMoney, record });

/** One side of a transfer, as its account sees it. */
export const entryItem = closed({
  ...{ ...booked, side: oneOf(["debit", "credit"] as const), amount: positiveMoney, other: account, record, cause: text(100) },
});

type Shown = Pick<JournalRow, "transaction_id" | "number" | "at" | "kind" | "amount" | "currency" | "record_type" | "record_id">;

/** What every way to read a transfer shows. */
export function shownBooked(row: Shown) {
  return {
    transaction: toWireId("ltx", row.transaction_id),
    number: row.number,
    at: toRfc3339(row.at),
    kind: row.kind,
    amount: toWire(money(row.amount, row.currency)),
    record: wireId(row.record_type, row.record_id),
  };
}

/** A transfer as one of its parties reads it. */
export function shownPartyTransfer(row: PartyTransfer) {
  const { debit_account_id, debit_kind, credit_account_id, credit_kind } = row;
  return {
    ...shownBooked(row),
    debit: debit_account_id === null || debit_kind === null ? null : { id: toWireId("lac", debit_account_id), kind: debit_kind },
    credit: credit_account_id === null || credit_kind === null ? null : { id: toWireId("lac", credit_account_id), kind: credit_kind },
  };
}

/** A company's or seller's statement of account. */
export const statement = closed({
  currency: currencyCode,
  from: instant,
  before: instant,
  accounts: listOf(closed({ kind: oneOf(accountKinds), opening: sum, debited: sum, credited: sum, closing: sum }), 0, accountKinds.length),
});

/** One kind of account in a statement. */
export function shownStatementRow(row: StatementRow, currency: Currency) {
  const { kind } = row;
  const [openingDebited, openingCredited] = [BigInt(row.opening_debited), BigInt(row.opening_credited)];
  const [debited, credited] = [BigInt(row.debited), BigInt(row.credited)];
  return {
    kind,
    opening: shownSum(balanceOf(kind, openingDebited, openingCredited), currency),
    debited: shownSum(debited, currency),
    credited: shownSum(credited, currency),
    closing: shownSum(balanceOf(kind, openingDebited + debited, openingCredited + credited), currency),
  };
}

const sampleBooked = {
  ...{ transaction: example.ledgerTransaction, number: 1, at: example.time, kind: "receipt_booked" as const },
  ...{ amount: { amount: 11_900, currency: "EUR" }, record: example.bankLine },
};
const sampleBank = { id: example.ledgerAccount, kind: "bank" as const, party: null };
const sampleFunds = { id: "lac_01k9zv3n7gfx1t0c5r2m8q4g02", kind: "customer_funds" as const };

/** A receipt in the journal. */
export const journalSample = {
  ...{ ...sampleBooked, debit: sampleBank, credit: { ...sampleFunds, party: example.company }, cause: "bank_receipt" },
};

/** The same as the bank's account sees it. */
export const entrySample = {
  ...{ ...sampleBooked, side: "debit" as const, other: { ...sampleFunds, party: example.company }, cause: "bank_receipt" },
};

/** The same as its company reads it. */
export const partySample = { ...sampleBooked, debit: null, credit: sampleFunds };
