import { assert } from "../kernel/assert.ts";
import type { BankLineId, BankStatementId, CheckoutId, CompanyId, InvoiceId } from "../kernel/ids.ts";
import { openOf } from "../modules/invoices/index.ts";
import { type LedgerTransaction, operatorAccount } from "../modules/ledger/index.ts";
import {
  type Allocation,
  type BankAllocation,
  type BankLine,
  type BankLineChange,
  factsOfLine,
  findReceived,
  indexReceived,
  lockBankLines,
  matchLines,
  type MatchResult,
  mentionedKeys,
  type NewBankLine,
  type PaymentTarget,
  readAllocations,
  type StandingLine,
  type StatementLine,
  type TakenFor,
  type WaitingReason,
} from "../modules/payments/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { readPaymentTargets } from "../views/payment-targets.ts";
import {
  type BankMeans,
  type BookedParts,
  bookParts,
  type HeldRows,
  lockWanted,
  type Part,
  type PartedLine,
  stillDue,
  waitingMoney,
} from "./book-bank-lines.ts";
import { judgeUndoing, takenForBy, type Undoing, undoReceipts, wantedByUndoing } from "./undo-bank-lines.ts";

/** A line that came for the first time, and that nobody has recorded by hand. */
export type ImportedLine = {
  readonly line: StatementLine;
  readonly lineId: BankLineId;
  readonly statementId: BankStatementId;
  readonly account: string;
};

/** What became of lines, to be written and booked. */
export type BookedLines = {
  readonly lines: readonly NewBankLine[];
  readonly allocations: readonly BankAllocation[];
  /** Of earlier lines: the receipts that were undone. */
  readonly changes: readonly BankLineChange[];
  readonly transactions: readonly LedgerTransaction[];
};

/** What is decided on one line. */
type Decision =
  | { readonly kind: "matched"; readonly parts: readonly Part[] }
  | { readonly kind: "unmatched"; readonly reason: WaitingReason }
  | { readonly kind: "undoes"; readonly undoing: Undoing; readonly identity: string }
  /** A receipt that was taken back by a line of the same import: it settled nothing. */
  | { readonly kind: "undone" }
  | { readonly kind: "undoes_at_once"; readonly original: BankLineId };

/**
 * Books lines that are new, all together: decides by what they name, on rows that are locked, and carries it out. Their accounts are locked.
 *
 * Locks: bank account (lines that are undone), checkout, order, credit account, company funds, invoice.
 */
export async function bookImportedLines(tx: Transaction, imported: readonly ImportedLine[], means: BankMeans): Promise<BookedLines> {
  if (imported.length === 0) return { lines: [], allocations: [], changes: [], transactions: [] };
  const originals = await lockOriginals(tx, imported);
  const { held, targets } = await lockTargets(tx, imported, [...originals.lines.values()]);
  const decisions = decide(imported, targets, originals, held);
  const undoings = [...decisions.values()].flatMap((decision) => (decision.kind === "undoes" ? [decision.undoing] : []));
  const undone = await undoReceipts(tx, undoings, held, means);
  const bank = operatorAccount("bank");
  const parted = imported.flatMap(({ line, lineId }): PartedLine[] => {
    const decision = decisions.get(lineId);
    return decision?.kind === "matched" ? [{ lineId, currency: line.money.currency, allocations: 0, parts: decision.parts }] : [];
  });
  const booked = await bookParts(tx, parted, undone.held, () => bank, means);
  const written = imported.map((each) => writtenLine(each, decisions, booked));
  return {
    lines: written.map(({ line }) => line),
    allocations: written.flatMap(({ allocations }) => allocations),
    changes: undone.changes,
    transactions: [...written.flatMap(({ transactions }) => transactions), ...undone.transactions, ...booked.roundings],
  };
}

type Originals = {
  readonly received: readonly StandingLine[];
  readonly lines: ReadonlyMap<string, { readonly original: BankLine; readonly allocations: readonly BankAllocation[] }>;
};

/** Locks the earlier receipts that these lines take back, by their identities. */
async function lockOriginals(tx: Transaction, imported: readonly ImportedLine[]): Promise<Originals> {
  const returns = imported.map(({ line }) => line).filter(isTakenBack);
  const received = await findReceived(
    tx,
    returns.map(({ money }) => ({ amount: money.amount, currency: money.currency })),
  );
  const index = indexReceived(received);
  const named = new Set(
    returns.flatMap((line) => {
      const original = index.originalOf(line);
      return original.kind === "found" ? [original.identity] : [];
    }),
  );
  const standing = received.filter(({ identity }) => named.has(identity));
  const lineIds = standing.map(({ lineId }) => lineId);
  const locked = new Map((await lockBankLines(tx, lineIds)).map((line) => [line.lineId, line]));
  const allocations = Map.groupBy(await readAllocations(tx, lineIds), ({ lineId }) => lineId);
  return {
    received,
    lines: new Map(
      standing.flatMap(({ identity, lineId }) => {
        const original = locked.get(lineId);
        return original === undefined ? [] : [[identity, { original, allocations: allocations.get(lineId) ?? [] }] as const];
      }),
    ),
  };
}

function isTakenBack({ direction, reversal, returnReason }: StatementLine): boolean {
  return direction === "debit" && (reversal || returnReason !== null);
}

/** Locks what the lines name and what is undone with them. What is open of it is read off the locked rows. */
async function lockTargets(
  tx: Transaction,
  imported: readonly ImportedLine[],
  originals: readonly { readonly original: BankLine; readonly allocations: readonly BankAllocation[] }[],
): Promise<{ readonly held: HeldRows; readonly targets: readonly PaymentTarget[] }> {
  const keys = imported.filter(({ line }) => line.direction === "credit").flatMap(({ line }) => mentionedKeys(line));
  const named = keys.length === 0 ? { invoices: [], checkouts: [] } : await readPaymentTargets(tx, [...new Set(keys)]);
  const undone = wantedByUndoing(originals.map((each) => ({ ...each, debitLineId: each.original.lineId })));
  const held = await lockWanted(tx, {
    invoiceIds: [...new Set([...named.invoices.map(({ invoiceId }) => invoiceId), ...undone.invoiceIds])],
    checkoutIds: [...new Set([...named.checkouts.map(({ checkoutId }) => checkoutId), ...undone.checkoutIds])],
    funds: [
      ...[...named.invoices, ...named.checkouts].map(({ companyId, currency }) => ({ companyId, checkoutId: null, currency })),
      ...undone.funds,
    ],
  });
  return {
    held,
    targets: [
      ...named.invoices.flatMap(({ invoiceId: id, companyId, reference, currency }): PaymentTarget[] => {
        const invoice = held.invoices.get(id);
        return invoice === undefined
          ? []
          : [{ kind: "invoice", id, companyId, reference, currency, open: openOf(invoice), dueOn: invoice.dueOn }];
      }),
      ...named.checkouts.flatMap(({ checkoutId: id, companyId, reference, currency }): PaymentTarget[] => {
        const checkout = held.checkouts.get(id)?.checkout;
        if (checkout === undefined) return [];
        const ended = checkout.state === "expired" || checkout.state === "cancelled";
        return [{ kind: "checkout", id, companyId, reference, currency, open: stillDue(checkout, held), ended }];
      }),
    ],
  };
}

/** Decides on each line, in their order. */
function decide(
  imported: readonly ImportedLine[],
  targets: readonly PaymentTarget[],
  originals: Originals,
  held: HeldRows,
): ReadonlyMap<BankLineId, Decision> {
  const decisions = new Map<BankLineId, Decision>();
  const matched = (each: readonly ImportedLine[], takenFor?: ReadonlyMap<string, readonly TakenFor[]>): MatchResult[] =>
    matchLines(
      each.map(({ line }) => line),
      targets,
      originals.received,
      takenFor,
    );
  let left = imported;
  for (;;) {
    const results = matched(left);
    const byIdentity = new Map(left.map((each) => [each.line.identity, each]));
    const pair = left.flatMap((each, index) => {
      const result = results[index];
      const original = result?.kind === "undone" ? byIdentity.get(result.original) : undefined;
      return original === undefined ? [] : [{ line: each, original }];
    });
    if (pair.length === 0) {
      const { takenFor, refused } = judged(
        left.map((each, index) => decisionOf(each, results[index], originals)),
        held,
      );
      // What a return undoes does not hang on what is open: the same receipts are undone, and what they paid can be paid again.
      const final = takenFor.size === 0 ? results : matched(left, takenFor);
      for (const [index, each] of left.entries()) {
        const reason = refused.get(each.lineId);
        decisions.set(each.lineId, reason === undefined ? decisionOf(each, final[index], originals) : { kind: "unmatched", reason });
      }
      return decisions;
    }
    for (const { line, original } of pair) {
      decisions.set(original.lineId, { kind: "undone" });
      decisions.set(line.lineId, { kind: "undoes_at_once", original: original.lineId });
    }
    left = left.filter(({ lineId }) => !decisions.has(lineId));
  }
}

/** Which receipts are undone, with what they were taken for by their identities, and why the other returns wait. */
function judged(
  decisions: readonly Decision[],
  held: HeldRows,
): { readonly takenFor: ReadonlyMap<string, readonly TakenFor[]>; readonly refused: ReadonlyMap<BankLineId, WaitingReason> } {
  const undoes = decisions.filter((decision) => decision.kind === "undoes");
  const reasons = judgeUndoing(
    undoes.map(({ undoing }) => undoing),
    held,
  );
  const takenFor = new Map<string, readonly TakenFor[]>();
  const refused = new Map<BankLineId, WaitingReason>();
  for (const [index, { undoing, identity }] of undoes.entries()) {
    const reason = reasons[index];
    if (reason === undefined) takenFor.set(identity, takenForBy(undoing));
    else refused.set(undoing.debitLineId, reason);
  }
  return { takenFor, refused };
}

function decisionOf({ line, lineId }: ImportedLine, result: MatchResult | undefined, { lines }: Originals): Decision {
  assert(result !== undefined, "every line has its result");
  if (result.kind === "unmatched") return result;
  if (result.kind === "undone") {
    const standing = lines.get(result.original);
    // Named only because others that fit as well were taken back by lines before it.
    if (standing === undefined) return { kind: "unmatched", reason: "original_ambiguous" };
    return { kind: "undoes", undoing: { debitLineId: lineId, ...standing }, identity: result.original };
  }
  const { allocations, rest } = result;
  const parts = [
    ...allocations.map(partOf),
    ...(rest === null ? [] : [{ kind: "company" as const, companyId: rest.companyId as CompanyId, amount: rest.amount }]),
  ];
  const sum = parts.reduce((all, { amount }) => all + amount, 0n);
  assert(sum === line.money.amount, "all of a matched line is taken for something");
  return { kind: "matched", parts };
}

function partOf({ kind, id, companyId, amount }: Allocation): Part {
  if (kind === "invoice") return { kind, invoiceId: id as InvoiceId, amount };
  return { kind, checkoutId: id as CheckoutId, companyId: companyId as CompanyId, amount };
}

type Written = {
  readonly line: NewBankLine;
  readonly allocations: readonly BankAllocation[];
  readonly transactions: readonly LedgerTransaction[];
};

function writtenLine(
  { line, lineId, statementId, account }: ImportedLine,
  decisions: ReadonlyMap<BankLineId, Decision>,
  booked: BookedParts,
): Written {
  const decision = decisions.get(lineId);
  assert(decision !== undefined, "every line is decided on");
  const { amount, currency } = line.money;
  const row = { ...factsOfLine(line), lineId, statementId, account, recordedLine: null };
  const bank = operatorAccount("bank");
  const of = (kind: "receipt_booked" | "receipt_undone", cause: string) =>
    ({ kind, businessKey: lineId, currency, cause, record: { type: "bankLine", id: lineId } }) as const;
  const undoes = (original: BankLineId): BankAllocation[] => [
    { lineId, number: 1, target: { kind: "receipt", lineId: original }, amount, undoes: null },
  ];
  switch (decision.kind) {
    case "matched":
      return {
        line: { ...row, state: "matched", reason: null },
        allocations: booked.allocations.get(lineId) ?? [],
        transactions: [{ ...of("receipt_booked", "bank_line"), transfers: booked.transfers.get(lineId) ?? [] }],
      };
    case "unmatched": {
      const waiting = waitingMoney(lineId);
      const came = line.direction === "credit";
      const transfer = came ? { debit: bank, credit: waiting, amount } : { debit: waiting, credit: bank, amount };
      return {
        line: { ...row, state: "unmatched", reason: decision.reason },
        allocations: [],
        transactions: [{ ...of(came ? "receipt_booked" : "receipt_undone", "unmatched"), transfers: [transfer] }],
      };
    }
    case "undoes":
      return { line: { ...row, state: "matched", reason: null }, allocations: undoes(decision.undoing.original.lineId), transactions: [] };
    case "undone":
      return {
        line: { ...row, state: "undone", reason: null },
        allocations: [],
        transactions: [{ ...of("receipt_booked", "undone_at_once"), transfers: [{ debit: bank, credit: waitingMoney(lineId), amount }] }],
      };
    case "undoes_at_once":
      return {
        line: { ...row, state: "matched", reason: null },
        allocations: undoes(decision.original),
        transactions: [
          { ...of("receipt_undone", "undone_at_once"), transfers: [{ debit: waitingMoney(decision.original), credit: bank, amount }] },
        ],
      };
  }
}
