import { Refused } from "../../kernel/refusal.ts";
import { instantParameter, sql, type Transaction } from "../../platform/db/index.ts";
import type { BankReferenceUsed, NewReceipt } from "./receipt.ts";

/**
 * Records a receipt. The UNIQUE on the bank's reference decides between two at once: the second waits for the first and is refused.
 *
 * @throws Refused bank-reference-used
 */
export async function recordReceipt(tx: Transaction, receipt: NewReceipt): Promise<void> {
  const { companyId, receiptId, checkoutId, bankReference, money, recordedBy, idempotencyId, at } = receipt;
  const written = await tx.execute(sql`
    insert into receipts (company_id, receipt_id, checkout_id, bank_reference, amount, currency, recorded_by, idempotency_id, at)
    values (${companyId}, ${receiptId}, ${checkoutId}, ${bankReference}, ${money.amount}, ${money.currency}, ${recordedBy},
      ${idempotencyId}, ${instantParameter(at)}::timestamptz)
    on conflict on constraint receipts_bank_reference_key do nothing`);
  if (written === 0) throw new Refused<BankReferenceUsed>({ code: "bank-reference-used", bank_reference: bankReference });
}
