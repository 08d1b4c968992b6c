import Type, { type Static } from "typebox";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import { minorUnits } from "../../kernel/money.ts";
import type { Currency } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";
import { mostVariants } from "../../modules/catalog/index.ts";
import type { AgreedPriceView } from "../../views/agreed-prices.ts";
import type { OfferPage, OfferView, ProductCard, ProductView } from "../../views/catalogue.ts";
import { shownOffers } from "../../views/catalogue.ts";
import { example } from "../examples.ts";
import { closed, day, idOf, integer, listOf, money, oneOf, quantity, text, version } from "../shapes.ts";
import { leadTimeDays, mostTiers, tiers } from "./offer-shapes.ts";
import { product, productSample, variantSample, variantWords } from "./product-shapes.ts";

const seller = closed({ id: idOf("seller"), name: text(200) });
const availability = Type.Unsafe<"in_stock" | "backorder" | "none">({
  ...oneOf(["in_stock", "backorder", "none"]),
  description: "Whether it can be had now, later, or not at all",
});
const terms = {
  unit_price: money,
  price_per: quantity,
  minimum: quantity,
  step: quantity,
  tiers,
  lead_time_days: leadTimeDays,
  availability,
};

/** An offer as everybody may see it. */
const publicOffer = { id: idOf("offer"), seller, ...terms };

/** An offer on a page of its own. */
export const offerPage = closed({
  ...publicOffer,
  product: closed({ id: idOf("product"), title: text(200) }),
  variant: closed({ id: idOf("variant"), sku: text(64), title: text(200), unit: text(20) }),
  version,
});

/** A price that a seller has agreed with the company; it is per the offer's `price_per` units and holds instead of the offer's own. */
const agreedPrice = closed({
  price_list: idOf("priceList"),
  unit_price: money,
  tiers: listOf(closed({ from_quantity: quantity, unit_price: money }), 0, mostTiers),
  valid_until: Type.Union([day, Type.Null()]),
});
const companyOffer = { ...publicOffer, agreed: listOf(agreedPrice, 0, 100) };

function pageWith<O extends typeof publicOffer>(offer: O) {
  const { id, title, description, brand, category } = product.properties;
  const variant = closed({ ...variantWords, offers: listOf(closed(offer), 0, shownOffers) });
  return closed({ id, title, description, brand, category, variants: listOf(variant, 1, mostVariants), version });
}

/** A product with the offers of its variants, as everybody may see it. */
export const productPage = pageWith(publicOffer);

/** A product as a company sees it: with the prices agreed with it. */
export const companyProductPage = pageWith(companyOffer);

/** The lowest price of a product in a currency, per `price_per` units. */
const cardPrice = closed({ unit_price: money, price_per: quantity });

/** A product in a list. */
export const productCard = closed({
  id: idOf("product"),
  title: text(200),
  brand: Type.Union([text(100), Type.Null()]),
  category: Type.Union([idOf("category"), Type.Null()]),
  prices: Type.Array(cardPrice, { maxItems: 200, description: "For each currency the lowest price for one unit" }),
  availability,
});

/** A product in a list of a company. */
export const companyCard = closed({
  ...productCard.properties,
  agreed_prices: Type.Array(closed({ offer: idOf("offer"), unit_price: money, price_per: quantity }), {
    maxItems: 200,
    description: "For each currency the lowest price for one unit that is agreed with the company",
  }),
});

/** An amount as it comes from a view. */
export function moneyOf(amount: string | bigint, currency: Currency) {
  return toWire({ amount: minorUnits(BigInt(amount)), currency });
}

function tiersOf(quantities: readonly number[], prices: readonly (string | bigint)[], currency: Currency) {
  return quantities.map((from, index) => ({ from_quantity: from, unit_price: moneyOf(prices[index] ?? "0", currency) }));
}

function shownPublicOffer(view: OfferView | OfferPage) {
  const { currency } = view;
  return {
    id: toWireId(prefixes.offer, view.offer_id),
    seller: { id: toWireId(prefixes.seller, view.seller_id), name: view.seller_name },
    unit_price: moneyOf(view.unit_price, currency),
    price_per: view.price_per,
    minimum: view.minimum,
    step: view.step,
    tiers: tiersOf(view.tier_quantities, view.tier_prices, currency),
    lead_time_days: view.lead_time_days,
    availability: view.availability,
  };
}

/** An agreed price of an offer. */
export function shownAgreed(view: AgreedPriceView, currency: Currency): Static<typeof agreedPrice> {
  return {
    price_list: toWireId(prefixes.priceList, view.price_list_id),
    unit_price: moneyOf(view.unit_price, currency),
    tiers: tiersOf(view.tier_quantities, view.tier_prices, currency),
    valid_until: view.valid_until,
  };
}

/** A product's page; `more` says what an offer shows beside what everybody may see. */
export function shownPage<More extends object>(view: ProductView, more: (offer: OfferView) => More) {
  const { product_id, category_id, title, description, brand, version: reached } = view;
  return {
    id: toWireId(prefixes.product, product_id),
    ...{ title, description, brand },
    category: category_id === null ? null : toWireId(prefixes.category, category_id),
    variants: view.variants.map(({ variant_id, offers, sku, title: called, unit, attributes, gtin, weight_grams }) => ({
      id: toWireId(prefixes.variant, variant_id),
      ...{ sku, title: called, unit, attributes: { ...attributes }, gtin, weight_grams },
      offers: offers.map((offer) => ({ ...shownPublicOffer(offer), ...more(offer) })),
    })),
    version: reached,
  };
}

/** An offer's page. */
export function shownOfferPage(view: OfferPage): Static<typeof offerPage> {
  return {
    ...shownPublicOffer(view),
    product: { id: toWireId(prefixes.product, view.product_id), title: view.product_title },
    variant: { id: toWireId(prefixes.variant, view.variant_id), sku: view.sku, title: view.title, unit: view.unit },
    version: view.version,
  };
}

/** A product in a list. */
export function shownCard(card: ProductCard): Static<typeof productCard> {
  return {
    id: toWireId(prefixes.product, card.product_id),
    title: card.title,
    brand: card.brand,
    category: card.category_id === null ? null : toWireId(prefixes.category, card.category_id),
    prices: card.prices.map(({ unit_price, price_per, currency }) => ({ unit_price: moneyOf(unit_price, currency), price_per })),
    availability: card.availability,
  };
}

const count = integer(1, 1_000, "Products that it leaves");

/** What a search can be narrowed down by. */
export const facets = closed({
  categories: listOf(closed({ id: idOf("category"), name: text(100), products: count }), 0, 20),
  sellers: listOf(closed({ id: idOf("seller"), name: text(200), products: count }), 0, 20),
  prices: Type.Array(closed({ from: money, to: money }), { maxItems: 20, description: "For one unit, in each currency" }),
  attributes: listOf(closed({ name: text(64), values: listOf(closed({ value: text(200), products: count }), 1, 10) }), 0, 20),
});

const euros = (amount: number) => ({ amount, currency: "EUR" });
const offerSample = {
  ...{ id: example.offer, seller: { id: example.seller, name: "Nordwind" }, unit_price: euros(10_000), price_per: 1, minimum: 1, step: 1 },
  ...{ tiers: [], lead_time_days: 0, availability: "in_stock" as const },
};
const agreedSample = { price_list: example.priceList, unit_price: euros(9_000), tiers: [], valid_until: null };
const { id, title, description, brand, category } = productSample;
const pageWords = { id, title, description, brand, category };

export const productPageSample: Static<typeof productPage> = {
  ...{ ...pageWords, variants: [{ ...variantSample, offers: [offerSample] }], version: 1 },
};
export const companyPageSample: Static<typeof companyProductPage> = {
  ...{ ...pageWords, variants: [{ ...variantSample, offers: [{ ...offerSample, agreed: [agreedSample] }] }], version: 1 },
};
export const offerPageSample: Static<typeof offerPage> = {
  ...offerSample,
  ...{ product: { id, title }, variant: { id: example.variant, sku: example.sku, title: "M8 x 40, A2", unit: "C62" }, version: 1 },
};
export const cardSample: Static<typeof productCard> = {
  ...{ id, title, brand, category, prices: [{ unit_price: euros(10_000), price_per: 1 }], availability: "in_stock" },
};
export const companyCardSample: Static<typeof companyCard> = {
  ...{ ...cardSample, agreed_prices: [{ offer: example.offer, unit_price: euros(9_000), price_per: 1 }] },
};
export const facetsSample: Static<typeof facets> = {
  categories: [{ id: example.category, name: "Bolts", products: 1 }],
  sellers: [{ id: example.seller, name: "Nordwind", products: 1 }],
  prices: [{ from: euros(10_000), to: euros(10_000) }],
  attributes: [{ name: "material", values: [{ value: "A2", products: 1 }] }],
};
