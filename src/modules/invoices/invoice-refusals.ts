import type { Refusal } from "../../kernel/refusal.ts";
import type { WireMoney } from "../../kernel/wire.ts";
import type { CreditRefusal } from "./credit-parts.ts";

/** More is to be credited than is left of an invoice, of a line or of a tax group of it; or nothing at all. */
export type NotLeftToCredit = Refusal & {
  readonly code: "not-left-to-credit";
  readonly reason: CreditRefusal["reason"] | "written_off";
  readonly line?: number;
  readonly tax_category?: string;
  readonly tax_rate_ppm?: number;
  /** Units, or an amount. */
  readonly asked?: number | WireMoney;
  readonly left?: number | WireMoney;
};

/** More is to be written off than is open, or nothing is open. */
export type NotLeftToWriteOff = Refusal & { readonly code: "not-left-to-write-off"; readonly open: WireMoney };

/** A write-off that was undone is not undone again. */
export type WriteOffUndone = Refusal & { readonly code: "write-off-undone" };

/** An amount in another currency than the invoice that it is of. */
export type CreditAmountCurrencyDiffers = Refusal & {
  readonly code: "currency-mismatch";
  readonly pointer: string;
  readonly currency: string;
  readonly invoice_currency: string;
};

export type InvoiceRefusal = CreditAmountCurrencyDiffers | NotLeftToCredit | NotLeftToWriteOff | WriteOffUndone;
