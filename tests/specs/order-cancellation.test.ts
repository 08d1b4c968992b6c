import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf, send } from "../support/barrier.ts";
import { type Caller, codeOf } from "../support/caller.ts";
import { type Company, type Offer, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { type OrderRead, orderOf, orderTold, type RequestRead, uuidOfWire } from "./order-stories.ts";

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

type Placed = { readonly id: string; readonly offers: readonly Offer[] };

/** A confirmed order on account of lines of 10.00 EUR a unit, so many of each. */
async function confirmed(...quantities: number[]): Promise<Placed> {
  const offers = await seller.offers(quantities.map((units) => ({ price: 1_000, units })));
  const lines = offers.map((offer, index) => ({ offer, quantity: quantities[index] ?? 0 }));
  return { id: orderOf(await company.placed(lines)), offers };
}
async function accepted(...quantities: number[]): Promise<Placed> {
  const placed = await confirmed(...quantities);
  await seller.post(`/v1/seller/orders/${placed.id}/accept`, {});
  return placed;
}
const cancelBy = (caller: Caller, audience: string) => (id: string, lines?: [number, number][]) =>
  caller.send("POST", `/v1/${audience}/orders/${id}/cancel`, {
    ...(lines === undefined ? {} : { lines: lines.map(([line_number, quantity]) => ({ line_number, quantity })) }),
    reason: "plans changed",
  });
const bySeller = (id: string, lines?: [number, number][]) => cancelBy(seller, "seller")(id, lines);
const byCompany = (id: string, lines?: [number, number][]) => cancelBy(company, "buyer")(id, lines);
const read = (id: string) => company.get<OrderRead>(`/v1/buyer/orders/${id}`);
const cancellations = (id: string) =>
  market.database.owner<{ actor_kind: string; cause: string; amount: string }>(
    "select actor_kind, cause, amount::text as amount from order_cancellations where order_id = $1 order by at, cancellation_id",
    [uuidOfWire(id)],
  );
/** Asks the seller to cancel, and gives the question. */
async function asked(id: string, lines?: [number, number][]): Promise<RequestRead> {
  const [request] = jsonOf<OrderRead>(await byCompany(id, lines)).open_requests;
  if (request === undefined) throw new Error("nothing was asked");
  return request;
}
const answer = (verb: string, id: string, body: object = {}) => seller.send("POST", `/v1/seller/order-requests/${id}/${verb}`, body);

describe("Cancelling units of lines", () => {
  test("gives back exactly their goods and their credit, and leaves the rest as it was", async () => {
    const used = await market.creditUsed(company);
    const { id, offers } = await confirmed(5, 3);
    const before = await read(id);
    const answered = await byCompany(id, [
      [1, 2],
      [2, 1],
    ]);
    expect(jsonOf(answered)).toMatchObject({ state: "confirmed", version: 2, cancelled: { amount: 3_570 }, total: before.total });
    const order = await read(id);
    expect(order.lines.map(({ quantity, cancelled }) => [quantity, cancelled])).toEqual([
      [5, 2],
      [3, 1],
    ]);
    expect(await Promise.all(offers.map((offer) => market.stock(offer)))).toEqual([
      { onHand: 5, reserved: 3 },
      { onHand: 3, reserved: 2 },
    ]);
    expect((await market.creditUsed(company)) - used).toBe(5_950);
    expect(await company.get(`/v1/buyer/checkouts/${order.checkout}`)).toMatchObject({ state: "confirmed", cancelled: { amount: 3_570 } });
    expect(order.history).toHaveLength(1);
    expect(await orderTold(seller, "seller", id, 2)).toEqual(["order.confirmed", "order.units_cancelled"]);
    expect(await cancellations(id)).toEqual([{ actor_kind: "company", cause: "company_cancelled", amount: "3570" }]);
  });

  test("of the last that are open cancels the order, and its parts add up to its total", async () => {
    const { id } = await confirmed(3);
    await byCompany(id, [[1, 1]]);
    await bySeller(id, [[1, 1]]);
    await byCompany(id);
    expect(await read(id)).toMatchObject({ state: "cancelled", version: 4, cancelled: { amount: 3_570 }, allowed_actions: [] });
    expect(await cancellations(id)).toEqual([
      { actor_kind: "company", cause: "company_cancelled", amount: "1190" },
      { actor_kind: "seller", cause: "seller_cancelled", amount: "1190" },
      { actor_kind: "company", cause: "company_cancelled", amount: "1190" },
    ]);
    expect(await orderTold(company, "buyer", id, 4)).toEqual([
      "order.confirmed",
      "order.units_cancelled",
      "order.units_cancelled",
      "order.cancelled",
    ]);
  });

  test("one line named twice is cancelled by the sum", async () => {
    const { id } = await confirmed(5);
    await byCompany(id, [
      [1, 1],
      [1, 2],
    ]);
    expect((await read(id)).lines.map(({ cancelled }) => cancelled)).toEqual([3]);
  });

  test("of a checkout that waits for its money lowers what is due", async () => {
    const offer = await seller.offer({ price: 1_000, units: 4 });
    const pending = await company.placed([{ offer, quantity: 4 }], { method: "bank_transfer" });
    const id = orderOf(pending);
    await byCompany(id, [[1, 3]]);
    const receipt = { bank_reference: `B-${pending.id}`, amount: { amount: 1_190, currency: "EUR" } };
    await market.operator.post(`/v1/operator/checkouts/${pending.id}/receipts`, receipt);
    expect(await read(id)).toMatchObject({ state: "confirmed", cancelled: { amount: 3_570 } });
  });

  test.each([
    ["an unknown line", [[9, 1]], 422, "unknown-reference"],
    [
      "more units than are open, of one line of two",
      [
        [1, 1],
        [2, 4],
      ],
      409,
      "units-not-open",
    ],
    [
      "more units than are open by the sum of two entries",
      [
        [1, 3],
        [1, 3],
      ],
      409,
      "units-not-open",
    ],
  ] as [string, [number, number][], number, string][])("refuses %s and cancels nothing", async (_, lines, status, code) => {
    const { id } = await confirmed(5, 3);
    const refused = await byCompany(id, lines);
    expect([refused.status, codeOf(refused)]).toEqual([status, code]);
    expect(await read(id)).toMatchObject({ version: 1, cancelled: { amount: 0 } });
  });

  test("line 29 of 30 short: no line is cancelled", async () => {
    const { id } = await confirmed(...Array.from({ length: 30 }, () => 2));
    const lines = Array.from({ length: 30 }, (__, index): [number, number] => [index + 1, index === 28 ? 3 : 1]);
    const refused = await bySeller(id, lines);
    expect(jsonOf(refused)).toMatchObject({
      code: "units-not-open",
      lines: [{ line_number: 29, pointer: "/lines/28/quantity", requested: 3, open: 2 }],
    });
    expect((await read(id)).lines.every(({ cancelled }) => cancelled === 0)).toBe(true);
  });

  test("is refused with a late If-Match, and repeated under its key it cancels once", async () => {
    const { id } = await confirmed(5);
    const body = { lines: [{ line_number: 1, quantity: 1 }], reason: "one less" };
    const path = `/v1/buyer/orders/${id}/cancel`;
    const late = { headers: { "if-match": '"1"' } };
    await company.send("POST", path, body);
    expect(codeOf(await company.send("POST", path, body, late))).toBe("version-stale");
    const request = company.request("POST", path, body, { key: "once" });
    const answers = [];
    for (let count = 0; count < 5; count += 1) answers.push(await send(market.origins()[0] ?? "", request));
    expect(new Set(answers.map(({ status, body: bytes }) => `${status} ${bytes.toString("utf8")}`)).size).toBe(1);
    expect((await read(id)).lines.map(({ cancelled }) => cancelled)).toEqual([2]);
  });
});

describe("After the seller has accepted", () => {
  test("the company asks: nothing changes until the seller grants, and then it is the company's doing", async () => {
    const used = await market.creditUsed(company);
    const { id, offers } = await accepted(5, 3);
    expect((await read(id)).allowed_actions).toEqual(["request_cancellation"]);
    const request = await asked(id, [[1, 2]]);
    expect(request).toMatchObject({
      kind: "cancellation",
      state: "open",
      lines: [{ line_number: 1, quantity: 2 }],
      allowed_actions: ["withdraw"],
    });
    expect(await read(id)).toMatchObject({ version: 2, cancelled: { amount: 0 } });
    expect(await seller.get<OrderRead>(`/v1/seller/orders/${id}`)).toMatchObject({
      open_requests: [{ id: request.id, allowed_actions: ["grant", "decline"] }],
    });
    expect(jsonOf(await answer("grant", request.id))).toMatchObject({ state: "granted", version: 2 });
    expect(await read(id)).toMatchObject({ state: "accepted", version: 3, cancelled: { amount: 2_380 }, open_requests: [] });
    expect(await market.stock(offers[0]!)).toEqual({ onHand: 5, reserved: 3 });
    expect((await market.creditUsed(company)) - used).toBe(7_140);
    expect(await cancellations(id)).toEqual([{ actor_kind: "company", cause: "company_cancelled", amount: "2380" }]);
    expect(await orderTold(company, "buyer", request.id, 2)).toEqual(["order_request.asked", "order_request.granted"]);
    expect(await orderTold(seller, "seller", request.id, 2)).toEqual(["order_request.asked", "order_request.granted"]);
  });

  test("a grant of all that is left cancels the order", async () => {
    const { id } = await accepted(2);
    const request = await asked(id);
    await answer("grant", request.id);
    expect(await read(id)).toMatchObject({ state: "cancelled", cancelled: { amount: 2_380 } });
  });

  test("the seller may decline, the company withdraw, and one question is open at a time", async () => {
    const { id } = await accepted(4);
    const first = await asked(id, [[1, 1]]);
    const second = await byCompany(id, [[1, 1]]);
    expect([second.status, jsonOf(second)]).toEqual([409, expect.objectContaining({ code: "request-open", request: first.id })]);
    expect(jsonOf(await answer("decline", first.id, { reason: "packed already" }))).toMatchObject({
      state: "declined",
      answer_reason: "packed already",
    });
    const third = await asked(id, [[1, 1]]);
    expect(codeOf(await company.send("POST", `/v1/buyer/order-requests/${third.id}/grant`, {}))).toBe("state-conflict");
    expect(jsonOf(await company.send("POST", `/v1/buyer/order-requests/${third.id}/withdraw`, {}))).toMatchObject({ state: "withdrawn" });
    expect(codeOf(await answer("grant", third.id))).toBe("state-conflict");
    expect(await read(id)).toMatchObject({ state: "accepted", version: 2, cancelled: { amount: 0 } });
    const listed = await seller.get<{ items: RequestRead[] }>(`/v1/seller/order-requests?order=${id}`);
    expect(listed.items.map(({ state }) => state)).toEqual(["withdrawn", "declined"]);
    expect(
      (await market.operator.get<{ items: RequestRead[] }>(`/v1/operator/order-requests?order=${id}&state=declined`)).items,
    ).toHaveLength(1);
  });

  test("a question about units that are gone cannot be granted, and one about a whole order closes with it", async () => {
    const { id } = await accepted(4);
    const request = await asked(id, [[1, 3]]);
    await bySeller(id, [[1, 2]]);
    expect(codeOf(await answer("grant", request.id))).toBe("units-not-open");
    await bySeller(id);
    expect(await company.get(`/v1/buyer/order-requests/${request.id}`)).toMatchObject({ state: "closed" });
  });

  test("the seller cancels any unit that is not packed; packed ones are refused by the name of their parcel", async () => {
    const { id } = await accepted(5);
    const parcel = await seller.post<{ id: string }>(`/v1/seller/orders/${id}/shipments`, {
      location: seller.location,
      lines: [{ line_number: 1, quantity: 3 }],
    });
    const refused = await bySeller(id, [[1, 3]]);
    expect([refused.status, jsonOf(refused)]).toEqual([
      409,
      expect.objectContaining({
        code: "units-packed",
        lines: [expect.objectContaining({ line_number: 1, requested: 3, open: 2, packed: 3 })],
        shipments: [parcel.id],
      }),
    ]);
    expect((await bySeller(id)).status).toBe(200);
    expect(await read(id)).toMatchObject({ state: "accepted", cancelled: { amount: 2_380 } });
    expect(codeOf(await bySeller(id))).toBe("units-packed");
  });

  test("what is left after a part was shipped is cancelled to a shipped order, each part worth what it is", async () => {
    const { id } = await accepted(3);
    await seller.post(`/v1/seller/orders/${id}/shipments`, {
      location: seller.location,
      lines: [{ line_number: 1, quantity: 1 }],
      ship: true,
    });
    await bySeller(id);
    expect(await read(id)).toMatchObject({ state: "shipped", cancelled: { amount: 2_380 }, lines: [{ shipped: 1, cancelled: 2 }] });
    const kinds = await market.database.owner("select kind from deadlines where subject_id = $1 order by kind", [uuidOfWire(id)]);
    expect(kinds).toEqual([{ kind: "order_delivery" }, { kind: "order_delivery_notice" }]);
  });
});

describe("The operator", () => {
  test("cancels any unit that is not packed, in any state that has some, and the audit says who and why", async () => {
    const { id } = await accepted(3);
    const answered = await cancelBy(market.operator, "operator")(id, [[1, 1]]);
    expect(jsonOf(answered)).toMatchObject({ state: "accepted", cancelled: { amount: 1_190 }, allowed_actions: ["cancel"] });
    const audit = await market.database.owner("select action, reason from audit_entries where subject_id = $1", [uuidOfWire(id)]);
    expect(audit).toEqual([{ action: "order.units_cancelled", reason: "plans changed" }]);
    expect(await cancellations(id)).toEqual([{ actor_kind: "operator", cause: "operator_cancelled", amount: "1190" }]);
  });
});

describe("Lists of orders", () => {
  test("take states, a party, the company's own number and when they were placed; each row says what its reader may do", async () => {
    const [other, otherCompany] = await Promise.all([market.seller(), market.company()]);
    const offer = await other.offer({ units: 9 });
    const lines = [{ offer, quantity: 1 }];
    const one = orderOf(await otherCompany.placed(lines, { reference: "LIST-1" }));
    const two = orderOf(await otherCompany.placed(lines, { reference: "LIST-2" }));
    const three = orderOf(await company.placed(lines, { reference: "LIST-1" }));
    await other.post(`/v1/seller/orders/${two}/accept`, {});
    await other.post(`/v1/seller/orders/${three}/reject`, { reason: "no" });
    type Page = { items: { id: string; allowed_actions: string[] }[] };
    const ids = async (caller: Caller, path: string) => (await caller.get<Page>(path)).items.map(({ id }) => id);
    expect(await ids(other, "/v1/seller/orders")).toEqual([three, two, one]);
    expect(await ids(other, "/v1/seller/orders?state=confirmed&state=accepted")).toEqual([two, one]);
    expect(await ids(other, "/v1/seller/orders?state=rejected")).toEqual([three]);
    expect(await ids(other, "/v1/seller/orders?reference=LIST-1")).toEqual([three, one]);
    expect(await ids(other, `/v1/seller/orders?company=${company.id}`)).toEqual([three]);
    expect(await ids(other, `/v1/seller/orders?company=${company.id}&state=accepted`)).toEqual([]);
    expect(await ids(otherCompany, "/v1/buyer/orders?reference=LIST-2")).toEqual([two]);
    expect(await ids(otherCompany, `/v1/buyer/orders?seller=${other.id}&state=confirmed`)).toEqual([one]);
    expect(await ids(market.operator, `/v1/operator/orders?seller=${other.id}&state=accepted`)).toEqual([two]);
    expect(await ids(market.operator, `/v1/operator/orders?reference=LIST-1&company=${otherCompany.id}`)).toEqual([one]);
    expect(await ids(other, "/v1/seller/orders?placed_before=2020-01-01T00:00:00Z")).toEqual([]);
    expect(await ids(other, "/v1/seller/orders?placed_from=2020-01-01T00:00:00Z&limit=1")).toEqual([three]);
    const rows = (await other.get<Page>("/v1/seller/orders?state=confirmed&state=accepted")).items;
    expect(rows.map(({ allowed_actions }) => allowed_actions.includes("accept"))).toEqual([false, true]);
    expect((await otherCompany.get<Page>("/v1/buyer/orders")).items.map(({ allowed_actions }) => allowed_actions)).toEqual([
      ["request_cancellation"],
      ["cancel"],
    ]);
    expect((await market.operator.send("GET", "/v1/operator/orders?state=teleported")).status).toBe(400);
  });
});

test("All of this leaves a market in which doctor finds nothing", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
