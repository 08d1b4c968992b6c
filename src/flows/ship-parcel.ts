import { type MovementId, type OrderId, type ReservationId, toWireId } from "../kernel/ids.ts";
import { Refused } from "../kernel/refusal.ts";
import { finalizeUnits, type HeldReservation, levelKey, type LevelOfSeller } from "../modules/inventory/index.ts";
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
  writeOrderChanges,
  writeShipmentChanges,
} from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { appendEvents, type NewEvent } from "../platform/outbox/index.ts";
import { issueInvoices } from "./issue-invoices.ts";
import { type OrderMeans, orderEvent } from "./lifecycle-events.ts";
import { settleOrders } from "./settle-orders.ts";
import { settleShipmentsOf, waitForDeliveryAnew } from "./settle-shipments.ts";
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
 * What the parcel takes from one level is judged together. The levels are locked; `older` is what older orders hold of each reservation's
 * level. Parcels that leave together are judged each by what is there before all of them: who may leave without the older ones may leave
 * after them, and leaves them what they need.
 *
 * @returns why older promises are passed over; null when they are not
 * @throws Refused goods-not-on-hand; promised-to-older unless it is forced
 */
export function judgeGoods(
  units: readonly ParcelUnits[],
  levels: readonly LevelOfSeller[],
  older: ReadonlyMap<ReservationId, number>,
  force: Sending["force"],
): string | null {
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
  const promised = taken.flatMap(({ ofLevel, quantity, onHand }) => {
    // The newest of the parcel's reservations stands behind all that the others stand behind.
    const before = Math.max(...ofLevel.map(({ reservation }) => older.get(reservation.reservationId) ?? 0));
    return onHand - before < quantity ? ofLevel.map((each) => ({ ...shown(each, onHand), promised: before })) : [];
  });
  if (promised.length === 0) return null;
  if (force === undefined) throw new Refused<PromisedToOlder>({ code: "promised-to-older", lines: promised });
  return force.reason;
}

/** A packed parcel of a locked order, with the order's numbers as they are now, and how it is sent. All rows are locked, and its goods were judged. */
export type ParcelToSend = {
  readonly order: Order;
  readonly numbers: OrderNumbers;
  readonly shipment: Shipment;
  readonly units: readonly ParcelUnits[];
  readonly sending: Pick<Shipment, "carrier" | "tracking" | "forcedReason">;
};

/** An order and a parcel of it as they are after a step. */
export type SentParcel = { readonly order: Order; readonly shipment: Shipment };

const cause = "shipment_shipped";

/**
 * Sends packed parcels, at most one of each order: their units leave the stock levels and are the orders' shipped ones, worth their part of
 * them, and are invoiced; the first parcel takes the whole freight with it, the last one the order to `shipped`. One that is sent in place
 * of a lost one is worth nothing: its goods are paid for already, and its order counts them once. The statements are as many for one as
 * for many.
 */
export async function sendParcels(tx: Transaction, parcels: readonly ParcelToSend[], means: OrderMeans): Promise<SentParcel[]> {
  const { at, newId } = means;
  await finalizeUnits(
    tx,
    parcels.flatMap(({ shipment: { shipmentId }, units }) =>
      units.map(({ reservation: { sellerId, reservationId, offerId, locationId }, quantity }) => ({
        ...{ sellerId, reservationId, offerId, locationId, quantity, shipmentId },
        movementId: newId<MovementId>(at),
      })),
    ),
    at,
  );
  const drawn = parcels.map(drawParcel);
  const orders = await writeDrawnOrders(tx, drawn, means);
  const shipments = await writeShipmentChanges(
    tx,
    drawn.map(({ shipment, sending, worth }) => ({
      ...{ shipment, event: "ship", cause, worth },
      now: {
        carrier: sending.carrier ?? shipment.carrier,
        tracking: sending.tracking ?? shipment.tracking,
        forcedReason: sending.forcedReason,
        shippedAt: at,
      },
    })),
    means,
  );
  const sent = drawn.map((parcel, index) => {
    const shipment = shipments[index] ?? parcel.shipment;
    return { parcel, shipment, order: orders.get(parcel.order.orderId) ?? parcel.order };
  });
  // The series of invoices are locked from here on, so they come behind all that does not wait for a number; deadlines come after them.
  await issueInvoices(
    tx,
    sent.flatMap(({ parcel: { drawn: units }, shipment, order }) => (units === undefined ? [] : [{ order, shipment, drawn: units }])),
    means,
  );
  await settleSent(tx, sent, means);
  await appendEvents(
    tx,
    sent.flatMap((each) => sentEvents(each, means)),
  );
  return sent.map(({ order, shipment }) => ({ order, shipment }));
}

/** What a parcel takes of its order; nothing when it is sent in place of a lost one. */
type DrawnParcel = ParcelToSend & {
  readonly drawn: DrawnUnits | undefined;
  readonly event: OrderEvent | undefined;
  readonly worth: readonly (LinePart & { readonly lineNumber: number })[];
};

function drawParcel(parcel: ParcelToSend): DrawnParcel {
  const { order, numbers, shipment, units } = parcel;
  if (shipment.replaces !== null) return { ...parcel, drawn: undefined, event: undefined, worth: [] };
  const drawn = drawUnits(partOrder(order, numbers), units, "shipped", { fromPacked: true });
  const worth = drawn.lines.map(({ lineNumber, part: { gross, discount, net } }) => ({ lineNumber, gross, discount, net }));
  return { ...parcel, drawn, event: edgeOf(order, drawn.nothingOpen), worth };
}

function edgeOf({ state }: Order, nothingOpen: boolean): OrderEvent | undefined {
  if (nothingOpen) return "ship";
  return state === "accepted" ? "ship_part" : undefined;
}

async function writeDrawnOrders(tx: Transaction, parcels: readonly DrawnParcel[], means: OrderMeans): Promise<ReadonlyMap<OrderId, Order>> {
  const changes = parcels.flatMap(({ order, drawn, event }) => {
    if (drawn === undefined) return [];
    const { lines, groups, freight } = drawn;
    const edge = event === undefined ? undefined : { event, to: step(orderMachine, order.state, event) };
    return [{ order, edge, lines, groups, freight, cause }];
  });
  return new Map((await writeOrderChanges(tx, changes, means)).map((order) => [order.orderId, order]));
}

type Sent = SentParcel & { readonly parcel: DrawnParcel };

async function settleSent(tx: Transaction, sent: readonly Sent[], means: OrderMeans): Promise<void> {
  await settleOrders(
    tx,
    sent.flatMap(({ parcel: { order: before, event }, order }) => (event === undefined ? [] : [{ from: before.state, order }])),
    means,
  );
  await settleShipmentsOf(
    tx,
    sent.map(({ parcel, shipment, order }) => ({ order, from: parcel.shipment, shipment })),
    means,
  );
  // The order's own time to be delivered began before such a parcel left.
  for (const { parcel, order } of sent) {
    if (parcel.drawn === undefined && order.state === "shipped") await waitForDeliveryAnew(tx, order, means);
  }
}

function sentEvents({ parcel: { drawn, event, units }, shipment, order }: Sent, means: OrderMeans): NewEvent[] {
  const lines = shownUnits(units);
  const facts = { shipment: toWireId("shp", shipment.shipmentId), lines };
  return [
    ...(drawn === undefined
      ? []
      : [orderEvent(order, cause, means, { ...(event === undefined ? { type: "order.units_shipped" } : {}), facts })]),
    shipmentEvent(shipment, cause, means, { facts: { lines } }),
  ];
}
