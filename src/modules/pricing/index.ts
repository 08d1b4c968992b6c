/**
 * Pricing: what a line costs and which tax it bears, as pure functions over facts that were read; and the market's table of tax rates.
 * Keeps: money is whole minor units, rounded half up once per line and once per tax group.
 */
export { inUnion } from "./customs-territory.ts";
export { choosePlan, freightParts, priceFreight } from "./freight.ts";
export type { ChosenPlan, FreightFacts, FreightPart, FreightParts, FreightPlan, FreightTaxRule, PricedFreight } from "./freight.ts";
export { priceLine, unitPriceFor } from "./line-price.ts";
export type { AgreedPrice, LinePrice, LineToPrice, Priced, PricedOffer } from "./line-price.ts";
export type {
  AmountTooLarge,
  CurrencyMismatch,
  FreightNotAvailable,
  LinePriceRefusal,
  PricingRefusal,
  QuantityBelowMinimum,
  QuantityOffStep,
  TaxNotSupported,
} from "./pricing-refusals.ts";
export { taxGroups, taxTable, totalCheckout, totalOrder } from "./tax.ts";
export type { DatedRate, LineTax, OrderTotals, Taxed, TaxCode, TaxedNet, TaxGroup, TaxTable, Totalled } from "./tax.ts";
export { decideTax } from "./tax-decision.ts";
export type { TaxFacts, TaxNumber, TaxParty } from "./tax-decision.ts";
export { shownTaxRate } from "./tax-rate.ts";
export type { TaxRate } from "./tax-rate.ts";
export { addTaxRate, endTaxRate } from "./tax-rate-commands.ts";
export { listTaxRates } from "./tax-rate-store.ts";

export const owns = ["tax_rates", "price_lists", "price_list_companies", "price_list_prices", "freight_plans"] as const;
