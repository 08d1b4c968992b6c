import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf, send } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { openMarket, type Checkout, type Company, type OwnMarket, type Seller } from "../support/market.ts";
import { isCommit, type Wire, type WireAction } from "../support/wire.ts";
import { followWrites } from "../support/write-boundaries.ts";

let market: OwnMarket;
let wire: Wire;
let seller: Seller;
let company: Company;
beforeAll(async () => {
  market = await openMarket({ wire: true });
  if (market.wire === undefined) throw new Error("the market has a wire");
  wire = market.wire;
  seller = await market.seller();
  company = await market.company();
});
afterAll(async () => {
  await market?.close();
});

const reason = { reason: "no longer needed" };
const cancelling = (checkout: Checkout, index = 0) => company.send("POST", `/v1/buyer/orders/${checkout.orders[index]?.id}/cancel`, reason);

describe("stock", () => {
  // medusa#16502, vendure#2702
  test("three lines of one offer are short together although each alone is not", async () => {
    const offer = await seller.offer({ units: 5 });
    const line = { offer, quantity: 2 };
    const answer = await company.place([line, line, line]);
    expect([answer.status, codeOf(answer)]).toEqual([409, "stock-short"]);
    expect(jsonOf(answer)["lines"]).toMatchObject([{ pointer: expect.stringMatching("^/lines/2") as string, offer: offer.id }]);
    expect((await company.place([line, line])).status).toBe(201);
  });

  // saleor PR#6897
  test("what is said to be available is what the level has, through placing and cancelling", async () => {
    const offer = await seller.offer({ units: 5 });
    const available = async () =>
      jsonOf<{ lines: { available: number }[] }>(await company.place([{ offer, quantity: 100 }])).lines[0]?.available;
    const placed = await company.placed([{ offer, quantity: 3 }]);
    expect(await available()).toBe(2);
    expect((await cancelling(placed)).status).toBe(200);
    expect(await available()).toBe(5);
  });

  // medusa#12401, medusa#11131
  test("no statement, whoever sends it, makes what is reserved negative or more than there is", async () => {
    await seller.offer({ units: 5 });
    // Nobody's policies keep the owner from its own rows here: the CHECK alone is left to say no.
    await market.database.owner("alter table stock_levels no force row level security");
    await expect(market.database.owner("update stock_levels set reserved = -1")).rejects.toMatchObject({
      constraint: "stock_levels_never_oversold",
    });
    await expect(market.database.owner("update stock_levels set reserved = on_hand + backorder_limit + 1")).rejects.toMatchObject({
      constraint: "stock_levels_never_oversold",
    });
    await market.database.owner("alter table stock_levels force row level security");
  });

  // medusa#11703, medusa#12796
  test("giving back is never refused by what would forbid taking: not by empty stock, not by a limit that has been lowered", async () => {
    const poor = await market.company({ credit: 11_900 });
    const offer = await seller.offer({ units: 10 });
    const placed = await poor.placed([{ offer, quantity: 10 }]);
    const account = `/v1/operator/companies/${poor.id}/credit-accounts/EUR`;
    expect((await market.operator.send("PUT", account, { limit: { amount: 1, currency: "EUR" } })).status).toBe(200);
    expect((await poor.send("POST", `/v1/buyer/orders/${placed.orders[0]?.id}/cancel`, reason)).status).toBe(200);
    expect([await market.stock(offer), await market.creditUsed(poor)]).toEqual([{ onHand: 10, reserved: 0 }, 0]);
  });

  // vendure#1355
  test("stock that is promised cannot be taken off the books, and the answer names the order", async () => {
    const offer = await seller.offer({ units: 4 });
    const placed = await company.placed([{ offer, quantity: 3 }]);
    const lines = [{ offer: offer.id, location: offer.location, delta: -2 }];
    const answer = await seller.send("POST", "/v1/seller/stock/adjustments", { reason: "damaged", lines });
    expect([answer.status, codeOf(answer)]).toEqual([409, "stock-in-use"]);
    expect(answer.body.toString()).toContain(placed.orders[0]?.id);
    expect(await market.stock(offer)).toEqual({ onHand: 4, reserved: 3 });
  });

  // vendure#550, #1571, #1198, #2874
  test("what is cancelled twice is given back once", async () => {
    const offer = await seller.offer({ units: 4 });
    await company.placed([{ offer, quantity: 2 }]);
    const placed = await company.placed([{ offer, quantity: 2 }]);
    expect([(await cancelling(placed)).status, (await cancelling(placed)).status]).toEqual([200, 409]);
    expect(await market.stock(offer)).toEqual({ onHand: 4, reserved: 2 });
  });
});

describe("orders and retries", () => {
  // magento2#10767, woocommerce#14541
  test("two clicks with two keys on one order number make one checkout, and the second is told which", async () => {
    const offer = await seller.offer({ units: 4 });
    const first = await company.placed([{ offer, quantity: 1 }], { reference: "two clicks" });
    const second = await company.place([{ offer, quantity: 1 }], { reference: "two clicks" });
    expect([second.status, jsonOf(second)]).toMatchObject([409, { code: "reference-taken", checkout: first.id, state: "confirmed" }]);
    expect(await market.stock(offer)).toEqual({ onHand: 4, reserved: 1 });
  });

  // medusa#12184, #12399, #6745
  test("who was refused for lack of stock gets through with a new key and the same order number when there is some", async () => {
    const offer = await seller.offer({ units: 1 });
    const refused = await company.place([{ offer, quantity: 2 }], { reference: "second try" });
    expect([refused.status, jsonOf(refused)["retry"]]).toEqual([409, "new_key"]);
    await seller.post("/v1/seller/stock/receipts", { lines: [{ offer: offer.id, location: offer.location, quantity: 1 }] });
    expect((await company.place([{ offer, quantity: 2 }], { reference: "second try" })).status).toBe(201);
  });

  // medusa#1887
  test("a key that is used for something else, and one that is under way, get different answers that say what to do", {
    timeout: 20_000,
  }, async () => {
    await market.restart(1);
    const offer = await seller.offer({ units: 4 });
    const request = company.placing([{ offer, quantity: 1 }], { key: "under-way" });
    const reused = await company
      .place([{ offer, quantity: 2 }], { key: "used" })
      .then(() => company.place([{ offer, quantity: 1 }], { key: "used" }));
    expect(jsonOf(reused)).toMatchObject({
      status: 422,
      code: "idempotency-key-reused",
      detail: expect.stringMatching(/same key/) as string,
    });

    const held = Promise.withResolvers<void>();
    const letGo = Promise.withResolvers<void>();
    let holds = false;
    const unwatch = wire.watch(
      followWrites(async ({ statement, moment }): Promise<WireAction> => {
        if (moment === "before" && isCommit(statement) && !holds) {
          holds = true;
          held.resolve();
          await letGo.promise;
        }
        return "pass";
      }),
    );
    const [here = "", there = ""] = market.origins();
    const first = send(here, request);
    await held.promise;
    const meanwhile = await send(there, request);
    letGo.resolve();
    unwatch();
    expect(jsonOf(meanwhile)).toMatchObject({ status: 409, code: "request-in-flight", retry: "same_key" });
    expect(Number(meanwhile.headers["retry-after"])).toBeGreaterThan(0);
    const [done, again] = [await first, await send(there, request)];
    expect([done.status, again.status, again.body.equals(done.body)]).toEqual([201, 201, true]);
    await market.servers[1]?.stop();
  });

  // vendure#3235, #1330
  test("a checkout that waits for money says until when, and has a way out for company and operator", async () => {
    const offer = await seller.offer();
    const placed = await company.placed([{ offer, quantity: 1 }], { method: "bank_transfer" });
    expect(placed).toMatchObject({ state: "pending_payment", pay_before: expect.stringMatching(/Z$/) as string });
    expect(await company.get(`/v1/buyer/checkouts/${placed.id}`)).toMatchObject({ allowed_actions: ["cancel"] });
    expect(await market.operator.get(`/v1/operator/checkouts/${placed.id}`)).toMatchObject({ allowed_actions: ["record_receipt"] });
  });

  // vendure PR#2657, #2569, #2620; spree PR#13938
  test("money reported twice or late changes nothing and says why, and less than is due confirms nothing", async () => {
    const offer = await seller.offer();
    const [paid, unpaid] = [
      await company.placed([{ offer, quantity: 1 }], { method: "bank_transfer" }),
      await company.placed([{ offer, quantity: 1 }], { method: "bank_transfer" }),
    ];
    const record = async (checkout: Checkout, reference: string, amount = checkout.total.amount) => {
      const receipt = { bank_reference: reference, amount: { amount, currency: "EUR" } };
      const answer = await market.operator.send("POST", `/v1/operator/checkouts/${checkout.id}/receipts`, receipt);
      return [answer.status, codeOf(answer)];
    };
    expect(await record(paid, "SEPA-0", paid.total.amount - 1)).toEqual([201, undefined]);
    expect(await market.operator.get(`/v1/operator/checkouts/${paid.id}`)).toMatchObject({ state: "pending_payment", version: 1 });
    expect(await record(paid, "SEPA-1", 1)).toEqual([201, undefined]);
    expect(await record(paid, "SEPA-2")).toEqual([409, "state-conflict"]);
    expect(await record(unpaid, "SEPA-1")).toEqual([422, "bank-reference-used"]);
    expect(await market.operator.get(`/v1/operator/checkouts/${paid.id}`)).toMatchObject({ state: "confirmed", version: 2 });
    expect(await market.operator.get(`/v1/operator/checkouts/${unpaid.id}`)).toMatchObject({ state: "pending_payment", version: 1 });
  });

  test("a command that the lifecycle does not know here is told the state and what is allowed, and changes nothing", async () => {
    const offer = await seller.offer();
    const confirmed = await company.placed([{ offer, quantity: 1 }]);
    const answer = await company.send("POST", `/v1/buyer/checkouts/${confirmed.id}/cancel`, reason);
    expect(jsonOf(answer)).toMatchObject({ status: 409, code: "state-conflict", state: "confirmed", allowed: [] });
    expect((await cancelling(confirmed)).status).toBe(200);
    const read = async () => (await company.send("GET", `/v1/buyer/orders/${confirmed.orders[0]?.id}`)).body.toString();
    const before = await read();
    expect(jsonOf(await cancelling(confirmed))).toMatchObject({ status: 409, code: "state-conflict", state: "cancelled", allowed: [] });
    expect(await read()).toBe(before);
  });
});

test("after the whole tour the market is sound", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
