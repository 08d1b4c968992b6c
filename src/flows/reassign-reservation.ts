import type { Actor } from "../kernel/actor.ts";
import { type LocationId, type MovementId, type OrderId, type ReservationId, type SellerId, toWireId } from "../kernel/ids.ts";
import { maximumQuantity, quantity } from "../kernel/quantity.ts";
import { Refused } from "../kernel/refusal.ts";
import { available, freeOnHand } from "../kernel/stock-level.ts";
import {
  findLocation,
  type HeldReservation,
  insertStockOperation,
  type LevelNumbers,
  lockLevels,
  lockReservationsOfOrders,
  newStockOperation,
  readOlderHeld,
  reassignUnits,
  type StockOperation,
} from "../modules/inventory/index.ts";
import { lockOrder } from "../modules/orders/index.ts";
import { type LockKind, now, type Reader, type Transaction } from "../platform/db/index.ts";
import { appendEventsStatement, type NewEvent, newEvent } from "../platform/outbox/index.ts";

/** The rows that moving a reservation locks, in the global order. */
export const reassignLocks: readonly LockKind[] = ["order", "reservation", "stock_level"];

/** Which units of an order are to leave from another location. */
export type ReassignReservation = Omit<Actor, "now"> & {
  readonly orderId: OrderId;
  readonly lineNumber: number;
  readonly from: LocationId;
  readonly to: LocationId;
  readonly quantity: number;
};

/**
 * Moves held units of an order line to another location of the offer in the country the order is dispatched from. They have to be
 * available there; what is in a parcel stays where it is. The order itself does not change.
 *
 * Locks: order, reservation, stock level.
 *
 * @returns undefined when the seller has no such order
 * @throws Refused request-invalid from a location to itself; unknown-reference; dispatch-country-differs; units-not-open; stock-short
 */
export async function reassignReservation(tx: Transaction, command: ReassignReservation): Promise<StockOperation | undefined> {
  const { orderId, lineNumber, from, to, principal, newId } = command;
  const sellerId = principal.organisationId as SellerId;
  if (from === to) throw invalid("/to", "is where the units are already");
  const order = await lockOrder(tx, sellerId, orderId);
  if (order === undefined) return undefined;
  const reservations = (await lockReservationsOfOrders(tx, [order])).filter(
    (each) => each.lineNumber === lineNumber && each.replacement === 0,
  );
  if (reservations.length === 0) throw unknown("/line_number", "no such line");
  const source = reservations.find(({ locationId }) => locationId === from);
  if (source === undefined) throw unknown("/from", "nothing is reserved for the line here");
  await judgeCountries(tx, sellerId, { from, to });
  const levels = await lockLevels(tx, sellerId, [
    { offerId: source.offerId, locationId: from },
    { offerId: source.offerId, locationId: to },
  ]);
  const [left, target] = [from, to].map((locationId) => levels.find((level) => level.locationId === locationId));
  if (left === undefined || target === undefined) throw unknown("/to", "nothing of the offer was ever received here");
  const at = await now(tx);
  if (source.open < command.quantity) {
    const line = { line_number: lineNumber, pointer: "/quantity", requested: command.quantity, open: source.open };
    throw new Refused({ code: "units-not-open", lines: [line] });
  }
  const standing = reservations.find(({ locationId }) => locationId === to);
  // A reservation counts all that was ever moved to it, and a counter has its bound.
  const room = Math.min(await roomFor(tx, target, standing), maximumQuantity - (standing?.quantity ?? 0));
  if (room < command.quantity) {
    const line = { line: 0, pointer: "/quantity", offer: toWireId("off", source.offerId), requested: command.quantity, available: room };
    throw new Refused({ code: "stock-short", lines: [line] });
  }
  const actor: Actor = { ...command, now: at };
  const operation = newStockOperation(actor, { kind: "reassign", reason: null });
  const moved = {
    ...{ sellerId, orderId, lineNumber, offerId: source.offerId, locationId: to, quantity: quantity(command.quantity) },
    ...{ reservationId: standing?.reservationId ?? newId<ReservationId>(at), movementId: newId<MovementId>(at) },
    backordered: Math.max(0, command.quantity - freeOnHand(target)),
  };
  await tx.pipeline([
    insertStockOperation(operation),
    reassignUnits(operation, { from: source, movementId: newId<MovementId>(at), to: moved }),
    appendEventsStatement([reassignedEvent(actor, operation.operationId, command, source)]),
  ]);
  return {
    operationId: operation.operationId,
    levels: [
      { ...left, reserved: left.reserved - command.quantity },
      { ...target, reserved: target.reserved + command.quantity },
    ],
    served: [],
  };
}

/**
 * How many units the level has room for. A new reservation stands behind all others and may wait with them. One that is raised keeps its
 * place: it may only get what nobody waits for, or newer promises would lose goods that are on hand for them.
 */
async function roomFor(reader: Reader, level: LevelNumbers, standing: HeldReservation | undefined): Promise<number> {
  if (standing === undefined) return available(level);
  const older = (await readOlderHeld(reader, [standing])).get(standing.reservationId) ?? 0;
  return level.reserved > older + standing.held ? freeOnHand(level) : available(level);
}

async function judgeCountries(reader: Reader, sellerId: SellerId, { from, to }: Pick<ReassignReservation, "from" | "to">): Promise<void> {
  const [left, target] = await Promise.all([findLocation(reader, sellerId, from), findLocation(reader, sellerId, to)]);
  if (left === undefined || target === undefined) throw unknown("/to", "no such location");
  // All that is reserved for an order stands in the country it is dispatched from, which its tax was decided by.
  if (left.country === target.country) return;
  throw new Refused({ code: "dispatch-country-differs", dispatch_country: left.country, location_country: target.country });
}

function reassignedEvent(
  actor: Actor,
  operationId: StockOperation["operationId"],
  command: ReassignReservation,
  { offerId }: HeldReservation,
): NewEvent {
  const { organisationId } = actor.principal;
  const subject = { organisationId, subjectId: operationId, subjectType: "stockOperation", subjectVersion: 1 } as const;
  const data = {
    id: toWireId("sto", operationId),
    order: toWireId("ord", command.orderId),
    line_number: command.lineNumber,
    offer: toWireId("off", offerId),
    from: toWireId("loc", command.from),
    to: toWireId("loc", command.to),
    quantity: command.quantity,
  };
  return newEvent(actor, { ...subject, type: "stock.reassigned", data }, [organisationId]);
}

function invalid(pointer: string, detail: string): Refused {
  return new Refused({ code: "request-invalid", errors: [{ pointer, detail }] });
}

function unknown(pointer: string, detail: string): Refused {
  return new Refused({ code: "unknown-reference", errors: [{ pointer, detail }] });
}
