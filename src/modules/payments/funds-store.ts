import { assert } from "../../kernel/assert.ts";
import type { CheckoutId, CompanyId } from "../../kernel/ids.ts";
import type { Currency } from "../../kernel/money.ts";
import { locking, type Reader, sql, type Transaction } from "../../platform/db/index.ts";
import { type Funds, type FundsChange, type FundsKey, fundsName } from "./funds.ts";

const free = "00000000-0000-0000-0000-000000000000";

/**
 * Locks funds, each once, by primary key. Those that are not there yet are made, of nothing: so a row that two would make is waited for
 * here, in the lock order, and not later.
 */
export async function lockFunds(tx: Transaction, keys: readonly FundsKey[]): Promise<Funds[]> {
  if (keys.length === 0) return [];
  const rows = rowsOf(keys.map(({ companyId, checkoutId, currency }) => ({ companyId, checkoutId, currency })));
  const [, locked] = await tx.pipeline([
    locking(
      "company_funds",
      sql`
      insert into company_funds (company_id, checkout_id, currency)
      select distinct company_id, checkout_id, currency
      from json_to_recordset(${rows}::json) as asked (company_id uuid, checkout_id uuid, currency text)
      order by company_id, checkout_id, currency
      on conflict on constraint company_funds_pkey do nothing`,
    ),
    locking(
      "company_funds",
      sql<FundsRow>`
      select f.company_id, f.checkout_id, f.currency, f.received, f.used
      from company_funds f
      where (f.company_id, f.checkout_id, f.currency) in (
        select asked.company_id, asked.checkout_id, asked.currency
        from json_to_recordset(${rows}::json) as asked (company_id uuid, checkout_id uuid, currency text))
      order by f.company_id, f.checkout_id, f.currency
      for no key update`,
    ),
  ]);
  return locked.map(toFunds);
}

/** Funds that this transaction has locked before, as they are now. */
export async function readFunds(reader: Reader, keys: readonly FundsKey[]): Promise<Funds[]> {
  if (keys.length === 0) return [];
  const rows = await reader.query(sql<FundsRow>`
    select f.company_id, f.checkout_id, f.currency, f.received, f.used
    from company_funds f
    where (f.company_id, f.checkout_id, f.currency) in (
      select asked.company_id, asked.checkout_id, asked.currency
      from json_to_recordset(${rowsOf(keys)}::json) as asked (company_id uuid, checkout_id uuid, currency text))
    order by f.company_id, f.checkout_id, f.currency`);
  return rows.map(toFunds);
}

type FundsRow = { company_id: CompanyId; checkout_id: CheckoutId; currency: Currency; received: bigint; used: bigint };

function toFunds({ company_id, checkout_id, currency, received, used }: FundsRow): Funds {
  return { companyId: company_id, checkoutId: checkout_id === free ? null : checkout_id, currency, received, used };
}

/** Changes funds that are locked; several changes of one are added up. Using more than is there is a fault. */
export async function changeFunds(tx: Transaction, changes: readonly FundsChange[]): Promise<void> {
  const sums = [...Map.groupBy(changes, fundsName).values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : others.reduce<Required<FundsChange>>(
          (sum, { received = 0n, used = 0n }) => ({ ...sum, received: sum.received + received, used: sum.used + used }),
          { ...first, received: first.received ?? 0n, used: first.used ?? 0n },
        ),
  );
  const moved = sums.filter(({ received, used }) => received !== 0n || used !== 0n);
  if (moved.length === 0) return;
  const written = await tx.execute(sql`
    update company_funds f set received = f.received + change.received, used = f.used + change.used
    from json_to_recordset(${rowsOf(moved)}::json)
      as change (company_id uuid, checkout_id uuid, currency text, received bigint, used bigint)
    where f.company_id = change.company_id and f.checkout_id = change.checkout_id and f.currency = change.currency`);
  assert(written === moved.length, "funds that change are there");
}

function rowsOf(funds: readonly FundsChange[]): string {
  return JSON.stringify(
    funds.map(({ companyId, checkoutId, currency, received = 0n, used = 0n }) => ({
      ...{ company_id: companyId, checkout_id: checkoutId ?? free, currency, received: `${received}`, used: `${used}` },
    })),
  );
}
