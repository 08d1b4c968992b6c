import Type, { type Static } from "typebox";
import { toRfc3339 } from "../../../kernel/clock.ts";
import type { SellerId } from "../../../kernel/ids.ts";
import { currency } from "../../../kernel/money.ts";
import { effectiveBy } from "../../../modules/identity/index.ts";
import {
  changeFreightPlan,
  createFreightPlan,
  findFreightPlan,
  type GivenFreight,
  type KeptFreightPlan,
  listFreightPlans,
  retireFreightPlan,
  shownFreightPlan,
} from "../../../modules/pricing/index.ts";
import { type Call, checkVersion, idInPath, refuseNotFound, type WriteCall } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, countryCode, currencyCode, idOf, instant, integer, listOf, money, name, oneOf, text, version } from "../../shapes.ts";

const mostSteps = 200;
const mostCountries = 250;
const heaviestGrams = 2_147_483_647;

const path = "/freight-plans/{id}";
const params = closed({ id: idOf("freightPlan") });
const kind = oneOf(["flat", "by_weight", "per_unit"]);
// The first step begins above one gram: what weighs no more is in it.
const step = closed({ up_to_grams: integer(2, heaviestGrams), amount: money });
const taxCategory = text(32, "What tax rates call the category of the freight; that of the goods when it is left out");
const terms = closed({
  name: name(100),
  amount: Type.Optional(money),
  steps: Type.Optional(listOf(step, 1, mostSteps)),
  free_from: Type.Optional(money),
  tax_category: Type.Optional(taxCategory),
  countries: Type.Optional(
    Type.Array(countryCode, { maxItems: mostCountries, uniqueItems: true, description: "Everywhere when there is none" }),
  ),
});
const plan = closed({
  id: idOf("freightPlan"),
  name: name(100),
  kind,
  currency: currencyCode,
  amount: Type.Union([money, Type.Null()]),
  steps: listOf(step, 0, mostSteps),
  free_from: Type.Union([money, Type.Null()]),
  tax_category: Type.Union([taxCategory, Type.Null()]),
  countries: listOf(countryCode, 0, mostCountries),
  retired_at: Type.Union([instant, Type.Null()]),
  version,
});
const changed = closed({ ...plan.properties, effective_by: instant });
const kroner = (amount: number) => ({ amount, currency: "NOK" });
const sample: Static<typeof plan> = {
  ...{ id: example.freightPlan, name: "Parcel", kind: "flat", currency: "NOK", amount: kroner(9_900), steps: [] },
  ...{ free_from: kroner(1_000_000), tax_category: null, countries: ["NO"], retired_at: null, version: 1 },
};
const soon = { effective_by: "2026-11-22T12:00:06.000Z" };
const steps = [
  { up_to_grams: 5_000, amount: kroner(9_900) },
  { up_to_grams: 30_000, amount: kroner(24_900) },
];

function givenOf(body: Static<typeof terms>): GivenFreight {
  return {
    name: body.name,
    amount: body.amount,
    steps: body.steps?.map(({ up_to_grams: upToGrams, amount }) => ({ upToGrams, amount })),
    freeFrom: body.free_from,
    taxCategory: body.tax_category,
    // As a set, so that the order in which they are sent is no change.
    countries: (body.countries ?? []).toSorted(),
  };
}

const planOf = (call: Pick<Call<{ readonly id: string }>, "params" | "ifMatch">) => ({
  freightPlanId: idInPath("freightPlan", call.params.id),
  judge: (current: number) => checkVersion(call, current),
});

function changedAnswer(after: KeptFreightPlan, call: Pick<WriteCall, "now">) {
  return { body: { ...shownFreightPlan(after), effective_by: toRfc3339(effectiveBy(call.now)) }, version: after.version };
}

export const sellerFreightPlanOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "organisation",
    id: "seller.freight-plans.create",
    path: "/freight-plans",
    summary: "Make a freight plan: from then on what no plan of the currency prices is not delivered",
    body: closed({ ...terms.properties, kind, currency: currencyCode }),
    response: changed,
    refusals: ["request-invalid", "name-taken"],
    example: {
      body: { name: "By weight", kind: "by_weight", currency: "NOK", steps, tax_category: "standard" },
      response: {
        ...{
          ...sample,
          name: "By weight",
          kind: "by_weight",
          amount: null,
          steps,
          free_from: null,
          tax_category: "standard",
          countries: [],
        },
        ...soon,
      },
    },
    async work(tx, call) {
      const asked = { kind: call.body.kind, currency: currency(call.body.currency), given: givenOf(call.body) };
      const made = changedAnswer(await createFreightPlan(tx, call, asked), call);
      return { ...made, location: `/v1/seller/freight-plans/${made.body.id}` };
    },
  }),
  operation({
    kind: "write",
    method: "PUT",
    status: 200,
    scope: "organisation",
    locks: ["freight_plan"],
    id: "seller.freight-plans.change",
    path,
    summary: "Give a freight plan other terms; its kind and currency stay",
    params,
    body: terms,
    response: changed,
    refusals: ["not-found", "version-stale", "freight-plan-retired", "request-invalid", "name-taken"],
    example: {
      params: { id: example.freightPlan },
      body: { name: "Parcel", amount: kroner(11_900), countries: ["NO", "SE"] },
      response: { ...sample, amount: kroner(11_900), free_from: null, countries: ["NO", "SE"], version: 2, ...soon },
    },
    async work(tx, call) {
      return changedAnswer(await changeFreightPlan(tx, call, { ...planOf(call), given: givenOf(call.body) }), call);
    },
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "organisation",
    locks: ["freight_plan"],
    id: "seller.freight-plans.retire",
    path: `${path}/retire`,
    summary: "Retire a freight plan for ever",
    params,
    body: closed({}),
    response: changed,
    refusals: ["not-found", "version-stale"],
    example: { params: { id: example.freightPlan }, response: { ...sample, retired_at: example.time, version: 2, ...soon } },
    async work(tx, call) {
      return changedAnswer(await retireFreightPlan(tx, call, planOf(call)), call);
    },
  }),
  operation({
    kind: "read",
    scope: "organisation",
    id: "seller.freight-plans.read",
    path,
    summary: "Read a freight plan",
    params,
    response: plan,
    refusals: [],
    example: { params: { id: example.freightPlan }, response: sample },
    async read(reader, call) {
      const sellerId = call.principal.organisationId as SellerId;
      const found = (await findFreightPlan(reader, sellerId, idInPath("freightPlan", call.params.id))) ?? refuseNotFound();
      return { body: shownFreightPlan(found), version: found.version };
    },
  }),
  list({
    id: "seller.freight-plans.list",
    path: "/freight-plans",
    summary: "List freight plans",
    scope: "organisation",
    filters: closed({ retired: Type.Optional(oneOf(["yes", "no"])) }),
    item: plan,
    example: { query: { retired: "no" }, item: sample },
    rows: async (reader, call, window) => {
      const { retired } = call.query;
      const asked = retired === undefined ? null : retired === "yes";
      const plans = await listFreightPlans(reader, call.principal.organisationId as SellerId, window, asked);
      return plans.map((found) => ({ at: [found.freightPlanId], item: shownFreightPlan(found) }));
    },
  }),
];
