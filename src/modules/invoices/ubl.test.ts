import { XmlDocument } from "libxml2-wasm";
import { describe, expect, it } from "vitest";
import { invoiceOf, placeTestDocument, reduced, standard, testOrder } from "../../../tests/support/trade-order.ts";
import { allThatIsLeft, creditDraft, wholeInvoice } from "./credit-parts.ts";
import type { TradeDocument } from "./document.ts";
import { ublOf } from "./ubl.ts";

const invoice = invoiceOf(
  testOrder(
    [
      { units: 3, price: 3_333, discount: 101n, title: "Bolt M8" },
      { units: 7, price: 34, per: 100, tax: reduced },
      { units: 2, price: 10, tax: { category: "books", code: "S", rate_ppm: 70_000 } },
    ],
    [{ net: 490n, tax: standard }],
  ),
);

function creditOf(of: TradeDocument): TradeDocument {
  const rest = wholeInvoice(of);
  const credited = creditDraft(of, rest, allThatIsLeft(of, rest), "lost");
  if (!credited.ok) throw new Error(credited.refusal.reason);
  return placeTestDocument(credited.draft, "crn_1", 1);
}

const namespaces = {
  cac: "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
  cbc: "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
};

/** What the document says at each of these paths below its root: the texts of all elements there. */
function said(document: TradeDocument, ...paths: string[]): string[][] {
  const ubl = ublOf(document);
  if (!ubl.ok) throw new Error(JSON.stringify(ubl.broken));
  const xml = XmlDocument.fromString(ubl.text);
  const texts = paths.map((path) => xml.find(`/*/${path}`, namespaces).map(({ content }) => content));
  xml.dispose();
  return texts;
}

const children = (document: TradeDocument, path: string) => {
  const ubl = ublOf(document);
  if (!ubl.ok) throw new Error(JSON.stringify(ubl.broken));
  const xml = XmlDocument.fromString(ubl.text);
  const names = xml.find(`${path}/*`, namespaces).map((node) => ("name" in node ? node.name : ""));
  xml.dispose();
  return names;
};

describe("an invoice in UBL", () => {
  it("has its elements in the order of the schema", () => {
    expect(children(invoice, "/*").join(" ")).toBe(
      "CustomizationID ProfileID ID IssueDate DueDate InvoiceTypeCode Note DocumentCurrencyCode BuyerReference OrderReference DespatchDocumentReference " +
        "AccountingSupplierParty AccountingCustomerParty PayeeParty Delivery PaymentMeans TaxTotal LegalMonetaryTotal " +
        "InvoiceLine InvoiceLine InvoiceLine InvoiceLine",
    );
    expect(children(invoice, "/*/cac:AccountingSupplierParty/cac:Party").join(" ")).toBe(
      "EndpointID PartyIdentification PostalAddress PartyTaxScheme PartyLegalEntity",
    );
    expect(children(invoice, "/*/cac:InvoiceLine[1]").join(" ")).toBe(
      "ID InvoicedQuantity LineExtensionAmount OrderLineReference AllowanceCharge Item Price",
    );
  });

  it("says the amounts of the document, in the currency's decimals", () => {
    const total = "cac:LegalMonetaryTotal/cbc:";
    expect(said(invoice, `${total}LineExtensionAmount`, `${total}PayableAmount`, "cac:TaxTotal/cbc:TaxAmount", "cbc:DueDate")).toEqual([
      ["104.10"],
      ["123.85"],
      ["19.75"],
      ["2026-12-23"],
    ]);
  });

  it("has one tax for each code and rate, where the document has one for each category", () => {
    const tax = "cac:TaxTotal/cac:TaxSubtotal/";
    expect(said(invoice, `${tax}cbc:TaxableAmount`, `${tax}cbc:TaxAmount`, `${tax}cac:TaxCategory/cbc:Percent`)).toEqual([
      ["103.88", "0.22"],
      ["19.74", "0.01"],
      ["19.0000", "7.0000"],
    ]);
  });

  it("shows a line at its agreed price, with its discount", () => {
    const line = "cac:InvoiceLine[1]/";
    expect(
      said(invoice, `${line}cac:Price/cbc:PriceAmount`, `${line}cbc:InvoicedQuantity`, `${line}cac:AllowanceCharge/cbc:Amount`),
    ).toEqual([["33.33"], ["3"], ["1.01"]]);
  });

  it("shows a line at its net for all its units where price times quantity would be more than 0.02 beside it", () => {
    const document = { ...invoiceOf(testOrder([{ units: 5, price: 34, per: 100 }])), currency: "JPY" };
    const line = "cac:InvoiceLine/";
    expect(
      said(document, `${line}cac:Price/cbc:PriceAmount`, `${line}cac:Price/cbc:BaseQuantity`, `${line}cbc:LineExtensionAmount`),
    ).toEqual([["2"], ["5"], ["2"]]);
  });

  it("has no rate and no tax number where all is outside the scope of the tax", () => {
    const document = invoiceOf(testOrder([{ units: 1, price: 100, tax: { category: "x", code: "O", rate_ppm: 0 } }]));
    const outside = { ...document, tax_groups: document.tax_groups.map((group) => ({ ...group, exemption_code: "VATEX-EU-O" })) };
    expect(said(outside, ".//cbc:Percent", ".//cac:PartyTaxScheme", ".//cbc:TaxExemptionReasonCode")).toEqual([[], [], ["VATEX-EU-O"]]);
  });

  it("names the payee only where that is not the seller", () => {
    const own = { ...invoice, payee: { name: invoice.seller.name, id: null } };
    expect(said(own, "cac:PayeeParty")).toEqual([[]]);
    expect(said(invoice, "cac:PayeeParty/cac:PartyName/cbc:Name")).toEqual([["Stoa Operator SE"]]);
  });

  it("is not made of what the norm cannot say, and says why", () => {
    expect(ublOf({ ...invoice, currency: "TND" })).toEqual({ ok: false, broken: [{ rule: "BR-DEC-12", detail: "TND has 3 decimals" }] });
  });
});

describe("a credit note in UBL", () => {
  it("is a CreditNote with positive amounts that names its invoice", () => {
    const paths = [
      "cbc:CreditNoteTypeCode",
      "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID",
      "cac:LegalMonetaryTotal/cbc:PayableAmount",
    ];
    expect(said(creditOf(invoice), ...paths, "cac:CreditNoteLine/cbc:CreditedQuantity", "cac:PaymentMeans")).toEqual([
      ["381"],
      ["ACME-2026-000001"],
      ["123.85"],
      ["3", "7", "2", "1"],
      [],
    ]);
  });
});

describe("hostile texts", () => {
  const hostile = "]]><cbc:PayableAmount>0</cbc:PayableAmount><!--\u0000\u202E&#0;&lt;\"' \r\n\uD800";

  it("in every field neither break the document nor change what it says", () => {
    const changed = changeTexts(invoice, (text) => text + hostile);
    const kept = {
      ...changed,
      number: invoice.number,
      issued_on: invoice.issued_on,
      due_on: invoice.due_on,
      supplied_on: invoice.supplied_on,
    };
    const document: TradeDocument = {
      ...kept,
      ...{ type: "invoice", currency: "EUR", tax_groups: invoice.tax_groups, cause: null, precedes: null },
      lines: changed.lines.map((line, index) => ({
        ...line,
        unit: "C62",
        attributes: { [hostile]: hostile, "": "x" },
        tax: invoice.lines[index]?.tax ?? line.tax,
      })),
      seller: { ...changed.seller, tax_number: "DE123456789", address: invoice.seller.address },
      company: { ...changed.company, tax_number: "FR40303265045", address: invoice.company.address },
    };
    const shown = "]]><cbc:PayableAmount>0</cbc:PayableAmount><!--\uFFFD\u202E&#0;&lt;\"' \r\n\uFFFD";
    expect(
      said(document, ".//cbc:PayableAmount", "cac:InvoiceLine[1]/cac:Item/cbc:Name", "cac:AccountingSupplierParty//cbc:RegistrationName"),
    ).toEqual([["123.85"], [`Bolt M8${shown}`], [`Acme GmbH${shown}`]]);
  });
});

/** A value with each of its texts changed. */
function changeTexts<T>(value: T, change: (text: string) => string): T {
  if (typeof value === "string") return change(value) as T;
  if (Array.isArray(value)) return value.map((each) => changeTexts(each, change)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, changeTexts(member, change)])) as T;
}
