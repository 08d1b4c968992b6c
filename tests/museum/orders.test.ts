import { afterAll, beforeAll, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { type OrderRead, orderOf, uuidOfWire } from "../specs/order-stories.ts";

let market: OwnMarket;
let seller: Seller;
let company: Company;
beforeAll(async () => {
  market = await openMarket();
  [seller, company] = await Promise.all([market.seller(), market.company()]);
});
afterAll(async () => {
  await market?.close();
});

const read = (id: string) => company.get<OrderRead>(`/v1/buyer/orders/${id}`);
const cancel = (id: string, lines?: { line_number: number; quantity: number }[]) =>
  company.send("POST", `/v1/buyer/orders/${id}/cancel`, { reason: "no longer needed", ...(lines === undefined ? {} : { lines }) });

// vendure#4811, medusa#11454, #13405
test("cancelling units of one line changes no price, amount or tax of what was agreed, on that line or another", async () => {
  const offers = await seller.offers([{ price: 333 }, { price: 1_001, taxCategory: "reduced" }, { price: 7 }]);
  const id = orderOf(await company.placed(offers.map((offer) => ({ offer, quantity: 7 }))));
  const agreed = ({ lines, ...order }: OrderRead & Record<string, unknown>) => ({
    totals: [order["net"], order["tax"], order.total, order["tax_groups"]],
    lines: lines.map((line) => {
      const { cancelled: _cancelled, ...rest } = line;
      return rest;
    }),
  });
  const before = agreed(await read(id));

  for (const line_number of [2, 1, 2]) await cancel(id, [{ line_number, quantity: 2 }]);

  expect(agreed(await read(id))).toEqual(before);
  expect((await read(id)).lines.map(({ cancelled }) => cancelled)).toEqual([2, 4, 0]);
});

// spree#7328
test("units that were promised beyond what is on hand make no goods when they are cancelled", async () => {
  const offer = await seller.offer({ units: 3 });
  await seller.post("/v1/seller/stock/limits", {
    reason: "more is coming",
    lines: [{ offer: offer.id, location: offer.location, backorder_limit: 5 }],
  });
  const first = orderOf(await company.placed([{ offer, quantity: 6 }]));
  const second = orderOf(await company.placed([{ offer, quantity: 2 }]));

  await cancel(first, [{ line_number: 1, quantity: 2 }]);

  expect(await market.stock(offer)).toEqual({ onHand: 3, reserved: 6 });
  const more = await company.place([{ offer, quantity: 3 }]);
  expect([more.status, codeOf(more)]).toEqual([409, "stock-short"]);
  expect((await read(second)).lines.map(({ cancelled }) => cancelled)).toEqual([0]);
});

// vendure#3235, #1330
test("an order has in each state that waits a deadline or a question, and each party that may end it a way to", async () => {
  const offer = await seller.offer({ units: 3 });
  const id = orderOf(await company.placed([{ offer, quantity: 3 }]));
  const waits = async () => {
    const rows = await market.database.owner<{ kind: string }>(
      `select kind from deadlines d where subject_id = $1
         or subject_id in (select request_id from order_requests where order_id = $1) order by kind`,
      [uuidOfWire(id)],
    );
    return rows.map(({ kind }) => kind);
  };
  expect([await waits(), (await read(id)).allowed_actions]).toEqual([["order_acceptance"], ["cancel"]]);

  const asked = await seller.post<OrderRead>(`/v1/seller/orders/${id}/accept`, { lines: [{ line_number: 1, quantity: 2 }] });
  expect([await waits(), (await read(id)).allowed_actions]).toEqual([["order_request"], ["cancel"]]);

  await company.post(`/v1/buyer/order-requests/${asked.open_requests[0]?.id}/grant`, {});
  expect([await waits(), (await read(id)).allowed_actions]).toEqual([["order_late", "order_ship_end"], ["request_cancellation"]]);
});

// medusa#12184, vendure PR#2657
test("a command that comes late, twice or to a finished order is refused with what is possible, and never with a fault", async () => {
  const offer = await seller.offer({ units: 2 });
  const id = orderOf(await company.placed([{ offer, quantity: 2 }]));
  await seller.post(`/v1/seller/orders/${id}/reject`, { reason: "no longer made" });
  const before = await read(id);

  const late = [
    await seller.send("POST", `/v1/seller/orders/${id}/accept`, {}),
    await seller.send("POST", `/v1/seller/orders/${id}/reject`, { reason: "again" }),
    await seller.send("POST", `/v1/seller/orders/${id}/cancel`, { reason: "again" }),
    await cancel(id),
    await market.operator.send("POST", `/v1/operator/orders/${id}/cancel`, { reason: "again" }),
  ];

  expect(late.map((answer) => [answer.status, jsonOf(answer)["state"], jsonOf(answer)["allowed"]])).toEqual(
    late.map(() => [409, "rejected", []]),
  );
  expect(await read(id)).toEqual(before);
});

// mercur#377
test("orders of a seller that was suspended go on where they stood when it is active again", async () => {
  const paused = await market.seller();
  const offer = await paused.offer({ units: 2 });
  const id = orderOf(await company.placed([{ offer, quantity: 2 }]));
  await market.operator.post(`/v1/operator/sellers/${paused.id}/suspend`, { reach: "hold", reason: "papers are missing" });
  const held = await paused.send("POST", `/v1/seller/orders/${id}/accept`, {});
  expect([held.status, codeOf(held)]).toEqual([409, "on-hold"]);

  await market.operator.post(`/v1/operator/sellers/${paused.id}/reactivate`, { reason: "papers are there" });

  expect(await paused.post(`/v1/seller/orders/${id}/accept`, {})).toMatchObject({ state: "accepted" });
});

test("after the whole tour the market is sound", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
