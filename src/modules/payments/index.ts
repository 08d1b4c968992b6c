/**
 * Payments: money that arrived for a checkout.
 * Keeps: one receipt per booking of the bank and per checkout (R1).
 */
export type { BankReferenceUsed, NewReceipt, PaymentRefusal, ReceiptAmountDiffers } from "./receipt.ts";
export { recordReceipt } from "./receipt-store.ts";

export const owns = ["receipts"] as const;
