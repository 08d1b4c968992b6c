import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { type Checkout, type Company, openMarket, type OwnMarket, placingBody, type Seller } from "../support/market.ts";

let market: OwnMarket;
let north: Seller;
let south: Seller;
let company: Company;
beforeAll(async () => {
  market = await openMarket();
  [north, south, company] = await Promise.all([market.seller(), market.seller(), market.company()]);
});
afterAll(async () => {
  await market.close();
});

type Event = { readonly type: string; readonly data: { readonly order?: string; readonly checkout?: string } };

/** What a caller was told of one subject, once the sequencer has numbered it. */
async function toldOf(caller: { get<T>(path: string): Promise<T> }, audience: string, id: string, count: number): Promise<string[]> {
  const found = async () => {
    const types: string[] = [];
    let after = 0;
    for (;;) {
      const page = await caller.get<{ items: Event[]; next_after: number }>(`/v1/${audience}/events?after=${after}&limit=200`);
      types.push(...page.items.filter(({ data }) => (data.order ?? data.checkout) === id).map(({ type }) => type));
      if (page.items.length === 0) return types;
      after = page.next_after;
    }
  };
  await expect.poll(async () => (await found()).length, { timeout: 10_000 }).toBe(count);
  return found();
}

describe("Placing on account", () => {
  test("confirms at once, one order per seller, with prices, tax and stock as they were agreed", async () => {
    const [bolts, gloves] = await Promise.all([north.offer({ price: 333, units: 10 }), south.offer({ price: 1_000, units: 10 })]);
    const used = await market.creditUsed(company);
    const placed = await company.placed([
      { offer: bolts, quantity: 3 },
      { offer: gloves, quantity: 2 },
    ]);
    // 3 × 3.33 = 9.99 and 19 % of it is 1.8981; 2 × 10.00 = 20.00 and 3.80.
    expect(placed).toMatchObject({
      state: "confirmed",
      version: 1,
      net: { amount: 2_999 },
      tax: { amount: 570 },
      total: { amount: 3_569 },
    });
    expect(placed.orders.map(({ seller, state }) => [seller.id, state])).toEqual([
      [north.id, "confirmed"],
      [south.id, "confirmed"],
    ]);
    expect([await market.stock(bolts), await market.stock(gloves)]).toEqual([
      { onHand: 10, reserved: 3 },
      { onHand: 10, reserved: 2 },
    ]);
    expect((await market.creditUsed(company)) - used).toBe(3_569);
    expect(await toldOf(company, "buyer", placed.id, 1)).toEqual(["checkout.confirmed"]);
  });

  test("shows each seller its own order only, with its lines as they were agreed whatever the offer says later", async () => {
    const bolts = await north.offer({ price: 500, units: 5 });
    const gloves = await south.offer({ units: 5 });
    const placed = await company.placed([
      { offer: gloves, quantity: 1 },
      { offer: bolts, quantity: 2 },
    ]);
    const mine = placed.orders.find(({ seller }) => seller.id === north.id)?.id ?? "";
    const theirs = placed.orders.find(({ seller }) => seller.id === south.id)?.id ?? "";
    const before = await north.get(`/v1/seller/orders/${mine}`);
    expect(before).toMatchObject({
      state: "confirmed",
      lines: [
        { line_number: 2, sku: "UNIT-1", quantity: 2, unit_price: { amount: 500 }, net: { amount: 1_000 }, tax: { rate_ppm: 190_000 } },
      ],
      allowed_actions: ["accept", "reject", "cancel"],
    });
    const row = {
      reference: bolts.reference,
      sku: "UNIT-1",
      currency: "EUR",
      unit_price: { amount: 9, currency: "EUR" },
      tax_category: "reduced",
    };
    await north.post("/v1/seller/offers/bulk", { offers: [row] });
    expect(await north.get(`/v1/seller/orders/${mine}`)).toEqual(before);
    expect((await north.send("GET", `/v1/seller/orders/${theirs}`)).status).toBe(404);
    expect(await toldOf(north, "seller", mine, 1)).toEqual(["order.confirmed"]);
  });

  test("previews what placing would come to, and leaves nothing behind", async () => {
    const bolts = await north.offer({ price: 250, units: 4 });
    const body = placingBody([{ offer: bolts, quantity: 4 }], { reference: "PREVIEWED" });
    const { client_reference: _, ...withoutReference } = body;
    const preview = await company.send("POST", "/v1/buyer/checkouts/preview", withoutReference);
    expect(preview.status).toBe(200);
    expect(jsonOf(preview)).toMatchObject({ net: { amount: 1_000 }, total: { amount: 1_190 }, orders: [{ lines: [{ quantity: 4 }] }] });
    expect(await market.stock(bolts)).toEqual({ onHand: 4, reserved: 0 });
    const short = await company.send("POST", "/v1/buyer/checkouts/preview", { ...body, lines: [{ offer: bolts.id, quantity: 5 }] });
    expect([short.status, codeOf(short)]).toEqual([409, "stock-short"]);
    expect((await company.placed([{ offer: bolts, quantity: 4 }], { reference: "PREVIEWED", expectedTotal: 1_190 })).state).toBe(
      "confirmed",
    );
  });

  test.each([
    ["a reference with white space at its end", { client_reference: "PO-1 " }, 400, "request-invalid"],
    ["an expected total that is another", { expected_total: { amount: 1, currency: "EUR" } }, 409, "total-differs"],
    ["another currency than the offer's", { currency: "GBP" }, 422, "currency-mismatch"],
    [
      "a delivery across a border",
      { delivery_address: { street: "Rue 1", city: "Lyon", postal_code: "69001", country: "FR" } },
      422,
      "tax-not-supported",
    ],
    ["a replaced checkout that never was", { replaces: "chk_01k9zv3n7gfx1t0c5r2m8q4a6m" }, 422, "unknown-reference"],
  ])("refuses %s and holds nothing", async (_, change, status, code) => {
    const bolts = await north.offer({ units: 2 });
    const body = { ...placingBody([{ offer: bolts, quantity: 1 }], { reference: `REFUSED-${code}` }), ...change };
    const answer = await company.send("POST", "/v1/buyer/checkouts", body);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect(await market.stock(bolts)).toEqual({ onHand: 2, reserved: 0 });
  });

  test("takes a reference again only after an unconfirmed end, and only when the ended checkout is named", async () => {
    const bolts = await north.offer({ units: 9 });
    const lines = [{ offer: bolts, quantity: 1 }];
    const pending = await company.placed(lines, { reference: "AGAIN", method: "bank_transfer" });
    expect(codeOf(await company.place(lines, { reference: "AGAIN" }))).toBe("reference-taken");
    await company.post(`/v1/buyer/checkouts/${pending.id}/cancel`, { reason: "wrong address" });
    const unnamed = await company.place(lines, { reference: "AGAIN" });
    expect(jsonOf(unnamed)).toMatchObject({ code: "reference-taken", checkout: pending.id, state: "cancelled" });
    expect((await company.placed(lines, { reference: "AGAIN", replaces: pending.id })).state).toBe("confirmed");
    expect(await market.stock(bolts)).toEqual({ onHand: 9, reserved: 1 });
  });
});

describe("Paying by bank transfer", () => {
  const placePending = async (): Promise<Checkout> =>
    company.placed([{ offer: await north.offer({ price: 5_000, units: 1 }), quantity: 1 }], { method: "bank_transfer" });
  const receipt = (id: string, reference: string, amount: number) =>
    market.operator.send("POST", `/v1/operator/checkouts/${id}/receipts`, {
      bank_reference: reference,
      amount: { amount, currency: "EUR" },
    });

  test("holds the stock until all that is due has come in, once for each booking of the bank", async () => {
    const [first, second] = [await placePending(), await placePending()];
    expect([first.state, first.orders[0]?.state]).toEqual(["pending_payment", "reserved"]);
    expect(jsonOf(await receipt(first.id, "BANK-0", 5_949))).toMatchObject({ checkout: { state: "pending_payment", version: 1 } });
    expect(jsonOf(await receipt(first.id, "BANK-1", 1))).toMatchObject({ checkout: { state: "confirmed", version: 2 } });
    expect(codeOf(await receipt(second.id, "BANK-1", 5_950))).toBe("bank-reference-used");
    expect(codeOf(await receipt(first.id, "BANK-2", 5_950))).toBe("state-conflict");
    const krona = { bank_reference: "BANK-2", amount: { amount: 5_950, currency: "SEK" } };
    const foreign = await market.operator.send("POST", `/v1/operator/checkouts/${second.id}/receipts`, krona);
    expect(jsonOf(foreign)).toMatchObject({ code: "payment-currency-differs", currency: "EUR", received: "SEK" });
    const read = await company.get<{ state: string; allowed_actions: string[]; history: object[] }>(`/v1/buyer/checkouts/${first.id}`);
    expect(read).toMatchObject({
      state: "confirmed",
      allowed_actions: [],
      history: [{ to: "pending_payment" }, { to: "confirmed", by: "operator" }],
    });
    expect(await toldOf(company, "buyer", first.id, 2)).toEqual(["checkout.pending_payment", "checkout.confirmed"]);
  });

  test("is due for what is left when one of its orders is cancelled, and ends with the last", async () => {
    const [bolts, gloves] = await Promise.all([north.offer({ price: 1_000 }), south.offer({ price: 2_000 })]);
    const lines = [
      { offer: bolts, quantity: 1 },
      { offer: gloves, quantity: 1 },
    ];
    const pending = await company.placed(lines, { method: "bank_transfer" });
    const [one, other] = pending.orders;
    await company.post(`/v1/buyer/orders/${one?.id}/cancel`, { reason: "found cheaper" });
    expect(jsonOf(await receipt(pending.id, "BANK-3", 2_379))).toMatchObject({ checkout: { state: "pending_payment" } });
    await south.post(`/v1/seller/orders/${other?.id}/cancel`, { reason: "sold out" });
    expect(await company.get(`/v1/buyer/checkouts/${pending.id}`)).toMatchObject({ state: "cancelled", cancelled: pending.total });
    expect(codeOf(await receipt(pending.id, "BANK-4", 2_380))).toBe("state-conflict");
  });
});

describe("Cancelling an order", () => {
  test("gives back its stock and its credit once, and leaves its checkout confirmed", async () => {
    const bolts = await north.offer({ price: 700, units: 3 });
    const used = await market.creditUsed(company);
    const placed = await company.placed([{ offer: bolts, quantity: 3 }]);
    const id = placed.orders[0]?.id ?? "";
    const stale = await company.send("POST", `/v1/buyer/orders/${id}/cancel`, { reason: "late" }, { headers: { "if-match": '"7"' } });
    expect([stale.status, codeOf(stale)]).toEqual([412, "version-stale"]);
    const cancelled = await company.post(`/v1/buyer/orders/${id}/cancel`, { reason: "late" }, { headers: { "if-match": '"1"' } });
    expect(cancelled).toMatchObject({ state: "cancelled", version: 2, cancelled: placed.total });
    expect(codeOf(await north.send("POST", `/v1/seller/orders/${id}/cancel`, { reason: "late" }))).toBe("state-conflict");
    expect(await market.stock(bolts)).toEqual({ onHand: 3, reserved: 0 });
    expect(await market.creditUsed(company)).toBe(used);
    expect(await company.get(`/v1/buyer/checkouts/${placed.id}`)).toMatchObject({ state: "confirmed", cancelled: placed.total });
    expect(await toldOf(north, "seller", id, 2)).toEqual(["order.confirmed", "order.cancelled"]);
  });
});

test("All of this leaves a market in which doctor finds nothing", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
