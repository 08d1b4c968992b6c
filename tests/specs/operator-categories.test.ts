import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf, tally } from "../support/caller.ts";
import { type CatalogueMarket, givenVariant, openCatalogueMarket, uuidOf } from "./catalogue-market.ts";

let market: CatalogueMarket;
beforeAll(async () => {
  market = await openCatalogueMarket();
});
afterAll(() => market.close());

type Shown = {
  readonly id: string;
  readonly parent: string | null;
  readonly slug: string;
  readonly name: string;
  readonly path: string[];
} & {
  readonly version: number;
};

const categories = "/v1/operator/categories";
let made = 0;
const add = (parent: Shown | null = null, words: object = {}) => {
  made += 1;
  return market.operator.post<Shown>(categories, { name: `Category ${made}`, slug: `slug-${made}`, parent: parent?.id ?? null, ...words });
};
const change = ({ id, name, slug }: Shown, parent: string | null, words: object = {}, headers: Record<string, string> = {}) =>
  market.operator.send("PUT", `${categories}/${id}`, { name, slug, parent, ...words }, { headers });
const read = ({ id }: Shown) => market.operator.get<Shown>(`${categories}/${id}`);
const pointerOf = (answer: Parameters<typeof jsonOf>[0]) => jsonOf<{ errors?: { pointer: string }[] }>(answer).errors?.[0]?.pointer;

/** A category and one below the other, as many as asked for. */
async function chain(length: number): Promise<Shown[]> {
  const all: Shown[] = [];
  for (let level = 0; level < length; level += 1) all.push(await add(all.at(-1) ?? null));
  return all;
}

describe("A category", () => {
  it("lies below its parent, from the root down", async () => {
    const [root, below, lowest] = await chain(3);

    expect(lowest).toMatchObject({ parent: below?.id, path: [root?.id, below?.id, lowest?.id], version: 1 });
    expect(await read(lowest as Shown)).toEqual(lowest);
  });

  it("takes all below it along when it moves", async () => {
    const [root, moved, below] = await chain(3);
    const target = await add();

    const answer = await change(moved as Shown, target.id);

    expect([answer.status, jsonOf(answer)["path"], jsonOf(answer)["version"]]).toEqual([200, [target.id, moved?.id], 2]);
    expect((await read(below as Shown)).path).toEqual([target.id, moved?.id, below?.id]);
    expect((await read(root as Shown)).path).toEqual([root?.id]);
    expect(jsonOf(await change(moved as Shown, null))["path"]).toEqual([moved?.id]);
    expect((await read(below as Shown)).path).toEqual([moved?.id, below?.id]);
  });

  it("lies neither below itself nor too deep, with all that is below it", async () => {
    const [top, , third] = await chain(3);
    const seven = await chain(7);
    const deepest = await add(seven.at(-1) ?? null);

    const circle = await change(top as Shown, third?.id ?? "");
    const itself = await change(top as Shown, top?.id ?? "");
    const deep = await change(top as Shown, seven[5]?.id ?? "");
    const ninth = await market.operator.send("POST", categories, { name: "Ninth", slug: "ninth", parent: deepest.id });

    expect([circle, itself, deep, ninth].map(codeOf)).toEqual([
      "category-circle",
      "category-circle",
      "category-too-deep",
      "category-too-deep",
    ]);
    expect([circle, deep, ninth].map(pointerOf)).toEqual(["/parent", "/parent", "/parent"]);
    expect((await read(third as Shown)).path).toHaveLength(3);
    expect((await change(top as Shown, seven[4]?.id ?? "")).status).toBe(200);
    expect((await read(third as Shown)).path).toHaveLength(8);
  });

  it("has a slug of its own, of lower-case words, and a parent that is there", async () => {
    const [first, second] = [await add(), await add()];
    const post = (body: object) => market.operator.send("POST", categories, { name: "x", ...body });

    const answers = [
      await post({ slug: first.slug }),
      await change(second, null, { slug: first.slug }),
      await post({ slug: "Upper" }),
      await post({ slug: "a--b" }),
      await post({ slug: "fine", parent: "cat_01k9zv3n7gfx1t0c5r2m8q4zzz" }),
      await change(second, "cat_01k9zv3n7gfx1t0c5r2m8q4zzz"),
      await market.operator.send("PUT", `${categories}/cat_01k9zv3n7gfx1t0c5r2m8q4zzz`, { name: "x", slug: "xx" }),
    ];

    expect(answers.map(codeOf)).toEqual([
      ...["name-taken", "name-taken", "request-invalid", "request-invalid", "unknown-reference", "unknown-reference", "not-found"],
    ]);
    expect(answers.slice(0, 6).map(pointerOf)).toEqual(["/slug", "/slug", "/slug", "/slug", "/parent", "/parent"]);
  });

  it("as it is already keeps its version; another version than its own is refused", async () => {
    const category = await add();

    expect(jsonOf(await change(category, null))).toEqual(category);
    expect(tally([await change(category, null, { name: "New" }, { "if-match": '"5"' })])).toEqual({ "412 version-stale": 1 });
    const events = await market.test.owner("select type from events where subject_id = $1", [uuidOf(category.id)]);
    expect(events).toEqual([{ type: "category.created" }]);
  });

  it("moved below another, and that one below it, at once ends in a tree", async () => {
    for (let round = 0; round < 5; round += 1) {
      const [one, other] = [await add(), await add()];

      const answers = await Promise.all([change(one, other.id), change(other, one.id)]);

      expect(tally(answers)).toEqual({ "200": 1, "422 category-circle": 1 });
      expect([(await read(one)).path.length, (await read(other)).path.length].toSorted()).toEqual([1, 2]);
    }
  });

  it("gives its new name to what its products are searched by, and leaves their versions", async () => {
    const [category, other] = [await add(null, { name: "Schrauben" }), await add()];
    const product = (words: object) =>
      market.operator.post<{ id: string; version: number }>("/v1/operator/products", { title: "M8", variants: [givenVariant()], ...words });
    const [inside, outside] = [await product({ category: category.id }), await product({ category: other.id })];
    const textOf = async ({ id }: { id: string }) =>
      (await market.test.owner<{ text: string }>("select search_text as text from products where product_id = $1", [uuidOf(id)]))[0]?.text;
    const before = await textOf(outside);
    expect((await textOf(inside))?.split("\n")[3]).toBe("schrauben");

    await change(category, null, { name: "Müttern & Bolzen" });

    expect((await textOf(inside))?.split("\n")).toEqual(["m8", expect.stringContaining("sku"), "one", "muttern bolzen"]);
    expect(await textOf(outside)).toBe(before);
    expect((await market.operator.get<{ version: number }>(`/v1/operator/products/${inside.id}`)).version).toBe(1);
  });
});

describe("A category's new name and a product that comes into it at once", () => {
  it("leave the product searched by the new name, whoever was first", async () => {
    for (let round = 0; round < 5; round += 1) {
      const category = await add(null, { name: "Old" });
      const product = { title: "M8", category: category.id, variants: [givenVariant()] };

      const [, created] = await Promise.all([
        change(category, null, { name: "New" }),
        market.operator.post<{ id: string }>("/v1/operator/products", product),
      ]);

      const [row] = await market.test.owner<{ line: string }>(
        "select split_part(search_text, chr(10), 4) as line from products where product_id = $1",
        [uuidOf(created.id)],
      );
      expect(row?.line).toBe("new");
    }
  });
});

describe("The list of categories", () => {
  it("is the whole tree: each before those below it, those of one parent by name", async () => {
    const root = await add(null, { name: "Zz root" });
    const b = await add(root, { name: "B" });
    const a = await add(root, { name: "A" });
    const ab = await add(a, { name: "A below" });

    const { items } = await market.operator.get<{ items: Shown[] }>(categories);

    const from = items.findIndex(({ id }) => id === root.id);
    expect(items.slice(from, from + 4).map(({ id }) => id)).toEqual([root, a, ab, b].map(({ id }) => id));
    const { items: shown } = await market.stranger.get<{ items: Shown[] }>("/v1/public/categories");
    expect(shown.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
    expect(Object.keys(shown[0] ?? {})).toEqual(["id", "parent", "slug", "name", "path"]);
  });
});
