import type { ApiKeyId, AuditId, CheckoutId, ReceiptId, Uuid } from "../kernel/ids.ts";
import { toWireId } from "../kernel/ids.ts";
import { type Money, minorUnits, money } from "../kernel/money.ts";
import { Refused } from "../kernel/refusal.ts";
import { toWire } from "../kernel/wire.ts";
import { type Checkout, checkoutMachine, lockCheckout } from "../modules/checkouts/index.ts";
import { boundFunds, type LedgerTransaction, operatorAccount, post } from "../modules/ledger/index.ts";
import { lockOrdersOfCheckout } from "../modules/orders/index.ts";
import { type ReceiptAmountDiffers, recordReceipt as writeReceipt } from "../modules/payments/index.ts";
import { appendAudit } from "../platform/audit/index.ts";
import { type LockKind, now, type Transaction } from "../platform/db/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { confirmPendingCheckout } from "./confirm-pending-checkout.ts";
import type { OrderMeans } from "./lifecycle-events.ts";

/** The rows that recording a receipt locks, in the global order. */
export const receiptLocks: readonly LockKind[] = ["checkout", "order", "deadline"];

/** What an operator saw on the bank account, and for which checkout. */
export type RecordReceipt = Omit<OrderMeans, "at" | "actor"> & {
  readonly checkoutId: CheckoutId;
  readonly operatorId: Uuid;
  readonly keyId: ApiKeyId;
  readonly bankReference: string;
  readonly received: Money;
  readonly idempotencyId: Uuid;
};

/**
 * Records the bank receipt of a pending checkout, confirms it with its orders, and books the money as the company's, bound to the checkout.
 * The amount has to be exactly what is due: total less cancelled. Against the deadline at the same instant the checkout's row lock decides.
 *
 * @returns undefined when there is no such checkout
 * @throws Refused state-conflict, receipt-amount-differs, bank-reference-used
 */
export async function recordReceipt(
  tx: Transaction,
  command: RecordReceipt,
): Promise<{ readonly receiptId: ReceiptId; readonly checkout: Checkout } | undefined> {
  const { checkoutId, bankReference, received, keyId, idempotencyId, newId } = command;
  const checkout = await lockCheckout(tx, checkoutId);
  if (checkout === undefined) return undefined;
  const at = await now(tx);
  const state = step(checkoutMachine, checkout.state, "confirm");
  const due = money(minorUnits(checkout.total + checkout.amended - checkout.cancelled), checkout.currency);
  if (received.currency !== due.currency || received.amount !== due.amount) {
    throw new Refused<ReceiptAmountDiffers>({ code: "receipt-amount-differs", due: toWire(due), received: toWire(received) });
  }
  const receiptId = newId<ReceiptId>(at);
  await writeReceipt(tx, {
    ...{ companyId: checkout.companyId, receiptId, checkoutId, bankReference, money: received },
    ...{ recordedBy: keyId, idempotencyId, at },
  });
  const orders = await lockOrdersOfCheckout(tx, checkout.companyId, checkoutId);
  const means = { ...command, at, actor: { kind: "operator", id: keyId } } as const;
  const changed = await confirmPendingCheckout(tx, { checkout, orders }, "bank_receipt", means);
  await post(tx, [bookedReceipt(receiptId, checkout, received)], means);
  await appendAudit(tx, [
    {
      auditId: newId<AuditId>(at),
      at,
      organisationId: command.operatorId,
      principalId: keyId,
      action: "receipt.recorded",
      subjectType: "checkout",
      subjectId: checkoutId,
      before: { state: checkout.state },
      after: { state, receipt: toWireId("rct", receiptId), bank_reference: bankReference, amount: toWire(received) },
      requestId: command.requestId,
      idempotencyId,
    },
  ]);
  return { receiptId, checkout: changed };
}

function bookedReceipt(receiptId: ReceiptId, { companyId, checkoutId }: Checkout, { amount, currency }: Money): LedgerTransaction {
  return {
    ...{ kind: "receipt_booked", businessKey: receiptId, currency, cause: "bank_receipt" },
    record: { type: "receipt", id: receiptId },
    transfers: [{ debit: operatorAccount("bank"), credit: boundFunds(companyId, checkoutId), amount }],
  };
}
