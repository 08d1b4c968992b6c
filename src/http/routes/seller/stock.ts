import Type from "typebox";
import { type SellerId, toWireId } from "../../../kernel/ids.ts";
import { Refused } from "../../../kernel/refusal.ts";
import {
  adjustStock,
  type AskedLine,
  listLevels,
  listLevelsOfOffer,
  receiveStock,
  type ShownLevel,
  type StockOperation,
} from "../../../modules/inventory/index.ts";
import { idInBody } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf, integer, listOf, quantity, text } from "../../shapes.ts";

const mostLines = 1_000;
const mostUnits = 1_000_000_000;

const names = { offer: Type.Optional(idOf("offer")), reference: Type.Optional(text(64)), location: idOf("location") };
const units = integer(0, mostUnits);
const written = closed({
  id: idOf("stockOperation"),
  lines: listOf(closed({ offer: idOf("offer"), location: idOf("location"), on_hand: units, reserved: units }), 1, mostLines),
});
const level = closed({
  offer: idOf("offer"),
  reference: text(64),
  location: idOf("location"),
  on_hand: units,
  reserved: units,
  backorder_limit: units,
  available: integer(0, 2 * mostUnits),
});

type NamedLine = { readonly offer?: string; readonly reference?: string; readonly location: string };

/** Reads the names of a line: the offer by its id or by the seller's own reference, and by one of them. */
function lineOf({ offer, reference, location }: NamedLine, line: number, delta: number): AskedLine {
  const locationId = idInBody("location", location, `/lines/${line}/location`);
  if (offer !== undefined && reference === undefined) return { offer: idInBody("offer", offer, `/lines/${line}/offer`), locationId, delta };
  if (offer === undefined && reference !== undefined) return { offer: { reference }, locationId, delta };
  const detail = "name the offer by its id or by its reference, and by one of them";
  throw new Refused({ code: "request-invalid", errors: [{ pointer: `/lines/${line}`, detail }] });
}

function shownOperation({ operationId, levels }: StockOperation) {
  return {
    id: toWireId("sto", operationId),
    lines: levels.map(({ offerId, locationId, onHand, reserved }) => ({
      offer: toWireId("off", offerId),
      location: toWireId("loc", locationId),
      on_hand: onHand,
      reserved,
    })),
  };
}

function shownLevel({ offerId, locationId, reference, onHand, reserved, backorderLimit }: ShownLevel) {
  return {
    offer: toWireId("off", offerId),
    reference,
    location: toWireId("loc", locationId),
    on_hand: onHand,
    reserved,
    backorder_limit: backorderLimit,
    available: onHand + backorderLimit - reserved,
  };
}

const place = { offer: example.offer, location: example.location };

export const sellerStockOperations: readonly Operation[] = [
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "organisation",
    bulk: true,
    locks: ["stock_level"],
    id: "seller.stock.receive",
    path: "/stock/receipts",
    summary: "Receive goods: all lines or none",
    body: closed({ lines: listOf(closed({ ...names, quantity }), 1, mostLines) }),
    response: written,
    refusals: ["request-invalid", "unknown-reference", "stock-above-bound"],
    example: {
      body: { lines: [{ ...place, quantity: 500 }] },
      response: { id: example.stockOperation, lines: [{ ...place, on_hand: 1_500, reserved: 0 }] },
    },
    async work(tx, call) {
      const lines = call.body.lines.map((line, index) => lineOf(line, index, line.quantity));
      return { body: shownOperation(await receiveStock(tx, call, lines)) };
    },
  }),
  operation({
    kind: "write",
    method: "POST",
    status: 201,
    scope: "organisation",
    bulk: true,
    locks: ["stock_level"],
    id: "seller.stock.adjust",
    path: "/stock/adjustments",
    summary: "Correct what is on hand, with the reason: all lines or none",
    body: closed({ reason: text(500), lines: listOf(closed({ ...names, delta: integer(-mostUnits, mostUnits) }), 1, mostLines) }),
    response: written,
    refusals: ["request-invalid", "unknown-reference", "stock-in-use", "stock-above-bound"],
    example: {
      body: { reason: "Stock take of November: two damaged", lines: [{ ...place, delta: -2 }] },
      response: { id: example.stockOperation, lines: [{ ...place, on_hand: 998, reserved: 0 }] },
    },
    async work(tx, call) {
      const lines = call.body.lines.map((line, index) => lineOf(line, index, line.delta));
      return { body: shownOperation(await adjustStock(tx, call, call.body.reason, lines)) };
    },
  }),
  list({
    id: "seller.stock.list",
    path: "/stock",
    summary: "List stock levels",
    scope: "organisation",
    filters: closed({ offer: Type.Optional(idOf("offer")) }),
    exports: true,
    item: level,
    example: {
      query: { offer: example.offer },
      item: { ...place, reference: example.reference, on_hand: 1_000, reserved: 0, backorder_limit: 0, available: 1_000 },
    },
    rows: async (reader, call, window) => {
      const sellerId = call.principal.organisationId as SellerId;
      const { offer } = call.query;
      const levels =
        offer === undefined
          ? await listLevels(reader, sellerId, window)
          : await listLevelsOfOffer(reader, sellerId, idInBody("offer", offer, "/offer"), window);
      return levels.map((found) => ({ at: [found.offerId, found.locationId], item: shownLevel(found) }));
    },
  }),
];
