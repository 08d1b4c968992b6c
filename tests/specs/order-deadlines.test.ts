import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { type Company, type Offer, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { dayAfter, type OrderRead, orderOf, orderTold, type RequestRead, uuidOfWire } from "./order-stories.ts";

const day = 86_400_000;

let market: OwnMarket;
let seller: Seller;
let company: Company;
beforeAll(async () => {
  market = await openMarket();
  [seller, company] = await Promise.all([market.seller(), market.company()]);
});
afterAll(async () => {
  await market.close();
});

async function confirmed(quantity: number): Promise<{ readonly id: string; readonly offer: Offer }> {
  const offer = await seller.offer({ price: 1_000, units: quantity });
  return { id: orderOf(await company.placed([{ offer, quantity }])), offer };
}
async function accepted(quantity: number) {
  const placed = await confirmed(quantity);
  await seller.post(`/v1/seller/orders/${placed.id}/accept`, {});
  return placed;
}
const read = (id: string) => company.get<OrderRead>(`/v1/buyer/orders/${id}`);
const reaches = (id: string, state: string) => expect.poll(async () => (await read(id)).state, { timeout: 20_000 }).toBe(state);
const causes = async (id: string) =>
  (
    await market.database.owner<{ cause: string }>(
      "select cause from order_cancellations where order_id = $1 order by at, cancellation_id",
      [uuidOfWire(id)],
    )
  ).map(({ cause }) => cause);
const deadlines = async (...ids: string[]) =>
  market.database.owner<{ kind: string; due_at: Date }>("select kind, due_at from deadlines where subject_id = any ($1) order by kind", [
    ids.map(uuidOfWire),
  ]);
/** Moves the clock to a moment after the deadline of this kind. */
async function past(kind: string, ...ids: string[]): Promise<void> {
  const found = (await deadlines(...ids)).find((each) => each.kind === kind);
  const [clock] = await market.database.owner<{ now: Date }>("select stoa_now() as now");
  if (found === undefined || clock === undefined) throw new Error(`no deadline ${kind}`);
  await market.moveClock(found.due_at.getTime() - clock.now.getTime() + 1_000);
}

describe("A confirmed order", () => {
  test("that its seller does not accept in two working days is cancelled: goods and credit are free, and it counts against the seller", async () => {
    const used = await market.creditUsed(company);
    const { id, offer } = await confirmed(3);
    const [{ due_at } = { due_at: new Date(0) }] = await deadlines(id);
    // The end of the second working day after the one it was confirmed on, in the seller's zone: midnight, UTC.
    expect([due_at.getUTCHours(), due_at.getUTCMinutes()]).toEqual([0, 0]);
    await past("order_acceptance", id);
    await reaches(id, "cancelled");
    expect((await read(id)).history.at(-1)).toMatchObject({ to: "cancelled", by: "deadline", cause: "not_accepted_in_time" });
    expect(await causes(id)).toEqual(["not_accepted_in_time"]);
    expect(await market.stock(offer)).toEqual({ onHand: 3, reserved: 0 });
    expect(await market.creditUsed(company)).toBe(used);
    expect(await orderTold(seller, "seller", id, 2)).toEqual(["order.confirmed", "order.cancelled"]);
  });

  test("of which the seller asks the company something waits for the answer, and then for the seller again", async () => {
    const { id } = await confirmed(3);
    const asked = await seller.post<OrderRead>(`/v1/seller/orders/${id}/accept`, { lines: [{ line_number: 1, quantity: 2 }] });
    const request = asked.open_requests[0]?.id ?? "";
    expect((await deadlines(id, request)).map(({ kind }) => kind)).toEqual(["order_request"]);
    await past("order_request", request);
    const ended = () => company.get<RequestRead>(`/v1/buyer/order-requests/${request}`);
    await expect.poll(async () => (await ended()).state, { timeout: 20_000 }).toBe("expired");
    expect(await read(id)).toMatchObject({ state: "confirmed", version: 1, open_requests: [] });
    expect((await deadlines(id, request)).map(({ kind }) => kind)).toEqual(["order_acceptance"]);
    expect(await orderTold(company, "buyer", request, 2)).toEqual(["order_request.asked", "order_request.expired"]);
    await past("order_acceptance", id);
    await reaches(id, "cancelled");
  });
});

describe("An accepted order", () => {
  test("that is late may be cancelled freely again, both parties are told, and in the end what is not shipped is cancelled", async () => {
    const { id, offer } = await accepted(5);
    const request = jsonOf<OrderRead>(await company.send("POST", `/v1/buyer/orders/${id}/cancel`, { reason: "too slow" })).open_requests[0]
      ?.id;
    expect((await read(id)).allowed_actions).toEqual(["request_cancellation"]);
    await past("order_late", id);
    await orderTold(company, "buyer", id, 3);
    expect(await orderTold(seller, "seller", id, 3)).toEqual(["order.confirmed", "order.accepted", "order.overdue"]);
    expect((await read(id)).allowed_actions).toEqual(["cancel"]);
    await expect
      .poll(async () => (await company.get<RequestRead>(`/v1/buyer/order-requests/${request}`)).state, { timeout: 20_000 })
      .toBe("expired");
    const parcel = await seller.post<{ id: string }>(`/v1/seller/orders/${id}/shipments`, {
      location: seller.location,
      lines: [{ line_number: 1, quantity: 2 }],
    });
    await company.post(`/v1/buyer/orders/${id}/cancel`, { lines: [{ line_number: 1, quantity: 1 }], reason: "too late" });
    await past("order_ship_end", id);
    await reaches(id, "cancelled");
    expect(await company.get(`/v1/buyer/shipments/${parcel.id}`)).toMatchObject({ state: "cancelled" });
    expect(await causes(id)).toEqual(["company_cancelled", "not_shipped_in_time"]);
    expect(await market.stock(offer)).toEqual({ onHand: 5, reserved: 0 });
    expect(await deadlines(id)).toEqual([]);
  });

  test("keeps to the later day that the company consented to", async () => {
    const { id } = await confirmed(1);
    const late = dayAfter((await read(id)).promised_on ?? "", 20);
    const asked = await seller.post<OrderRead>(`/v1/seller/orders/${id}/accept`, { promised_on: late });
    await company.post(`/v1/buyer/order-requests/${asked.open_requests[0]?.id}/grant`, {});
    const order = await read(id);
    expect(order.promised_on).toBe(late);
    const [overdue, end] = await deadlines(id);
    expect(overdue?.due_at.toISOString()).toBe(order.cancellable_from);
    // Five working days behind the promised one are at least a week, ten at least two.
    expect(overdue!.due_at.getTime() - Date.parse(`${late}T00:00:00Z`)).toBeGreaterThanOrEqual(6 * day);
    expect(end!.due_at.getTime() - overdue!.due_at.getTime()).toBe(7 * day);
  });

  test("of which the company asks something stays as it is when the seller says nothing", async () => {
    const { id } = await accepted(2);
    const request =
      jsonOf<OrderRead>(await company.send("POST", `/v1/buyer/orders/${id}/cancel`, { reason: "plans" })).open_requests[0]?.id ?? "";
    await past("order_request", request);
    await expect
      .poll(async () => (await company.get<RequestRead>(`/v1/buyer/order-requests/${request}`)).state, { timeout: 20_000 })
      .toBe("expired");
    expect(await read(id)).toMatchObject({ state: "accepted", cancelled: { amount: 0 }, open_requests: [] });
  });
});

test("an order that is on hold is not accepted, and no deadline ends it meanwhile", async () => {
  const { id } = await confirmed(2);
  const asked = await seller.post<OrderRead>(`/v1/seller/orders/${id}/accept`, { lines: [{ line_number: 1, quantity: 1 }] });
  const terms = { reason: "Address to be confirmed", look_again_on: "2099-11-25" };
  const hold = await market.operator.post<{ id: string }>("/v1/operator/holds", { order: id, ...terms });
  const refused = await seller.send("POST", `/v1/seller/orders/${id}/accept`, {});
  expect([refused.status, codeOf(refused)]).toEqual([409, "on-hold"]);
  const request = asked.open_requests[0]?.id ?? "";
  expect(codeOf(await company.send("POST", `/v1/buyer/order-requests/${request}/grant`, {}))).toBe("on-hold");
  await company.post(`/v1/buyer/order-requests/${request}/decline`, {});
  await market.moveClock(9 * day);
  // Doctor's O5 finds a deadline that is past, or that goes on although its order is stopped.
  expect((await market.doctor()).violations).toEqual([]);
  expect(await read(id)).toMatchObject({ state: "confirmed", version: 1 });
  await market.operator.post(`/v1/operator/holds/${hold.id}/release`, { reason: "It is right" });
  expect((await seller.send("POST", `/v1/seller/orders/${id}/accept`, {})).status).toBe(200);
});

test("an order that stood still beyond its promised day is promised anew when it is accepted: no deadline of it is over at once", async () => {
  const [plain, asked] = [await confirmed(2), await confirmed(2)];
  const promised = (await read(plain.id)).promised_on ?? "";
  const less = { lines: [{ line_number: 1, quantity: 1 }], reason: "one is damaged" };
  const question = await seller.post<OrderRead>(`/v1/seller/orders/${asked.id}/accept`, less);
  const ids = [plain.id, asked.id];
  const place = (order: string) =>
    market.operator.post<{ id: string }>("/v1/operator/holds", { order, reason: "Address to be confirmed", look_again_on: "2999-01-01" });
  const holds = await Promise.all(ids.map(place));
  await market.moveClock(30 * day);
  await Promise.all(holds.map(({ id }) => market.operator.post(`/v1/operator/holds/${id}/release`, { reason: "It is right" })));

  await seller.post(`/v1/seller/orders/${plain.id}/accept`, {});
  await company.post(`/v1/buyer/order-requests/${question.open_requests[0]?.id}/grant`, {});

  const [{ now } = { now: new Date(0) }] = await market.database.owner<{ now: Date }>("select stoa_now() as now");
  for (const id of ids) {
    const order = await read(id);
    expect(order.promised_on! >= dayAfter(promised, 27)).toBe(true);
    expect(order).toMatchObject({ state: "accepted", allowed_actions: ["request_cancellation"] });
    expect((await deadlines(id)).map(({ kind, due_at }) => [kind, due_at > now])).toEqual([
      ["order_late", true],
      ["order_ship_end", true],
    ]);
  }
});

test("an accepted order that stands still is not late for its company: it asks, and cancels freely when the time that is left is over", async () => {
  const { id } = await accepted(2);
  const hold = await market.operator.post<{ id: string }>("/v1/operator/holds", {
    ...{ order: id, reason: "Address to be confirmed", look_again_on: "2999-01-01" },
  });
  await market.moveClock(30 * day);
  const one = { lines: [{ line_number: 1, quantity: 1 }], reason: "takes too long" };

  await company.post(`/v1/buyer/orders/${id}/cancel`, one);
  const held = await read(id);
  await market.operator.post(`/v1/operator/holds/${hold.id}/release`, { reason: "It is right" });
  await seller.post(`/v1/seller/order-requests/${held.open_requests[0]?.id}/decline`, {});
  await company.post(`/v1/buyer/orders/${id}/cancel`, one);
  const released = await read(id);
  await market.moveClock(11 * day);
  await company.post(`/v1/buyer/orders/${id}/cancel`, one);

  const units = ({ lines, open_requests }: OrderRead) => [lines[0]?.cancelled, open_requests.length];
  expect([units(held), units(released)]).toEqual([
    [0, 1],
    [0, 1],
  ]);
  expect(await causes(id)).toContain("company_cancelled");
});

test("a seller who works one day a week is ordered from and accepts, however long its lead time", async () => {
  const slow = await market.seller();
  const profile = await slow.get("/v1/seller/profile");
  const { name, address, tax_number, series_prefix } = profile;
  expect((await slow.send("PUT", "/v1/seller/profile", { name, address, tax_number, series_prefix, working_days: [1] })).status).toBe(200);
  const offer = await slow.offer();
  await slow.post("/v1/seller/offers/bulk", {
    offers: [
      {
        ...{ reference: offer.reference, sku: "UNIT-1", currency: "EUR", unit_price: { amount: 1_000, currency: "EUR" } },
        ...{ minimum: 1, step: 1, tax_category: "standard", lead_time_days: 365 },
      },
    ],
  });

  const id = orderOf(await company.placed([{ offer, quantity: 1 }]));
  await slow.post(`/v1/seller/orders/${id}/accept`, {});

  const { placed_at, promised_on } = await company.get<{ placed_at: string; promised_on: string }>(`/v1/buyer/orders/${id}`);
  expect(Math.trunc((Date.parse(promised_on) - Date.parse(placed_at)) / (7 * day))).toBe(364);
});

test("a suspension that cancels ends what is not shipped, packed parcels too, order by order", async () => {
  const other = await market.seller();
  const offers = await other.offers([{ units: 5 }, { units: 5 }]);
  const place = async (offer: Offer) => {
    const id = orderOf(await company.placed([{ offer, quantity: 3 }]));
    await other.post(`/v1/seller/orders/${id}/accept`, {});
    return id;
  };
  const [part, whole] = [await place(offers[0]!), await place(offers[1]!)];
  const ship = (id: string, quantity: number, shipped: boolean) =>
    other.post(`/v1/seller/orders/${id}/shipments`, { location: other.location, lines: [{ line_number: 1, quantity }], ship: shipped });
  await ship(part, 1, true);
  await ship(part, 1, false);
  await market.operator.post(`/v1/operator/sellers/${other.id}/suspend`, { reach: "cancel", reason: "does not deliver" });
  await reaches(part, "shipped");
  await reaches(whole, "cancelled");
  expect([await causes(part), await causes(whole)]).toEqual([["seller_suspended"], ["seller_suspended"]]);
  expect(await read(part)).toMatchObject({ lines: [{ shipped: 1, packed: 0, cancelled: 2 }] });
});

test("All of this leaves a market in which doctor finds nothing", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
