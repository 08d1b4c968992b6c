import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { placedOrder, sendPlacing } from "./placed-orders.ts";

const exempt = { rate_ppm: 0, exemption_code: "VATEX-EU-132-1I", exemption_text: "Exempt: education" };
const reverse = { rate_ppm: 0, exemption_code: "VATEX-EU-AE", exemption_text: "Reverse charge" };
const outside = { rate_ppm: 0, exemption_code: "VATEX-EU-O", exemption_text: "Outside the scope of VAT" };

let market: OwnMarket;
let seller: Seller;
let companies: { readonly [country: string]: Company };
const offers: { [category: string]: string } = {};
beforeAll(async () => {
  market = await openMarket();
  for (const rate of [
    { category: "books", code: "E", ...exempt },
    { category: "cleaning", code: "AE", ...reverse },
    { category: "deposit", code: "O", ...outside },
  ]) {
    await market.operator.post("/v1/operator/tax-rates", { country: "DE", valid_from: "2020-01-01", ...rate });
  }
  seller = await market.seller();
  const [german, french] = await Promise.all([market.company(), market.company({ country: "FR" })]);
  companies = { DE: german, FR: french };
  const categories = ["standard", "books", "cleaning", "deposit", "in no table"];
  const rows = categories.map((category) => ({
    ...{ reference: category, sku: "UNIT-1", currency: "EUR", unit_price: { amount: 1_000, currency: "EUR" }, tax_category: category },
  }));
  const { results } = await seller.post<{ results: { id: string; reference: string }[] }>("/v1/seller/offers/bulk", { offers: rows });
  for (const { id, reference } of results) offers[reference] = id;
  const lines = results.map(({ id }) => ({ offer: id, location: seller.location, quantity: 1_000 }));
  await seller.post("/v1/seller/stock/receipts", { lines });
});
afterAll(() => market.close());

const lineOf = (category: string) => [{ offer: offers[category] ?? "", quantity: 1 }];
const buyer = (country: string): Company => companies[country] ?? expect.unreachable(`no company of ${country}`);
const check = (country: string) =>
  market.operator.post(`/v1/operator/companies/${buyer(country).id}/tax-numbers/${country}/check`, { evidence: "a register's answer" });

describe("A sale whose tax cannot be decided", () => {
  it.each([
    ["no_rate", "of a category without a rate", "in no table", "DE", "DE"],
    ["country_not_supported", "to a country whose borders are another's", "standard", "DE", "MC"],
    ["country_not_supported", "to what is no country", "standard", "DE", "XK"],
    ["services_cross_border", "of services across a border", "cleaning", "FR", "FR"],
    ["company_tax_number_missing", "of services to a company without a number at home", "cleaning", "FR", "DE"],
    ["company_tax_number_missing", "to another member state, to a company that has a number at home alone", "standard", "DE", "FR"],
    ["company_tax_number_unchecked", "to a company whose number in another member state nobody has checked", "standard", "FR", "FR"],
  ])("is refused as %s: one %s", async (reason, _words, category, company, country) => {
    const answer = await sendPlacing(buyer(company), { lines: lineOf(category), country });

    expect(jsonOf(answer)).toMatchObject({
      ...{ code: "tax-not-supported", reason, line: 0, errors: [{ pointer: "/lines/0/offer" }] },
      ...{ dispatch_country: "DE", delivery_country: country, tax_category: category },
    });
  });
});

describe("A sale without tax", () => {
  it.each([
    ["E", "books", exempt, ["DE100000001", null]],
    ["O", "deposit", outside, [null, null]],
  ])("of code %s says why, with the numbers on which that rests", async (code, category, words, numbers) => {
    const { net, tax, snapshot } = await placedOrder(market, buyer("DE"), { lines: lineOf(category) });

    expect([net, tax]).toEqual([1_000, 0]);
    const { exemption_code, exemption_text, rate_ppm } = words;
    expect(snapshot.tax_groups).toEqual([
      {
        ...{ category, code, rate_ppm, net: 1_000, tax: 0, exemption_code, exemption_text },
        ...{ seller_tax_number: numbers[0], company_tax_number: numbers[1] },
      },
    ]);
  });

  it("of code AE is decided when the company's number at home is checked", async () => {
    expect(jsonOf(await sendPlacing(buyer("DE"), { lines: lineOf("cleaning") }))).toMatchObject({ reason: "company_tax_number_unchecked" });
    await check("DE");

    const { tax, snapshot } = await placedOrder(market, buyer("DE"), { lines: lineOf("cleaning") });

    expect(tax).toBe(0);
    expect(snapshot.tax_groups).toMatchObject([
      {
        ...{ code: "AE", exemption_code: "VATEX-EU-AE", exemption_text: "Reverse charge" },
        ...{ seller_tax_number: "DE100000001", company_tax_number: "DE100000002" },
      },
    ]);
  });

  it("leaves a market in which doctor finds nothing", async () => {
    expect((await market.doctor()).violations).toEqual([]);
  });
});
