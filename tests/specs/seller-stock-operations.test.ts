import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import { type Checkout, type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import {
  eventsOf,
  type Items,
  type Level,
  levelsOf,
  limitTo,
  line,
  locate,
  type Movement,
  movementsOf,
  operate,
  operated,
} from "./stock-asking.ts";

let market: OwnMarket;
let seller: Seller;
let company: Company;
let second: string;

beforeAll(async () => {
  market = await openMarket();
  [seller, company] = [await market.seller(), await market.company()];
  second = await locate(seller, "Second");
});
afterAll(() => market?.close());

const orderOf = (checkout: Checkout) => checkout.orders[0]?.id ?? "";
const randomLocation = "loc_01k9zv3n7gfx1t0c5r2m8q4a6k";

describe("Transferring stock", () => {
  const move = (offer: { id: string }, from: string, to: string, quantity: number) => ({ offer: offer.id, from, to, quantity });

  it("moves goods between locations, makes the level they come to, and is one operation of two movements", async () => {
    const offer = await seller.offer({ units: 10 });

    const { id, lines } = await operated(seller, "transfers", [move(offer, offer.location, second, 4)]);

    expect(lines).toMatchObject([line(offer, { on_hand: 6, reserved: 0 }), line(offer, { on_hand: 4, reserved: 0 }, second)]);
    expect(await levelsOf(offer, [offer.location, second])).toEqual([
      [6, 0],
      [4, 0],
    ]);
    const moved = (await movementsOf(offer, "&kind=transfer")).map(({ location, on_hand_delta, cause, cause_id }) => [
      ...[location, on_hand_delta, cause, cause_id],
    ]);
    expect(moved).toEqual([
      [offer.location, -4, "stock_operation", id],
      [second, 4, "stock_operation", id],
    ]);
    expect((await eventsOf(seller, "stock.transferred", 1)).map(({ subject }) => subject)).toContain(id);
  });

  it("takes nothing that is promised, beyond what the backorder limit lets it", async () => {
    const offer = await seller.offer({ units: 10 });
    const placed = await company.placed([{ offer, quantity: 7 }]);
    const take = (quantity: number) => operate(seller, "transfers", [move(offer, offer.location, second, quantity)]);

    const refused = await take(4);
    const [allowed] = [await take(3)];
    await limitTo(offer, 2);
    const [beyond, more] = [await take(3), await take(2)];

    expect([refused, allowed, beyond, more].map((answer) => `${answer.status} ${codeOf(answer) ?? ""}`)).toEqual([
      ...["409 stock-in-use", "201 ", "409 stock-in-use", "201 "],
    ]);
    expect(jsonOf(refused)).toMatchObject({
      errors: [{ pointer: "/lines/0/quantity" }],
      lines: [{ least_on_hand: 7, orders: [{ order: orderOf(placed), line_number: 1, held: 7, packed: 0, to_give_up: 1 }] }],
    });
    expect(await levelsOf(offer, [offer.location, second])).toEqual([
      [5, 7],
      [5, 0],
    ]);
  });

  it("counts what one location gets and gives by its sum, and writes no movement for nothing", async () => {
    const [offer, third] = [await seller.offer({ units: 5 }), await locate(seller, "Third")];

    await operated(seller, "transfers", [move(offer, offer.location, second, 5), move(offer, second, third, 5)]);

    expect(await levelsOf(offer, [offer.location, second, third])).toEqual([
      [0, 0],
      [0, 0],
      [5, 0],
    ]);
    expect((await movementsOf(offer, "&kind=transfer")).map(({ location }) => location)).toEqual([offer.location, third]);
  });

  it("is all or nothing, and refuses what cannot be meant", async () => {
    const [offer, none] = await seller.offers([{ units: 5 }, { units: 0 }]);
    if (offer === undefined || none === undefined) throw new Error("two offers were made");
    const good = move(offer, offer.location, second, 1);
    const other = await market.seller();

    const answers = [
      await operate(seller, "transfers", [good, move(offer, second, second, 1)]),
      await operate(seller, "transfers", [good, move(none, offer.location, second, 1)]),
      await operate(seller, "transfers", [good, move(offer, offer.location, other.location, 1)]),
      await operate(seller, "transfers", [good, move(offer, offer.location, randomLocation, 1)]),
      await operate(seller, "transfers", [good, move(offer, offer.location, second, 5)]),
    ];

    expect(answers.map((answer) => [answer.status, jsonOf<{ errors: object[] }>(answer).errors])).toMatchObject([
      [400, [{ pointer: "/lines/1/to" }]],
      [422, [{ pointer: "/lines/1/from" }]],
      [422, [{ pointer: "/lines/1/to", detail: "no such location" }]],
      [422, [{ pointer: "/lines/1/to", detail: "no such location" }]],
      [409, [{ pointer: "/lines/0/quantity" }]],
    ]);
    expect(await levelsOf(offer, [offer.location, second])).toEqual([
      [5, 0],
      [0, 0],
    ]);
  });
});

describe("Restocking", () => {
  it("puts units on sale again, with the reason, and is told apart from a receipt", async () => {
    const offer = await seller.offer({ units: 3 });

    const { id } = await operated(seller, "restocks", [line(offer, { quantity: 2 })]);
    const silent = await seller.send("POST", "/v1/seller/stock/restocks", { lines: [line(offer, { quantity: 2 })] });

    expect([silent.status, jsonOf(silent)["errors"]]).toMatchObject([400, [{ pointer: "/reason" }]]);
    expect((await movementsOf(offer)).map(({ kind, on_hand_delta }) => [kind, on_hand_delta])).toEqual([
      ["receive", 3],
      ["restock", 2],
    ]);
    expect(await eventsOf(seller, "stock.restocked", 1)).toMatchObject([{ subject: id, data: { reason: "as counted" } }]);
  });
});

describe("A backorder limit", () => {
  it("makes a level where nothing was ever received, and what is promised on it can be bought", async () => {
    const offer = await seller.offer({ units: 0 });

    const limited = await limitTo(offer, 5, { expected_on: "2027-01-11" });
    const [placed, more] = [await company.placed([{ offer, quantity: 4 }]), await company.place([{ offer, quantity: 2 }])];

    expect(limited.lines).toEqual([line(offer, { on_hand: 0, reserved: 0, backorder_limit: 5, expected_on: "2027-01-11" })]);
    expect([placed.state, more.status, jsonOf<{ lines: object[] }>(more).lines]).toMatchObject(["confirmed", 409, [{ available: 1 }]]);
    const { items } = await seller.get<Items<Level>>(`/v1/seller/stock?offer=${offer.id}`);
    expect(items).toMatchObject([{ on_hand: 0, reserved: 4, backorder_limit: 5, available: 1, expected_on: "2027-01-11" }]);
    expect((await movementsOf(offer)).map(({ kind, limit_delta, reserved_delta }) => [kind, limit_delta, reserved_delta])).toEqual([
      ["limit", 5, 0],
      ["reserve", 0, 4],
    ]);
  });

  it("takes what is missing from where it is expected first", async () => {
    const [soon, late, offer] = [await locate(seller, "Soon"), await locate(seller, "Late"), await seller.offer({ units: 0 })];
    await operated(seller, "limits", [
      line(offer, { backorder_limit: 50 }),
      line(offer, { backorder_limit: 9, expected_on: "2027-02-01" }, late),
      line(offer, { backorder_limit: 5, expected_on: "2027-01-01" }, soon),
    ]);

    for (const quantity of [5, 5, 5]) await company.placed([{ offer, quantity }]);

    expect(await levelsOf(offer, [soon, late, offer.location])).toEqual([
      [0, 5],
      [0, 5],
      [0, 5],
    ]);
  });

  it("cannot fall below what is promised on it, and may rise whenever", async () => {
    const offer = await seller.offer({ units: 3 });
    await limitTo(offer, 5);
    const placed = await company.placed([{ offer, quantity: 7 }]);

    const refused = await operate(seller, "limits", [line(offer, { backorder_limit: 3 })]);
    const least = await limitTo(offer, 4);
    const more = await limitTo(offer, 1_000_000_000);

    expect([refused.status, jsonOf(refused)]).toMatchObject([
      409,
      {
        code: "stock-in-use",
        errors: [{ pointer: "/lines/0/backorder_limit" }],
        lines: [{ least_backorder_limit: 4, orders: [{ order: orderOf(placed), held: 7, to_give_up: 1 }] }],
      },
    ]);
    expect([least.lines[0]?.backorder_limit, more.lines[0]?.backorder_limit]).toEqual([4, 1_000_000_000]);
  });

  it("is said with its day: one that is left out is forgotten, and the day alone can be changed", async () => {
    const offer = await seller.offer({ units: 0 });
    const days: unknown[] = [];
    for (const more of [{ expected_on: "2027-01-01" }, { expected_on: "2027-03-01" }, {}]) {
      days.push((await limitTo(offer, 5, more)).lines[0]?.expected_on);
    }
    expect(days).toEqual(["2027-01-01", "2027-03-01", null]);
    expect((await movementsOf(offer)).map(({ limit_delta }) => limit_delta)).toEqual([5]);
  });

  it("stands once for a level in one request, and on a day that there is", async () => {
    const offer = await seller.offer({ units: 0 });
    const twice = await operate(seller, "limits", [
      line(offer, { backorder_limit: 1 }),
      { reference: offer.reference, location: offer.location, backorder_limit: 2 },
    ]);
    const nowhere = await operate(seller, "limits", [line(offer, { backorder_limit: 1, expected_on: "2027-02-30" })]);

    expect([twice, nowhere].map((answer) => [answer.status, jsonOf<{ errors: object[] }>(answer).errors])).toMatchObject([
      [400, [{ pointer: "/lines/1", detail: "names the stock level of line 0" }]],
      [400, [{ pointer: "/lines/0/expected_on" }]],
    ]);
  });
});

describe("Goods that come", () => {
  it("serve those who wait, the oldest first, and the answer and the event name them", async () => {
    const own = await market.seller();
    const offer = await own.offer({ units: 2 });
    await limitTo(offer, 20);
    const [first, then, last] = [
      orderOf(await company.placed([{ offer, quantity: 5 }])),
      orderOf(await company.placed([{ offer, quantity: 4 }])),
      orderOf(await company.placed([{ offer, quantity: 1 }])),
    ];

    const receipts = [];
    for (const quantity of [1, 4, 3, 9]) receipts.push((await operated(own, "receipts", [line(offer, { quantity })])).served);

    const served = (order: string, quantity: number) => line(offer, { order, line_number: 1, quantity });
    expect(receipts).toEqual([[served(first, 1)], [served(first, 2), served(then, 2)], [served(then, 2), served(last, 1)], []]);
    const events = await eventsOf(own, "stock.received", 5);
    expect(events.slice(-4).map(({ data }) => data["served"])).toEqual([...receipts.slice(0, 3), undefined]);
  });

  it("serve nobody who gave up waiting, and are told wherever they come from", async () => {
    const offer = await seller.offer({ units: 0 });
    await limitTo(offer, 9);
    const [given, waits] = [await company.placed([{ offer, quantity: 2 }]), await company.placed([{ offer, quantity: 6 }])];
    await company.post(`/v1/buyer/orders/${orderOf(given)}/cancel`, { reason: "too late" });
    await operated(seller, "receipts", [line(offer, { quantity: 1 }, second)]);

    const served = [
      await operated(seller, "transfers", [{ offer: offer.id, from: second, to: offer.location, quantity: 1 }]),
      await operated(seller, "adjustments", [line(offer, { delta: 2 })]),
      await operated(seller, "restocks", [line(offer, { quantity: 9 })]),
    ];

    expect(served.map((each) => each.served.map(({ order, quantity }) => [order, quantity]))).toEqual([
      [[orderOf(waits), 1]],
      [[orderOf(waits), 2]],
      [[orderOf(waits), 3]],
    ]);
  });
});

describe("Lists of stock", () => {
  it("show the levels at one location, and those of which little is left", async () => {
    const own = await market.seller();
    const shelf = await locate(own, "Shelf");
    const [many, few] = await own.offers([{ units: 50 }, { units: 5 }]);
    if (many === undefined || few === undefined) throw new Error("two offers were made");
    await operated(own, "receipts", [line(many, { quantity: 2 }, shelf)]);
    await company.placed([{ offer: few, quantity: 1 }]);
    await limitTo(few, 1);
    const shown = async (filter: string) =>
      (await own.get<Items<Level>>(`/v1/seller/stock?${filter}`)).items.map(({ offer, location, available }) => [
        offer,
        location,
        available,
      ]);

    expect(await shown(`location=${shelf}`)).toEqual([[many.id, shelf, 2]]);
    expect(await shown("available_below=6")).toEqual([
      [few.id, few.location, 5],
      [many.id, shelf, 2],
    ]);
    expect(await shown("available_below=5")).toEqual([[many.id, shelf, 2]]);
    expect(await shown(`offer=${many.id}&available_below=6`)).toEqual([[many.id, shelf, 2]]);
    expect(await shown(`offer=${few.id}&location=${shelf}`)).toEqual([]);
  });

  it("show every movement with its cause, across pages, by offer, location and kind, and to its seller alone", async () => {
    const [own, other] = [await market.seller(), await market.seller()];
    const shelf = await locate(own, "Shelf");
    const offer = await own.offer({ units: 9 });
    const order = orderOf(await company.placed([{ offer, quantity: 3 }]));
    await company.post(`/v1/buyer/orders/${order}/cancel`, { reason: "not needed" });
    await operated(own, "transfers", [{ offer: offer.id, from: offer.location, to: shelf, quantity: 2 }]);

    const seen: Movement[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: Items<Movement> = await own.get(`/v1/seller/stock/movements?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.unshift(...page.items.toReversed());
      cursor = page.next_cursor;
    }

    expect(
      seen.map(({ kind, cause, order: of, on_hand_delta, reserved_delta }) => [kind, cause, of, on_hand_delta, reserved_delta]),
    ).toEqual([
      ["receive", "stock_operation", null, 9, 0],
      ["reserve", "order_placed", order, 0, 3],
      ["release", "order_cancelled", order, 0, -3],
      ["transfer", "stock_operation", null, -2, 0],
      ["transfer", "stock_operation", null, 2, 0],
    ]);
    expect(seen.map(({ cause_id }) => cause_id.slice(0, 4))).toEqual(["sto_", "ord_", "can_", "sto_", "sto_"]);
    const kinds = async (filter: string) =>
      (await own.get<Items<Movement>>(`/v1/seller/stock/movements?${filter}`)).items.map(({ kind }) => kind);
    expect(await kinds(`location=${shelf}`)).toEqual(["transfer"]);
    expect(await kinds("kind=release&kind=receive")).toEqual(["release", "receive"]);
    expect((await other.get<Items<Movement>>(`/v1/seller/stock/movements?offer=${offer.id}`)).items).toEqual([]);
    expect((await market.doctor()).violations).toEqual([]);
  });
});
