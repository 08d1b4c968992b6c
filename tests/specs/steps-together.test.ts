import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { orderTold } from "./order-stories.ts";
import { type Shipping, shippingOf } from "./shipment-stories.ts";

let market: OwnMarket;
let seller: Seller;
let company: Company;
let shipping: Shipping;
beforeAll(async () => {
  market = await openMarket({ wire: true });
  [seller, company] = await Promise.all([market.seller(), market.company()]);
  shipping = shippingOf(market, seller, company);
});
afterAll(() => market?.close());

type Result = {
  readonly index: number;
  readonly ok: boolean;
  readonly order?: string;
  readonly order_state?: string;
  readonly shipment?: string;
  readonly state?: string;
  readonly version?: number;
  readonly code?: string;
};
type Results = { readonly results: readonly Result[] };

const accept = (orders: readonly string[]) => seller.post<Results>("/v1/seller/orders/accept", { orders });
const ship = (shipments: readonly object[]) => seller.post<Results>("/v1/seller/shipments/ship", { shipments });
const deliver = (shipments: readonly object[]) => seller.post<Results>("/v1/seller/shipments/deliver", { shipments });
const short = ({ results }: Results) => results.map(({ ok, code, state }) => (ok ? state : code));
/** Confirmed orders of one line each, on offers of their own. */
async function confirmed(count: number, units = 2): Promise<string[]> {
  const offers = await seller.offers(Array.from({ length: count }, () => ({ price: 1_000, units: 10 })));
  const orders: string[] = [];
  for (const offer of offers) orders.push(await shipping.confirmed([offer], [units]));
  return orders;
}

describe("Many orders of a seller", () => {
  test("are accepted, shipped and delivered in three requests, each told of as if it were alone", async () => {
    const orders = await confirmed(3);
    const accepted = await accept(orders);
    expect(accepted.results).toEqual(orders.map((order, index) => ({ index, ok: true, order, state: "accepted", version: 2 })));

    const shipped = await ship(orders.map((order) => ({ order, location: seller.location, carrier: "DHL" })));
    expect(shipped.results).toMatchObject(
      orders.map((order, index) => ({ index, ok: true, order, order_state: "shipped", state: "shipped" })),
    );
    const parcels = shipped.results.map(({ shipment = "" }) => shipment);
    expect(await shipping.shipment(parcels[0] ?? "")).toMatchObject({ state: "shipped", carrier: "DHL", lines: [{ quantity: 2 }] });

    const delivered = await deliver(parcels.map((shipment) => ({ shipment })));
    expect(delivered.results).toMatchObject(parcels.map((shipment, index) => ({ index, ok: true, shipment, state: "delivered" })));
    for (const order of orders) {
      expect(await shipping.order(order)).toMatchObject({ state: "delivered" });
      expect(await orderTold(company, "buyer", order, 5)).toEqual([
        ...["order.confirmed", "order.accepted", "order.units_packed", "order.shipped", "order.delivered"],
      ]);
    }
  });

  test("are judged each on its own: those that are refused take nothing and stop none", async () => {
    const [first = "", second = "", third = ""] = await confirmed(3);
    const foreign = (await market.seller()).id.replace(/^sel/, "ord");
    expect(short(await accept([first, foreign, second]))).toEqual(["accepted", "not-found", "accepted"]);
    expect(short(await accept([first, third]))).toEqual(["state-conflict", "accepted"]);
    const hold = await market.operator.post<{ id: string }>("/v1/operator/holds", {
      ...{ order: third, reason: "look at it", look_again_on: "2030-01-01" },
    });
    const row = (order: string, more: object = {}) => ({ order, location: seller.location, ...more });
    const results = await ship([
      row(first, { lines: [{ line_number: 1, quantity: 1 }] }),
      row(second, { lines: [{ line_number: 2, quantity: 1 }] }),
      row(third),
      row(foreign),
    ]);
    expect(short(results)).toEqual(["shipped", "unknown-reference", "on-hold", "not-found"]);
    expect(results.results[0]).toMatchObject({ order_state: "partially_shipped" });
    expect(await shipping.order(second)).toMatchObject({ state: "accepted", version: 2 });
    await market.operator.post(`/v1/operator/holds/${hold.id}/release`, { reason: "looked at" });
    expect(short(await ship([row(first), row(second), row(third)]))).toEqual(["shipped", "shipped", "shipped"]);
    expect(short(await ship([row(first)]))).toEqual(["state-conflict"]);
  });

  test("leave at the tax of the day: one whose rate is missing stays behind alone, and leaves once there is one", async () => {
    const rates = "/v1/operator/tax-rates";
    const [clock] = await market.database.owner<{ day: string }>("select (stoa_now() at time zone 'UTC')::date::text as day");
    const today = clock?.day ?? "";
    const enter = (category: string, rate_ppm: number, valid_from: string) =>
      market.operator.post<{ id: string }>(rates, { country: "DE", category, code: "S", rate_ppm, valid_from });
    const categories = ["ends", "falls", "doubles"];
    const begun = [];
    for (const category of categories) begun.push(await enter(category, 190_000, "2020-01-01"));
    const prices = [1_000, 1_000, 7_500_000_000_000_000, 1_000];
    const offers = await seller.offers(
      // What the market's helper knows of is the rates that every market begins with.
      prices.map((price, index) => ({ price, units: 4, taxCategory: (categories[index] ?? "standard") as "standard" })),
    );
    const [rich, orders] = [await market.company({ credit: Number.MAX_SAFE_INTEGER }), [] as string[]];
    for (const offer of offers) {
      const of = offer === offers[2] ? { company: rich, units: 1 } : { company, units: 2 };
      orders.push(await shippingOf(market, seller, of.company).confirmed([offer], [of.units]));
    }
    await accept(orders);
    for (const { id } of begun) await market.operator.post(`${rates}/${id}/end`, { valid_until: today });
    await enter("falls", 160_000, today);
    await enter("doubles", 380_000, today);
    const row = (order: string) => ({ order, location: seller.location });
    const [ended = ""] = orders;

    expect(short(await ship(orders.map(row)))).toEqual(["tax-rate-missing", "shipped", "amount-too-large", "shipped"]);

    expect(await shipping.order(ended)).toMatchObject({ state: "accepted", version: 2 });
    expect(await shipping.order(orders[1] ?? "")).toMatchObject({ state: "shipped", amended: { amount: -60 } });
    expect(await shipping.order(orders[2] ?? "")).toMatchObject({ state: "accepted", version: 2 });
    expect(await shipping.order(orders[3] ?? "")).toMatchObject({ state: "shipped", amended: { amount: 0 } });
    await enter("ends", 160_000, today);
    expect(short(await ship([row(ended)]))).toEqual(["shipped"]);
    expect(await shipping.order(ended)).toMatchObject({ state: "shipped", amended: { amount: -60 } });
  });

  test("that share goods leave as far as the goods and the older ones' promises go", async () => {
    const [offer] = await seller.offers([{ units: 5 }]);
    const orders: string[] = [];
    for (const quantity of [2, 2, 1]) orders.push(await shipping.confirmed([offer!], [quantity]));
    await accept(orders);
    const row = (order: string) => ({ order, location: seller.location });
    // All of them at once, the newest first: there is enough for all.
    expect(short(await ship(orders.toReversed().map(row)))).toEqual(["shipped", "shipped", "shipped"]);
    expect(await market.stock(offer!)).toEqual({ onHand: 0, reserved: 0 });

    const [late] = await seller.offers([{ units: 3 }]);
    await seller.post("/v1/seller/stock/limits", {
      ...{ reason: "sold ahead", lines: [{ offer: late!.id, location: seller.location, backorder_limit: 5 }] },
    });
    const [older, newer] = [await shipping.confirmed([late!], [3]), await shipping.confirmed([late!], [2])];
    await accept([older, newer]);
    expect(short(await ship([row(newer), row(older)]))).toEqual(["promised-to-older", "shipped"]);
    expect(await market.stock(late!)).toEqual({ onHand: 0, reserved: 2 });
  });

  test("that are named twice are refused whole", async () => {
    const [order = ""] = await confirmed(1);
    const answer = await seller.send("POST", "/v1/seller/orders/accept", { orders: [order, order] });
    expect({ status: answer.status, body: jsonOf(answer) }).toMatchObject({
      ...{ status: 400, body: { code: "request-invalid", errors: [{ pointer: "/orders/1", detail: "is given twice" }] } },
    });
    expect(await shipping.order(order)).toMatchObject({ state: "confirmed" });
  });

  test("and whose repeat is the same answer, with no second parcel", async () => {
    const orders = await confirmed(2);
    await accept(orders);
    const body = { shipments: orders.map((order) => ({ order, location: seller.location })) };
    const ask = () => seller.send("POST", "/v1/seller/shipments/ship", body, { key: "once-and-again" });
    const [once, twice] = [await ask(), await ask()];
    expect(twice.body.equals(once.body)).toBe(true);
    expect(twice.headers["idempotent-replayed"]).toBe("true");
  });

  test("send as many statements for ten as for two", async () => {
    const counts: number[][] = [];
    for (const many of [2, 10]) {
      const orders = await confirmed(many);
      const ofThese = [await counted(() => accept(orders))];
      const rows = orders.map((order) => ({ order, location: seller.location }));
      let parcels: Results | undefined;
      ofThese.push(await counted(async () => (parcels = await ship(rows))));
      ofThese.push(await counted(() => deliver(parcels?.results.map(({ shipment }) => ({ shipment })) ?? [])));
      counts.push(ofThese);
    }
    expect(counts[1]).toEqual(counts[0]);
    expect(Math.max(...(counts[0] ?? []))).toBeLessThan(60);
  });

  test("leave a market in which doctor finds nothing", async () => {
    expect((await market.doctor()).violations).toEqual([]);
  });
});

/** How many statements a write sent on its connection. */
async function counted(write: () => Promise<unknown>): Promise<number> {
  const { wire } = market;
  if (wire === undefined) throw new Error("the market was opened with a wire");
  wire.forget();
  await write();
  const seen = wire.statements();
  const claims = seen.filter(({ sql }) => sql.includes("pg_try_advisory_xact_lock"));
  expect(claims).toHaveLength(1);
  return seen.filter(({ connection }) => connection === claims[0]?.connection).length;
}
