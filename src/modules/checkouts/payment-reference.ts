import { createHash } from "node:crypto";
import type { CheckoutId } from "../../kernel/ids.ts";
import type { PaymentMethod } from "./checkout.ts";

const digits = 20;

/**
 * What a company writes into its bank transfer for a checkout: a creditor reference of ISO 11649, RF with two check digits (ISO 7064,
 * modulus 97) and 20 digits of the sha256 of the checkout's id. Null on account, where invoices are paid. The unique index stands against
 * two that are alike.
 */
export function paymentReferenceOf(checkoutId: CheckoutId, paymentMethod: PaymentMethod): string | null {
  if (paymentMethod !== "bank_transfer") return null;
  const inner = createHash("sha256").update(checkoutId).digest("hex").slice(0, digits).toUpperCase();
  const number = `${inner}RF00`.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return `RF${String(98n - (BigInt(number) % 97n)).padStart(2, "0")}${inner}`;
}
