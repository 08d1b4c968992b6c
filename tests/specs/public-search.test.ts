import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf } from "../support/barrier.ts";
import { codeOf } from "../support/caller.ts";
import {
  type CatalogueMarket,
  type CatalogueSeller,
  givenVariant,
  offered,
  offerRow,
  openCatalogueMarket,
  type ShownProduct,
} from "./catalogue-market.ts";

let market: CatalogueMarket;
let seller: CatalogueSeller;
let other: CatalogueSeller;
let bolts: { readonly id: string };
const named = new Map<string, string>();

type Words = { readonly title: string; readonly category?: string; readonly brand?: string } & {
  readonly variant?: Record<string, unknown>;
  readonly offer?: Record<string, unknown>;
  readonly by?: CatalogueSeller;
};

async function forSale(name: string, { variant, offer, by = seller, ...words }: Words): Promise<string> {
  const given = givenVariant(variant);
  const { id } = await market.operator.post<ShownProduct>("/v1/operator/products", { ...words, variants: [given] });
  await offered(by, [offerRow(given.sku, given.sku, offer)]);
  named.set(id, name);
  return id;
}

beforeAll(async () => {
  market = await openCatalogueMarket();
  [seller, other] = [await market.seller(), await market.seller()];
  bolts = await market.operator.post("/v1/operator/categories", { name: "Schrauben", slug: "bolts" });
  const a2 = { attributes: { material: "A2", length: "40 mm" } };
  await forSale("bolt", { title: "Hexagon bolt M8", brand: "Nordwind", category: bolts.id, variant: { ...a2, sku: "BOLT-M8-40" } });
  await forSale("nut", {
    title: "Hexagon nut M8",
    category: bolts.id,
    variant: { gtin: "4006381333931", attributes: { material: "A4" } },
    by: other,
  });
  await forSale("glove", {
    title: "Work glove",
    variant: { title: "for bolt and nut" },
    offer: { unit_price: { amount: 5_000, currency: "EUR" } },
  });
  await forSale("müller", { title: "Möbelgleiter Müller 8.8 (weiß)" });
});
afterAll(() => market.close());

type Found = {
  readonly items: readonly { readonly id: string }[];
  readonly next_cursor: string | null;
  readonly match: string;
  readonly facets: unknown;
};
const search = (q: string, more = "") => market.stranger.get<Found>(`/v1/public/search?q=${encodeURIComponent(q)}${more}`);
const namesOf = (found: Found) => found.items.map(({ id }) => named.get(id));
const found = async (q: string, more = "") => namesOf(await search(q, more));
const refused = async (query: string) => {
  const answer = await market.stranger.send("GET", `/v1/public/search?${query}`);
  return [answer.status, codeOf(answer), jsonOf<{ errors: { pointer: string }[] }>(answer).errors[0]?.pointer];
};

describe("A search", () => {
  it("finds what has all words, the last one as a beginning, whatever their order and case", async () => {
    expect(await found("hexagon m8")).toEqual(["nut", "bolt"]);
    expect(await found("M8 HEXAG")).toEqual(["nut", "bolt"]);
    expect((await found("hexagon bolt nord"))[0]).toBe("bolt");
    expect((await search("hexagon m8")).match).toBe("words");
  });

  it.each([
    ["a SKU", "BOLT-M8-40", "bolt"],
    ["a SKU in one word", "boltm840", "bolt"],
    ["a GTIN", "4006381333931", "nut"],
    ["the beginning of a GTIN", "40063813", "nut"],
    ["a word with its accents", "Müller", "müller"],
    ["a word without its accents", "muller", "müller"],
    ["a number with a point", "8.8", "müller"],
    ["an attribute", "40 mm", "bolt"],
    ["a brand", "nordwind", "bolt"],
    ["a variant's title and its product's", "work bolt", "glove"],
  ])("finds by %s", async (_what, q, name) => {
    expect((await found(q))[0]).toBe(name);
  });

  it("puts a code that was asked for first, then titles that begin with the words, then titles that have them", async () => {
    const code = await forSale("code", { title: "Something else", variant: { sku: "ZINC" } });
    const begins = await forSale("begins", { title: "Zinc plate" });
    const has = await forSale("has", { title: "Plate of zinc" });
    const elsewhere = await forSale("elsewhere", { title: "Plate", variant: { attributes: { material: "zinc" } } });

    expect((await search("zinc")).items.map(({ id }) => id)).toEqual([code, begins, has, elsewhere]);
  });

  it("finds a category's products by its name", async () => {
    expect(new Set(await found("schrauben"))).toEqual(new Set(["nut", "bolt"]));
  });

  it("finds what is like the words where too few have them, the most alike first", async () => {
    const like = await search("hexagn bolt");

    expect([like.match, namesOf(like)[0]]).toEqual(["likeness", "bolt"]);
    expect((await found("nordwnd"))[0]).toBe("bolt");
    expect((await found("mobelgleitre"))[0]).toBe("müller");
    expect(await found("xylophon")).toEqual([]);
  });

  it("is narrowed down as the list is", async () => {
    expect(await found("m8", `&seller=${other.id}`)).toEqual(["nut"]);
    expect(await found("m8", "&attribute=material:A2")).toEqual(["bolt"]);
    expect(await found("nut", "&currency=EUR&price_from=2000")).toEqual(["glove"]);
    expect(new Set(await found("nut", `&category=${bolts.id}`))).toEqual(new Set(["nut"]));
    expect(await found("hexagn", `&seller=${other.id}`)).toEqual(["nut"]);
    expect(await found("m8", "&in_stock=true")).toEqual([]);
  });

  it("tells with its first page what it can be narrowed down by", async () => {
    const { facets } = await search("hexagon m8");

    expect(facets).toEqual({
      categories: [{ id: bolts.id, name: "Schrauben", products: 2 }],
      sellers: [
        { id: seller.id, name: "Seller 1", products: 1 },
        { id: other.id, name: "Seller 2", products: 1 },
      ],
      prices: [{ from: { amount: 1_000, currency: "EUR" }, to: { amount: 1_000, currency: "EUR" } }],
      attributes: [
        {
          name: "material",
          values: [
            { value: "A2", products: 1 },
            { value: "A4", products: 1 },
          ],
        },
        { name: "length", values: [{ value: "40 mm", products: 1 }] },
      ],
    });
    expect((await search("xylophon")).facets).toEqual({ categories: [], sellers: [], prices: [], attributes: [] });
  });

  it.each([
    ["words", "gasket"],
    ["likeness", "gaskte"],
  ])("is read page by page by %s, each product once, also when another comes in between", async (match, q) => {
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1)
      made.push(await forSale(`gasket ${index}`, { title: index % 2 === 0 ? "Gasket" : "Flat gasket" }));
    const first = await search(q, "&limit=2");
    await forSale("late", { title: "Gasket late" });

    const seen = [...first.items];
    let pages = 1;
    for (let next = first.next_cursor; next !== null; pages += 1) {
      const page = await search(q, `&limit=2&cursor=${next}`);
      expect([page.match, page.facets]).toEqual([match, null]);
      seen.push(...page.items);
      next = page.next_cursor;
    }

    const ids = seen.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(made.every((id) => ids.includes(id))).toBe(true);
    expect(pages).toBeGreaterThan(2);
    // Five more for the other way to search.
    for (const id of made) await market.operator.post(`/v1/operator/products/${id}/withdraw`, { reason: "x" });
  });
});

describe("A question", () => {
  it.each([
    "'",
    '"',
    "a' or '1'='1",
    "bolt & !nut",
    "bolt | nut",
    "(bolt",
    "bolt:*",
    "bolt <-> nut",
    "!",
    ":*",
    "\\",
    "%",
    "_",
    "--",
    "' ; drop table products",
    "...",
    "???",
    "💣",
    "‮bolt",
    "ﬁ",
    "İ",
    "ß",
    "漢字",
    "हिन्दी",
    "a\u200bb",
    "\ud83d\ude00 bolt",
    "1e5",
    "-40",
    "a/b/c",
    "x@y.z",
    "<b>bolt</b>",
    "0x1F",
    "http://a.b/c?d=e",
    "a".repeat(200),
    "a ".repeat(100),
    "ab ".repeat(60),
  ])("of hostile words is words or nothing: %j", async (q) => {
    const answer = await market.stranger.send("GET", `/v1/public/search?q=${encodeURIComponent(q)}`);
    expect(answer.status).toBe(200);
  });

  it("of operators asks for the words between them", async () => {
    expect(await found("bolt & !m8")).toEqual(await found("bolt m8"));
    expect(await found("<b>hexagon</b> (M8)")).toEqual(await found("b hexagon b m8"));
  });

  it("of nothing but signs finds nothing", async () => {
    expect(await search("!?&|()")).toEqual({
      ...{ items: [], next_cursor: null, match: "words", facets: { categories: [], sellers: [], prices: [], attributes: [] } },
    });
  });

  it("is refused when it is empty, too long, or not a line of text", async () => {
    expect(await refused("")).toEqual([400, "request-invalid", "/q"]);
    expect(await refused("q=")).toEqual([400, "request-invalid", "/q"]);
    expect(await refused("q=%20%20")).toEqual([400, "request-invalid", "/q"]);
    expect(await refused(`q=${"a".repeat(201)}`)).toEqual([400, "request-invalid", "/q"]);
    expect(await refused(`q=${"a".repeat(10_000)}`)).toEqual([400, "request-invalid", "/q"]);
    expect(await refused("q=a%00b")).toEqual([400, "request-invalid", "/q"]);
    expect(await refused("q=a&q=b")).toEqual([400, "request-invalid", "/q"]);
    expect(await refused("q=a&limit=51")).toEqual([400, "request-invalid", "/limit"]);
    expect(await refused("q=a&price_to=5")).toEqual([400, "request-invalid", "/currency"]);
  });

  it("goes on by its own cursor only", async () => {
    for (let index = 0; index < 4; index += 1) await forSale(`washer ${index}`, { title: "Washer" });
    const { next_cursor: cursor } = await search("washer", "&limit=2");
    expect(cursor).not.toBeNull();
    const changed = `${cursor?.slice(0, 20)}${cursor?.[20] === "A" ? "B" : "A"}${cursor?.slice(21)}`;

    for (const query of [
      `q=wash&cursor=${cursor}`,
      `q=washer&in_stock=true&cursor=${cursor}`,
      `q=washer&cursor=${changed}`,
      "q=washer&cursor=x",
    ]) {
      expect(await refused(query)).toEqual([400, "request-invalid", "/cursor"]);
    }
    const { items } = await search("washer", `&limit=1&cursor=${cursor}`);
    expect(items).toHaveLength(1);
  });

  it("is answered by as many statements whatever is found", async () => {
    const statementsOf = async (q: string) => {
      let count = 0;
      const end = market.test.database.observe(() => {
        count += 1;
      });
      await search(q);
      end();
      return count;
    };
    for (let index = 0; index < 12; index += 1) await forSale(`flange ${index}`, { title: index < 3 ? "Flange three" : "Flange many" });

    expect(await statementsOf("flange many")).toBe(await statementsOf("flange three"));
  });
});
