import { type LocationId, type OrderId, type SellerId, type ApiKeyId, type ShipmentId, toWireId, type Uuid } from "../kernel/ids.ts";
import { Refused } from "../kernel/refusal.ts";
import {
  type HeldReservation,
  lockLevelsOfReservations,
  lockReservationsOfOrders,
  packUnits,
  readOlderHeld,
} from "../modules/inventory/index.ts";
import {
  type AskedUnits,
  countShipmentsOf,
  insertShipments,
  lockOrder,
  type Order,
  type OrderNumbers,
  readOrderNumbers,
  requireAction,
  type UnitDraw,
  writeOrderChanges,
} from "../modules/orders/index.ts";
import { type LockKind, now, type Transaction } from "../platform/db/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { amendSupply, lockOwed, prepareSupplies } from "./amend-tax.ts";
import { issuingLocks } from "./issue-invoices.ts";
import { type OrderMeans, orderEvent } from "./lifecycle-events.ts";
import { refuseStopped } from "./refuse-stopped.ts";
import { settleShipments } from "./settle-shipments.ts";
import { shipmentEvent, shownUnits } from "./shipment-events.ts";
import { judgeGoods, type ParcelUnits, type Sending, type SentParcel, sendParcels } from "./ship-parcel.ts";

/** The rows that packing, and shipping at once, locks, in the global order. */
export const packingLocks: readonly LockKind[] = [
  "checkout",
  "order",
  "reservation",
  "stock_level",
  "credit_account",
  ...issuingLocks,
  "deadline",
];

/** Cancelled ones among them. */
export const mostShipments = 10_000;

/** What of which order is packed where; `send` when it leaves at once. */
export type PackShipment = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & {
  readonly orderId: OrderId;
  readonly sellerId: SellerId;
  readonly keyId: ApiKeyId;
  readonly locationId: LocationId;
  readonly lines: readonly AskedUnits[];
  readonly carrier: string | null;
  readonly tracking: string | null;
  readonly send?: Pick<Sending, "force"> | undefined;
  readonly idempotencyId: Uuid;
  /** Judges the caller's `If-Match` on the order's locked row. */
  readonly checkVersion: (version: number) => void;
};

/**
 * Packs units of an order that are reserved at one location into a parcel. They stay reserved; until the parcel is shipped or cancelled
 * nobody else can have them cancelled. Of goods that are not on hand yet a parcel may be prepared, but not shipped.
 *
 * Locks: order, reservation, deadline; when it leaves at once the stock level and what its invoice needs, and the checkout and the credit
 * account when the tax of what leaves is another one by now.
 *
 * @returns undefined when the seller has no such order
 * @throws Refused state-conflict, on-hold, unknown-reference, units-not-open, too-many-shipments; and what shipping refuses
 */
export async function packShipment(tx: Transaction, command: PackShipment): Promise<SentParcel | undefined> {
  const { sellerId, orderId, send, carrier, tracking, locationId } = command;
  const supplies = await prepareSupplies(tx, send === undefined ? [] : [{ sellerId, orderId }]);
  const order = await lockOrder(tx, sellerId, orderId);
  if (order === undefined) return undefined;
  command.checkVersion(order.version);
  // Before the other locks: what is not accepted yet may hold thousands of reservations.
  requireAction(order, "seller", await now(tx), ["pack"]);
  const reservations = await lockReservationsOfOrders(tx, [order]);
  const units = judgeParcel(reservations, locationId, command.lines);
  const held = units.map(({ reservation }) => reservation);
  const levels = send === undefined ? [] : await lockLevelsOfReservations(tx, held);
  const owed = await lockOwed(tx, supplies);
  const means = { ...command, at: await now(tx), actor: { kind: "seller", id: command.keyId } } as const;
  await refuseStopped(tx, order);
  const forcedReason = send === undefined ? null : judgeGoods(units, levels, await readOlderHeld(tx, held), send.force);
  const [count = 0] = await countShipmentsOf(tx, [order]);
  judgeCount(count);
  const numbers = await readOrderNumbers(tx, sellerId, orderId);
  const [packed] = await packParcels(tx, [{ order, numbers, units, number: count + 1, locationId, carrier, tracking }], means);
  if (packed === undefined) return undefined;
  if (send === undefined) {
    await settleShipments(tx, packed.order, [{ shipment: packed.shipment }], means);
    return packed;
  }
  const taxed = await amendSupply(tx, packed, owed.get(orderId), means);
  const [sent] = await sendParcels(tx, [{ ...packed, ...taxed, sending: { carrier, tracking, forcedReason } }], means);
  return sent;
}

/** @throws Refused too-many-shipments */
export function judgeCount(count: number): void {
  if (count >= mostShipments) throw new Refused({ code: "too-many-shipments", most: mostShipments });
}

/** Units that go into the parcel of this number of a locked order. */
export type Packing = {
  readonly order: Order;
  readonly numbers: OrderNumbers;
  readonly units: readonly ParcelUnits[];
  readonly number: number;
  readonly locationId: LocationId;
  readonly carrier: string | null;
  readonly tracking: string | null;
};

/** A parcel that was packed now. */
export type PackedParcel = SentParcel & Pick<Packing, "numbers" | "units">;

/** An order's numbers once these units of it are packed too. */
export function numbersPacked(numbers: OrderNumbers, units: readonly UnitDraw[]): OrderNumbers {
  const quantityOf = new Map(units.map(({ lineNumber, quantity }) => [lineNumber, quantity]));
  return { ...numbers, lines: numbers.lines.map((line) => ({ ...line, packed: line.packed + (quantityOf.get(line.lineNumber) ?? 0) })) };
}

/** Packs parcels, at most one of each order. All rows are locked, and what goes into them was judged. */
export async function packParcels(tx: Transaction, packings: readonly Packing[], means: OrderMeans): Promise<PackedParcel[]> {
  const cause = "shipment_packed";
  await packUnits(
    tx,
    packings.flatMap(({ order: { sellerId }, units }) =>
      units.map(({ reservation: { reservationId }, quantity }) => ({ sellerId, reservationId, quantity })),
    ),
  );
  const packed = packings.map((packing) => {
    const { lines } = numbersPacked(packing.numbers, packing.units);
    const numbered = new Set(packing.units.map(({ lineNumber }) => lineNumber));
    return { ...packing, lines, changed: lines.filter((line) => numbered.has(line.lineNumber)) };
  });
  const orders = await writeOrderChanges(
    tx,
    packed.map(({ order, changed }) => ({ order, lines: changed, cause })),
    means,
  );
  const shipments = await insertShipments(
    tx,
    packed.map(({ order: { sellerId, orderId, companyId }, units, locationId, carrier, tracking, number }) => ({
      ...{ sellerId, orderId, companyId, locationId, carrier, tracking, number, cause, replaces: null },
      shipmentId: means.newId<ShipmentId>(means.at),
      lines: units.map(({ lineNumber, quantity, reservation: { reservationId } }) => ({ lineNumber, quantity, reservationId })),
    })),
    means,
  );
  const parcels = packed.flatMap(({ numbers, lines, units }, index): PackedParcel[] => {
    const [order, shipment] = [orders[index], shipments[index]];
    return order === undefined || shipment === undefined ? [] : [{ order, shipment, units, numbers: { ...numbers, lines } }];
  });
  await appendEvents(
    tx,
    parcels.flatMap(({ order, shipment, units }) => {
      const lines = shownUnits(units);
      const facts = { shipment: toWireId("shp", shipment.shipmentId), lines };
      return [
        orderEvent(order, cause, means, { type: "order.units_packed", facts }),
        shipmentEvent(shipment, cause, means, { facts: { lines } }),
      ];
    }),
  );
  return parcels;
}

/**
 * Which units of which reservations go into the parcel: those asked for, held at its location and in no other parcel. Several entries of
 * one line are one.
 *
 * @throws Refused unknown-reference, units-not-open
 */
export function judgeParcel(reservations: readonly HeldReservation[], locationId: LocationId, asked: readonly AskedUnits[]): ParcelUnits[] {
  const ordered = reservations.filter(({ replacement }) => replacement === 0);
  const known = new Set(ordered.map(({ lineNumber }) => lineNumber));
  const unknown = asked.filter(({ lineNumber }) => !known.has(lineNumber));
  if (unknown.length > 0) {
    throw new Refused({
      code: "unknown-reference",
      errors: unknown.slice(0, 20).map(({ index }) => ({ pointer: `/lines/${index}/line_number`, detail: "no such line" })),
    });
  }
  const here = new Map(ordered.filter((each) => each.locationId === locationId).map((each) => [each.lineNumber, each]));
  if (here.size === 0) {
    throw new Refused({ code: "unknown-reference", errors: [{ pointer: "/location", detail: "nothing of the order is reserved here" }] });
  }
  const wanted = [...Map.groupBy(asked, ({ lineNumber }) => lineNumber)].map(([lineNumber, entries]) => ({
    lineNumber,
    quantity: entries.reduce((sum, { quantity }) => sum + quantity, 0),
    pointer: `/lines/${entries[0]?.index}/quantity`,
  }));
  const short = wanted.filter(({ lineNumber, quantity }) => quantity > (here.get(lineNumber)?.open ?? 0));
  if (short.length > 0) {
    throw new Refused({
      code: "units-not-open",
      lines: short.map(({ lineNumber, pointer, quantity }) => ({
        ...{ line_number: lineNumber, pointer, requested: quantity },
        open: here.get(lineNumber)?.open ?? 0,
      })),
    });
  }
  return wanted.flatMap(({ lineNumber, quantity }) => {
    const reservation = here.get(lineNumber);
    return reservation === undefined ? [] : [{ lineNumber, quantity, reservation }];
  });
}
