import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf, tally } from "../support/caller.ts";
import {
  type CatalogueMarket,
  type CatalogueSeller,
  givenVariant,
  offered,
  offerRow,
  openCatalogueMarket,
  uuidOf,
} from "./catalogue-market.ts";

let market: CatalogueMarket;
let [sku, otherSku] = ["", ""];
let variants: readonly string[] = [];
beforeAll(async () => {
  market = await openCatalogueMarket();
  const given = [givenVariant(), givenVariant()];
  [sku, otherSku] = given.map((variant) => variant.sku) as [string, string];
  const product = await market.operator.post<{ variants: { id: string }[] }>("/v1/operator/products", { title: "Bolt", variants: given });
  variants = product.variants.map(({ id }) => id);
});
afterAll(() => market.close());

const random = "off_01k9zv3n7gfx1t0c5r2m8q4zzz";
type Shown = {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly allowed_actions: string[];
  readonly lead_time_days: number;
};
const upsert = (seller: CatalogueSeller, rows: readonly object[]) => seller.send("POST", "/v1/seller/offers/bulk", { offers: rows });
const move = (seller: CatalogueSeller, id: string, command: string, headers: Record<string, string> = {}) =>
  seller.send("POST", `/v1/seller/offers/${id}/${command}`, {}, { headers });
const read = (seller: CatalogueSeller, id: string) => seller.get<Shown>(`/v1/seller/offers/${id}`);
const eventsOf = async (id: string) =>
  (
    await market.test.owner<{ told: string }>(
      "select type || ' ' || subject_version as told from events where subject_id = $1 order by subject_version",
      [uuidOf(id)],
    )
  ).map(({ told }) => told);

describe("An offer", () => {
  it("is born for sale, or as a draft when its row says so, with its lead time", async () => {
    const seller = await market.seller();
    const [plain, draft] = await offered(seller, [offerRow("A", sku), offerRow("B", sku, { state: "draft", lead_time_days: 7 })]);

    expect(await read(seller, plain ?? "")).toMatchObject({ state: "active", lead_time_days: 0, allowed_actions: ["pause", "archive"] });
    expect(await read(seller, draft ?? "")).toMatchObject({ state: "draft", lead_time_days: 7, allowed_actions: ["activate", "archive"] });
  });

  it("goes on by commands, each saying by when it counts for every checkout", async () => {
    const seller = await market.seller();
    const [id = ""] = await offered(seller, [offerRow("A", sku, { state: "draft" })]);

    const steps = [];
    for (const command of ["activate", "pause", "resume", "archive"]) steps.push(await move(seller, id, command));

    expect(steps.map((step) => jsonOf<Shown>(step)).map(({ state, version }) => `${state} ${version}`)).toEqual([
      ...["active 2", "paused 3", "active 4", "archived 5"],
    ]);
    expect(steps.map(({ headers }) => headers["etag"])).toEqual(['"2"', '"3"', '"4"', '"5"']);
    expect(steps.every((step) => Date.parse(jsonOf<{ effective_by: string }>(step).effective_by) > 0)).toBe(true);
    expect(await read(seller, id)).toMatchObject({ state: "archived", allowed_actions: [] });
    expect(await eventsOf(id)).toEqual(["offer.created 1", "offer.activated 2", "offer.paused 3", "offer.resumed 4", "offer.archived 5"]);
  });

  const lives: Record<string, readonly string[]> = {
    draft: ["activate", "archive"],
    active: ["pause", "archive"],
    paused: ["resume", "archive"],
    archived: [],
  };

  it.each(Object.keys(lives))("that is %s takes the steps of its state, and is told what it allows for any other", async (state) => {
    const seller = await market.seller();
    const paths: Record<string, readonly string[]> = { draft: [], active: [], paused: ["pause"], archived: ["archive"] };
    const commands = ["activate", "pause", "resume", "archive"];
    const ids = await offered(
      seller,
      commands.map((each) => offerRow(each, sku, state === "draft" ? { state } : {})),
    );
    for (const id of ids) for (const command of paths[state] ?? []) expect((await move(seller, id, command)).status).toBe(200);

    const answers = await Promise.all(commands.map((command, index) => move(seller, ids[index] ?? "", command)));

    const allowed = lives[state] ?? [];
    expect(answers.map(({ status }) => status)).toEqual(commands.map((command) => (allowed.includes(command) ? 200 : 409)));
    for (const answer of answers.filter(({ status }) => status === 409)) expect(jsonOf(answer)).toMatchObject({ state, allowed });
  });

  it("keeps to the version that a command was given for", async () => {
    const seller = await market.seller();
    const [id = ""] = await offered(seller, [offerRow("A", sku)]);

    const answers = await Promise.all([
      move(seller, id, "pause", { "if-match": '"1"' }),
      move(seller, id, "archive", { "if-match": '"1"' }),
    ]);

    expect(tally(answers)).toEqual({ "200": 1, "412 version-stale": 1 });
  });

  it("of another seller is the same 404 as one that never was", async () => {
    const [one, other] = [await market.seller(), await market.seller()];
    const [id = ""] = await offered(one, [offerRow("A", sku)]);

    expect(tally([await move(other, id, "pause"), await move(other, random, "pause")])).toEqual({ "404 not-found": 2 });
    expect((await read(one, id)).state).toBe("active");
  });

  it("changes its terms in any state but when it is archived, and never goes back to a draft", async () => {
    const seller = await market.seller();
    const ids = await offered(seller, [offerRow("A", sku), offerRow("B", sku), offerRow("C", sku, { state: "draft" }), offerRow("D", sku)]);
    await move(seller, ids[1] ?? "", "pause");
    await move(seller, ids[3] ?? "", "archive");

    const answer = await upsert(seller, [...["A", "B", "C", "D"].map((reference) => offerRow(reference, sku, { lead_time_days: 3 }))]);
    const drafts = await upsert(seller, [
      offerRow("A", sku, { state: "draft" }),
      offerRow("C", sku, { state: "draft", lead_time_days: 4 }),
    ]);

    const told = (each: typeof answer) => jsonOf<{ results: { ok: boolean; version?: number; code?: string }[] }>(each).results;
    expect(told(answer).map((row) => row.version ?? row.code)).toEqual([2, 3, 2, "offer-archived"]);
    expect(told(drafts).map((row) => row.version ?? row.code)).toEqual(["offer-not-draft", 3]);
    expect(jsonOf<{ effective_by: string }>(answer).effective_by).toMatch(/Z$/);
    expect(await Promise.all(ids.map((id) => read(seller, id)))).toMatchObject([
      ...[
        { state: "active", lead_time_days: 3 },
        { state: "paused", lead_time_days: 3 },
        { state: "draft", lead_time_days: 4 },
      ],
      { state: "archived", lead_time_days: 0, version: 2 },
    ]);
  });

  it("may be one of several of its seller for one variant", async () => {
    const seller = await market.seller();
    expect(new Set(await offered(seller, [offerRow("A", sku), offerRow("B", sku)])).size).toBe(2);
  });
});

describe("A step of many offers", () => {
  const moveAll = (seller: CatalogueSeller, command: string, offers: readonly unknown[]) =>
    seller.send("POST", "/v1/seller/offers/bulk/state", { command, offers });

  it("is taken by all, with an event for each", async () => {
    const seller = await market.seller();
    const ids = await offered(seller, [offerRow("A", sku), offerRow("B", sku)]);

    const answer = await moveAll(seller, "pause", ids);

    expect(jsonOf(answer)).toMatchObject({
      offers: ids.map((id) => ({ id, state: "paused", version: 2 })),
      effective_by: expect.any(String),
    });
    expect(await Promise.all(ids.map(eventsOf))).toEqual([
      ["offer.created 1", "offer.paused 2"],
      ["offer.created 1", "offer.paused 2"],
    ]);
  });

  it("is taken by none when one of them cannot, and says which", async () => {
    const seller = await market.seller();
    const ids = await offered(seller, [offerRow("A", sku), offerRow("B", sku, { state: "draft" })]);

    const answer = await moveAll(seller, "pause", ids);

    expect([answer.status, codeOf(answer)]).toEqual([409, "offers-state-conflict"]);
    expect(jsonOf(answer)).toMatchObject({
      offers: [{ offer: ids[1], state: "draft", allowed: ["activate", "archive"] }],
      errors: [{ pointer: "/offers/1" }],
    });
    expect((await read(seller, ids[0] ?? "")).state).toBe("active");
  });

  it("knows its seller's offers only, each once, and a thousand at most", async () => {
    const [one, other] = [await market.seller(), await market.seller()];
    const [id = ""] = await offered(one, [offerRow("A", sku)]);
    const [foreign = ""] = await offered(other, [offerRow("A", sku)]);

    const answers = [
      await moveAll(one, "pause", [id, foreign]),
      await moveAll(one, "pause", [id, random]),
      await moveAll(one, "pause", [id, id]),
      await moveAll(one, "draft", [id]),
      await moveAll(
        one,
        "pause",
        Array.from({ length: 1_001 }, (_, index) => `off_${String(index).padStart(26, "0")}`),
      ),
    ];

    expect(tally(answers)).toEqual({ "422 unknown-reference": 2, "400 request-invalid": 3 });
    expect(answers.slice(0, 2).map((answer) => jsonOf(answer)["errors"])).toEqual([
      [{ pointer: "/offers/1", detail: "no offer has this id" }],
      [{ pointer: "/offers/1", detail: "no offer has this id" }],
    ]);
  });

  it("sends as many statements for a thousand offers as for one", async () => {
    const seller = await market.seller();
    const ids = await offered(
      seller,
      Array.from({ length: 1_000 }, (_, index) => offerRow(`R-${index}`, sku)),
    );
    const statementsOf = async (offers: readonly string[], command: string) => {
      let count = 0;
      const end = market.test.database.observe(() => {
        count += 1;
      });
      expect((await moveAll(seller, command, offers)).status).toBe(200);
      end();
      return count;
    };

    expect(await statementsOf(ids, "pause")).toBe(await statementsOf(ids.slice(0, 1), "resume"));
  });
});

describe("The list of offers", () => {
  it("is narrowed down by state, variant, SKU and how the reference begins", async () => {
    const seller = await market.seller();
    const ids = await offered(seller, [
      ...[offerRow("BOLT-1", sku), offerRow("BOLT-2", otherSku, { state: "draft" }), offerRow("bolt-3", sku), offerRow("%", otherSku)],
    ]);
    await move(seller, ids[2] ?? "", "pause");
    const placesOf = async (query: string) =>
      (await seller.get<{ items: { id: string }[] }>(`/v1/seller/offers?${query}`)).items.map(({ id }) => ids.indexOf(id));

    expect(await placesOf("")).toEqual([3, 2, 1, 0]);
    expect(await placesOf("state=draft&state=paused")).toEqual([2, 1]);
    expect(await placesOf(`variant=${variants[0]}`)).toEqual([2, 0]);
    expect(await placesOf(`sku=${otherSku}`)).toEqual([3, 1]);
    expect(await placesOf("sku=none")).toEqual([]);
    expect(await placesOf("q=BOLT-")).toEqual([1, 0]);
    expect(await placesOf("q=%25")).toEqual([3]);
    expect(await placesOf(`q=BOLT&state=active&sku=${sku}`)).toEqual([0]);
  });
});
