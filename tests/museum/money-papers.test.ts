import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import type { Caller } from "../support/caller.ts";
import { type Company, openMarket, operatorProfile, type OwnMarket, type Seller } from "../support/market.ts";
import { shippingOf } from "../specs/shipment-stories.ts";

let market: OwnMarket;
let seller: Seller;
let company: Company;
beforeAll(async () => {
  market = await openMarket();
  [seller, company] = await Promise.all([market.seller(), market.company()]);
});
afterAll(() => market.close());

const moved = { street: "Neuer Weg 99", city: "Bremen", postal_code: "28195", country: "DE" };

async function put(caller: Caller, path: string, body: object): Promise<void> {
  const answer = await caller.send("PUT", path, body);
  expect({ path, status: answer.status, body: jsonOf(answer) }).toMatchObject({ status: 200 });
}

/** Every document that both sides can read, in every form; what is owed and shown around it beside the JSON's document is left out. */
async function documents(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const noun of ["invoices", "credit-notes"]) {
    const { items } = await company.get<{ items: { id: string }[] }>(`/v1/buyer/${noun}`);
    for (const { id } of items) {
      for (const [caller, audience] of [
        [company, "buyer"],
        [seller, "seller"],
        [market.operator, "operator"],
      ] as const) {
        const path = `/v1/${audience}/${noun}/${id}`;
        const { document, document_hash: hash } = await caller.get<{ document: object; document_hash: string }>(path);
        found.set(path, JSON.stringify([document, hash]));
        for (const form of ["pdf", "ubl"]) {
          const { status, body } = await caller.send("GET", `${path}/${form}`);
          expect({ path, form, status }).toEqual({ path, form, status: 200 });
          found.set(`${path}/${form}`, body.toString("base64"));
        }
      }
    }
  }
  return found;
}

// PrestaShop#12394, #14622, thirtybees#479
test("no document changes when whatever it names is changed, renamed, ended or gone", async () => {
  const { operator } = market;
  const shipping = shippingOf(market, seller, company);
  const { results } = {
    results: await seller.offers([
      { price: 1_234, units: 10 },
      { price: 777, units: 10, taxCategory: "reduced" },
    ]),
  };
  const [one, other] = results;
  if (one === undefined || other === undefined) throw new Error("there are two offers");
  const { id: yard } = await company.post<{ id: string }>("/v1/buyer/addresses", { name: "Yard", ...moved, street: "Hofstr. 1" });
  const { orders } = await company.post<{ orders: { id: string }[] }>("/v1/buyer/checkouts", {
    ...{ client_reference: "PO-1", currency: "EUR", payment_method: "on_account", delivery_address_id: yard },
    lines: [one, other].map(({ id }) => ({ offer: id, quantity: 3 })),
  });
  const order = orders[0]?.id ?? "";
  await seller.post(`/v1/seller/orders/${order}/accept`, {});
  await shipping.shipped(order, [[1, 3]]);
  const back = await shipping.shipped(order, [[2, 2]]);
  await seller.post(`/v1/seller/shipments/${back.id}/refuse`, { reason: "box is open" });
  const before = await documents();
  // Two invoices and the credit note on the parcel that came back: three readers, three forms.
  expect(before.size).toBe(3 * 9);

  await put(operator, "/v1/operator/profile", {
    ...{ ...operatorProfile, name: "Another Operator", address: moved, tax_number: "DE111", registration_number: "HRB 9" },
    ...{ iban: "GB82WEST12345698765432", bic: "WESTGB22", account_holder: "Another", time_zone: "Asia/Tokyo" },
  });
  const { series_prefix: prefix } = await seller.get<{ series_prefix: string }>("/v1/seller/profile");
  const calendar = { series_prefix: prefix, time_zone: "America/New_York", working_days: [1, 7], holidays: ["2027-01-01"] };
  await put(seller, "/v1/seller/profile", {
    name: "Another Seller",
    address: moved,
    tax_number: "DE222",
    registration_number: "HRB 8",
    ...calendar,
  });
  await put(company, "/v1/buyer/profile", { name: "Another Company", address: moved, tax_number: "DE333", registration_number: "HRB 7" });
  await put(company, `/v1/buyer/addresses/${yard}`, { name: "Another yard", ...moved });
  expect((await company.send("DELETE", `/v1/buyer/addresses/${yard}`, {})).status).toBe(200);
  const { items: products } = await operator.get<{ items: { id: string }[] }>("/v1/operator/products");
  await put(operator, `/v1/operator/products/${products[0]?.id}`, {
    title: "Another thing",
    variants: [{ sku: "UNIT-1", title: "Another variant", unit: "KGM", attributes: { colour: "other" } }],
  });
  const renamed = {
    reference: one.reference,
    sku: "UNIT-1",
    currency: "EUR",
    unit_price: { amount: 1, currency: "EUR" },
    tax_category: "reduced",
  };
  await seller.post("/v1/seller/offers/bulk", { offers: [renamed] });
  await seller.post(`/v1/seller/offers/${other.id}/archive`, {});
  const { items: rates } = await operator.get<{ items: { id: string; valid_until: string | null }[] }>("/v1/operator/tax-rates");
  for (const { id } of rates) await operator.post(`/v1/operator/tax-rates/${id}/end`, { valid_until: "2099-01-01" });
  await put(operator, `/v1/operator/companies/${company.id}/payment-days`, { payment_days: 1, reason: "pays late" });
  await operator.post("/v1/operator/commission-plans", {
    ...{ name: "From now on", seller: seller.id, currency: "EUR", valid_from: "2020-01-01" },
    steps: [{ from: { amount: 0, currency: "EUR" }, rate_ppm: 400_000 }],
  });

  expect(await documents()).toEqual(before);
});
