import type { CompanyId, OfferId } from "../../../kernel/ids.ts";
import { prefixes, toWireId } from "../../../kernel/ids.ts";
import type { Currency } from "../../../kernel/money.ts";
import type { Reader } from "../../../platform/db/index.ts";
import { type AgreedPriceView, type OfferAsked, readAgreedPrices } from "../../../views/agreed-prices.ts";
import { findProductForSale, type ProductCard, readOffersOfProducts } from "../../../views/catalogue.ts";
import { type Call, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf, listOf } from "../../shapes.ts";
import {
  companyCard,
  companyCardSample,
  companyPageSample,
  companyProductPage,
  facetsSample,
  moneyOf,
  shownAgreed,
  shownCard,
  shownPage,
} from "../catalogue-shapes.ts";
import { searchAnswer } from "../public/search.ts";
import { readSearch, searchQuery } from "../search-reading.ts";

/** Reads what everybody may see, and what one company may: each in a role of its own, one after the other. */
export type Browse = {
  readonly asEverybody: <T>(work: (reader: Reader) => Promise<T>) => Promise<T>;
  readonly asCompany: <T>(companyId: CompanyId, work: (reader: Reader) => Promise<T>) => Promise<T>;
};

type Agreed = ReadonlyMap<OfferId, readonly AgreedPriceView[]>;

// What a company may read of offers is nothing but its own prices, so the catalogue is read as everybody and the prices are put to it.
function agreedWith({ asCompany }: Browse, { principal }: Pick<Call, "principal">, offers: readonly OfferAsked[]): Promise<Agreed> {
  const companyId = principal.organisationId as CompanyId;
  return asCompany(companyId, (reader) => readAgreedPrices(reader, companyId, offers));
}

const searchId = "buyer.search.read";

/** The catalogue as a company sees it. */
export function buyerCatalogueOperations(browse: Browse): readonly Operation[] {
  return [
    operation({
      kind: "look",
      id: "buyer.products.read",
      path: "/products/{id}",
      summary: "Read a product that can be bought, with the prices agreed with the company",
      params: closed({ id: idOf("product") }),
      response: companyProductPage,
      refusals: [],
      example: { params: { id: example.product }, response: companyPageSample },
      async look(call) {
        const productId = idInPath("product", call.params.id);
        const found = (await browse.asEverybody((reader) => findProductForSale(reader, productId))) ?? refuseNotFound();
        const agreed = await agreedWith(
          browse,
          call,
          found.variants.flatMap(({ offers }) => offers),
        );
        return {
          body: shownPage(found, ({ offer_id, currency }) => ({
            agreed: (agreed.get(offer_id) ?? []).slice(0, 100).map((price) => shownAgreed(price, currency)),
          })),
        };
      },
    }),
    operation({
      kind: "look",
      id: searchId,
      path: "/search",
      summary: "Search products that can be bought, with the prices agreed with the company",
      query: searchQuery,
      response: closed({ items: listOf(companyCard, 0, 50), ...searchAnswer }),
      refusals: [],
      example: {
        query: { q: "bolt m8" },
        response: { items: [companyCardSample], next_cursor: null, match: "words", facets: facetsSample },
      },
      async look(call) {
        const { page, offers } = await browse.asEverybody(async (reader) => {
          const found = await readSearch(reader, call, searchId);
          return { page: found, offers: await readOffersOfProducts(reader, found.cards) };
        });
        const agreed = await agreedWith(browse, call, offers);
        const items = page.cards.map((card) => ({
          ...shownCard(card),
          agreed_prices: lowestAgreed(
            card,
            offers.flatMap((offer) => (agreed.get(offer.offer_id) ?? []).map((price) => ({ ...offer, unit_price: price.unit_price }))),
          ),
        }));
        return { body: { items, next_cursor: page.nextCursor, match: page.match, facets: page.facets } };
      },
    }),
  ];
}

type AgreedOffer = {
  readonly product_id: string;
  readonly offer_id: OfferId;
  readonly currency: Currency;
  readonly unit_price: bigint;
  readonly price_per: number;
};

/** For each currency the agreed price that is lowest for one unit. */
function lowestAgreed({ product_id }: ProductCard, agreed: readonly AgreedOffer[]) {
  const lowest = new Map<Currency, AgreedOffer>();
  for (const each of agreed.filter((offer) => offer.product_id === product_id)) {
    const known = lowest.get(each.currency);
    if (known === undefined || each.unit_price * BigInt(known.price_per) < known.unit_price * BigInt(each.price_per)) {
      lowest.set(each.currency, each);
    }
  }
  return [...lowest.values()].map(({ offer_id, unit_price, price_per, currency }) => ({
    offer: toWireId(prefixes.offer, offer_id),
    unit_price: moneyOf(unit_price, currency),
    price_per,
  }));
}
