import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, CheckoutId, CompanyId, ReceiptId, Uuid } from "../../kernel/ids.ts";
import type { Money } from "../../kernel/money.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import type { WireMoney } from "../../kernel/wire.ts";

/** Money seen on the operator's bank account for a checkout. `bankReference` is the bank's own name for the booking: it counts once. */
export type NewReceipt = {
  readonly companyId: CompanyId;
  readonly receiptId: ReceiptId;
  readonly checkoutId: CheckoutId;
  readonly bankReference: string;
  readonly money: Money;
  readonly recordedBy: ApiKeyId;
  readonly idempotencyId: Uuid;
  readonly at: Instant;
};

/** The amount on the bank account is not what the checkout is due for. */
export type ReceiptAmountDiffers = Refusal & {
  readonly code: "receipt-amount-differs";
  readonly due: WireMoney;
  readonly received: WireMoney;
};

/** The bank's reference has been recorded before: one booking is one receipt. */
export type BankReferenceUsed = Refusal & { readonly code: "bank-reference-used"; readonly bank_reference: string };

export type PaymentRefusal = ReceiptAmountDiffers | BankReferenceUsed;
