import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { openMarket, placingBody, type Checkout, type Company, type OwnMarket, type Seller } from "../support/market.ts";
import type { Wire } from "../support/wire.ts";
import { followWrites } from "../support/write-boundaries.ts";
import { until } from "../invariants/attack.ts";

let market: OwnMarket;
let wire: Wire;
let seller: Seller;
let other: Seller;
let company: Company;
beforeAll(async () => {
  market = await openMarket({ wire: true });
  if (market.wire === undefined) throw new Error("the market has a wire");
  wire = market.wire;
  [seller, other] = [await market.seller(), await market.seller()];
  company = await market.company();
});
afterAll(async () => {
  await market?.close();
});

const reason = { reason: "no longer needed" };
const cancelling = (checkout: Checkout, index = 0) => company.send("POST", `/v1/buyer/orders/${checkout.orders[index]?.id}/cancel`, reason);

describe("money", () => {
  // medusa#14818, #13734; vendure#2662, saleor#12348
  test("tax is rounded once for all lines of one rate, half up, and lines, order and checkout add up", async () => {
    const [a, b] = [await seller.offer({ price: 5 }), await seller.offer({ price: 8 })];
    const reduced = await seller.offer({ price: 50, taxCategory: "reduced" });
    const placed = await company.placed([
      { offer: a, quantity: 1 },
      { offer: b, quantity: 1 },
      { offer: reduced, quantity: 1 },
    ]);
    type Order = {
      net: { amount: number };
      tax: { amount: number };
      total: { amount: number };
      lines: { net: { amount: number } }[];
      tax_groups: unknown[];
    };
    const order = await company.get<Order>(`/v1/buyer/orders/${placed.orders[0]?.id}`);
    // 13 × 19 % = 2.47 (line by line it would be 1 + 2 = 3), 50 × 7 % = 3.5.
    expect(order.tax_groups).toMatchObject([
      { category: "reduced", rate_ppm: 70_000, net: { amount: 50 }, tax: { amount: 4 } },
      { category: "standard", rate_ppm: 190_000, net: { amount: 13 }, tax: { amount: 2 } },
    ]);
    expect([order.net.amount, order.tax.amount, order.total.amount]).toEqual([63, 6, 69]);
    expect(order.lines.reduce((sum, line) => sum + line.net.amount, 0)).toBe(63);
    expect(placed.total.amount).toBe(69);
  });

  // every anchor; medusa#11454, #13405
  test("whatever is changed afterwards, an order reads the same bytes", async () => {
    const offer = await seller.offer({ price: 1234 });
    const placed = await company.placed([{ offer, quantity: 3 }]);
    const read = async () =>
      Promise.all([
        company.send("GET", `/v1/buyer/orders/${placed.orders[0]?.id}`),
        seller.send("GET", `/v1/seller/orders/${placed.orders[0]?.id}`),
        company.send("GET", `/v1/buyer/checkouts/${placed.id}`),
      ]).then((answers) => answers.map(({ body }) => body.toString()));
    const before = await read();
    const changed = {
      reference: offer.reference,
      sku: "UNIT-1",
      currency: "EUR",
      unit_price: { amount: 1, currency: "EUR" },
      tax_category: "reduced",
    };
    await seller.post("/v1/seller/offers/bulk", { offers: [{ ...changed, minimum: 7, step: 7 }] });
    const tables = {
      sellers: "name = 'X', street = 'X', city = 'X', version = version + 1",
      companies: "name = 'X', street = 'X', version = version + 1",
      variants: "title = 'X', unit = 'X'",
      products: "title = 'X'",
    };
    for (const [table, change] of Object.entries(tables)) {
      await market.database.owner(`alter table ${table} no force row level security`);
      await market.database.owner(`update ${table} set ${change}`);
    }
    expect(await read()).toEqual(before);
  });

  test("a total that the company did not expect is refused with ours, and nothing is taken", async () => {
    const offer = await seller.offer({ price: 1000 });
    const answer = await company.place([{ offer, quantity: 1 }], { expectedTotal: 1189 });
    expect(jsonOf(answer)).toMatchObject({ status: 409, code: "total-differs", total: { amount: 1190, currency: "EUR" } });
    expect(await market.stock(offer)).toMatchObject({ reserved: 0 });
    expect((await company.place([{ offer, quantity: 1 }], { expectedTotal: 1190 })).status).toBe(201);
  });

  test.each(["-1", "9007199254740993", "1e3", '"10.00"', "10.005", "NaN", "Infinity", "01", "1.0", "null", "true"])(
    "an amount of %s is 400 and names the field",
    async (amount) => {
      const offer = await seller.offer();
      const body = JSON.stringify({ ...placingBody([{ offer, quantity: 1 }], { reference: "amounts", expectedTotal: 777_777 }) }).replace(
        "777777",
        amount,
      );
      const answer = await company.send("POST", "/v1/buyer/checkouts", Buffer.from(body));
      expect([answer.status, codeOf(answer)]).toEqual([400, "request-invalid"]);
      expect(answer.body.toString()).toMatch(/expected_total/);
    },
  );
});

describe("events, isolation, scale", () => {
  // saleor#9961
  test("one change is one event with one id, and it reads the same bytes later", async () => {
    const offer = await seller.offer();
    const placed = await company.placed([{ offer, quantity: 1 }]);
    type Page = { items: { id: string; subject: string; subject_version: number; type: string }[]; next_after: number };
    const all = async () => {
      const found: Page["items"] = [];
      for (let page = await company.get<Page>("/v1/buyer/events?after=0&limit=200"); page.items.length > 0; ) {
        found.push(...page.items);
        page = await company.get<Page>(`/v1/buyer/events?after=${page.next_after}&limit=200`);
      }
      return found;
    };
    const mine = async () => (await all()).filter(({ subject }) => subject === placed.id || subject === placed.orders[0]?.id);
    await until("both events have their position", async () => (await mine()).length >= 2);
    const before = await mine();
    expect(before.map(({ type, subject_version: version }) => [type, version])).toEqual(
      expect.arrayContaining([
        ["checkout.confirmed", 1],
        ["order.confirmed", 1],
      ]),
    );
    expect(new Set(before.map(({ id }) => id)).size).toBe(before.length);
    await cancelling(placed);
    expect((await mine()).slice(0, before.length)).toEqual(before);
  });

  // mercur#700
  test("a seller's goods, places and orders are nobody else's: a foreign id is answered like a random one", async () => {
    const offer = await seller.offer();
    const placed = await company.placed([{ offer, quantity: 1 }]);
    const stranger = await market.company();
    const random = (id: string | undefined) => `${id?.slice(0, -6)}zzzzzz`;
    const same = async (ask: (id: string) => Promise<unknown>, id: string | undefined) =>
      expect(await ask(id ?? "")).toEqual(await ask(random(id)));
    const answered = async (sent: Promise<{ status: number; body: Buffer }>, id: string) => {
      const { status, body } = await sent;
      const { instance: _, ...problem } = JSON.parse(body.toString()) as Record<string, unknown>;
      return [status, JSON.stringify(problem).replaceAll(id, "ID")];
    };
    await same((id) => answered(other.send("GET", `/v1/seller/orders/${id}`), id), placed.orders[0]?.id);
    await same((id) => answered(other.send("POST", `/v1/seller/orders/${id}/cancel`, reason), id), placed.orders[0]?.id);
    await same((id) => answered(stranger.send("GET", `/v1/buyer/checkouts/${id}`), id), placed.id);
    await same((id) => answered(stranger.send("POST", `/v1/buyer/checkouts/${id}/cancel`, reason), id), placed.id);
    await same((id) => answered(stranger.send("POST", `/v1/buyer/orders/${id}/cancel`, reason), id), placed.orders[0]?.id);
    const own = await other.offer();
    const receive = (line: object) => other.send("POST", "/v1/seller/stock/receipts", { lines: [{ quantity: 1, ...line }] });
    await same((id) => answered(receive({ offer: own.id, location: id }), id), offer.location);
    await same((id) => answered(receive({ offer: id, location: own.location }), id), offer.id);
  });

  // vendure#2910, #226; medusa#13335, #7244
  test("placing takes as many statements for 300 lines of two sellers as for one line", async () => {
    const offers = [
      ...(await seller.offers(Array.from({ length: 150 }, () => ({})))),
      ...(await other.offers(Array.from({ length: 150 }, () => ({})))),
    ];
    const statements = async (lines: number) => {
      const seen: string[] = [];
      const unwatch = wire.watch(
        followWrites(({ statement, moment }) => {
          if (moment === "before") seen.push(statement.sql);
          return "pass";
        }),
      );
      await company.placed(offers.slice(0, lines).map((offer) => ({ offer, quantity: 1 })));
      unwatch();
      return seen;
    };
    const [one, many] = [await statements(1), await statements(300)];
    expect(many).toEqual(one);
    expect(one.at(-1)).toBe("commit");
    expect(one.length).toBeLessThanOrEqual(16);
  });

  // saleor#19209
  test("every list has a bound: 201 rows, 3,001 lines and a body of more than a mebibyte are refused", async () => {
    const offer = await seller.offer();
    expect((await company.send("GET", "/v1/buyer/checkouts?limit=201")).status).toBe(400);
    expect((await company.place(Array.from({ length: 3001 }, () => ({ offer, quantity: 1 })))).status).toBe(400);
    expect((await company.send("POST", "/v1/buyer/checkouts", Buffer.alloc(1024 * 1024 + 1, " "))).status).toBe(413);
  });
});

test("after the whole tour the market is sound", async () => {
  expect((await market.doctor()).violations).toEqual([]);
});
