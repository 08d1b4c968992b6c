import { type MovementId, type OfferId, toWireId } from "../kernel/ids.ts";
import { Refused } from "../kernel/refusal.ts";
import { levelKey, type LevelOfSeller, lockLevelsOfReservations, onHandBound, restockUnits } from "../modules/inventory/index.ts";
import {
  readShipmentLines,
  type Shipment,
  type ShipmentLine,
  type UnitsNotInShipment,
  writeShipmentChanges,
} from "../modules/orders/index.ts";
import type { LockKind, Transaction } from "../platform/db/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { lockForAction, meansOf, type ShipmentCommand } from "./locked-shipment.ts";
import { settleShipments } from "./settle-shipments.ts";
import { shipmentEvent } from "./shipment-events.ts";

/** The rows that taking goods back locks, in the global order. */
export const takingBackLocks: readonly LockKind[] = ["order", "shipment", "stock_level", "deadline"];

/** Units of a line that came back: on sale again, or not; `index` is the entry's place in the body. Each line is named once. */
export type UnitsBack = { readonly index: number; readonly lineNumber: number; readonly restock: number; readonly scrap: number };

/**
 * Takes back what the company refused: what is as new goes on sale again where the parcel left from, the rest is scrapped. What did not
 * come back is in neither.
 *
 * Locks: order, shipment, stock level, deadline.
 *
 * @returns undefined when the seller has no such parcel
 * @throws Refused state-conflict, unknown-reference, units-not-in-shipment, stock-above-bound
 */
export async function takeBackShipment(
  tx: Transaction,
  command: ShipmentCommand & { readonly back: readonly UnitsBack[] },
): Promise<Shipment | undefined> {
  const locked = await lockForAction(tx, command, "take_back");
  if (locked === undefined) return undefined;
  const { order, shipment } = locked;
  const back = judgeBack(await readShipmentLines(tx, [shipment]), command.back);
  const { sellerId, locationId } = shipment;
  const restocked = [...Map.groupBy(back, ({ offerId }) => offerId)].flatMap(([offerId, lines]) => {
    const quantity = lines.reduce((sum, { restocked: units }) => sum + units, 0);
    return quantity === 0 ? [] : [{ sellerId, offerId, locationId, quantity, index: lines[0]?.index ?? 0 }];
  });
  judgeBound(await lockLevelsOfReservations(tx, restocked), restocked);
  const means = await meansOf(tx, command);
  const cause = { causeType: "shipment_returned", causeId: shipment.shipmentId } as const;
  const movements = restocked.map((each) => ({ ...each, movementId: means.newId<MovementId>(means.at) }));
  if (movements.length > 0) await restockUnits(tx, movements, cause, means.at);
  const change = { shipment, event: "take_back", cause: "seller_took_back", now: { endedAt: means.at }, back } as const;
  const [returned = shipment] = await writeShipmentChanges(tx, [change], means);
  await settleShipments(tx, order, [{ from: shipment, shipment: returned }], means);
  const facts = {
    lines: back.map(({ lineNumber, restocked: units, scrapped }) => ({ line_number: lineNumber, restocked: units, scrapped })),
  };
  await appendEvents(tx, [shipmentEvent(returned, change.cause, means, { facts })]);
  return returned;
}

type JudgedBack = {
  readonly index: number;
  readonly lineNumber: number;
  readonly offerId: OfferId;
  readonly restocked: number;
  readonly scrapped: number;
};

function judgeBack(lines: readonly ShipmentLine[], asked: readonly UnitsBack[]): JudgedBack[] {
  const sent = new Map(lines.map((line) => [line.lineNumber, line]));
  const unknown = asked.filter(({ lineNumber }) => !sent.has(lineNumber));
  if (unknown.length > 0) {
    const errors = unknown.slice(0, 20).map(({ index }) => ({ pointer: `/lines/${index}/line_number`, detail: "is not in the parcel" }));
    throw new Refused({ code: "unknown-reference", errors });
  }
  const back = asked.flatMap(({ index, lineNumber, restock, scrap }) => {
    const line = sent.get(lineNumber);
    if (line === undefined) return [];
    return [{ index, lineNumber, offerId: line.offerId, restocked: restock, scrapped: scrap, shipped: line.quantity }];
  });
  const beyond = back.filter(({ restocked, scrapped, shipped }) => restocked + scrapped > shipped);
  if (beyond.length > 0) {
    throw new Refused<UnitsNotInShipment>({
      code: "units-not-in-shipment",
      lines: beyond.map(({ index, lineNumber, restocked, scrapped, shipped }) => ({
        ...{ line_number: lineNumber, pointer: `/lines/${index}`, requested: restocked + scrapped, shipped },
      })),
    });
  }
  return back;
}

function judgeBound(
  levels: readonly LevelOfSeller[],
  restocked: readonly (Parameters<typeof levelKey>[0] & { readonly quantity: number; readonly index: number })[],
): void {
  const onHandOf = new Map(levels.map((level) => [levelKey(level), level.onHand]));
  const beyond = restocked.filter((each) => (onHandOf.get(levelKey(each)) ?? 0) + each.quantity > onHandBound);
  if (beyond.length === 0) return;
  const errors = beyond.map(({ index, offerId }) => ({
    pointer: `/lines/${index}/restock`,
    detail: `would bring ${toWireId("off", offerId)} beyond its bound`,
  }));
  throw new Refused({ code: "stock-above-bound", errors, bound: onHandBound });
}
