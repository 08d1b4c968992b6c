import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { orderTold, uuidOfWire } from "./order-stories.ts";
import { type Shipping, shippingOf } from "./shipment-stories.ts";

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

const unitsOf = async (order: string) =>
  (await shipping.order(order)).lines.map(({ quantity, packed, shipped, cancelled }) => ({ quantity, packed, shipped, cancelled }));
const limit = (offer: string, location: string, backorder_limit: number) =>
  seller.post("/v1/seller/stock/limits", { reason: "sold ahead", lines: [{ offer, location, backorder_limit }] });

describe("Packing", () => {
  test("promises units to a parcel: nobody can have them cancelled, and no stock moves", async () => {
    const { order, offers } = await shipping.accepted(5);
    const answer = await shipping.pack(order, [[1, 3]], { carrier: "DHL", tracking: "0034" });
    const parcel = jsonOf<{ id: string; version: number }>(answer);
    expect({ status: answer.status, etag: answer.headers["etag"] }).toEqual({ status: 201, etag: '"1"' });
    expect(parcel).toMatchObject({ number: 1, order, state: "packed", location: seller.location, carrier: "DHL", tracking: "0034" });
    expect(parcel).toMatchObject({
      shipped_at: null,
      lines: [{ line_number: 1, quantity: 3, net: null }],
      allowed_actions: ["ship", "cancel"],
    });
    expect(await unitsOf(order)).toEqual([{ quantity: 5, packed: 3, shipped: 0, cancelled: 0 }]);
    expect(await shipping.order(order)).toMatchObject({ state: "accepted", version: 3 });
    expect(await market.stock(offers[0]!)).toEqual({ onHand: 5, reserved: 5 });
    const cancelled = await seller.send("POST", `/v1/seller/orders/${order}/cancel`, {
      ...{ reason: "none left", lines: [{ line_number: 1, quantity: 3 }] },
    });
    expect({ status: cancelled.status, body: jsonOf(cancelled) }).toMatchObject({
      ...{ status: 409, body: { code: "units-packed", shipments: [parcel.id] } },
    });
    expect(await orderTold(company, "buyer", parcel.id, 1)).toEqual(["shipment.packed"]);
    expect(await orderTold(seller, "seller", order, 3)).toEqual(["order.confirmed", "order.accepted", "order.units_packed"]);
  });

  test("counts the parcels of an order; what is in one is not in another", async () => {
    const { order } = await shipping.accepted(4, 2);
    const [first, second] = [
      await shipping.packed(order, [[1, 1]]),
      await shipping.packed(order, [
        [1, 2],
        [2, 2],
      ]),
    ];
    expect([first.number, second.number]).toEqual([1, 2]);
    const beyond = await shipping.pack(order, [
      [1, 1],
      [1, 1],
    ]);
    expect(jsonOf(beyond)).toMatchObject({
      ...{ code: "units-not-open", lines: [{ line_number: 1, pointer: "/lines/0/quantity", requested: 2, open: 1 }] },
    });
    expect(await unitsOf(order)).toEqual([
      { quantity: 4, packed: 3, shipped: 0, cancelled: 0 },
      { quantity: 2, packed: 2, shipped: 0, cancelled: 0 },
    ]);
  });

  test("is refused before the order is accepted, with what its seller may do", async () => {
    const order = await shipping.confirmed([await seller.offer()], [1]);
    expect(jsonOf(await shipping.pack(order, [[1, 1]]))).toMatchObject({
      ...{ code: "state-conflict", state: "confirmed", allowed: ["accept", "reject", "cancel"] },
    });
  });

  test("is refused for lines that are not there and from where nothing is reserved", async () => {
    const { order } = await shipping.accepted(1);
    expect(
      jsonOf(
        await shipping.pack(order, [
          [1, 1],
          [2, 1],
        ]),
      ),
    ).toMatchObject({
      ...{ code: "unknown-reference", errors: [{ pointer: "/lines/1/line_number" }] },
    });
    const { id: elsewhere } = await seller.post<{ id: string }>("/v1/seller/locations", { name: "Elsewhere", country: "DE" });
    expect(jsonOf(await shipping.pack(order, [[1, 1]], { location: elsewhere }))).toMatchObject({
      ...{ code: "unknown-reference", errors: [{ pointer: "/location" }] },
    });
  });

  test("is refused of somebody else's order as of one that never was", async () => {
    const { order } = await shipping.accepted(1);
    const other = await market.seller();
    const body = { location: other.location, lines: [{ line_number: 1, quantity: 1 }] };
    const answer = await other.send("POST", `/v1/seller/orders/${order}/shipments`, body);
    expect([answer.status, codeOf(answer)]).toEqual([404, "not-found"]);
  });

  test("is refused with a reason to force what is not shipped at once", async () => {
    const { order } = await shipping.accepted(1);
    const answer = await shipping.pack(order, [[1, 1]], { force: { reason: "first come" } });
    expect({ status: answer.status, body: jsonOf(answer) }).toMatchObject({
      ...{ status: 400, body: { code: "request-invalid", errors: [{ pointer: "/force" }] } },
    });
  });

  test("judges If-Match on the order", async () => {
    const { order } = await shipping.accepted(1);
    const body = { location: seller.location, lines: [{ line_number: 1, quantity: 1 }] };
    const path = `/v1/seller/orders/${order}/shipments`;
    const stale = await seller.send("POST", path, body, { headers: { "if-match": '"1"' } });
    expect([codeOf(stale), jsonOf(stale)["current_version"]]).toEqual(["version-stale", 2]);
    expect((await seller.send("POST", path, body, { headers: { "if-match": '"2"' } })).status).toBe(201);
  });

  test("and shipping are refused while the order is on hold, with the reason", async () => {
    const { order } = await shipping.accepted(2);
    const parcel = await shipping.packed(order, [[1, 1]]);
    const hold = await market.operator.post<{ id: string }>("/v1/operator/holds", {
      ...{ order, reason: "Address to be confirmed", look_again_on: "2026-11-25" },
    });
    const stops = [{ subject: "order", kind: "hold", reason: "Address to be confirmed" }];
    expect(jsonOf(await shipping.pack(order, [[1, 1]]))).toMatchObject({ code: "on-hold", stops });
    expect(jsonOf(await shipping.send("seller", parcel.id, "ship"))).toMatchObject({ code: "on-hold", stops });
    await market.operator.post(`/v1/operator/holds/${hold.id}/release`, { reason: "It is right" });
    expect((await shipping.done("seller", parcel.id, "ship")).state).toBe("shipped");
  });

  test("is refused when the order has had as many parcels as it may have", async () => {
    const { order } = await shipping.accepted(2);
    const parcel = await shipping.packed(order, [[1, 1]]);
    // Nobody renumbers a parcel; ten thousand of them would take a while.
    await market.database.owner("alter table shipments disable trigger user");
    await market.database.owner("update shipments set number = 10000 where shipment_id = $1", [uuidOfWire(parcel.id)]);
    await market.database.owner("alter table shipments enable trigger user");
    expect(jsonOf(await shipping.pack(order, [[1, 1]]))).toMatchObject({ code: "too-many-shipments", most: 10_000 });
  });
});

describe("Shipping", () => {
  test("takes the goods out of stock part by part: the order is partially shipped, then shipped, and its parts add up to it", async () => {
    const offers = await seller.offers([{ price: 333, units: 10 }]);
    const order = await shipping.ordered(offers, [3]);
    const first = await shipping.packed(order, [[1, 1]]);
    const sent = await shipping.done("seller", first.id, "ship", { carrier: "GLS", tracking: "T-1" });
    expect(sent).toMatchObject({ state: "shipped", version: 2, carrier: "GLS", tracking: "T-1", lines: [{ net: { amount: 333 } }] });
    expect(sent.allowed_actions).toEqual(["deliver", "lose", "refuse"]);
    expect(await shipping.order(order)).toMatchObject({ state: "partially_shipped", lines: [{ packed: 0, shipped: 1 }] });
    expect(await market.stock(offers[0]!)).toEqual({ onHand: 9, reserved: 2 });
    const rest = await shipping.shipped(order, [[1, 2]]);
    expect(rest).toMatchObject({ state: "shipped", version: 2, number: 2, lines: [{ net: { amount: 666 } }] });
    expect(await shipping.order(order)).toMatchObject({ state: "shipped", lines: [{ packed: 0, shipped: 3 }] });
    expect(await market.stock(offers[0]!)).toEqual({ onHand: 7, reserved: 0 });
    const told = [
      "order.confirmed",
      "order.accepted",
      "order.units_packed",
      "order.partially_shipped",
      "order.units_packed",
      "order.shipped",
    ];
    expect(await orderTold(company, "buyer", order, 6)).toEqual(told);
    expect(await orderTold(company, "buyer", rest.id, 2)).toEqual(["shipment.packed", "shipment.shipped"]);
    expect((await shipping.shipment(rest.id, "buyer")).location).toBeUndefined();
  });

  test("of a further part leaves the order partially shipped and tells of its units", async () => {
    const { order } = await shipping.accepted(3);
    for (const count of [1, 2]) await shipping.shipped(order, [[1, 1]], { tracking: `T-${count}` });
    expect((await shipping.order(order)).state).toBe("partially_shipped");
    expect((await orderTold(seller, "seller", order, 6)).at(-1)).toBe("order.units_shipped");
  });

  test("of everything at once goes from accepted to shipped", async () => {
    const { order } = await shipping.accepted(2, 1);
    const parcel = await shipping.shipped(order, [
      [1, 2],
      [2, 1],
    ]);
    expect(parcel.history.map(({ event }) => event)).toEqual(["pack", "ship"]);
    expect((await shipping.order(order)).history.map(({ to }) => to)).toEqual(["confirmed", "accepted", "shipped"]);
  });

  test("charges whole freight with the first parcel", async () => {
    const freighted = await market.seller();
    const plan = { name: "Parcel", kind: "flat", currency: "EUR", amount: { amount: 590, currency: "EUR" } };
    await freighted.post("/v1/seller/freight-plans", plan);
    const own = shippingOf(market, freighted, company);
    const { order } = await own.accepted(2);
    await own.shipped(order, [[1, 1]]);
    const charged = () =>
      market.database.owner<{ charged: string; shipped_net: string }>(
        `select f.charged, g.shipped_net from order_freight f join order_tax_groups g using (seller_id, order_id, tax_category, tax_rate_ppm)
         where order_id = $1`,
        [uuidOfWire(order)],
      );
    expect((await charged()).map(({ charged: freight, shipped_net }) => [freight, shipped_net])).toEqual([["590", "1590"]]);
    await own.shipped(order, [[1, 1]]);
    expect((await charged()).map(({ charged: freight, shipped_net }) => [freight, shipped_net])).toEqual([["590", "2590"]]);
  });

  test("is refused for goods that are not on hand, and passes when they come", async () => {
    const [offer] = await seller.offers([{ units: 1 }]);
    await limit(offer!.id, seller.location, 5);
    const order = await shipping.ordered([offer!], [3]);
    const parcel = await shipping.packed(order, [[1, 3]]);
    expect(jsonOf(await shipping.send("seller", parcel.id, "ship"))).toMatchObject({
      ...{ code: "goods-not-on-hand", lines: [{ line_number: 1, offer: offer!.id, quantity: 3, on_hand: 1 }] },
    });
    await seller.post("/v1/seller/stock/receipts", { lines: [{ offer: offer!.id, location: seller.location, quantity: 2 }] });
    await shipping.done("seller", parcel.id, "ship");
    expect(await market.stock(offer!)).toEqual({ onHand: 0, reserved: 0 });
  });

  test("judges the lines of one offer together", async () => {
    const [offer] = await seller.offers([{ units: 2 }]);
    await limit(offer!.id, seller.location, 5);
    const order = await shipping.ordered([offer!, offer!], [2, 1]);
    const answer = await shipping.pack(
      order,
      [
        [1, 2],
        [2, 1],
      ],
      { ship: true },
    );
    expect(jsonOf(answer)).toMatchObject({ code: "goods-not-on-hand", lines: [{ line_number: 1 }, { line_number: 2 }] });
  });

  test("of units that an older order waits for is refused unless it is forced, and says why then, to the seller alone", async () => {
    const [offer] = await seller.offers([{ units: 2 }]);
    await limit(offer!.id, seller.location, 5);
    const older = await shipping.ordered([offer!], [2]);
    const younger = await shipping.ordered([offer!], [2]);
    const parcel = await shipping.packed(younger, [[1, 1]]);
    expect(jsonOf(await shipping.send("seller", parcel.id, "ship"))).toMatchObject({
      ...{ code: "promised-to-older", lines: [{ line_number: 1, quantity: 1, on_hand: 2, promised: 2 }] },
    });
    const forced = await shipping.done("seller", parcel.id, "ship", { force: { reason: "their line stands still" } });
    expect(forced).toMatchObject({ state: "shipped", forced_reason: "their line stands still" });
    expect(await shipping.shipment(parcel.id, "buyer")).not.toHaveProperty("forced_reason");
    // The older order's own goods are short now, and it is first in turn for what is left.
    expect((await shipping.shipped(older, [[1, 1]], { force: { reason: "nobody is passed over" } })).forced_reason).toBeNull();
  });

  test("leaves the reason to force out when nobody is passed over, and takes a reason of each parcel anew", async () => {
    const { order } = await shipping.accepted(1);
    expect((await shipping.shipped(order, [[1, 1]], { force: { reason: "in a hurry" } })).forced_reason).toBeNull();
  });

  test("a second time is refused, whatever key is sent, and takes no goods", async () => {
    const { order, offers } = await shipping.accepted(2);
    const parcel = await shipping.shipped(order, [[1, 1]]);
    expect(jsonOf(await shipping.send("seller", parcel.id, "ship"))).toMatchObject({ code: "state-conflict", state: "shipped" });
    expect(await market.stock(offers[0]!)).toEqual({ onHand: 1, reserved: 1 });
  });
});

describe("Cancelling a packed shipment", () => {
  test("leaves its units reserved for the order, open to be packed or cancelled; tells both parties", async () => {
    const { order, offers } = await shipping.accepted(2);
    const parcel = await shipping.packed(order, [[1, 2]]);
    const cancelled = await shipping.done("seller", parcel.id, "cancel", { reason: "wrong box" });
    expect(cancelled).toMatchObject({ state: "cancelled", version: 2, allowed_actions: [] });
    expect(cancelled.history.at(-1)).toMatchObject({ event: "cancel", by: "seller", cause: "seller_cancelled: wrong box" });
    expect(await unitsOf(order)).toEqual([{ quantity: 2, packed: 0, shipped: 0, cancelled: 0 }]);
    expect(await market.stock(offers[0]!)).toEqual({ onHand: 2, reserved: 2 });
    expect(await orderTold(company, "buyer", order, 4)).toContain("order.units_unpacked");
    expect((await shipping.shipped(order, [[1, 2]])).number).toBe(2);
  });

  test("by the operator is entered in the audit", async () => {
    const { order } = await shipping.accepted(1);
    const parcel = await shipping.packed(order, [[1, 1]]);
    await shipping.done("operator", parcel.id, "cancel", { reason: "asked by phone" });
    const { items } = await market.operator.get<{ items: { action: string; subject: string; reason: string }[] }>(
      "/v1/operator/audit?limit=5",
    );
    expect(items).toContainEqual(expect.objectContaining({ action: "shipment.cancelled", reason: "asked by phone" }));
  });
});

describe("The rest of a partially shipped order", () => {
  test("that is cancelled when all parcels have arrived leaves it delivered", async () => {
    const { order } = await shipping.accepted(3);
    const parcel = await shipping.shipped(order, [[1, 1]]);
    await shipping.done("buyer", parcel.id, "deliver");
    expect((await shipping.order(order)).state).toBe("partially_shipped");
    await seller.post(`/v1/seller/orders/${order}/cancel`, { reason: "sold out" });
    expect(await shipping.order(order)).toMatchObject({ state: "delivered", lines: [{ shipped: 1, cancelled: 2 }] });
    expect((await shipping.order(order)).history.map(({ to }) => to).slice(-2)).toEqual(["shipped", "delivered"]);
  });
});

test("All of this leaves a market in which doctor finds nothing", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
