import { applyRate, lineGross } from "../../src/kernel/money.ts";
import { quantity } from "../../src/kernel/quantity.ts";
import type { AgreedOrder, DocumentDraft, InvoiceFacts } from "../../src/modules/invoices/invoice-parts.ts";
import { invoiceDraft, placedDocument } from "../../src/modules/invoices/invoice-parts.ts";
import type { TradeDocument } from "../../src/modules/invoices/document.ts";
import { drawUnits, type DrawnUnits, type UnitDraw } from "../../src/modules/orders/index.ts";
import type { PartOrder } from "../../src/modules/orders/order-parts.ts";

export type TestTax = { readonly category: string; readonly code: string; readonly rate_ppm: number };

export const standard: TestTax = { category: "standard", code: "S", rate_ppm: 190_000 };
export const reduced: TestTax = { category: "reduced", code: "S", rate_ppm: 70_000 };

export type TestLine = {
  readonly units: number;
  readonly price: number;
  readonly per?: number;
  readonly discount?: bigint;
  readonly tax?: TestTax;
  readonly title?: string;
};

export type TestFreight = { readonly net: bigint; readonly tax: TestTax };

/** An order as it was agreed, and its numbers before anything is shipped. */
export type TestOrder = { readonly agreed: AgreedOrder; readonly numbers: PartOrder };

export function testOrder(
  lines: readonly TestLine[],
  freight: readonly TestFreight[] = [],
  freightKind: PartOrder["freightKind"] = "whole",
): TestOrder {
  const numbered = lines.map(({ units, price, per = 1, discount = 0n, tax = standard, title = "Bolt" }, index) => {
    const gross = lineGross(BigInt(price), quantity(units), per);
    return { lineNumber: index + 1, units, price, per, gross, discount, tax, title };
  });
  const parted = numbered.map(({ lineNumber, units, gross, discount, tax }) => {
    const drawn = { packed: 0, shipped: 0, cancelled: 0, shippedNet: 0n, cancelledNet: 0n };
    return { lineNumber, quantity: units, gross, discount, net: gross - discount, ...taxOf(tax), ...drawn };
  });
  const freightRows = freight.map(({ net, tax }) => ({ ...taxOf(tax), net, charged: 0n, cancelled: 0n }));
  const taxes = [...lines.map(({ tax = standard }) => tax), ...freight.map(({ tax }) => tax)];
  const distinct = [...new Map(taxes.map((tax) => [`${tax.category} ${tax.rate_ppm}`, tax])).values()];
  const groups = distinct.map((tax) => {
    const mine = [...parted, ...freightRows].filter((row) => row.taxCategory === tax.category && row.taxRatePpm === tax.rate_ppm);
    const net = mine.reduce((sum, row) => sum + row.net, 0n);
    return { ...taxOf(tax), amendment: 0, taxCode: tax.code, net, tax: applyRate(net, tax.rate_ppm), shippedNet: 0n, cancelledNet: 0n };
  });
  const total = groups.reduce((sum, group) => sum + group.net + group.tax, 0n);
  return {
    numbers: { lines: parted, groups, freight: freightRows, freightKind, cancelled: 0n, total },
    agreed: {
      seller: {
        id: "sel_1",
        name: "Acme GmbH",
        tax_number: "DE123456789",
        address: { street: "Weg 1", city: "Ulm", postal_code: "89073", country: "DE" },
      },
      company: {
        id: "cmp_1",
        name: "Kaufhaus KG",
        tax_number: "DE987654321",
        address: { street: "Gasse 2", city: "Köln", postal_code: "50667", country: "DE" },
      },
      client_reference: "PO 7",
      placed_at: "2026-11-20T08:00:00.000Z",
      delivery_address: { name: "Lager 3", street: "Hof 3", city: "Bonn", postal_code: "53111", country: "DE" },
      currency: "EUR",
      lines: numbered.map(({ lineNumber, price, per, tax, title }) => ({
        ...{ line_number: lineNumber, reference: `r-${lineNumber}`, sku: `SKU-${lineNumber}`, title, unit: "H87", attributes: {} },
        ...{ unit_price: price, price_per: per, tax },
      })),
      tax_groups: distinct.map((tax) => ({
        ...tax,
        ...{ exemption_code: null, exemption_text: null, seller_tax_number: "DE123456789", company_tax_number: null },
      })),
    },
  };
}

const taxOf = ({ category, rate_ppm }: TestTax) => ({ taxCategory: category, taxRatePpm: rate_ppm });

export const testFacts: InvoiceFacts = {
  orderId: "ord_1",
  shipment: { id: "shp_1", number: 1 },
  suppliedOn: "2026-11-22",
  sellerRegistration: null,
  companyRegistration: null,
  payee: { name: "Stoa Operator SE", id: "opr_1" },
  bank: { iban: "DE02120300000000202051", bic: "BYLADEM1001", holder: "Stoa Operator SE" },
  mandate: { at: "2026-01-02" },
  freightTitle: "Freight",
  amended: [],
};

/** Units of an order shipped or cancelled: what they are worth. */
export function drawOf(order: TestOrder, draws: readonly UnitDraw[], as: "shipped" | "cancelled" = "shipped"): DrawnUnits {
  return drawUnits(order.numbers, draws, as, { fromPacked: false });
}

/** The order's numbers after a draw, as its rows would be written. */
export function afterDraw(order: PartOrder, { lines, groups, freight, cancelledDelta }: DrawnUnits): PartOrder {
  const keyOf = (each: { taxCategory: string; taxRatePpm: number }) => `${each.taxCategory} ${each.taxRatePpm}`;
  const lineOf = new Map(lines.map((line) => [line.lineNumber, line]));
  const groupOf = new Map(groups.map((group) => [keyOf(group), group]));
  const freightOf = new Map(freight.map((row) => [keyOf(row), row]));
  return {
    ...order,
    lines: order.lines.map((line) => lineOf.get(line.lineNumber) ?? line),
    groups: order.groups.map((group) => groupOf.get(keyOf(group)) ?? group),
    freight: order.freight.map((row) => freightOf.get(keyOf(row)) ?? row),
    cancelled: order.cancelled + cancelledDelta,
  };
}

/** The invoice of units that are shipped from an order, at a place in its series. */
export function shipUnits(order: TestOrder, draws: readonly UnitDraw[], count = 1): { invoice: TradeDocument; order: TestOrder } {
  const drawn = drawOf(order, draws);
  const invoice = placeTestDocument(invoiceDraft(order.agreed, drawn, testFacts), "inv_1", count);
  return { invoice, order: { ...order, numbers: afterDraw(order.numbers, drawn) } };
}

/** The invoice of a whole order. */
export function invoiceOf(order: TestOrder): TradeDocument {
  const all = order.numbers.lines.map(({ lineNumber, quantity: units }) => ({ lineNumber, quantity: units }));
  return shipUnits(order, all).invoice;
}

export function placeTestDocument(draft: DocumentDraft, id: string, count: number): TradeDocument {
  const infix = draft.type === "credit_note" ? "C" : "";
  const number = `ACME-2026-${infix}${String(count).padStart(6, "0")}`;
  return placedDocument(draft, { id, number, issuedOn: "2026-11-23", dueDays: draft.type === "credit_note" ? null : 30 });
}
