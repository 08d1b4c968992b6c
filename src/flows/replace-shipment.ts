import { type LocationId, type MovementId, type ReservationId, type ShipmentId, toWireId } from "../kernel/ids.ts";
import { quantity } from "../kernel/quantity.ts";
import { Refused } from "../kernel/refusal.ts";
import { available, freeOnHand } from "../kernel/stock-level.ts";
import {
  findLocation,
  levelKey,
  type LevelOfSeller,
  lockLevelsOfReservations,
  type NewReplacement,
  packUnits,
  reserveReplacement,
  type StockShort,
} from "../modules/inventory/index.ts";
import {
  countShipments,
  insertShipment,
  type Order,
  readShipmentLines,
  type Shipment,
  type ShipmentLine,
  writeShipmentChanges,
} from "../modules/orders/index.ts";
import type { Reader, Transaction } from "../platform/db/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import type { OrderMeans } from "./lifecycle-events.ts";
import { lockForAction, meansOf, type ShipmentCommand } from "./locked-shipment.ts";
import { mostShipments } from "./pack-shipment.ts";
import { refuseStopped } from "./refuse-stopped.ts";
import { settleShipments } from "./settle-shipments.ts";
import { shipmentEvent, shownUnits } from "./shipment-events.ts";

/**
 * Deals with a loss by another parcel: what was in the lost one is reserved anew and packed, beside what the order's lines once reserved.
 * No line of the order changes, and nothing is charged again.
 *
 * Locks: order, shipment, stock level, deadline.
 *
 * @param command.locationId where it is packed; where the lost one left from when left out
 * @returns the new parcel; undefined when the seller has no such parcel
 * @throws Refused state-conflict, on-hold, unknown-reference, dispatch-country-differs, stock-short, too-many-shipments
 */
export async function replaceShipment(
  tx: Transaction,
  command: ShipmentCommand & { readonly locationId?: LocationId | undefined },
): Promise<Shipment | undefined> {
  const locked = await lockForAction(tx, command, "resolve");
  if (locked === undefined) return undefined;
  const { order, shipment: lost } = locked;
  const { sellerId, orderId } = order;
  const locationId = command.locationId ?? lost.locationId;
  const lines = await readShipmentLines(tx, [lost]);
  await judgeCountry(tx, lost, locationId);
  const levels = await lockLevelsOfReservations(
    tx,
    lines.map(({ offerId }) => ({ sellerId, offerId, locationId })),
  );
  const means = await meansOf(tx, command);
  await refuseStopped(tx, order);
  const backordered = judgeStock(lines, levels, locationId);
  const count = await countShipments(tx, sellerId, orderId);
  if (count >= mostShipments) throw new Refused({ code: "too-many-shipments", most: mostShipments });
  const { at, newId } = means;
  const shipmentId = newId<ShipmentId>(at);
  const reservations = lines.map(
    ({ lineNumber, offerId, quantity: units }, index): NewReplacement => ({
      ...{ sellerId, orderId, lineNumber, offerId, locationId, replacement: count + 1 },
      ...{ reservationId: newId<ReservationId>(at), movementId: newId<MovementId>(at) },
      ...{ quantity: quantity(units), backordered: backordered[index] ?? 0 },
    }),
  );
  await reserveReplacement(tx, reservations, shipmentId, at);
  await packUnits(tx, reservations);
  return writeReplacement(tx, order, lost, { shipmentId, number: count + 1, locationId, reservations }, means);
}

type Replacement = {
  readonly shipmentId: ShipmentId;
  readonly number: number;
  readonly locationId: LocationId;
  readonly reservations: readonly NewReplacement[];
};

async function writeReplacement(
  tx: Transaction,
  order: Order,
  lost: Shipment,
  replacement: Replacement,
  means: OrderMeans,
): Promise<Shipment> {
  const { shipmentId, number, locationId, reservations: lines } = replacement;
  const { sellerId, orderId, companyId } = order;
  const cause = "seller_replaced";
  const [replaced = lost] = await writeShipmentChanges(
    tx,
    [{ shipment: lost, event: "replace", cause, now: { resolution: "replaced" } }],
    means,
  );
  const born = { shipmentId, number, locationId, lines, cause, carrier: null, tracking: null, replaces: lost.shipmentId };
  const shipment = await insertShipment(tx, { sellerId, orderId, companyId, ...born }, means);
  await settleShipments(tx, order, [{ from: lost, shipment: replaced }, { shipment }], means);
  const facts = { replacement: toWireId("shp", shipmentId) };
  await appendEvents(tx, [
    shipmentEvent(replaced, cause, means, { type: "shipment.replaced", facts }),
    shipmentEvent(shipment, cause, means, { facts: { lines: shownUnits(lines) } }),
  ]);
  return shipment;
}

/** The order's tax was decided by the country it is dispatched from; so every parcel of it leaves from there. */
async function judgeCountry(reader: Reader, { sellerId, locationId: from }: Shipment, to: LocationId): Promise<void> {
  if (from === to) return;
  const [left, target] = await Promise.all([findLocation(reader, sellerId, from), findLocation(reader, sellerId, to)]);
  if (left === undefined || target === undefined) {
    throw new Refused({ code: "unknown-reference", errors: [{ pointer: "/location", detail: "no such location" }] });
  }
  if (left.country === target.country) return;
  throw new Refused({ code: "dispatch-country-differs", dispatch_country: left.country, location_country: target.country });
}

/** How many units of each line are not on hand, when there is room for all of them. Lines of one offer share its level. */
function judgeStock(lines: readonly ShipmentLine[], levels: readonly LevelOfSeller[], locationId: LocationId): number[] {
  const numbers = new Map(levels.map((level) => [levelKey(level), level]));
  const room = new Map<string, { free: number; available: number }>();
  const judged = lines.map(({ offerId, quantity: units }, line) => {
    const key = levelKey({ offerId, locationId });
    const level = numbers.get(key);
    const left =
      room.get(key) ?? (level === undefined ? { free: 0, available: 0 } : { free: freeOnHand(level), available: available(level) });
    const taken = Math.min(units, left.available);
    const free = Math.min(units, left.free);
    room.set(key, { free: left.free - free, available: left.available - taken });
    return { line, offerId, units, taken, backordered: units - free };
  });
  const short = judged.filter(({ units, taken }) => taken < units);
  if (short.length === 0) return judged.map(({ backordered }) => backordered);
  throw new Refused<StockShort>({
    code: "stock-short",
    lines: short.map(({ line, offerId, units, taken }) => ({
      ...{ line, pointer: "/location", offer: toWireId("off", offerId), requested: units, available: taken },
    })),
  });
}
