import { type LocationId, type OrderId, type SellerId, type ApiKeyId, type ShipmentId, toWireId, type Uuid } from "../kernel/ids.ts";
import { Refused } from "../kernel/refusal.ts";
import { type HeldReservation, lockLevelsOfReservations, lockReservationsOfOrders, packUnits } from "../modules/inventory/index.ts";
import {
  type AskedUnits,
  countShipments,
  insertShipment,
  lockOrder,
  type Order,
  type OrderNumbers,
  readOrderNumbers,
  requireAction,
  type Shipment,
  writeOrderChange,
} from "../modules/orders/index.ts";
import { type LockKind, now, type Transaction } from "../platform/db/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { amendSupply, lockOwed, prepareSupply } from "./amend-tax.ts";
import { issuingLocks } from "./issue-invoices.ts";
import { type OrderMeans, orderEvent } from "./lifecycle-events.ts";
import { refuseStopped } from "./refuse-stopped.ts";
import { settleShipments } from "./settle-shipments.ts";
import { shipmentEvent, shownUnits } from "./shipment-events.ts";
import { judgeGoods, type ParcelUnits, sendParcel, type Sending } from "./ship-parcel.ts";

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
export async function packShipment(
  tx: Transaction,
  command: PackShipment,
): Promise<{ readonly order: Order; readonly shipment: Shipment } | undefined> {
  const { sellerId, orderId, send } = command;
  const supply = send === undefined ? undefined : await prepareSupply(tx, { sellerId, orderId });
  const order = await lockOrder(tx, sellerId, orderId);
  if (order === undefined) return undefined;
  command.checkVersion(order.version);
  // Before the other locks: what is not accepted yet may hold thousands of reservations.
  requireAction(order, "seller", await now(tx), ["pack"]);
  const reservations = await lockReservationsOfOrders(tx, [order]);
  const units = judgeParcel(reservations, command.locationId, command.lines);
  const levels = send === undefined ? [] : await lockLevelsOfReservations(tx, reservationsOf(units));
  const owed = await lockOwed(tx, supply);
  const means = { ...command, at: await now(tx), actor: { kind: "seller", id: command.keyId } } as const;
  await refuseStopped(tx, order);
  const forcedReason = send === undefined ? null : await judgeGoods(tx, units, levels, send.force);
  const count = await countShipments(tx, sellerId, orderId);
  if (count >= mostShipments) throw new Refused({ code: "too-many-shipments", most: mostShipments });
  const numbers = await readOrderNumbers(tx, sellerId, orderId);
  const packed = await pack(tx, { order, numbers, units, number: count + 1 }, command, means);
  if (send === undefined) {
    await settleShipments(tx, packed.order, [{ shipment: packed.shipment }], means);
    return packed;
  }
  const { carrier, tracking } = command;
  const taxed = await amendSupply(tx, { ...packed, units }, owed, means);
  return sendParcel(tx, { ...packed, ...taxed, units }, { carrier, tracking, forcedReason }, means);
}

type Packing = { readonly order: Order; readonly numbers: OrderNumbers; readonly units: readonly ParcelUnits[]; readonly number: number };

async function pack(tx: Transaction, { order, numbers, units, number }: Packing, command: PackShipment, means: OrderMeans) {
  const { sellerId, orderId, locationId, carrier, tracking } = command;
  const cause = "shipment_packed";
  await packUnits(
    tx,
    units.map(({ reservation: { reservationId }, quantity }) => ({ sellerId, reservationId, quantity })),
  );
  const quantityOf = new Map(units.map(({ lineNumber, quantity }) => [lineNumber, quantity]));
  const lines = numbers.lines.map((line) => ({ ...line, packed: line.packed + (quantityOf.get(line.lineNumber) ?? 0) }));
  const changed = await writeOrderChange(tx, { order, lines: lines.filter((line) => quantityOf.has(line.lineNumber)), cause }, means);
  const shipment = await insertShipment(
    tx,
    {
      ...{ sellerId, orderId, locationId, carrier, tracking, number, cause, replaces: null },
      shipmentId: means.newId<ShipmentId>(means.at),
      companyId: order.companyId,
      lines: units.map(({ lineNumber, quantity, reservation: { reservationId } }) => ({ lineNumber, quantity, reservationId })),
    },
    means,
  );
  const facts = { shipment: toWireId("shp", shipment.shipmentId), lines: shownUnits(units) };
  await appendEvents(tx, [
    orderEvent(changed, cause, means, { type: "order.units_packed", facts }),
    shipmentEvent(shipment, cause, means, { facts: { lines: shownUnits(units) } }),
  ]);
  return { order: changed, shipment, numbers: { ...numbers, lines } };
}

/**
 * Which units of which reservations go into the parcel: those asked for, held at its location and in no other parcel. Several entries of
 * one line are one.
 *
 * @throws Refused unknown-reference, units-not-open
 */
function judgeParcel(reservations: readonly HeldReservation[], locationId: LocationId, asked: readonly AskedUnits[]): ParcelUnits[] {
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

function reservationsOf(units: readonly ParcelUnits[]): HeldReservation[] {
  return units.map(({ reservation }) => reservation);
}
