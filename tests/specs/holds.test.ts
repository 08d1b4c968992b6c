import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, tally } from "../support/caller.ts";
import { jsonOf, openStartLine } from "../support/barrier.ts";
import { type Company, type Offer, openMarket, type OwnMarket, type Seller } from "../support/market.ts";

const [hour, day] = [3_600_000, 86_400_000];

let market: OwnMarket;
let seller: Seller;
let company: Company;
let offer: Offer;
const operator = () => market.operator;

beforeAll(async () => {
  market = await openMarket();
  [seller, company] = await Promise.all([market.seller(), market.company()]);
  offer = await seller.offer();
});
afterAll(() => market?.close());

type Items<Item> = { items: Item[]; next_cursor: string | null };
type Hold = {
  id: string;
  subject: string;
  owner: string;
  released_at: string | null;
  placed_at: string;
  effective_by: string;
  version: number;
};
type Event = { type: string; data: Record<string, unknown> };

const terms = { reason: "Address to be confirmed", look_again_on: "2026-11-25" };
const place = (subject: Record<string, string>, extra = {}) =>
  operator().post<Hold>("/v1/operator/holds", { ...subject, ...terms, ...extra });
const release = ({ id }: Hold) => operator().post<Hold>(`/v1/operator/holds/${id}/release`, { reason: "It is right" });
const listed = async (query: string) =>
  (await operator().get<Items<Hold>>(`/v1/operator/holds?limit=200&${query}`)).items.map(({ id }) => id);

async function orderOf(by: Company = company, from: Offer = offer): Promise<string> {
  const { orders } = await by.placed([{ offer: from, quantity: 1 }]);
  return orders[0]?.id ?? "";
}

/** The deadlines of the orders of one seller, by kind: when they are due, and since when they stand still. */
async function deadlinesOf(order: string) {
  return market.database.owner<{ kind: string; due_at: Date; stopped_at: Date | null }>(
    `select d.kind, d.due_at, d.stopped_at
     from deadlines d join orders o on o.seller_id = d.organisation_id and o.order_id = d.subject_id
     where o.order_id = $1
     order by d.kind`,
    [uuidOf(order)],
  );
}

/** The id as the database has it: 26 digits of Crockford's base 32 hold its 128 bits. */
function uuidOf(wire: string): string {
  const bits = wire
    .slice(4)
    .split("")
    .reduce((sum, digit) => sum * 32n + BigInt("0123456789abcdefghjkmnpqrstvwxyz".indexOf(digit)), 0n);
  const text = bits.toString(16).padStart(32, "0");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

const stillStanding = async (order: string) => (await deadlinesOf(order)).map(({ stopped_at }) => stopped_at !== null);

describe("A hold", () => {
  it("is placed on one order, looked after by who placed it, and told to its seller and its company and nobody else", async () => {
    const bystander = await market.seller();
    const order = await orderOf();

    const answer = await operator().send("POST", "/v1/operator/holds", { order, ...terms });
    const hold = jsonOf<Hold>(answer);

    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ location: `/v1/operator/holds/${hold.id}`, etag: '"1"' });
    expect(hold).toMatchObject({
      subject_type: "order",
      subject: order,
      ...terms,
      owner: expect.stringMatching(/^key_/),
      released_at: null,
    });
    expect(hold.effective_by).toBe(hold.placed_at);
    const { effective_by: _settled, ...shown } = hold;
    expect(await operator().get(`/v1/operator/holds/${hold.id}`)).toEqual(shown);
    const told = async (by: { get: Seller["get"] }, tree: string) =>
      (await by.get<Items<Event>>(`/v1/${tree}/events?limit=200`)).items.filter(({ data }) => data["id"] === hold.id);
    const event = { type: "hold.placed", data: { id: hold.id, order, ...terms, released: false } };
    await expect.poll(() => told(seller, "seller")).toEqual([expect.objectContaining(event)]);
    expect(await told(company, "buyer")).toEqual([expect.objectContaining(event)]);
    expect(await told(bystander, "seller")).toEqual([]);
    await release(hold);
    await expect.poll(async () => (await told(company, "buyer")).map(({ type }) => type)).toEqual(["hold.placed", "hold.released"]);
  });

  it("names exactly one of order, seller and company, by an id that is there", async () => {
    const order = await orderOf();
    const never = "ord_01k9zv3n7gfx1t0c5r2m8q4a6p";

    const answers = [
      await operator().send("POST", "/v1/operator/holds", terms),
      await operator().send("POST", "/v1/operator/holds", { order, seller: seller.id, ...terms }),
      await operator().send("POST", "/v1/operator/holds", { order, reason: terms.reason, look_again_on: "2026-02-30" }),
      await operator().send("POST", "/v1/operator/holds", { order: never, ...terms }),
      await operator().send("POST", "/v1/operator/holds", { seller: company.id.replace("cmp_", "sel_"), ...terms }),
      await operator().send("POST", "/v1/operator/holds", { order, ...terms, owner: "key_01k9zv3n7gfx1t0c5r2m8q4a6e" }),
    ];

    expect(tally(answers)).toEqual({ "400 request-invalid": 3, "422 unknown-reference": 3 });
    expect(jsonOf<{ errors: { pointer: string }[] }>(answers[3]!).errors[0]?.pointer).toBe("/order");
    expect(jsonOf<{ errors: { pointer: string }[] }>(answers[5]!).errors[0]?.pointer).toBe("/owner");
  });

  it("goes to another member with another day, and is listed as due from that day on", async () => {
    const hold = await place({ order: await orderOf() }, { look_again_on: "2999-01-01" });
    const { id: owner } = await operator().post<{ id: string }>("/v1/operator/members", {
      ...{ name: "Toni Klar", email: "toni@example.com", role: "support" },
    });
    expect(await listed("due=true")).not.toContain(hold.id);

    const changed = await operator().send("PUT", `/v1/operator/holds/${hold.id}`, { owner, look_again_on: "2020-01-01" });

    expect(jsonOf(changed)).toMatchObject({ owner, look_again_on: "2020-01-01", version: 2 });
    expect(await listed("due=true")).toContain(hold.id);
    expect(await listed("standing=true")).toContain(hold.id);
    const stale = await operator().send(
      "POST",
      `/v1/operator/holds/${hold.id}/release`,
      { reason: "x" },
      { headers: { "if-match": '"1"' } },
    );
    expect(codeOf(stale)).toBe("version-stale");
    await release(hold);
    expect(await listed("due=true")).not.toContain(hold.id);
    expect(await listed("standing=true")).not.toContain(hold.id);
    expect(await listed("standing=false")).toContain(hold.id);
  });

  it("is not given to who was removed", async () => {
    const hold = await place({ order: await orderOf() });
    const { id: owner } = await operator().post<{ id: string }>("/v1/operator/members", {
      ...{ name: "Toni Klar", email: "toni@example.com", role: "support" },
    });
    await operator().post(`/v1/operator/members/${owner}/remove`, {});

    const answer = await operator().send("PUT", `/v1/operator/holds/${hold.id}`, { owner, look_again_on: "2027-01-01" });

    expect(codeOf(answer)).toBe("unknown-reference");
    await release(hold);
  });

  it("is released once, however many release it at once, and what was said then stays", async () => {
    const hold = await place({ order: await orderOf() });
    const line = await openStartLine({ origins: market.origins(), size: 8 });

    const answers = await line.release(
      Array.from({ length: 8 }, (_, index) =>
        operator().request("POST", `/v1/operator/holds/${hold.id}/release`, { reason: `by ${index}` }),
      ),
    );
    line.close();

    expect(tally(answers)).toEqual({ "200": 1, "409 hold-released": 7 });
    const released = jsonOf<Hold>(answers.find(({ status }) => status === 200)!);
    const { effective_by: _settled, ...shown } = released;
    expect(await operator().get(`/v1/operator/holds/${hold.id}`)).toEqual(shown);
    const changed = await operator().send("PUT", `/v1/operator/holds/${hold.id}`, { owner: hold.owner, look_again_on: "2027-01-01" });
    expect(codeOf(changed)).toBe("hold-released");
  });

  it("leaves an audit entry for each thing done, with its reason", async () => {
    const hold = await place({ company: company.id });
    await release(hold);

    const { items } = await operator().get<Items<{ action: string; subject: string; reason: string }>>("/v1/operator/audit?limit=200");

    const entries = items.filter((entry) => JSON.stringify(entry).includes(hold.id));
    expect(entries.map(({ action, reason }) => [action, reason])).toEqual([
      ["hold.released", "It is right"],
      ["hold.placed", terms.reason],
    ]);
  });
});

describe("While a hold stands", () => {
  it("the deadlines of the order stand still, and go on as much later when it is released", async () => {
    const order = await orderOf();
    const before = await deadlinesOf(order);
    expect(before.length).toBeGreaterThan(0);

    const hold = await place({ order });
    expect(new Set(await stillStanding(order))).toEqual(new Set([true]));
    await market.moveClock(5 * hour);
    await release(hold);

    const after = await deadlinesOf(order);
    expect(after.map(({ kind, stopped_at }) => [kind, stopped_at])).toEqual(before.map(({ kind }) => [kind, null]));
    for (const [index, deadline] of after.entries()) {
      const later = deadline.due_at.getTime() - (before[index]?.due_at.getTime() ?? 0);
      expect(later).toBeGreaterThanOrEqual(5 * hour);
      expect(later).toBeLessThan(5 * hour + 60_000);
    }
  });

  it("nothing of the order is past its deadline, for however long", async () => {
    const order = await orderOf();
    const hold = await place({ order });

    await market.moveClock(30 * day);

    expect((await company.get<{ state: string }>(`/v1/buyer/orders/${order}`)).state).toBe("confirmed");
    expect((await market.doctor()).violations).toEqual([]);
    await release(hold);
    expect((await company.get<{ state: string }>(`/v1/buyer/orders/${order}`)).state).toBe("confirmed");
  });

  it("of an order, its seller and its company, its deadlines go on when the last one is released, and others' never stood still", async () => {
    const [other, buyer] = [await market.seller(), await market.company()];
    const [order, beside] = [await orderOf(buyer), await orderOf(company, await other.offer())];
    const holds = [await place({ order }), await place({ seller: seller.id }), await place({ company: buyer.id })];

    const seen: boolean[][] = [await stillStanding(order)];
    for (const hold of holds) {
      await release(hold);
      seen.push(await stillStanding(order));
    }

    expect(seen.map((stopped) => [...new Set(stopped)])).toEqual([[true], [true], [true], [false]]);
    expect(new Set(await stillStanding(beside))).toEqual(new Set([false]));
  });

  it("nobody buys from the seller or as the company, and both trade again when it is released", async () => {
    const [held, buyer] = [await market.seller(), await market.company()];
    const goods = await held.offer();

    const ofSeller = await place({ seller: held.id });
    const fromHeld = await company.place([{ offer: goods, quantity: 1 }]);
    await release(ofSeller);
    const ofCompany = await place({ company: buyer.id });
    const byHeld = await buyer.place([{ offer: goods, quantity: 1 }]);
    await release(ofCompany);

    expect([codeOf(fromHeld), codeOf(byHeld)]).toEqual(["seller-inactive", "company-inactive"]);
    expect(Date.parse(ofSeller.effective_by)).toBeGreaterThan(Date.parse(ofSeller.placed_at));
    expect((await buyer.place([{ offer: goods, quantity: 1 }])).status).toBe(201);
  });

  it("placed and released at once by many, the deadlines stand as the holds that stand say", async () => {
    const buyer = await market.company();
    const orders = await Promise.all(Array.from({ length: 4 }, () => orderOf(buyer)));
    const first = await place({ company: buyer.id });
    const line = await openStartLine({ origins: market.origins(), size: 6 });

    await line.release([
      operator().request("POST", `/v1/operator/holds/${first.id}/release`, { reason: "one" }),
      ...orders.map((order) => operator().request("POST", "/v1/operator/holds", { order, ...terms })),
      operator().request("POST", "/v1/operator/holds", { seller: seller.id, ...terms }),
    ]);
    line.close();

    for (const order of orders) expect(new Set(await stillStanding(order))).toEqual(new Set([true]));
    const standing = (await operator().get<Items<Hold>>("/v1/operator/holds?limit=200&standing=true")).items;
    for (const hold of standing) await release(hold);
    for (const order of orders) expect(new Set(await stillStanding(order))).toEqual(new Set([false]));
  });
});

describe("After all that", () => {
  it("the market is sound", async () => {
    expect((await market.doctor()).violations).toEqual([]);
  });
});
