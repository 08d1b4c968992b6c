import { createHash } from "node:crypto";
import { assert } from "../kernel/assert.ts";
import type { Instant } from "../kernel/clock.ts";
import { type ApiKeyId, type AuditId, type BankLineId, type BankStatementId, toWireId, type Uuid } from "../kernel/ids.ts";
import { post } from "../modules/ledger/index.ts";
import {
  type BankStatement,
  changeBankLines,
  closeBankAccounts,
  factsOfLine,
  fingerprintOf,
  findUntoldByHand,
  type ImportedStatement,
  insertBankLines,
  lockBankAccounts,
  readCamt053,
  readKnownIdentities,
  readStatementCsv,
  readStatementProgress,
  type StandingLine,
  type StatementLine,
  writeStatements,
} from "../modules/payments/index.ts";
import { appendAudit } from "../platform/audit/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { bankLocks, type BankMeans } from "./book-bank-lines.ts";
import { bookImportedLines } from "./book-imported-lines.ts";
import { advance, type TakenLine, type TakenStatement } from "./statement-progress.ts";

/** The rows that importing statements locks, in the global order. */
export const importLocks = bankLocks;

/** What one import takes of a file at most: it goes on where it ended when the file is sent again. */
export const mostImportedLines = 2_000;
export const mostImportedStatements = 200;

/** A file of the bank, as text, and who sends it. */
export type ImportBankStatements = Omit<BankMeans, "at" | "actor" | "cause"> & {
  readonly operatorId: Uuid;
  readonly keyId: ApiKeyId;
  readonly format: "camt053" | "csv";
  readonly text: string;
  readonly idempotencyId: Uuid;
};

/** How many lines of an import became what; `known` were lines before, all others are `new`. */
export type ImportCounts = Readonly<Record<"known" | "new" | "matched" | "unmatched" | "recorded" | "undone", number>>;

/** What an import took: the statements that are new or went on, how many were complete before, and what it left for the next. */
export type ImportedFile = {
  readonly statements: readonly ImportedStatement[];
  readonly knownStatements: number;
  readonly counts: ImportCounts;
  readonly remaining: { readonly lines: number; readonly statements: number };
};

/**
 * Brings a file of bank statements: each line once, however often and in whatever overlaps it comes. What names for certain what it pays is
 * booked as that, all else waits. At most 2,000 lines are taken in one transaction, whose statements do not depend on how many they are; who
 * sends the file again goes on behind them. Nobody else brings or records a line of the account meanwhile.
 *
 * Locks: bank account, checkout, order, credit account, company funds, invoice, deadline.
 *
 * @throws Refused bank-statement-unreadable, bank-statement-unbalanced
 */
export async function importBankStatements(tx: Transaction, command: ImportBankStatements): Promise<ImportedFile> {
  const { format, text, keyId, idempotencyId, newId } = command;
  const file = Buffer.from(text, "utf8");
  const statements = format === "camt053" ? readCamt053(file) : readStatementCsv(file);
  const accounts = await lockBankAccounts(tx, statements);
  const at = await now(tx);
  const { taken, knownStatements, remaining } = await takeLines(tx, statements, () => newId<BankStatementId>(at));
  const { fresh, told, known } = await sortLines(tx, taken, () => newId<BankLineId>(at));
  const by = { keyId, idempotencyId, at };
  const means = { ...command, at, actor: { kind: "operator", id: keyId }, cause: "bank_line" } as const;
  const booked = await bookImportedLines(tx, fresh, means);
  const progress = advance(taken, [...fresh, ...told.map(({ line }) => line)], accounts, {
    ...{ format, fileHash: createHash("sha256").update(file).digest() },
  });
  await writeStatements(tx, progress.statements, by);
  const recorded = told.map(({ line: { line, ...of }, standing }) => ({
    ...{ ...factsOfLine(line), ...of, state: "recorded" as const, reason: null, recordedLine: standing.lineId },
  }));
  await insertBankLines(tx, [...booked.lines, ...recorded], booked.allocations, by);
  await changeBankLines(tx, booked.changes, by);
  await closeBankAccounts(tx, progress.accounts);
  await post(tx, booked.transactions, means);
  const states = Map.groupBy(booked.lines, ({ state }) => state);
  const counted = (state: "matched" | "unmatched" | "undone") => states.get(state)?.length ?? 0;
  const counts = {
    ...{ known, new: fresh.length + told.length, recorded: told.length },
    ...{ matched: counted("matched"), unmatched: counted("unmatched"), undone: counted("undone") },
  };
  await audit(tx, command, at, progress.subject ?? (await firstOf(tx, statements)), counts);
  return { statements: progress.statements, knownStatements, counts, remaining };
}

/** Which statements of the file are new or not complete, and the lines of them that this import looks at. */
async function takeLines(tx: Transaction, statements: readonly BankStatement[], newStatementId: () => BankStatementId) {
  const named = statements.map((statement) => ({ statement, fingerprint: fingerprintOf(statement) }));
  const standing = await readStatementProgress(
    tx,
    named.map(({ fingerprint }) => fingerprint),
  );
  const taken: TakenStatement[] = [];
  const seen = new Set<string>();
  let knownStatements = 0;
  let room = mostImportedLines;
  const remaining = { lines: 0, statements: 0 };
  for (const { statement, fingerprint } of named) {
    const before = standing.get(fingerprint);
    if (seen.has(fingerprint) || (before !== undefined && before.continuity !== null)) {
      knownStatements += 1;
      continue;
    }
    seen.add(fingerprint);
    const left = statement.lines.slice(before?.taken ?? 0);
    // One after another: what a statement leads on from is judged when those before it are complete.
    const begins = remaining.statements === 0 && taken.length < mostImportedStatements && (room > 0 || left.length === 0);
    const lines = begins ? left.slice(0, room) : [];
    if (begins) taken.push({ statement, fingerprint, before, statementId: before?.statementId ?? newStatementId(), lines });
    room -= lines.length;
    remaining.lines += left.length - lines.length;
    if (!begins || lines.length < left.length) remaining.statements += 1;
  }
  return { taken, knownStatements, remaining };
}

/** Of the lines that are looked at, those that were never seen, those that tell again what was recorded by hand, and how many were known. */
async function sortLines(
  tx: Transaction,
  taken: readonly TakenStatement[],
  newLineId: () => BankLineId,
): Promise<{
  readonly fresh: readonly TakenLine[];
  readonly told: readonly { readonly line: TakenLine; readonly standing: StandingLine }[];
  readonly known: number;
}> {
  const all = taken.flatMap(({ lines, statementId, statement: { account } }) => lines.map((line) => ({ line, statementId, account })));
  const known = new Set(
    await readKnownIdentities(
      tx,
      all.map(({ line }) => line.identity),
    ),
  );
  const unseen: TakenLine[] = [];
  for (const each of all) {
    if (known.has(each.line.identity)) continue;
    known.add(each.line.identity);
    unseen.push({ ...each, lineId: newLineId() });
  }
  const byHand = await findUntoldByHand(
    tx,
    unseen.map(({ line }) => factsOfLine(line)),
  );
  const left = [...byHand];
  const told = unseen.flatMap((line) => {
    const index = left.findIndex((standing) => isSameBooking(standing, line.line));
    const [standing] = index < 0 ? [] : left.splice(index, 1);
    return standing === undefined ? [] : [{ line, standing }];
  });
  const again = new Set(told.map(({ line }) => line));
  return { fresh: unseen.filter((line) => !again.has(line)), told, known: all.length - unseen.length };
}

function isSameBooking({ direction, amount, currency, bankReference }: StandingLine, line: StatementLine): boolean {
  const { money } = line;
  const references = [line.bankReference, line.transactionReference];
  return direction === line.direction && amount === money.amount && currency === money.currency && references.includes(bankReference);
}

/** The statement of a file of which nothing was left to take. */
async function firstOf(tx: Transaction, [first]: readonly BankStatement[]): Promise<BankStatementId> {
  assert(first !== undefined, "a file that was read holds a statement");
  const [standing] = (await readStatementProgress(tx, [fingerprintOf(first)])).values();
  assert(standing !== undefined, "a statement that is complete is known");
  return standing.statementId;
}

async function audit(
  tx: Transaction,
  { operatorId, keyId, format, newId, requestId, idempotencyId }: ImportBankStatements,
  at: Instant,
  statementId: BankStatementId,
  counts: ImportCounts,
): Promise<void> {
  await appendAudit(tx, [
    {
      auditId: newId<AuditId>(at),
      at,
      organisationId: operatorId,
      principalId: keyId,
      action: "bank_statement.imported",
      subjectType: "bankStatement",
      subjectId: statementId,
      after: { statement: toWireId("bst", statementId), format, ...counts },
      requestId,
      idempotencyId,
    },
  ]);
}
