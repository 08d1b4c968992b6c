import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { dayAfter, type OrderRead, orderOf, orderTold, type RequestRead, uuidOfWire } from "./order-stories.ts";

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

/** A confirmed order on account of lines of 10.00 EUR a unit, so many of each. */
const confirmed = async (...quantities: number[]) => {
  const offers = await seller.offers(quantities.map((units) => ({ price: 1_000, units })));
  const lines = offers.map((offer, index) => ({ offer, quantity: quantities[index] ?? 0 }));
  return { id: orderOf(await company.placed(lines)), offers };
};
const asSeller = (id: string) => seller.get<OrderRead>(`/v1/seller/orders/${id}`);
const asCompany = (id: string) => company.get<OrderRead>(`/v1/buyer/orders/${id}`);
const accept = (id: string, body: object = {}) => seller.send("POST", `/v1/seller/orders/${id}/accept`, body);
const answer = (verb: string, id: string, body: object = {}) => company.send("POST", `/v1/buyer/order-requests/${id}/${verb}`, body);

/** Asks the company whether one unit of the first line may be missing, and gives the question. */
async function asked(
  id: string,
  body: object = { lines: [{ line_number: 1, quantity: 1 }], reason: "one is damaged" },
): Promise<RequestRead> {
  const { open_requests } = jsonOf<OrderRead>(await accept(id, body));
  const [request] = open_requests;
  if (request === undefined) throw new Error("nothing was asked");
  return request;
}

describe("Accepting", () => {
  test("as it was ordered takes effect at once: the order has a promised day, and both parties are told", async () => {
    const { id } = await confirmed(2);
    const before = await asSeller(id);
    expect(before.allowed_actions).toEqual(["accept", "reject", "cancel"]);
    const answered = await accept(id);
    expect(answered.status).toBe(200);
    const accepted = await asSeller(id);
    expect(accepted).toMatchObject({ state: "accepted", version: 2, promised_on: before.promised_on, open_requests: [] });
    expect(accepted.lines.map(({ promised_on }) => promised_on)).toEqual([before.promised_on]);
    expect(accepted.cancellable_from! > accepted.promised_on!).toBe(true);
    expect((await asCompany(id)).allowed_actions).toEqual(["request_cancellation"]);
    expect(await orderTold(company, "buyer", id, 2)).toEqual(["order.confirmed", "order.accepted"]);
    expect(await orderTold(seller, "seller", id, 2)).toEqual(["order.confirmed", "order.accepted"]);
  });

  test("by an earlier day takes effect at once; the order is promised when the last of its lines is", async () => {
    const { id } = await confirmed(1, 1);
    const promised = (await asSeller(id)).promised_on ?? "";
    const today = dayAfter(new Date().toISOString().slice(0, 10), 0);
    const early = today < promised ? today : promised;
    await accept(id, { lines: [{ line_number: 1, promised_on: early }] });
    const accepted = await asSeller(id);
    expect([accepted.state, accepted.promised_on, accepted.lines.map((line) => line.promised_on)]).toEqual([
      "accepted",
      promised,
      [early, promised],
    ]);
  });

  test("less is asked of the company: until it answers nothing changes and no deadline of the seller runs", async () => {
    const { id } = await confirmed(3, 2);
    const request = await asked(id);
    expect(request).toMatchObject({
      kind: "acceptance",
      state: "open",
      asked_by: "seller",
      reason: "one is damaged",
      lines: [
        { line_number: 1, quantity: 1 },
        { line_number: 2, quantity: 2 },
      ],
      allowed_actions: ["withdraw"],
    });
    expect(await asCompany(id)).toMatchObject({
      state: "confirmed",
      version: 1,
      open_requests: [{ allowed_actions: ["grant", "decline"] }],
    });
    expect(
      await market.database.owner("select kind from deadlines where subject_id = any ($1)", [[uuidOfWire(id), uuidOfWire(request.id)]]),
    ).toEqual([{ kind: "order_request" }]);
    const listed = await company.get<{ items: RequestRead[] }>(`/v1/buyer/order-requests?state=open&order=${id}`);
    expect(listed.items.map((item) => item.id)).toEqual([request.id]);
  });

  test("less, when the company consents, cancels the difference as the seller's doing and frees its goods and its credit", async () => {
    const { id, offers } = await confirmed(3, 2);
    const used = await market.creditUsed(company);
    const request = await asked(id);
    const granted = await answer("grant", request.id);
    expect([granted.status, jsonOf(granted)]).toEqual([
      200,
      expect.objectContaining({ state: "granted", version: 2, allowed_actions: [] }),
    ]);
    const accepted = await asCompany(id);
    expect(accepted).toMatchObject({ state: "accepted", version: 2, cancelled: { amount: 2_380 }, open_requests: [] });
    expect(accepted.lines.map(({ cancelled }) => cancelled)).toEqual([2, 0]);
    expect(used - (await market.creditUsed(company))).toBe(2_380);
    expect(await market.stock(offers[0]!)).toEqual({ onHand: 3, reserved: 1 });
    expect(
      await market.database.owner("select actor_kind, cause, amount::text as amount from order_cancellations where order_id = any ($1)", [
        [uuidOfWire(id)],
      ]),
    ).toEqual([{ actor_kind: "seller", cause: "seller_reduced", amount: "2380" }]);
    expect(await orderTold(company, "buyer", id, 2)).toEqual(["order.confirmed", "order.accepted"]);
    expect(codeOf(await answer("grant", request.id))).toBe("state-conflict");
  });

  test("later than promised is asked of the company too; declined or withdrawn the order waits for the seller anew", async () => {
    const { id } = await confirmed(2);
    const late = dayAfter((await asSeller(id)).promised_on ?? "", 3);
    const first = await asked(id, { promised_on: late });
    expect(first).toMatchObject({ promised_on: late, lines: [{ quantity: 2, promised_on: late }] });
    expect(jsonOf(await answer("decline", first.id, { reason: "too late for us" }))).toMatchObject({
      state: "declined",
      answer_reason: "too late for us",
    });
    expect(await deadlineKinds(id)).toEqual(["order_acceptance"]);
    const second = await asked(id, { promised_on: late });
    expect(await deadlineKinds(id)).toEqual([]);
    const withdrawn = await seller.send("POST", `/v1/seller/order-requests/${second.id}/withdraw`, {});
    expect(jsonOf(withdrawn)).toMatchObject({ state: "withdrawn" });
    expect(await deadlineKinds(id)).toEqual(["order_acceptance"]);
    expect(await asSeller(id)).toMatchObject({ state: "confirmed", version: 1 });
  });

  test("a granted later day is the promised one", async () => {
    const { id } = await confirmed(1);
    const late = dayAfter((await asSeller(id)).promised_on ?? "", 9);
    const { id: request } = await asked(id, { promised_on: late });
    await answer("grant", request);
    expect(await asSeller(id)).toMatchObject({ state: "accepted", promised_on: late, cancelled: { amount: 0 } });
    expect(await deadlineKinds(id)).toEqual(["order_late", "order_ship_end"]);
  });

  test("only one question of a kind is open, and accepting whole answers it", async () => {
    const { id } = await confirmed(2);
    const request = await asked(id);
    const again = await accept(id, { lines: [{ line_number: 1, quantity: 1 }] });
    expect([again.status, jsonOf(again)]).toEqual([409, expect.objectContaining({ code: "request-open", request: request.id })]);
    expect((await accept(id)).status).toBe(200);
    expect(await company.get(`/v1/buyer/order-requests/${request.id}`)).toMatchObject({ state: "closed" });
    expect(codeOf(await answer("grant", request.id))).toBe("state-conflict");
  });

  test("what the company has cancelled meanwhile is not delivered either; when that leaves nothing the order is cancelled", async () => {
    const { id } = await confirmed(3, 2);
    const { id: request } = await asked(id, { lines: [{ line_number: 1, quantity: 0 }] });
    await company.post(`/v1/buyer/orders/${id}/cancel`, { lines: [{ line_number: 2, quantity: 2 }], reason: "not needed" });
    await answer("grant", request);
    expect(await asCompany(id)).toMatchObject({ state: "cancelled", cancelled: { amount: 5_950 } });
  });

  test.each([
    ["an unknown line", { lines: [{ line_number: 7 }] }, 422, "unknown-reference"],
    ["more than was ordered", { lines: [{ line_number: 1, quantity: 3 }] }, 409, "units-not-open"],
    ["nothing at all", { lines: [{ line_number: 1, quantity: 0 }] }, 422, "acceptance-empty"],
    ["a day that is over", { promised_on: "2020-01-01" }, 422, "promise-out-of-bounds"],
    ["a day that nobody waits for", { promised_on: "2999-01-01" }, 422, "promise-out-of-bounds"],
    ["one line twice", { lines: [{ line_number: 1 }, { line_number: 1 }] }, 400, "request-invalid"],
  ])("refuses %s and changes nothing", async (_, body, status, code) => {
    const { id } = await confirmed(2);
    const refused = await accept(id, body);
    expect([refused.status, codeOf(refused)]).toEqual([status, code]);
    expect(await asSeller(id)).toMatchObject({ state: "confirmed", version: 1, open_requests: [] });
  });

  test("is judged by If-Match, and refused once another did something", async () => {
    const { id } = await confirmed(1);
    const headers = { "if-match": '"4"' };
    const stale = await seller.send("POST", `/v1/seller/orders/${id}/accept`, {}, { headers });
    expect([stale.status, codeOf(stale)]).toEqual([412, "version-stale"]);
    await accept(id);
    const again = await accept(id);
    expect([again.status, jsonOf(again)]).toEqual([
      409,
      expect.objectContaining({ code: "state-conflict", state: "accepted", allowed: expect.not.arrayContaining(["accept"]) }),
    ]);
  });
});

describe("Rejecting", () => {
  test("ends a confirmed order: its goods and its credit are free, and its checkout stays confirmed", async () => {
    const used = await market.creditUsed(company);
    const { id, offers } = await confirmed(2);
    const rejected = await seller.post(`/v1/seller/orders/${id}/reject`, { reason: "no longer made" });
    expect(rejected).toMatchObject({ state: "rejected", version: 2, cancelled: { amount: 2_380 }, allowed_actions: [] });
    expect(await market.stock(offers[0]!)).toEqual({ onHand: 2, reserved: 0 });
    expect(await market.creditUsed(company)).toBe(used);
    const order = await asCompany(id);
    expect(order.history.at(-1)).toMatchObject({ to: "rejected", by: "seller", cause: "seller_rejected: no longer made" });
    expect(await company.get(`/v1/buyer/checkouts/${order.checkout}`)).toMatchObject({ state: "confirmed", cancelled: { amount: 2_380 } });
    expect(await deadlineKinds(id)).toEqual([]);
    expect(await orderTold(company, "buyer", id, 2)).toEqual(["order.confirmed", "order.rejected"]);
  });

  test("closes the question that was open", async () => {
    const { id } = await confirmed(2);
    const { id: request } = await asked(id);
    await seller.post(`/v1/seller/orders/${id}/reject`, { reason: "no longer made" });
    expect(await company.get(`/v1/buyer/order-requests/${request}`)).toMatchObject({ state: "closed", allowed_actions: [] });
  });
});

test("strangers know nothing of orders and questions: foreign ids and random ones are the same", async () => {
  const [other, otherCompany] = await Promise.all([market.seller(), market.company()]);
  const { id } = await confirmed(2);
  const { id: request } = await asked(id);
  const random = "orq_01k9zv3n7gfx1t0c5r2m8q4e02";
  const answers = await Promise.all([
    other.send("POST", `/v1/seller/orders/${id}/accept`, {}),
    other.send("POST", `/v1/seller/orders/${id}/reject`, { reason: "no" }),
    other.send("GET", `/v1/seller/order-requests/${request}`),
    other.send("POST", `/v1/seller/order-requests/${request}/withdraw`, {}),
    otherCompany.send("POST", `/v1/buyer/order-requests/${request}/grant`, {}),
    otherCompany.send("POST", `/v1/buyer/order-requests/${random}/grant`, {}),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
  // Whoever asked may not answer.
  const own = await seller.send("POST", `/v1/seller/order-requests/${request}/grant`, {});
  expect([own.status, jsonOf(own)]).toEqual([
    409,
    expect.objectContaining({ code: "state-conflict", state: "open", allowed: ["withdraw"] }),
  ]);
});

test("All of this leaves a market in which doctor finds nothing", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});

async function deadlineKinds(id: string): Promise<string[]> {
  const rows = await market.database.owner<{ kind: string }>("select kind from deadlines where subject_id = any ($1) order by kind", [
    [uuidOfWire(id)],
  ]);
  return rows.map(({ kind }) => kind);
}
