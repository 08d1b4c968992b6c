import Type from "typebox";
import { shownGivenUp } from "../../../flows/stock-shortfall.ts";
import type { ChangedStock } from "../../../flows/adjust-stock.ts";
import { type LocationId, type OfferId, toWireId } from "../../../kernel/ids.ts";
import { Refused } from "../../../kernel/refusal.ts";
import { shownServed, type StockOperation } from "../../../modules/inventory/index.ts";
import { idInBody } from "../../call.ts";
import { example } from "../../examples.ts";
import { closed, day, idOf, integer, listOf, oneOf, quantity, text } from "../../shapes.ts";

/** How many lines one stock operation has at most, and how many units a stock level holds. */
export const mostLines = 1_000;
export const mostUnits = 1_000_000_000;

const units = integer(0, mostUnits);
const promised = integer(0, 2 * mostUnits);
const lineNumber = integer(1, 3_000);

/** How a line names its offer: by its id or by the seller's own reference, and by one of them. */
export const offerNames = { offer: Type.Optional(idOf("offer")), reference: Type.Optional(text(64)) };

/** Why stock is changed. */
export const stockReason = text(500);

/** What is done when less would be there than is promised. */
export const shortfall = Type.Optional(oneOf(["newest_first"]));

const changedLevel = closed({
  offer: idOf("offer"),
  location: idOf("location"),
  on_hand: units,
  reserved: promised,
  backorder_limit: units,
  expected_on: Type.Optional(Type.Union([day, Type.Null()])),
});
const servedLine = closed({
  order: idOf("order"),
  line_number: lineNumber,
  offer: idOf("offer"),
  location: idOf("location"),
  quantity,
});
const givenUpLine = closed({ order: idOf("order"), line_number: lineNumber, quantity });

/** A stock operation that was written: its levels, and the waiting orders it served. */
export const writtenOperation = closed({
  id: idOf("stockOperation"),
  lines: listOf(changedLevel, 1, 2 * mostLines),
  served: listOf(servedLine, 0, mostLines),
});

/** One that may have taken units from those who waited for them. */
export const writtenChange = closed({ ...writtenOperation.properties, cancelled: listOf(givenUpLine, 0, 100_000) });

/** A stock level as a seller reads it. */
export const level = closed({
  offer: idOf("offer"),
  reference: text(64),
  location: idOf("location"),
  on_hand: units,
  reserved: promised,
  backorder_limit: units,
  available: promised,
  expected_on: Type.Union([day, Type.Null()]),
});

/** The location of the examples, and what they say of a level there. */
export const place = { offer: example.offer, location: example.location };
export const sampleLevel = { ...place, on_hand: 1_000, reserved: 53, backorder_limit: 0 };

type NamedOffer = { readonly offer?: string; readonly reference?: string };

/**
 * Reads the offer of a line.
 *
 * @throws Refused request-invalid when it is named twice or not at all; unknown-reference
 */
export function offerOf({ offer, reference }: NamedOffer, line: number): OfferId | { readonly reference: string } {
  if (offer !== undefined && reference === undefined) return idInBody("offer", offer, `/lines/${line}/offer`);
  if (offer === undefined && reference !== undefined) return { reference };
  const detail = "name the offer by its id or by its reference, and by one of them";
  throw new Refused({ code: "request-invalid", errors: [{ pointer: `/lines/${line}`, detail }] });
}

/**
 * Reads a location of a line.
 *
 * @throws Refused unknown-reference
 */
export function locationOf(location: string, line: number, field = "location"): LocationId {
  return idInBody("location", location, `/lines/${line}/${field}`);
}

/** An operation as it is answered. */
export function shownOperation({ operationId, levels, served }: StockOperation) {
  return {
    id: toWireId("sto", operationId),
    lines: levels.map(({ offerId, locationId, onHand, reserved, backorderLimit, expectedOn }) => ({
      offer: toWireId("off", offerId),
      location: toWireId("loc", locationId),
      on_hand: onHand,
      reserved,
      backorder_limit: backorderLimit,
      ...(expectedOn === undefined ? {} : { expected_on: expectedOn }),
    })),
    served: served.map(shownServed),
  };
}

/** The same of one that may have taken units from orders. */
export function shownChange({ operation, givenUp }: ChangedStock) {
  return { ...shownOperation(operation), cancelled: givenUp.map(shownGivenUp) };
}
