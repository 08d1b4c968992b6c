import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { placingBody, type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import type { HttpAnswer } from "../support/http-answer.ts";

let market: OwnMarket;
let seller: Seller;
let company: Company;
beforeAll(async () => {
  market = await openMarket();
  [seller, company] = await Promise.all([market.seller(), market.company()]);
});
afterAll(() => market?.close());

/** A request, and what somebody does so that the very same one succeeds. */
type Story = { readonly ask: () => Promise<HttpAnswer>; readonly mend: () => Promise<unknown> };

const anOffer = { sku: "UNIT-1", currency: "EUR", unit_price: { amount: 100, currency: "EUR" }, tax_category: "standard" };
const rate = { country: "AT", category: "standard", code: "S", rate_ppm: 200_000, valid_from: "2020-01-01" };
const stories: Readonly<Record<string, () => Promise<Story>>> = {
  "no-credit-account": async () => {
    const buyer = await market.company();
    const { results } = await seller.post<{ results: { id: string }[] }>("/v1/seller/offers/bulk", {
      offers: [{ ...anOffer, reference: "CZK-1", currency: "CZK", unit_price: { amount: 100, currency: "CZK" } }],
    });
    const [offer, { location }] = [results[0]!.id, await seller.offer()];
    await seller.post("/v1/seller/stock/receipts", { lines: [{ offer, location, quantity: 5 }] });
    const body = { client_reference: "CZK", currency: "CZK", payment_method: "on_account", lines: [{ offer, quantity: 1 }] };
    return {
      ask: () => buyer.send("POST", "/v1/buyer/checkouts", body),
      mend: () =>
        market.operator.post(`/v1/operator/companies/${buyer.id}/credit-accounts`, {
          currency: "CZK",
          limit: { amount: 10_000, currency: "CZK" },
        }),
    };
  },
  "state-conflict": async () => {
    const { id, orders } = await company.placed([{ offer: await seller.offer({ price: 100 }), quantity: 1 }], { method: "bank_transfer" });
    return {
      ask: () => seller.send("POST", `/v1/seller/orders/${orders[0]?.id}/accept`, {}),
      mend: () =>
        market.operator.post(`/v1/operator/checkouts/${id}/receipts`, {
          ...{ bank_reference: "B-again", amount: { amount: 119, currency: "EUR" } },
        }),
    };
  },
  "funds-short": async () => {
    const { id } = await company.placed([{ offer: await seller.offer({ price: 100 }), quantity: 1 }], { method: "bank_transfer" });
    const body = { bank_reference: "B-back", amount: { amount: 100, currency: "EUR" }, reason: "paid too much" };
    return {
      ask: () => market.operator.send("POST", `/v1/operator/companies/${company.id}/funds/send-back`, body),
      mend: () =>
        market.operator.post(`/v1/operator/checkouts/${id}/receipts`, {
          ...{ bank_reference: "B-more", amount: { amount: 219, currency: "EUR" } },
        }),
    };
  },
  "quantity-below-minimum": async () => {
    const offer = await seller.offer({ minimum: 5 });
    const body = placingBody([{ offer, quantity: 2 }], { reference: "BELOW" });
    return {
      ask: () => company.send("POST", "/v1/buyer/checkouts", body),
      mend: () => seller.post("/v1/seller/offers/bulk", { offers: [{ ...anOffer, reference: offer.reference }] }),
    };
  },
  "tax-not-supported": async () => {
    const abroad = await seller.post<{ id: string }>("/v1/seller/locations", { name: "Linz", country: "AT" });
    const offer = await seller.offer({ units: 0 });
    await seller.post("/v1/seller/stock/receipts", { lines: [{ offer: offer.id, location: abroad.id, quantity: 5 }] });
    await seller.send("PUT", "/v1/seller/profile/tax-numbers/AT", { number: "ATU12345675" });
    const delivery_address = { name: "Lager", street: "Gasse 1", city: "Linz", postal_code: "4020", country: "AT" };
    const body = { ...placingBody([{ offer, quantity: 1 }], { reference: "LINZ" }), delivery_address };
    return {
      ask: () => company.send("POST", "/v1/buyer/checkouts", body),
      mend: () => market.operator.post("/v1/operator/tax-rates", rate),
    };
  },
  "unknown-reference": async () => {
    const { id: offer, location } = await seller.offer({ units: 0 });
    return {
      ask: () => seller.send("POST", "/v1/seller/stock/adjustments", { reason: "counted", lines: [{ offer, location, delta: -1 }] }),
      mend: () => seller.post("/v1/seller/stock/receipts", { lines: [{ offer, location, quantity: 5 }] }),
    };
  },
};

describe("A refusal of which `retry` says new_key", () => {
  test.each(Object.keys(stories))("is one that the very same request gets past when somebody has seen to it: %s", async (code) => {
    const { ask, mend } = await stories[code]!();
    const refused = await ask();
    await mend();
    const again = await ask();
    expect([jsonOf(refused), again.status]).toMatchObject([{ code, retry: "new_key" }, expect.toBeOneOf([200, 201])]);
  });
});
