import { receiptToleranceMinor, type Settings } from "../../platform/settings/index.ts";

/** How receipts are booked. `toleranceMinor`: by how much an invoice may be short and is settled all the same. */
export type PaymentRules = { readonly toleranceMinor: bigint };

/** The rules as the settings in force have them. */
export function paymentRules(settings: Settings): PaymentRules {
  return { toleranceMinor: BigInt(settings.value(receiptToleranceMinor)) };
}
