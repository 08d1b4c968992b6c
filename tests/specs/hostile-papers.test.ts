import { XmlDocument } from "libxml2-wasm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TradeDocument } from "../../src/modules/invoices/document.ts";
import { codeOf } from "../support/caller.ts";
import { activeFacts, openMarket, operatorProfile, type OwnMarket } from "../support/market.ts";
import { readPdf } from "../support/pdf-reader.ts";

/** What the API lets into a line of text although nobody means well with it. */
const hostile = {
  formula: "=cmd|' /C calc'!A0",
  plus: "+1+1@SUM(A1)",
  xml: `</cbc:Name><evil attr="1">&amp; ]]> <!-- & "quoted' -->`,
  bidi: "invoice \u202egpj.exe\u202c \u2066left\u2069 \u200b\u200f end",
  emoji: "Bolt 🔩👩‍🏭🇪🇺 e\u0301\u0300\u0316 漢字 ﷽",
  long: "W".repeat(200),
  csv: 'semi;colon, comma "quote" \u00a0 \u2028 \u2029 tab-less',
  c1: "control \u0080\u0085\u009f end \ufffe\uffff",
} as const;
type Kind = keyof typeof hostile;
const cut = (text: string, length: number) => Array.from(text).slice(0, length).join("").slice(0, length).trim();

let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

let made = 0;

/** A trade in which every text that reaches a document is this one, as far as the API lets it in. */
async function tradeOf(text: string) {
  made += 1;
  const { operator } = market;
  const hurt = (length: number) => cut(text, length);
  const address = { street: hurt(200), city: hurt(100), postal_code: hurt(20), country: "DE" };
  const contact = { name: "Kim Meyer", email: "kim@example.com" };
  const profile = {
    ...{ ...operatorProfile, name: hurt(200), address, registration_number: hurt(40), account_holder: hurt(200) },
  };
  expect((await operator.send("PUT", "/v1/operator/profile", profile)).status).toBe(200);
  const party = async (kind: "sellers" | "companies") => {
    const n = made * 2 + (kind === "sellers" ? 0 : 1);
    const facts = {
      ...activeFacts(kind, "DE", n),
      name: hurt(200),
      address,
      contact,
      registration_number: hurt(40),
      tax_number: `DE1${hurt(37)}`,
    };
    const { id } = await operator.post<{ id: string }>(`/v1/operator/${kind}`, facts);
    const { secret } = await operator.post<{ secret: string }>(`/v1/operator/${kind}/${id}/keys`, { name: "all", role: "owner" });
    return { id, caller: market.caller(secret) };
  };
  const [seller, company] = [await party("sellers"), await party("companies")];
  const limit = { amount: 1_000_000_000, currency: "EUR" };
  await operator.post(`/v1/operator/companies/${company.id}/credit-accounts`, { currency: "EUR", limit });
  const sku = `HOSTILE-${made}`;
  await operator.post("/v1/operator/products", {
    title: hurt(200),
    variants: [{ sku, title: hurt(200), unit: "C62", attributes: { [hurt(60)]: hurt(200), "=1+1": text.slice(0, 150) } }],
  });
  const { id: location } = await seller.caller.post<{ id: string }>("/v1/seller/locations", { name: "Main", country: "DE" });
  const row = { reference: hurt(60), sku, currency: "EUR", unit_price: { amount: 999, currency: "EUR" }, tax_category: "standard" };
  const { results } = await seller.caller.post<{ results: { id: string }[] }>("/v1/seller/offers/bulk", { offers: [row] });
  const offer = results[0]?.id ?? "";
  await seller.caller.post("/v1/seller/stock/receipts", { lines: [{ offer, location, quantity: 10 }] });
  const { orders } = await company.caller.post<{ orders: { id: string }[] }>("/v1/buyer/checkouts", {
    ...{ client_reference: hurt(64), currency: "EUR", payment_method: "on_account", lines: [{ offer, quantity: 3 }] },
    delivery_address: address,
  });
  const order = `/v1/seller/orders/${orders[0]?.id}`;
  await seller.caller.post(`${order}/accept`, {});
  await seller.caller.post(`${order}/shipments`, { location, lines: [{ line_number: 1, quantity: 3 }], ship: true });
  const { items } = await seller.caller.get<{ items: { id: string; shipment: string }[] }>("/v1/seller/invoices");
  return { seller: seller.caller, company: company.caller, invoice: items[0]?.id ?? "", shipment: items[0]?.shipment ?? "" };
}

/** The records of a CSV (RFC 4180), each a list of its fields. */
function recordsOf(csv: string): string[][] {
  const records: string[][] = [[]];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/y;
  while (field.lastIndex < csv.length) {
    const [, text = "", end = ""] = field.exec(csv) ?? [];
    records.at(-1)?.push(text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text);
    if (end === "\r\n") records.push([]);
  }
  return records.filter((record) => record.length > 0);
}

/** What XML cannot hold stands as U+FFFD. */
const inXml = (text: string) => text.replaceAll(/[\ufffe\uffff]/g, "\ufffd");

const paths = {
  seller: "//*[local-name()='AccountingSupplierParty']//*[local-name()='RegistrationName']",
  company: "//*[local-name()='AccountingCustomerParty']//*[local-name()='RegistrationName']",
  title: "//*[local-name()='Item']/*[local-name()='Name']",
  reference: "//*[local-name()='BuyerReference']",
} as const;

describe.each(Object.entries(hostile) as [Kind, string][])("Names, titles, references and addresses of the kind %s", (kind, text) => {
  test("come through into JSON, PDF, UBL and files as what they are: text", async () => {
    const { seller, company, invoice } = await tradeOf(text);
    const { document } = await company.get<{ document: TradeDocument }>(`/v1/buyer/invoices/${invoice}`);
    expect([document.seller.name, document.company.name, document.payee?.name]).toEqual(Array.from({ length: 3 }, () => cut(text, 200)));
    expect(document.lines[0]?.attributes["=1+1"]).toBe(text.slice(0, 150));

    const pdf = await seller.send("GET", `/v1/seller/invoices/${invoice}/pdf`);
    expect(pdf.status).toBe(200);
    const pages = readPdf(pdf.body);
    expect(JSON.stringify(pages)).toContain(document.number);

    const ubl = await company.send("GET", `/v1/buyer/invoices/${invoice}/ubl`);
    expect({ status: ubl.status, code: codeOf(ubl) }).toEqual({ status: 200, code: undefined });
    const xml = XmlDocument.fromString(ubl.body.toString("utf8"));
    const said = Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, xml.find(path).map(({ content }) => content)]));
    xml.dispose();
    expect(said).toMatchObject({
      ...{ seller: [inXml(document.seller.name)], company: [inXml(document.company.name)] },
      reference: [inXml(document.order?.client_reference ?? "")],
    });
    expect(said["title"]).toHaveLength(1);

    const csv = await seller.send("GET", "/v1/seller/invoices/export?format=csv");
    const [head = [], row = [], ...others] = recordsOf(csv.body.toString("utf8"));
    expect(others).toEqual([]);
    expect(row).toHaveLength(head.length);
    const name = row[head.indexOf("seller.name")] ?? "";
    expect(name).toBe(kind === "formula" || kind === "plus" ? `'${cut(text, 200)}` : cut(text, 200));
    // What a spreadsheet would run begins with one of these.
    expect(row.filter((field) => /^[\s\p{C}]*[=+\-@]/u.test(field))).toEqual([]);
  });
});

test("What is no line of text is not let in: a control character, a line end, white space alone", async () => {
  for (const text of ["a\u0000b", "a\nb", "a\tb", "a\u001bb", " ", ""]) {
    const answer = await market.operator.send("PUT", "/v1/operator/profile", { ...operatorProfile, name: text });
    expect({ text, status: answer.status, code: codeOf(answer) }).toEqual({ text, status: 400, code: "request-invalid" });
  }
});
