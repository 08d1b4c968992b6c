/**
 * Pricing: what a line costs and which tax it bears, as pure functions over facts that were read; and the market's table of tax rates.
 * Keeps: money is whole minor units, rounded half up once per line and once per tax group.
 */
export { priceLine, unitPriceFor } from "./line-price.ts";
export type { LinePrice, LineToPrice, Priced, PricedOffer } from "./line-price.ts";
export type {
  AmountTooLarge,
  CurrencyMismatch,
  LinePriceRefusal,
  PricingRefusal,
  QuantityBelowMinimum,
  QuantityOffStep,
  TaxNotSupported,
  TaxRateExists,
  TaxRateInvalid,
} from "./pricing-refusals.ts";
export { domesticTax, taxGroups, taxTable, totalCheckout, totalOrder } from "./tax.ts";
export type { DatedRate, LineTax, OrderTotals, Taxed, TaxCode, TaxGroup, TaxTable, Totalled } from "./tax.ts";
export { shownTaxRate } from "./tax-rate.ts";
export type { TaxRate } from "./tax-rate.ts";
export { addTaxRate } from "./tax-rate-commands.ts";
export type { OperatorActor } from "./tax-rate-commands.ts";
export { listTaxRates } from "./tax-rate-store.ts";

export const owns = ["tax_rates"] as const;
