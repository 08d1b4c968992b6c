import { createHash } from "node:crypto";
import type { BankStatementId } from "../../kernel/ids.ts";
import type { Currency } from "../../kernel/money.ts";
import { instantParameter, locking, type Reader, sql, type Transaction } from "../../platform/db/index.ts";
import { byHand, type BankChangedBy } from "./bank-line.ts";
import type { BankStatement, Continuity } from "./bank-statement/statement.ts";

/** An account, or with the empty name what is recorded by hand, in one currency. */
export type BankAccountKey = { readonly account: string; readonly currency: Currency };

/** An account whose row is locked, and its last closing balance in minor units; undefined before its first statement. */
export type BankAccount = BankAccountKey & { readonly closing: bigint | undefined; readonly closingOn: string | undefined };

/**
 * Locks accounts, and with them what is recorded by hand in their currencies: nobody else brings or records a line meanwhile. One that is
 * not there yet is made.
 */
export async function lockBankAccounts(tx: Transaction, keys: readonly BankAccountKey[]): Promise<BankAccount[]> {
  const all = [...keys, ...keys.map(({ currency }) => ({ account: byHand, currency }))];
  const [accounts, currencies] = [all.map(({ account }) => account), all.map(({ currency }) => currency)];
  const [, rows] = await tx.pipeline([
    locking(
      "bank_account",
      sql`
      insert into bank_accounts (account, currency)
      select distinct account, currency
      from unnest(${accounts}::text[], ${currencies}::text[]) as asked (account, currency)
      order by account, currency
      on conflict on constraint bank_accounts_pkey do nothing`,
    ),
    locking(
      "bank_account",
      sql<{ account: string; currency: Currency; closing: bigint | null; closing_on: string | null }>`
      select b.account, b.currency, b.closing, b.closing_on
      from bank_accounts b
      where (b.account, b.currency) in (
        select asked.account, asked.currency from unnest(${accounts}::text[], ${currencies}::text[]) as asked (account, currency))
      order by b.account, b.currency
      for no key update`,
    ),
  ]);
  return rows.map(({ account, currency, closing, closing_on }) => ({
    ...{ account, currency, closing: closing ?? undefined, closingOn: closing_on ?? undefined },
  }));
}

/** Writes the closing balances of locked accounts. */
export async function closeBankAccounts(tx: Transaction, accounts: readonly BankAccount[]): Promise<void> {
  if (accounts.length === 0) return;
  const rows = accounts.map(({ account, currency, closing, closingOn }) => ({
    ...{ account, currency, closing: closing === undefined ? null : `${closing}`, closing_on: closingOn ?? null },
  }));
  await tx.execute(sql`
    update bank_accounts b set closing = change.closing, closing_on = change.closing_on
    from json_to_recordset(${JSON.stringify(rows)}::json) as change (account text, currency text, closing bigint, closing_on date)
    where b.account = change.account and b.currency = change.currency`);
}

/** The name under which a statement counts once, in whatever file it comes: of its account, its balances and its lines. */
export function fingerprintOf({ id, account, currency, opening, openingOn, closing, closingOn, lines }: BankStatement): string {
  const facts = [id, account, currency, `${opening}`, openingOn, `${closing}`, closingOn, ...lines.map(({ identity }) => identity)];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
}

/** How far a statement has come: how many of its lines were looked at, how many were new, and what these come to in minor units. */
export type StatementProgress = {
  readonly statementId: BankStatementId;
  readonly taken: number;
  readonly fresh: number;
  readonly freshAmount: bigint;
  /** Null until its last line was looked at. */
  readonly continuity: Continuity | null;
};

type ProgressRow = {
  fingerprint: string;
  statement_id: BankStatementId;
  taken: number;
  fresh: number;
  fresh_amount: bigint;
  continuity: Continuity["kind"] | null;
  difference: bigint | null;
};

/** The statements that came before, by their fingerprints. Their accounts are locked. */
export async function readStatementProgress(
  reader: Reader,
  fingerprints: readonly string[],
): Promise<ReadonlyMap<string, StatementProgress>> {
  const rows = await reader.query(sql<ProgressRow>`
    select fingerprint, statement_id, taken, fresh, fresh_amount, continuity, difference
    from bank_statements
    where fingerprint = any (${fingerprints}::text[])`);
  return new Map(
    rows.map(({ fingerprint, statement_id, taken, fresh, fresh_amount, continuity, difference }) => [
      fingerprint,
      { statementId: statement_id, taken, fresh, freshAmount: fresh_amount, continuity: toContinuity(continuity, difference) },
    ]),
  );
}

function toContinuity(kind: Continuity["kind"] | null, difference: bigint | null): Continuity | null {
  if (kind === null) return null;
  return kind === "breaks" ? { kind, difference: difference ?? 0n } : { kind };
}

/** A statement of a file, and how far it has come with this import. */
export type ImportedStatement = {
  readonly statement: BankStatement;
  readonly fingerprint: string;
  readonly format: "camt053" | "csv";
  readonly fileHash: Buffer;
  readonly progress: StatementProgress;
};

/** Writes statements as far as they have come: those that are new, and those of which more lines were looked at. */
export async function writeStatements(
  tx: Transaction,
  imported: readonly ImportedStatement[],
  { keyId, idempotencyId, at }: BankChangedBy,
): Promise<void> {
  if (imported.length === 0) return;
  const rows = imported.map(({ statement, fingerprint, format, fileHash, progress }) => ({
    ...{ statement_id: progress.statementId, fingerprint, account: statement.account, currency: statement.currency, bank_id: statement.id },
    ...{ sequence: statement.sequence, format, file_hash: fileHash.toString("hex"), opening: `${statement.opening}` },
    ...{ opening_on: statement.openingOn, closing: `${statement.closing}`, closing_on: statement.closingOn },
    ...{ lines: statement.lines.length, skipped: statement.skipped.length, taken: progress.taken, fresh: progress.fresh },
    ...{ fresh_amount: `${progress.freshAmount}`, continuity: progress.continuity?.kind ?? null },
    difference: progress.continuity?.kind === "breaks" ? `${progress.continuity.difference}` : null,
  }));
  await tx.execute(sql`
    insert into bank_statements as standing (statement_id, fingerprint, account, currency, bank_id, sequence, format, file_hash, opening,
      opening_on, closing, closing_on, lines, skipped, taken, fresh, fresh_amount, continuity, difference, imported_by, idempotency_id, at)
    select statement_id, fingerprint, account, currency, bank_id, sequence, format, decode(file_hash, 'hex'), opening, opening_on, closing,
      closing_on, lines, skipped, taken, fresh, fresh_amount, continuity, difference, ${keyId}::uuid, ${idempotencyId}::uuid,
      ${instantParameter(at)}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as x (
      statement_id uuid, fingerprint text, account text, currency text, bank_id text, sequence text, format text, file_hash text, opening bigint,
      opening_on date, closing bigint, closing_on date, lines integer, skipped integer, taken integer, fresh integer, fresh_amount bigint,
      continuity text, difference bigint)
    on conflict on constraint bank_statements_fingerprint_key do update
    set taken = excluded.taken, fresh = excluded.fresh, fresh_amount = excluded.fresh_amount, continuity = excluded.continuity,
      difference = excluded.difference`);
}
