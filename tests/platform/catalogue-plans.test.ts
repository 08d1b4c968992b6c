import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CategoryId, CompanyId, OfferId, ProductId, SellerId, Uuid, VariantId } from "../../src/kernel/ids.ts";
import { parseCurrency } from "../../src/kernel/money.ts";
import { findProduct, listOffers, listProducts, readQuestion } from "../../src/modules/catalog/index.ts";
import { type Reader, type ReaderScope, sql, type Statement, withReader } from "../../src/platform/db/index.ts";
import { readAgreedPrices } from "../../src/views/agreed-prices.ts";
import {
  type CatalogueFilters,
  findOfferForSale,
  findProductForSale,
  listProductsForSale,
  readOffersOfProducts,
  readProductCards,
} from "../../src/views/catalogue.ts";
import { readFacets, searchByLikeness, searchByWords } from "../../src/views/search.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { idOfKind, plantCatalogue } from "./planted-catalogue.ts";

const size = { sellers: 400, products: 20_000 };
let kit: TestDatabase;
beforeAll(async () => {
  kit = await openTestDatabase();
  await plantCatalogue(kit, size);
});
afterAll(() => kit.close());

const any: CatalogueFilters = {
  ...{ categoryId: null, sellerId: null, currency: null, priceFrom: null, priceTo: null, attributes: null, inStock: false },
};
const last = "ffffffff-ffff-ffff-ffff-ffffffffffff" as Uuid;
const page = { before: last, count: 51 };
const found = { rank: 2_147_483_647, before: last, count: 51 };
const currency = parseCurrency("EUR") ?? null;
const seller = idOfKind("0001", 7) as SellerId;
const company = idOfKind("0006", 8) as CompanyId;
const product = idOfKind("0003", 4_711) as ProductId;
const products = Array.from({ length: 1_000 }, (_, index) => idOfKind("0003", 7 * index + 1) as ProductId);
const asked = (text: string) => {
  const question = readQuestion(text);
  if (question === undefined) throw new Error(`${text} asks nothing`);
  return question;
};

type Doing = readonly [role: ReaderScope["role"], look: (reader: Reader) => Promise<unknown>, organisation?: Uuid];
const everybody = (look: Doing[1]): Doing => ["stoa_public", look];
const list = (filters: Partial<CatalogueFilters>) => everybody((reader) => listProductsForSale(reader, { ...any, ...filters }, page));
const words = (text: string, filters: Partial<CatalogueFilters> = {}) =>
  everybody((reader) => searchByWords(reader, asked(text), { ...any, ...filters }, found));
const likeness = (text: string) => everybody((reader) => searchByLikeness(reader, asked(text), any, found));
const offers = (filters: Partial<Parameters<typeof listOffers>[3]>): Doing => [
  "stoa_application",
  (reader) => listOffers(reader, seller, page, { states: null, variantId: null, sku: null, reference: null, ...filters }),
];

const doings: Readonly<Record<string, Doing>> = {
  "listing what is for sale": list({}),
  "listing a category": list({ categoryId: idOfKind("0002", 305) as CategoryId }),
  "listing a category and all below it": list({ categoryId: idOfKind("0002", 3) as CategoryId }),
  "listing what a seller sells": list({ sellerId: seller }),
  "listing what has an attribute": list({ attributes: { length: "17 mm" } }),
  "listing what is in stock in a range of prices": list({ inStock: true, currency, priceFrom: 5_000n, priceTo: 6_000n }),
  "searching a word of few products": words("sku4711"),
  "searching a word of many": words("bolt m8"),
  "searching a seller's products": words("bolt", { sellerId: seller }),
  "searching with an attribute": words("nut", { attributes: { length: "17 mm" } }),
  "searching a category": words("nut", { categoryId: idOfKind("0002", 305) as CategoryId }),
  "searching what is like a word": likeness("brackte"),
  "searching what is like several": likeness("hexagn brackte"),
  "searching, and making the facets of a thousand products": everybody(async (reader) => {
    await searchByWords(reader, asked("hexagon"), any, found);
    return readFacets(reader, products);
  }),
  "showing fifty products in a list": everybody((reader) => readProductCards(reader, products.slice(0, 50))),
  "reading a product for sale": everybody((reader) => findProductForSale(reader, product)),
  "reading an offer for sale": everybody((reader) => findOfferForSale(reader, idOfKind("0005", 4_711) as OfferId)),
  "reading the offers of twenty products": everybody((reader) =>
    readOffersOfProducts(
      reader,
      products.slice(0, 20).map((product_id) => ({ product_id })),
    ),
  ),
  "reading the prices agreed with a company": [
    "stoa_application",
    (reader) => readAgreedPrices(reader, company, [{ offer_id: idOfKind("0005", 7) as OfferId, seller_id: seller, currency: "EUR" }]),
    company,
  ],
  "reading a product": ["stoa_operator", (reader) => findProduct(reader, product)],
  "listing products": ["stoa_operator", (reader) => listProducts(reader, page)],
  "listing the products of a category": [
    "stoa_operator",
    (reader) => listProducts(reader, page, { categoryIds: [idOfKind("0002", 305) as CategoryId], withdrawn: null }),
  ],
  "listing a seller's offers": offers({}),
  "listing a seller's drafts": offers({ states: ["draft"] }),
  "listing a seller's offers of a variant": offers({ variantId: idOfKind("0004", 406) as VariantId }),
  "listing a seller's offers of a SKU": offers({ sku: "SKU-406" }),
  "listing a seller's offers by reference": offers({ reference: "R-4" }),
};

/** The statements that a doing sends, and their plans for the values that it sends with them, in its role. */
async function plansOf([role, look, organisation = seller]: Doing): Promise<string> {
  const sent: Statement[] = [];
  const scope = role === "stoa_application" ? { role, organisation } : { role };
  await withReader(kit.database, scope as ReaderScope, async (reader) =>
    look({
      query: (statement) => (sent.push(statement), reader.query(statement)),
      one: (statement) => (sent.push(statement), reader.one(statement)),
      find: (statement) => (sent.push(statement), reader.find(statement)),
      pipeline: (statements) => (sent.push(...statements), reader.pipeline(statements)),
    }),
  );
  const client = new pg.Client({ connectionString: kit.url });
  await client.connect();
  try {
    await client.query(`begin; set local role ${role}; set local app.organisation = '${organisation}'; set local jit = off`);
    const plans: string[] = [];
    for (const { text, values } of sent) {
      const parameters = values.map((value) => (typeof value === "bigint" ? String(value) : value));
      // What sets something is done, so that the next is planned under it; all else is planned with its values, as an unnamed statement is.
      if (text.includes("set_config(")) await client.query(text, parameters);
      else {
        const { rows } = await client.query<{ "QUERY PLAN": string }>(`explain ${text}`, parameters);
        plans.push(...rows.map((row) => row["QUERY PLAN"]));
      }
    }
    expect(plans.length).toBeGreaterThan(0);
    return plans.join("\n");
  } finally {
    await client.end();
  }
}

const whole = /Seq Scan on (products|variants|offers|stock_levels|price_list\w*)\b.*/;

describe(`among ${size.products} products no table of the catalogue is read whole for`, () => {
  test.each(Object.keys(doings))("%s", async (name) => {
    const plan = await plansOf(doings[name] ?? list({}));
    expect(whole.exec(plan)?.[0], plan).toBeUndefined();
  });

  test("and one that is read whole is seen by the same eyes", async () => {
    const counting = everybody((reader) => reader.query(sql`select count(*) from products where description = 'x'`));
    expect(await plansOf(counting)).toMatch(whole);
  });
});
