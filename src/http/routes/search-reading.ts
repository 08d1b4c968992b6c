import Type, { type Static } from "typebox";
import { parseUuid, prefixes, type ProductId, toWireId, type Uuid } from "../../kernel/ids.ts";
import { readQuestion } from "../../modules/catalog/index.ts";
import type { Reader } from "../../platform/db/index.ts";
import { type ProductCard, readProductCards } from "../../views/catalogue.ts";
import { type Facets, facetedProducts, type Found, readFacets, searchByLikeness, searchByWords } from "../../views/search.ts";
import type { Call } from "../call.ts";
import { lastPosition, makeCursor, readCursor } from "../cursor.ts";
import { closed, integer, text } from "../shapes.ts";
import { catalogueFilters, filtersOf } from "./catalogue-filters.ts";
import { type facets, moneyOf } from "./catalogue-shapes.ts";

const defaultLimit = 20;
const largestLimit = 50;

/** Where words find fewer than so many products, what is like the words is looked for as well. */
const tooFew = 3;

/** The query of a search. */
export const searchQuery = closed({
  q: text(200, "Words; the last one may be a beginning"),
  ...catalogueFilters.properties,
  limit: Type.Optional(integer(1, largestLimit, `Rows on a page; ${defaultLimit} unless told`)),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: "next_cursor of the page before" })),
});

/** A page of what a search found. Facets are made for the first page. */
export type SearchPage = {
  readonly cards: readonly ProductCard[];
  readonly nextCursor: string | null;
  readonly match: Match;
  readonly facets: Static<typeof facets> | null;
};

/** Whether the products have the words that were asked for, or words like them. */
export const matches = ["words", "likeness"] as const;
type Match = (typeof matches)[number];

const empty: SearchPage = {
  ...{ cards: [], nextCursor: null, match: "words" },
  facets: { categories: [], sellers: [], prices: [], attributes: [] },
};

/**
 * Answers a search. The number of statements does not depend on what is found.
 *
 * @throws Refused request-invalid for a filter or a cursor that is none
 */
export async function readSearch(
  reader: Reader,
  call: Pick<Call<unknown, Static<typeof searchQuery>>, "principal" | "params" | "query">,
  operation: string,
): Promise<SearchPage> {
  const { limit = defaultLimit, cursor, ...asked } = call.query;
  const { q, ...narrowed } = asked;
  const filters = filtersOf(narrowed);
  const belongsTo = { operation, organisation: call.principal.organisationId, params: call.params, filters: asked };
  const from = cursor === undefined ? undefined : readPlace(cursor, belongsTo);
  const question = readQuestion(q);
  if (question === undefined) return empty;
  const first = { rank: 2_147_483_647, before: lastPosition[1], count: facetedProducts };
  if (from === undefined) {
    const { match, found } = await searchFirst(reader, question, filters, first);
    const page = await pageOf(reader, { found, limit, match, belongsTo });
    const made = found.length === 0 ? empty.facets : shownFacets(await readFacets(reader, idsOf(found)));
    return { ...page, facets: made };
  }
  const search = from.match === "words" ? searchByWords : searchByLikeness;
  const found = await search(reader, question, filters, { ...from, count: limit + 1 });
  return { ...(await pageOf(reader, { found, limit, match: from.match, belongsTo })), facets: null };
}

type Searching = Parameters<typeof searchByWords>;

async function searchFirst(...asked: Searching): Promise<{ readonly match: Match; readonly found: readonly Found[] }> {
  const byWords = await searchByWords(...asked);
  if (byWords.length >= tooFew) return { match: "words", found: byWords };
  const byLikeness = await searchByLikeness(...asked);
  return byLikeness.length > byWords.length ? { match: "likeness", found: byLikeness } : { match: "words", found: byWords };
}

type Page = { readonly found: readonly Found[]; readonly limit: number; readonly match: Match; readonly belongsTo: object };

async function pageOf(reader: Reader, { found, limit, match, belongsTo }: Page): Promise<Omit<SearchPage, "facets">> {
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  const nextCursor = last === undefined ? null : makeCursor([placeOf(match, last.rank), last.product_id], belongsTo);
  return { cards: await readProductCards(reader, idsOf(page)), nextCursor, match };
}

const idsOf = (found: readonly Found[]): readonly ProductId[] => found.map(({ product_id }) => product_id);

// A cursor holds two ids: in the place of the first stand how was searched, and the rank of the last row.
const form = /^00000000-0000-000([01])-0000-0000([0-9a-f]{8})$/;

function placeOf(match: Match, rank: number): Uuid {
  const place = parseUuid(`00000000-0000-000${matches.indexOf(match)}-0000-0000${rank.toString(16).padStart(8, "0")}`);
  if (place === undefined) throw new Error(`no place for a rank of ${rank}`);
  return place;
}

function readPlace(cursor: string, belongsTo: object): { readonly match: Match; readonly rank: number; readonly before: Uuid } {
  const [place, before] = readCursor(cursor, belongsTo);
  const [, match, rank] = form.exec(place) ?? [];
  // Below every rank: what was not made here leads nowhere.
  return { match: match === "1" ? "likeness" : "words", rank: Math.min(Number.parseInt(rank ?? "0", 16), 1_000_000), before };
}

function shownFacets(found: Facets): Static<typeof facets> {
  return {
    categories: found.categories.map(({ category_id, name, products }) => ({
      id: toWireId(prefixes.category, category_id),
      name,
      products,
    })),
    sellers: found.sellers.map(({ seller_id, name, products }) => ({ id: toWireId(prefixes.seller, seller_id), name, products })),
    prices: found.prices.map(({ currency, from, to }) => ({ from: moneyOf(from, currency), to: moneyOf(to, currency) })),
    attributes: found.attributes.map(({ name, values }) => ({ name, values: values.map((value) => ({ ...value })) })),
  };
}
