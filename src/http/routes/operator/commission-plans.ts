import Type, { type Static } from "typebox";
import { toRfc3339 } from "../../../kernel/clock.ts";
import { currency } from "../../../kernel/money.ts";
import {
  changeCommissionPlan,
  type CommissionPlan,
  createCommissionPlan,
  endCommissionPlan,
  findCommissionPlan,
  type GivenCommission,
  listCommissionPlans,
  shownCommissionPlan,
} from "../../../modules/commissions/index.ts";
import { effectiveBy } from "../../../modules/identity/index.ts";
import { type Call, checkVersion, idInBody, idInPath, refuseNotFound, type WriteCall } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, currencyCode, day, idOf, instant, integer, listOf, money, name, version } from "../../shapes.ts";

const mostSteps = 50;
const highestRatePpm = 500_000;

const path = "/commission-plans/{id}";
const params = closed({ id: idOf("commissionPlan") });
const ratePpm = integer(0, highestRatePpm, "Parts per million of the line's net: 80000 is 8 %");
const yes = (description: string) => Type.Boolean({ description });
const onFreight = yes("Freight bears the rate of the first step too; of a plan for a category it says nothing");
const returned = yes("What was charged is given back when an invoice is written off");
const steps = listOf(closed({ from: money, rate_ppm: ratePpm, fixed: Type.Optional(money) }), 1, mostSteps);
const terms = closed({
  name: name(100),
  steps: { ...steps, description: "The first is from 0; of a line that step counts whose `from` is the highest not above its net" },
  on_freight: Type.Optional(onFreight),
  returned_on_write_off: Type.Optional(returned),
});
const plan = closed({
  id: idOf("commissionPlan"),
  name: name(100),
  seller: Type.Union([idOf("seller"), Type.Null()]),
  category: Type.Union([idOf("category"), Type.Null()]),
  currency: currencyCode,
  steps: listOf(closed({ from: money, rate_ppm: ratePpm, fixed: money }), 1, mostSteps),
  on_freight: onFreight,
  returned_on_write_off: returned,
  valid_from: day,
  valid_until: Type.Union([day, Type.Null()]),
  changed_at: instant,
  version,
});
const changed = closed({ ...plan.properties, effective_by: instant });
const kronor = (amount: number) => ({ amount, currency: "SEK" });
const euro = (amount: number) => ({ amount, currency: "EUR" });
const sample: Static<typeof plan> = {
  ...{ id: example.commissionPlan, name: "Tools", seller: example.seller, category: null, currency: "EUR" },
  ...{ steps: [{ from: euro(0), rate_ppm: 80_000, fixed: euro(30) }], on_freight: true, returned_on_write_off: false },
  ...{ valid_from: "2026-01-01", valid_until: null, changed_at: example.time, version: 1 },
};
const soon = { effective_by: "2026-11-22T12:00:06.000Z" };

function givenOf(body: Static<typeof terms>): GivenCommission {
  return {
    name: body.name,
    steps: body.steps.map(({ from, rate_ppm, fixed }) => ({ from, ratePpm: rate_ppm, fixed })),
    onFreight: body.on_freight ?? false,
    returnedOnWriteOff: body.returned_on_write_off ?? false,
  };
}

const planOf = (call: Pick<Call<{ readonly id: string }>, "params" | "ifMatch">) => ({
  commissionPlanId: idInPath("commissionPlan", call.params.id),
  judge: (current: number) => checkVersion(call, current),
});

function changedAnswer(after: CommissionPlan, call: Pick<WriteCall, "now">) {
  return { body: { ...shownCommissionPlan(after), effective_by: toRfc3339(effectiveBy(call.now)) }, version: after.version };
}

/** By what the operator charges its sellers. */
export const operatorCommissionPlanOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "operator",
    id: "operator.commission-plans.create",
    path: "/commission-plans",
    summary: "Make a commission plan for a seller or all, for a category with those below it or all: the most specific one counts",
    body: closed({
      ...terms.properties,
      seller: Type.Optional(idOf("seller")),
      category: Type.Optional(idOf("category")),
      currency: currencyCode,
      valid_from: day,
      valid_until: Type.Optional(day),
    }),
    response: changed,
    refusals: ["request-invalid", "unknown-reference", "operator-profile-missing", "commission-plan-exists"],
    example: {
      body: {
        ...{ name: "Tools in kronor", seller: example.seller, currency: "SEK", valid_from: "2026-01-01" },
        ...{ steps: [{ from: kronor(0), rate_ppm: 80_000 }], returned_on_write_off: true },
      },
      response: {
        ...{ ...sample, name: "Tools in kronor", currency: "SEK", on_freight: false, returned_on_write_off: true },
        ...{ steps: [{ from: kronor(0), rate_ppm: 80_000, fixed: kronor(0) }], ...soon },
      },
    },
    async work(tx, call) {
      const { seller, category, valid_until: validUntil = null } = call.body;
      const made = await createCommissionPlan(tx, call, {
        ...{ given: givenOf(call.body), currency: currency(call.body.currency), validFrom: call.body.valid_from, validUntil },
        sellerId: seller === undefined ? null : idInBody("seller", seller, "/seller"),
        categoryId: category === undefined ? null : idInBody("category", category, "/category"),
      });
      const answer = changedAnswer(made, call);
      return { ...answer, location: `/v1/operator/commission-plans/${answer.body.id}` };
    },
  }),
  operation({
    kind: "write",
    method: "PUT",
    status: 200,
    scope: "operator",
    id: "operator.commission-plans.change",
    path,
    summary: "Give a commission plan other terms; for whom it counts, its currency and its days stay",
    params,
    body: terms,
    response: changed,
    refusals: ["not-found", "version-stale", "commission-plan-ended", "request-invalid"],
    example: {
      params: { id: example.commissionPlan },
      body: { name: "Tools", steps: [{ from: euro(0), rate_ppm: 70_000 }] },
      response: {
        ...{ ...sample, steps: [{ from: euro(0), rate_ppm: 70_000, fixed: euro(0) }], on_freight: false, version: 2 },
        ...soon,
      },
    },
    async work(tx, call) {
      return changedAnswer(await changeCommissionPlan(tx, call, { ...planOf(call), given: givenOf(call.body) }), call);
    },
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 200,
    scope: "operator",
    id: "operator.commission-plans.end",
    path: `${path}/end`,
    summary: "Give a commission plan without an end the day on which it holds no more",
    params,
    body: closed({ valid_until: day }),
    response: changed,
    refusals: ["not-found", "version-stale", "commission-plan-ended", "request-invalid"],
    example: {
      params: { id: example.commissionPlan },
      body: { valid_until: "2099-01-01" },
      response: { ...sample, valid_until: "2099-01-01", version: 2, ...soon },
    },
    async work(tx, call) {
      return changedAnswer(await endCommissionPlan(tx, call, { ...planOf(call), validUntil: call.body.valid_until }), call);
    },
  }),
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.commission-plans.read",
    path,
    summary: "Read a commission plan",
    params,
    response: plan,
    refusals: [],
    example: { params: { id: example.commissionPlan }, response: sample },
    async read(reader, call) {
      const found = (await findCommissionPlan(reader, idInPath("commissionPlan", call.params.id))) ?? refuseNotFound();
      return { body: shownCommissionPlan(found), version: found.version };
    },
  }),
  list({
    id: "operator.commission-plans.list",
    path: "/commission-plans",
    summary: "List commission plans",
    scope: "operator",
    filters: closed({ seller: Type.Optional(idOf("seller")) }),
    item: plan,
    example: { query: { seller: example.seller }, item: sample },
    rows: async (reader, { query }, window) => {
      const sellerId = query.seller === undefined ? null : idInBody("seller", query.seller, "/seller");
      const plans = await listCommissionPlans(reader, window, sellerId);
      return plans.map((found) => ({ at: [found.commissionPlanId], item: shownCommissionPlan(found) }));
    },
  }),
];
