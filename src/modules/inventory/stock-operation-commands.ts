import type { Actor } from "../../kernel/actor.ts";
import type { LocationId, SellerId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { judgeChanges, levelKey, onHandBound, sumByLevel } from "./stock-operation.ts";
import type { LevelChange, LevelNumbers } from "./stock-operation.ts";
import { nothingHere, refuseTooMuch, stockInUse } from "./stock-operation-judgement.ts";
import type { LinesInvalid } from "./stock-operation-refusals.ts";
import type { StockOperation } from "./stock-operation-record.ts";
import { writeStockOperation } from "./stock-operation-record.ts";
import { insertMissingLevels, lockLevels } from "./stock-operation-store.ts";
import type { AskedOffer } from "./stock-names.ts";
import { resolveNames } from "./stock-names.ts";

/** A line of a receipt or a restocking: `quantity` in units, above zero. */
export type AskedArrival = { readonly offer: AskedOffer; readonly locationId: LocationId; readonly quantity: number };

/** A line of a transfer. */
export type AskedTransfer = { readonly offer: AskedOffer; readonly from: LocationId; readonly to: LocationId; readonly quantity: number };

/**
 * Takes goods in: all lines or none, in a number of statements that does not depend on theirs. A level is made by its first receipt.
 * Lines that hit one level are summed. Orders that wait are served, the oldest first.
 *
 * @throws Refused unknown-reference; stock-above-bound
 */
export async function receiveStock(tx: Transaction, actor: Actor, asked: readonly AskedArrival[]): Promise<StockOperation> {
  return arrive(tx, actor, { kind: "receive", reason: null }, asked);
}

/**
 * Puts returned units back on sale, with the reason: like a receipt, and told apart from it in the movements.
 *
 * @throws Refused unknown-reference; stock-above-bound
 */
export async function restockStock(tx: Transaction, actor: Actor, reason: string, asked: readonly AskedArrival[]): Promise<StockOperation> {
  return arrive(tx, actor, { kind: "restock", reason }, asked);
}

async function arrive(
  tx: Transaction,
  actor: Actor,
  what: { readonly kind: "receive" | "restock"; readonly reason: string | null },
  asked: readonly AskedArrival[],
): Promise<StockOperation> {
  const sellerId = actor.principal.organisationId as SellerId;
  const offers = await resolveNames(
    tx,
    sellerId,
    asked.map(({ offer, locationId }) => ({ offer, locations: { location: locationId } })),
  );
  const changes = sumByLevel(
    asked.flatMap(({ locationId, quantity }, line) => {
      const offerId = offers[line];
      return offerId === undefined ? [] : [{ line, offerId, locationId, delta: quantity }];
    }),
  );
  // More than a level can hold does not fit the column's type either, so it is refused before it is sent.
  refuseTooMuch(changes.filter(({ delta }) => delta > onHandBound));
  await insertMissingLevels(tx, sellerId, changes);
  const levels = await lockLevels(tx, sellerId, changes);
  const { tooMuch, fine } = judgeChanges(changes, byKey(levels));
  refuseTooMuch(tooMuch.map(({ change }) => change));
  return writeStockOperation(tx, actor, what, fine);
}

/**
 * Moves goods between locations of the seller: all lines or none. What leaves is judged like an adjustment, what arrives like a receipt.
 * What one location gets and gives in one request counts by its sum.
 *
 * @throws Refused request-invalid for a line from a location to itself; unknown-reference, also where nothing was ever received;
 * stock-in-use below what is promised at the location that gives; stock-above-bound
 */
export async function transferStock(
  tx: Transaction,
  actor: Actor,
  reason: string,
  asked: readonly AskedTransfer[],
): Promise<StockOperation> {
  const sellerId = actor.principal.organisationId as SellerId;
  const circular = asked.flatMap(({ from, to }, line) => (from === to ? [line] : []));
  if (circular.length > 0) {
    const errors = circular.map((line) => ({ pointer: `/lines/${line}/to`, detail: "is where the goods are already" }));
    throw new Refused<LinesInvalid>({ code: "request-invalid", errors });
  }
  const offers = await resolveNames(
    tx,
    sellerId,
    asked.map(({ offer, from, to }) => ({ offer, locations: { from, to } })),
  );
  const moves = asked.flatMap(({ from, to, quantity }, line): { readonly given: LevelChange; readonly got: LevelChange }[] => {
    const offerId = offers[line];
    if (offerId === undefined) return [];
    return [{ given: { line, offerId, locationId: from, delta: -quantity }, got: { line, offerId, locationId: to, delta: quantity } }];
  });
  const changes = sumByLevel(moves.flatMap(({ given, got }) => [given, got]));
  refuseTooMuch(changes.filter(({ delta }) => delta > onHandBound));
  await insertMissingLevels(
    tx,
    sellerId,
    moves.map(({ got }) => got),
  );
  const { missing, tooLittle, tooMuch, fine } = judgeChanges(changes, byKey(await lockLevels(tx, sellerId, changes)));
  if (missing.length > 0) throw nothingHere(missing, "from");
  if (tooLittle.length > 0) throw await stockInUse(tx, sellerId, tooLittle, "quantity");
  refuseTooMuch(tooMuch.map(({ change }) => change));
  return writeStockOperation(tx, actor, { kind: "transfer", reason }, fine);
}

function byKey(levels: readonly LevelNumbers[]): ReadonlyMap<string, LevelNumbers> {
  return new Map(levels.map((level) => [levelKey(level), level]));
}
