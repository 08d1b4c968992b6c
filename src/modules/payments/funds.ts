import type { CheckoutId, CompanyId } from "../../kernel/ids.ts";
import type { Currency } from "../../kernel/money.ts";

/** Whose money, in which currency, and the checkout that it is bound to; null when it is free. */
export type FundsKey = { readonly companyId: CompanyId; readonly checkoutId: CheckoutId | null; readonly currency: Currency };

/** Money of a company that the operator holds, its row locked: minor units that came in and that were used, in all. */
export type Funds = FundsKey & { readonly received: bigint; readonly used: bigint };

/** By how much funds change, in minor units. Less than nothing where something is undone. */
export type FundsChange = FundsKey & { readonly received?: bigint; readonly used?: bigint };

/** What of funds is still there. */
export function leftOf({ received, used }: Pick<Funds, "received" | "used">): bigint {
  return received - used;
}

/** The same words for the same funds. */
export function fundsName({ companyId, checkoutId, currency }: FundsKey): string {
  return `${companyId} ${checkoutId ?? "free"} ${currency}`;
}
