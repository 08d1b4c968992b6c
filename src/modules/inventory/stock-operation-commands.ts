import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { EventId, LocationId, MovementId, OfferId, SellerId, StockOperationId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEventsStatement } from "../../platform/outbox/index.ts";
import type { SellerActor } from "./location-commands.ts";
import { judgeChanges, leastOnHand, levelKey, onHandBound, sumByLevel } from "./stock-operation.ts";
import type { JudgedChange, LevelChange, LevelNumbers, StockLine } from "./stock-operation.ts";
import type { StockAboveBound, StockInUse, UnknownReference } from "./stock-operation-refusals.ts";
import {
  changeOnHand,
  findLocationsOf,
  findOffersOf,
  holdersOf,
  insertMissingLevels,
  insertStockOperation,
  lockLevels,
} from "./stock-operation-store.ts";
import type { NewStockOperation } from "./stock-operation-store.ts";

/** A line as the seller sent it: the offer by its id or by the seller's own reference; `delta` in units, a receipt's above zero. */
export type AskedLine = {
  readonly offer: OfferId | { readonly reference: string };
  readonly locationId: LocationId;
  readonly delta: number;
};

/** An operation that was written, and the levels it names as they are now, in the order in which it names them. */
export type StockOperation = { readonly operationId: StockOperationId; readonly levels: readonly LevelNumbers[] };

/** How many orders a refusal names for each line. */
const namedHolders = 20;

/**
 * Takes goods in: all lines or none, in a number of statements that does not depend on theirs. A level is made by its first receipt.
 * Lines that hit one level are summed.
 *
 * @throws Refused unknown-reference; stock-above-bound
 */
export async function receiveStock(tx: Transaction, actor: SellerActor, asked: readonly AskedLine[]): Promise<StockOperation> {
  const sellerId = actor.principal.organisationId as SellerId;
  const changes = sumByLevel(await resolve(tx, sellerId, asked));
  // More than a level can hold does not fit the column's type either, so it is refused before it is sent.
  refuseTooMuch(changes.filter(({ delta }) => delta > onHandBound));
  await insertMissingLevels(tx, sellerId, changes);
  const levels = await lockLevels(tx, sellerId, changes);
  const { tooMuch, fine } = judgeChanges(changes, byKey(levels));
  refuseTooMuch(tooMuch.map(({ change }) => change));
  return write(tx, actor, { kind: "receive", reason: null }, fine);
}

/**
 * Corrects what is on hand after a stock take, damage or loss: all lines or none.
 *
 * @throws Refused unknown-reference, also where nothing was ever received; stock-in-use below what is promised, with the orders that
 * hold it; stock-above-bound
 */
export async function adjustStock(
  tx: Transaction,
  actor: SellerActor,
  reason: string,
  asked: readonly AskedLine[],
): Promise<StockOperation> {
  const sellerId = actor.principal.organisationId as SellerId;
  const changes = sumByLevel(await resolve(tx, sellerId, asked));
  refuseTooMuch(changes.filter(({ delta }) => delta > onHandBound));
  const levels = await lockLevels(tx, sellerId, changes);
  const { missing, tooLittle, tooMuch, fine } = judgeChanges(changes, byKey(levels));
  if (missing.length > 0) {
    const errors = missing.map(({ line }) => ({
      pointer: `/lines/${line}/location`,
      detail: "nothing of the offer was ever received here",
    }));
    throw new Refused<UnknownReference>({ code: "unknown-reference", errors });
  }
  if (tooLittle.length > 0) throw await stockInUse(tx, sellerId, tooLittle);
  refuseTooMuch(tooMuch.map(({ change }) => change));
  return write(tx, actor, { kind: "adjust", reason }, fine);
}

async function resolve(tx: Transaction, sellerId: SellerId, asked: readonly AskedLine[]): Promise<StockLine[]> {
  const offerIds = asked.flatMap(({ offer }) => (typeof offer === "string" ? [offer] : []));
  const references = asked.flatMap(({ offer }) => (typeof offer === "string" ? [] : [offer.reference]));
  const [offers, locations] = await Promise.all([
    findOffersOf(tx, sellerId, { offerIds, references }),
    findLocationsOf(
      tx,
      sellerId,
      asked.map(({ locationId }) => locationId),
    ),
  ]);
  const ids = new Set(offers.map(({ offerId }) => offerId));
  const byReference = new Map(offers.map(({ offerId, reference }) => [reference, offerId]));
  const errors: { pointer: string; detail: string }[] = [];
  const lines = asked.flatMap(({ offer, locationId, delta }, line): StockLine[] => {
    const named = typeof offer === "string" ? "offer" : "reference";
    const offerId = typeof offer === "string" ? offer : byReference.get(offer.reference);
    if (offerId === undefined || !ids.has(offerId)) errors.push({ pointer: `/lines/${line}/${named}`, detail: "no such offer" });
    if (!locations.has(locationId)) errors.push({ pointer: `/lines/${line}/location`, detail: "no such location" });
    return offerId === undefined ? [] : [{ line, offerId, locationId, delta }];
  });
  if (errors.length > 0) throw new Refused<UnknownReference>({ code: "unknown-reference", errors });
  return lines;
}

async function write(
  tx: Transaction,
  actor: SellerActor,
  { kind, reason }: Pick<NewStockOperation, "kind" | "reason">,
  judged: readonly JudgedChange[],
): Promise<StockOperation> {
  const { principal, requestId, traceparent, idempotencyId, now, newId } = actor;
  const operation: NewStockOperation = {
    ...{ sellerId: principal.organisationId as SellerId, operationId: newId<StockOperationId>(now), kind, reason },
    ...{ principalId: principal.keyId, idempotencyId, at: now },
  };
  // Lines that cancel each other out leave their level as it is: nothing moved.
  const moved = judged.filter(({ change }) => change.delta !== 0);
  const data = {
    id: toWireId(prefixes.stockOperation, operation.operationId),
    ...(reason === null ? {} : { reason }),
    lines: moved.map(({ change, onHand }) => ({
      offer: toWireId(prefixes.offer, change.offerId),
      location: toWireId(prefixes.location, change.locationId),
      delta: change.delta,
      on_hand: onHand,
    })),
  };
  await tx.pipeline([
    insertStockOperation(operation),
    changeOnHand(
      operation,
      moved.map(({ change }) => ({ ...change, movementId: newId<MovementId>(now) })),
    ),
    appendEventsStatement([
      {
        eventId: newId<EventId>(now),
        organisationId: operation.sellerId,
        subjectId: operation.operationId,
        subjectType: "stockOperation",
        subjectVersion: 1,
        type: kind === "receive" ? "stock.received" : "stock.adjusted",
        occurredAt: now,
        requestId,
        ...(traceparent === undefined ? {} : { traceparent }),
        data,
        audiences: [{ organisationId: operation.sellerId, data }],
      },
    ]),
  ]);
  return { operationId: operation.operationId, levels: judged.map(({ level, onHand }) => ({ ...level, onHand })) };
}

async function stockInUse(tx: Transaction, sellerId: SellerId, tooLittle: readonly JudgedChange[]): Promise<Refused<StockInUse>> {
  const changes = tooLittle.map(({ change }) => change);
  const holders = Map.groupBy(await holdersOf(tx, sellerId, changes, namedHolders), levelKey);
  return new Refused<StockInUse>({
    code: "stock-in-use",
    errors: changes.map(({ line }) => ({ pointer: `/lines/${line}/delta`, detail: "less would be on hand than has to stay" })),
    lines: tooLittle.map(({ change, level }) => ({
      line: change.line,
      offer: toWireId(prefixes.offer, change.offerId),
      location: toWireId(prefixes.location, change.locationId),
      on_hand: level.onHand,
      reserved: level.reserved,
      least_on_hand: leastOnHand(level),
      orders: (holders.get(levelKey(change)) ?? []).map(({ orderId, held }) => ({ order: toWireId(prefixes.order, orderId), held })),
    })),
  });
}

function refuseTooMuch(changes: readonly LevelChange[]): void {
  if (changes.length === 0) return;
  const errors = changes.map(({ line }) => ({ pointer: `/lines/${line}`, detail: `more than ${onHandBound} units would be on hand` }));
  throw new Refused<StockAboveBound>({ code: "stock-above-bound", errors, bound: onHandBound });
}

function byKey(levels: readonly LevelNumbers[]): ReadonlyMap<string, LevelNumbers> {
  return new Map(levels.map((level) => [levelKey(level), level]));
}
