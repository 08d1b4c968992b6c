import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf, tally } from "../support/caller.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { type CatalogueMarket, givenVariant, openCatalogueMarket, type ShownProduct, uuidOf } from "./catalogue-market.ts";

let market: CatalogueMarket;
beforeAll(async () => {
  market = await openCatalogueMarket();
});
afterAll(() => market.close());

const products = "/v1/operator/products";
const random = "prd_01k9zv3n7gfx1t0c5r2m8q4zzz";
const add = (words: Record<string, unknown> = {}) =>
  market.operator.post<ShownProduct>(products, { title: "Bolt", variants: [givenVariant()], ...words });
const put = (id: string, body: unknown, headers: Record<string, string> = {}) =>
  market.operator.send("PUT", `${products}/${id}`, body, { headers });
const pointersOf = (answer: HttpAnswer) => jsonOf<{ errors?: { pointer: string }[] }>(answer).errors?.map(({ pointer }) => pointer);

/** The events of a thing, each with how many audit entries say the same. */
async function recorded(id: string): Promise<string[]> {
  const rows = await market.test.owner<{ told: string }>(
    `select type || ' ' || subject_version || ' ' ||
       (select count(*) from audit_entries a where a.subject_id = e.subject_id and a.action = e.type) as told
     from events e where e.subject_id = $1 order by e.subject_version`,
    [uuidOf(id)],
  );
  return rows.map(({ told }) => told);
}

describe("A product", () => {
  it("is read as it was made, with brand, category, GTIN and weight", async () => {
    const { id: category } = await market.operator.post<{ id: string }>("/v1/operator/categories", { name: "Bolts", slug: "bolts" });
    const variant = givenVariant({ gtin: "4006381333931", weight_grams: 22, attributes: { material: "A2" } });

    const answer = await market.operator.send("POST", products, {
      ...{ title: "Hexagon bolt", description: "Full thread.\nDIN 933.", brand: "Nordwind", category, variants: [variant] },
    });

    const made = jsonOf<ShownProduct>(answer);
    expect([answer.status, answer.headers["location"]]).toEqual([201, `${products}/${made.id}`]);
    expect(made).toEqual({
      ...{ id: expect.stringMatching(/^prd_/), title: "Hexagon bolt", description: "Full thread.\nDIN 933.", brand: "Nordwind", category },
      variants: [{ id: expect.stringMatching(/^var_/), ...variant }],
      ...{ withdrawn_at: null, version: 1, allowed_actions: ["change", "withdraw"] },
    });
    expect(await market.operator.get(`${products}/${made.id}`)).toEqual(made);
    expect(await recorded(made.id)).toEqual(["product.created 1 1"]);
  });

  it.each(["4006381333930", "12345", "400638133393", "00012345600013", "4006381333931x", "           "])(
    "has no GTIN %j: digits of a right number with their check digit",
    async (gtin) => {
      const answer = await market.operator.send("POST", products, { title: "Bolt", variants: [givenVariant(), givenVariant({ gtin })] });

      expect([answer.status, codeOf(answer)]).toEqual([422, "gtin-invalid"]);
      expect(pointersOf(answer)).toEqual(["/variants/1/gtin"]);
    },
  );

  it.each([
    ["eight", "96385074"],
    ["twelve", "036000291452"],
    ["thirteen", "5901234123457"],
    ["fourteen", "00012345600012"],
  ])("takes a GTIN of %s digits", async (_digits, gtin) => {
    const { variants } = await add({ variants: [givenVariant({ gtin })] });
    expect(variants.map((variant) => variant.gtin)).toEqual([gtin]);
  });

  it("is refused when a GTIN is taken, in whatever length, or given twice, and nothing of it is made", async () => {
    await add({ variants: [givenVariant({ gtin: "00614141000036" })] });
    const taken = await market.operator.send("POST", products, { title: "Bolt", variants: [givenVariant({ gtin: "614141000036" })] });
    const twice = await market.operator.send("POST", products, {
      ...{ title: "Bolt", variants: [givenVariant({ gtin: "4012345678901" }), givenVariant({ gtin: "04012345678901" })] },
    });

    expect(tally([taken, twice])).toEqual({ "409 gtin-taken": 2 });
    expect([pointersOf(taken), pointersOf(twice)]).toEqual([["/variants/0/gtin"], ["/variants/1/gtin"]]);
    expect(jsonOf(taken)["gtins"]).toEqual(["614141000036"]);
    expect(await market.test.owner("select from variants where gtin = '4012345678901'")).toEqual([]);
  });

  it("is sold by a unit of UN/ECE Recommendation 20 or 21 and no other", async () => {
    const units = ["PR", "KGM", "XBX", "BX", "piece", "c62", ""];
    const answers = [];
    for (const unit of units)
      answers.push(await market.operator.send("POST", products, { title: "Bolt", variants: [givenVariant({ unit })] }));

    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 400, 400, 400, 400]);
    expect(answers.slice(3).map(pointersOf)).toEqual(answers.slice(3).map(() => ["/variants/0/unit"]));
  });

  it("has at most fifty attributes, of names and values that are bounded", async () => {
    const of = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`name ${index}`, "value"]));
    const attempts = [of(50), of(51), { ["n".repeat(64)]: "v".repeat(200) }, { ["n".repeat(65)]: "v" }, { n: "v".repeat(201) }];

    const answers = [];
    for (const attributes of attempts)
      answers.push(await market.operator.send("POST", products, { title: "Bolt", variants: [givenVariant({ attributes })] }));

    expect(answers.map(({ status }) => status)).toEqual([201, 400, 201, 400, 400]);
  });

  it("names a category that is there", async () => {
    const body = { title: "Bolt", category: "cat_01k9zv3n7gfx1t0c5r2m8q4zzz", variants: [givenVariant()] };
    const made = await add();

    const answers = [
      await market.operator.send("POST", products, body),
      await put(made.id, { ...body, variants: made.variants.map(withoutId) }),
    ];

    expect(tally(answers)).toEqual({ "422 unknown-reference": 2 });
    expect(answers.map(pointersOf)).toEqual([["/category"], ["/category"]]);
  });
});

const withoutId = ({ id: _id, ...words }: ShownProduct["variants"][number]) => words;

describe("A product said anew", () => {
  it("keeps its variants by their SKUs, changed, and has those that are added", async () => {
    const made = await add({ variants: [givenVariant({ gtin: "4003994155486" }), givenVariant({ gtin: "5000112637922" })] });
    const [first, second] = made.variants;
    const swapped = [
      { ...withoutId(second as never), gtin: first?.gtin, title: "Other" },
      { ...withoutId(first as never), gtin: second?.gtin },
      givenVariant(),
    ];

    const answer = await put(made.id, { title: "Bolts", variants: swapped }, { "if-match": '"1"' });

    const changed = jsonOf<ShownProduct>(answer);
    expect([answer.status, answer.headers["etag"], changed.title, changed.version]).toEqual([200, '"2"', "Bolts", 2]);
    expect(changed.variants.map(({ id }) => id).slice(0, 2)).toEqual(made.variants.map(({ id }) => id));
    expect(changed.variants.map(({ gtin }) => gtin)).toEqual([second?.gtin, first?.gtin, null]);
    expect(changed.variants[1]?.title).toBe("Other");
    expect(await recorded(made.id)).toEqual(["product.created 1 1", "product.changed 2 1"]);
    expect(await market.operator.get(`${products}/${made.id}`)).toEqual(changed);
  });

  it("as it is already keeps its version and tells nobody", async () => {
    const made = await add({ description: "x" });

    const answer = await put(made.id, { title: "Bolt", description: "x", variants: made.variants.map(withoutId) });

    expect(jsonOf(answer)).toEqual(made);
    expect(await recorded(made.id)).toEqual(["product.created 1 1"]);
  });

  it("leaves no variant out, and takes no SKU of another product", async () => {
    const [made, other] = [await add({ variants: [givenVariant(), givenVariant()] }), await add()];
    const [first, second] = made.variants.map(withoutId);

    const missing = await put(made.id, { title: "Bolt", variants: [first] });
    const taken = await put(made.id, { title: "Bolt", variants: [first, second, givenVariant({ sku: other.variants[0]?.sku })] });
    const twice = await put(made.id, { title: "Bolt", variants: [first, second, second] });

    expect([codeOf(missing), jsonOf(missing)["skus"]]).toEqual(["variants-missing", [second?.sku]]);
    expect([codeOf(taken), pointersOf(taken)]).toEqual(["sku-taken", ["/variants/2/sku"]]);
    expect([codeOf(twice), pointersOf(twice)]).toEqual(["sku-taken", ["/variants/2/sku"]]);
    expect(await market.operator.get(`${products}/${made.id}`)).toEqual(made);
  });

  it("is refused under a version that is not its own, and where there is none", async () => {
    const made = await add();
    const body = { title: "Bolts", variants: made.variants.map(withoutId) };

    const stale = await put(made.id, body, { "if-match": '"7"' });

    expect([stale.status, codeOf(stale), jsonOf(stale)["current_version"]]).toEqual([412, "version-stale", 1]);
    expect(tally([await put(random, body)])).toEqual({ "404 not-found": 1 });
  });

  it("in two hands at once is changed once under one version", async () => {
    const made = await add();
    const variants = made.variants.map(withoutId);

    const answers = await Promise.all(["A", "B"].map((title) => put(made.id, { title, variants }, { "if-match": '"1"' })));

    expect(tally(answers)).toEqual({ "200": 1, "412 version-stale": 1 });
  });
});

describe("More variants of a product", () => {
  const path = (id: string) => `${products}/${id}/variants`;

  it("stand behind those it has", async () => {
    const made = await add();
    const more = [givenVariant(), givenVariant({ weight_grams: 5 })];

    const changed = await market.operator.post<ShownProduct>(path(made.id), { variants: more });

    expect(changed.variants.map(({ sku }) => sku)).toEqual([...made.variants, ...more].map(({ sku }) => sku));
    expect(changed.version).toBe(2);
  });

  it("are refused with a code of its own or of others, beyond a hundred, and where there is no product", async () => {
    const made = await add({ variants: [givenVariant({ gtin: "4000539150869" })] });
    const many = Array.from({ length: 100 }, () => givenVariant());
    const send = (id: string, variants: unknown[]) => market.operator.send("POST", path(id), { variants });

    const answers = [
      await send(made.id, [givenVariant(), givenVariant({ sku: made.variants[0]?.sku })]),
      await send(made.id, [givenVariant({ gtin: "04000539150869" })]),
      await send(made.id, many),
      await send(random, [givenVariant()]),
    ];

    expect(answers.map(codeOf)).toEqual(["sku-taken", "gtin-taken", "too-many-variants", "not-found"]);
    expect(answers.slice(0, 2).map(pointersOf)).toEqual([["/variants/1/sku"], ["/variants/0/gtin"]]);
    expect(await market.operator.get(`${products}/${made.id}`)).toEqual(made);
  });

  it("with one SKU in four hands at once are made once", async () => {
    const owners = [await add(), await add(), await add(), await add()];
    const variant = givenVariant();

    const answers = await Promise.all(owners.map(({ id }) => market.operator.send("POST", path(id), { variants: [variant] })));

    expect(tally(answers)).toEqual({ "200": 1, "409 sku-taken": 3 });
  });
});

describe("A withdrawal", () => {
  it("says by when it counts for every checkout, and is taken back", async () => {
    const made = await add();
    const send = (event: string) => market.operator.send("POST", `${products}/${made.id}/${event}`, { reason: "Recalled" });

    const answers = [await send("withdraw"), await send("withdraw"), await send("restore"), await send("restore")];

    expect(tally(answers)).toEqual({ "200": 2, "409 state-conflict": 2 });
    const [withdrawn, again, restored] = answers.map((answer) => jsonOf(answer));
    expect(withdrawn).toMatchObject({ version: 2, allowed_actions: ["change", "restore"] });
    const { withdrawn_at: at, effective_by: by } = withdrawn as { withdrawn_at: string; effective_by: string };
    expect(Date.parse(by) - Date.parse(at)).toBe(6_000);
    expect(again).toMatchObject({ state: "withdrawn", allowed: ["change", "restore"] });
    expect(restored).toMatchObject({ version: 3, withdrawn_at: null, allowed_actions: ["change", "withdraw"] });
    expect(await recorded(made.id)).toEqual(["product.created 1 1", "product.withdrawn 2 1", "product.restored 3 1"]);
    const [audit] = await market.test.owner("select reason from audit_entries where subject_id = $1 and action = 'product.withdrawn'", [
      uuidOf(made.id),
    ]);
    expect(audit).toEqual({ reason: "Recalled" });
  });

  it("keeps to the version that it was asked for", async () => {
    const made = await add();
    const send = (id: string, tag: string) =>
      market.operator.send("POST", `${products}/${id}/withdraw`, { reason: "x" }, { headers: { "if-match": tag } });

    expect(tally([await send(made.id, '"2"'), await send(random, "*")])).toEqual({ "412 version-stale": 1, "404 not-found": 1 });
  });
});

describe("The list of products", () => {
  it("is that of a category and all below it, and of what is withdrawn", async () => {
    const post = (body: object) => market.operator.post<{ id: string }>("/v1/operator/categories", body);
    const above = await post({ name: "Tools", slug: "tools" });
    const below = await post({ name: "Drills", slug: "drills", parent: above.id });
    const [first, second] = [await add({ category: above.id }), await add({ category: below.id })];
    await market.operator.post(`${products}/${second.id}/withdraw`, { reason: "x" });
    const idsOf = async (query: string) =>
      (await market.operator.get<{ items: { id: string }[] }>(`${products}?${query}`)).items.map(({ id }) => id);

    expect(await idsOf(`category=${above.id}`)).toEqual([second.id, first.id]);
    expect(await idsOf(`category=${below.id}`)).toEqual([second.id]);
    expect(await idsOf(`category=${above.id}&withdrawn=false`)).toEqual([first.id]);
    expect(await idsOf(`withdrawn=true&category=${above.id}`)).toEqual([second.id]);
    expect(await idsOf("category=cat_01k9zv3n7gfx1t0c5r2m8q4zzz")).toEqual([]);
  });
});
