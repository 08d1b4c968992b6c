import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { type Checkout, type Company, type Offer, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import type { WireAction, WireStatement } from "../support/wire.ts";
import { eventsOf, levelsOf, limitTo, line, locate, movementsOf, operate, operated, type Written } from "./stock-asking.ts";

let market: OwnMarket;
let seller: Seller;
let company: Company;

beforeAll(async () => {
  market = await openMarket({ wire: true });
  [seller, company] = [await market.seller(), await market.company()];
});
afterAll(() => market?.close());

const newest = { shortfall: "newest_first" };
const orderOf = (checkout: Checkout, index = 0) => checkout.orders[index]?.id ?? "";
const cancelledOf = ({ cancelled = [] }: Written) => cancelled.map(({ order, line_number, quantity }) => [order, line_number, quantity]);
type Shown = { state: string; total: { amount: number }; cancelled: { amount: number } };
const read = (id: string) => company.get<Shown>(`/v1/buyer/orders/${id}`);

describe("Stock that falls short", () => {
  it("is refused with who would have to give up what, the newest first, and nothing is changed", async () => {
    const offer = await seller.offer({ units: 10 });
    const [first, second] = [await company.placed([{ offer, quantity: 4 }]), await company.placed([{ offer, quantity: 3 }])];

    const refused = await operate(seller, "adjustments", [line(offer, { delta: -8 })]);

    expect([refused.status, jsonOf(refused)]).toMatchObject([
      409,
      {
        code: "stock-in-use",
        lines: [
          {
            ...{ on_hand: 10, reserved: 7, backorder_limit: 0, least_on_hand: 7 },
            orders: [
              { order: orderOf(second), line_number: 1, held: 3, packed: 0, to_give_up: 3 },
              { order: orderOf(first), line_number: 1, held: 4, packed: 0, to_give_up: 2 },
            ],
          },
        ],
      },
    ]);
    expect([await levelsOf(offer), (await read(orderOf(second))).state]).toEqual([[[10, 7]], "confirmed"]);
  });

  it("is taken from the newest promises when that is asked for, with their credit, and the oldest keeps what is left", async () => {
    const buyer = await market.company();
    const offer = await seller.offer({ units: 10, price: 1_000 });
    const placed = [];
    for (const quantity of [4, 3, 2]) placed.push(await buyer.placed([{ offer, quantity }]));
    const [first, second, third] = placed.map((checkout) => orderOf(checkout));
    const state = async (id: string | undefined) => {
      const { state: now, cancelled } = await buyer.get<Shown>(`/v1/buyer/orders/${id}`);
      return [now, cancelled.amount];
    };

    const written = await operated(seller, "adjustments", [line(offer, { delta: -4 })], newest);

    expect(written.lines).toMatchObject([line(offer, { on_hand: 6, reserved: 6 })]);
    expect(cancelledOf(written).toSorted()).toEqual([
      [second, 1, 1],
      [third, 1, 2],
    ]);
    expect(await Promise.all([first, second, third].map(state))).toEqual([
      ["confirmed", 0],
      ["confirmed", 1_190],
      ["cancelled", 2_380],
    ]);
    expect([await levelsOf(offer), await market.creditUsed(buyer)]).toEqual([[[6, 6]], 6 * 1_190]);
    expect(
      (await movementsOf(offer)).slice(-3).map(({ kind, on_hand_delta, reserved_delta }) => [kind, on_hand_delta, reserved_delta]),
    ).toEqual(
      expect.arrayContaining([
        ["release", 0, -1],
        ["release", 0, -2],
        ["adjust", -4, 0],
      ]),
    );
    const told = await eventsOf(seller, "order.cancelled", 1);
    expect(told.find(({ subject }) => subject === third)?.data).toMatchObject({ cause: "stock_shortage", by: "seller" });
    expect((await market.doctor()).violations).toEqual([]);
  });

  it("is told to the companies as a shortage, and the seller's reason to nobody but the seller", async () => {
    const [secret, buyer] = ["the forklift driver was drunk again", await market.company()];
    const offer = await seller.offer({ units: 5 });
    const [partly, wholly] = [
      orderOf(await buyer.placed([{ offer, quantity: 3 }])),
      orderOf(await buyer.placed([{ offer, quantity: 2 }], { method: "bank_transfer" })),
    ];

    const toldTo = async () => (await buyer.get<{ items: { type: string }[] }>("/v1/buyer/events?limit=200")).items.map(({ type }) => type);

    await operated(seller, "adjustments", [line(offer, { delta: -4 })], { ...newest, reason: secret });

    const kept = await market.database.owner("select from stock_operations where reason = $1", [secret]);
    expect(kept.length).toBe(1);
    await expect.poll(toldTo).toEqual(expect.arrayContaining(["order.units_cancelled", "order.cancelled"]));
    for (const [tree, by] of [
      ["buyer", buyer],
      ["seller", seller],
      ["operator", market.operator],
    ] as const) {
      const read = async (path: string) => JSON.stringify(await by.get(`/v1/${tree}/${path}`));
      const seen = await Promise.all([read(`orders/${partly}`), read(`orders/${wholly}`)]);
      expect(seen.map((text) => [text.includes('"stock_shortage"'), text.includes(secret)])).toEqual([
        [true, false],
        [true, false],
      ]);
    }
    const everything = await Promise.all([
      buyer.get("/v1/buyer/events?limit=200"),
      buyer.get("/v1/buyer/checkouts?limit=200"),
      buyer.get("/v1/buyer/orders?limit=200"),
    ]);
    expect(JSON.stringify(everything)).not.toContain(secret);
  });

  it("is taken where it is short and nowhere else, of one order as of many, and all lines of the request or none", async () => {
    const second = await locate(seller, "Beside");
    const [a, b] = await seller.offers([{ units: 3 }, { units: 5 }]);
    if (a === undefined || b === undefined) throw new Error("two offers were made");
    await operated(seller, "receipts", [line(a, { quantity: 2 }, second)]);
    // Both locations are needed for the first line.
    const [older, both] = [
      orderOf(await company.placed([{ offer: b, quantity: 2 }])),
      orderOf(
        await company.placed([
          { offer: a, quantity: 5 },
          { offer: b, quantity: 3 },
        ]),
      ),
    ];

    const tooMuch = await operate(seller, "adjustments", [line(a, { delta: -1 }), line(b, { delta: -6 })], newest);
    const written = await operated(seller, "adjustments", [line(a, { delta: -2 }), line(b, { delta: -4 })], newest);

    expect([tooMuch.status, jsonOf(tooMuch)["errors"]]).toEqual([
      409,
      [
        { pointer: "/lines/0/delta", detail: "less would be there than is promised" },
        { pointer: "/lines/1/delta", detail: "less than nothing would be on hand" },
      ],
    ]);
    expect(cancelledOf(written).toSorted()).toEqual(
      [
        [both, 1, 2],
        [both, 2, 3],
        [older, 1, 1],
      ].toSorted(),
    );
    expect([await levelsOf(a, [a.location, second]), await levelsOf(b)]).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
      [[1, 1]],
    ]);
    expect((await market.doctor()).violations).toEqual([]);
  });

  it("of a limit is taken likewise", async () => {
    const offer = await seller.offer({ units: 2 });
    await limitTo(offer, 8);
    const [first, second] = [await company.placed([{ offer, quantity: 6 }]), await company.placed([{ offer, quantity: 4 }])];

    const written = await operated(seller, "limits", [line(offer, { backorder_limit: 0 })], newest);

    expect(cancelledOf(written).toSorted()).toEqual(
      [
        [orderOf(first), 1, 4],
        [orderOf(second), 1, 4],
      ].toSorted(),
    );
    expect([await levelsOf(offer), (await read(orderOf(second))).state]).toEqual([[[2, 2]], "cancelled"]);
  });

  it("takes a checkout that waits for its money with its last order, and lowers what another is due for", async () => {
    const offer = await seller.offer({ units: 10, price: 1_000 });
    const keeps = await company.placed([{ offer, quantity: 4 }], { method: "bank_transfer" });
    const loses = await company.placed([{ offer, quantity: 3 }], { method: "bank_transfer" });

    await operated(seller, "adjustments", [line(offer, { delta: -7 })], newest);

    const [kept, lost] = await Promise.all([keeps, loses].map(({ id }) => company.get<Checkout>(`/v1/buyer/checkouts/${id}`)));
    expect([kept?.state, kept?.cancelled.amount]).toEqual(["pending_payment", 1_190]);
    expect([lost?.state, lost?.cancelled.amount]).toEqual(["cancelled", 3_570]);
    expect((await market.doctor()).violations).toEqual([]);
  });

  it("takes nothing below what is on hand at all, and gives up nothing where nothing is short", async () => {
    const offer = await seller.offer({ units: 5 });
    await company.placed([{ offer, quantity: 2 }]);

    const below = await operate(seller, "adjustments", [line(offer, { delta: -6 })], newest);
    const enough = await operated(seller, "adjustments", [line(offer, { delta: -3 })], newest);

    expect([below.status, codeOf(below), enough.cancelled]).toEqual([409, "stock-in-use", []]);
    expect(await levelsOf(offer)).toEqual([[2, 2]]);
  });

  it("is refused when more than a hundred orders would have to give up units, and a hundred do in one transaction", async () => {
    const offer = await seller.offer({ units: 101, price: 10 });
    const placed = [];
    for (let count = 0; count < 101; count += 1) placed.push(company.placed([{ offer, quantity: 1 }]));
    await Promise.all(placed);

    const tooMany = await operate(seller, "adjustments", [line(offer, { delta: -101 })], newest);
    const most = await operated(seller, "adjustments", [line(offer, { delta: -100 })], newest);

    expect([tooMany.status, jsonOf(tooMany)["errors"]]).toMatchObject([
      409,
      [{ detail: "more than 100 orders would have to give up units" }],
    ]);
    expect([most.cancelled?.length, await levelsOf(offer)]).toEqual([100, [[1, 1]]]);
    expect((await market.doctor()).violations).toEqual([]);
  });
});

describe("Cancelling for a shortfall", () => {
  /** How many statements the transaction sends that takes all of these units away. */
  async function statementsFor(orders: number, parts: (placed: readonly string[], offer: Offer) => Promise<number>): Promise<number> {
    const offer = await seller.offer({ units: 2 * orders, price: 10 });
    const placed = await Promise.all(Array.from({ length: orders }, () => company.placed([{ offer, quantity: 2 }])));
    const left = await parts(
      placed.map((checkout) => orderOf(checkout)),
      offer,
    );
    market.wire?.forget();
    await operated(seller, "adjustments", [line(offer, { delta: -left })], newest);
    const sent = market.wire?.statements() ?? [];
    const own = sent.find(({ sql }) => /insert into stock_operations/.test(sql))?.connection;
    return sent.filter(({ connection }) => connection === own).length;
  }

  it("sends as many statements for forty orders as for one", async () => {
    const whole = async (placed: readonly string[]) => 2 * placed.length;
    const [one, many] = [await statementsFor(1, whole), await statementsFor(40, whole)];
    expect([one > 10, many]).toEqual([true, one]);
  });

  it("sends as many for twenty orders of which the rest has arrived, and all of them are delivered then", async () => {
    const orders: string[] = [];
    const halfArrived = async (placed: readonly string[], offer: Offer) => {
      for (const order of placed) {
        await seller.post(`/v1/seller/orders/${order}/accept`, {});
        const body = { location: offer.location, lines: [{ line_number: 1, quantity: 1 }] };
        const { id } = await seller.post<{ id: string }>(`/v1/seller/orders/${order}/shipments`, body);
        await seller.post(`/v1/seller/shipments/${id}/ship`, { carrier: "DHL", tracking: "0034043416" });
        await company.post(`/v1/buyer/shipments/${id}/deliver`, {});
      }
      orders.push(...placed);
      return placed.length;
    };
    const [one, many] = [await statementsFor(1, halfArrived), await statementsFor(20, halfArrived)];
    expect([one > 10, many]).toEqual([true, one]);
    expect(new Set(await Promise.all(orders.map(async (id) => (await read(id)).state)))).toEqual(new Set(["delivered"]));
  });
});

describe("Who comes between the guess and the locks", () => {
  const locksCheckouts = ({ sql }: WireStatement) => /from[\s\S]*\bcheckouts\b[\s\S]*for no key update/i.test(sql);

  /** Has somebody buy whenever it is about to lock those who were there when it looked, so often. */
  async function overtaken(times: number, offer: Offer, adjusting: () => Promise<HttpAnswer>) {
    const placed: string[] = [];
    const unwatch = market.wire?.watch(async (statement, moment): Promise<WireAction> => {
      if (moment === "before" && locksCheckouts(statement) && placed.length < times) {
        placed.push("");
        placed[placed.length - 1] = orderOf(await company.placed([{ offer, quantity: 1 }]));
      }
      return "pass";
    });
    const adjusted = await adjusting();
    unwatch?.();
    return { placed, adjusted };
  }

  it("is the newest, and gives up units first: the work is begun anew with the larger set", async () => {
    const offer = await seller.offer({ units: 2 });
    await limitTo(offer, 1);
    const [first, second] = [await company.placed([{ offer, quantity: 1 }]), await company.placed([{ offer, quantity: 1 }])];

    const losing = () => operate(seller, "adjustments", [line(offer, { delta: -2 })], newest);
    const { placed, adjusted } = await overtaken(1, offer, losing);

    expect([placed.length, adjusted.status]).toEqual([1, 201]);
    expect(cancelledOf(jsonOf<Written>(adjusted)).toSorted()).toEqual(
      [
        [placed[0], 1, 1],
        [orderOf(second), 1, 1],
      ].toSorted(),
    );
    expect([await levelsOf(offer), (await read(orderOf(first))).state]).toEqual([[[0, 1]], "confirmed"]);
    expect((await market.doctor()).violations).toEqual([]);
  });

  it("three times in a row is told to come again, under the same key, and nothing is changed", async () => {
    const offer = await seller.offer({ units: 1 });
    await limitTo(offer, 3);
    await company.placed([{ offer, quantity: 1 }]);
    await operated(seller, "adjustments", [line(offer, { delta: -1 })]);
    await limitTo(offer, 4);
    const lowering = () => operate(seller, "limits", [line(offer, { backorder_limit: 0 })], newest);

    const { placed, adjusted } = await overtaken(3, offer, lowering);

    expect([placed.length, adjusted.status, codeOf(adjusted)]).toEqual([3, 503, "overloaded"]);
    expect(jsonOf(adjusted)["retry"]).toBe("same_key");
    expect(await levelsOf(offer)).toEqual([[0, 4]]);
  });
});
