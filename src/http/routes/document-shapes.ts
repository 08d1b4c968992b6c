import Type, { type Static } from "typebox";
import { toWire } from "../../kernel/wire.ts";
import { type Currency, money as moneyOf } from "../../kernel/money.ts";
import type { TradeDocument } from "../../modules/invoices/index.ts";
import { example } from "../examples.ts";
import { attributes, closed, countryCode, currencyCode, day, integer, listOf, oneOf } from "../shapes.ts";
import { nullable } from "./organisation-shapes.ts";

// What a document says was let in when it was new: it is shown whatever is let in today.
const words = Type.String({ maxLength: 1_000 });
const amount = integer(0, Number.MAX_SAFE_INTEGER, "In the minor unit of the document's currency");
const rate = integer(0, 1_000_000);
const address = closed({ name: nullable(words), street: words, city: words, postal_code: words, country: countryCode });
const party = closed({
  id: nullable(words),
  name: words,
  tax_number: nullable(words),
  registration_number: nullable(words),
  address: nullable(address),
});
const line = closed({
  number: integer(1, 10_000),
  kind: oneOf(["goods", "freight", "commission"]),
  order_line: nullable(integer(1, 3_000)),
  title: words,
  sku: nullable(words),
  reference: nullable(words),
  attributes,
  unit: words,
  quantity: integer(1, 1_000_000_000),
  unit_price: amount,
  price_per: integer(1, 1_000_000_000),
  gross: amount,
  discount: amount,
  net: amount,
  tax: closed({ category: words, code: words, rate_ppm: rate }),
});
const taxGroup = closed({
  category: words,
  code: oneOf(["S", "Z", "E", "AE", "K", "G", "O"]),
  rate_ppm: rate,
  net: amount,
  tax: amount,
  exemption_code: nullable(words),
  exemption_text: nullable(words),
  seller_tax_number: nullable(words),
  company_tax_number: nullable(words),
});

/** A document as it was issued, member by member: its PDF and its UBL are made from this and from nothing else. */
export const documentShape = closed(
  {
    format: integer(1, 1),
    type: oneOf(["invoice", "credit_note", "commission_invoice"]),
    id: words,
    number: words,
    issued_on: day,
    supplied_on: nullable(day),
    due_on: nullable(day),
    currency: currencyCode,
    order: nullable(closed({ id: words, client_reference: words, placed_at: words })),
    shipment: nullable(closed({ id: words, number: integer(1, 100_000) })),
    precedes: nullable(closed({ id: words, number: words, issued_on: day })),
    cause: nullable(oneOf(["cancelled_after_invoicing", "lost", "refused", "goodwill"])),
    seller: party,
    company: party,
    delivery: nullable(address),
    payee: nullable(closed({ name: words, id: nullable(words) })),
    bank: nullable(closed({ iban: words, bic: nullable(words), holder: words })),
    payment_reference: words,
    mandate: nullable(closed({ at: day })),
    lines: listOf(line, 1, 6_000),
    tax_groups: listOf(taxGroup, 1, 6_000),
    net: amount,
    tax: amount,
    total: amount,
    rounding: oneOf(["half_up_per_tax_group_cumulative"]),
  },
  "The document as it was issued; amounts in the minor unit of its currency. It never changes",
);

/** The sha256 of the document's one text. */
export const documentHash = Type.String({ pattern: "^[0-9a-f]{64}$", maxLength: 64, description: "sha256 of the document's text" });

/** An amount on the wire. */
export function wire(minor: bigint, code: Currency) {
  return toWire(moneyOf(minor, code));
}

const home = { name: null, street: "Speicherstr. 4", city: "Hamburg", postal_code: "20457", country: "DE" };
const deliveredTo = { name: null, street: "Kai 7", city: "Rostock", postal_code: "18057", country: "DE" };

/** The document of the example's invoice. */
export const documentSample: Static<typeof documentShape> & TradeDocument = {
  format: 1,
  type: "invoice",
  id: example.invoice,
  number: example.invoiceNumber,
  issued_on: "2026-11-22",
  supplied_on: "2026-11-22",
  due_on: "2026-12-22",
  currency: "EUR",
  order: { id: example.shippingOrder, client_reference: "PO-2026-0818", placed_at: example.time },
  shipment: { id: example.shippedShipment, number: 2 },
  precedes: null,
  cause: null,
  seller: {
    ...{ id: example.seller, name: "Nordwind Fasteners", tax_number: "DE123456789", registration_number: "HRB 100200", address: home },
  },
  company: { id: example.company, name: "Werft Rostock GmbH", tax_number: "DE987654321", registration_number: null, address: deliveredTo },
  delivery: deliveredTo,
  payee: { name: "Stoa Marketplace GmbH", id: "HRB 200300" },
  bank: { iban: "DE02120300000000202051", bic: "BYLADEM1001", holder: "Stoa Marketplace GmbH" },
  payment_reference: example.invoiceNumber,
  mandate: { at: "2026-01-05" },
  lines: [
    {
      ...{ number: 1, kind: "goods", order_line: 1, title: "Hexagon bolt M8 × 40, A2", sku: example.sku, reference: example.reference },
      ...{
        attributes: { thread: "M8" },
        unit: "C62",
        quantity: 1,
        unit_price: 10_000,
        price_per: 1,
        gross: 10_000,
        discount: 0,
        net: 10_000,
      },
      tax: { category: "standard", code: "S", rate_ppm: 190_000 },
    },
  ],
  tax_groups: [
    {
      ...{ category: "standard", code: "S", rate_ppm: 190_000, net: 10_000, tax: 1_900, exemption_code: null, exemption_text: null },
      ...{ seller_tax_number: "DE123456789", company_tax_number: "DE987654321" },
    },
  ],
  net: 10_000,
  tax: 1_900,
  total: 11_900,
  rounding: "half_up_per_tax_group_cumulative",
};
