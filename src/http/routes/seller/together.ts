import Type, { type TSchema } from "typebox";
import type { SellerId } from "../../../kernel/ids.ts";
import { toWireId } from "../../../kernel/ids.ts";
import type { Outcome } from "../../../kernel/refusal.ts";
import { acceptingLocks } from "../../../flows/accept-order.ts";
import { acceptOrders } from "../../../flows/accept-orders.ts";
import { deliverMany, sentShipmentLocks } from "../../../flows/deliver-shipment.ts";
import { packingLocks } from "../../../flows/pack-shipment.ts";
import { shipOrders } from "../../../flows/ship-orders.ts";
import type { OrderRules } from "../../../modules/orders/index.ts";
import { type FlowCall, idInBody, momentInQuery } from "../../call.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { rowOf } from "../../problem-rows.ts";
import type { RefusalCode } from "../../problem.ts";
import { refuse } from "../../refuse.ts";
import { closed, idOf, integer, listOf, momentAsked, oneOf, quantity, text, version } from "../../shapes.ts";
import { commandOf, refuseTwice } from "../order-operations.ts";
import { orderStates } from "../order-states.ts";
import { carrier, shipmentStates, tracking } from "../shipment-shapes.ts";

/** Of many orders or parcels in one request: enough that one of them costs little, few enough that nobody waits long for what they lock. */
const most = 200;
const index = integer(0, most - 1);

/** Steps that a seller takes with many orders or parcels at once: each is done or refused on its own. */
export function sellerTogetherOperations(rules: OrderRules): readonly Operation[] {
  return [acceptManyOperation(rules), shipManyOperation(rules), deliverManyOperation(rules)];
}

const acceptFaults = ["not-found", "state-conflict", "on-hold", "acceptance-empty"] as const;
const acceptedRow = closed({ index, ok: Type.Literal(true), order: idOf("order"), state: oneOf(orderStates), version });

function acceptManyOperation(rules: OrderRules): Operation {
  return operation({
    kind: "flow",
    method: "POST",
    status: 200,
    bulk: true,
    id: "seller.orders.accept-many",
    path: "/orders/accept",
    summary: "Accept many orders as they were ordered: those that can be accepted are, the others say why not",
    body: closed({ orders: listOf(idOf("order"), 1, most) }),
    response: closed({ results: resultsOf(acceptedRow, acceptFaults) }),
    refusals: ["request-invalid", "unknown-reference"],
    locks: acceptingLocks,
    example: {
      body: { orders: [example.order] },
      response: { results: [{ index: 0, ok: true, order: example.order, state: "accepted", version: 2 }] },
    },
    async work(tx, call) {
      const { orders } = call.body;
      refuseRepeated(orders, (at) => `/orders/${at}`);
      const orderIds = orders.map((id, at) => idInBody("order", id, `/orders/${at}`));
      const outcomes = await acceptOrders(tx, { ...sellerOf(call), ...commandOf(call, rules), orderIds });
      const results = outcomes.map((outcome, at) =>
        outcome.ok
          ? { ...done(at), order: toWireId("ord", outcome.value.orderId), state: outcome.value.state, version: outcome.value.version }
          : leftOut(at, outcome, acceptFaults),
      );
      return { body: { results } };
    },
  });
}

const shipFaults = [
  ...(["not-found", "state-conflict", "on-hold", "unknown-reference", "units-not-open", "too-many-shipments"] as const),
  ...(["goods-not-on-hand", "promised-to-older", "tax-rate-missing", "amount-too-large"] as const),
] as const;
const shippedRow = closed({
  ...{ index, ok: Type.Literal(true), order: idOf("order"), order_state: oneOf(orderStates), shipment: idOf("shipment") },
  ...{ state: oneOf(shipmentStates), version },
});
const orderToShip = closed({
  order: idOf("order"),
  location: idOf("location"),
  lines: Type.Optional(listOf(closed({ line_number: integer(1, 3_000), quantity }), 1, 3_000)),
  carrier: Type.Optional(carrier),
  tracking: Type.Optional(tracking),
});

function shipManyOperation(rules: OrderRules): Operation {
  return operation({
    kind: "flow",
    method: "POST",
    status: 200,
    bulk: true,
    id: "seller.shipments.ship-many",
    path: "/shipments/ship",
    summary: "Pack and ship parcels of many orders: those that can leave do, the others say why not",
    body: closed({ shipments: listOf(orderToShip, 1, most) }),
    response: closed({ results: resultsOf(shippedRow, shipFaults) }),
    refusals: ["request-invalid", "unknown-reference", "operator-profile-missing"],
    locks: packingLocks,
    example: {
      body: { shipments: [{ order: example.shippingOrder, location: example.location, carrier: "DHL" }] },
      response: {
        results: [
          {
            ...{ index: 0, ok: true, order: example.shippingOrder, order_state: "shipped", shipment: example.packedShipment },
            ...{ state: "shipped", version: 2 },
          },
        ],
      },
    },
    async work(tx, call) {
      const { shipments } = call.body;
      refuseRepeated(
        shipments.map(({ order }) => order),
        (at) => `/shipments/${at}/order`,
      );
      const rows = shipments.map(({ order, location, lines, ...sent }, at) => {
        refuseTwice(lines?.map(({ line_number }) => line_number) ?? []);
        return {
          orderId: idInBody("order", order, `/shipments/${at}/order`),
          locationId: idInBody("location", location, `/shipments/${at}/location`),
          lines: lines?.map((line, place) => ({ index: place, lineNumber: line.line_number, quantity: line.quantity })),
          ...{ carrier: sent.carrier ?? null, tracking: sent.tracking ?? null },
        };
      });
      const outcomes = await shipOrders(tx, { ...sellerOf(call), ...commandOf(call, rules), rows });
      const results = outcomes.map((outcome, at) => {
        if (!outcome.ok) return leftOut(at, outcome, shipFaults);
        const { order, shipment } = outcome.value;
        return {
          ...{ ...done(at), order: toWireId("ord", order.orderId), order_state: order.state },
          ...{ shipment: toWireId("shp", shipment.shipmentId), state: shipment.state, version: shipment.version },
        };
      });
      return { body: { results } };
    },
  });
}

const deliverFaults = ["not-found", "state-conflict", "delivered-at-out-of-bounds"] as const;
const deliveredRow = closed({ index, ok: Type.Literal(true), shipment: idOf("shipment"), state: oneOf(shipmentStates), version });

function deliverManyOperation(rules: OrderRules): Operation {
  return operation({
    kind: "flow",
    method: "POST",
    status: 200,
    bulk: true,
    id: "seller.shipments.deliver-many",
    path: "/shipments/deliver",
    summary: "Say that many shipments have arrived: those that can have are delivered, the others say why not",
    body: closed({ shipments: listOf(closed({ shipment: idOf("shipment"), delivered_at: Type.Optional(momentAsked) }), 1, most) }),
    response: closed({ results: resultsOf(deliveredRow, deliverFaults) }),
    refusals: ["request-invalid", "unknown-reference"],
    locks: sentShipmentLocks,
    example: {
      body: { shipments: [{ shipment: example.shippedShipment, delivered_at: example.arrivedAt }] },
      response: { results: [{ index: 0, ok: true, shipment: example.shippedShipment, state: "delivered", version: 3 }] },
    },
    async work(tx, call) {
      const { shipments } = call.body;
      refuseRepeated(
        shipments.map(({ shipment }) => shipment),
        (at) => `/shipments/${at}/shipment`,
      );
      const rows = shipments.map(({ shipment, delivered_at }, at) => ({
        shipmentId: idInBody("shipment", shipment, `/shipments/${at}/shipment`),
        deliveredAt: delivered_at === undefined ? undefined : momentInQuery(delivered_at, `/shipments/${at}/delivered_at`),
      }));
      const outcomes = await deliverMany(tx, { ...sellerOf(call), ...commandOf(call, rules), rows });
      const results = outcomes.map((outcome, at) => {
        if (!outcome.ok) return leftOut(at, outcome, deliverFaults);
        const { shipmentId, state, version: reached } = outcome.value;
        return { ...done(at), shipment: toWireId("shp", shipmentId), state, version: reached };
      });
      return { body: { results } };
    },
  });
}

function resultsOf<Done extends TSchema, const Code extends RefusalCode>(row: Done, codes: readonly Code[]) {
  return listOf(Type.Union([row, closed({ index, ok: Type.Literal(false), code: oneOf(codes), detail: text(500) })]), 1, most);
}

function done(at: number): { readonly index: number; readonly ok: true } {
  return { index: at, ok: true };
}

/** One that is refused says what its own request would have said, in short. A code that it should not have is a fault of all. */
function leftOut<Code extends RefusalCode>(at: number, { refusal }: Outcome<unknown> & { readonly ok: false }, codes: readonly Code[]) {
  const code = codes.find((each) => each === refusal.code);
  if (code === undefined) throw new Error(`one of many was refused with ${refusal.code}`);
  return { index: at, ok: false as const, code, detail: rowOf(code)?.detail ?? code };
}

function sellerOf({ principal }: FlowCall) {
  return { sellerId: principal.organisationId as SellerId, keyId: principal.keyId };
}

/** What is named twice could be meant in two ways. */
function refuseRepeated(ids: readonly string[], pointer: (at: number) => string): void {
  const seen = new Set<string>();
  const errors = ids.flatMap((id, at) => {
    const error = seen.has(id) ? [{ pointer: pointer(at), detail: "is given twice" }] : [];
    seen.add(id);
    return error;
  });
  if (errors.length > 0) throw refuse("request-invalid", { errors: errors.slice(0, 20) });
}
