import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { type Company, type Offer, openMarket, type OwnMarket, type Seller } from "../support/market.ts";

let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

type ReadOrder = {
  readonly tax: { readonly amount: number };
  readonly lines: readonly { readonly tax: { readonly category: string; readonly code: string; readonly rate_ppm: number } }[];
  readonly tax_groups: readonly {
    readonly code: string;
    readonly exemption_code: string | null;
    readonly seller_tax_number: string | null;
    readonly company_tax_number: string | null;
  }[];
  readonly delivery_address: { readonly country: string };
};

const street = { street: "1 Quai", city: "Port", postal_code: "75001" };

async function checked(company: Company, country: string): Promise<void> {
  await market.operator.post(`/v1/operator/companies/${company.id}/tax-numbers/${country}/check`, { evidence: "VIES 2026-11-22" });
}

async function orderOf(company: Company, offer: Offer, delivery: Record<string, unknown> = {}): Promise<ReadOrder> {
  const answer = await company.send("POST", "/v1/buyer/checkouts", {
    ...{ client_reference: `${offer.id.slice(-6)}-${randomUUID()}`, currency: "EUR", payment_method: "on_account" },
    ...{ lines: [{ offer: offer.id, quantity: 2 }], ...delivery },
  });
  expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status: 201, code: undefined });
  const { orders } = jsonOf<{ orders: { id: string }[] }>(answer);
  return company.get<ReadOrder>(`/v1/buyer/orders/${orders[0]?.id}`);
}

const refusalOf = async (company: Company, offer: Offer, delivery: Record<string, unknown> = {}) => {
  const answer = await company.send("POST", "/v1/buyer/checkouts", {
    ...{ client_reference: `${offer.id.slice(-6)}-${randomUUID()}`, currency: "EUR", payment_method: "on_account" },
    ...{ lines: [{ offer: offer.id, quantity: 2 }], ...delivery },
  });
  return { status: answer.status, code: codeOf(answer), reason: jsonOf<{ reason?: string }>(answer).reason };
};

describe("Goods that cross a border", () => {
  let seller: Seller;
  let offer: Offer;
  beforeAll(async () => {
    seller = await market.seller();
    offer = await seller.offer({ price: 1_000 });
  });

  test("bear no tax to a company of another member state whose number was checked (K), and the order says why and on which numbers", async () => {
    const company = await market.company({ country: "FR" });
    expect(await refusalOf(company, offer)).toEqual({ status: 422, code: "tax-not-supported", reason: "company_tax_number_unchecked" });

    await checked(company, "FR");
    const order = await orderOf(company, offer);

    expect(order.tax.amount).toBe(0);
    expect(order.lines[0]?.tax).toEqual({ category: "standard", code: "K", rate_ppm: 0 });
    expect(order.tax_groups).toMatchObject([{ code: "K", exemption_code: "VATEX-EU-IC" }]);
    expect(order.tax_groups[0]?.company_tax_number).toMatch(/^FR/);
    expect(order.tax_groups[0]?.seller_tax_number).toMatch(/^DE/);
  });

  test("are an export (G) to a country outside the Union", async () => {
    const company = await market.company({ country: "CH" });
    const order = await orderOf(company, offer);
    expect(order.tax.amount).toBe(0);
    expect(order.tax_groups).toMatchObject([{ code: "G", exemption_code: "VATEX-EU-G" }]);
  });

  test("are taxed at home when a company from abroad has them delivered there", async () => {
    const company = await market.company({ country: "CH" });
    const order = await orderOf(company, offer, { delivery_address: { ...street, country: "DE" } });
    expect(order.tax.amount).toBe(380);
    expect(order.delivery_address.country).toBe("DE");
  });

  test("are refused where the operator could owe the tax: from outside the Union to a company without a checked number", async () => {
    const abroad = await market.seller({ country: "US" });
    const rate = { country: "US", category: "standard", code: "Z", rate_ppm: 0, valid_from: "2020-01-01" };
    await market.operator.post("/v1/operator/tax-rates", rate);
    const foreign = await abroad.offer();
    const company = await market.company({ country: "NL" });
    expect(await refusalOf(company, foreign)).toEqual({ status: 422, code: "tax-not-supported", reason: "operator_liable" });
    await checked(company, "NL");
    expect((await orderOf(company, foreign)).tax_groups).toMatchObject([{ code: "G" }]);
  });

  test("are dispatched from the country of delivery where the seller has stock there, and then need the seller's number there", async () => {
    const near = await market.seller();
    const both = await near.offer({ units: 10 });
    const { id: location } = await near.post<{ id: string }>("/v1/seller/locations", { name: "Lyon", country: "FR" });
    await near.post("/v1/seller/stock/receipts", { lines: [{ offer: both.id, location, quantity: 10 }] });
    await market.operator.post("/v1/operator/tax-rates", {
      ...{ country: "FR", category: "standard", code: "S", rate_ppm: 200_000, valid_from: "2020-01-01" },
    });
    const company = await market.company({ country: "FR" });
    expect(await refusalOf(company, both)).toMatchObject({ code: "tax-not-supported", reason: "seller_tax_number_missing" });
    await near.send("PUT", "/v1/seller/profile/tax-numbers/FR", { number: "FR98765432101" });
    const order = await orderOf(company, both);
    expect(order.tax.amount).toBe(400);
    expect(order.tax_groups).toMatchObject([{ code: "S", seller_tax_number: "FR98765432101" }]);
  });
});

describe("Where goods go and when", () => {
  test("may be said by one of the company's own addresses; another company's and a random one are alike", async () => {
    const seller = await market.seller();
    const offer = await seller.offer();
    const [company, other] = [await market.company(), await market.company()];
    const dock = { name: "Dock 4", ...street, country: "DE" };
    const { id } = await company.post<{ id: string }>("/v1/buyer/addresses", dock);

    expect((await orderOf(company, offer, { delivery_address_id: id })).delivery_address).toEqual(dock);
    const refused = await refusalOf(other, offer, { delivery_address_id: id });
    const random = await refusalOf(other, offer, { delivery_address_id: "adr_01k9zv3n7gfx1t0c5r2m8q4a6b" });
    expect(refused).toEqual(random);
    expect(refused).toMatchObject({ status: 422, code: "unknown-reference" });
    const both = await refusalOf(company, offer, { delivery_address_id: id, delivery_address: { ...street, country: "DE" } });
    expect(both).toMatchObject({ status: 400, code: "request-invalid" });
  });

  test("a promised day is the lead time in working days of the seller, and doctor is content with all of it", async () => {
    const seller = await market.seller();
    const rows = [0, 3].map((days) => ({
      ...{ reference: `lead-${days}`, sku: "UNIT-1", currency: "EUR", unit_price: { amount: 500, currency: "EUR" } },
      ...{ tax_category: "standard", lead_time_days: days },
    }));
    const { results } = await seller.post<{ results: { id: string }[] }>("/v1/seller/offers/bulk", { offers: rows });
    const lines = results.map(({ id }) => ({ offer: id, location: seller.location, quantity: 5 }));
    await seller.post("/v1/seller/stock/receipts", { lines });
    const company = await market.company();
    const preview = await company.post<{ orders: { promised_on: string; lines: { promised_on: string }[] }[] }>(
      "/v1/buyer/checkouts/preview",
      {
        ...{ currency: "EUR", payment_method: "on_account", requested_on: "2099-01-01" },
        lines: results.map(({ id }) => ({ offer: id, quantity: 1 })),
      },
    );
    const [order] = preview.orders;
    const [soon, later] = order?.lines.map(({ promised_on: day }) => day) ?? [];
    expect(order?.promised_on).toBe(later);
    const between = (Date.parse(`${later}T00:00:00Z`) - Date.parse(`${soon}T00:00:00Z`)) / 86_400_000;
    // From a weekend on the first day is Monday; across one three working days are five days of the calendar.
    expect(between).toBeGreaterThanOrEqual(2);
    expect(between).toBeLessThanOrEqual(5);
    expect((await market.doctor()).violations).toEqual([]);
  });
});
