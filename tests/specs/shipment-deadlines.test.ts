import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { orderTold, uuidOfWire } from "./order-stories.ts";
import { type Shipping, shippingOf } from "./shipment-stories.ts";

const [hour, day] = [3_600_000, 86_400_000];

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

const deadlines = async (...ids: string[]) =>
  market.database.owner<{ kind: string; due_at: Date; stopped_at: Date | null }>(
    "select kind, due_at, stopped_at from deadlines where subject_id = any ($1) order by kind",
    [ids.map(uuidOfWire)],
  );
const kinds = async (...ids: string[]) => (await deadlines(...ids)).map(({ kind }) => kind);
/** How long from now until the deadline of this kind. */
async function ahead(kind: string, id: string): Promise<number> {
  const found = (await deadlines(id)).find((each) => each.kind === kind);
  const [clock] = await market.database.owner<{ now: Date }>("select stoa_now() as now");
  if (found === undefined || clock === undefined) throw new Error(`no deadline ${kind}`);
  return found.due_at.getTime() - clock.now.getTime();
}
const past = async (kind: string, id: string) => market.moveClock((await ahead(kind, id)) + 1_000);
const shipmentReaches = (id: string, expected: object) =>
  expect.poll(() => shipping.shipment(id), { timeout: 20_000 }).toMatchObject(expected);
const orderReaches = (id: string, state: string) =>
  expect.poll(async () => (await shipping.order(id)).state, { timeout: 20_000 }).toBe(state);

async function sent(units = 1) {
  const { order, offers } = await shipping.accepted(units);
  const { id } = await shipping.shipped(order, [[1, units]]);
  return { order, offers, id };
}

describe("A packed shipment", () => {
  test("that is not sent in three working days is cancelled; its units stay reserved for the order", async () => {
    const { order, offers } = await shipping.accepted(2);
    const { id } = await shipping.packed(order, [[1, 2]]);
    expect(await ahead("shipment_packed", id)).toBeGreaterThan(2 * day);
    await past("shipment_packed", id);
    await shipmentReaches(id, { state: "cancelled", history: [{}, { event: "cancel", by: "deadline", cause: "not_sent_in_time" }] });
    expect(await shipping.order(order)).toMatchObject({ state: "accepted", lines: [{ packed: 0, cancelled: 0 }] });
    expect(await market.stock(offers[0]!)).toEqual({ onHand: 2, reserved: 2 });
    expect(await kinds(id)).toEqual([]);
  });

  test("that is sent or cancelled has no deadline any more", async () => {
    const { order } = await shipping.accepted(2);
    const [first, second] = [await shipping.packed(order, [[1, 1]]), await shipping.packed(order, [[1, 1]])];
    expect(await kinds(first.id, second.id)).toEqual(["shipment_packed", "shipment_packed"]);
    await shipping.done("seller", first.id, "ship");
    await shipping.done("seller", second.id, "cancel", { reason: "wrong box" });
    expect(await kinds(first.id, second.id)).toEqual([]);
  });

  test("of an order on hold waits: its deadline goes on when the hold ends, as much later", async () => {
    const { order } = await shipping.accepted(1);
    const { id } = await shipping.packed(order, [[1, 1]]);
    const hold = await market.operator.post<{ id: string }>("/v1/operator/holds", {
      ...{ order, reason: "Address to be confirmed", look_again_on: "2026-11-25" },
    });
    const before = await ahead("shipment_packed", id);
    await market.moveClock(20 * day);
    expect((await shipping.shipment(id)).state).toBe("packed");
    await market.operator.post(`/v1/operator/holds/${hold.id}/release`, { reason: "It is right" });
    expect(Math.abs((await ahead("shipment_packed", id)) - before)).toBeLessThan(hour);
    await past("shipment_packed", id);
    await shipmentReaches(id, { state: "cancelled" });
  });

  test("in place of a lost one that is not sent gives its units back, and the loss waits anew until it is credited", async () => {
    const offer = await seller.offer({ units: 5 });
    const order = await shipping.ordered([offer], [1]);
    const { id } = await shipping.shipped(order, [[1, 1]]);
    await shipping.done("seller", id, "lose", { reason: "not seen" });
    const anew = await shipping.done("seller", id, "resolve", { how: "replace" });
    expect(await kinds(id, anew.id)).toEqual(["shipment_packed"]);
    await past("shipment_packed", anew.id);
    await shipmentReaches(id, { state: "lost", resolution: null });
    expect(await market.stock(offer)).toEqual({ onHand: 4, reserved: 0 });
    await past("shipment_loss", id);
    await shipmentReaches(id, { state: "lost", resolution: "credited" });
    await orderReaches(order, "delivered");
  });
});

describe("A loss", () => {
  test("that is not dealt with in five working days is credited, and with it the order delivered", async () => {
    const { order, id } = await sent();
    await shipping.done("seller", id, "lose", { reason: "not seen" });
    expect(await ahead("shipment_loss", id)).toBeGreaterThan(4 * day);
    await past("shipment_loss", id);
    await shipmentReaches(id, { state: "lost", resolution: "credited" });
    expect((await shipping.shipment(id)).history.at(-1)).toMatchObject({ event: "credit", by: "deadline", cause: "not_replaced_in_time" });
    await orderReaches(order, "delivered");
    expect((await orderTold(company, "buyer", id, 4)).at(-1)).toBe("shipment.credited");
  });
});

describe("A refusal", () => {
  test("of which nothing came back in thirty days is written off, though the order is long completed", async () => {
    const { order, id } = await sent();
    await shipping.done("buyer", id, "refuse", { reason: "box is open" });
    expect(Math.abs((await ahead("shipment_refusal", id)) - 30 * day)).toBeLessThan(hour);
    await past("order_completion", order);
    await orderReaches(order, "completed");
    await past("shipment_refusal", id);
    await shipmentReaches(id, {
      state: "written_off",
      history: [{}, {}, {}, { event: "write_off", by: "deadline", cause: "not_back_in_time" }],
    });
  });
});

describe("A parcel of an order on hold", () => {
  test("that is lost or refused waits from then on, standing still until the hold ends", async () => {
    const { order } = await shipping.accepted(2);
    const [first, second] = [await shipping.shipped(order, [[1, 1]]), await shipping.shipped(order, [[1, 1]])];
    const hold = await market.operator.post<{ id: string }>("/v1/operator/holds", {
      ...{ order, reason: "Under dispute", look_again_on: "2026-11-25" },
    });
    await shipping.done("seller", first.id, "lose", { reason: "not seen" });
    await shipping.done("seller", second.id, "refuse", { reason: "box is open" });
    const stands = async () => (await deadlines(first.id, second.id)).map(({ kind, stopped_at }) => [kind, stopped_at !== null]);
    expect(await stands()).toEqual([
      ["shipment_loss", true],
      ["shipment_refusal", true],
    ]);
    await market.operator.post(`/v1/operator/holds/${hold.id}/release`, { reason: "It is right" });
    expect(await stands()).toEqual([
      ["shipment_loss", false],
      ["shipment_refusal", false],
    ]);
  });
});

describe("A shipped order", () => {
  test("is announced as delivered after twelve days, taken for it after fourteen, and completed fourteen later", async () => {
    const { order, id } = await sent(2);
    expect(await kinds(order)).toEqual(["order_delivery", "order_delivery_notice"]);
    await past("order_delivery_notice", order);
    expect((await orderTold(company, "buyer", order, 5)).at(-1)).toBe("order.delivery_awaited");
    expect((await shipping.shipment(id)).state).toBe("shipped");
    await past("order_delivery", order);
    await orderReaches(order, "delivered");
    expect(await shipping.shipment(id)).toMatchObject({
      state: "delivered",
      history: [{}, {}, { by: "deadline", cause: "delivery_assumed" }],
    });
    expect(await kinds(order, id)).toEqual(["order_completion"]);
    await past("order_completion", order);
    await orderReaches(order, "completed");
    expect((await shipping.order(order)).history.at(-1)).toMatchObject({ by: "deadline", cause: "return_window_over" });
    expect(await kinds(order, id)).toEqual([]);
  });

  test("that somebody says has arrived is not taken for it again", async () => {
    const { order, id } = await sent();
    await shipping.done("buyer", id, "deliver");
    expect(await kinds(order, id)).toEqual(["order_completion"]);
  });

  test("with a loss that is not dealt with is not delivered by assumption, its other parcels are; it waits anew", async () => {
    const { order } = await shipping.accepted(2);
    const [first, second] = [await shipping.shipped(order, [[1, 1]]), await shipping.shipped(order, [[1, 1]])];
    await market.moveClock(13 * day);
    await shipping.done("seller", first.id, "lose", { reason: "not seen" });
    await past("order_delivery", order);
    await shipmentReaches(second.id, { state: "delivered" });
    expect((await shipping.order(order)).state).toBe("shipped");
    expect(Math.abs((await ahead("order_delivery", order)) - 14 * day)).toBeLessThan(hour);
    await shipping.done("seller", first.id, "resolve", { how: "credit" });
    expect((await shipping.order(order)).state).toBe("delivered");
  });

  test("that waits for a parcel in place of a lost one waits fourteen days for that one from when it is sent", async () => {
    const offer = await seller.offer({ units: 5 });
    const order = await shipping.ordered([offer], [1]);
    const { id } = await shipping.shipped(order, [[1, 1]]);
    await market.moveClock(10 * day);
    await shipping.done("seller", id, "lose", { reason: "not seen" });
    const anew = await shipping.done("seller", id, "resolve", { how: "replace" });
    await shipping.done("seller", anew.id, "ship");
    expect(Math.abs((await ahead("order_delivery", order)) - 14 * day)).toBeLessThan(hour);
    await past("order_delivery", order);
    await orderReaches(order, "delivered");
    await shipmentReaches(anew.id, { state: "delivered" });
  });

  test("on hold is not taken for delivered; whoever says that it came is heard, and the days for returning it stand still", async () => {
    const { order, id } = await sent();
    await market.operator.post("/v1/operator/holds", { order, reason: "Under dispute", look_again_on: "2026-11-25" });
    await market.moveClock(30 * day);
    expect((await shipping.shipment(id)).state).toBe("shipped");
    await shipping.done("buyer", id, "deliver");
    expect((await deadlines(order)).map(({ kind, stopped_at }) => [kind, stopped_at !== null])).toEqual([["order_completion", true]]);
  });
});

describe("An accepted order that is not shipped in time", () => {
  test("has its packed parcels cancelled with its rest; what has left stays", async () => {
    const { order, offers } = await shipping.accepted(3);
    const gone = await shipping.shipped(order, [[1, 1]]);
    const late = await shipping.packed(order, [[1, 1]]);
    await market.database.owner("delete from deadlines where subject_id = $1", [uuidOfWire(late.id)]);
    await past("order_ship_end", order);
    await orderReaches(order, "shipped");
    expect(await shipping.order(order)).toMatchObject({ lines: [{ packed: 0, shipped: 1, cancelled: 2 }] });
    expect((await shipping.shipment(late.id)).state).toBe("cancelled");
    expect((await shipping.shipment(gone.id)).state).toBe("shipped");
    expect(await market.stock(offers[0]!)).toEqual({ onHand: 2, reserved: 0 });
  });
});

test("All of this leaves a market in which doctor finds nothing", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
