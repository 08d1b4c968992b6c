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
  type ShownProduct,
} from "./catalogue-market.ts";

let market: CatalogueMarket;
beforeAll(async () => {
  market = await openCatalogueMarket();
});
afterAll(() => market.close());

const eur = (amount: number) => ({ amount, currency: "EUR" });
type Items = { readonly items: readonly { readonly id: string }[]; readonly next_cursor: string | null };
const list = (query = "") => market.stranger.get<Items>(`/v1/public/products?${query}`);
const idsOf = async (query: string) => (await list(query)).items.map(({ id }) => id);
const page = (id: string) => market.stranger.send("GET", `/v1/public/products/${id}`);

/** A product of one variant, for sale by this seller. */
async function forSale(seller: CatalogueSeller, words: { product?: object; variant?: object; offer?: object } = {}) {
  const variant = givenVariant(words.variant as Record<string, unknown>);
  const product = await market.operator.post<ShownProduct>("/v1/operator/products", {
    title: "Bolt",
    variants: [variant],
    ...words.product,
  });
  const [offer = ""] = await offered(seller, [offerRow(variant.sku, variant.sku, words.offer as Record<string, unknown>)]);
  return { ...product, offer, sku: variant.sku };
}

describe("A product for sale", () => {
  it("shows its variants and their offers, and of stock whether it can be had", async () => {
    const seller = await market.seller();
    const tiers = [{ from_quantity: 10, unit_price: eur(900) }];
    const product = await forSale(seller, {
      product: { brand: "Nordwind", description: "Full thread." },
      variant: { gtin: "4006381333931", weight_grams: 22, attributes: { material: "A2" } },
      offer: { tiers, minimum: 5, step: 5, lead_time_days: 3 },
    });
    await market.stock(seller, product.offer, { onHand: 7, reserved: 6 });

    const answer = jsonOf(await page(product.id));

    expect(answer).toEqual({
      ...{ id: product.id, title: "Bolt", description: "Full thread.", brand: "Nordwind", category: null, version: 1 },
      variants: [
        {
          ...product.variants[0],
          offers: [
            {
              ...{
                id: product.offer,
                seller: { id: seller.id, name: expect.stringContaining("Seller") },
                unit_price: eur(1_000),
                price_per: 1,
              },
              ...{ minimum: 5, step: 5, tiers, lead_time_days: 3, availability: "in_stock" },
            },
          ],
        },
      ],
    });
    expect(jsonOf(await market.stranger.send("GET", `/v1/public/offers/${product.offer}`))).toMatchObject({
      ...{
        id: product.offer,
        product: { id: product.id, title: "Bolt" },
        variant: { sku: product.sku },
        availability: "in_stock",
        version: 1,
      },
    });
    expect(JSON.stringify(answer)).not.toMatch(/on_hand|reserved|"7"|: ?7[,}]/);
  });

  it.each([
    ["in_stock", { onHand: 3, reserved: 2 }],
    ["backorder", { onHand: 2, reserved: 2, backorderLimit: 1 }],
    ["none", { onHand: 2, reserved: 3, backorderLimit: 1 }],
    ["none", undefined],
  ])("is told to be had: %s", async (availability, units) => {
    const seller = await market.seller();
    const { id, offer } = await forSale(seller);
    if (units !== undefined) await market.stock(seller, offer, units);

    const product = jsonOf<{ variants: { offers: object[] }[] }>(await page(id));

    expect(product.variants[0]?.offers).toMatchObject([{ availability }]);
    expect((await list(`seller=${seller.id}`)).items).toMatchObject([{ id, availability }]);
    expect(await idsOf(`seller=${seller.id}&in_stock=true`)).toEqual(availability === "in_stock" ? [id] : []);
  });

  it("stands in a list with its lowest price in each currency", async () => {
    const seller = await market.seller();
    const { id, sku } = await forSale(seller);
    await offered(seller, [
      offerRow("B", sku, { unit_price: eur(50_000), price_per: 100 }),
      offerRow("C", sku, { unit_price: eur(800) }),
      offerRow("D", sku, { currency: "SEK", unit_price: { amount: 9_900, currency: "SEK" } }),
    ]);

    expect((await list(`seller=${seller.id}`)).items).toEqual([
      {
        ...{ id, title: "Bolt", brand: null, category: null, availability: "none" },
        prices: [
          { unit_price: eur(50_000), price_per: 100 },
          { unit_price: { amount: 9_900, currency: "SEK" }, price_per: 1 },
        ],
      },
    ]);
  });

  it("shows the fifty offers of the lowest unit prices of a variant", async () => {
    const seller = await market.seller();
    const { id, sku } = await forSale(seller);
    await offered(
      seller,
      Array.from({ length: 60 }, (_, index) => offerRow(`R-${index}`, sku, { unit_price: eur(100 - index) })),
    );

    const { variants } = jsonOf<{ variants: { offers: { unit_price: { amount: number } }[] }[] }>(await page(id));

    expect(variants[0]?.offers.map(({ unit_price }) => unit_price.amount)).toEqual(Array.from({ length: 50 }, (_, index) => 41 + index));
  });
});

describe("What nobody can buy", () => {
  const hiding: Record<string, (seller: CatalogueSeller, product: Awaited<ReturnType<typeof forSale>>) => Promise<unknown>> = {
    "a withdrawn product": (_seller, { id }) => market.operator.post(`/v1/operator/products/${id}/withdraw`, { reason: "x" }),
    "a paused offer": (seller, { offer }) => seller.post(`/v1/seller/offers/${offer}/pause`, {}),
    "an archived offer": (seller, { offer }) => seller.post(`/v1/seller/offers/${offer}/archive`, {}),
    "an offer of a suspended seller": (seller) => market.suspend(seller, true),
  };

  it.each(Object.keys(hiding))("is not there for whoever asks without a key: %s", async (name) => {
    const seller = await market.seller();
    const product = await forSale(seller, { product: { title: "Hidden thing" } });
    expect([(await page(product.id)).status, await idsOf(`seller=${seller.id}`)]).toEqual([200, [product.id]]);

    await hiding[name]?.(seller, product);

    const random = "01k9zv3n7gfx1t0c5r2m8q4zzz";
    const paths = [`products/${product.id}`, `products/prd_${random}`, `offers/${product.offer}`, `offers/off_${random}`];
    const answers = await Promise.all(paths.map((path) => market.stranger.send("GET", `/v1/public/${path}`)));
    expect(tally(answers)).toEqual({ "404 not-found": 4 });
    expect(await idsOf(`seller=${seller.id}`)).toEqual([]);
    const found = await market.stranger.get<{ items: { id: string }[] }>(`/v1/public/search?q=${product.sku}`);
    expect(found.items.map(({ id }) => id)).not.toContain(product.id);
  });

  it("a draft is not there either, nor a product without any offer", async () => {
    const seller = await market.seller();
    const { id, offer } = await forSale(seller, { offer: { state: "draft" } });

    const answers = [await page(id), await market.stranger.send("GET", `/v1/public/offers/${offer}`)];

    expect(tally(answers)).toEqual({ "404 not-found": 2 });
    expect(await idsOf(`seller=${seller.id}`)).toEqual([]);
  });

  it("leaves the other offers of the product where they are", async () => {
    const [one, other] = [await market.seller(), await market.seller()];
    const { id, sku } = await forSale(one);
    const [theirs] = await offered(other, [offerRow("X", sku)]);
    await market.suspend(one, true);

    const { variants } = jsonOf<{ variants: { offers: { id: string }[] }[] }>(await page(id));

    expect(variants[0]?.offers.map((offer) => offer.id)).toEqual([theirs]);
    await market.suspend(one, false);
    expect(jsonOf<{ variants: { offers: unknown[] }[] }>(await page(id)).variants[0]?.offers).toHaveLength(2);
  });
});

describe("The list of products for sale", () => {
  it("is narrowed down by category and all below, seller, price, attributes, and what is in stock", async () => {
    const [one, other] = [await market.seller(), await market.seller()];
    const post = (body: object) => market.operator.post<{ id: string }>("/v1/operator/categories", body);
    const above = await post({ name: "Tools", slug: "tools" });
    const below = await post({ name: "Drills", slug: "drills", parent: above.id });
    const a = await forSale(one, { product: { category: above.id }, variant: { attributes: { material: "A2", length: "40 mm" } } });
    const b = await forSale(other, {
      ...{ product: { category: below.id }, variant: { attributes: { material: "A2", "size:x": "a:b" } } },
      offer: { unit_price: eur(20_001), price_per: 100 },
    });
    await market.stock(other, b.offer, { onHand: 1 });
    const within = (query: string) => idsOf(`category=${above.id}&${query}`);

    expect(await within("")).toEqual([b.id, a.id]);
    expect(await idsOf(`category=${below.id}`)).toEqual([b.id]);
    expect(await within(`seller=${one.id}`)).toEqual([a.id]);
    expect(await within("attribute=material:A2")).toEqual([b.id, a.id]);
    expect(await within("attribute=material:A2&attribute=length:40%20mm")).toEqual([a.id]);
    expect(await within("attribute=material:A4")).toEqual([]);
    expect(await within("in_stock=true")).toEqual([b.id]);
    expect(await within("currency=EUR&price_from=201&price_to=999")).toEqual([]);
    expect(await within("currency=EUR&price_from=200&price_to=999")).toEqual([b.id]);
    expect(await within("currency=EUR&price_from=201&price_to=1000")).toEqual([a.id]);
    expect(await within("currency=EUR&price_to=201")).toEqual([b.id]);
    expect(await within("currency=EUR&price_to=200")).toEqual([]);
    expect(await within("currency=SEK")).toEqual([]);
    expect(await idsOf("category=cat_01k9zv3n7gfx1t0c5r2m8q4zzz")).toEqual([]);
  });

  it("is read page by page, each product once", async () => {
    const seller = await market.seller();
    const made: string[] = [];
    for (let index = 0; index < 7; index += 1) made.unshift((await forSale(seller)).id);

    const seen: string[] = [];
    let query = `seller=${seller.id}&limit=3`;
    for (let next: string | null = ""; next !== null; ) {
      const { items, next_cursor } = await list(query + (next === "" ? "" : `&cursor=${next}`));
      seen.push(...items.map(({ id }) => id));
      next = next_cursor;
    }

    expect(seen).toEqual(made);
    const { next_cursor } = await list(query);
    query = `limit=3&seller=${(await market.seller()).id}&cursor=${next_cursor}`;
    expect(codeOf(await market.stranger.send("GET", `/v1/public/products?${query}`))).toBe("request-invalid");
  });

  it.each([
    ["price_from=1", "/currency"],
    ["currency=EUR&price_from=-1", "/price_from"],
    ["currency=EUR&price_from=9007199254740992", "/price_from"],
    ["currency=XXX", "/currency"],
    ["attribute=x", "/attribute/0"],
    ["attribute=:xx", "/attribute/0"],
    ["attribute=xx:", "/attribute/0"],
    ["attribute=a:1&attribute=a:2", "/attribute/1"],
    [`attribute=${"n".repeat(65)}:x`, "/attribute/0"],
    [`attribute=${"n:".repeat(200)}`, "/attribute/0"],
    [Array.from({ length: 11 }, (_, index) => `attribute=a${index}:1`).join("&"), "/attribute"],
    ["in_stock=yes", "/in_stock"],
    ["seller=1", "/seller"],
    ["category=%00", "/category"],
    ["order=price", "/order"],
  ])("refuses %s", async (query, pointer) => {
    const answer = await market.stranger.send("GET", `/v1/public/products?${query}`);

    expect([answer.status, jsonOf<{ errors: { pointer: string }[] }>(answer).errors[0]?.pointer]).toEqual([400, pointer]);
  });

  it("takes attributes of hostile words for words", async () => {
    for (const words of ["a:' or 1=1 --", 'a:"}', "a:\\u0000", "__proto__:x", "constructor:x", "a:%", "💣:💣"]) {
      expect(await idsOf(`attribute=${encodeURIComponent(words)}`)).toEqual([]);
    }
  });

  it("sends as many statements for many products as for one", async () => {
    const seller = await market.seller();
    const statementsOf = async () => {
      let count = 0;
      const end = market.test.database.observe(() => {
        count += 1;
      });
      await list(`seller=${seller.id}`);
      end();
      return count;
    };
    await forSale(seller);
    const one = await statementsOf();
    for (let index = 0; index < 10; index += 1) await forSale(seller);

    expect(await statementsOf()).toBe(one);
  });
});
