import type { SellerId } from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** The currencies in which something is still due to a seller or from it: in its accounts, or on an open commission statement. */
export async function readOpenPayables(reader: Reader, sellerId: SellerId): Promise<readonly Currency[]> {
  const rows = await reader.query(sql<{ currency: Currency }>`
    with accounts as (
      select account_id, kind, currency
      from ledger_accounts
      where party_id = ${sellerId} and kind in ('payable_pending', 'payable', 'payable_reserve')
    ), sides as (
      select account_id, credited::numeric - debited as amount from ledger_balances where account_id in (select account_id from accounts)
      union all
      select side.account_id, side.amount
      from ledger_unrolled
        join ledger_transfers transfer using (transaction_id)
        cross join lateral (values
          (transfer.debit_account_id, -transfer.amount), (transfer.credit_account_id, transfer.amount)
        ) as side (account_id, amount)
    ), open as (
      select currency
      from accounts
        join sides using (account_id)
      group by account_id, currency
      having sum(amount) <> 0
      union
      select currency from commission_statements where seller_id = ${sellerId} and closed_at is null and net <> 0
    )
    select currency from open order by currency`);
  return rows.map(({ currency }) => currency);
}
