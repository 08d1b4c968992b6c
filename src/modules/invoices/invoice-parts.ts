import { assert } from "../../kernel/assert.ts";
import { currency, money } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";
import type { DocumentAddress, DocumentLine, DocumentParty, DocumentTaxGroup, TradeDocument } from "./document.ts";
import { dueDay } from "./series.ts";

type AgreedAddress = Omit<DocumentAddress, "name"> & { readonly name?: string };
type AgreedParty = { readonly id: string; readonly name: string; readonly tax_number: string | null; readonly address: AgreedAddress };

/** What an invoice takes from the snapshot of its order, and nothing from anywhere else. Amounts in minor units. */
export type AgreedOrder = {
  readonly seller: AgreedParty;
  readonly company: AgreedParty;
  readonly client_reference: string;
  readonly placed_at: string;
  readonly delivery_address: AgreedAddress;
  readonly currency: string;
  readonly lines: readonly {
    readonly line_number: number;
    readonly reference: string;
    readonly sku: string;
    readonly title: string;
    readonly unit: string;
    readonly attributes: { readonly [name: string]: string };
    readonly unit_price: number;
    readonly price_per: number;
    readonly tax: { readonly category: string };
  }[];
  readonly tax_groups: readonly {
    readonly category: string;
    readonly code: string;
    readonly rate_ppm: number;
    readonly exemption_code: string | null;
    readonly exemption_text: string | null;
    readonly seller_tax_number: string | null;
    readonly company_tax_number: string | null;
  }[];
};

/** What was shipped now of the order's lines, its freight and its tax groups. Net = gross − discount. */
export type ShippedUnits = {
  readonly lines: readonly {
    readonly lineNumber: number;
    readonly taxRatePpm: number;
    readonly part: { readonly quantity: number; readonly gross: bigint; readonly discount: bigint; readonly net: bigint };
  }[];
  readonly freight: readonly { readonly taxCategory: string; readonly taxRatePpm: number; readonly part: { readonly net: bigint } }[];
  readonly groups: readonly {
    readonly taxCategory: string;
    readonly taxCode: string;
    readonly taxRatePpm: number;
    readonly part: { readonly net: bigint; readonly tax: bigint };
  }[];
};

/** What an invoice says beside its order. Numbers of registers are those of the snapshot's parties. */
export type InvoiceFacts = {
  readonly orderId: string;
  readonly shipment: { readonly id: string; readonly number: number };
  /** The day the goods left, YYYY-MM-DD. */
  readonly suppliedOn: string;
  readonly sellerRegistration: string | null;
  readonly companyRegistration: string | null;
  readonly payee: TradeDocument["payee"];
  readonly bank: TradeDocument["bank"];
  readonly mandate: TradeDocument["mandate"];
  /** The words of a line of freight. */
  readonly freightTitle: string;
  /** Why there is no tax in a category whose tax is another one by now than was agreed. */
  readonly amended: readonly {
    readonly category: string;
    readonly exemption_code: string | null;
    readonly exemption_text: string | null;
  }[];
};

/** A document that has no number yet, and so none of what is known with it. */
export type DocumentDraft = Omit<TradeDocument, "id" | "number" | "issued_on" | "due_on" | "payment_reference">;

/** Where a document stands in its series; `dueDays` after its issue it is due, null: nothing is to be paid on it. */
export type DocumentPlace = {
  readonly id: string;
  readonly number: string;
  readonly issuedOn: string;
  readonly dueDays: number | null;
};

/**
 * The invoice of a shipment, from what was agreed and what was shipped. Lines are those of the order in its order, freight after them.
 *
 * @throws AssertionFailed when the shipment has a line, a freight or a tax group that was not agreed, or its numbers contradict each other
 */
export function invoiceDraft(order: AgreedOrder, shipped: ShippedUnits, facts: InvoiceFacts): DocumentDraft {
  const groups = shipped.groups.map((group) => shippedGroup(order, group, facts.amended));
  const groupOf = (category: string, ratePpm: number) => {
    const group = groups.find((each) => each.category === category && each.rate_ppm === ratePpm);
    assert(group !== undefined, `no tax group ${category} ${ratePpm} was shipped`);
    return group;
  };
  const goods = goodsLines(order, shipped.lines, groupOf);
  const lines = [...goods, ...freightLines(order, shipped.freight, facts.freightTitle, goods.length, groupOf)];
  return {
    format: 1,
    type: "invoice",
    supplied_on: facts.suppliedOn,
    currency: order.currency,
    order: { id: facts.orderId, client_reference: order.client_reference, placed_at: order.placed_at },
    shipment: facts.shipment,
    precedes: null,
    cause: null,
    seller: party(order.seller, facts.sellerRegistration),
    company: party(order.company, facts.companyRegistration),
    delivery: address(order.delivery_address),
    payee: facts.payee,
    bank: facts.bank,
    mandate: facts.mandate,
    lines,
    tax_groups: groups,
    ...totals(lines, groups, order.currency),
    rounding: "half_up_per_tax_group_cumulative",
  };
}

/** The document at its place in the series: with its number it is the one that is stored. */
export function placedDocument(draft: DocumentDraft, { id, number, issuedOn, dueDays }: DocumentPlace): TradeDocument {
  const dueOn = dueDays === null ? null : dueDay(issuedOn, dueDays);
  return { ...draft, id, number, issued_on: issuedOn, due_on: dueOn, payment_reference: number };
}

/**
 * Net, tax and total of a document from its lines and tax groups.
 *
 * @throws AssertionFailed when the lines of a category and rate do not add up to its group, or an amount is negative
 */
export function totals(
  lines: readonly DocumentLine[],
  groups: readonly DocumentTaxGroup[],
  code: string,
): Pick<TradeDocument, "net" | "tax" | "total"> {
  const netOf = new Map<string, bigint>();
  for (const { tax, gross, discount, net } of lines) {
    assert(net >= 0 && discount >= 0 && BigInt(net) === BigInt(gross) - BigInt(discount), "a line's net is its gross less its discount");
    const key = groupKey(tax.category, tax.rate_ppm);
    netOf.set(key, (netOf.get(key) ?? 0n) + BigInt(net));
  }
  assert(netOf.size === groups.length, "a document has a tax group for each category and rate of its lines");
  let [net, tax] = [0n, 0n];
  for (const group of groups) {
    assert(
      netOf.get(groupKey(group.category, group.rate_ppm)) === BigInt(group.net),
      `lines of ${group.category} and their tax group differ`,
    );
    assert(group.tax >= 0, "a tax below zero");
    net += BigInt(group.net);
    tax += BigInt(group.tax);
  }
  return { net: amountOf(net, code), tax: amountOf(tax, code), total: amountOf(net + tax, code) };
}

/** A category and rate as one key. */
export function groupKey(category: string, ratePpm: number): string {
  return `${ratePpm} ${category}`;
}

/** An amount of a document. @throws AssertionFailed for no currency, beyond ±(2^53 − 1) minor units */
export function amountOf(amount: bigint, code: string): number {
  return toWire(money(amount, currency(code))).amount;
}

type GroupOf = (category: string, ratePpm: number) => DocumentTaxGroup;

function goodsLines(order: AgreedOrder, shipped: ShippedUnits["lines"], groupOf: GroupOf): DocumentLine[] {
  const agreed = new Map(order.lines.map((line) => [line.line_number, line]));
  const amount = (minorUnits: bigint) => amountOf(minorUnits, order.currency);
  return shipped.map(({ lineNumber, taxRatePpm, part }, index) => {
    const line = agreed.get(lineNumber);
    assert(line !== undefined, `line ${lineNumber} was not agreed`);
    return {
      ...{ number: index + 1, kind: "goods", order_line: lineNumber, title: line.title, sku: line.sku, reference: line.reference },
      ...{ attributes: line.attributes, unit: line.unit, quantity: part.quantity, unit_price: line.unit_price, price_per: line.price_per },
      ...{ gross: amount(part.gross), discount: amount(part.discount), net: amount(part.net) },
      tax: lineTax(groupOf(line.tax.category, taxRatePpm)),
    };
  });
}

function freightLines(
  order: AgreedOrder,
  freight: ShippedUnits["freight"],
  title: string,
  after: number,
  groupOf: GroupOf,
): DocumentLine[] {
  return freight.map(({ taxCategory, taxRatePpm, part }, index) => {
    const net = amountOf(part.net, order.currency);
    return {
      ...{ number: after + index + 1, kind: "freight", order_line: null, title, sku: null, reference: null, attributes: {}, unit: "C62" },
      ...{ quantity: 1, unit_price: net, price_per: 1, gross: net, discount: 0, net },
      tax: lineTax(groupOf(taxCategory, taxRatePpm)),
    };
  });
}

function lineTax({ category, code, rate_ppm }: DocumentTaxGroup): DocumentLine["tax"] {
  return { category, code, rate_ppm };
}

/** The tax is that of the shipment; what it rests on was agreed, or came with the amendment that made it another one. */
function shippedGroup(order: AgreedOrder, group: ShippedUnits["groups"][number], amended: InvoiceFacts["amended"]): DocumentTaxGroup {
  const { taxCategory: category, taxCode: code, taxRatePpm: rate_ppm, part } = group;
  const agreed = order.tax_groups.find((each) => each.category === category);
  assert(agreed !== undefined, `tax group ${category} was not agreed`);
  const asAgreed = agreed.code === code && agreed.rate_ppm === rate_ppm;
  const reason = asAgreed ? agreed : amended.find((each) => each.category === category);
  assert(reason !== undefined, `${code} ${rate_ppm} of ${category} was neither agreed nor amended`);
  return {
    ...{ category, code: taxCode(code), rate_ppm, net: amountOf(part.net, order.currency), tax: amountOf(part.tax, order.currency) },
    ...{ exemption_code: reason.exemption_code, exemption_text: reason.exemption_text },
    ...{ seller_tax_number: agreed.seller_tax_number, company_tax_number: agreed.company_tax_number },
  };
}

const taxCodes: readonly DocumentTaxGroup["code"][] = ["S", "Z", "E", "AE", "K", "G", "O"];

function taxCode(text: string): DocumentTaxGroup["code"] {
  const code = taxCodes.find((each) => each === text);
  assert(code !== undefined, `${text} is no tax category of EN 16931`);
  return code;
}

function party({ id, name, tax_number, address: place }: AgreedParty, registration: string | null): DocumentParty {
  return { id, name, tax_number, registration_number: registration, address: address(place) };
}

function address({ name, street, city, postal_code, country }: AgreedAddress): DocumentAddress {
  return { name: name ?? null, street, city, postal_code, country };
}
