import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { placedOrder, placingOf, sendPlacing } from "./placed-orders.ts";

let market: OwnMarket;
let company: Company;
beforeAll(async () => {
  market = await openMarket();
  company = await market.company();
  await market.operator.post("/v1/operator/products", {
    title: "Weights",
    variants: [
      { sku: "HALF-KILO", title: "Half a kilo", unit: "C62", attributes: {}, weight_grams: 500 },
      { sku: "TON", title: "A ton", unit: "C62", attributes: {}, weight_grams: 1_000_000 },
    ],
  });
  await market.operator.post("/v1/operator/tax-rates", {
    ...{ country: "DE", category: "carriage", code: "S", rate_ppm: 100_000, valid_from: "2020-01-01" },
  });
});
afterAll(() => market.close());

const plans = "/v1/seller/freight-plans";
const eur = (amount: number) => ({ amount, currency: "EUR" });

let named = 0;
async function plan(seller: Seller, terms: Record<string, unknown>): Promise<string> {
  named += 1;
  const { id } = await seller.post<{ id: string }>(plans, { name: `Plan ${named}`, currency: "EUR", ...terms });
  return id;
}

/** An offer of a variant that has a weight: 10.00 EUR each. */
async function weighed(seller: Seller, sku: string): Promise<string> {
  named += 1;
  const row = { reference: `${sku} ${named}`, sku, currency: "EUR", unit_price: eur(1_000), tax_category: "standard" };
  const { results } = await seller.post<{ results: { id: string }[] }>("/v1/seller/offers/bulk", { offers: [row] });
  const offer = results[0]?.id ?? "";
  await seller.post("/v1/seller/stock/receipts", { lines: [{ offer, location: seller.location, quantity: 1_000 }] });
  return offer;
}

describe("Freight", () => {
  it("of a flat plan is one amount, in the tax groups of the goods by largest remainder", async () => {
    const seller = await market.seller();
    const id = await plan(seller, { kind: "flat", amount: eur(1_000) });
    const [full, reduced] = await seller.offers([{ price: 2_000 }, { price: 1_000, taxCategory: "reduced" }]);
    const lines = [full, reduced].map((offer) => ({ offer: offer?.id ?? "", quantity: 1 }));

    const { order, snapshot, ...totals } = await placedOrder(market, company, { lines });

    // 667 and 333 of 1,000: 2,667 at 19 % is 506.73, 1,333 at 7 % is 93.31.
    expect(totals).toEqual({ net: 4_000, tax: 600, total: 4_600 });
    expect(snapshot.freight).toEqual({
      ...{ net: 1_000, kind: "whole", plan: id },
      parts: [
        { category: "reduced", code: "S", rate_ppm: 70_000, net: 333 },
        { category: "standard", code: "S", rate_ppm: 190_000, net: 667 },
      ],
    });
    expect(snapshot.tax_groups.map(({ category, net, tax }) => [category, net, tax])).toEqual([
      ["reduced", 1_333, 93],
      ["standard", 2_667, 507],
    ]);
    expect(await company.get(`/v1/buyer/orders/${order}`)).toMatchObject({ freight: eur(1_000), net: eur(4_000) });
  });

  it("by weight is that of the first step that carries the order", async () => {
    const seller = await market.seller();
    const steps = [
      { up_to_grams: 1_000, amount: eur(490) },
      { up_to_grams: 5_000, amount: eur(990) },
    ];
    await plan(seller, { kind: "by_weight", steps });
    const offer = await weighed(seller, "HALF-KILO");
    const freight = async (quantity: number) => (await placedOrder(market, company, { lines: [{ offer, quantity }] })).snapshot.freight.net;

    expect([await freight(2), await freight(3), await freight(10)]).toEqual([490, 990, 990]);
  });

  it("per unit rises with the units, and can have a tax of its own", async () => {
    const seller = await market.seller();
    const id = await plan(seller, { kind: "per_unit", amount: eur(25), tax_category: "carriage" });
    const { id: offer } = await seller.offer({ price: 1_000 });

    const { snapshot, net, tax } = await placedOrder(market, company, { lines: [{ offer, quantity: 4 }] });

    // 4,000 at 19 % and 100 at 10 %.
    expect([net, tax]).toEqual([4_100, 770]);
    expect(snapshot.freight).toEqual({
      ...{ net: 100, kind: "per_unit", plan: id, parts: [{ category: "carriage", code: "S", rate_ppm: 100_000, net: 100 }] },
    });
  });

  it("is free from the plan's value on, and asks for no tax then", async () => {
    const seller = await market.seller();
    await plan(seller, { kind: "flat", amount: eur(500), free_from: eur(2_000), tax_category: "not in the table" });
    const { id: offer } = await seller.offer({ price: 1_000 });

    const free = await placedOrder(market, company, { lines: [{ offer, quantity: 2 }] });
    const below = await sendPlacing(company, { lines: [{ offer, quantity: 1 }] });

    expect(free.snapshot.freight).toMatchObject({ net: 0, parts: [] });
    expect([below.status, jsonOf(below)]).toMatchObject([
      422,
      { code: "tax-not-supported", reason: "no_rate", tax_category: "not in the table" },
    ]);
  });

  it("is that of a plan that names the country before one that holds everywhere", async () => {
    const seller = await market.seller();
    const everywhere = await plan(seller, { kind: "flat", amount: eur(500) });
    const home = await plan(seller, { kind: "flat", amount: eur(700), countries: ["AT", "DE"] });
    const { id: offer } = await seller.offer({ price: 1_000 });
    const chosen = async () => (await placedOrder(market, company, { lines: [{ offer, quantity: 1 }] })).snapshot.freight.plan;

    const before = await chosen();
    await seller.post(`${plans}/${home}/retire`, {});

    expect([before, await chosen()]).toEqual([home, everywhere]);
  });

  it("is of each order by its own seller's plans, and a preview says it", async () => {
    const [one, two, without] = await Promise.all([market.seller(), market.seller(), market.seller()]);
    await plan(one, { kind: "flat", amount: eur(500) });
    await plan(two, { kind: "per_unit", amount: eur(10) });
    await plan(without, { kind: "flat", currency: "SEK", amount: { amount: 1, currency: "SEK" } });
    const offers = await Promise.all([one.offer(), two.offer(), without.offer()]);

    const preview = await company.post(
      "/v1/buyer/checkouts/preview",
      placingOf({ lines: offers.map(({ id }) => ({ offer: id, quantity: 2 })) }),
    );

    expect(preview).toMatchObject({ orders: [{ freight: eur(500) }, { freight: eur(20) }, { freight: eur(0) }] });
  });

  it("of what was placed stays when the plan changes or is retired", async () => {
    const seller = await market.seller();
    const id = await plan(seller, { kind: "flat", amount: eur(500) });
    const { id: offer } = await seller.offer({ price: 1_000 });
    const lines = [{ offer, quantity: 1 }];
    const first = await placedOrder(market, company, { lines });
    expect((await seller.send("PUT", `${plans}/${id}`, { name: "Dearer", amount: eur(600) })).status).toBe(200);
    const second = await placedOrder(market, company, { lines });
    await seller.post(`${plans}/${id}/retire`, {});
    const third = await placedOrder(market, company, { lines });

    const shown = await Promise.all(
      [first, second, third].map(async ({ order }) => (await company.get<{ freight: unknown }>(`/v1/buyer/orders/${order}`)).freight),
    );

    expect(shown).toEqual([eur(500), eur(600), eur(0)]);
  });

  it("that no plan prices is refused with the seller and the reason, and nothing is placed", async () => {
    const [near, scales] = await Promise.all([market.seller(), market.seller()]);
    await plan(near, { kind: "flat", amount: eur(500), countries: ["AT"] });
    await plan(scales, { kind: "by_weight", steps: [{ up_to_grams: 5_000, amount: eur(990) }] });
    const [offer, unknown] = await Promise.all([near.offer(), scales.offer()]);
    const heavy = await weighed(scales, "TON");
    const asked = [offer.id, unknown.id, heavy];

    const answers = await Promise.all(asked.map((each) => sendPlacing(company, { lines: [{ offer: each, quantity: 1 }] })));

    const refused = { code: "freight-not-available", delivery_country: "DE", currency: "EUR" };
    expect(answers.map(({ status }) => status)).toEqual([409, 409, 409]);
    expect(answers.map((answer) => jsonOf(answer))).toMatchObject([
      { ...refused, reason: "not_delivered_there", seller: near.id },
      { ...refused, reason: "weight_unknown", seller: scales.id },
      { ...refused, reason: "too_heavy", seller: scales.id, grams: 1_000_000, up_to_grams: 5_000 },
    ]);
    expect(await market.stock(offer)).toMatchObject({ reserved: 0 });
  });

  it("leaves a market in which doctor finds nothing", async () => {
    expect((await market.doctor()).violations).toEqual([]);
  });
});
