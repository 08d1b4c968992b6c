import { toRfc3339 } from "../../kernel/clock.ts";
import type { CheckoutId, OrderId, SellerId } from "../../kernel/ids.ts";
import type { OrderPlan } from "../../kernel/allocation.ts";
import { domesticTax, type LinePrice, priceLine, type TaxTable, totalOrder } from "../../modules/pricing/index.ts";
import type { NewOrder, NewOrderLine } from "../../modules/orders/index.ts";
import type { OfferFacts, PartyFacts } from "../../views/placing-facts.ts";
import type { PlaceCommand, PlaceRefusal } from "./command.ts";
import { orderSnapshot } from "./snapshots.ts";

/** A line with the offer it asks for; `index` is its place in the request. */
export type AskedLine = {
  readonly index: number;
  readonly offer: OfferFacts;
  readonly quantity: PlaceCommand["lines"][number]["quantity"];
};

/** One seller's lines of a command, in the order of the request. */
export type AskedOrder = { readonly sellerId: SellerId; readonly lines: readonly AskedLine[] };

/** An asked line with its frozen price. */
export type PricedLine = AskedLine & { readonly price: LinePrice };

export type PricedOrder = { readonly sellerId: SellerId; readonly lines: readonly PricedLine[] };

/** A value, or why there is none. */
export type Judged<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: PlaceRefusal };

export function refused(refusal: PlaceRefusal): { readonly ok: false; readonly refusal: PlaceRefusal } {
  return { ok: false, refusal };
}

/** Finds the offers and parts the lines by seller, in the order in which the sellers first appear. Every unknown offer is named. */
export function resolve(lines: PlaceCommand["lines"], offers: ReadonlyMap<string, OfferFacts>): Judged<readonly AskedOrder[]> {
  const bySeller = new Map<SellerId, AskedLine[]>();
  const missing: { pointer: string; detail: string }[] = [];
  for (const [index, { offerId, quantity }] of lines.entries()) {
    const offer = offers.get(offerId);
    if (offer === undefined) {
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

/** Prices every line. A wrong quantity or currency is said before a shortage: the caller has to mend it whatever the stock. */
export function price(currency: PlaceCommand["currency"], orders: readonly AskedOrder[]): Judged<readonly PricedOrder[]> {
  const priced: PricedOrder[] = [];
  for (const { sellerId, lines } of orders) {
    const pricedLines: PricedLine[] = [];
    for (const line of lines) {
      const result = priceLine(currency, { line: line.index, offer: line.offer, quantity: line.quantity });
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
  readonly seller: PartyFacts;
  readonly company: PartyFacts;
  readonly deliveryCountry: string;
  readonly plan: OrderPlan;
  readonly taxes: TaxTable;
  readonly now: NewOrder["placedAt"];
  readonly prepaid: boolean;
};

/** Taxes one seller's priced lines from the country they will leave, totals them and freezes what was agreed. */
export function draft({ sellerId, lines }: PricedOrder, facts: DraftFacts): Judged<NewOrder> {
  const { command, plan, deliveryCountry, taxes, now, seller, company, prepaid } = facts;
  const date = toRfc3339(now).slice(0, 10);
  const { dispatchCountry } = plan;
  const taxedLines = [];
  const newLines: NewOrderLine[] = [];
  for (const { index, offer, quantity, price: linePrice } of lines) {
    const taxed = domesticTax(taxes, { line: index, dispatchCountry, deliveryCountry, category: offer.taxCategory, date });
    if (!taxed.ok) return refused(taxed.refusal);
    const { category: taxCategory, code: taxCode, ratePpm: taxRatePpm } = taxed.tax;
    taxedLines.push({ net: linePrice.net, tax: taxed.tax });
    newLines.push({ lineNumber: index + 1, offerId: offer.offerId, quantity, ...linePrice, taxCategory, taxCode, taxRatePpm });
  }
  const totalled = totalOrder(taxedLines);
  if (!totalled.ok) return refused(totalled.refusal);
  const { groups, net, tax, total } = totalled.totals;
  const taxGroups = groups.map((group) => ({
    taxCategory: group.category,
    taxCode: group.code,
    taxRatePpm: group.ratePpm,
    net: group.net,
    tax: group.tax,
  }));
  const order = {
    sellerId,
    orderId: facts.orderId,
    companyId: command.companyId,
    checkoutId: facts.checkoutId,
    event: prepaid ? "reserve" : "place",
    state: prepaid ? "reserved" : "confirmed",
    dispatchCountry,
    currency: command.currency,
    net,
    tax,
    total,
    placedAt: now,
    sellerName: seller.name,
    companyName: company.name,
    lines: newLines,
    taxGroups,
  } as const;
  const words = lines.map(({ offer }) => offer);
  return { ok: true, value: { ...order, snapshot: orderSnapshot(order, { command, seller, company, words }) } };
}
