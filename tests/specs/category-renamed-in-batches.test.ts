import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CategoryId, fromWireId, prefixes, type Uuid } from "../../src/kernel/ids.ts";
import { type PlaceOfProduct, sweepCategoryWords } from "../../src/modules/catalog/index.ts";
import { withTransaction } from "../../src/platform/db/index.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";

let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

type Category = { readonly id: string; readonly slug: string };

/** A category with so many products that are found by its name. */
async function filled(slug: string, name: string, count: number): Promise<Category> {
  const category = await market.operator.post<Category>("/v1/operator/categories", { name, slug });
  await market.database.owner(
    `insert into products (product_id, title, category_id, version, created_at, changed_at, search_text)
     select gen_random_uuid(), 'Bolt', $1, 1, stoa_now(), stoa_now(), E'bolt\\nsku\\nsteel\\n' || $2
     from generate_series(1, $3::integer)`,
    [uuidOf(category), name.toLowerCase(), count],
  );
  return category;
}

const uuidOf = ({ id }: Category) => fromWireId(prefixes.category, id) as CategoryId;
const rename = ({ id, slug }: Category, name: string) => market.operator.send("PUT", `/v1/operator/categories/${id}`, { name, slug });

/** By which word for their category how many products are found. */
async function wordsOf(category: Category): Promise<Record<string, number>> {
  const rows = await market.database.owner<{ word: string; count: number }>(
    `select split_part(search_text, E'\\n', 4) as word, count(*)::integer as count
     from products where category_id = $1 and search_text like E'bolt\\nsku\\nsteel\\n%' group by 1 order by 1`,
    [uuidOf(category)],
  );
  return Object.fromEntries(rows.map(({ word, count }) => [word, count]));
}

async function waiting(): Promise<{ organisation_id: Uuid; subject_id: Uuid }[]> {
  return market.database.owner("select organisation_id, subject_id from deadlines where kind = 'category_words'");
}

describe("A category with more products than one transaction rewrites", () => {
  it("has its new name at once; its first products are found by it then, and the sweeper brings it to the others", async () => {
    const screws = await filled("screws", "Screws", 501);
    for (const server of market.servers) await server.kill();
    await market.restart(0);

    expect((await rename(screws, "Fasteners")).status).toBe(200);

    await expect.poll(() => wordsOf(screws), { timeout: 15_000 }).toEqual({ fasteners: 501 });
    await expect.poll(waiting, { timeout: 15_000 }).toEqual([]);
    expect((await market.doctor()).violations).toEqual([]);
  });

  it("leaves no deadline when they are not too many", async () => {
    const few = await filled("few", "Few", 3);

    expect((await rename(few, "Some")).status).toBe(200);

    expect([await wordsOf(few), await waiting()]).toEqual([{ some: 3 }, []]);
  });

  it("is gone through anew after a crash or yet another name, and no product is left with an old one", async () => {
    const bolts = await filled("bolts", "Bolts", 7);
    const operator = await market.database.owner<{ id: Uuid }>("select organisation_id as id from organisations where kind = 'operator'");
    const deadline = { organisationId: operator[0]?.id as Uuid, kind: "category_words", subjectId: uuidOf(bolts), dueAt: 0 as never };
    const sweep = (after?: PlaceOfProduct) =>
      withTransaction(market.database.database, { role: "stoa_operator", locks: ["category", "product", "deadline"] }, (tx) =>
        sweepCategoryWords(tx, deadline, { after, most: 2 }),
      );
    const called = (name: string) =>
      market.database.owner("update categories set name = $2, version = version + 1 where category_id = $1", [uuidOf(bolts), name]);

    await called("Rivets");
    const first = (await sweep()) as PlaceOfProduct;
    expect(await wordsOf(bolts)).toEqual({ bolts: 5, rivets: 2 });
    // Who knew of the place died: the next one finds two done, and does two more.
    const second = (await sweep()) as PlaceOfProduct;
    expect(second.productId > first.productId).toBe(true);
    expect(await wordsOf(bolts)).toEqual({ bolts: 3, rivets: 4 });

    await called("Nails");
    let place: "done" | PlaceOfProduct = second;
    for (let turns = 0; place !== "done" && turns < 10; turns += 1) place = await sweep(place);

    expect([place, await wordsOf(bolts)]).toEqual(["done", { nails: 7 }]);
  });
});
