import Type from "typebox";
import { toRfc3339 } from "../../../kernel/clock.ts";
import { type Id, type Prefix, type SellerId, toWireId } from "../../../kernel/ids.ts";
import {
  listMovements,
  listMovementsOfOffer,
  movementCauses,
  movementKinds,
  type ShownMovement,
} from "../../../modules/inventory/index.ts";
import { idInBody } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import type { Operation } from "../../operation.ts";
import { closed, idOf, instant, integer, oneOf, someOf } from "../../shapes.ts";
import { mostUnits, place } from "./stock-shapes.ts";

const delta = integer(-mostUnits, mostUnits);

const movement = closed({
  id: idOf("movement"),
  at: instant,
  kind: oneOf(movementKinds),
  offer: idOf("offer"),
  location: idOf("location"),
  on_hand_delta: delta,
  reserved_delta: delta,
  limit_delta: delta,
  cause: oneOf(movementCauses),
  cause_id: Type.String({ maxLength: 30, description: "The order, cancellation, shipment or stock operation it comes from" }),
  order: Type.Union([idOf("order"), Type.Null()]),
  line_number: Type.Union([integer(1, 3_000), Type.Null()]),
});

const prefixOfCause = {
  order_placed: "ord",
  order_cancelled: "can",
  order_rejected: "can",
  order_expired: "can",
  shipment_shipped: "shp",
  shipment_replaced: "shp",
  shipment_cancelled: "shp",
  shipment_returned: "shp",
  stock_operation: "sto",
} as const satisfies Record<ShownMovement["causeType"], Prefix>;

function shownMovement(found: ShownMovement) {
  return {
    id: toWireId("mov", found.movementId),
    at: toRfc3339(found.at),
    kind: found.kind,
    offer: toWireId("off", found.offerId),
    location: toWireId("loc", found.locationId),
    on_hand_delta: found.onHandDelta,
    reserved_delta: found.reservedDelta,
    limit_delta: found.limitDelta,
    cause: found.causeType,
    cause_id: toWireId(prefixOfCause[found.causeType] as Prefix, found.causeId as Id<Prefix>),
    order: found.orderId === null ? null : toWireId("ord", found.orderId),
    line_number: found.lineNumber,
  };
}

/** Every change of a stock level, with its cause. */
export const sellerMovementOperations: readonly Operation[] = [
  list({
    id: "seller.movements.list",
    path: "/stock/movements",
    summary: "List movements of stock",
    scope: "organisation",
    exports: true,
    filters: closed({
      offer: Type.Optional(idOf("offer")),
      location: Type.Optional(idOf("location")),
      kind: Type.Optional(someOf(movementKinds)),
    }),
    item: movement,
    example: {
      query: { offer: example.offer, kind: ["receive"] },
      item: {
        ...{ id: example.movement, at: example.time, kind: "receive", ...place },
        ...{ on_hand_delta: 1_000, reserved_delta: 0, limit_delta: 0 },
        ...{ cause: "stock_operation", cause_id: example.stockOperation, order: null, line_number: null },
      },
    },
    rows: async (reader, call, window) => {
      const sellerId = call.principal.organisationId as SellerId;
      const { offer, location, kind: kinds = movementKinds } = call.query;
      const filter = { locationId: location === undefined ? null : idInBody("location", location, "/location"), kinds };
      const movements =
        offer === undefined
          ? await listMovements(reader, sellerId, filter, window)
          : await listMovementsOfOffer(reader, sellerId, idInBody("offer", offer, "/offer"), filter, window);
      return movements.map((found) => ({ at: [found.movementId], item: shownMovement(found) }));
    },
  }),
];
