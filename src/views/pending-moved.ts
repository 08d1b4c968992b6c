import type { InvoiceId, SellerId } from "../kernel/ids.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/**
 * By how much the share of a seller that waits for a company's money rose when a write-off was booked, in minor units; less than nothing
 * where it fell. What was booked never changes, so that its opposite can be booked to the last cent.
 */
export async function readPendingMoved(
  reader: Reader,
  { sellerId, invoiceId }: { readonly sellerId: SellerId; readonly invoiceId: InvoiceId },
  settlement: number,
): Promise<bigint> {
  const { moved } = await reader.one(sql<{ moved: bigint }>`
    select coalesce(sum(case when t.credit_account_id = a.account_id then t.amount else 0 end)
      - sum(case when t.debit_account_id = a.account_id then t.amount else 0 end), 0)::bigint as moved
    from ledger_transactions booked
      join ledger_transfers t using (transaction_id)
      join ledger_accounts a on a.account_id in (t.debit_account_id, t.credit_account_id)
    where booked.kind = 'invoice_written_off' and booked.business_key = format('%s:%s', ${invoiceId}::uuid, ${settlement}::integer)
      and a.kind = 'payable_pending' and a.party_id = ${sellerId}`);
  return moved;
}
