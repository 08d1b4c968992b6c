import Type from "typebox";
import type { OrderId, SellerId } from "../../kernel/ids.ts";
import { acceptingLocks, acceptOrder } from "../../flows/accept-order.ts";
import { cancelOrder } from "../../flows/cancel-order.ts";
import { endingLocks } from "../../flows/cancel-units.ts";
import { rejectOrder } from "../../flows/reject-order.ts";
import type { OrderRules } from "../../modules/orders/index.ts";
import type { Reader } from "../../platform/db/index.ts";
import { checkVersion, type FlowCall, idInPath, refuseNotFound } from "../call.ts";
import { example } from "../examples.ts";
import { type Operation, operation } from "../operation.ts";
import { refuse } from "../refuse.ts";
import { closed, day, idOf, integer, listOf } from "../shapes.ts";
import { acceptedOrderSample, cancelledOrderSample, readOrderSample, rejectedOrderSample } from "./order-samples.ts";
import { order, readChangedOrder, readOrder, readWholeOrder, reason } from "./order-shapes.ts";

const parties = { buyer: "company", seller: "seller", operator: "operator" } as const;

/** Whose tree an operation on orders stands in. */
export type OrderAudience = keyof typeof parties;

/** The party that a tree is for. */
export function partyOf(audience: OrderAudience): (typeof parties)[OrderAudience] {
  return parties[audience];
}

/** Reading one order, for any audience. */
export function readOrderOperation(audience: OrderAudience): Operation {
  return operation({
    kind: "read",
    scope: audience === "operator" ? "operator" : "organisation",
    id: `${audience}.orders.read`,
    path: "/orders/{id}",
    summary: "Read an order",
    params: closed({ id: idOf("order") }),
    response: readOrder,
    refusals: [],
    example: {
      params: { id: example.order },
      response: { ...readOrderSample, allowed_actions: audience === "seller" ? ["accept", "reject", "cancel"] : ["cancel"] },
    },
    read: async (reader, call) => (await readWholeOrder(reader, idInPath("order", call.params.id), parties[audience])) ?? refuseNotFound(),
  });
}

const lineNumber = integer(1, 3_000);
const cancelBody = closed({
  lines: Type.Optional(listOf(closed({ line_number: lineNumber, quantity: integer(1, 1_000_000_000) }), 1, 3_000)),
  reason,
});

/** Cancelling units of an order that are not packed: all that are open, or those of `lines`. A company may have to ask for it. */
export function cancelOrderOperation(audience: OrderAudience, rules: OrderRules): Operation {
  return operation({
    kind: "flow",
    method: "POST",
    status: 200,
    id: `${audience}.orders.cancel`,
    path: "/orders/{id}/cancel",
    summary: audience === "buyer" ? "Cancel an order or units of it, or ask the seller to" : "Cancel an order or units of it",
    params: closed({ id: idOf("order") }),
    body: cancelBody,
    response: order,
    refusals: [
      ...(["state-conflict", "unknown-reference", "units-not-open", "units-packed"] as const),
      ...(audience === "buyer" ? (["request-open"] as const) : []),
    ],
    example: { params: { id: example.order }, body: { reason: "ordered twice" }, response: cancelledOrderSample },
    locks: endingLocks,
    async work(tx, call) {
      const orderId: OrderId = idInPath("order", call.params.id);
      const { principal, body } = call;
      const cancelled = await cancelOrder(tx, {
        orderId,
        party: { kind: parties[audience], organisationId: principal.organisationId, keyId: principal.keyId },
        lines: body.lines?.map(({ line_number, quantity }, index) => ({ index, lineNumber: line_number, quantity })),
        reason: body.reason,
        ...commandOf(call, rules),
      });
      return cancelled === undefined ? refuseNotFound() : changed(tx, orderId, audience);
    },
  });
}

const acceptedLine = closed({
  line_number: lineNumber,
  quantity: Type.Optional(integer(0, 1_000_000_000, "Units that are delivered; all that are open when left out")),
  promised_on: Type.Optional(day),
});
const acceptBody = closed({
  lines: Type.Optional(listOf(acceptedLine, 1, 3_000)),
  promised_on: Type.Optional(day),
  reason: Type.Optional(reason),
});

/** Accepting a confirmed order as it was ordered, or asking the company whether less or later will do; rejecting it whole. */
export function answerOrderOperations(rules: OrderRules): readonly Operation[] {
  return [
    operation({
      kind: "flow",
      method: "POST",
      status: 200,
      id: "seller.orders.accept",
      path: "/orders/{id}/accept",
      summary: "Accept an order, or ask the company whether less or later will do",
      params: closed({ id: idOf("order") }),
      body: acceptBody,
      response: order,
      refusals: [
        ...(["state-conflict", "on-hold", "unknown-reference", "units-not-open"] as const),
        ...(["acceptance-empty", "promise-out-of-bounds", "request-open"] as const),
      ],
      example: { params: { id: example.order }, body: {}, response: acceptedOrderSample },
      locks: acceptingLocks,
      async work(tx, call) {
        const orderId: OrderId = idInPath("order", call.params.id);
        const { principal, body } = call;
        const lines = body.lines?.map(({ line_number, quantity, promised_on }, index) => ({
          index,
          lineNumber: line_number,
          quantity,
          promisedOn: promised_on,
        }));
        refuseTwice(lines?.map((line) => line.lineNumber) ?? []);
        const accepted = await acceptOrder(tx, {
          ...{ orderId, sellerId: principal.organisationId as SellerId, keyId: principal.keyId },
          ...{ acceptance: { lines, promisedOn: body.promised_on }, reason: body.reason ?? "" },
          ...commandOf(call, rules),
        });
        return accepted === undefined ? refuseNotFound() : changed(tx, orderId, "seller");
      },
    }),
    operation({
      kind: "flow",
      method: "POST",
      status: 200,
      id: "seller.orders.reject",
      path: "/orders/{id}/reject",
      summary: "Reject an order",
      params: closed({ id: idOf("order") }),
      body: closed({ reason }),
      response: order,
      refusals: ["state-conflict"],
      example: { params: { id: example.order }, body: { reason: "no longer made" }, response: rejectedOrderSample },
      locks: endingLocks,
      async work(tx, call) {
        const orderId: OrderId = idInPath("order", call.params.id);
        const { principal, body } = call;
        const rejected = await rejectOrder(tx, {
          ...{ orderId, sellerId: principal.organisationId as SellerId, keyId: principal.keyId, reason: body.reason },
          ...commandOf(call, rules),
        });
        return rejected === undefined ? refuseNotFound() : changed(tx, orderId, "seller");
      },
    }),
  ];
}

/** What every command on an order takes from its call. */
export function commandOf(call: FlowCall, rules: OrderRules) {
  const { requestId, traceparent = null, newId, idempotencyId } = call;
  return { requestId, traceparent, newId, idempotencyId, rules, checkVersion: (current: number) => checkVersion(call, current) };
}

async function changed(reader: Reader, orderId: OrderId, audience: OrderAudience) {
  return (await readChangedOrder(reader, orderId, parties[audience])) ?? refuseNotFound();
}

/** A body says of a line one thing. */
export function refuseTwice(lineNumbers: readonly number[]): void {
  const seen = new Set<number>();
  const errors = lineNumbers.flatMap((number, index) => {
    const error = seen.has(number) ? [{ pointer: `/lines/${index}/line_number`, detail: "is given twice" }] : [];
    seen.add(number);
    return error;
  });
  if (errors.length > 0) throw refuse("request-invalid", { errors });
}
