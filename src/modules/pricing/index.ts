/**
 * Pricing: what a line costs and which tax it bears, as pure functions over facts that were read; the market's table of tax rates, and the
 * sellers' price lists and freight plans.
 * Keeps: money is whole minor units, rounded half up once per line and once per tax group; a list and all of its prices have one currency;
 * a version counts the changes of a list with its prices and companies, or of a plan; what is retired does not change.
 */
export type { Actor } from "./actor.ts";
export { inUnion } from "./customs-territory.ts";
export { choosePlan, freightParts, priceFreight } from "./freight.ts";
export type { ChosenPlan, FreightFacts, FreightPart, FreightParts, FreightPlan, FreightTaxRule, PricedFreight } from "./freight.ts";
export { shownFreightPlan } from "./freight-plan.ts";
export type { FreightKind, GivenFreight, KeptFreightPlan } from "./freight-plan.ts";
export { changeFreightPlan, createFreightPlan, retireFreightPlan } from "./freight-plan-commands.ts";
export type { AskedPlan } from "./freight-plan-commands.ts";
export { findFreightPlan, listFreightPlans } from "./freight-plan-store.ts";
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
export { listPrices } from "./listed-price-store.ts";
export { shownPrice, shownPriceList } from "./price-list.ts";
export type { AppliedPrice, ListedPrice, OfferName, PriceList, PriceRow, PriceRowFault } from "./price-list.ts";
export { addCompanies, changePriceList, createPriceList, removeCompanies, removePrices, setPrices } from "./price-list-commands.ts";
export type { AskedList, SetPrices, SharedList } from "./price-list-commands.ts";
export { findPriceList, listListCompanies, listPriceLists, listPriceListsOfCompany } from "./price-list-store.ts";
export { taxGroups, taxTable, totalCheckout, totalOrder } from "./tax.ts";
export type { DatedRate, LineTax, OrderTotals, Taxed, TaxCode, TaxedNet, TaxGroup, TaxTable, Totalled } from "./tax.ts";
export { decideTax } from "./tax-decision.ts";
export type { TaxFacts, TaxNumber, TaxParty } from "./tax-decision.ts";
export { taxOfSupply } from "./tax-of-supply.ts";
export type { AmendedCode, RateOfSupply, SuppliedGroup, TaxOfSupply } from "./tax-of-supply.ts";
export { shownTaxRate } from "./tax-rate.ts";
export type { TaxRate } from "./tax-rate.ts";
export { addTaxRate, endTaxRate } from "./tax-rate-commands.ts";
export { listTaxRates } from "./tax-rate-store.ts";

export const owns = ["tax_rates", "price_lists", "price_list_companies", "price_list_prices", "freight_plans"] as const;
