import Type from "typebox";
import { adjustStock, lowerStockLocks } from "../../../flows/adjust-stock.ts";
import { limitStock } from "../../../flows/limit-stock.ts";
import type { SellerId } from "../../../kernel/ids.ts";
import {
  listLevels,
  listLevelsOfOffer,
  receiveStock,
  restockStock,
  type ShownLevel,
  transferStock,
} from "../../../modules/inventory/index.ts";
import type { OrderRules } from "../../../modules/orders/index.ts";
import { toWireId } from "../../../kernel/ids.ts";
import { idInBody } from "../../call.ts";
import { example } from "../../examples.ts";
import { list } from "../../list.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, day, idOf, integer, listOf, quantity } from "../../shapes.ts";
import {
  level,
  locationOf,
  mostLines,
  mostUnits,
  offerNames,
  offerOf,
  place,
  sampleLevel,
  shortfall,
  shownChange,
  shownOperation,
  stockReason,
  writtenChange,
  writtenOperation,
} from "./stock-shapes.ts";

const arrivals = listOf(closed({ ...offerNames, location: idOf("location"), quantity }), 1, mostLines);

function shownLevel({ offerId, locationId, reference, onHand, reserved, backorderLimit, expectedOn }: ShownLevel) {
  return {
    offer: toWireId("off", offerId),
    reference,
    location: toWireId("loc", locationId),
    on_hand: onHand,
    reserved,
    backorder_limit: backorderLimit,
    available: onHand + backorderLimit - reserved,
    expected_on: expectedOn,
  };
}

/** What is on hand, and what sellers do with it beside what orders do. */
export function sellerStockOperations(rules: OrderRules): readonly Operation[] {
  return [
    operation({
      kind: "write",
      method: "POST",
      status: 201,
      scope: "organisation",
      bulk: true,
      locks: ["stock_level"],
      id: "seller.stock.receive",
      path: "/stock/receipts",
      summary: "Receive goods: all lines or none; tells which waiting orders they serve, the oldest first",
      body: closed({ lines: arrivals }),
      response: writtenOperation,
      refusals: ["request-invalid", "unknown-reference", "stock-above-bound"],
      example: {
        body: { lines: [{ ...place, quantity: 500 }] },
        response: { id: example.stockOperation, lines: [{ ...sampleLevel, on_hand: 1_500 }], served: [] },
      },
      async work(tx, call) {
        const lines = call.body.lines.map((line, index) => ({
          ...{ offer: offerOf(line, index), locationId: locationOf(line.location, index), quantity: line.quantity },
        }));
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
      id: "seller.stock.restock",
      path: "/stock/restocks",
      summary: "Put returned units back on sale, with the reason: all lines or none",
      body: closed({ reason: stockReason, lines: arrivals }),
      response: writtenOperation,
      refusals: ["request-invalid", "unknown-reference", "stock-above-bound"],
      example: {
        body: { reason: "Unopened, returned at the counter", lines: [{ ...place, quantity: 1 }] },
        response: { id: example.stockOperation, lines: [{ ...sampleLevel, on_hand: 1_001 }], served: [] },
      },
      async work(tx, call) {
        const lines = call.body.lines.map((line, index) => ({
          ...{ offer: offerOf(line, index), locationId: locationOf(line.location, index), quantity: line.quantity },
        }));
        return { body: shownOperation(await restockStock(tx, call, call.body.reason, lines)) };
      },
    }),
    operation({
      kind: "write",
      method: "POST",
      status: 201,
      scope: "organisation",
      bulk: true,
      locks: ["stock_level"],
      id: "seller.stock.transfer",
      path: "/stock/transfers",
      summary: "Move goods between locations, with the reason: all lines or none",
      body: closed({
        reason: stockReason,
        lines: listOf(closed({ ...offerNames, from: idOf("location"), to: idOf("location"), quantity }), 1, mostLines),
      }),
      response: writtenOperation,
      refusals: ["request-invalid", "unknown-reference", "stock-in-use", "stock-above-bound"],
      example: {
        body: {
          reason: "Nearer to the north",
          lines: [{ offer: example.offer, from: example.location, to: example.secondLocation, quantity: 100 }],
        },
        response: {
          id: example.stockOperation,
          lines: [
            { ...sampleLevel, on_hand: 900 },
            { ...sampleLevel, location: example.secondLocation, on_hand: 100, reserved: 0 },
          ],
          served: [],
        },
      },
      async work(tx, call) {
        const lines = call.body.lines.map((line, index) => ({
          ...{ offer: offerOf(line, index), quantity: line.quantity },
          ...{ from: locationOf(line.from, index, "from"), to: locationOf(line.to, index, "to") },
        }));
        return { body: shownOperation(await transferStock(tx, call, call.body.reason, lines)) };
      },
    }),
    operation({
      kind: "flow",
      method: "POST",
      status: 201,
      bulk: true,
      locks: lowerStockLocks,
      id: "seller.stock.adjust",
      path: "/stock/adjustments",
      summary: "Correct what is on hand, with the reason: all lines or none; with `shortfall` the newest promises give up what is missing",
      body: closed({
        reason: stockReason,
        lines: listOf(closed({ ...offerNames, location: idOf("location"), delta: integer(-mostUnits, mostUnits) }), 1, mostLines),
        shortfall,
      }),
      response: writtenChange,
      refusals: ["request-invalid", "unknown-reference", "stock-in-use", "stock-above-bound"],
      example: {
        body: { reason: "Stock take of November: two damaged", lines: [{ ...place, delta: -2 }] },
        response: { id: example.stockOperation, lines: [{ ...sampleLevel, on_hand: 998 }], served: [], cancelled: [] },
      },
      async work(tx, call) {
        const { reason, shortfall: asked = null } = call.body;
        const lines = call.body.lines.map((line, index) => ({
          ...{ offer: offerOf(line, index), locationId: locationOf(line.location, index), delta: line.delta },
        }));
        return { body: shownChange(await adjustStock(tx, { ...call, rules, reason, shortfall: asked, lines })) };
      },
    }),
    operation({
      kind: "flow",
      method: "POST",
      status: 201,
      bulk: true,
      locks: lowerStockLocks,
      id: "seller.stock.limit",
      path: "/stock/limits",
      summary: "Set backorder limits, and when more is expected, with the reason: all lines or none; `shortfall` as in an adjustment",
      body: closed({
        reason: stockReason,
        lines: listOf(
          closed({
            ...offerNames,
            location: idOf("location"),
            backorder_limit: integer(0, mostUnits),
            expected_on: Type.Optional(day),
          }),
          1,
          mostLines,
        ),
        shortfall,
      }),
      response: writtenChange,
      refusals: ["request-invalid", "unknown-reference", "stock-in-use"],
      example: {
        body: { reason: "More comes in December", lines: [{ ...place, backorder_limit: 200, expected_on: "2026-12-10" }] },
        response: {
          id: example.stockOperation,
          lines: [{ ...sampleLevel, backorder_limit: 200, expected_on: "2026-12-10" }],
          served: [],
          cancelled: [],
        },
      },
      async work(tx, call) {
        const { reason, shortfall: asked = null } = call.body;
        const lines = call.body.lines.map((line, index) => ({
          ...{ offer: offerOf(line, index), locationId: locationOf(line.location, index) },
          ...{ backorderLimit: line.backorder_limit, expectedOn: line.expected_on ?? null },
        }));
        return { body: shownChange(await limitStock(tx, { ...call, rules, reason, shortfall: asked, lines })) };
      },
    }),
    list({
      id: "seller.stock.list",
      path: "/stock",
      summary: "List stock levels",
      scope: "organisation",
      exports: true,
      filters: closed({
        offer: Type.Optional(idOf("offer")),
        location: Type.Optional(idOf("location")),
        available_below: Type.Optional(integer(1, 2 * mostUnits, "Levels of which less is available than this")),
      }),
      item: level,
      example: {
        query: { offer: example.offer },
        item: { ...sampleLevel, reference: example.reference, available: 947, expected_on: null },
      },
      rows: async (reader, call, window) => {
        const sellerId = call.principal.organisationId as SellerId;
        const { offer, location, available_below: below = 2 * mostUnits + 1 } = call.query;
        const filter = {
          locationId: location === undefined ? null : idInBody("location", location, "/location"),
          availableBelow: BigInt(below),
        };
        const levels =
          offer === undefined
            ? await listLevels(reader, sellerId, filter, window)
            : await listLevelsOfOffer(reader, sellerId, idInBody("offer", offer, "/offer"), filter, window);
        return levels.map((found) => ({ at: [found.offerId, found.locationId], item: shownLevel(found) }));
      },
    }),
  ];
}
