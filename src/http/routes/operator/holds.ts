import Type from "typebox";
import { holdLocks, type HoldMeans, placeHold, reassignHold } from "../../../flows/place-hold.ts";
import { releaseHold } from "../../../flows/release-hold.ts";
import { toRfc3339 } from "../../../kernel/clock.ts";
import { isCalendarDay } from "../../../kernel/working-days.ts";
import { findHold, type HoldOwner, type HoldSubject, listHolds, shownHold } from "../../../modules/holds/index.ts";
import { type Call, checkVersion, type FlowCall, idInBody, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { refuse } from "../../refuse.ts";
import { closed, day, idOf, instant, oneOf, text, version } from "../../shapes.ts";

const reason = text(500);
const owner = Type.Union([idOf("apiKey"), idOf("person")], { description: "A key or a member of the operator, who looks after it" });
const yesOrNo = oneOf(["true", "false"]);
const orNull = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) => Type.Union([schema, Type.Null()]);

const hold = closed({
  id: idOf("hold"),
  subject_type: oneOf(["order", "seller", "company"]),
  subject: Type.Union([idOf("order"), idOf("seller"), idOf("company")]),
  ...{ reason, owner, look_again_on: day },
  placed_at: instant,
  placed_by: idOf("apiKey"),
  released_at: orNull(instant),
  released_by: orNull(idOf("apiKey")),
  release_reason: orNull(reason),
  version,
});
const settled = closed({
  ...hold.properties,
  effective_by: Type.String({ ...instant, description: "From then on nothing happens any more that had not seen it" }),
});

const holdExample = {
  id: example.hold,
  subject_type: "order" as const,
  ...{ subject: example.order, reason: "Address to be confirmed", owner: example.key, look_again_on: "2026-11-25" },
  ...{ placed_at: example.time, placed_by: example.key, released_at: null, released_by: null, release_reason: null, version: 1 },
};

type SubjectBody = { readonly order?: string; readonly seller?: string; readonly company?: string };

/** @throws Refused request-invalid unless exactly one is named */
function subjectIn({ order, seller, company }: SubjectBody): HoldSubject {
  const named = [
    ...(order === undefined ? [] : [{ type: "order", id: idInBody("order", order, "/order") } as const]),
    ...(seller === undefined ? [] : [{ type: "seller", id: idInBody("seller", seller, "/seller") } as const]),
    ...(company === undefined ? [] : [{ type: "company", id: idInBody("company", company, "/company") } as const]),
  ];
  const [only] = named;
  if (only === undefined || named.length > 1) {
    throw refuse("request-invalid", { errors: [{ pointer: "", detail: "names exactly one of order, seller and company" }] });
  }
  return only;
}

function ownerIn(id: string): HoldOwner {
  return id.startsWith("key_")
    ? { kind: "key", id: idInBody("apiKey", id, "/owner") }
    : { kind: "person", id: idInBody("person", id, "/owner") };
}

/** @throws Refused request-invalid for a day that no calendar has */
function dayIn(text: string): string {
  if (!isCalendarDay(text)) {
    throw refuse("request-invalid", { errors: [{ pointer: "/look_again_on", detail: "is a day that no calendar has" }] });
  }
  return text;
}

function meansOf({ principal, requestId, traceparent, idempotencyId, newId }: FlowCall): HoldMeans {
  return { principal, requestId, traceparent, idempotencyId, newId };
}

function asked(text: "true" | "false" | undefined): boolean | undefined {
  return text === undefined ? undefined : text === "true";
}

export const operatorHoldOperations: readonly Operation[] = [
  operation({
    kind: "flow",
    method: "POST",
    status: 201,
    locks: holdLocks,
    id: "operator.holds.place",
    path: "/holds",
    summary: "Hold an order, or every order of a seller or a company",
    body: closed({
      order: Type.Optional(idOf("order")),
      seller: Type.Optional(idOf("seller")),
      company: Type.Optional(idOf("company")),
      ...{ reason, look_again_on: day, owner: Type.Optional(owner) },
    }),
    response: settled,
    refusals: ["unknown-reference"],
    example: {
      body: { order: example.order, reason: "Address to be confirmed", look_again_on: "2026-11-25" },
      response: { ...holdExample, effective_by: example.time },
    },
    async work(tx, call) {
      const { owner: named, reason: why, look_again_on: lookAgainOn, ...subject } = call.body;
      const facts = {
        ...{ subject: subjectIn(subject), reason: why, lookAgainOn: dayIn(lookAgainOn) },
        owner: named === undefined ? ({ kind: "key", id: call.principal.keyId } as const) : ownerIn(named),
      };
      const { hold: made, effectiveBy } = await placeHold(tx, meansOf(call), facts);
      const body = shownHold(made);
      return { body: { ...body, effective_by: toRfc3339(effectiveBy) }, location: `/v1/operator/holds/${body.id}`, version: made.version };
    },
  }),
  operation({
    kind: "flow",
    method: "PUT",
    status: 200,
    locks: holdLocks,
    id: "operator.holds.change",
    path: "/holds/{id}",
    summary: "Give a hold to somebody else, or look again on another day",
    params: closed({ id: idOf("hold") }),
    body: closed({ owner, look_again_on: day }),
    response: hold,
    refusals: ["not-found", "version-stale", "unknown-reference", "hold-released"],
    example: {
      params: { id: example.hold },
      body: { owner: example.operatorMember, look_again_on: "2026-11-27" },
      response: { ...holdExample, owner: example.operatorMember, look_again_on: "2026-11-27", version: 2 },
    },
    async work(tx, call) {
      const facts = { ...askedHold(call), owner: ownerIn(call.body.owner), lookAgainOn: dayIn(call.body.look_again_on) };
      const after = (await reassignHold(tx, meansOf(call), facts)) ?? refuseNotFound();
      return { body: shownHold(after), version: after.version };
    },
  }),
  operation({
    kind: "flow",
    method: "POST",
    status: 200,
    locks: holdLocks,
    id: "operator.holds.release",
    path: "/holds/{id}/release",
    summary: "Release a hold",
    params: closed({ id: idOf("hold") }),
    body: closed({ reason }),
    response: settled,
    refusals: ["not-found", "version-stale", "hold-released"],
    example: {
      params: { id: example.hold },
      body: { reason: "The address is right" },
      response: {
        ...holdExample,
        ...{ released_at: example.time, released_by: example.key, release_reason: "The address is right", version: 2 },
        effective_by: example.time,
      },
    },
    async work(tx, call) {
      const { hold: after, effectiveBy } =
        (await releaseHold(tx, meansOf(call), { ...askedHold(call), reason: call.body.reason })) ?? refuseNotFound();
      return { body: { ...shownHold(after), effective_by: toRfc3339(effectiveBy) }, version: after.version };
    },
  }),
  operation({
    kind: "read",
    scope: "operator",
    id: "operator.holds.read",
    path: "/holds/{id}",
    summary: "Read a hold",
    params: closed({ id: idOf("hold") }),
    response: hold,
    refusals: [],
    example: { params: { id: example.hold }, response: holdExample },
    async read(reader, call) {
      const found = (await findHold(reader, idInPath("hold", call.params.id))) ?? refuseNotFound();
      return { body: shownHold(found), version: found.version };
    },
  }),
  list({
    id: "operator.holds.list",
    path: "/holds",
    summary: "List holds",
    scope: "operator",
    filters: closed({ standing: Type.Optional(yesOrNo), due: Type.Optional(yesOrNo) }),
    item: hold,
    example: { query: { standing: "true" }, item: holdExample },
    rows: async (reader, { query }, window) =>
      (await listHolds(reader, { standing: asked(query.standing), due: asked(query.due) }, window)).map((found) => ({
        at: [found.holdId],
        item: shownHold(found),
      })),
  }),
];

function askedHold(call: Call<{ readonly id: string }>) {
  return { holdId: idInPath("hold", call.params.id), judge: (current: number) => checkVersion(call, current) };
}
