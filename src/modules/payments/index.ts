/**
 * Payments: money that arrived, what it was taken for, and what of it companies have with the operator.
 * Keeps: one receipt per booking of the bank (R1), no funds are used that are not there (M2).
 */
export { type Funds, type FundsChange, type FundsKey, leftOf } from "./funds.ts";
export { changeFunds, lockFunds } from "./funds-store.ts";
export type { BankReferenceUsed, NewReceipt, PaymentRefusal, ReceiptAmountDiffers } from "./receipt.ts";
export { recordReceipt } from "./receipt-store.ts";

export const owns = ["receipts", "company_funds"] as const;
