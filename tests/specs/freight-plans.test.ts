import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, openStartLine } from "../support/barrier.ts";
import { codeOf, tally } from "../support/caller.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { recordedOf } from "./recorded.ts";

let market: OwnMarket;
let seller: Seller;
beforeAll(async () => {
  market = await openMarket();
  seller = await market.seller();
});
afterAll(() => market.close());

const plans = "/v1/seller/freight-plans";
const eur = (amount: number) => ({ amount, currency: "EUR" });
const steps = [
  { up_to_grams: 5_000, amount: eur(590) },
  { up_to_grams: 30_000, amount: eur(1_490) },
];

type Plan = { readonly id: string; readonly name: string; readonly version: number; readonly effective_by?: string };
type Page<Item> = { readonly items: readonly Item[] };

let named = 0;
async function plan(terms: Record<string, unknown> = {}, by = seller): Promise<Plan> {
  named += 1;
  return by.post<Plan>(plans, { name: `Plan ${named}`, kind: "flat", currency: "EUR", amount: eur(490), ...terms });
}
const put = (id: string, terms: object, headers: Record<string, string> = {}) => seller.send("PUT", `${plans}/${id}`, terms, { headers });
const retire = (id: string) => seller.send("POST", `${plans}/${id}/retire`, {});
const pointersOf = (answer: HttpAnswer) => jsonOf<{ errors?: { pointer: string }[] }>(answer).errors?.map(({ pointer }) => pointer);
const inForce = ({ effective_by: _effective, ...shown }: Plan) => shown;

describe("A freight plan", () => {
  it.each([
    ["flat", { kind: "flat", amount: eur(490) }, { amount: eur(490), steps: [] }],
    ["by weight", { kind: "by_weight", steps }, { amount: null, steps }],
    ["per unit", { kind: "per_unit", amount: eur(0), free_from: eur(50_000) }, { amount: eur(0), steps: [], free_from: eur(50_000) }],
  ])("that is %s is read as it was made, told to its seller and audited", async (name, terms, shown) => {
    const answer = await seller.send("POST", plans, { name, currency: "EUR", tax_category: "freight", countries: ["FR", "AT"], ...terms });

    const made = jsonOf<Plan>(answer);
    expect([answer.status, answer.headers["location"]]).toEqual([201, `${plans}/${made.id}`]);
    const expected = {
      ...{ id: expect.stringMatching(/^frp_/), name, kind: terms.kind, currency: "EUR", free_from: null, tax_category: "freight" },
      ...{ countries: ["AT", "FR"], retired_at: null, version: 1, ...shown },
    };
    expect(inForce(made)).toEqual(expected);
    expect(await seller.get(`${plans}/${made.id}`)).toEqual(expected);
    expect(await recordedOf(market, made.id)).toEqual([`freight_plan.created 1, told ${seller.id}, audited 1`]);
  });

  it.each([
    ["without an amount", { amount: undefined }, ["/amount"]],
    ["with steps and no weight", { steps }, ["/steps"]],
    ["by weight with an amount", { kind: "by_weight", steps }, ["/amount"]],
    ["by weight without steps", { kind: "by_weight", amount: undefined }, ["/steps"]],
    ["with steps that do not ascend", { kind: "by_weight", amount: undefined, steps: steps.toReversed() }, ["/steps/1/up_to_grams"]],
    ["with an amount in another currency", { amount: { amount: 1, currency: "SEK" } }, ["/amount"]],
    ["with a bound in another currency", { free_from: { amount: 1, currency: "SEK" } }, ["/free_from"]],
    [
      "with a step in another currency",
      { kind: "by_weight", amount: undefined, steps: [{ up_to_grams: 2, amount: { amount: 1, currency: "SEK" } }] },
      ["/steps/0/amount"],
    ],
  ])("is refused %s", async (_what, terms, pointers) => {
    const answer = await seller.send("POST", plans, { name: "Never", kind: "flat", currency: "EUR", amount: eur(1), ...terms });

    expect([answer.status, codeOf(answer), pointersOf(answer)]).toEqual([400, "request-invalid", pointers]);
  });

  it("is changed in its terms, not in its kind and currency, and says by when that is in effect", async () => {
    const { id, name } = await plan();
    const terms = { name, amount: eur(690), free_from: eur(10_000), countries: ["DE"] };

    const stale = await put(id, terms, { "if-match": '"2"' });
    const changed = await put(id, terms, { "if-match": '"1"' });
    const again = await put(id, { ...terms, countries: ["DE"] });
    const kind = await put(id, { ...terms, kind: "per_unit" });
    const weight = await put(id, { name, steps });

    expect([stale.status, codeOf(stale)]).toEqual([412, "version-stale"]);
    const body = jsonOf<Plan & { effective_by: string }>(changed);
    expect(body).toMatchObject({ ...terms, kind: "flat", version: 2 });
    expect(Date.parse(body.effective_by)).toBeGreaterThan(Date.parse(String(changed.headers["date"])));
    expect(jsonOf(again)).toMatchObject({ version: 2 });
    expect([pointersOf(kind), pointersOf(weight)]).toEqual([["/kind"], ["/amount", "/steps"]]);
    expect(await recordedOf(market, id)).toEqual([
      `freight_plan.created 1, told ${seller.id}, audited 1`,
      `freight_plan.changed 2, told ${seller.id}, audited 1`,
    ]);
  });

  it("is retired once and for ever, and its name is free again", async () => {
    const { id, name } = await plan();

    const taken = await seller.send("POST", plans, { name, kind: "flat", currency: "EUR", amount: eur(1) });
    const [retired, again] = [await retire(id), await retire(id)];
    const changed = await put(id, { name, amount: eur(1) });
    const next = await plan({ name });
    const renamed = await put((await plan()).id, { name, amount: eur(1) });

    expect(tally([taken, changed, renamed])).toEqual({ "409 name-taken": 2, "409 freight-plan-retired": 1 });
    expect(jsonOf(retired)).toMatchObject({ retired_at: expect.stringMatching(/Z$/), version: 2 });
    expect(inForce(jsonOf(again))).toEqual(inForce(jsonOf(retired)));
    expect(next).toMatchObject({ name, version: 1 });
    expect(await recordedOf(market, id)).toEqual([
      `freight_plan.created 1, told ${seller.id}, audited 1`,
      `freight_plan.retired 2, told ${seller.id}, audited 1`,
    ]);
  });

  it("is made once under a name when eight ask for it at once", async () => {
    const line = await openStartLine({ origins: market.origins(), size: 8 });
    const body = { name: "At once", kind: "flat", currency: "EUR", amount: eur(1) };
    const answers = await line.release(Array.from({ length: 8 }, () => seller.request("POST", plans, body)));
    line.close();

    expect(tally(answers)).toEqual({ "201": 1, "409 name-taken": 7 });
  });

  it("is not there for another seller", async () => {
    const other = await market.seller();
    const { id, name } = await plan();

    const answers = await Promise.all([
      other.send("GET", `${plans}/${id}`),
      other.send("PUT", `${plans}/${id}`, { name, amount: eur(1) }),
      other.send("POST", `${plans}/${id}/retire`, {}),
    ]);

    expect(tally(answers)).toEqual({ "404 not-found": 3 });
    expect((await other.get<Page<Plan>>(plans)).items).toEqual([]);
  });

  it("is listed from new to old, in force or retired", async () => {
    const fresh = await market.seller();
    const [first, second] = [await plan({}, fresh), await plan({}, fresh)];
    await fresh.post(`${plans}/${first.id}/retire`, {});
    const ids = async (query: string) => (await fresh.get<Page<Plan>>(`${plans}${query}`)).items.map(({ id }) => id);

    expect([await ids(""), await ids("?retired=no"), await ids("?retired=yes")]).toEqual([
      ...[[second.id, first.id], [second.id], [first.id]],
    ]);
  });
});
