import type { Instant } from "../../kernel/clock.ts";
import type { SellerId } from "../../kernel/ids.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import { type CreditRisk, type SellerContract, usualContract } from "./seller-contract.ts";

type ContractRow = { seller_id: SellerId; credit_risk: CreditRisk | null; version: number | null; changed_at: Instant | null };

/** The contract of a seller, the usual one where nothing else was agreed. Undefined when there is no such seller. */
export async function findSellerContract(reader: Reader, sellerId: SellerId): Promise<SellerContract | undefined> {
  const row = await reader.find(sql<ContractRow>`
    select s.seller_id, c.credit_risk, c.version, c.changed_at
    from sellers s
      left join seller_contracts c on c.seller_id = s.seller_id
    where s.seller_id = ${sellerId}`);
  if (row === undefined) return undefined;
  const { creditRisk, version } = usualContract(sellerId);
  return { sellerId, creditRisk: row.credit_risk ?? creditRisk, version: row.version ?? version, changedAt: row.changed_at };
}

/** Keeps others from changing this seller's contract until the transaction ends; advisory, because there may be no row yet. */
export async function lockSellerContract(tx: Transaction, sellerId: SellerId): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended(${`seller_contracts ${sellerId}`}, 0))`);
}

/** Writes a contract, behind its lock. */
export async function putSellerContract(tx: Transaction, contract: SellerContract & { readonly changedAt: Instant }): Promise<void> {
  await tx.execute(sql`
    insert into seller_contracts (seller_id, credit_risk, version, changed_at)
    values (${contract.sellerId}, ${contract.creditRisk}, ${contract.version}, ${instantParameter(contract.changedAt)})
    on conflict (seller_id) do update set credit_risk = excluded.credit_risk, version = excluded.version, changed_at = excluded.changed_at`);
}
