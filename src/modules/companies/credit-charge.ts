import type { Instant } from "../../kernel/clock.ts";
import type { CompanyId } from "../../kernel/ids.ts";
import type { Currency } from "../../kernel/money.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import type { WireMoney } from "../../kernel/wire.ts";
import { locking, type Reader, type Statement, sql, type Transaction } from "../../platform/db/index.ts";

/** Buying on account needs a credit account in the checkout's currency. */
export type NoCreditAccount = Refusal & { readonly code: "no-credit-account"; readonly currency: string };

/** The checkout would take more credit than is left. */
export type CreditExceeded = Refusal & { readonly code: "credit-exceeded"; readonly total: WireMoney; readonly available: WireMoney };

/** The operator has closed the company's account in this currency: nothing more can be bought on it. */
export type CreditAccountClosed = Refusal & { readonly code: "credit-account-closed"; readonly currency: string };

export type CreditRefusal = NoCreditAccount | CreditExceeded | CreditAccountClosed;

/** A credit account as its locked row was read: amounts in minor units of its currency. */
export type CreditAccountFacts = {
  readonly companyId: CompanyId;
  readonly currency: Currency;
  readonly limit: bigint;
  readonly used: bigint;
  readonly closedAt: Instant | null;
};

/**
 * An amount by which the use of a credit account changes: positive when charged, negative when freed. The step `amend` is what tax became
 * more or less by law, and `undo_settlement` what was settled and is owed again: both are owed, so they pass above the limit and of a closed
 * account.
 */
export type CreditChange = {
  readonly companyId: CompanyId;
  readonly currency: Currency;
  readonly amount: bigint;
  readonly step?: "amend" | "undo_settlement";
};

type AccountKey = Pick<CreditAccountFacts, "companyId" | "currency">;

/** Locks credit accounts by primary key and gives what the locks returned. An account that does not exist is absent. */
export async function lockCreditAccounts(tx: Transaction, accounts: readonly AccountKey[]): Promise<CreditAccountFacts[]> {
  const rows = await tx.query(lockCreditAccountsStatement(accounts));
  return rows.map(toFacts);
}

type CreditRow = { company_id: CompanyId; currency: Currency; credit_limit: bigint; used: bigint; closed_at: Instant | null };

function lockCreditAccountsStatement(accounts: readonly AccountKey[]): Statement<CreditRow> {
  return locking(
    "credit_account",
    sql<CreditRow>`
      select a.company_id, a.currency, a.credit_limit, a.used, a.closed_at
      from unnest(${accounts.map(({ companyId }) => companyId)}::uuid[], ${accounts.map(({ currency }) => currency)}::text[])
          as asked (company_id, currency)
        join credit_accounts a on a.company_id = asked.company_id and a.currency = asked.currency
      order by a.company_id, a.currency
      for no key update of a`,
  );
}

/** Of these accounts, those that somebody else holds now. The others are locked, or do not exist. */
export async function heldCreditAccounts(tx: Transaction, accounts: readonly AccountKey[]): Promise<CreditAccountFacts[]> {
  const had = await tx.query(
    locking(
      "credit_account",
      sql<CreditRow>`
        select a.company_id, a.currency, a.credit_limit, a.used, a.closed_at
        from unnest(${accounts.map(({ companyId }) => companyId)}::uuid[], ${accounts.map(({ currency }) => currency)}::text[])
            as asked (company_id, currency)
          join credit_accounts a on a.company_id = asked.company_id and a.currency = asked.currency
        order by a.company_id, a.currency
        for no key update of a skip locked`,
    ),
  );
  const existing = await readCreditAccounts(tx, accounts);
  const isHad = ({ companyId, currency }: AccountKey) => had.some((row) => row.company_id === companyId && row.currency === currency);
  return existing.filter((account) => !isHad(account));
}

/** The same accounts without a lock, for a preview that promises nothing. */
export async function readCreditAccounts(reader: Reader, accounts: readonly AccountKey[]): Promise<CreditAccountFacts[]> {
  const rows = await reader.query(
    sql<CreditRow>`
      select a.company_id, a.currency, a.credit_limit, a.used, a.closed_at
      from unnest(${accounts.map(({ companyId }) => companyId)}::uuid[], ${accounts.map(({ currency }) => currency)}::text[])
          as asked (company_id, currency)
        join credit_accounts a on a.company_id = asked.company_id and a.currency = asked.currency`,
  );
  return rows.map(toFacts);
}

/**
 * Charges or frees credit of accounts that are locked, one change an account. The trigger `credit_within_limit` refuses a charge above
 * the limit, or of a closed account, that the judge should have refused; freeing always passes. The step is said and not kept.
 */
export function changeCredit(changes: readonly CreditChange[]): Statement {
  const rows = changes.map(({ companyId, currency, amount, step }) => ({ company_id: companyId, currency, amount: `${amount}`, step }));
  return sql`
    update credit_accounts a set used = a.used + changes.amount, step = changes.step
    from json_to_recordset(${JSON.stringify(rows)}::json) as changes (company_id uuid, currency text, amount bigint, step text)
    where a.company_id = changes.company_id and a.currency = changes.currency`;
}

function toFacts(row: CreditRow): CreditAccountFacts {
  return { companyId: row.company_id, currency: row.currency, limit: row.credit_limit, used: row.used, closedAt: row.closed_at };
}
