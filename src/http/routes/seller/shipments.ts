import Type, { type Static } from "typebox";
import type { SellerId } from "../../../kernel/ids.ts";
import { packingLocks, packShipment } from "../../../flows/pack-shipment.ts";
import { replaceShipment } from "../../../flows/replace-shipment.ts";
import { resolveByCredit, resolvingLocks } from "../../../flows/resolve-loss.ts";
import { shippingLocks, shipShipment } from "../../../flows/ship-shipment.ts";
import { takeBackShipment, takingBackLocks } from "../../../flows/take-back-shipment.ts";
import { writeOffShipment } from "../../../flows/write-off-shipment.ts";
import { sentShipmentLocks } from "../../../flows/deliver-shipment.ts";
import type { OrderRules } from "../../../modules/orders/index.ts";
import { idInBody, idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { refuse } from "../../refuse.ts";
import { closed, idOf, integer, listOf, oneOf, quantity, text } from "../../shapes.ts";
import { commandOf, refuseTwice } from "../order-operations.ts";
import {
  cancelShipmentOperation,
  deliverOperation,
  findOperation,
  loseOperation,
  lostShipmentSample,
  readShipmentOperations,
  refuseOperation,
  shipmentStep,
  shownAfter,
} from "../shipment-operations.ts";
import {
  carrier,
  packedShipmentSample,
  shipment,
  shipmentReason,
  shipmentSampleAfter,
  shippedShipmentSample,
  tracking,
} from "../shipment-shapes.ts";

const lineNumber = integer(1, 3_000);
const units = integer(0, 1_000_000_000);
const force = closed({ reason: text(500, "Why units are sent that older orders wait for") });

/** Packing and shipping, and what becomes of what was shipped. */
export function sellerShipmentOperations(rules: OrderRules): readonly Operation[] {
  return [
    pack(rules),
    ...readShipmentOperations("seller"),
    ship(rules),
    cancelShipmentOperation("seller", rules),
    deliverOperation("seller", rules),
    loseOperation("seller", rules),
    findOperation("seller", rules),
    resolve(rules),
    refuseOperation("seller", rules),
    takeBack(rules),
    writeOff(rules),
  ];
}

function pack(rules: OrderRules): Operation {
  return operation({
    kind: "flow",
    method: "POST",
    status: 201,
    id: "seller.orders.pack",
    path: "/orders/{id}/shipments",
    summary: "Pack units of an order into a shipment, or ship them at once",
    params: closed({ id: idOf("order") }),
    body: closed({
      location: idOf("location"),
      lines: listOf(closed({ line_number: lineNumber, quantity }), 1, 3_000),
      carrier: Type.Optional(carrier),
      tracking: Type.Optional(tracking),
      ship: Type.Optional(Type.Boolean({ description: "Ship it at once" })),
      force: Type.Optional(force),
    }),
    response: shipment,
    refusals: [
      ...(["request-invalid", "state-conflict", "on-hold", "unknown-reference", "units-not-open"] as const),
      ...([
        "too-many-shipments",
        "goods-not-on-hand",
        "promised-to-older",
        "tax-rate-missing",
        "amount-too-large",
        "operator-profile-missing",
      ] as const),
    ],
    example: {
      params: { id: example.shippingOrder },
      body: { location: example.location, lines: [{ line_number: 1, quantity: 1 }], carrier: "DHL", tracking: "00340434161094015902" },
      response: packedShipmentSample,
    },
    locks: packingLocks,
    async work(tx, call) {
      const { principal, body } = call;
      if (body.force !== undefined && body.ship !== true) {
        throw refuse("request-invalid", { errors: [{ pointer: "/force", detail: "is for what is shipped at once" }] });
      }
      const packed = await packShipment(tx, {
        ...commandOf(call, rules),
        ...{ orderId: idInPath("order", call.params.id), sellerId: principal.organisationId as SellerId, keyId: principal.keyId },
        locationId: idInBody("location", body.location, "/location"),
        lines: body.lines.map(({ line_number, quantity: asked }, index) => ({ index, lineNumber: line_number, quantity: asked })),
        ...{ carrier: body.carrier ?? null, tracking: body.tracking ?? null },
        send: body.ship === true ? { force: body.force } : undefined,
      });
      return packed === undefined ? refuseNotFound() : shownAfter(tx, packed.shipment.shipmentId, "seller");
    },
  });
}

function ship(rules: OrderRules): Operation {
  return shipmentStep("seller", rules, {
    verb: "ship",
    summary: "Ship a packed shipment: its goods leave the stock",
    body: closed({ carrier: Type.Optional(carrier), tracking: Type.Optional(tracking), force: Type.Optional(force) }),
    refusals: [
      "state-conflict",
      "on-hold",
      "goods-not-on-hand",
      "promised-to-older",
      "tax-rate-missing",
      "amount-too-large",
      "operator-profile-missing",
    ],
    locks: shippingLocks,
    example: {
      shipment: example.packedShipment,
      body: { carrier: "DHL", tracking: "00340434161094015902" },
      response: { ...shippedShipmentSample, id: example.packedShipment },
    },
    take: async (tx, command, body) => {
      const sending = { carrier: body.carrier ?? null, tracking: body.tracking ?? null, force: body.force };
      return (await shipShipment(tx, { ...command, ...sending }))?.shipment;
    },
  });
}

function resolve(rules: OrderRules): Operation {
  return shipmentStep("seller", rules, {
    verb: "resolve",
    summary: "Deal with a loss: credit it, or pack another shipment, which is the answer",
    body: closed({
      how: oneOf(["replace", "credit"]),
      location: Type.Optional(idOf("location")),
    }),
    refusals: [
      ...(["request-invalid", "state-conflict", "on-hold", "unknown-reference", "dispatch-country-differs"] as const),
      ...(["stock-short", "too-many-shipments"] as const),
    ],
    locks: resolvingLocks,
    example: {
      shipment: example.lostShipment,
      body: { how: "credit" },
      response: shipmentSampleAfter(lostShipmentSample, {
        ...{ event: "credit", state: "lost", cause: "seller_credited", resolution: "credited", allowed_actions: ["find"] },
      }),
    },
    take: (tx, command, { how, location }) => {
      if (how === "replace") {
        const locationId = location === undefined ? undefined : idInBody("location", location, "/location");
        return replaceShipment(tx, { ...command, locationId });
      }
      if (location !== undefined) {
        throw refuse("request-invalid", { errors: [{ pointer: "/location", detail: "is for another shipment" }] });
      }
      return resolveByCredit(tx, command);
    },
  });
}

const refusedSample: Static<typeof shipment> = {
  ...shipmentSampleAfter(shippedShipmentSample, {
    ...{ event: "refuse", state: "refused", cause: "company_said_refused: box is open", by: "company", resolution: "credited" },
  }),
  id: example.refusedShipment,
};

function takeBack(rules: OrderRules): Operation {
  return shipmentStep("seller", rules, {
    verb: "take-back",
    summary: "Take a refused shipment back: what goes on sale again, and what is scrapped",
    body: closed({ lines: listOf(closed({ line_number: lineNumber, restock: units, scrap: units }), 1, 3_000) }),
    refusals: ["state-conflict", "unknown-reference", "units-not-in-shipment", "stock-above-bound"],
    locks: takingBackLocks,
    example: {
      shipment: example.refusedShipment,
      body: { lines: [{ line_number: 1, restock: 1, scrap: 0 }] },
      response: shipmentSampleAfter(refusedSample, {
        ...{ event: "take_back", state: "returned_to_seller", cause: "seller_took_back" },
        lines: refusedSample.lines.map((line) => ({ ...line, restocked: 1 })),
      }),
    },
    take: (tx, command, { lines }) => {
      refuseTwice(lines.map(({ line_number }) => line_number));
      const back = lines.map(({ line_number, restock, scrap }, index) => ({ index, lineNumber: line_number, restock, scrap }));
      return takeBackShipment(tx, { ...command, back });
    },
  });
}

function writeOff(rules: OrderRules): Operation {
  return shipmentStep("seller", rules, {
    verb: "write-off",
    summary: "Give up a refused shipment that does not come back",
    body: closed({ reason: shipmentReason }),
    refusals: ["state-conflict"],
    locks: sentShipmentLocks,
    example: {
      shipment: example.refusedShipment,
      body: { reason: "the carrier has it no more" },
      response: shipmentSampleAfter(refusedSample, {
        ...{ event: "write_off", state: "written_off", cause: "seller_wrote_off: the carrier has it no more" },
      }),
    },
    take: (tx, command, { reason }) => writeOffShipment(tx, { ...command, reason }),
  });
}
