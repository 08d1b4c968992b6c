import { toRfc3339 } from "../../kernel/clock.ts";
import { type CheckoutId, type OfferId, type OrderId, type SellerId, toWireId } from "../../kernel/ids.ts";
import type { OrderPlan } from "../../kernel/allocation.ts";
import { assert } from "../../kernel/assert.ts";
import type { StockLevel } from "../../kernel/stock-level.ts";
import {
  type AgreedPrice,
  decideTax,
  freightParts,
  type LineTax,
  priceLine,
  type Taxed,
  type TaxParty,
  type TaxTable,
  totalOrder,
} from "../../modules/pricing/index.ts";
import { latestDay, type NewOrder, type NewOrderLine, promisedDays } from "../../modules/orders/index.ts";
import type { AddressFacts, CompanyFacts, OfferFacts, PartyFacts, PlacingFacts, SellerFacts } from "../../views/placing-facts.ts";
import type { PlaceCommand } from "./command.ts";
import { type AskedLine, type AskedOrder, type Judged, type PricedLine, type PricedOrder, refused } from "./asked-lines.ts";
import { commissionOf } from "./commission.ts";
import { freightOf } from "./freight.ts";
import { orderSnapshot } from "./snapshots.ts";

/** Finds the offers and parts the lines by seller, in the order in which the sellers first appear. Every unknown offer is named. */
export function resolve(lines: PlaceCommand["lines"], offers: ReadonlyMap<string, OfferFacts>): Judged<readonly AskedOrder[]> {
  const bySeller = new Map<SellerId, AskedLine[]>();
  const missing: { pointer: string; detail: string }[] = [];
  for (const [index, { offerId, quantity }] of lines.entries()) {
    const offer = offers.get(offerId);
    // A draft is its seller's alone: to everybody else it is not there.
    if (offer === undefined || offer.state === "draft") {
      missing.push({ pointer: `/lines/${index}/offer`, detail: "no such offer" });
      continue;
    }
    const ofSeller = bySeller.get(offer.sellerId) ?? [];
    bySeller.set(offer.sellerId, ofSeller);
    ofSeller.push({ index, offer, quantity });
  }
  if (missing.length > 0) return refused({ code: "unknown-reference", errors: missing.slice(0, 20) });
  return { ok: true, value: [...bySeller].map(([sellerId, ofSeller]) => ({ sellerId, lines: ofSeller })) };
}

/** What a company has agreed with sellers about an offer, for the prices of its lines. */
export type AgreedPrices = (companyId: string, offerId: OfferId) => readonly AgreedPrice[];

/** Prices every line. A wrong quantity or currency is said before a shortage: the caller has to mend it whatever the stock. */
export function price(
  { currency, companyId }: Pick<PlaceCommand, "currency" | "companyId">,
  orders: readonly AskedOrder[],
  agreedPrices: AgreedPrices,
): Judged<readonly PricedOrder[]> {
  const priced: PricedOrder[] = [];
  for (const { sellerId, lines } of orders) {
    const pricedLines: PricedLine[] = [];
    for (const line of lines) {
      const { index, offer, quantity } = line;
      const result = priceLine(currency, { line: index, offer, quantity, agreed: agreedPrices(companyId, offer.offerId) });
      if (!result.ok) return refused(result.refusal);
      pricedLines.push({ ...line, price: result.price });
    }
    priced.push({ sellerId, lines: pricedLines });
  }
  return { ok: true, value: priced };
}

/** What an order is drafted from, beside its priced lines. */
export type DraftFacts = {
  readonly command: PlaceCommand;
  readonly checkoutId: CheckoutId;
  readonly orderId: OrderId;
  readonly seller: SellerFacts;
  readonly company: CompanyFacts;
  readonly delivery: AddressFacts & { readonly name?: string };
  readonly plan: OrderPlan;
  readonly levelOf: (offerId: OfferId, locationId: string) => StockLevel | undefined;
  readonly taxes: TaxTable;
  /** What commission is charged by. */
  readonly market: Pick<PlacingFacts, "commissionPlans" | "operatorCountry">;
  readonly now: NewOrder["placedAt"];
  readonly prepaid: boolean;
};

/** Taxes one seller's priced lines from the country they will leave, adds the freight, totals them and freezes what was agreed. */
export function draft({ sellerId, lines }: PricedOrder, facts: DraftFacts): Judged<NewOrder> {
  const { command, plan, delivery, now, seller, company, prepaid } = facts;
  const { dispatchCountry } = plan;
  const taxOf = taxDecider(facts);
  const promisedBy = promisedDays(now, seller.calendar);
  const taxedLines: { net: bigint; tax: LineTax }[] = [];
  const newLines: NewOrderLine[] = [];
  for (const [place, { index, offer, quantity, price: linePrice }] of lines.entries()) {
    const taxed = taxOf(index, offer.taxCategory);
    if (!taxed.ok) return refused(taxed.refusal);
    const { priceFrom: _, ...amounts } = linePrice;
    const { category: taxCategory, code: taxCode, ratePpm: taxRatePpm } = taxed.tax;
    const promisedOn = promisedBy(offer.leadTimeDays, backorderDay(facts, place));
    taxedLines.push({ net: linePrice.net, tax: taxed.tax });
    newLines.push({ lineNumber: index + 1, offerId: offer.offerId, quantity, ...amounts, taxCategory, taxCode, taxRatePpm, promisedOn });
  }
  const freight = freightOf(seller.freightPlans, { lines, currency: command.currency, deliveryCountry: delivery.country });
  if (!freight.ok) {
    const { refusal } = freight;
    return refused(refusal.code === "freight-not-available" ? { ...refusal, seller: toWireId("sel", sellerId) } : refusal);
  }
  const { plan: freightPlan, amount } = freight.value;
  const [firstLine] = lines;
  assert(firstLine !== undefined, "an order has lines");
  const goods = { rule: freightPlan?.tax ?? { kind: "goods" as const }, goods: taxedLines };
  const parts = freightParts(amount, { ...goods, taxOf: (category) => taxOf(firstLine.index, category) });
  if (!parts.ok) return refused(parts.refusal);
  const totalled = totalOrder(taxedLines, parts.parts);
  if (!totalled.ok) return refused(totalled.refusal);
  const { groups, net, tax, total } = totalled.totals;
  const order = {
    sellerId,
    orderId: facts.orderId,
    companyId: command.companyId,
    checkoutId: facts.checkoutId,
    event: prepaid ? "reserve" : "place",
    state: prepaid ? "reserved" : "confirmed",
    dispatchCountry,
    currency: command.currency,
    freight: totalled.totals.freight,
    freightKind: freightPlan?.kind === "per_unit" ? "per_unit" : "whole",
    net,
    tax,
    total,
    placedAt: now,
    clientReference: command.clientReference,
    requestedOn: command.requestedOn,
    promisedOn: latestDay(newLines.map(({ promisedOn }) => promisedOn)),
    sellerName: seller.name,
    companyName: company.name,
    lines: newLines,
    taxGroups: groups.map((group) => ({ ...columnsOf(group), net: group.net, tax: group.tax })),
    freightParts: parts.parts.map((part) => ({ ...columnsOf(part.tax), net: part.net })),
  } as const;
  const reckoned = commissionOf({
    ...{ order, paths: lines.map(({ offer }) => offer.categoryPath), seller, market: facts.market },
    ...{ taxes: facts.taxes, date: dayOf(now) },
  });
  if (!reckoned.ok) return refused(reckoned.refusal);
  const { commission } = reckoned;
  return {
    ok: true,
    value: { ...order, commission, snapshot: orderSnapshot(order, { command, seller, company, delivery, lines, groups, freightPlan }) },
  };
}

/** The tax of a category in this order, decided once for all lines of it: where it goes and who trades is the same for each. */
function taxDecider({ taxes, now, plan, delivery, seller, company }: DraftFacts): (line: number, category: string) => Taxed {
  const decided = new Map<string, Taxed>();
  const trade = { dispatchCountry: plan.dispatchCountry, deliveryCountry: delivery.country, date: dayOf(now) };
  const parties = { seller: taxParty(seller), company: taxParty(company) };
  return (line, category) => {
    const known = decided.get(category) ?? decideTax(taxes, { line, category, ...trade, ...parties });
    decided.set(category, known);
    return known;
  };
}

/** The day of UTC on which it is placed. */
function dayOf(now: DraftFacts["now"]): string {
  return toRfc3339(now).slice(0, 10);
}

function taxParty({ address, taxNumbers }: PartyFacts): TaxParty {
  return { country: address.country, taxNumbers };
}

/** The day on which the last of a line's units on backorder is expected, where one is and that is known. */
function backorderDay({ plan, levelOf }: DraftFacts, place: number): string | null {
  const line = plan.lines[place];
  const days = (line?.takes ?? []).flatMap(({ locationId, backordered }) => {
    const day = line === undefined || backordered === 0 ? undefined : levelOf(line.offerId, locationId)?.backorderDate;
    return day === undefined ? [] : [day];
  });
  return days.length === 0 ? null : latestDay(days);
}

function columnsOf({ category, code, ratePpm }: LineTax) {
  return { taxCategory: category, taxCode: code, taxRatePpm: ratePpm };
}
