import type { Actor } from "../../kernel/actor.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { MovementId, SellerId, StockOperationId } from "../../kernel/ids.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEventsStatement, newEvent } from "../../platform/outbox/index.ts";
import type { JudgedChange, LevelNumbers } from "./stock-operation.ts";
import { changeLevels, insertStockOperation } from "./stock-operation-store.ts";
import type { NewStockOperation, StockOperationKind } from "./stock-operation-store.ts";
import { readServed } from "./waiting-store.ts";
import type { ServedUnits } from "./waiting-store.ts";

/** An operation that was written: the levels it names as they are now, in that order, and the waiting orders it served. */
export type StockOperation = {
  readonly operationId: StockOperationId;
  readonly levels: readonly (LevelNumbers & { readonly expectedOn?: string | null })[];
  readonly served: readonly ServedUnits[];
};

const eventTypes: Readonly<Record<Exclude<StockOperationKind, "reassign">, string>> = {
  receive: "stock.received",
  adjust: "stock.adjusted",
  limit: "stock.limit_set",
  restock: "stock.restocked",
  transfer: "stock.transferred",
};

/** Makes an operation's row. */
export function newStockOperation(
  { principal, idempotencyId, now, newId }: Actor,
  { kind, reason }: { readonly kind: StockOperationKind; readonly reason: string | null },
): NewStockOperation {
  return {
    ...{ sellerId: principal.organisationId as SellerId, operationId: newId<StockOperationId>(now), kind, reason },
    ...{ principalId: principal.keyId, idempotencyId, at: now },
  };
}

/** Units served as answers and events show them. */
export function shownServed({ orderId, lineNumber, offerId, locationId, quantity }: ServedUnits) {
  return {
    order: toWireId(prefixes.order, orderId),
    line_number: lineNumber,
    offer: toWireId(prefixes.offer, offerId),
    location: toWireId(prefixes.location, locationId),
    quantity,
  };
}

/**
 * Writes an operation on locked levels whose changes were judged: the levels, their movements, the operation and its event, in a number of
 * statements that does not depend on the levels'.
 */
export async function writeStockOperation(
  tx: Transaction,
  actor: Actor,
  { kind, reason }: { readonly kind: Exclude<StockOperationKind, "reassign">; readonly reason: string | null },
  judged: readonly JudgedChange[],
): Promise<StockOperation> {
  const operation = newStockOperation(actor, { kind, reason });
  const { sellerId, operationId } = operation;
  // Lines that cancel each other out leave their level as it is: nothing moved.
  const moved = judged.filter(({ change }) => change.delta !== 0 || change.limit !== undefined);
  // Only a level that has promised more than it has makes anybody wait.
  const arrivals = judged.filter(({ change, level }) => change.delta > 0 && level.reserved > level.onHand);
  const served = arrivals.length === 0 ? [] : await readServed(tx, sellerId, arrivals);
  const data = {
    id: toWireId(prefixes.stockOperation, operationId),
    ...(reason === null ? {} : { reason }),
    lines: moved.map(({ change, after }) => ({
      offer: toWireId(prefixes.offer, change.offerId),
      location: toWireId(prefixes.location, change.locationId),
      ...(change.limit === undefined
        ? { delta: change.delta, on_hand: after.onHand }
        : { backorder_limit: after.backorderLimit, expected_on: change.limit.expectedOn }),
    })),
    ...(served.length === 0 ? {} : { served: served.map(shownServed) }),
  };
  const subject = { organisationId: sellerId, subjectId: operationId, subjectType: "stockOperation", subjectVersion: 1 } as const;
  await tx.pipeline([
    insertStockOperation(operation),
    changeLevels(
      operation,
      moved.map((each) => ({ ...each, movementId: actor.newId<MovementId>(actor.now) })),
    ),
    appendEventsStatement([newEvent(actor, { ...subject, type: eventTypes[kind], data }, [sellerId])]),
  ]);
  const levels = judged.map(({ after, change }) =>
    change.limit === undefined ? after : { ...after, expectedOn: change.limit.expectedOn },
  );
  return { operationId, levels, served };
}
