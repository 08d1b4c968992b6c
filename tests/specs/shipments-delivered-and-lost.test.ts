import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { type Company, type Offer, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { orderTold } from "./order-stories.ts";
import { type ShipmentRead, type Shipping, shippingOf } from "./shipment-stories.ts";

let market: OwnMarket;
let seller: Seller;
let company: Company;
let shipping: Shipping;
beforeAll(async () => {
  market = await openMarket();
  [seller, company] = await Promise.all([market.seller(), market.company()]);
  shipping = shippingOf(market, seller, company);
});
afterAll(() => market?.close());

const stateOf = async (order: string) => (await shipping.order(order)).state;

/** An order of one unit for each parcel, all of them on their way. */
async function sent(parcels: number): Promise<{ order: string; offers: readonly Offer[]; ids: readonly string[] }> {
  const { order, offers } = await shipping.accepted(parcels);
  const ids: string[] = [];
  for (let count = 0; count < parcels; count += 1) ids.push((await shipping.shipped(order, [[1, 1]])).id);
  return { order, offers, ids };
}

async function lost(more: { units?: number } = {}): Promise<{ order: string; offer: Offer; id: string }> {
  const [offer] = await seller.offers([{ price: 1_000, units: more.units ?? 10 }]);
  const order = await shipping.ordered([offer!], [1]);
  const { id } = await shipping.shipped(order, [[1, 1]]);
  await shipping.done("seller", id, "lose", { reason: "not seen for ten days" });
  return { order, offer: offer!, id };
}

describe("Delivering", () => {
  test.each(["seller", "buyer", "operator"] as const)(
    "is said by the %s; with the last parcel the order is delivered",
    async (audience) => {
      const { order, ids } = await sent(2);
      const [first, last] = ids;
      expect(await shipping.done(audience, first!, "deliver")).toMatchObject({ state: "delivered", version: 3, allowed_actions: [] });
      expect(await stateOf(order)).toBe("shipped");
      await shipping.done(audience, last!, "deliver");
      expect(await shipping.order(order)).toMatchObject({ state: "delivered", allowed_actions: [] });
      const by = audience === "buyer" ? "company" : audience;
      expect((await shipping.order(order)).history.at(-1)).toMatchObject({ to: "delivered", by, cause: `${by}_said_delivered` });
      expect((await orderTold(company, "buyer", last!, 3)).at(-1)).toBe("shipment.delivered");
    },
  );

  test("takes the moment it arrived: not before it was shipped, and not in the future", async () => {
    const { ids } = await sent(1);
    const shippedAt = (await shipping.shipment(ids[0]!)).shipped_at ?? "";
    const moved = (millis: number) => new Date(Date.parse(shippedAt) + millis).toISOString();
    for (const [moment, detail] of [
      [moved(-1), "is before it was shipped"],
      [moved(3_600_000), "is in the future"],
    ]) {
      const answer = await shipping.send("buyer", ids[0]!, "deliver", { delivered_at: moment });
      expect({ status: answer.status, body: jsonOf(answer) }).toMatchObject({
        ...{
          status: 422,
          body: { code: "delivered-at-out-of-bounds", errors: [{ pointer: "/delivered_at", detail }], earliest: shippedAt },
        },
      });
    }
    expect(codeOf(await shipping.send("buyer", ids[0]!, "deliver", { delivered_at: "2026-02-30T00:00:00Z" }))).toBe("request-invalid");
    expect((await shipping.done("buyer", ids[0]!, "deliver", { delivered_at: shippedAt })).delivered_at).toBe(shippedAt);
  });

  test("twice is refused to whoever comes second", async () => {
    const { ids } = await sent(1);
    await shipping.done("seller", ids[0]!, "deliver");
    expect(jsonOf(await shipping.send("buyer", ids[0]!, "deliver"))).toMatchObject({
      code: "state-conflict",
      state: "delivered",
      allowed: [],
    });
  });

  test("of somebody else's parcel is refused as of one that never was", async () => {
    const { ids } = await sent(1);
    const [otherSeller, otherCompany] = await Promise.all([market.seller(), market.company()]);
    const bystanders = shippingOf(market, otherSeller, otherCompany);
    expect([
      (await bystanders.send("seller", ids[0]!, "deliver")).status,
      (await bystanders.send("buyer", ids[0]!, "deliver")).status,
    ]).toEqual([404, 404]);
  });
});

describe("Completing", () => {
  test("a delivered order is its company's word that nothing is sent back", async () => {
    const { order, ids } = await sent(1);
    const early = await company.send("POST", `/v1/buyer/orders/${order}/complete`, {});
    expect(jsonOf(early)).toMatchObject({ code: "state-conflict", state: "shipped" });
    await shipping.done("buyer", ids[0]!, "deliver");
    expect(await company.get(`/v1/buyer/orders/${order}`)).toMatchObject({ allowed_actions: ["complete"] });
    const completed = await company.post(`/v1/buyer/orders/${order}/complete`, {});
    expect(completed).toMatchObject({ state: "completed", allowed_actions: [] });
    expect((await orderTold(seller, "seller", order, 6)).at(-1)).toBe("order.completed");
  });
});

describe("A lost parcel", () => {
  test("keeps its order from being delivered until it is credited", async () => {
    const { order, ids } = await sent(2);
    await shipping.done("seller", ids[0]!, "lose", { reason: "van burnt" });
    await shipping.done("buyer", ids[1]!, "deliver");
    expect(await stateOf(order)).toBe("shipped");
    const credited = await shipping.done("seller", ids[0]!, "resolve", { how: "credit" });
    expect(credited).toMatchObject({ state: "lost", resolution: "credited", version: 4, allowed_actions: ["find"] });
    expect(await stateOf(order)).toBe("delivered");
    expect(jsonOf(await shipping.send("seller", ids[0]!, "resolve", { how: "credit" }))).toMatchObject({
      ...{ code: "state-conflict", state: "lost", allowed: ["find"] },
    });
  });

  test("is found by its seller or the operator; the company just says that it came", async () => {
    for (const [audience, verb] of [
      ["seller", "find"],
      ["operator", "find"],
      ["buyer", "deliver"],
    ] as const) {
      const { order, id } = await lost();
      expect(await shipping.done(audience, id, verb)).toMatchObject({ state: "delivered" });
      expect((await shipping.shipment(id)).history.at(-1)).toMatchObject({ event: "find" });
      expect(await stateOf(order)).toBe("delivered");
    }
  });

  test("is replaced by a parcel that is reserved and finalized anew, while the order's numbers stay", async () => {
    const { order, offer, id } = await lost();
    expect(await market.stock(offer)).toEqual({ onHand: 9, reserved: 0 });
    const before = await shipping.order(order);
    const anew = await shipping.done("seller", id, "resolve", { how: "replace" });
    expect(anew).toMatchObject({ state: "packed", replaces: id, number: 2, lines: [{ line_number: 1, quantity: 1, net: null }] });
    expect(await shipping.shipment(id)).toMatchObject({ state: "lost", resolution: "replaced" });
    expect(await market.stock(offer)).toEqual({ onHand: 9, reserved: 1 });
    await shipping.done("seller", anew.id, "ship", { tracking: "T-2" });
    expect(await market.stock(offer)).toEqual({ onHand: 8, reserved: 0 });
    const now = await shipping.order(order);
    expect([now.version, now.lines, now.state]).toEqual([before.version, before.lines, "shipped"]);
    expect((await shipping.shipment(anew.id)).lines).toMatchObject([{ net: null }]);
    await shipping.done("buyer", anew.id, "deliver");
    expect(await stateOf(order)).toBe("delivered");
    expect(await orderTold(company, "buyer", id, 4)).toEqual(["shipment.packed", "shipment.shipped", "shipment.lost", "shipment.replaced"]);
  });

  test("is replaced from another location in the country the order is dispatched from, and from no other country", async () => {
    const { offer, id } = await lost();
    const { id: near } = await seller.post<{ id: string }>("/v1/seller/locations", { name: `Near ${id}`, country: "DE" });
    const { id: far } = await seller.post<{ id: string }>("/v1/seller/locations", { name: `Far ${id}`, country: "AT" });
    const lines = [near, far].map((location) => ({ offer: offer.id, location, quantity: 3 }));
    await seller.post("/v1/seller/stock/receipts", { lines });
    expect(jsonOf(await shipping.send("seller", id, "resolve", { how: "replace", location: far }))).toMatchObject({
      ...{ code: "dispatch-country-differs", dispatch_country: "DE", location_country: "AT" },
    });
    const other = await market.seller();
    expect(jsonOf(await shipping.send("seller", id, "resolve", { how: "replace", location: other.location }))).toMatchObject({
      ...{ code: "unknown-reference", errors: [{ pointer: "/location" }] },
    });
    expect(await shipping.done("seller", id, "resolve", { how: "replace", location: near })).toMatchObject({ location: near });
  });

  test("is not replaced by what is not there, nor credited from somewhere", async () => {
    const { offer, id } = await lost({ units: 1 });
    expect(jsonOf(await shipping.send("seller", id, "resolve", { how: "replace" }))).toMatchObject({
      ...{ code: "stock-short", lines: [{ offer: offer.id, requested: 1, available: 0 }] },
    });
    expect(jsonOf(await shipping.send("seller", id, "resolve", { how: "credit", location: seller.location }))).toMatchObject({
      ...{ code: "request-invalid", errors: [{ pointer: "/location" }] },
    });
  });

  test("is to be dealt with anew when the parcel in its place is cancelled, and what was reserved for that is free", async () => {
    const { offer, id } = await lost();
    const anew = await shipping.done("seller", id, "resolve", { how: "replace" });
    expect(await shipping.done("seller", anew.id, "cancel", { reason: "damaged" })).toMatchObject({ state: "cancelled" });
    expect(await market.stock(offer)).toEqual({ onHand: 9, reserved: 0 });
    expect(await shipping.shipment(id)).toMatchObject({ state: "lost", resolution: null, allowed_actions: ["find", "resolve"] });
    expect((await orderTold(company, "buyer", id, 5)).at(-1)).toBe("shipment.reopened");
    expect((await shipping.done("seller", id, "resolve", { how: "replace" })).number).toBe(3);
  });

  test("that is found while another is packed in its place leaves that to be cancelled", async () => {
    const { order, id } = await lost();
    const anew = await shipping.done("seller", id, "resolve", { how: "replace" });
    await shipping.done("seller", id, "find");
    expect(await stateOf(order)).toBe("shipped");
    await shipping.done("seller", anew.id, "cancel", { reason: "the first one came" });
    expect(await shipping.shipment(id)).toMatchObject({ state: "delivered", resolution: "replaced" });
    expect(await stateOf(order)).toBe("delivered");
  });

  test("whose replacement is lost too is dealt with like the first", async () => {
    const { order, id } = await lost();
    const second = await shipping.done("seller", id, "resolve", { how: "replace" });
    await shipping.done("seller", second.id, "ship");
    await shipping.done("operator", second.id, "lose", { reason: "again" });
    const third = await shipping.done("seller", second.id, "resolve", { how: "replace" });
    await shipping.done("seller", third.id, "ship");
    expect(await stateOf(order)).toBe("shipped");
    await shipping.done("buyer", third.id, "deliver");
    expect(await stateOf(order)).toBe("delivered");
  });

  test("is not replaced while its order is on hold, but may be credited", async () => {
    const { order, id } = await lost();
    await market.operator.post("/v1/operator/holds", { order, reason: "Under dispute", look_again_on: "2026-11-25" });
    expect(codeOf(await shipping.send("seller", id, "resolve", { how: "replace" }))).toBe("on-hold");
    expect(await shipping.done("seller", id, "resolve", { how: "credit" })).toMatchObject({ resolution: "credited" });
  });
});

describe("A refused parcel", () => {
  test("is credited at once, so its order is delivered; the goods come back later: on sale again or scrapped", async () => {
    const offers = await seller.offers([{ units: 5 }, { units: 5 }]);
    const order = await shipping.ordered(offers, [3, 2]);
    const { id } = await shipping.shipped(order, [
      [1, 3],
      [2, 2],
    ]);
    const refused = await shipping.done("buyer", id, "refuse", { reason: "box is open" });
    expect(refused).toMatchObject({ state: "refused", resolution: "credited", allowed_actions: [] });
    expect(await stateOf(order)).toBe("delivered");
    const back = (lines: readonly object[]) => shipping.send("seller", id, "take-back", { lines });
    expect(jsonOf(await back([{ line_number: 1, restock: 2, scrap: 2 }]))).toMatchObject({
      ...{ code: "units-not-in-shipment", lines: [{ line_number: 1, pointer: "/lines/0", requested: 4, shipped: 3 }] },
    });
    expect(jsonOf(await back([{ line_number: 3, restock: 1, scrap: 0 }]))).toMatchObject({
      ...{ code: "unknown-reference", errors: [{ pointer: "/lines/0/line_number" }] },
    });
    const twice = await back([
      { line_number: 1, restock: 1, scrap: 1 },
      { line_number: 2, restock: 0, scrap: 1 },
      { line_number: 1, restock: 1, scrap: 0 },
    ]);
    expect([twice.status, jsonOf<{ errors: object[] }>(twice).errors]).toEqual([
      400,
      [{ pointer: "/lines/2/line_number", detail: "is given twice" }],
    ]);
    const returned = jsonOf<ShipmentRead>(
      await back([
        { line_number: 1, restock: 2, scrap: 1 },
        { line_number: 2, restock: 0, scrap: 1 },
      ]),
    );
    expect(returned).toMatchObject({
      state: "returned_to_seller",
      lines: [
        { restocked: 2, scrapped: 1 },
        { restocked: 0, scrapped: 1 },
      ],
    });
    expect(await Promise.all(offers.map((offer) => market.stock(offer)))).toEqual([
      { onHand: 4, reserved: 0 },
      { onHand: 3, reserved: 0 },
    ]);
    expect(codeOf(await back([{ line_number: 1, restock: 1, scrap: 0 }]))).toBe("state-conflict");
  });

  test("of which nothing comes back is written off", async () => {
    const { ids, offers } = await sent(1);
    await shipping.done("seller", ids[0]!, "refuse", { reason: "nobody there" });
    const gone = await shipping.done("seller", ids[0]!, "write-off", { reason: "the carrier has it no more" });
    expect(gone).toMatchObject({ state: "written_off", resolution: "credited", allowed_actions: [] });
    expect(gone.history.at(-1)).toMatchObject({ event: "write_off", cause: "seller_wrote_off: the carrier has it no more" });
    expect(await market.stock(offers[0]!)).toEqual({ onHand: 0, reserved: 0 });
  });

  test("brings no stock level beyond its bound", async () => {
    const { offer, id } = await lostToRefused();
    const most = 1_000_000_000;
    const { onHand } = await market.stock(offer);
    await seller.post("/v1/seller/stock/receipts", { lines: [{ offer: offer.id, location: offer.location, quantity: most - onHand }] });
    const lines = [{ line_number: 1, restock: 1, scrap: 0 }];
    expect(jsonOf(await shipping.send("seller", id, "take-back", { lines }))).toMatchObject({ code: "stock-above-bound", bound: most });
    expect(await shipping.done("seller", id, "take-back", { lines: [{ line_number: 1, restock: 0, scrap: 1 }] })).toMatchObject({
      ...{ state: "returned_to_seller" },
    });
  });

  async function lostToRefused() {
    const [offer] = await seller.offers([{ units: 10 }]);
    const order = await shipping.ordered([offer!], [1]);
    const { id } = await shipping.shipped(order, [[1, 1]]);
    await shipping.done("buyer", id, "refuse", { reason: "too late" });
    return { offer: offer!, id };
  }
});

describe("The list of shipments", () => {
  type Items = { items: readonly { id: string; allowed_actions: readonly string[]; location?: string }[]; next_cursor: string | null };

  test("is filtered by state, order and the moment of shipping, page by page, and shows each audience its own", async () => {
    const { order, ids } = await sent(3);
    const { id: packed } = await shipping.packed((await shipping.accepted(1)).order, [[1, 1]]);
    await shipping.done("buyer", ids[2]!, "deliver");
    const list = (audience: "seller" | "buyer" | "operator", query: string) => {
      const caller = { seller, buyer: company, operator: market.operator }[audience];
      return caller.get<Items>(`/v1/${audience}/shipments?${query}`);
    };
    for (const audience of ["seller", "buyer", "operator"] as const) {
      expect((await list(audience, `order=${order}`)).items.map(({ id }) => id)).toEqual(ids.toReversed());
      expect((await list(audience, `order=${order}&state=shipped`)).items.map(({ id }) => id)).toEqual([ids[1], ids[0]]);
      expect((await list(audience, "state=packed&state=delivered&limit=200")).items.map(({ id }) => id)).toEqual(
        expect.arrayContaining([packed, ids[2]]),
      );
      const first = await list(audience, `order=${order}&limit=2`);
      expect((await list(audience, `order=${order}&limit=2&cursor=${first.next_cursor}`)).items.map(({ id }) => id)).toEqual([ids[0]]);
      const from = (await shipping.shipment(ids[1]!)).shipped_at ?? "";
      expect((await list(audience, `order=${order}&shipped_from=${from}`)).items.map(({ id }) => id)).not.toContain(ids[0]);
      expect((await list(audience, `order=${order}&shipped_before=${from}`)).items.map(({ id }) => id)).toEqual([ids[0]]);
      expect((await list(audience, `state=packed&shipped_before=${from}`)).items).toEqual([]);
      const [shown] = (await list(audience, `order=${order}&state=shipped`)).items;
      expect(shown?.allowed_actions).toEqual(
        { seller: ["deliver", "lose", "refuse"], buyer: ["deliver", "refuse"], operator: ["deliver", "lose"] }[audience],
      );
      expect(shown?.location).toBe(audience === "buyer" ? undefined : seller.location);
    }
    const [otherSeller, otherCompany] = await Promise.all([market.seller(), market.company()]);
    expect((await otherSeller.get<Items>(`/v1/seller/shipments?order=${order}`)).items).toEqual([]);
    expect((await otherCompany.get<Items>(`/v1/buyer/shipments?order=${order}`)).items).toEqual([]);
  });
});

describe("The timeline of an order", () => {
  test("tells in one list what happened to it, its parcels, cancellations, questions and holds, alike to all", async () => {
    const { order } = await shipping.accepted(3);
    const parcel = await shipping.shipped(order, [[1, 1]]);
    const hold = await market.operator.post<{ id: string }>("/v1/operator/holds", {
      ...{ order, reason: "Address to be confirmed", look_again_on: "2026-11-25" },
    });
    await market.operator.post(`/v1/operator/holds/${hold.id}/release`, { reason: "It is right" });
    await company.post(`/v1/buyer/orders/${order}/cancel`, { reason: "built without", lines: [{ line_number: 1, quantity: 1 }] });
    await seller.post(`/v1/seller/orders/${order}/cancel`, { reason: "sold out", lines: [{ line_number: 1, quantity: 1 }] });
    const { timeline } = await shipping.order(order);
    expect(timeline.map(({ subject, event, by }) => `${subject.slice(0, 3)} ${event} ${by}`)).toEqual([
      "ord place company",
      "ord accept seller",
      "ord ship_part seller",
      "shp pack seller",
      "shp ship seller",
      "hld place operator",
      "hld release operator",
      "orq ask company",
      "can cancel_units seller",
    ]);
    expect(timeline.at(-1)).toMatchObject({ cause: "seller_cancelled: sold out", amount: { amount: 1190 } });
    await shipping.done("buyer", parcel.id, "deliver");
    const seen = await Promise.all([
      shipping.order(order),
      company.get<{ timeline: object[] }>(`/v1/buyer/orders/${order}`),
      market.operator.get<{ timeline: object[] }>(`/v1/operator/orders/${order}`),
    ]);
    expect(new Set(seen.map((each) => JSON.stringify(each.timeline))).size).toBe(1);
    expect(JSON.stringify(seen)).not.toMatch(/key_|per_/);
  });
});

test("All of this leaves a market in which doctor finds nothing", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
