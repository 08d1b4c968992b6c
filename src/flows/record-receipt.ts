import type { ApiKeyId, AuditId, CheckoutId, ReceiptId, Uuid } from "../kernel/ids.ts";
import { toWireId } from "../kernel/ids.ts";
import { type Money, minorUnits, money } from "../kernel/money.ts";
import { Refused } from "../kernel/refusal.ts";
import { toWire } from "../kernel/wire.ts";
import { changeCheckout, type Checkout, checkoutMachine, lockCheckout, paymentDeadline } from "../modules/checkouts/index.ts";
import { lockOrdersOfCheckout, moveOrders, orderMachine } from "../modules/orders/index.ts";
import { type ReceiptAmountDiffers, recordReceipt as writeReceipt } from "../modules/payments/index.ts";
import { appendAudit } from "../platform/audit/index.ts";
import { type LockKind, now, type Transaction } from "../platform/db/index.ts";
import { clearDeadlines } from "../platform/jobs/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { checkoutEvent, type Circumstances, orderEvent } from "./lifecycle-events.ts";

/** The rows that recording a receipt locks, in the global order. */
export const receiptLocks: readonly LockKind[] = ["checkout", "order", "deadline"];

/** What an operator saw on the bank account, and for which checkout. */
export type RecordReceipt = Omit<Circumstances, "at"> & {
  readonly checkoutId: CheckoutId;
  readonly operatorId: Uuid;
  readonly keyId: ApiKeyId;
  readonly bankReference: string;
  readonly received: Money;
  readonly idempotencyId: Uuid;
};

/**
 * Records the bank receipt of a pending checkout and confirms it with its orders. The amount has to be exactly what is due: total less
 * cancelled. Against the deadline at the same instant the checkout's row lock decides.
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
  const due = money(minorUnits(checkout.total - checkout.cancelled), checkout.currency);
  if (received.currency !== due.currency || received.amount !== due.amount) {
    throw new Refused<ReceiptAmountDiffers>({ code: "receipt-amount-differs", due: toWire(due), received: toWire(received) });
  }
  const receiptId = newId<ReceiptId>(at);
  await writeReceipt(tx, {
    ...{ companyId: checkout.companyId, receiptId, checkoutId, bankReference, money: received },
    ...{ recordedBy: keyId, idempotencyId, at },
  });
  const orders = await lockOrdersOfCheckout(tx, checkout.companyId, checkoutId);
  const waiting = orders.filter((order) => order.state === "reserved");
  const means = { actor: { kind: "operator", id: keyId }, cause: "bank_receipt", at, idempotencyId } as const;
  const to = step(orderMachine, "reserved", "confirm");
  const confirmed = await moveOrders(tx, { orders: waiting, event: "confirm", to, ...means });
  const changed = await changeCheckout(tx, { checkout, state, cancelled: checkout.cancelled, event: "confirm", ...means });
  await clearDeadlines(tx, [{ organisationId: checkout.companyId, kind: paymentDeadline, subjectId: checkoutId }]);
  const circumstances = { ...command, at };
  await appendEvents(tx, [
    checkoutEvent(changed, "checkout.confirmed", circumstances),
    ...confirmed.map((order) => orderEvent(order, "bank_receipt", circumstances)),
  ]);
  await appendAudit(tx, [
    {
      auditId: newId<AuditId>(at),
      at,
      organisationId: command.operatorId,
      principalId: keyId,
      action: "operator.receipts.create",
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
