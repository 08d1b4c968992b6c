import type { DocumentLine, TradeDocument } from "../../src/modules/invoices/document.ts";

/** Line `number` of a document of goods; every fact that can be missing is there, and no two amounts of a line are equal. */
export function goodsLine(number: number, changes: Partial<DocumentLine> = {}): DocumentLine {
  const gross = 123_456 + number * 7;
  const discount = number % 3 === 0 ? 1_234 : 0;
  return {
    ...{
      number,
      kind: "goods",
      order_line: number + 3,
      title: `Hexagon bolt M8 × ${number}`,
      sku: `BOLT-${number}`,
      reference: `r/${number}`,
    },
    ...{ attributes: { thread: "M8", length: `${number} mm` }, unit: "KGM", quantity: 2_000 + number, unit_price: 3_499 + number },
    ...{ price_per: number % 2 === 0 ? 100 : 1, gross, discount, net: gross - discount },
    tax: { category: "standard", code: "S", rate_ppm: 190_000 },
    ...changes,
  };
}

/** A document with as many lines of goods, a line of freight and two tax groups; every fact that can be missing is there. */
export function tradeDocument(goods: number, changes: Partial<TradeDocument> = {}): TradeDocument {
  const number = goods + 1;
  const freight: DocumentLine = {
    ...{ number, kind: "freight", order_line: null, title: "Freight", sku: null, reference: null, attributes: {}, unit: "C62" },
    ...{ quantity: 1, unit_price: 4_950, price_per: 1, gross: 4_950, discount: 0, net: 4_950 },
    tax: { category: "reverse", code: "AE", rate_ppm: 0 },
  };
  const lines = [...Array.from({ length: goods }, (_, index) => goodsLine(index + 1)), freight];
  const goodsNet = lines.reduce((sum, line) => sum + (line.kind === "goods" ? line.net : 0), 0);
  const tax = Math.floor((goodsNet * 19 + 50) / 100);
  return {
    ...{ format: 1, type: "invoice", id: "inv_01h455vb4pex5vsknk084sn02q", number: "ACME-2026-000017" },
    ...{ issued_on: "2026-11-22", supplied_on: "2026-11-21", due_on: "2026-12-23", currency: "EUR" },
    order: { id: "ord_01h455vb4pex5vsknk084sn03r", client_reference: "PO 7/26", placed_at: "2026-11-20T08:00:00.000Z" },
    shipment: { id: "shp_01h455vb4pex5vsknk084sn04s", number: 5 },
    ...{ precedes: null, cause: null },
    seller: {
      ...{ id: "sel_01h455vb4pex5vsknk084sn05t", name: "Acme Schrauben GmbH", tax_number: "DE123456789", registration_number: "HRB 4711" },
      address: { name: "Acme Werk Süd", street: "Hauptstraße 1", city: "München", postal_code: "80331", country: "DE" },
    },
    company: {
      ...{ id: "cmp_01h455vb4pex5vsknk084sn06v", name: "Łódź Montaż S.A.", tax_number: "PL5260001246", registration_number: "KRS 28860" },
      address: { name: "Zakupy", street: "Piotrkowska 2", city: "Łódź", postal_code: "90-001", country: "PL" },
    },
    delivery: { name: "Склад Β", street: "Οδός 3", city: "Wrocław", postal_code: "50-002", country: "CZ" },
    payee: { name: "Agora Payments Ltd", id: "op_9" },
    bank: { iban: "DE02120300000000202051", bic: "BYLADEM1001", holder: "Agora Trust Account" },
    payment_reference: "RF18-ACME-17",
    mandate: { at: "2026-01-31" },
    lines,
    tax_groups: [
      {
        ...{ category: "standard", code: "S", rate_ppm: 190_000, net: goodsNet, tax, exemption_code: null, exemption_text: null },
        ...{ seller_tax_number: "DE111111111", company_tax_number: null },
      },
      {
        ...{ category: "reverse", code: "AE", rate_ppm: 0, net: 4_950, tax: 0, exemption_code: "VATEX-EU-AE" },
        ...{ exemption_text: "Reverse charge", seller_tax_number: "DE222222222", company_tax_number: "PL3333333333" },
      },
    ],
    ...{ net: goodsNet + 4_950, tax, total: goodsNet + 4_950 + tax, rounding: "half_up_per_tax_group_cumulative" },
    ...changes,
  };
}

/** What a credit note has more than an invoice. */
export const credited = {
  ...{ type: "credit_note", number: "ACME-C-2026-000002", cause: "cancelled_after_invoicing" },
  precedes: { id: "inv_01h455vb4pex5vsknk084sn07w", number: "ACME-2026-000016", issued_on: "2026-10-30" },
} as const satisfies Partial<TradeDocument>;
