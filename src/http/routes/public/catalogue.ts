import { inTreeOrder, listCategories, mostCategories, shownCategory } from "../../../modules/catalog/index.ts";
import { findOfferForSale, findProductForSale, listProductsForSale, readProductCards } from "../../../views/catalogue.ts";
import { idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf, listOf } from "../../shapes.ts";
import { catalogueFilters, filtersOf } from "../catalogue-filters.ts";
import {
  cardSample,
  offerPage,
  offerPageSample,
  productCard,
  productPage,
  productPageSample,
  shownCard,
  shownOfferPage,
  shownPage,
} from "../catalogue-shapes.ts";
import { category, categorySample } from "../category-shapes.ts";

export const publicCatalogueOperations: readonly Operation[] = [
  operation({
    kind: "read",
    scope: "public",
    id: "public.categories.list",
    path: "/categories",
    summary: "List all categories as a tree: each before those below it",
    response: closed({ items: listOf(category, 0, mostCategories) }),
    refusals: [],
    example: { response: { items: [categorySample] } },
    async read(reader) {
      return { body: { items: inTreeOrder(await listCategories(reader)).map(shownCategory) } };
    },
  }),
  list({
    id: "public.products.list",
    path: "/products",
    summary: "List products that can be bought",
    scope: "public",
    filters: catalogueFilters,
    item: productCard,
    example: { query: { category: example.category, attribute: ["material:A2"] }, item: cardSample },
    rows: async (reader, call, window) => {
      const ids = await listProductsForSale(reader, filtersOf(call.query), window);
      return (await readProductCards(reader, ids)).map((card) => ({ at: [card.product_id], item: shownCard(card) }));
    },
  }),
  operation({
    kind: "read",
    scope: "public",
    id: "public.products.read",
    path: "/products/{id}",
    summary: "Read a product that can be bought, with the offers of its variants",
    params: closed({ id: idOf("product") }),
    response: productPage,
    refusals: [],
    example: { params: { id: example.product }, response: productPageSample },
    async read(reader, call) {
      const found = (await findProductForSale(reader, idInPath("product", call.params.id))) ?? refuseNotFound();
      return { body: shownPage(found, () => ({})) };
    },
  }),
  operation({
    kind: "read",
    scope: "public",
    id: "public.offers.read",
    path: "/offers/{id}",
    summary: "Read an offer that can be bought",
    params: closed({ id: idOf("offer") }),
    response: offerPage,
    refusals: [],
    example: { params: { id: example.offer }, response: offerPageSample },
    async read(reader, call) {
      return { body: shownOfferPage((await findOfferForSale(reader, idInPath("offer", call.params.id))) ?? refuseNotFound()) };
    },
  }),
];
