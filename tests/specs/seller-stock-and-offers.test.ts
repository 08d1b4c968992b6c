import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, openStartLine } from "../support/barrier.ts";
import { codeOf, tally } from "../support/caller.ts";
import { openMarket, type Offer, type OwnMarket, type Seller } from "../support/market.ts";

let market: OwnMarket;

beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market?.close());

const eur = (amount: number) => ({ amount, currency: "EUR" });
const row = (reference: string, more: object = {}) => ({
  ...{ reference, sku: "UNIT-1", currency: "EUR", unit_price: eur(1_000), tax_category: "standard" },
  ...more,
});

type Items<Item> = { items: Item[]; next_cursor: string | null };
type Event = { type: string; subject: string; subject_version: number; data: Record<string, unknown> };

/** The seller's events of a kind, once as many are numbered as are expected. */
async function eventsOf(seller: Seller, type: string, count: number): Promise<Event[]> {
  const read = async () => (await seller.get<Items<Event>>("/v1/seller/events?limit=200")).items.filter((event) => event.type === type);
  await expect.poll(async () => (await read()).length).toBeGreaterThanOrEqual(count);
  return read();
}

const receive = (seller: Seller, lines: readonly object[], key?: string) =>
  seller.send("POST", "/v1/seller/stock/receipts", { lines }, key === undefined ? {} : { key });
const adjust = (seller: Seller, lines: readonly object[]) =>
  seller.send("POST", "/v1/seller/stock/adjustments", { reason: "stock take", lines });
const line = (offer: Offer, more: object) => ({ offer: offer.id, location: offer.location, ...more });

describe("A location", () => {
  it("has a name of its own among its seller's, and any among others'", async () => {
    const [first, second] = [await market.seller(), await market.seller()];
    const named = { name: "Annex", country: "DE" };

    const [made, again, others] = [
      await first.send("POST", "/v1/seller/locations", named),
      await first.send("POST", "/v1/seller/locations", named),
      await second.send("POST", "/v1/seller/locations", named),
    ];

    expect([made.status, again.status, codeOf(again), others.status]).toEqual([201, 409, "name-taken", 201]);
    expect(made.headers).toMatchObject({ etag: '"1"', location: `/v1/seller/locations/${jsonOf<{ id: string }>(made).id}` });
    expect((await first.get<Items<{ name: string }>>("/v1/seller/locations")).items.map(({ name }) => name)).toEqual(["Annex", "Main"]);
    expect((await eventsOf(first, "location.created", 2)).map(({ data }) => data["name"])).toEqual(["Main", "Annex"]);
  });

  it("of another seller is the same 404 as one that never was", async () => {
    const [first, second] = [await market.seller(), await market.seller()];

    const answers = await Promise.all(
      [second.location, "loc_01k9zv3n7gfx1t0c5r2m8q4a6k"].map((id) => first.send("GET", `/v1/seller/locations/${id}`)),
    );

    expect(tally(answers)).toEqual({ "404 not-found": 2 });
  });
});

describe("A bulk upsert of offers", () => {
  it("answers each row at its place and keeps what was right when others were wrong", async () => {
    const seller = await market.seller();

    const answer = await seller.send("POST", "/v1/seller/offers/bulk", {
      offers: [
        row("A"),
        row("B", { sku: "NONE" }),
        row("C", { currency: "ABC" }),
        row("D", { tiers: [{ from_quantity: 5, unit_price: eur(9) }] }),
      ],
    });

    expect(answer.status).toBe(200);
    expect(jsonOf(answer)["results"]).toEqual([
      { index: 0, ok: true, id: expect.stringMatching(/^off_/), reference: "A", version: 1 },
      { index: 1, ok: false, code: "unknown-reference", detail: "no variant has the SKU NONE" },
      { index: 2, ok: false, code: "currency-unknown", detail: expect.stringContaining("ABC") },
      { index: 3, ok: true, id: expect.stringMatching(/^off_/), reference: "D", version: 1 },
    ]);
    const { items } = await seller.get<Items<{ reference: string; tiers: unknown[] }>>("/v1/seller/offers");
    expect(items.map(({ reference, tiers }) => [reference, tiers.length])).toEqual([
      ["D", 1],
      ["A", 0],
    ]);
    expect((await eventsOf(seller, "offer.created", 2)).map(({ data }) => data["reference"])).toEqual(["A", "D"]);
  });

  it("takes a thousand rows of a body above one mebibyte, and none of a thousand and one", async () => {
    const seller = await market.seller();
    const tiers = Array.from({ length: 20 }, (_, index) => ({ from_quantity: index + 2, unit_price: eur(999 - index) }));
    const rows = (count: number) => Array.from({ length: count }, (_, index) => row(`R-${index}`, { tiers }));
    expect(JSON.stringify(rows(1_000)).length).toBeGreaterThan(1024 * 1024);

    const many = await seller.send("POST", "/v1/seller/offers/bulk", { offers: rows(1_001) });
    const most = await seller.send("POST", "/v1/seller/offers/bulk", { offers: rows(1_000) });

    expect([many.status, jsonOf(many)["errors"]]).toMatchObject([400, [{ pointer: "/offers" }]]);
    expect(jsonOf<{ results: { ok: boolean }[] }>(most).results.every(({ ok }) => ok)).toBe(true);
  });

  it("is repeated byte for byte under its key, whatever became of the offers since", async () => {
    const seller = await market.seller();
    const send = (price: number, key: string) =>
      seller.send("POST", "/v1/seller/offers/bulk", { offers: [row("A", { unit_price: eur(price) })] }, { key });
    const first = await send(1, "one");
    await send(2, "two");

    const again = await send(1, "one");

    expect(again.body.equals(first.body)).toBe(true);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect((await seller.get<Items<unknown>>("/v1/seller/offers")).items).toMatchObject([{ unit_price: eur(2), version: 2 }]);
  });

  it("cannot be smuggled into another seller's", async () => {
    const [first, second] = [await market.seller(), await market.seller()];
    const offer = await first.offer();

    const answer = await second.send("POST", "/v1/seller/offers/bulk", { offers: [row("A", { seller: first.id })] });

    expect([answer.status, jsonOf(answer)["errors"]]).toMatchObject([400, [{ pointer: "/offers/0/seller" }]]);
    expect((await second.send("GET", `/v1/seller/offers/${offer.id}`)).status).toBe(404);
    expect((await second.get<Items<unknown>>("/v1/seller/offers")).items).toEqual([]);
  });
});

describe("Receiving stock", () => {
  it("sums the lines of one level, names the offer by id or reference, and tells its seller alone", async () => {
    const [seller, other] = [await market.seller(), await market.seller()];
    const [a, b] = await seller.offers([{ units: 0 }, { units: 0 }]);
    if (a === undefined || b === undefined) throw new Error("two offers were made");

    const answer = await receive(seller, [
      line(a, { quantity: 3 }),
      { reference: b.reference, location: b.location, quantity: 4 },
      line(a, { quantity: 2 }),
    ]);

    expect(answer.status).toBe(201);
    expect(jsonOf(answer)).toEqual({
      id: expect.stringMatching(/^sto_/),
      lines: [line(a, { on_hand: 5, reserved: 0, backorder_limit: 0 }), line(b, { on_hand: 4, reserved: 0, backorder_limit: 0 })],
      served: [],
    });
    const [event] = await eventsOf(seller, "stock.received", 1);
    expect(event).toMatchObject({
      ...{ subject: jsonOf(answer)["id"], subject_version: 1 },
      data: { lines: [line(a, { delta: 5, on_hand: 5 }), line(b, { delta: 4, on_hand: 4 })] },
    });
    expect((await other.get<Items<Event>>("/v1/seller/events")).items.map(({ type }) => type)).not.toContain("stock.received");
  });

  it("is all or nothing: one line of a foreign, a random or an unknown name, and nothing is received", async () => {
    const [seller, other] = [await market.seller(), await market.seller()];
    const [mine, theirs] = [await seller.offer({ units: 0 }), await other.offer({ units: 0 })];
    const good = line(mine, { quantity: 1 });
    const random = { offer: "off_01k9zv3n7gfx1t0c5r2m8q4a6j", location: "loc_01k9zv3n7gfx1t0c5r2m8q4a6k" };

    const answers = await Promise.all([
      receive(seller, [good, { ...good, offer: theirs.id }]),
      receive(seller, [good, { ...good, offer: random.offer }]),
      receive(seller, [good, { ...good, location: theirs.location }]),
      receive(seller, [good, { ...good, location: random.location }]),
      receive(seller, [good, { reference: theirs.reference, location: mine.location, quantity: 1 }]),
    ]);

    expect(tally(answers)).toEqual({ "422 unknown-reference": 5 });
    expect(answers.map((answer) => jsonOf<{ errors: object[] }>(answer).errors)).toEqual([
      [{ pointer: "/lines/1/offer", detail: "no such offer" }],
      [{ pointer: "/lines/1/offer", detail: "no such offer" }],
      [{ pointer: "/lines/1/location", detail: "no such location" }],
      [{ pointer: "/lines/1/location", detail: "no such location" }],
      [{ pointer: "/lines/1/reference", detail: "no such offer" }],
    ]);
    expect((await seller.get<Items<unknown>>("/v1/seller/stock")).items).toEqual([]);
  });

  it("holds a billion at one level and refuses one more, in one receipt or in two", async () => {
    const seller = await market.seller();
    const offer = await seller.offer({ units: 0 });
    const most = line(offer, { quantity: 1_000_000_000 });

    const together = await receive(seller, [most, line(offer, { quantity: 1 })]);
    const [all, more] = [await receive(seller, [most]), await receive(seller, [line(offer, { quantity: 1 })])];

    expect([together, all, more].map((answer) => `${answer.status} ${codeOf(answer) ?? ""}`)).toEqual([
      "422 stock-above-bound",
      "201 ",
      "422 stock-above-bound",
    ]);
    expect(await market.stock(offer)).toEqual({ onHand: 1_000_000_000, reserved: 0 });
  });

  it("happens once when its request comes sixty-four times at once, and again under another key", async () => {
    const seller = await market.seller();
    const offer = await seller.offer({ units: 0 });
    const body = { lines: [line(offer, { quantity: 7 })] };
    const gate = await openStartLine({ origins: market.origins(), size: 64 });

    const answers = await gate.release(
      Array.from({ length: 64 }, () => seller.request("POST", "/v1/seller/stock/receipts", body, { key: "goods-1" })),
    );
    gate.close();
    const other = await receive(seller, body.lines, "goods-2");

    expect(tally(answers)).toEqual({ "201": 64 });
    expect(new Set(answers.map((answer) => answer.body.toString("utf8"))).size).toBe(1);
    expect(other.status).toBe(201);
    expect(await market.stock(offer)).toEqual({ onHand: 14, reserved: 0 });
  });
});

describe("Adjusting stock", () => {
  it("below what is promised is refused with the orders that hold it, and changes and tells nothing", async () => {
    const [seller, company] = [await market.seller(), await market.company()];
    const offer = await seller.offer({ units: 10 });
    const first = await company.placed([{ offer, quantity: 4 }]);
    const second = await company.placed([{ offer, quantity: 3 }]);

    const refused = await adjust(seller, [line(offer, { delta: -4 })]);
    const least = await adjust(seller, [line(offer, { delta: -3 })]);

    expect(refused.status).toBe(409);
    expect(jsonOf(refused)).toMatchObject({
      code: "stock-in-use",
      errors: [{ pointer: "/lines/0/delta" }],
      lines: [
        line(offer, {
          ...{ line: 0, on_hand: 10, reserved: 7, least_on_hand: 7 },
          orders: [
            { order: second.orders[0]?.id, held: 3 },
            { order: first.orders[0]?.id, held: 4 },
          ],
        }),
      ],
    });
    expect(least.status).toBe(201);
    expect(await market.stock(offer)).toEqual({ onHand: 7, reserved: 7 });
    expect((await eventsOf(seller, "stock.adjusted", 1)).map(({ data }) => data)).toMatchObject([
      { reason: "stock take", lines: [line(offer, { delta: -3, on_hand: 7 })] },
    ]);
  });

  it("is refused where nothing was ever received, and without a reason", async () => {
    const seller = await market.seller();
    const offer = await seller.offer({ units: 0 });

    const missing = await adjust(seller, [line(offer, { delta: 1 })]);
    const silent = await seller.send("POST", "/v1/seller/stock/adjustments", { lines: [line(offer, { delta: 1 })] });

    expect([missing.status, jsonOf(missing)["errors"]]).toMatchObject([422, [{ pointer: "/lines/0/location" }]]);
    expect([silent.status, jsonOf(silent)["errors"]]).toMatchObject([400, [{ pointer: "/reason" }]]);
  });

  it("against placing: one of the two has the units, and the numbers stay legal", async () => {
    const [seller, company] = [await market.seller(), await market.company()];
    const gate = await openStartLine({ origins: market.origins(), size: 2 });
    for (const offer of await seller.offers(Array.from({ length: 20 }, () => ({ units: 5 })))) {
      const writeOff = { reason: "damage", lines: [line(offer, { delta: -3 })] };

      const [adjusted, placed] = await gate.release([
        seller.request("POST", "/v1/seller/stock/adjustments", writeOff),
        company.placing([{ offer, quantity: 3 }]),
      ]);

      const outcome = `${adjusted?.status} ${placed?.status}`;
      expect(["201 409", "409 201"]).toContain(outcome);
      expect(await market.stock(offer)).toEqual(outcome === "201 409" ? { onHand: 2, reserved: 0 } : { onHand: 5, reserved: 3 });
    }
    gate.close();
    expect(await market.doctor()).toMatchObject({ violations: [] });
  });
});

describe("Stock levels", () => {
  it("are listed from new to old across pages, all of the seller's and of one offer alone", async () => {
    const seller = await market.seller();
    const offers = await seller.offers(Array.from({ length: 3 }, () => ({ units: 1 })));
    const { id } = await seller.post<{ id: string }>("/v1/seller/locations", { name: "Second", country: "DE" });
    const lines = offers.map((offer) => ({ offer: offer.id, location: id, quantity: 2 }));
    await seller.post("/v1/seller/stock/receipts", { lines });

    const seen: { offer: string; on_hand: number }[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: Items<{ offer: string; on_hand: number }> = await seller.get(
        `/v1/seller/stock?limit=4${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      seen.push(...page.items);
      cursor = page.next_cursor;
    }
    const [first] = offers;
    const ofOne = await seller.get<Items<{ offer: string; on_hand: number }>>(`/v1/seller/stock?offer=${first?.id}`);

    expect(seen.map(({ offer, on_hand }) => [offer, on_hand])).toEqual(
      offers.toReversed().flatMap((offer) => [
        [offer.id, 2],
        [offer.id, 1],
      ]),
    );
    expect(ofOne.items.map(({ offer, on_hand }) => [offer, on_hand])).toEqual([
      [first?.id, 2],
      [first?.id, 1],
    ]);
  });

  it("of another seller's offer are none", async () => {
    const [seller, other] = [await market.seller(), await market.seller()];
    const theirs = await other.offer({ units: 9 });

    expect((await seller.get<Items<unknown>>(`/v1/seller/stock?offer=${theirs.id}`)).items).toEqual([]);
  });
});
