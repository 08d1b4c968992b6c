import type { Instant } from "../../kernel/clock.ts";
import type { CompanyId } from "../../kernel/ids.ts";
import { currency, minorUnits } from "../../kernel/money.ts";
import type { Currency } from "../../kernel/money.ts";
import { instantParameter, locking, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { CreditAccount } from "./credit-account.ts";

type CreditAccountRow = {
  company_id: CompanyId;
  currency: string;
  credit_limit: bigint;
  used: bigint;
  closed_at: Instant | null;
  version: number;
};

/** False when the company has one in this currency already: the primary key decides. */
export async function insertCreditAccount(tx: Transaction, account: CreditAccount): Promise<boolean> {
  const inserted = await tx.execute(sql`
    insert into credit_accounts (company_id, currency, credit_limit, version)
    values (${account.companyId}, ${account.currency}, ${account.limit}, ${account.version})
    on conflict do nothing`);
  return inserted === 1;
}

/** The account as it is once nobody else is changing it. */
export async function lockCreditAccount(tx: Transaction, companyId: CompanyId, code: Currency): Promise<CreditAccount | undefined> {
  const [row] = await tx.query(
    locking(
      "credit_account",
      sql<CreditAccountRow>`
      select company_id, currency, credit_limit, used, closed_at, version
      from credit_accounts
      where company_id = ${companyId} and currency = ${code}
      for no key update`,
    ),
  );
  return row && toCreditAccount(row);
}

/** Writes the limit of a locked account, and whether it is closed. */
export async function updateCreditTerms(tx: Transaction, account: CreditAccount): Promise<void> {
  await tx.query(sql`
    update credit_accounts
    set credit_limit = ${account.limit}, closed_at = ${instantParameter(account.closedAt ?? undefined)}, version = ${account.version}
    where company_id = ${account.companyId} and currency = ${account.currency}`);
}

export async function findCreditAccount(reader: Reader, companyId: CompanyId, code: Currency): Promise<CreditAccount | undefined> {
  const row = await reader.find(sql<CreditAccountRow>`
    select company_id, currency, credit_limit, used, closed_at, version
    from credit_accounts
    where company_id = ${companyId} and currency = ${code}`);
  return row && toCreditAccount(row);
}

/** All accounts of a company, by currency: at most one for each that there is. */
export async function listCreditAccounts(reader: Reader, companyId: CompanyId): Promise<CreditAccount[]> {
  const rows = await reader.query(sql<CreditAccountRow>`
    select company_id, currency, credit_limit, used, closed_at, version
    from credit_accounts
    where company_id = ${companyId}
    order by currency`);
  return rows.map(toCreditAccount);
}

function toCreditAccount(row: CreditAccountRow): CreditAccount {
  return {
    companyId: row.company_id,
    currency: currency(row.currency),
    limit: minorUnits(row.credit_limit),
    used: minorUnits(row.used),
    closedAt: row.closed_at,
    version: row.version,
  };
}
