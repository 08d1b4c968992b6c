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

const plans = "/v1/operator/commission-plans";
const eur = (amount: number) => ({ amount, currency: "EUR" });
const eight = [{ from: eur(0), rate_ppm: 80_000 }];

type Plan = { readonly id: string; readonly version: number; readonly valid_until: string | null; readonly effective_by?: string };
const inForce = ({ effective_by: _effective, ...shown }: Plan) => shown;
const pointersOf = (answer: HttpAnswer) => jsonOf<{ errors?: { pointer: string }[] }>(answer).errors?.map(({ pointer }) => pointer);

/** A scope of its own for each: a category that nothing is in. */
let slugs = 0;
async function category(): Promise<string> {
  slugs += 1;
  return (await market.operator.post<{ id: string }>("/v1/operator/categories", { slug: `empty-${slugs}`, name: `Empty ${slugs}` })).id;
}
const terms = { name: "Plan", steps: eight, currency: "EUR", valid_from: "2026-01-01" };
const create = (changes: object) => market.operator.send("POST", plans, { ...terms, ...changes });
const made = async (changes: object = {}) => market.operator.post<Plan>(plans, { ...terms, category: await category(), ...changes });
const put = (id: string, body: object, headers: Record<string, string> = {}) =>
  market.operator.send("PUT", `${plans}/${id}`, body, { headers });
const end = (id: string, validUntil: string, headers: Record<string, string> = {}) =>
  market.operator.send("POST", `${plans}/${id}/end`, { valid_until: validUntil }, { headers });

describe("A commission plan", () => {
  it("is read as it was made, audited, and told to nobody else", async () => {
    const scope = { seller: seller.id, category: await category() };
    const steps = [
      { from: eur(0), rate_ppm: 80_000, fixed: eur(30) },
      { from: eur(10_000), rate_ppm: 60_000, fixed: eur(0) },
    ];
    const answer = await create({
      ...scope,
      name: "Tools",
      steps,
      on_freight: true,
      returned_on_write_off: true,
      valid_until: "2030-01-01",
    });

    const plan = jsonOf<Plan>(answer);
    expect([answer.status, answer.headers["location"], answer.headers["etag"]]).toEqual([201, `${plans}/${plan.id}`, '"1"']);
    const expected = {
      ...{ id: expect.stringMatching(/^cpl_/), name: "Tools", ...scope, currency: "EUR", steps, on_freight: true },
      ...{ returned_on_write_off: true, valid_from: "2026-01-01", valid_until: "2030-01-01", version: 1 },
      changed_at: expect.any(String),
    };
    expect(inForce(plan)).toEqual(expected);
    expect(await market.operator.get(`${plans}/${plan.id}`)).toEqual(expected);
    expect(await market.operator.get(`${plans}?seller=${seller.id}`)).toMatchObject({ items: [expected] });
    expect(await recordedOf(market, plan.id)).toEqual(["commission_plan.created 1, told nobody else, audited 1"]);
  });

  it.each<[string, object, readonly string[]]>([
    ["whose first step is not from 0", { steps: [{ from: eur(1), rate_ppm: 1 }] }, ["/steps/0/from"]],
    ["whose steps do not rise", { steps: [...eight, ...eight] }, ["/steps/1/from"]],
    ["with a step in another currency", { steps: [{ from: { amount: 0, currency: "SEK" }, rate_ppm: 1 }] }, ["/steps/0/from"]],
    ["with a fixed amount in another currency", { steps: [{ ...eight[0], fixed: { amount: 1, currency: "SEK" } }] }, ["/steps/0/fixed"]],
    ["that takes more than half", { steps: [{ from: eur(0), rate_ppm: 500_001 }] }, ["/steps/0/rate_ppm"]],
    ["on a day that there is not", { valid_from: "2026-02-30" }, ["/valid_from"]],
    ["that ends before it begins", { valid_until: "2026-01-01" }, ["/valid_until"]],
  ])("%s is refused", async (_, changes, pointers) => {
    const answer = await create({ category: await category(), ...changes });

    expect([answer.status, codeOf(answer), pointersOf(answer)]).toEqual([400, "request-invalid", pointers]);
  });

  it("is for a seller and a category that are there", async () => {
    const answer = await create({ seller: `sel${seller.id.slice(3, -1)}0`, category: `cat${seller.id.slice(3)}` });

    expect([answer.status, codeOf(answer), pointersOf(answer)]).toEqual([422, "unknown-reference", ["/seller", "/category"]]);
  });

  it.each<[string, object]>([
    ["the same days", {}],
    ["days within", { valid_from: "2026-06-01", valid_until: "2026-07-01" }],
    ["days around", { valid_from: "2025-01-01" }],
    ["the last of its days", { valid_from: "2026-12-31" }],
  ])("is refused beside another one of its scope for %s", async (_, days) => {
    const scope = { category: await category() };
    const { id } = await made({ ...scope, valid_until: "2027-01-01" });
    const answer = await create({ ...scope, ...days });

    expect([answer.status, codeOf(answer)]).toEqual([409, "commission-plan-exists"]);
    expect(jsonOf(answer)).toMatchObject({ commission_plan: id, valid_from: "2026-01-01", valid_until: "2027-01-01" });
  });

  it("stands beside one of another seller, another currency or other days", async () => {
    const scope = { category: await category() };
    await made({ ...scope, valid_until: "2027-01-01" });
    const others = [
      { seller: seller.id },
      { currency: "SEK", steps: [{ from: { amount: 0, currency: "SEK" }, rate_ppm: 1 }] },
      { valid_from: "2027-01-01" },
      { valid_from: "2025-01-01", valid_until: "2026-01-01" },
    ];

    const answers = await Promise.all(others.map((other) => create({ ...scope, ...other })));
    expect(tally(answers)).toEqual({ "201": 4 });
  });

  it("is made once, by one of eight that would make it at once", async () => {
    const scope = await category();
    const line = await openStartLine({ origins: market.origins(), size: 8 });
    const answers = await line.release(
      Array.from({ length: 8 }, () => market.operator.request("POST", plans, { ...terms, category: scope })),
    );
    line.close();

    expect(tally(answers)).toEqual({ "201": 1, "409 commission-plan-exists": 7 });
  });

  it("is changed in its terms, and says by when that is in effect", async () => {
    const { id } = await made();
    const change = { name: "Other", steps: [{ from: eur(0), rate_ppm: 50_000 }] };

    const stale = await put(id, change, { "if-match": '"2"' });
    const changed = await put(id, change, { "if-match": '"1"' });
    const again = await put(id, change);

    expect([codeOf(stale), changed.status, changed.headers["etag"], again.headers["etag"]]).toEqual(["version-stale", 200, '"2"', '"2"']);
    expect(jsonOf(changed)).toMatchObject({ name: "Other", on_freight: false, valid_from: "2026-01-01", effective_by: expect.any(String) });
    expect(await recordedOf(market, id)).toEqual([
      "commission_plan.created 1, told nobody else, audited 1",
      "commission_plan.changed 2, told nobody else, audited 1",
    ]);
  });

  it("ends once, on a day that is not past, and does not change when it has ended", async () => {
    const { id } = await made();
    const past = await end(id, "2026-01-02");
    const ended = await end(id, "2099-01-01", { "if-match": '"1"' });
    const again = await end(id, "2099-02-01");
    expect([codeOf(past), pointersOf(past), ended.status, jsonOf<Plan>(ended).valid_until, codeOf(again)]).toEqual([
      ...["request-invalid", ["/valid_until"], 200, "2099-01-01", "commission-plan-ended"],
    ]);
    expect((await put(id, { name: "Until then", steps: eight })).status).toBe(200);

    const { id: over } = await made({ valid_from: "2020-01-01", valid_until: "2021-01-01" });
    const late = await put(over, { name: "Late", steps: eight });
    expect([late.status, codeOf(late), jsonOf(late)["valid_until"]]).toEqual([409, "commission-plan-ended", "2021-01-01"]);
  });

  it("that there is not is not found", async () => {
    const nowhere = `${plans}/cpl${seller.id.slice(3)}`;
    const answers = [
      await market.operator.send("GET", nowhere),
      await market.operator.send("PUT", nowhere, { name: "None", steps: eight }),
      await market.operator.send("POST", `${nowhere}/end`, { valid_until: "2099-01-01" }),
    ];
    expect(tally(answers)).toEqual({ "404 not-found": 3 });
  });

  it("waits for the operator to say who it is", async () => {
    const unknown = await openMarket({ introduced: false });
    const answer = await unknown.operator.send("POST", plans, terms);
    await unknown.close();

    expect([answer.status, codeOf(answer)]).toEqual([409, "operator-profile-missing"]);
  });
});

describe("What is agreed with a seller", () => {
  it("is that the seller bears the risk, until the operator agrees otherwise; and is audited", async () => {
    const own = await market.seller();
    const path = `/v1/operator/sellers/${own.id}/contract`;
    const usual = { seller: own.id, credit_risk: "seller", changed_at: null, version: 1 };
    expect([await market.operator.get(path), await own.get("/v1/seller/contract")]).toEqual([usual, usual]);

    const stale = await market.operator.send("PUT", path, { credit_risk: "operator" }, { headers: { "if-match": '"2"' } });
    const changed = await market.operator.send("PUT", path, { credit_risk: "operator" }, { headers: { "if-match": '"1"' } });
    const again = await market.operator.send("PUT", path, { credit_risk: "operator" });

    expect([codeOf(stale), changed.status, again.headers["etag"]]).toEqual(["version-stale", 200, '"2"']);
    expect(await own.get("/v1/seller/contract")).toEqual({ ...usual, credit_risk: "operator", changed_at: expect.any(String), version: 2 });
    const { items } = await market.operator.get<{ items: { action: string; before: object; after: object }[] }>("/v1/operator/audit");
    expect(items.filter(({ action }) => action === "seller_contract.changed")).toMatchObject([
      { before: { credit_risk: "seller" }, after: { credit_risk: "operator" } },
    ]);
  });

  it("is not there for a seller that is not", async () => {
    const path = `/v1/operator/sellers/${seller.id.slice(0, -1)}0/contract`;
    const answers = [await market.operator.send("GET", path), await market.operator.send("PUT", path, { credit_risk: "seller" })];
    expect(tally(answers)).toEqual({ "404 not-found": 2 });
  });
});
