import { type MovementId, toWireId } from "../kernel/ids.ts";
import { Refused } from "../kernel/refusal.ts";
import { finalizeUnits, type HeldReservation, levelKey, type LevelOfSeller, readOlderHeld } from "../modules/inventory/index.ts";
import {
  type DrawnUnits,
  drawUnits,
  type GoodsNotOnHand,
  type LinePart,
  type Order,
  type OrderEvent,
  orderMachine,
  type OrderNumbers,
  partOrder,
  type PromisedToOlder,
  type Shipment,
  writeOrderChange,
  writeShipmentChanges,
} from "../modules/orders/index.ts";
import type { Reader, Transaction } from "../platform/db/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { issueInvoices } from "./issue-invoices.ts";
import { type OrderMeans, orderEvent } from "./lifecycle-events.ts";
import { settleOrders } from "./settle-orders.ts";
import { settleShipments, waitForDeliveryAnew } from "./settle-shipments.ts";
import { shipmentEvent, shownUnits } from "./shipment-events.ts";

/** Units of an order line in a parcel, and the locked reservation that holds them. */
export type ParcelUnits = { readonly lineNumber: number; readonly quantity: number; readonly reservation: HeldReservation };

/** How a parcel is sent; `force` sends units that older orders wait for, and says why. */
export type Sending = {
  readonly carrier: string | null;
  readonly tracking: string | null;
  readonly force?: { readonly reason: string } | undefined;
};

/**
 * Judges whether the goods of a parcel are there: on hand at its location, and not on hand for orders that were promised them before.
 * What the parcel takes from one level is judged together. The levels are locked.
 *
 * @returns why older promises are passed over; null when they are not
 * @throws Refused goods-not-on-hand; promised-to-older unless it is forced
 */
export async function judgeGoods(
  reader: Reader,
  units: readonly ParcelUnits[],
  levels: readonly LevelOfSeller[],
  force: Sending["force"],
): Promise<string | null> {
  const onHandOf = new Map(levels.map((level) => [levelKey(level), level.onHand]));
  const taken = [...Map.groupBy(units, ({ reservation }) => levelKey(reservation))].map(([key, ofLevel]) => ({
    ofLevel,
    quantity: ofLevel.reduce((sum, { quantity }) => sum + quantity, 0),
    onHand: onHandOf.get(key) ?? 0,
  }));
  const shown = ({ lineNumber, quantity, reservation }: ParcelUnits, onHand: number) => ({
    ...{ line_number: lineNumber, offer: toWireId("off", reservation.offerId), quantity, on_hand: onHand },
  });
  const missing = taken.filter(({ quantity, onHand }) => quantity > onHand);
  if (missing.length > 0) {
    const lines = missing.flatMap(({ ofLevel, onHand }) => ofLevel.map((each) => shown(each, onHand)));
    throw new Refused<GoodsNotOnHand>({ code: "goods-not-on-hand", lines });
  }
  const older = await readOlderHeld(
    reader,
    units.map(({ reservation }) => reservation),
  );
  const promised = taken.flatMap(({ ofLevel, quantity, onHand }) => {
    // The newest of the parcel's reservations stands behind all that the others stand behind.
    const before = Math.max(...ofLevel.map(({ reservation }) => older.get(reservation.reservationId) ?? 0));
    return onHand - before < quantity ? ofLevel.map((each) => ({ ...shown(each, onHand), promised: before })) : [];
  });
  if (promised.length === 0) return null;
  if (force === undefined) throw new Refused<PromisedToOlder>({ code: "promised-to-older", lines: promised });
  return force.reason;
}

/** A packed parcel of a locked order, with the order's numbers as they are now. All rows are locked, and its goods were judged. */
export type ParcelToSend = {
  readonly order: Order;
  readonly numbers: OrderNumbers;
  readonly shipment: Shipment;
  readonly units: readonly ParcelUnits[];
};

/**
 * Sends a packed parcel: its units leave the stock levels and are the order's shipped ones, worth their part of it, and are invoiced; the
 * first parcel takes the whole freight with it, the last one the order to `shipped`. One that is sent in place of a lost one is worth nothing: its goods are
 * paid for already, and its order counts them once.
 */
export async function sendParcel(
  tx: Transaction,
  parcel: ParcelToSend,
  { carrier, tracking, forcedReason }: Pick<Shipment, "carrier" | "tracking" | "forcedReason">,
  means: OrderMeans,
): Promise<{ readonly order: Order; readonly shipment: Shipment }> {
  const { shipment: before, units } = parcel;
  const { at, newId } = means;
  await finalizeUnits(
    tx,
    units.map(({ reservation: { sellerId, reservationId, offerId, locationId }, quantity }) => ({
      ...{ sellerId, reservationId, offerId, locationId, quantity },
      movementId: newId<MovementId>(at),
    })),
    before.shipmentId,
    at,
  );
  const cause = "shipment_shipped";
  const sent = before.replaces === null ? await writeShippedUnits(tx, parcel, cause, means) : undefined;
  const { order } = sent ?? parcel;
  const now = { carrier: carrier ?? before.carrier, tracking: tracking ?? before.tracking, forcedReason, shippedAt: at };
  const change = { shipment: before, event: "ship", cause, now, worth: sent?.worth ?? [] } as const;
  const [shipment = before] = await writeShipmentChanges(tx, [change], means);
  if (sent !== undefined) {
    // Its series is locked from here on, so it comes behind all that does not wait for the number; deadlines come after it.
    await issueInvoices(tx, [{ order, shipment, drawn: sent.drawn }], means);
    await tellShippedUnits(tx, parcel, sent, cause, means);
  }
  await settleShipments(tx, order, [{ from: before, shipment }], means);
  // The order's own time to be delivered began before this parcel left.
  if (before.replaces !== null && order.state === "shipped") await waitForDeliveryAnew(tx, order, means);
  await appendEvents(tx, [shipmentEvent(shipment, cause, means, { facts: { lines: shownUnits(units) } })]);
  return { order, shipment };
}

type SentUnits = {
  readonly order: Order;
  readonly drawn: DrawnUnits;
  readonly moved: boolean;
  readonly worth: readonly (LinePart & { readonly lineNumber: number })[];
};

async function writeShippedUnits(
  tx: Transaction,
  { order, numbers, units }: ParcelToSend,
  cause: string,
  means: OrderMeans,
): Promise<SentUnits> {
  const drawn = drawUnits(partOrder(order, numbers), units, "shipped", { fromPacked: true });
  const event = edgeOf(order, drawn.nothingOpen);
  const edge = event === undefined ? undefined : { event, to: step(orderMachine, order.state, event) };
  const { lines, groups, freight } = drawn;
  const changed = await writeOrderChange(tx, { order, edge, lines, groups, freight, cause }, means);
  const worth = lines.map(({ lineNumber, part: { gross, discount, net } }) => ({ lineNumber, gross, discount, net }));
  return { order: changed, drawn, moved: edge !== undefined, worth };
}

async function tellShippedUnits(
  tx: Transaction,
  { order: { state: from }, shipment, units }: ParcelToSend,
  { order, moved }: SentUnits,
  cause: string,
  means: OrderMeans,
): Promise<void> {
  if (moved) await settleOrders(tx, [{ from, order }], means);
  const facts = { shipment: toWireId("shp", shipment.shipmentId), lines: shownUnits(units) };
  await appendEvents(tx, [orderEvent(order, cause, means, { ...(moved ? {} : { type: "order.units_shipped" }), facts })]);
}

function edgeOf({ state }: Order, nothingOpen: boolean): OrderEvent | undefined {
  if (nothingOpen) return "ship";
  return state === "accepted" ? "ship_part" : undefined;
}
