import { toRfc3339 } from "../kernel/clock.ts";
import type { ApiKeyId, AuditId, BankLineId, CheckoutId, Uuid } from "../kernel/ids.ts";
import { toWireId } from "../kernel/ids.ts";
import type { Money } from "../kernel/money.ts";
import { Refused } from "../kernel/refusal.ts";
import { toWire } from "../kernel/wire.ts";
import { type Checkout, checkoutMachine } from "../modules/checkouts/index.ts";
import { operatorAccount, post } from "../modules/ledger/index.ts";
import {
  type BankReferenceUsed,
  byHand,
  findBooking,
  handIdentity,
  insertBankLines,
  lockBankAccounts,
  type NewBankLine,
  type PaymentCurrencyDiffers,
} from "../modules/payments/index.ts";
import { appendAudit } from "../platform/audit/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { bankLocks, type BankMeans, bookParts, lockWanted, type Part, stillDue } from "./book-bank-lines.ts";

/** The rows that recording a receipt locks, in the global order. */
export const receiptLocks = bankLocks;

/** What an operator saw on the bank account, and for which checkout. */
export type RecordReceipt = Omit<BankMeans, "at" | "actor" | "cause" | "toleranceMinor"> & {
  readonly checkoutId: CheckoutId;
  readonly operatorId: Uuid;
  readonly keyId: ApiKeyId;
  readonly bankReference: string;
  readonly received: Money;
  readonly idempotencyId: Uuid;
};

/**
 * Records by hand what came in for a checkout that waits for its money: as a line of the bank, which the bank's own statement will tell
 * again. What is still due is bound to the checkout, which is confirmed when it has all of it; what is more becomes the company's free
 * funds. Against the deadline at the same instant the checkout's row lock decides.
 *
 * Locks: bank account, checkout, order, credit account, company funds, invoice, deadline.
 *
 * @returns undefined when there is no such checkout
 * @throws Refused state-conflict, payment-currency-differs, bank-reference-used
 */
export async function recordReceipt(
  tx: Transaction,
  command: RecordReceipt,
): Promise<{ readonly lineId: BankLineId; readonly checkout: Checkout } | undefined> {
  const { checkoutId, bankReference, received, keyId, idempotencyId, newId } = command;
  const { amount, currency } = received;
  await lockBankAccounts(tx, [{ account: byHand, currency }]);
  const held = await lockWanted(tx, { invoiceIds: [], checkoutIds: [checkoutId], funds: [], freeFundsOfCheckouts: true });
  const locked = held.checkouts.get(checkoutId);
  if (locked === undefined) return undefined;
  const at = await now(tx);
  const { checkout } = locked;
  step(checkoutMachine, checkout.state, "confirm");
  if (checkout.currency !== currency) {
    throw new Refused<PaymentCurrencyDiffers>({ code: "payment-currency-differs", currency: checkout.currency, received: currency });
  }
  if ((await findBooking(tx, { direction: "credit", amount, currency, bankReference })) !== undefined) {
    throw new Refused<BankReferenceUsed>({ code: "bank-reference-used", bank_reference: bankReference });
  }
  const lineId = newId<BankLineId>(at);
  const { companyId } = checkout;
  const due = stillDue(checkout, held);
  const bound = amount < due ? amount : due;
  const parts: Part[] = [
    { kind: "checkout" as const, checkoutId, companyId, amount: bound },
    { kind: "company" as const, companyId, amount: amount - bound },
  ].filter((part) => part.amount > 0n);
  const means = { ...command, at, actor: { kind: "operator", id: keyId }, cause: "bank_receipt", toleranceMinor: 0n } as const;
  const bank = operatorAccount("bank");
  const booked = await bookParts(tx, [{ lineId, currency, allocations: 0, parts }], held, () => bank, means);
  await insertBankLines(tx, [lineByHand(lineId, bankReference, received, at)], booked.allocations.get(lineId) ?? [], {
    ...{ keyId, idempotencyId, at },
  });
  const transaction = { kind: "receipt_booked", businessKey: lineId, currency, cause: "bank_receipt" } as const;
  const record = { type: "bankLine", id: lineId } as const;
  await post(tx, [{ ...transaction, record, transfers: booked.transfers.get(lineId) ?? [] }], means);
  const changed = booked.confirmed[0] ?? checkout;
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
      after: { state: changed.state, receipt: toWireId("bnl", lineId), bank_reference: bankReference, amount: toWire(received) },
      requestId: command.requestId,
      idempotencyId,
    },
  ]);
  return { lineId, checkout: changed };
}

function lineByHand(lineId: BankLineId, bankReference: string, { amount, currency }: Money, at: BankMeans["at"]): NewBankLine {
  return {
    ...{ lineId, identity: handIdentity("credit", bankReference), statementId: null, account: byHand },
    ...{ direction: "credit", amount, currency, bookedOn: toRfc3339(at).slice(0, 10), valueOn: null, bankReference },
    ...{ transactionReference: null, endToEndId: null, counterparty: { name: null, iban: null }, texts: [], isReturn: false },
    ...{ state: "matched", reason: null, recordedLine: null },
  };
}
