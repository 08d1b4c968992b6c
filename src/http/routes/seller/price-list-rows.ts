import Type, { type Static } from "typebox";
import { type Instant, toRfc3339 } from "../../../kernel/clock.ts";
import { type CompanyId, fromWireId, type OfferId, prefixes, toWireId } from "../../../kernel/ids.ts";
import { effectiveBy } from "../../../modules/identity/index.ts";
import {
  addCompanies,
  type AppliedPrice,
  type OfferName,
  type PriceRow,
  removeCompanies,
  removePrices,
  setPrices,
  type SetPrices,
  type SharedList,
} from "../../../modules/pricing/index.ts";
import { type Call, checkVersion, idInPath } from "../../call.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf, instant, integer, listOf, oneOf, quantity, text, version } from "../../shapes.ts";
import { mostTiers, rowPrice } from "../price-list-shapes.ts";

const mostRows = 1_000;

const path = "/price-lists/{id}";
const params = closed({ id: idOf("priceList") });
const offerName = { offer: Type.Optional(idOf("offer")), reference: Type.Optional(text(64, "The seller's own name of the offer")) };
const row = closed({
  ...offerName,
  unit_price: rowPrice,
  tiers: Type.Optional(listOf(closed({ from_quantity: quantity, unit_price: rowPrice }), 0, mostTiers)),
});
const rowFaults = [
  "offer-unclear",
  "unknown-reference",
  "offer-repeated",
  "currency-mismatch",
  "tiers-not-ascending",
  "not-on-list",
] as const;
const index = integer(0, mostRows - 1);
const applied = closed({ index, ok: Type.Literal(true), offer: idOf("offer"), reference: text(64) });
const leftOut = closed({ index, ok: Type.Literal(false), code: oneOf(rowFaults), detail: text(300) });
const outcome = closed({
  version,
  effective_by: instant,
  results: listOf(Type.Union([applied, leftOut]), 1, mostRows),
});
const companies = closed({ companies: Type.Array(idOf("company"), { minItems: 1, maxItems: mostRows, uniqueItems: true }) });
const count = integer(0, mostRows);

// A checkout that is being placed now may have read the list before.
const effective = (at: Instant) => ({ effective_by: toRfc3339(effectiveBy(at)) });
const soon = "2026-11-22T12:00:06.000Z";

function nameOf({ offer, reference }: { readonly offer?: string; readonly reference?: string }): OfferName {
  // The schema has let well-formed ids through only.
  return { offerId: offer === undefined ? undefined : (fromWireId(prefixes.offer, offer) as OfferId), reference };
}

function rowOf(asked: Static<typeof row>): PriceRow {
  const tiers = (asked.tiers ?? []).map((tier) => ({ fromQuantity: tier.from_quantity, unitPrice: tier.unit_price }));
  return { ...nameOf(asked), unitPrice: asked.unit_price, tiers };
}

function resultOf(result: AppliedPrice, at: number) {
  if (!result.ok) return { index: at, ok: result.ok, code: result.code, detail: result.detail };
  return { index: at, ok: result.ok, offer: toWireId("off", result.offerId), reference: result.reference };
}

function answerOf({ list, results }: SetPrices, at: Instant) {
  return { body: { version: list.version, ...effective(at), results: results.map(resultOf) }, version: list.version };
}

function listOfCall(call: Pick<Call<{ readonly id: string }>, "params" | "ifMatch">) {
  return { priceListId: idInPath("priceList", call.params.id), judge: (current: number) => checkVersion(call, current) };
}

// The schema has let well-formed ids through only.
const idsOf = (body: Static<typeof companies>) => body.companies.map((id) => fromWireId(prefixes.company, id) as CompanyId);

// What did not change now is in effect by then all the more.
const sharedAnswer = ({ list }: SharedList) => ({ version: list.version, ...effective(list.changedAt) });

export const sellerPriceListRowOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "organisation",
    bulk: true,
    locks: ["price_list"],
    id: "seller.price-lists.set-prices",
    path: `${path}/prices`,
    summary: "Set prices of a price list: the rows that can be applied are, the others say why not",
    params,
    body: closed({ prices: listOf(row, 1, mostRows) }),
    response: outcome,
    refusals: ["not-found", "version-stale"],
    example: {
      params: { id: example.priceList },
      body: {
        prices: [
          {
            ...{ reference: example.reference, unit_price: { amount: 8_900, currency: "EUR" } },
            tiers: [{ from_quantity: 100, unit_price: { amount: 8_400, currency: "EUR" } }],
          },
        ],
      },
      response: {
        version: 4,
        effective_by: soon,
        results: [{ index: 0, ok: true, offer: example.offer, reference: example.reference }],
      },
    },
    async work(tx, call) {
      return answerOf(await setPrices(tx, call, { ...listOfCall(call), rows: call.body.prices.map(rowOf) }), call.now);
    },
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "organisation",
    bulk: true,
    locks: ["price_list"],
    id: "seller.price-lists.remove-prices",
    path: `${path}/prices/remove`,
    summary: "Take prices from a price list: those that are on it are taken, the other rows say why not",
    params,
    body: closed({ offers: listOf(closed(offerName), 1, mostRows) }),
    response: outcome,
    refusals: ["not-found", "version-stale"],
    example: {
      params: { id: example.priceList },
      body: { offers: [{ reference: example.reference }] },
      response: {
        version: 4,
        effective_by: soon,
        results: [{ index: 0, ok: true, offer: example.offer, reference: example.reference }],
      },
    },
    async work(tx, call) {
      return answerOf(await removePrices(tx, call, { ...listOfCall(call), rows: call.body.offers.map(nameOf) }), call.now);
    },
  }),
  operation({
    kind: "flow",
    method: "POST",
    status: 200,
    bulk: true,
    locks: ["price_list"],
    id: "seller.price-lists.add-companies",
    path: `${path}/companies`,
    summary: "Give a price list to companies: to all that are named or to none",
    params,
    body: companies,
    response: closed({ version, effective_by: instant, added: count }),
    refusals: ["not-found", "version-stale", "unknown-reference"],
    example: {
      params: { id: example.priceList },
      body: { companies: [example.company] },
      response: { version: 2, effective_by: soon, added: 1 },
    },
    async work(tx, call) {
      const shared = await addCompanies(tx, call, { ...listOfCall(call), companyIds: idsOf(call.body) });
      return { body: { ...sharedAnswer(shared), added: shared.count }, version: shared.list.version };
    },
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "organisation",
    bulk: true,
    locks: ["price_list"],
    id: "seller.price-lists.remove-companies",
    path: `${path}/companies/remove`,
    summary: "Take a price list from companies: from all that are named or from none",
    params,
    body: companies,
    response: closed({ version, effective_by: instant, removed: count }),
    refusals: ["not-found", "version-stale", "unknown-reference"],
    example: {
      params: { id: example.priceList },
      body: { companies: [example.company] },
      response: { version: 4, effective_by: soon, removed: 1 },
    },
    async work(tx, call) {
      const shared = await removeCompanies(tx, call, { ...listOfCall(call), companyIds: idsOf(call.body) });
      return { body: { ...sharedAnswer(shared), removed: shared.count }, version: shared.list.version };
    },
  }),
];
