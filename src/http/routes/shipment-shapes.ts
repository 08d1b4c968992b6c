import Type, { type Static } from "typebox";
import { toRfc3339 } from "../../kernel/clock.ts";
import { type ShipmentId, toWireId } from "../../kernel/ids.ts";
import { money as moneyOf } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";
import { type OrderParty, type ShipmentAction, shipmentActions, type ShipmentState } from "../../modules/orders/index.ts";
import type { Reader } from "../../platform/db/index.ts";
import { isStopped, type OrderWait, readOrderWaits } from "../../views/order-waits.ts";
import { findShipmentView, type ListedShipment, shipmentHistory, shipmentLines } from "../../views/shipments.ts";
import { example } from "../examples.ts";
import { closed, idOf, instant, integer, listOf, money, oneOf, quantity, text, version } from "../shapes.ts";
import { historyStep, shownStep } from "./checkout-shapes.ts";
import { shownTaxAmendments, taxAmendments } from "./tax-amendment-shapes.ts";

/** The states of a parcel, as they are shown. */
export const shipmentStates = [
  ...(["packed", "shipped", "delivered", "lost", "refused", "returned_to_seller", "written_off", "cancelled"] as const),
] satisfies readonly ShipmentState[];

const actionWords = [
  ...(["ship", "cancel", "deliver", "lose", "find", "refuse", "take_back", "write_off", "resolve"] as const),
] satisfies readonly ShipmentAction[];

const units = integer(0, 1_000_000_000);
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** Who carries it, and how it is followed there. */
export const carrier = text(100, "Who carries it");
export const tracking = text(200, "How the carrier names it");

/** Why, in somebody's words. */
export const shipmentReason = text(500, "Why; shown in the history");

const members = {
  id: idOf("shipment"),
  version,
  order: idOf("order"),
  number: integer(1, 10_000, "Counts the order's parcels"),
  seller: idOf("seller"),
  company: idOf("company"),
  state: oneOf(shipmentStates),
  location: Type.Optional(idOf("location")),
  carrier: orNull(carrier),
  tracking: orNull(tracking),
  packed_at: instant,
  shipped_at: orNull(instant),
  delivered_at: orNull(instant),
  resolution: orNull(oneOf(["credited", "replaced"])),
  replaces: orNull(idOf("shipment")),
  forced_reason: Type.Optional(orNull(text(500))),
  allowed_actions: listOf(oneOf(actionWords), 0, actionWords.length),
};

/** A parcel in a list. Where it leaves from, and why units in it were not kept for older orders, is not told to the company. */
export const listedShipment = closed(members);

const line = closed({
  line_number: integer(1, 3_000),
  offer: idOf("offer"),
  quantity,
  gross: orNull(money),
  discount: orNull(money),
  net: orNull(money),
  restocked: units,
  scrapped: units,
});

/**
 * A parcel whole: also what is in it, and how it came to be what it is. A line is worth something from when it is shipped on.
 * `tax_amendments`: what its supply changed of its order's tax.
 */
export const shipment = closed({
  ...members,
  lines: listOf(line, 1, 3_000),
  tax_amendments: taxAmendments,
  history: listOf(historyStep, 1, 100),
});

/** A parcel of a view as lists show it to a party; `waits` tell how its order stands. */
export function shownListedShipment(
  row: ListedShipment,
  party: OrderParty,
  waits: ReadonlyMap<ListedShipment["order_id"], OrderWait>,
): Static<typeof listedShipment> {
  const moment = (at: ListedShipment["shipped_at"]) => (at === null ? null : toRfc3339(at));
  return {
    id: toWireId("shp", row.shipment_id),
    version: row.version,
    order: toWireId("ord", row.order_id),
    number: row.number,
    seller: toWireId("sel", row.seller_id),
    company: toWireId("cmp", row.company_id),
    state: row.state,
    ...(party === "company" ? {} : { location: toWireId("loc", row.location_id) }),
    carrier: row.carrier,
    tracking: row.tracking,
    packed_at: toRfc3339(row.packed_at),
    shipped_at: moment(row.shipped_at),
    delivered_at: row.state === "delivered" ? moment(row.ended_at) : null,
    resolution: row.resolution,
    replaces: row.replaces === null ? null : toWireId("shp", row.replaces),
    ...(party === "company" ? {} : { forced_reason: row.forced_reason }),
    allowed_actions: [...shipmentActions(row, party, isStopped(waits, row))],
  };
}

/** Reads a parcel whole; undefined when the reader's role and organisation have none of this id. */
export async function readWholeShipment(
  reader: Reader,
  shipmentId: ShipmentId,
  party: OrderParty,
): Promise<{ readonly body: Static<typeof shipment>; readonly version: number } | undefined> {
  const row = await findShipmentView(reader, shipmentId);
  if (row === undefined) return undefined;
  const [lines, history, waits] = await Promise.all([
    shipmentLines(reader, row),
    shipmentHistory(reader, row.seller_id, row.shipment_id),
    readOrderWaits(reader, [row]),
  ]);
  const wire = (amount: bigint | null) => (amount === null ? null : toWire(moneyOf(amount, row.currency)));
  const body = {
    ...shownListedShipment(row, party, waits),
    lines: lines.map((each) => ({
      line_number: each.line_number,
      offer: toWireId("off", each.offer_id),
      quantity: each.quantity,
      gross: wire(each.gross),
      discount: wire(each.discount),
      net: wire(each.net),
      restocked: each.restocked,
      scrapped: each.scrapped,
    })),
    tax_amendments: shownTaxAmendments(row.tax_amendments, row.currency),
    history: history.map(shownStep),
  };
  return { body, version: row.version };
}

const eur = (amount: number) => ({ amount, currency: "EUR" });

/** The packed parcel of the examples, as its seller lists it. */
export const listedShipmentSample: Static<typeof listedShipment> = {
  id: example.packedShipment,
  version: 1,
  order: example.shippingOrder,
  number: 1,
  seller: example.seller,
  company: example.company,
  state: "packed",
  location: example.location,
  carrier: "DHL",
  tracking: "00340434161094015902",
  packed_at: example.time,
  shipped_at: null,
  delivered_at: null,
  resolution: null,
  replaces: null,
  forced_reason: null,
  allowed_actions: ["ship", "cancel"],
};

const packStep = { version: 1, from: null, event: "pack", to: "packed", by: "seller", cause: "shipment_packed", at: example.time };

/** The same whole. */
export const packedShipmentSample: Static<typeof shipment> = {
  ...listedShipmentSample,
  lines: [{ line_number: 1, offer: example.offer, quantity: 1, gross: null, discount: null, net: null, restocked: 0, scrapped: 0 }],
  tax_amendments: [],
  history: [packStep],
};

/** A parcel on its way. */
export const shippedShipmentSample: Static<typeof shipment> = {
  ...packedShipmentSample,
  id: example.shippedShipment,
  version: 2,
  state: "shipped",
  shipped_at: example.time,
  allowed_actions: ["deliver", "lose", "refuse"],
  lines: [
    ...[{ line_number: 1, offer: example.offer, quantity: 1, gross: eur(10_000), discount: eur(0), net: eur(10_000) }].map((each) => ({
      ...each,
      restocked: 0,
      scrapped: 0,
    })),
  ],
  history: [packStep, { ...packStep, version: 2, from: "packed", event: "ship", to: "shipped", cause: "shipment_shipped" }],
};

/** What becomes of a parcel, in the answers to that: its next state, event and cause. */
export function shipmentSampleAfter(
  from: Static<typeof shipment>,
  {
    event,
    state,
    cause,
    by = "seller",
    ...changes
  }: { readonly event: string; readonly cause: string; readonly by?: string } & Partial<Static<typeof shipment>> & {
      readonly state: ShipmentState;
    },
): Static<typeof shipment> {
  const next = from.version + 1;
  const step = { version: next, from: from.state, event, to: state, by, cause, at: example.time };
  return { ...from, version: next, state, allowed_actions: [], ...changes, history: [...from.history, step] };
}
