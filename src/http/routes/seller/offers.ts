import Type, { type Static } from "typebox";
import { toRfc3339 } from "../../../kernel/clock.ts";
import { fromWireId, prefixes, type SellerId, type VariantId } from "../../../kernel/ids.ts";
import { findOffer, listOffers, type OfferRow, shownOffer, type UpsertedRow, upsertOffers } from "../../../modules/catalog/index.ts";
import { effectiveBy } from "../../../modules/identity/index.ts";
import { idInBody, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf, instant, integer, listOf, oneOf, quantity, someOf, text, version } from "../../shapes.ts";
import { leadTimeDays, mostTiers, offer, offerSample, offerStates } from "../offer-shapes.ts";

const mostRows = 1_000;

// A currency that there is not is told of its row, so that it does not stop the others.
const rowCurrency = Type.String({ maxLength: 3, minLength: 3, description: "ISO 4217" });
const rowPrice = closed({ amount: integer(0, Number.MAX_SAFE_INTEGER, "Net, in the currency's minor unit"), currency: rowCurrency });
const row = closed({
  reference: text(64, "The seller's own name of the offer"),
  sku: Type.Optional(text(64)),
  variant: Type.Optional(idOf("variant")),
  currency: rowCurrency,
  unit_price: rowPrice,
  price_per: Type.Optional(quantity),
  minimum: Type.Optional(quantity),
  step: Type.Optional(quantity),
  tiers: Type.Optional(listOf(closed({ from_quantity: quantity, unit_price: rowPrice }), 0, mostTiers)),
  tax_category: text(32),
  lead_time_days: Type.Optional(leadTimeDays),
  state: Type.Optional(
    Type.Unsafe<"draft">({
      ...oneOf(["draft"]),
      description: "A new offer is born as a draft instead of for sale; one that is there keeps its state",
    }),
  ),
});
const rowFaults = [
  "variant-unclear",
  "unknown-reference",
  "currency-unknown",
  "currency-mismatch",
  "tiers-not-ascending",
  "reference-repeated",
  "offer-archived",
  "offer-not-draft",
] as const;
const index = integer(0, mostRows - 1);
const applied = closed({ index, ok: Type.Literal(true), id: idOf("offer"), reference: text(64), version });
const leftOut = closed({ index, ok: Type.Literal(false), code: oneOf(rowFaults), detail: text(300) });
const euros = (amount: number) => ({ amount, currency: "EUR" });

function rowOf(asked: Static<typeof row>): OfferRow {
  return {
    reference: asked.reference,
    sku: asked.sku,
    // The schema has let well-formed ids through only.
    variantId: asked.variant === undefined ? undefined : (fromWireId(prefixes.variant, asked.variant) as VariantId),
    currency: asked.currency,
    unitPrice: asked.unit_price,
    pricePer: asked.price_per ?? 1,
    minimum: asked.minimum ?? 1,
    step: asked.step ?? 1,
    tiers: (asked.tiers ?? []).map((tier) => ({ fromQuantity: tier.from_quantity, unitPrice: tier.unit_price })),
    taxCategory: asked.tax_category,
    leadTimeDays: asked.lead_time_days,
    draft: asked.state === "draft",
  };
}

function resultOf(result: UpsertedRow, at: number) {
  if (!result.ok) return { index: at, ok: result.ok, code: result.code, detail: result.detail };
  const { id, reference, version: reached } = shownOffer(result.offer);
  return { index: at, ok: result.ok, id, reference, version: reached };
}

export const sellerOfferOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "organisation",
    bulk: true,
    locks: ["offer"],
    id: "seller.offers.upsert",
    path: "/offers/bulk",
    summary: "Create and change offers by their references: the rows that can be applied are, the others say why not",
    body: closed({ offers: listOf(row, 1, mostRows) }),
    response: closed({ results: listOf(Type.Union([applied, leftOut]), 1, mostRows), effective_by: instant }),
    refusals: [],
    example: {
      body: {
        offers: [
          {
            ...{ reference: "M8-40-A4", sku: example.sku, currency: "EUR", unit_price: euros(34), price_per: 100 },
            ...{ minimum: 100, step: 100, tiers: [{ from_quantity: 1_000, unit_price: euros(29) }], tax_category: "standard" },
          },
        ],
      },
      response: { results: [{ index: 0, ok: true, id: example.offer, reference: "M8-40-A4", version: 1 }], effective_by: example.time },
    },
    async work(tx, call) {
      const results = await upsertOffers(tx, call, call.body.offers.map(rowOf));
      // A checkout that is being placed now may have read the terms before.
      return { body: { results: results.map(resultOf), effective_by: toRfc3339(effectiveBy(call.now)) } };
    },
  }),
  operation({
    kind: "read",
    scope: "organisation",
    id: "seller.offers.read",
    path: "/offers/{id}",
    summary: "Read an offer",
    params: closed({ id: idOf("offer") }),
    response: offer,
    refusals: [],
    example: { params: { id: example.offer }, response: offerSample },
    async read(reader, call) {
      const sellerId = call.principal.organisationId as SellerId;
      const found = (await findOffer(reader, sellerId, idInPath("offer", call.params.id))) ?? refuseNotFound();
      return { body: shownOffer(found), version: found.version };
    },
  }),
  list({
    id: "seller.offers.list",
    path: "/offers",
    summary: "List offers",
    scope: "organisation",
    filters: closed({
      state: Type.Optional(someOf(offerStates)),
      variant: Type.Optional(idOf("variant")),
      sku: Type.Optional(text(64)),
      q: Type.Optional(text(64, "How the reference begins")),
    }),
    item: offer,
    exports: true,
    example: { query: { state: ["active"] }, item: offerSample },
    rows: async (reader, call, window) => {
      const { state = null, variant, sku = null, q = null } = call.query;
      const variantId = variant === undefined ? null : idInBody("variant", variant, "/variant");
      const filters = { states: state, variantId, sku, reference: q };
      const found = await listOffers(reader, call.principal.organisationId as SellerId, window, filters);
      return found.map((each) => ({ at: [each.offerId], item: shownOffer(each) }));
    },
  }),
];
