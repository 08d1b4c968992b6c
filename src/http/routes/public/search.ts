import Type from "typebox";
import { type Operation, operation } from "../../operation.ts";
import { closed, listOf, oneOf } from "../../shapes.ts";
import { cardSample, facets, facetsSample, productCard, shownCard } from "../catalogue-shapes.ts";
import { matches, readSearch, searchQuery } from "../search-reading.ts";

/** The members of a search's answer beside its items. */
export const searchAnswer = {
  next_cursor: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]),
  match: Type.Unsafe<(typeof matches)[number]>({
    ...oneOf(matches),
    description: "`likeness`: too few products have the words that were asked for, so these have words like them",
  }),
  facets: Type.Union([facets, Type.Null()], { description: "With the first page; of the thousand products that fit best" }),
};

const id = "public.search.read";

export const publicSearchOperations: readonly Operation[] = [
  operation({
    kind: "read",
    scope: "public",
    id,
    path: "/search",
    summary: "Search products that can be bought, the best first",
    query: searchQuery,
    response: closed({ items: listOf(productCard, 0, 50), ...searchAnswer }),
    refusals: [],
    example: { query: { q: "bolt m8" }, response: { items: [cardSample], next_cursor: null, match: "words", facets: facetsSample } },
    async read(reader, call) {
      const { cards, nextCursor, match, facets: made } = await readSearch(reader, call, id);
      return { body: { items: cards.map(shownCard), next_cursor: nextCursor, match, facets: made } };
    },
  }),
];
