import { describe, expect, it } from "vitest";
import { invoiceOf, placeTestDocument, reduced, standard, testOrder } from "../../../tests/support/trade-order.ts";
import { creditDraft, wholeInvoice } from "./credit-parts.ts";
import type { DocumentTaxGroup, TradeDocument } from "./document.ts";
import { brokenRules } from "./ubl-rules.ts";
import { ublTerms } from "./ubl-terms.ts";

const invoice = invoiceOf(
  testOrder(
    [
      { units: 3, price: 3_333, discount: 101n },
      { units: 4, price: 250, tax: reduced },
    ],
    [{ net: 490n, tax: standard }],
  ),
);

const broken = (document: TradeDocument) => brokenRules(ublTerms(document)).map(({ rule }) => rule);

const [firstLine, ...otherLines] = invoice.lines;
if (firstLine === undefined) throw new Error("an invoice without lines");

const withLine = (changed: Partial<TradeDocument["lines"][number]>): TradeDocument => ({
  ...invoice,
  lines: [{ ...firstLine, ...changed }, ...otherLines],
});
const withGroup = (changed: Partial<DocumentTaxGroup>): TradeDocument => {
  return { ...invoice, tax_groups: invoice.tax_groups.map((group, index) => (index === 0 ? { ...group, ...changed } : group)) };
};

/** A document of one tax code without tax, with what the code asks for. */
function untaxed(code: DocumentTaxGroup["code"], changed: Partial<DocumentTaxGroup> = {}): TradeDocument {
  const document = invoiceOf(testOrder([{ units: 1, price: 100, tax: { category: "x", code, rate_ppm: 0 } }]));
  const reason = code === "Z" ? null : "Because";
  const numbers = { company_tax_number: "FR40303265045", seller_tax_number: code === "O" ? null : "DE123456789" };
  return { ...document, tax_groups: document.tax_groups.map((group) => ({ ...group, exemption_text: reason, ...numbers, ...changed })) };
}

describe("a document breaks no rule of EN 16931", () => {
  it("as an invoice", () => {
    expect(broken(invoice)).toEqual([]);
  });

  it("as a credit note, without a day on which it is due", () => {
    const asked = { units: [{ line: 1, quantity: 2 }], amounts: [], groupAmounts: [], allFreight: true };
    const credited = creditDraft(invoice, wholeInvoice(invoice), asked, "lost");
    expect(credited.ok && broken(placeTestDocument(credited.draft, "crn_1", 1))).toEqual([]);
  });

  it.each(["Z", "E", "AE", "K", "G", "O"] as const)("with the tax code %s and what it asks for", (code) => {
    expect(broken(untaxed(code))).toEqual([]);
  });
});

describe("a document breaks", () => {
  it.each([
    ["BR-DEC-12", "three decimals", { ...invoice, currency: "KWD" }],
    ["BR-DEC-12", "four decimals", { ...invoice, currency: "CLF" }],
    ["BR-16", "no line", { ...invoice, lines: [], tax_groups: [], net: 0, tax: 0, total: 0 }],
    ["BR-CO-18", "no tax group", { ...invoice, lines: [], tax_groups: [], net: 0, tax: 0, total: 0 }],
    ["BR-CO-25", "nothing on when it is due", { ...invoice, due_on: null }],
    ["PEPPOL-EN16931-F001", "a day that is none", { ...invoice, supplied_on: "2026-02-30" }],
    ["BR-61", "a bank without account", { ...invoice, bank: { iban: " ", bic: null, holder: "x" } }],
    ["BR-06", "a seller without name", { ...invoice, seller: { ...invoice.seller, name: " \n" } }],
    ["BR-10", "a company without address", { ...invoice, company: { ...invoice.company, address: null } }],
    ["PEPPOL-EN16931-R010", "a company without number", { ...invoice, company: { ...invoice.company, tax_number: null } }],
    ["PEPPOL-EN16931-R010", "a number without scheme", { ...invoice, company: { ...invoice.company, tax_number: "SE556010452501" } }],
    ["BR-CO-09", "a number without country", { ...invoice, company: { ...invoice.company, tax_number: "123456789" } }],
    ["BR-CO-26", "a seller that nothing identifies", { ...untaxed("O"), seller: { ...invoice.seller, id: null } }],
    ["BR-25", "a line without title", withLine({ title: "\t" })],
    ["BR-23", "a line without unit", withLine({ unit: "" })],
    ["BR-CO-10", "lines that are not the net", { ...invoice, net: invoice.net + 1, total: invoice.total + 1 }],
    ["BR-CO-14", "tax groups that are not the tax", { ...invoice, tax: invoice.tax + 1, total: invoice.total + 1 }],
    ["BR-CO-15", "a total of something else", { ...invoice, total: invoice.total + 1 }],
    ["BR-S-01", "a line without tax group", { ...invoice, tax_groups: invoice.tax_groups.slice(1) }],
    ["BR-S-08", "a tax group that is not its lines", withGroup({ net: 1 })],
    ["BR-S-05", "a standard rate of 0", withGroup({ rate_ppm: 0 })],
    ["BR-S-10", "a standard rate with a reason", withGroup({ exemption_text: "Because" })],
    ["BR-CO-17", "a tax that is 1.00 off", withGroup({ tax: (invoice.tax_groups[0]?.tax ?? 0) + 101 })],
    ["rounding", "a tax that is two minor units off", withGroup({ tax: (invoice.tax_groups[0]?.tax ?? 0) + 2 })],
    ["BR-Z-10", "zero with a reason", untaxed("Z", { exemption_text: "Because" })],
    ["BR-Z-09", "zero with a tax", untaxed("Z", { tax: 1 })],
    ["BR-E-10", "exempt without a reason", untaxed("E", { exemption_text: " " })],
    ["BR-E-09", "exempt with a tax", untaxed("E", { tax: 1 })],
    ["BR-E-05", "exempt at a rate", untaxed("E", { rate_ppm: 1 })],
    ["BR-E-02", "exempt without the seller's number", withoutNumber(untaxed("E", { seller_tax_number: null }), "seller")],
    ["BR-AE-02", "reverse charge without the company's number", withoutNumber(untaxed("AE", { company_tax_number: null }), "company")],
    ["BR-AE-10", "reverse charge without a reason", untaxed("AE", { exemption_text: null })],
    ["BR-IC-02", "another member state without the company's number", withoutNumber(untaxed("K", { company_tax_number: null }), "company")],
    ["BR-IC-11", "another member state without a day of delivery", { ...untaxed("K"), supplied_on: null }],
    ["BR-IC-12", "another member state without a place of delivery", { ...untaxed("K"), delivery: null }],
    ["BR-G-10", "an export without a reason", untaxed("G", { exemption_text: null })],
    ["BR-G-02", "an export without the seller's number", withoutNumber(untaxed("G", { seller_tax_number: null }), "seller")],
    ["PEPPOL-EN16931-P0104", "an export with the reason of another code", untaxed("G", { exemption_code: "VATEX-EU-IC" })],
    ["BR-O-10", "outside the scope without a reason", untaxed("O", { exemption_text: null })],
  ] satisfies [string, string, TradeDocument][])("%s with %s", (rule, _what, document) => {
    expect(broken(document)).toContain(rule);
  });

  it("BR-O-11 with something outside the scope beside something else", () => {
    const [other] = untaxed("O").tax_groups;
    if (other === undefined) throw new Error("no group");
    expect(broken({ ...invoice, tax_groups: [...invoice.tax_groups, { ...other, net: 0 }] })).toContain("BR-O-11");
  });

  it("BR-CO-17 with yen that a whole unit of rounding makes 1.00 off, which for euros is a cent", () => {
    const off = { net: 100, tax: 20, unit_price: 100 };
    const one = (currency: string) => {
      const document = invoiceOf(testOrder([{ units: 1, price: 100 }]));
      const groups = document.tax_groups.map((group) => ({ ...group, tax: off.tax }));
      return broken({ ...document, currency, tax_groups: groups, tax: off.tax, total: 120 });
    };
    expect(one("EUR")).toEqual([]);
    expect(one("JPY")).toEqual(["BR-CO-17"]);
  });

  it("BR-CO-17 with a tax of 0.50 at a rate below half a percent, which the official check takes for no rate", () => {
    const tiny = { category: "tiny", code: "S", rate_ppm: 2_500 };
    expect(broken(invoiceOf(testOrder([{ units: 1, price: 19_000, tax: tiny }])))).toEqual([]);
    expect(broken(invoiceOf(testOrder([{ units: 1, price: 20_000, tax: tiny }])))).toEqual(["BR-CO-17"]);
  });
});

function withoutNumber(document: TradeDocument, who: "seller" | "company"): TradeDocument {
  return { ...document, [who]: { ...document[who], tax_number: null } };
}
