import { createHash } from "node:crypto";
import { assert } from "../../kernel/assert.ts";

export type DocumentAddress = {
  readonly name: string | null;
  readonly street: string;
  readonly city: string;
  readonly postal_code: string;
  readonly country: string;
};

export type DocumentParty = {
  readonly id: string | null;
  readonly name: string;
  readonly tax_number: string | null;
  readonly registration_number: string | null;
  readonly address: DocumentAddress | null;
};

/** One line. `unit` is a code of UN/ECE recommendation 20, for freight and commission C62; `reference` is the seller's. Net = gross − discount. */
export type DocumentLine = {
  /** 1…n within the document. */
  readonly number: number;
  readonly kind: "goods" | "freight" | "commission";
  /** Null for what is no line of an order: freight, commission. */
  readonly order_line: number | null;
  readonly title: string;
  readonly sku: string | null;
  readonly reference: string | null;
  readonly attributes: { readonly [name: string]: string };
  readonly unit: string;
  /** Quantity, price and what it is per, as agreed; for freight and commission 1, its net, 1. */
  readonly quantity: number;
  readonly unit_price: number;
  readonly price_per: number;
  readonly gross: number;
  readonly discount: number;
  readonly net: number;
  readonly tax: { readonly category: string; readonly code: string; readonly rate_ppm: number };
};

/** Why an invoice is credited, in whole or in part. */
export type CreditCause = "cancelled_after_invoicing" | "lost" | "refused" | "goodwill";

/** The tax of a category and rate, and what it rests on: why there is none, and the two tax numbers. */
export type DocumentTaxGroup = {
  readonly category: string;
  readonly code: "S" | "Z" | "E" | "AE" | "K" | "G" | "O";
  readonly rate_ppm: number;
  readonly net: number;
  readonly tax: number;
  readonly exemption_code: string | null;
  readonly exemption_text: string | null;
  readonly seller_tax_number: string | null;
  readonly company_tax_number: string | null;
};

/**
 * A document of trade: its JSON, its PDF and its UBL are made from this and from nothing else. Amounts are whole minor units of the
 * currency, dates are YYYY-MM-DD. All amounts of a credit note are positive.
 */
export type TradeDocument = {
  readonly format: 1;
  readonly type: "invoice" | "credit_note" | "commission_invoice";
  /** inv_…, crn_… or cin_… */
  readonly id: string;
  /** PREFIX-YYYY-000001, without gaps per issuer, series and year. */
  readonly number: string;
  readonly issued_on: string;
  readonly supplied_on: string | null;
  readonly due_on: string | null;
  readonly currency: string;
  readonly order: { readonly id: string; readonly client_reference: string; readonly placed_at: string } | null;
  readonly shipment: { readonly id: string; readonly number: number } | null;
  /** Of a credit note: the invoice that it credits (EN 16931 BG-3). */
  readonly precedes: { readonly id: string; readonly number: string; readonly issued_on: string } | null;
  /** Of a credit note alone. */
  readonly cause: CreditCause | null;
  readonly seller: DocumentParty;
  readonly company: DocumentParty;
  readonly delivery: DocumentParty["address"];
  /** Who collects in the seller's name (BG-10). */
  readonly payee: { readonly name: string; readonly id: string | null } | null;
  readonly bank: { readonly iban: string; readonly bic: string | null; readonly holder: string } | null;
  /** The document's number. */
  readonly payment_reference: string;
  /** The day since which the operator issues in the seller's name, YYYY-MM-DD. */
  readonly mandate: { readonly at: string } | null;
  readonly lines: readonly DocumentLine[];
  readonly tax_groups: readonly DocumentTaxGroup[];
  readonly net: number;
  readonly tax: number;
  readonly total: number;
  /** Why a document may be one minor unit off rate × net. */
  readonly rounding: "half_up_per_tax_group_cumulative";
};

/**
 * The one text of a document: JSON without white space, members in the order of the types above, attributes by name (by UTF-16 code
 * unit). Equal documents have equal texts, in whatever order their members were set; the text read and written again is the same.
 *
 * @throws AssertionFailed for a number that is not a whole one within ±(2^53 − 1)
 */
export function canonicalText(document: TradeDocument): string {
  return object({
    format: value(document.format),
    type: value(document.type),
    id: value(document.id),
    number: value(document.number),
    issued_on: value(document.issued_on),
    supplied_on: value(document.supplied_on),
    due_on: value(document.due_on),
    currency: value(document.currency),
    order: orNull(document.order, ({ id, client_reference, placed_at }) =>
      object({ id: value(id), client_reference: value(client_reference), placed_at: value(placed_at) }),
    ),
    shipment: orNull(document.shipment, ({ id, number }) => object({ id: value(id), number: value(number) })),
    precedes: orNull(document.precedes, ({ id, number, issued_on }) =>
      object({ id: value(id), number: value(number), issued_on: value(issued_on) }),
    ),
    cause: value(document.cause),
    seller: partyText(document.seller),
    company: partyText(document.company),
    delivery: orNull(document.delivery, addressText),
    payee: orNull(document.payee, ({ name, id }) => object({ name: value(name), id: value(id) })),
    bank: orNull(document.bank, ({ iban, bic, holder }) => object({ iban: value(iban), bic: value(bic), holder: value(holder) })),
    payment_reference: value(document.payment_reference),
    mandate: orNull(document.mandate, ({ at }) => object({ at: value(at) })),
    lines: `[${document.lines.map(lineText).join(",")}]`,
    tax_groups: `[${document.tax_groups.map(groupText).join(",")}]`,
    net: value(document.net),
    tax: value(document.tax),
    total: value(document.total),
    rounding: value(document.rounding),
  });
}

/** The sha256 of a document's one text in UTF-8: what `sha256(convert_to(text, 'UTF8'))` says of the stored text. */
export function documentHash(document: TradeDocument): Buffer {
  return createHash("sha256").update(canonicalText(document), "utf8").digest();
}

/** The attributes of a line in the one order that they have in each form of a document: by name, by UTF-16 code unit. */
export function attributesByName({ attributes }: Pick<DocumentLine, "attributes">): [name: string, attribute: string][] {
  return Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function partyText(party: DocumentParty): string {
  return object({
    id: value(party.id),
    name: value(party.name),
    tax_number: value(party.tax_number),
    registration_number: value(party.registration_number),
    address: orNull(party.address, addressText),
  });
}

function addressText(address: DocumentAddress): string {
  return object({
    name: value(address.name),
    street: value(address.street),
    city: value(address.city),
    postal_code: value(address.postal_code),
    country: value(address.country),
  });
}

function lineText(line: DocumentLine): string {
  return object({
    number: value(line.number),
    kind: value(line.kind),
    order_line: value(line.order_line),
    title: value(line.title),
    sku: value(line.sku),
    reference: value(line.reference),
    attributes: attributesText(line),
    unit: value(line.unit),
    quantity: value(line.quantity),
    unit_price: value(line.unit_price),
    price_per: value(line.price_per),
    gross: value(line.gross),
    discount: value(line.discount),
    net: value(line.net),
    tax: object({ category: value(line.tax.category), code: value(line.tax.code), rate_ppm: value(line.tax.rate_ppm) }),
  });
}

/** Written member by member: an object of our own would put names like "10" first. */
function attributesText(line: DocumentLine): string {
  return `{${attributesByName(line)
    .map(([name, attribute]) => `${value(name)}:${value(attribute)}`)
    .join(",")}}`;
}

function groupText(group: DocumentTaxGroup): string {
  return object({
    category: value(group.category),
    code: value(group.code),
    rate_ppm: value(group.rate_ppm),
    net: value(group.net),
    tax: value(group.tax),
    exemption_code: value(group.exemption_code),
    exemption_text: value(group.exemption_text),
    seller_tax_number: value(group.seller_tax_number),
    company_tax_number: value(group.company_tax_number),
  });
}

function orNull<T>(member: T | null, text: (present: T) => string): string {
  return member === null ? "null" : text(member);
}

function object(members: { readonly [name: string]: string }): string {
  return `{${Object.entries(members)
    .map(([name, text]) => `${value(name)}:${text}`)
    .join(",")}}`;
}

function value(scalar: string | number | null): string {
  assert(typeof scalar !== "number" || Number.isSafeInteger(scalar), `${scalar} in a document`);
  return JSON.stringify(scalar);
}
