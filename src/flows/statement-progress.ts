import { assert } from "../kernel/assert.ts";
import type { BankStatementId } from "../kernel/ids.ts";
import { minorUnits, money } from "../kernel/money.ts";
import {
  type BankAccount,
  type BankStatement,
  type Continuity,
  continuity,
  type ImportedStatement,
  signed,
  type StatementLine,
  type StatementProgress,
} from "../modules/payments/index.ts";
import type { ImportedLine } from "./book-imported-lines.ts";

/** A statement of which an import looks at lines: those behind the ones that were looked at before. */
export type TakenStatement = {
  readonly statement: BankStatement;
  readonly fingerprint: string;
  readonly statementId: BankStatementId;
  readonly before: StatementProgress | undefined;
  readonly lines: readonly StatementLine[];
};

/** A line of one that is new. */
export type TakenLine = ImportedLine;

/** Statements as far as they have come, their accounts as they close now, and the first of the statements. */
export type Advanced = {
  readonly statements: readonly ImportedStatement[];
  readonly accounts: readonly BankAccount[];
  readonly subject: BankStatementId | undefined;
};

/**
 * How far statements come with the lines that were looked at. With its last line a statement is held against the closing balance that was
 * known of its account, and gives the account its own; one that closes on an earlier day leaves it as it is.
 */
export function advance(
  taken: readonly TakenStatement[],
  fresh: readonly TakenLine[],
  accounts: readonly BankAccount[],
  file: Pick<ImportedStatement, "format" | "fileHash">,
): Advanced {
  const freshOf = Map.groupBy(fresh, ({ statementId }) => statementId);
  const standing = new Map(accounts.map((account) => [accountName(account), account]));
  const closed = new Map<string, BankAccount>();
  const statements = taken.map(({ statement, fingerprint, statementId, before, lines }) => {
    const added = freshOf.get(statementId) ?? [];
    const come = {
      taken: (before?.taken ?? 0) + lines.length,
      fresh: (before?.fresh ?? 0) + added.length,
      freshAmount: added.reduce((sum, { line }) => sum + signed(line), before?.freshAmount ?? 0n),
    };
    const account = standing.get(accountName(statement));
    assert(account !== undefined, "the account of a statement is locked");
    const judged = come.taken < statement.lines.length ? null : continuityOf(account, statement, come);
    if (judged !== null && judged.kind !== "known" && (account.closingOn === undefined || account.closingOn <= statement.closingOn)) {
      const now = { ...account, closing: statement.closing, closingOn: statement.closingOn };
      standing.set(accountName(account), now);
      closed.set(accountName(account), now);
    }
    return { statement, fingerprint, ...file, progress: { statementId, ...come, continuity: judged } };
  });
  return { statements, accounts: [...closed.values()], subject: taken[0]?.statementId };
}

function continuityOf(
  { closing }: BankAccount,
  statement: BankStatement,
  { fresh, freshAmount }: Pick<StatementProgress, "fresh" | "freshAmount">,
): Continuity {
  const out = freshAmount < 0n;
  const sum = {
    direction: out ? "debit" : "credit",
    money: money(minorUnits(out ? -freshAmount : freshAmount), statement.currency),
  } as const;
  return continuity(closing, statement, fresh === 0 ? [] : [sum]);
}

function accountName({ account, currency }: Pick<BankAccount, "account" | "currency">): string {
  return `${currency} ${account}`;
}
