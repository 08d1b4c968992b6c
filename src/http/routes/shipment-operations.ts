import Type, { type Static, type TSchema } from "typebox";
import type { ShipmentId } from "../../kernel/ids.ts";
import { cancellingShipmentLocks, cancelShipment } from "../../flows/cancel-shipment.ts";
import { deliverShipment, sentShipmentLocks } from "../../flows/deliver-shipment.ts";
import type { ShipmentCommand } from "../../flows/locked-shipment.ts";
import { loseShipment } from "../../flows/lose-shipment.ts";
import { refuseShipment, refusingLocks } from "../../flows/refuse-shipment.ts";
import type { OrderRules, Shipment } from "../../modules/orders/index.ts";
import type { LockKind, Transaction } from "../../platform/db/index.ts";
import { readOrderWaits } from "../../views/order-waits.ts";
import { listShipments } from "../../views/shipments.ts";
import { type FlowCall, idInBody, idInPath, momentInQuery, refuseNotFound } from "../call.ts";
import { example } from "../examples.ts";
import { list } from "../list.ts";
import { type Operation, operation } from "../operation.ts";
import type { RefusalCode } from "../problem.ts";
import { closed, idOf, momentAsked, someOf } from "../shapes.ts";
import { commandOf, type OrderAudience, partyOf } from "./order-operations.ts";
import {
  listedShipment,
  listedShipmentSample,
  packedShipmentSample,
  readWholeShipment,
  shipment,
  shipmentReason,
  shipmentSampleAfter,
  shipmentStates,
  shippedShipmentSample,
  shownListedShipment,
} from "./shipment-shapes.ts";

/** The list of an audience's parcels and reading one. */
export function readShipmentOperations(audience: OrderAudience): readonly Operation[] {
  const scope = audience === "operator" ? "operator" : "organisation";
  const party = partyOf(audience);
  return [
    list({
      id: `${audience}.shipments.list`,
      path: "/shipments",
      summary: "List shipments",
      scope,
      exports: true,
      filters: closed({
        state: Type.Optional(someOf(shipmentStates)),
        order: Type.Optional(idOf("order")),
        shipped_from: Type.Optional(momentAsked),
        shipped_before: Type.Optional(momentAsked),
      }),
      item: listedShipment,
      example: { query: { state: ["packed"] }, item: seenBy(audience, listedShipmentSample) },
      rows: async (reader, call, window) => {
        const { state, order, shipped_from, shipped_before } = call.query;
        const owner = { kind: party, organisationId: call.principal.organisationId };
        const filters = {
          states: state,
          orderId: order === undefined ? undefined : idInBody("order", order, "/order"),
          shippedFrom: shipped_from === undefined ? undefined : momentInQuery(shipped_from, "/shipped_from"),
          shippedBefore: shipped_before === undefined ? undefined : momentInQuery(shipped_before, "/shipped_before"),
        };
        const rows = await listShipments(reader, owner, filters, window);
        const waits = await readOrderWaits(reader, rows);
        return rows.map((row) => ({ at: [row.shipment_id], item: shownListedShipment(row, party, waits) }));
      },
    }),
    operation({
      kind: "read",
      scope,
      id: `${audience}.shipments.read`,
      path: "/shipments/{id}",
      summary: "Read a shipment: what is in it and what became of it",
      params: closed({ id: idOf("shipment") }),
      response: shipment,
      refusals: [],
      example: { params: { id: example.packedShipment }, response: seenBy(audience, packedShipmentSample) },
      read: async (reader, call) => (await readWholeShipment(reader, idInPath("shipment", call.params.id), party)) ?? refuseNotFound(),
    }),
  ];
}

type ShipmentStep<B extends TSchema> = {
  /** The last word of the path. */
  readonly verb: string;
  readonly summary: string;
  readonly body: B;
  readonly refusals: readonly RefusalCode[];
  readonly locks: readonly LockKind[];
  readonly example: { readonly shipment: string; readonly body: Static<B>; readonly response: Static<typeof shipment> };
  /** Gives the parcel that is shown; undefined when the caller has none of this id. */
  take(tx: Transaction, command: ShipmentCommand, body: Static<B>, call: FlowCall): Promise<Pick<Shipment, "shipmentId"> | undefined>;
};

/** Something that is done about one parcel: it answers the parcel whole. */
export function shipmentStep<B extends TSchema>(audience: OrderAudience, rules: OrderRules, step: ShipmentStep<B>): Operation {
  return operation<TSchema, TSchema, TSchema, TSchema>({
    kind: "flow",
    method: "POST",
    status: 200,
    id: `${audience}.shipments.${step.verb}`,
    path: `/shipments/{id}/${step.verb}`,
    summary: step.summary,
    params: closed({ id: idOf("shipment") }),
    body: step.body,
    response: shipment,
    refusals: step.refusals,
    example: { params: { id: step.example.shipment }, body: step.example.body, response: seenBy(audience, step.example.response) },
    locks: step.locks,
    async work(tx, call) {
      const shipmentId: ShipmentId = idInPath("shipment", (call.params as { readonly id: string }).id);
      const { organisationId, keyId } = call.principal;
      const command = { ...commandOf(call, rules), shipmentId, party: { kind: partyOf(audience), organisationId, keyId } };
      const taken = await step.take(tx, command, call.body as Static<B>, call);
      return taken === undefined ? refuseNotFound() : shownAfter(tx, taken.shipmentId, audience);
    },
  });
}

/** The parcel as the answer to a write shows it. */
export async function shownAfter(tx: Transaction, shipmentId: ShipmentId, audience: OrderAudience) {
  return (await readWholeShipment(tx, shipmentId, partyOf(audience))) ?? refuseNotFound();
}

/** Saying that a parcel has arrived. */
export function deliverOperation(audience: OrderAudience, rules: OrderRules): Operation {
  const arrived = {
    state: "delivered",
    delivered_at: example.arrivedAt,
    by: partyOf(audience),
    cause: `${partyOf(audience)}_said_delivered`,
  } as const;
  return shipmentStep(audience, rules, {
    verb: "deliver",
    summary: "Say that a shipment has arrived",
    body: deliveredBody,
    refusals: ["state-conflict", "delivered-at-out-of-bounds"],
    locks: sentShipmentLocks,
    example: {
      shipment: example.shippedShipment,
      body: { delivered_at: example.arrivedAt },
      response: shipmentSampleAfter(shippedShipmentSample, { event: "deliver", ...arrived }),
    },
    take: (tx, command, body) => deliverShipment(tx, { ...command, action: "deliver", deliveredAt: deliveredAt(body) }),
  });
}

/** Saying that a lost parcel has arrived all the same. */
export function findOperation(audience: "seller" | "operator", rules: OrderRules): Operation {
  const arrived = { state: "delivered", delivered_at: example.arrivedAt, by: audience, cause: `${audience}_said_delivered` } as const;
  return shipmentStep(audience, rules, {
    verb: "find",
    summary: "Say that a lost shipment has arrived after all",
    body: deliveredBody,
    refusals: ["state-conflict", "delivered-at-out-of-bounds"],
    locks: sentShipmentLocks,
    example: {
      shipment: example.lostShipment,
      body: { delivered_at: example.arrivedAt },
      response: shipmentSampleAfter(lostShipmentSample, { event: "find", ...arrived }),
    },
    take: (tx, command, body) => deliverShipment(tx, { ...command, action: "find", deliveredAt: deliveredAt(body) }),
  });
}

/** Saying that a parcel is lost. */
export function loseOperation(audience: "seller" | "operator", rules: OrderRules): Operation {
  const lost = { state: "lost", by: audience, cause: `${audience}_said_lost: not seen for ten days` } as const;
  return shipmentStep(audience, rules, {
    verb: "lose",
    summary: "Say that a shipment is lost",
    body: closed({ reason: shipmentReason }),
    refusals: ["state-conflict"],
    locks: sentShipmentLocks,
    example: {
      shipment: example.shippedShipment,
      body: { reason: "not seen for ten days" },
      response: shipmentSampleAfter(shippedShipmentSample, { event: "lose", ...lost, allowed_actions: ["find", "resolve"] }),
    },
    take: (tx, command, { reason }) => loseShipment(tx, { ...command, reason }),
  });
}

/** Saying that the company did not take a parcel. */
export function refuseOperation(audience: "seller" | "buyer", rules: OrderRules): Operation {
  const by = partyOf(audience);
  const refused = { state: "refused", resolution: "credited", by, cause: `${by}_said_refused: box is open` } as const;
  return shipmentStep(audience, rules, {
    verb: "refuse",
    summary: audience === "buyer" ? "Refuse a shipment" : "Say that the company refused a shipment",
    body: closed({ reason: shipmentReason }),
    refusals: ["state-conflict"],
    locks: refusingLocks,
    example: {
      shipment: example.shippedShipment,
      body: { reason: "box is open" },
      response: shipmentSampleAfter(shippedShipmentSample, { event: "refuse", ...refused, allowed_actions: ["take_back", "write_off"] }),
    },
    take: (tx, command, { reason }) => refuseShipment(tx, { ...command, reason }),
  });
}

/** Cancelling a packed parcel: what is in it stays reserved for its order. */
export function cancelShipmentOperation(audience: "seller" | "operator", rules: OrderRules): Operation {
  const cancelled = { state: "cancelled", by: audience, cause: `${audience}_cancelled: wrong box` } as const;
  return shipmentStep(audience, rules, {
    verb: "cancel",
    summary: "Cancel a packed shipment; what is in it stays reserved for its order",
    body: closed({ reason: shipmentReason }),
    refusals: ["state-conflict"],
    locks: cancellingShipmentLocks,
    example: {
      shipment: example.packedShipment,
      body: { reason: "wrong box" },
      response: shipmentSampleAfter(packedShipmentSample, { event: "cancel", ...cancelled }),
    },
    take: (tx, command, { reason }) => cancelShipment(tx, { ...command, reason }),
  });
}

/** A lost parcel. */
export const lostShipmentSample: Static<typeof shipment> = {
  ...shipmentSampleAfter(shippedShipmentSample, { event: "lose", state: "lost", cause: "seller_said_lost: not seen for ten days" }),
  id: example.lostShipment,
  allowed_actions: ["find", "resolve"],
};

const deliveredBody = closed({ delivered_at: Type.Optional(momentAsked) });

function deliveredAt({ delivered_at }: Static<typeof deliveredBody>) {
  return delivered_at === undefined ? undefined : momentInQuery(delivered_at, "/delivered_at");
}

/** From where a parcel leaves, and why it was forced, is not shown to the company. */
function seenBy<Sample extends Static<typeof listedShipment>>(audience: OrderAudience, sample: Sample): Sample {
  if (audience !== "buyer") return sample;
  const { location: _location, forced_reason: _forced, ...seen } = sample;
  return seen as Sample;
}
