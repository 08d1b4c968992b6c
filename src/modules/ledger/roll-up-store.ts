import { sql, type Transaction } from "../../platform/db/index.ts";

/**
 * Adds the transfers of at most `limit` transactions to the balances of their accounts. Asked by `stoa_flow`. @returns of how many
 *
 * Each transaction is added exactly once, because what is added is what this very statement deleted from `ledger_unrolled`. No id, time or
 * position is trusted to rise. Of two at once the second begins when the first has ended: a statement deletes rows in whatever order its
 * plan finds them, so two would wait for each other in a circle. They would have to wait for the bank's balance in any case.
 */
export async function rollUp(tx: Transaction, limit: number): Promise<number> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended('ledger_unrolled', 0))`);
  const { count } = await tx.one(sql<{ count: number }>`
    with taken as (
      delete from ledger_unrolled
      where transaction_id in (select transaction_id from ledger_unrolled order by transaction_id limit ${limit})
      returning transaction_id
    ), moved as (
      select side.account_id, sum(side.debited) as debited, sum(side.credited) as credited
      from taken
        join ledger_transfers transfer using (transaction_id)
        cross join lateral (values
          (transfer.debit_account_id, transfer.amount, 0::bigint), (transfer.credit_account_id, 0::bigint, transfer.amount)
        ) as side (account_id, debited, credited)
      group by side.account_id
    ), added as (
      insert into ledger_balances as balance (account_id, debited, credited)
      select account_id, debited, credited from moved order by account_id
      on conflict (account_id) do update set debited = balance.debited + excluded.debited, credited = balance.credited + excluded.credited
    )
    select count(*)::integer as count from taken`);
  return count;
}
