import Type from "typebox";
import { toRfc3339 } from "../../../kernel/clock.ts";
import { type PriceListId, type SellerId, toWireId } from "../../../kernel/ids.ts";
import { currency } from "../../../kernel/money.ts";
import { effectiveBy } from "../../../modules/identity/index.ts";
import {
  changePriceList,
  createPriceList,
  findPriceList,
  listListCompanies,
  listPriceLists,
  listPrices,
  shownPrice,
  shownPriceList,
} from "../../../modules/pricing/index.ts";
import type { Reader } from "../../../platform/db/index.ts";
import { type Call, checkVersion, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, currencyCode, day, idOf, instant, name } from "../../shapes.ts";
import { dayAsked, holdsOn, listedPrice, listedPriceSample, priceList, priceListSample } from "../price-list-shapes.ts";

const path = "/price-lists/{id}";
const params = closed({ id: idOf("priceList") });
const terms = { name: name(100), valid_from: day, valid_until: Type.Optional(day) };
type Terms = { readonly name: string; readonly valid_from: string; readonly valid_until?: string };

const termsOf = (body: Terms) => ({ name: body.name, validFrom: body.valid_from, validUntil: body.valid_until ?? null });
const sellerOf = ({ principal }: Pick<Call, "principal">) => principal.organisationId as SellerId;

/** The caller's list; row-level security shows a seller no other. */
async function ownList(reader: Reader, call: Call<{ readonly id: string }>) {
  const priceListId: PriceListId = idInPath("priceList", call.params.id);
  return (await findPriceList(reader, priceListId)) ?? refuseNotFound();
}

export const sellerPriceListOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "organisation",
    id: "seller.price-lists.create",
    path: "/price-lists",
    summary: "Make a price list: prices agreed with companies, over a period",
    body: closed({ ...terms, currency: currencyCode }),
    response: priceList,
    refusals: ["request-invalid", "name-taken"],
    example: {
      body: { name: "Shipyards 2027", currency: "EUR", valid_from: "2027-01-01", valid_until: "2028-01-01" },
      response: { ...priceListSample, name: "Shipyards 2027", valid_from: "2027-01-01", valid_until: "2028-01-01" },
    },
    async work(tx, call) {
      const made = shownPriceList(await createPriceList(tx, call, { ...termsOf(call.body), currency: currency(call.body.currency) }));
      return { body: made, location: `/v1/seller/price-lists/${made.id}`, version: made.version };
    },
  }),
  operation({
    kind: "write",
    method: "PUT",
    status: 200,
    scope: "organisation",
    locks: ["price_list"],
    id: "seller.price-lists.change",
    path,
    summary: "Give a price list another name or period",
    params,
    body: closed(terms),
    response: closed({ ...priceList.properties, effective_by: instant }),
    refusals: ["not-found", "version-stale", "request-invalid", "name-taken"],
    example: {
      params: { id: example.priceList },
      body: { name: "Shipyards 2099, first half", valid_from: "2099-01-01", valid_until: "2099-07-01" },
      response: {
        ...{ ...priceListSample, name: "Shipyards 2099, first half", valid_until: "2099-07-01", version: 2 },
        effective_by: "2026-11-22T12:00:06.000Z",
      },
    },
    async work(tx, call) {
      const judge = (current: number) => checkVersion(call, current);
      const priceListId = idInPath("priceList", call.params.id);
      const changed = await changePriceList(tx, call, { priceListId, judge, terms: termsOf(call.body) });
      const effective = { effective_by: toRfc3339(effectiveBy(call.now)) };
      return { body: { ...shownPriceList(changed), ...effective }, version: changed.version };
    },
  }),
  operation({
    kind: "read",
    scope: "organisation",
    id: "seller.price-lists.read",
    path,
    summary: "Read a price list",
    params,
    response: priceList,
    refusals: [],
    example: { params: { id: example.priceList }, response: priceListSample },
    async read(reader, call) {
      const found = await ownList(reader, call);
      return { body: shownPriceList(found), version: found.version };
    },
  }),
  list({
    id: "seller.price-lists.list",
    path: "/price-lists",
    summary: "List price lists",
    scope: "organisation",
    filters: holdsOn,
    item: priceList,
    example: { item: priceListSample },
    rows: async (reader, call, window) =>
      (await listPriceLists(reader, sellerOf(call), window, dayAsked(call.query))).map((found) => ({
        at: [found.priceListId],
        item: shownPriceList(found),
      })),
  }),
  list({
    id: "seller.price-list-prices.list",
    path: `${path}/prices`,
    summary: "List the prices of a price list",
    scope: "organisation",
    params,
    exports: true,
    item: listedPrice,
    example: { params: { id: example.priceList }, item: listedPriceSample },
    rows: async (reader, call, window) => {
      const found = await ownList(reader, call);
      const prices = await listPrices(reader, found, window);
      return prices.map((price) => ({ at: [price.offerId], item: shownPrice(price, found.currency) }));
    },
  }),
  list({
    id: "seller.price-list-companies.list",
    path: `${path}/companies`,
    summary: "List the companies that a price list is given to",
    scope: "organisation",
    params,
    item: closed({ company: idOf("company") }),
    example: { params: { id: example.priceList }, item: { company: example.company } },
    rows: async (reader, call, window) => {
      const found = await ownList(reader, call);
      const companies = await listListCompanies(reader, found, window);
      return companies.map((companyId) => ({ at: [companyId], item: { company: toWireId("cmp", companyId) } }));
    },
  }),
];
