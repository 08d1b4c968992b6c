import { type CompanyId, type PriceListId, toWireId } from "../../../kernel/ids.ts";
import {
  findPriceList,
  listPriceListsOfCompany,
  listPrices,
  type PriceList,
  shownPrice,
  shownPriceList,
} from "../../../modules/pricing/index.ts";
import type { Reader } from "../../../platform/db/index.ts";
import { type Call, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf } from "../../shapes.ts";
import { dayAsked, holdsOn, listedPrice, listedPriceSample, priceList, priceListSample } from "../price-list-shapes.ts";

const path = "/price-lists/{id}";
const params = closed({ id: idOf("priceList") });
const agreed = closed({ ...priceList.properties, seller: idOf("seller") });
const sample = { ...priceListSample, seller: example.seller, version: 3 };

const shown = (found: PriceList) => ({ ...shownPriceList(found), seller: toWireId("sel", found.sellerId) });

/** A list that is given to the caller; row-level security shows a company no other. */
async function agreedList(reader: Reader, call: Call<{ readonly id: string }>) {
  const priceListId: PriceListId = idInPath("priceList", call.params.id);
  return (await findPriceList(reader, priceListId)) ?? refuseNotFound();
}

export const buyerPriceListOperations: readonly Operation[] = [
  list({
    id: "buyer.price-lists.list",
    path: "/price-lists",
    summary: "List the price lists that sellers have given the company",
    scope: "organisation",
    filters: holdsOn,
    item: agreed,
    example: { query: { holds_on: "2099-11-22" }, item: sample },
    rows: async (reader, call, window) => {
      const companyId = call.principal.organisationId as CompanyId;
      const lists = await listPriceListsOfCompany(reader, companyId, window, dayAsked(call.query));
      return lists.map((found) => ({ at: [found.priceListId], item: shown(found) }));
    },
  }),
  operation({
    kind: "read",
    scope: "organisation",
    id: "buyer.price-lists.read",
    path,
    summary: "Read a price list that a seller has given the company",
    params,
    response: agreed,
    refusals: [],
    example: { params: { id: example.priceList }, response: sample },
    async read(reader, call) {
      const found = await agreedList(reader, call);
      return { body: shown(found), version: found.version };
    },
  }),
  list({
    id: "buyer.price-list-prices.list",
    path: `${path}/prices`,
    summary: "List the prices of a price list that a seller has given the company",
    scope: "organisation",
    params,
    item: listedPrice,
    example: { params: { id: example.priceList }, item: listedPriceSample },
    rows: async (reader, call, window) => {
      const found = await agreedList(reader, call);
      const prices = await listPrices(reader, found, window);
      return prices.map((price) => ({ at: [price.offerId], item: shownPrice(price, found.currency) }));
    },
  }),
];
