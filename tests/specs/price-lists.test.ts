import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, openStartLine } from "../support/barrier.ts";
import { codeOf, tally } from "../support/caller.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { recordedOf } from "./recorded.ts";

let market: OwnMarket;
let seller: Seller;
let company: Company;
beforeAll(async () => {
  market = await openMarket();
  [seller, company] = await Promise.all([market.seller(), market.company()]);
});
afterAll(() => market.close());

const lists = "/v1/seller/price-lists";
const random = "prl_01k9zv3n7gfx1t0c5r2m8q4zzz";
const eur = (amount: number) => ({ amount, currency: "EUR" });

type List = { readonly id: string; readonly name: string; readonly version: number };
type Outcome = { readonly version: number; readonly results: readonly { readonly ok: boolean; readonly code?: string }[] };
type Page<Item> = { readonly items: readonly Item[]; readonly next_cursor: string | null };

let named = 0;
async function list(terms: Record<string, unknown> = {}, by = seller): Promise<List> {
  named += 1;
  return by.post<List>(lists, { name: `List ${named}`, currency: "EUR", valid_from: "2026-01-01", ...terms });
}
const price = (offer: string, amount: number, more: Record<string, unknown> = {}) => ({ offer, unit_price: eur(amount), ...more });
const setPrices = (id: string, prices: readonly object[]) => seller.post<Outcome>(`${lists}/${id}/prices`, { prices });
const pricesOf = async (id: string) => (await seller.get<Page<{ offer: string }>>(`${lists}/${id}/prices?limit=200`)).items;
const companiesOf = async (id: string) => (await seller.get<Page<{ company: string }>>(`${lists}/${id}/companies`)).items;
const give = (id: string, companies: readonly string[]) => seller.send("POST", `${lists}/${id}/companies`, { companies });
const take = (id: string, companies: readonly string[]) => seller.send("POST", `${lists}/${id}/companies/remove`, { companies });
const put = (id: string, terms: object, headers: Record<string, string> = {}) => seller.send("PUT", `${lists}/${id}`, terms, { headers });
const pointersOf = (answer: HttpAnswer) => jsonOf<{ errors?: { pointer: string }[] }>(answer).errors?.map(({ pointer }) => pointer);

describe("A price list", () => {
  it("is read as it was made, told to its seller and audited", async () => {
    const answer = await seller.send("POST", lists, {
      name: "Yards",
      currency: "EUR",
      valid_from: "2026-01-01",
      valid_until: "2027-01-01",
    });

    const made = jsonOf<List>(answer);
    expect([answer.status, answer.headers["location"]]).toEqual([201, `${lists}/${made.id}`]);
    expect(made).toEqual({
      ...{ id: expect.stringMatching(/^prl_/), name: "Yards", currency: "EUR", version: 1 },
      ...{ valid_from: "2026-01-01", valid_until: "2027-01-01" },
    });
    expect(await seller.get(`${lists}/${made.id}`)).toEqual(made);
    expect(await recordedOf(market, made.id)).toEqual([`price_list.created 1, told ${seller.id}, audited 1`]);
  });

  it("has a name of its own among its seller's lists", async () => {
    const other = await market.seller();
    const [one, two] = [await list({ name: "Taken" }), await list()];

    const again = await seller.send("POST", lists, { name: "Taken", currency: "EUR", valid_from: "2026-01-01" });
    const renamed = await put(two.id, { name: "Taken", valid_from: "2026-01-01" });

    expect(tally([again, renamed])).toEqual({ "409 name-taken": 2 });
    expect((await put(one.id, { name: "Taken", valid_from: "2026-02-01" })).status).toBe(200);
    expect(await list({ name: "Taken" }, other)).toMatchObject({ name: "Taken" });
  });

  it("is made once under a name when eight ask for it at once", async () => {
    const line = await openStartLine({ origins: market.origins(), size: 8 });
    const answers = await line.release(
      Array.from({ length: 8 }, () => seller.request("POST", lists, { name: "At once", currency: "EUR", valid_from: "2026-01-01" })),
    );
    line.close();

    expect(tally(answers)).toEqual({ "201": 1, "409 name-taken": 7 });
  });

  it.each([
    [{ valid_from: "2026-02-30" }, ["/valid_from"]],
    [{ valid_from: "2026-01-01", valid_until: "2026-13-01" }, ["/valid_until"]],
    [{ valid_from: "2026-01-02", valid_until: "2026-01-02" }, ["/valid_until"]],
  ])("is refused for the period %j", async (period, pointers) => {
    const { id } = await list();
    const made = await seller.send("POST", lists, { name: "Never", currency: "EUR", ...period });
    const changed = await put(id, { name: "Never", ...period });

    expect(tally([made, changed])).toEqual({ "400 request-invalid": 2 });
    expect([pointersOf(made), pointersOf(changed)]).toEqual([pointers, pointers]);
  });

  it("is changed in name and period by whoever knows its version, and says by when that is in effect", async () => {
    const { id } = await list();
    const terms = { name: "Renamed", valid_from: "2026-03-01" };

    const stale = await put(id, terms, { "if-match": '"7"' });
    const changed = await put(id, terms, { "if-match": '"1"' });
    const again = await put(id, terms);

    expect([stale.status, codeOf(stale)]).toEqual([412, "version-stale"]);
    const body = jsonOf<{ effective_by: string }>(changed);
    expect(body).toMatchObject({ ...terms, valid_until: null, currency: "EUR", version: 2 });
    expect(Date.parse(body.effective_by)).toBeGreaterThan(Date.parse(String(changed.headers["date"])));
    expect(jsonOf(again)).toMatchObject({ version: 2 });
    expect(await recordedOf(market, id)).toEqual([
      `price_list.created 1, told ${seller.id}, audited 1`,
      `price_list.changed 2, told ${seller.id}, audited 1`,
    ]);
  });

  it("is not there for another seller, nor for a company that does not have it", async () => {
    const other = await market.seller();
    const { id } = await list();
    const writes = [
      ["PUT", id, { name: "Theirs", valid_from: "2026-01-01" }],
      ["POST", `${id}/prices`, { prices: [{ reference: "x", unit_price: eur(1) }] }],
      ["POST", `${id}/prices/remove`, { offers: [{ reference: "x" }] }],
      ["POST", `${id}/companies`, { companies: [company.id] }],
      ["POST", `${id}/companies/remove`, { companies: [company.id] }],
      ["GET", id, undefined],
      ["GET", `${id}/prices`, undefined],
      ["GET", `${id}/companies`, undefined],
    ] as const;

    const answers = await Promise.all(writes.map(([method, path, body]) => other.send(method, `${lists}/${path}`, body)));
    const asked = await Promise.all([id, `${id}/prices`, random].map((path) => company.send("GET", `/v1/buyer/price-lists/${path}`)));

    expect(tally([...answers, ...asked])).toEqual({ "404 not-found": 11 });
    expect(await companiesOf(id)).toEqual([]);
  });

  it("is listed from new to old, and by the day on which it holds", async () => {
    const fresh = await market.seller();
    const first = await list({ valid_from: "2031-01-01", valid_until: "2032-01-01" }, fresh);
    const second = await list({ valid_from: "2031-06-01" }, fresh);
    const on = async (day: string) => (await fresh.get<Page<List>>(`${lists}?holds_on=${day}`)).items.map(({ id }) => id);

    expect((await fresh.get<Page<List>>(lists)).items.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect([await on("2030-12-31"), await on("2031-01-01"), await on("2031-12-31"), await on("2032-01-01")]).toEqual([
      ...[[], [first.id], [second.id, first.id], [second.id]],
    ]);
    expect(codeOf(await fresh.send("GET", `${lists}?holds_on=2031-02-30`))).toBe("request-invalid");
  });
});

describe("The prices of a list", () => {
  it("are set row by row: those that can be applied are, the others say why not", async () => {
    const [one, two, three, four] = await seller.offers([{}, {}, {}, {}]);
    const { results } = await seller.post<{ results: { id: string }[] }>("/v1/seller/offers/bulk", {
      offers: [
        { reference: "crowns", sku: "UNIT-1", currency: "SEK", unit_price: { amount: 1, currency: "SEK" }, tax_category: "standard" },
      ],
    });
    const foreign = await (await market.seller()).offer();
    const { id } = await list();

    const outcome = await setPrices(id, [
      price(one?.id ?? "", 900, { tiers: [{ from_quantity: 10, unit_price: eur(800) }] }),
      { reference: two?.reference, unit_price: eur(0) },
      price(one?.id ?? "", 700),
      price(foreign.id, 900),
      { reference: "no such reference", unit_price: eur(900) },
      { unit_price: eur(900) },
      { offer: three?.id, reference: three?.reference, unit_price: eur(900) },
      price(results[0]?.id ?? "", 900),
      { offer: three?.id, unit_price: { amount: 900, currency: "SEK" } },
      price(four?.id ?? "", 900, { tiers: [{ from_quantity: 1, unit_price: eur(800) }] }),
    ]);

    expect(outcome.version).toBe(2);
    expect(outcome.results.map(({ ok, code }) => (ok ? "applied" : code))).toEqual([
      ...["applied", "applied", "offer-repeated", "unknown-reference", "unknown-reference", "offer-unclear", "offer-unclear"],
      ...["currency-mismatch", "currency-mismatch", "tiers-not-ascending"],
    ]);
    expect(await pricesOf(id)).toEqual([
      { offer: two?.id, unit_price: eur(0), tiers: [] },
      { offer: one?.id, unit_price: eur(900), tiers: [{ from_quantity: 10, unit_price: eur(800) }] },
    ]);
  });

  it("raise the version once with what they were and are in the audit; what is so already changes nothing", async () => {
    const [one, two] = await seller.offers([{}, {}]);
    const { id } = await list();
    await setPrices(id, [price(one?.id ?? "", 900), price(two?.id ?? "", 900)]);

    const changed = await setPrices(id, [price(one?.id ?? "", 900), price(two?.id ?? "", 800)]);
    const same = await setPrices(id, [price(one?.id ?? "", 900), price(two?.id ?? "", 800)]);
    const none = await setPrices(id, [{ reference: "no such reference", unit_price: eur(1) }]);

    expect([changed.version, same.version, none.version]).toEqual([3, 3, 3]);
    expect(await recordedOf(market, id)).toHaveLength(3);
    const { items } = await market.operator.get<Page<{ action: string; before: object; after: object }>>("/v1/operator/audit?limit=1");
    expect(items[0]).toMatchObject({
      action: "price_list.changed",
      before: { version: 2, prices: [{ offer: two?.id, unit_price: eur(900) }] },
      after: { version: 3, prices: [{ offer: two?.id, unit_price: eur(800) }] },
    });
  });

  it("are taken from it row by row, and say which were not on it", async () => {
    const [one, two] = await seller.offers([{}, {}]);
    const { id } = await list();
    await setPrices(id, [price(one?.id ?? "", 900)]);
    const remove = (offers: readonly object[]) => seller.post<Outcome>(`${lists}/${id}/prices/remove`, { offers });

    const removed = await remove([
      { reference: one?.reference },
      { offer: two?.id },
      { offer: one?.id },
      { reference: "no such reference" },
    ]);
    const again = await remove([{ offer: one?.id }]);

    expect(removed.results.map(({ ok, code }) => (ok ? "applied" : code))).toEqual([
      ...["applied", "not-on-list", "offer-repeated", "unknown-reference"],
    ]);
    expect([removed.version, again.version, again.results[0]?.code]).toEqual([3, 3, "not-on-list"]);
    expect(await pricesOf(id)).toEqual([]);
  });

  it("are set a thousand at once, and listed page by page, each once", async () => {
    const offers = await seller.offers(Array.from({ length: 1_000 }, () => ({ units: 0 })));
    const { id } = await list();

    const { results } = await setPrices(
      id,
      offers.map((offer, index) => price(offer.id, index)),
    );
    const tooMany = await seller.send("POST", `${lists}/${id}/prices`, { prices: Array.from({ length: 1_001 }, () => price(random, 1)) });

    expect(results.filter(({ ok }) => ok)).toHaveLength(1_000);
    expect([tooMany.status, codeOf(tooMany)]).toEqual([400, "request-invalid"]);
    const seen = new Set<string>();
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Page<{ offer: string }> = await seller.get(`${lists}/${id}/prices?limit=200${cursor === "" ? "" : `&cursor=${cursor}`}`);
      for (const { offer } of page.items) seen.add(offer);
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(new Set(offers.map((offer) => offer.id)));
  });

  it("lose no change when eight change one list at once: eight versions", async () => {
    const offer = await seller.offer();
    const { id } = await list();
    const line = await openStartLine({ origins: market.origins(), size: 8 });

    const answers = await line.release(
      Array.from({ length: 8 }, (_, index) => seller.request("POST", `${lists}/${id}/prices`, { prices: [price(offer.id, index + 1)] })),
    );
    line.close();

    expect(answers.map((answer) => jsonOf<Outcome>(answer).version).toSorted()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await recordedOf(market, id)).toHaveLength(9);
  });
});

describe("The companies of a list", () => {
  it("are given it, all or none, and read it with its prices from then on", async () => {
    const other = await market.company();
    const offer = await seller.offer();
    const made = await list();
    await setPrices(made.id, [price(offer.id, 900)]);

    const unknown = await give(made.id, [company.id, "cmp_01k9zv3n7gfx1t0c5r2m8q4zzz", seller.id.replace("sel_", "cmp_")]);
    const given = await give(made.id, [company.id, other.id]);
    const again = await give(made.id, [other.id]);

    expect([unknown.status, codeOf(unknown), pointersOf(unknown)]).toEqual([422, "unknown-reference", ["/companies/1", "/companies/2"]]);
    expect([jsonOf(given), jsonOf(again)]).toMatchObject([
      { version: 3, added: 2 },
      { version: 3, added: 0 },
    ]);
    expect((await companiesOf(made.id)).map((each) => each.company)).toEqual([other.id, company.id]);
    const shown = { ...made, version: 3, seller: seller.id };
    expect(await company.get(`/v1/buyer/price-lists/${made.id}`)).toEqual(shown);
    expect((await company.get<Page<List>>("/v1/buyer/price-lists?limit=1")).items).toEqual([shown]);
    expect((await company.get<Page<object>>(`/v1/buyer/price-lists/${made.id}/prices`)).items).toEqual([
      { offer: offer.id, unit_price: eur(900), tiers: [] },
    ]);
  });

  it("lose it, all or none, and it is not there for them any more", async () => {
    const [one, two] = await Promise.all([market.company(), market.company()]);
    const { id } = await list();
    await give(id, [one.id]);

    const refused = await take(id, [one.id, two.id]);
    const taken = await take(id, [one.id]);

    expect([refused.status, codeOf(refused), pointersOf(refused)]).toEqual([422, "unknown-reference", ["/companies/1"]]);
    expect(jsonOf(taken)).toMatchObject({ version: 3, removed: 1 });
    expect(await companiesOf(id)).toEqual([]);
    expect((await one.send("GET", `/v1/buyer/price-lists/${id}`)).status).toBe(404);
    expect((await one.get<Page<List>>("/v1/buyer/price-lists")).items).toEqual([]);
    expect(await recordedOf(market, id)).toEqual([
      `price_list.created 1, told ${seller.id}, audited 1`,
      `price_list.changed 2, told ${seller.id}, audited 1`,
      `price_list.changed 3, told ${seller.id}, audited 1`,
    ]);
  });

  it("see the lists that hold on a day, of all sellers", async () => {
    const [buyer, other] = await Promise.all([market.company(), market.seller()]);
    const ours = await list({ valid_until: "2027-01-01" });
    const theirs = await list({ valid_from: "2027-01-01" }, other);
    await give(ours.id, [buyer.id]);
    await other.post(`${lists}/${theirs.id}/companies`, { companies: [buyer.id] });
    const on = async (day: string) =>
      (await buyer.get<Page<List & { seller: string }>>(`/v1/buyer/price-lists?holds_on=${day}`)).items.map((each) => each.seller);

    expect([await on("2026-12-31"), await on("2027-01-01"), await on("2025-12-31")]).toEqual([[seller.id], [other.id], []]);
  });
});
