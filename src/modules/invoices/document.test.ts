import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { AssertionFailed } from "../../kernel/assert.ts";
import { canonicalText, documentHash, type TradeDocument } from "./document.ts";

const line: TradeDocument["lines"][number] = {
  number: 1,
  kind: "goods",
  order_line: 1,
  title: "Bolt M8",
  sku: "B-8",
  reference: "b8",
  attributes: { "10": "ten", "9": "nine", a: "A", Z: "Z" },
  unit: "C62",
  quantity: 3,
  unit_price: 1999,
  price_per: 1,
  gross: 5997,
  discount: 0,
  net: 5997,
  tax: { category: "standard", code: "S", rate_ppm: 190_000 },
};

const document: TradeDocument = {
  format: 1,
  type: "invoice",
  id: "inv_01h455vb4pex5vsknk084sn02q",
  number: "ACME-2026-000001",
  issued_on: "2026-11-22",
  supplied_on: "2026-11-22",
  due_on: null,
  currency: "EUR",
  order: { id: "ord_1", client_reference: "PO 7", placed_at: "2026-11-20T08:00:00.000Z" },
  shipment: { id: "shp_1", number: 1 },
  precedes: null,
  cause: null,
  seller: { id: "sel_1", name: "Acme", tax_number: "DE123456789", registration_number: null, address: null },
  company: {
    id: "cmp_1",
    name: "Käufer",
    tax_number: null,
    registration_number: null,
    address: { name: null, street: "Gasse 1", city: "Wien", postal_code: "1010", country: "AT" },
  },
  delivery: null,
  payee: { name: "Stoa", id: null },
  bank: { iban: "DE02120300000000202051", bic: null, holder: "Stoa" },
  payment_reference: "ACME-2026-000001",
  mandate: { at: "2026-01-01" },
  lines: [line],
  tax_groups: [
    {
      ...{ category: "standard", code: "S", rate_ppm: 190_000, net: 5997, tax: 1139 },
      ...{ exemption_code: null, exemption_text: null, seller_tax_number: "DE123456789", company_tax_number: null },
    },
  ],
  net: 5997,
  tax: 1139,
  total: 7136,
  rounding: "half_up_per_tax_group_cumulative",
};

/** The same value with the members of every object set the other way round. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, reversed(member)]),
  ) as T;
}

describe("the text of a document", () => {
  it("has its members in one order, and its attributes by name", () => {
    expect(canonicalText(document)).toBe(
      '{"format":1,"type":"invoice","id":"inv_01h455vb4pex5vsknk084sn02q","number":"ACME-2026-000001","issued_on":"2026-11-22",' +
        '"supplied_on":"2026-11-22","due_on":null,"currency":"EUR",' +
        '"order":{"id":"ord_1","client_reference":"PO 7","placed_at":"2026-11-20T08:00:00.000Z"},"shipment":{"id":"shp_1","number":1},' +
        '"precedes":null,"cause":null,' +
        '"seller":{"id":"sel_1","name":"Acme","tax_number":"DE123456789","registration_number":null,"address":null},' +
        '"company":{"id":"cmp_1","name":"Käufer","tax_number":null,"registration_number":null,' +
        '"address":{"name":null,"street":"Gasse 1","city":"Wien","postal_code":"1010","country":"AT"}},' +
        '"delivery":null,"payee":{"name":"Stoa","id":null},"bank":{"iban":"DE02120300000000202051","bic":null,"holder":"Stoa"},' +
        '"payment_reference":"ACME-2026-000001","mandate":{"at":"2026-01-01"},' +
        '"lines":[{"number":1,"kind":"goods","order_line":1,"title":"Bolt M8","sku":"B-8","reference":"b8",' +
        '"attributes":{"10":"ten","9":"nine","Z":"Z","a":"A"},"unit":"C62","quantity":3,"unit_price":1999,"price_per":1,' +
        '"gross":5997,"discount":0,"net":5997,"tax":{"category":"standard","code":"S","rate_ppm":190000}}],' +
        '"tax_groups":[{"category":"standard","code":"S","rate_ppm":190000,"net":5997,"tax":1139,"exemption_code":null,' +
        '"exemption_text":null,"seller_tax_number":"DE123456789","company_tax_number":null}],' +
        '"net":5997,"tax":1139,"total":7136,"rounding":"half_up_per_tax_group_cumulative"}',
    );
  });

  it("is the same in whatever order the members were set", () => {
    expect(canonicalText(reversed(document))).toBe(canonicalText(document));
  });

  it("is the same when read and written again, with names and texts that look like syntax", () => {
    const attributes = JSON.parse('{"__proto__":"p","":"empty","\\u2028":"\\ud800","\\"}":"\\u0000\\\\"}') as { [name: string]: string };
    const text = canonicalText({ ...document, lines: [{ ...line, attributes }] });
    expect(text).toContain('"__proto__":"p"');
    expect(canonicalText(JSON.parse(text) as TradeDocument)).toBe(text);
    expect(Buffer.from(text, "utf8").toString("utf8")).toBe(text);
  });

  it("leaves out what is no member of a document", () => {
    expect(canonicalText({ ...document, note: "added" } as TradeDocument)).toBe(canonicalText(document));
  });

  it.each([0.5, Number.NaN, 2 ** 53])("takes no %d for an amount", (net) => {
    expect(() => canonicalText({ ...document, net })).toThrow(AssertionFailed);
  });
});

describe("the hash of a document", () => {
  it("is the sha256 of its text in UTF-8", () => {
    const expected = createHash("sha256")
      .update(Buffer.from(canonicalText(document), "utf8"))
      .digest("hex");
    expect(documentHash(document).toString("hex")).toBe(expected);
  });

  it("is another one when any member is another", () => {
    const hashes = [document, { ...document, total: 7137 }, { ...document, company: { ...document.company, name: "Kaufer" } }].map((each) =>
      documentHash(each).toString("hex"),
    );
    expect(new Set(hashes).size).toBe(3);
  });
});
