import { allocateByLargestRemainder, minorUnits, withinWire } from "../../kernel/money.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import type { AmountTooLarge, FreightNotAvailable, TaxNotSupported } from "./pricing-refusals.ts";
import { compareText, taxGroups } from "./tax.ts";
import type { LineTax, Taxed, TaxedNet } from "./tax.ts";

/** How freight is taxed: as the goods, by largest remainder over their nets, or as a line of a tax category would be. */
export type FreightTaxRule = { readonly kind: "goods" } | { readonly kind: "category"; readonly category: string };

/**
 * A seller's price of delivering one order: net, in minor units. Without delivery countries it holds everywhere; from a net of the goods
 * of `freeFrom` on it is 0. Steps of a plan by weight stand in ascending order, each for an order of up to that many grams.
 */
export type FreightPlan = {
  readonly planId: string;
  readonly currency: Currency;
  readonly freeFrom: bigint | null;
  readonly tax: FreightTaxRule;
  readonly deliveryCountries: readonly string[];
} & (
  | { readonly kind: "flat"; readonly amount: bigint }
  | { readonly kind: "by_weight"; readonly steps: readonly { readonly upToGrams: number; readonly amount: bigint }[] }
  | { readonly kind: "per_unit"; readonly amountPerUnit: bigint }
);

/** What freight is priced from: the net of the order's goods, their weight (null: that of some goods is not known) and units. */
export type FreightFacts = {
  readonly goodsNet: bigint;
  readonly grams: number | null;
  readonly units: number;
  readonly deliveryCountry: string;
};

export type ChosenPlan =
  | { readonly ok: true; readonly plan: FreightPlan | null }
  | { readonly ok: false; readonly refusal: FreightNotAvailable };
export type PricedFreight =
  | { readonly ok: true; readonly amount: MinorUnits }
  | { readonly ok: false; readonly refusal: FreightNotAvailable | AmountTooLarge };
export type FreightParts =
  | { readonly ok: true; readonly parts: readonly FreightPart[] }
  | { readonly ok: false; readonly refusal: TaxNotSupported };

/** A part of an order's freight, of one tax group. */
export type FreightPart = { readonly net: MinorUnits; readonly tax: LineTax };

/**
 * The plan of a seller's that prices an order: one that names the country before one that holds everywhere, then the lowest id. A seller
 * without any plan in the currency delivers free of charge: null. One that has plans delivers by them alone.
 */
export function choosePlan(plans: readonly FreightPlan[], currency: Currency, deliveryCountry: string): ChosenPlan {
  const ofCurrency = plans.filter((plan) => plan.currency === currency);
  if (ofCurrency.length === 0) return { ok: true, plan: null };
  const [plan] = ofCurrency
    .filter((each) => reaches(each, deliveryCountry))
    .toSorted((a, b) => namesNone(a) - namesNone(b) || compareText(a.planId, b.planId));
  if (plan !== undefined) return { ok: true, plan };
  return { ok: false, refusal: notAvailable("not_delivered_there", currency, deliveryCountry) };
}

/** The net freight of an order by a plan. Goods that a plan by weight cannot carry are not carried free of charge either. */
export function priceFreight(plan: FreightPlan, { goodsNet, grams, units, deliveryCountry }: FreightFacts): PricedFreight {
  const refuse = (reason: FreightNotAvailable["reason"], facts = {}): PricedFreight => {
    return { ok: false, refusal: { ...notAvailable(reason, plan.currency, deliveryCountry), ...facts } };
  };
  if (!reaches(plan, deliveryCountry)) return refuse("not_delivered_there");
  let amount: bigint;
  if (plan.kind === "by_weight") {
    if (grams === null) return refuse("weight_unknown");
    const step = plan.steps.find(({ upToGrams }) => grams <= upToGrams);
    if (step === undefined) return refuse("too_heavy", { grams, up_to_grams: plan.steps.at(-1)?.upToGrams ?? 0 });
    ({ amount } = step);
  } else {
    amount = plan.kind === "flat" ? plan.amount : plan.amountPerUnit * BigInt(units);
  }
  if (plan.freeFrom !== null && goodsNet >= plan.freeFrom) return { ok: true, amount: minorUnits(0n) };
  return withinWire(amount) ? { ok: true, amount: minorUnits(amount) } : { ok: false, refusal: { code: "amount-too-large" } };
}

/**
 * Parts an order's freight by tax group, so that the parts add up to it exactly. By the rule `goods` each group of the goods has its share
 * by largest remainder over the groups' nets; by a category `taxOf` decides as it would for a line. Parts of 0 are left out, so free
 * delivery has none, and asks for no tax.
 */
export function freightParts(
  freight: bigint,
  { rule, goods, taxOf }: { rule: FreightTaxRule; goods: readonly TaxedNet[]; taxOf: (category: string) => Taxed },
): FreightParts {
  if (freight === 0n) return { ok: true, parts: [] };
  if (rule.kind === "category") {
    const taxed = taxOf(rule.category);
    return taxed.ok ? { ok: true, parts: [{ net: minorUnits(freight), tax: taxed.tax }] } : taxed;
  }
  const groups = taxGroups(goods);
  const shares = allocateByLargestRemainder(
    freight,
    groups.map(({ net }) => net),
  );
  const parts = groups.flatMap(({ net: _net, tax: _tax, ...tax }, index) => {
    const net = shares[index];
    return net === undefined || net === 0n ? [] : [{ net, tax }];
  });
  return { ok: true, parts };
}

function reaches({ deliveryCountries }: FreightPlan, country: string): boolean {
  return deliveryCountries.length === 0 || deliveryCountries.includes(country);
}

function namesNone({ deliveryCountries }: FreightPlan): number {
  return deliveryCountries.length === 0 ? 1 : 0;
}

function notAvailable(reason: FreightNotAvailable["reason"], currency: Currency, deliveryCountry: string): FreightNotAvailable {
  return { code: "freight-not-available", reason, delivery_country: deliveryCountry, currency };
}
