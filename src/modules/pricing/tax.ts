import { applyRate, minorUnits, withinWire } from "../../kernel/money.ts";
import type { MinorUnits } from "../../kernel/money.ts";
import type { AmountTooLarge, TaxNotSupported } from "./pricing-refusals.ts";

/**
 * EN 16931 categories (UNTDID 5305): S standard, that is any positive rate; Z zero rated; E exempt; AE domestic reverse charge; K goods to
 * another member state; G export; O outside the scope.
 */
export type TaxCode = "S" | "Z" | "E" | "AE" | "K" | "G" | "O";

/** Categories that a row of the market's table can have: K and G follow from where goods go. */
export type RateCode = Exclude<TaxCode, "K" | "G">;

/**
 * A rate of a country for a tax category of goods, in parts per million, from the day `validFrom` (YYYY-MM-DD) until the next rate of the
 * two begins or the day `validUntil` comes, whichever is first. So two can never hold on one day, whatever was entered. The exemption (a
 * code of the list VATEX and its words) belongs to E, AE and O, and these have at least the words.
 */
export type DatedRate = {
  readonly country: string;
  readonly category: string;
  readonly code: RateCode;
  readonly ratePpm: number;
  readonly exemptionCode: string | null;
  readonly exemptionText: string | null;
  readonly validFrom: string;
  readonly validUntil: string | null;
};

/**
 * The tax that a line is frozen with: category of the market, EN 16931 category, rate in parts per million, why there is none, and the two
 * numbers on which the decision rests (null where it rests on none).
 */
export type LineTax = {
  readonly category: string;
  readonly code: TaxCode;
  readonly ratePpm: number;
  readonly exemptionCode: string | null;
  readonly exemptionText: string | null;
  readonly sellerTaxNumber: string | null;
  readonly companyTaxNumber: string | null;
};

/** A net amount and the tax it bears: of a line, or of a part of an order's freight. */
export type TaxedNet = { readonly net: bigint; readonly tax: LineTax };

/**
 * The sum of an order's lines and freight parts of one category, code and rate, and the tax of that sum. Exemption and numbers are those of
 * its lines: an order has one country of dispatch and one of delivery, so they follow from category, code and rate.
 */
export type TaxGroup = LineTax & { readonly net: MinorUnits; readonly tax: MinorUnits };

/** Of an order, in minor units. The net includes the freight's, which is also given by itself. */
export type OrderTotals = {
  readonly freight: MinorUnits;
  readonly net: MinorUnits;
  readonly tax: MinorUnits;
  readonly total: MinorUnits;
  readonly groups: readonly TaxGroup[];
};
export type Totalled = { readonly ok: true; readonly totals: OrderTotals } | { readonly ok: false; readonly refusal: AmountTooLarge };
export type Taxed = { readonly ok: true; readonly tax: LineTax } | { readonly ok: false; readonly refusal: TaxNotSupported };

/** Finds the rate that holds on a date (YYYY-MM-DD). */
export type TaxTable = (country: string, category: string, date: string) => DatedRate | undefined;

/** Sorts rates by country and category, once for all lines of a batch. Rates that begin after the dates asked for do no harm. */
export function taxTable(rates: readonly DatedRate[]): TaxTable {
  const latestFirst = rates.toSorted((a, b) => compareText(b.validFrom, a.validFrom));
  const byPlace = Map.groupBy(latestFirst, ({ country, category }) => `${country} ${category}`);
  return (country, category, date) => {
    const begun = byPlace.get(`${country} ${category}`)?.find(({ validFrom }) => validFrom <= date);
    return begun === undefined || (begun.validUntil !== null && begun.validUntil <= date) ? undefined : begun;
  };
}

/**
 * The groups of an order's lines and freight parts, ordered by category, code and rate; each group's tax is R(group net × rate), half up,
 * by EN 16931 BR-CO-17. Lines carry no tax of their own.
 *
 * @throws AssertionFailed when a sum is beyond ±(2^53 − 1): `totalOrder` answers that case instead
 */
export function taxGroups(taxed: readonly TaxedNet[]): TaxGroup[] {
  const sums = new Map<string, { tax: LineTax; net: bigint }>();
  for (const { net, tax } of taxed) {
    const key = `${tax.category} ${tax.code} ${tax.ratePpm}`;
    const sofar = sums.get(key);
    sums.set(key, { tax: sofar?.tax ?? tax, net: (sofar?.net ?? 0n) + net });
  }
  return [...sums.values()]
    .map(({ tax, net }) => ({ ...tax, net: minorUnits(net), tax: applyRate(net, tax.ratePpm) }))
    .toSorted((a, b) => compareText(a.category, b.category) || compareText(a.code, b.code) || a.ratePpm - b.ratePpm);
}

/** Net, tax by group and total of one order: of its lines and the parts of its freight. Neither are negative. */
export function totalOrder(lines: readonly TaxedNet[], freightParts: readonly TaxedNet[] = []): Totalled {
  const freight = freightParts.reduce((sum, part) => sum + part.net, 0n);
  const net = lines.reduce((sum, line) => sum + line.net, freight);
  if (!withinWire(net)) return { ok: false, refusal: { code: "amount-too-large" } };
  const groups = taxGroups([...lines, ...freightParts]);
  const tax = groups.reduce((sum, group) => sum + group.tax, 0n);
  const total = net + tax;
  if (!withinWire(total)) return { ok: false, refusal: { code: "amount-too-large" } };
  const totals = { freight: minorUnits(freight), net: minorUnits(net), tax: minorUnits(tax), total: minorUnits(total), groups };
  return { ok: true, totals };
}

/** Adds the totals of a checkout's orders; beyond the wire's bound it is refused. */
export function totalCheckout(
  orders: readonly Pick<OrderTotals, "net" | "tax" | "total">[],
):
  | { readonly ok: true; readonly net: MinorUnits; readonly tax: MinorUnits; readonly total: MinorUnits }
  | { readonly ok: false; readonly refusal: AmountTooLarge } {
  const net = orders.reduce((sum, order) => sum + order.net, 0n);
  const tax = orders.reduce((sum, order) => sum + order.tax, 0n);
  if (!withinWire(net + tax)) return { ok: false, refusal: { code: "amount-too-large" } };
  return { ok: true, net: minorUnits(net), tax: minorUnits(tax), total: minorUnits(net + tax) };
}

/** By code unit, so that the order is the same everywhere. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
