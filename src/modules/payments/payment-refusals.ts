import type { Refusal } from "../../kernel/refusal.ts";
import type { WireMoney } from "../../kernel/wire.ts";

/** Money came, or is to be taken, in another currency than that of what it is for. */
export type PaymentCurrencyDiffers = Refusal & {
  readonly code: "payment-currency-differs";
  readonly currency: string;
  readonly received: string;
};

/** The bank's reference has been recorded before, or a statement has told its booking: one booking counts once. */
export type BankReferenceUsed = Refusal & { readonly code: "bank-reference-used"; readonly bank_reference: string };

/** More is to be taken of a line, or of funds, than is there. */
export type FundsShort = Refusal & { readonly code: "funds-short"; readonly available: WireMoney; readonly asked: WireMoney };

/** Why money of a line is not taken for something. */
export type AllocationReason =
  | "twice"
  | "currency_differs"
  | "more_than_open"
  | "checkout_not_waiting"
  | "funds_short"
  | "outgoing_to_company_alone";

/** Money of a line cannot be taken for what is named: `errors` say which of it, and why. */
export type AllocationRefused = Refusal & {
  readonly code: "allocation-refused";
  readonly errors: readonly { readonly pointer: string; readonly reason: AllocationReason }[];
};

export type PaymentRefusal = PaymentCurrencyDiffers | BankReferenceUsed | FundsShort | AllocationRefused;
