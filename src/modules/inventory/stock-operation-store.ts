import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, LocationId, MovementId, OfferId, SellerId, StockOperationId, Uuid } from "../../kernel/ids.ts";
import { instantParameter, locking, sql } from "../../platform/db/index.ts";
import type { Reader, Statement, Transaction } from "../../platform/db/index.ts";
import type { JudgedChange, LevelName, LevelNumbers } from "./stock-operation.ts";

/** The seller's offers that go by these ids or references. */
export async function findOffersOf(
  reader: Reader,
  sellerId: SellerId,
  { offerIds, references }: { readonly offerIds: readonly OfferId[]; readonly references: readonly string[] },
): Promise<{ readonly offerId: OfferId; readonly reference: string }[]> {
  const rows = await reader.query(sql<{ offer_id: OfferId; reference: string }>`
    select offer_id, reference from offers where seller_id = ${sellerId} and offer_id = any (${offerIds}::uuid[])
    union
    select offer_id, reference from offers where seller_id = ${sellerId} and reference = any (${references}::text[])`);
  return rows.map(({ offer_id, reference }) => ({ offerId: offer_id, reference }));
}

/** Which of these locations are the seller's. */
export async function findLocationsOf(
  reader: Reader,
  sellerId: SellerId,
  locationIds: readonly LocationId[],
): Promise<ReadonlySet<LocationId>> {
  const rows = await reader.query(sql<{ location_id: LocationId }>`
    select location_id from locations where seller_id = ${sellerId} and location_id = any (${locationIds}::uuid[])`);
  return new Set(rows.map(({ location_id }) => location_id));
}

/**
 * Makes the levels that are not there yet, empty, by primary key: of two first receipts of one level the second waits here for the
 * first, and both go on to lock it.
 */
export async function insertMissingLevels(tx: Transaction, sellerId: SellerId, changes: readonly LevelName[]): Promise<void> {
  await tx.query(sql`
    insert into stock_levels (seller_id, offer_id, location_id, on_hand)
    select ${sellerId}::uuid, asked.offer_id, asked.location_id, 0
    from unnest(${changes.map(({ offerId }) => offerId)}::uuid[], ${changes.map(({ locationId }) => locationId)}::uuid[])
        as asked (offer_id, location_id)
    order by asked.offer_id, asked.location_id
    on conflict (seller_id, offer_id, location_id) do nothing`);
}

/** Locks the levels by primary key and gives what the locks returned. A level that does not exist is absent. */
export async function lockLevels(tx: Transaction, sellerId: SellerId, changes: readonly LevelName[]): Promise<LevelNumbers[]> {
  const rows = await tx.query(
    locking(
      "stock_level",
      sql<LevelRow>`
      select s.offer_id, s.location_id, s.on_hand, s.reserved, s.backorder_limit
      from unnest(${changes.map(({ offerId }) => offerId)}::uuid[], ${changes.map(({ locationId }) => locationId)}::uuid[])
          as asked (offer_id, location_id)
        join stock_levels s on s.seller_id = ${sellerId} and s.offer_id = asked.offer_id and s.location_id = asked.location_id
      order by s.seller_id, s.offer_id, s.location_id
      for no key update of s`,
    ),
  );
  return rows.map(toNumbers);
}

/** The same levels without a lock, for a guess. */
export async function readLevels(reader: Reader, sellerId: SellerId, changes: readonly LevelName[]): Promise<LevelNumbers[]> {
  const rows = await reader.query(sql<LevelRow>`
    select s.offer_id, s.location_id, s.on_hand, s.reserved, s.backorder_limit
    from unnest(${changes.map(({ offerId }) => offerId)}::uuid[], ${changes.map(({ locationId }) => locationId)}::uuid[])
        as asked (offer_id, location_id)
      join stock_levels s on s.seller_id = ${sellerId} and s.offer_id = asked.offer_id and s.location_id = asked.location_id`);
  return rows.map(toNumbers);
}

type LevelRow = { offer_id: OfferId; location_id: LocationId; on_hand: number; reserved: number; backorder_limit: number };

function toNumbers(row: LevelRow): LevelNumbers {
  return {
    offerId: row.offer_id,
    locationId: row.location_id,
    onHand: row.on_hand,
    reserved: row.reserved,
    backorderLimit: row.backorder_limit,
  };
}

/** What a seller does with stock, beside what orders do. */
export type StockOperationKind = "receive" | "adjust" | "limit" | "restock" | "transfer" | "reassign";

/** An operation before it is written. */
export type NewStockOperation = {
  readonly sellerId: SellerId;
  readonly operationId: StockOperationId;
  readonly kind: StockOperationKind;
  readonly reason: string | null;
  readonly principalId: ApiKeyId;
  readonly idempotencyId: Uuid;
  readonly at: Instant;
};

export function insertStockOperation(operation: NewStockOperation): Statement {
  return sql`
    insert into stock_operations (seller_id, operation_id, kind, reason, principal_id, idempotency_id, at)
    values (${operation.sellerId}, ${operation.operationId}, ${operation.kind}, ${operation.reason}, ${operation.principalId},
      ${operation.idempotencyId}, ${instantParameter(operation.at)})`;
}

/**
 * Changes what is on hand of levels that are locked, and their backorder limits; each level's movement is written by the same statement.
 * The day on which more is expected is no number of the level: it is set without a movement.
 */
export function changeLevels(
  { sellerId, operationId, kind, at }: NewStockOperation,
  changes: readonly (JudgedChange & { readonly movementId: MovementId })[],
): Statement {
  const asked = changes.map(({ change, level, after, movementId }) => ({
    movement_id: movementId,
    offer_id: change.offerId,
    location_id: change.locationId,
    on_hand_delta: change.delta,
    limit_delta: after.backorderLimit - level.backorderLimit,
    sets_limit: change.limit !== undefined,
    expected_on: change.limit?.expectedOn ?? null,
  }));
  return sql`
    with asked as (
      select * from json_to_recordset(${JSON.stringify(asked)}::json) as x (
        movement_id uuid, offer_id uuid, location_id uuid, on_hand_delta integer, limit_delta integer, sets_limit boolean, expected_on date)
    ), changed as (
      update stock_levels s
      set on_hand = s.on_hand + asked.on_hand_delta, backorder_limit = s.backorder_limit + asked.limit_delta,
        expected_on = case when asked.sets_limit then asked.expected_on else s.expected_on end
      from asked
      where s.seller_id = ${sellerId} and s.offer_id = asked.offer_id and s.location_id = asked.location_id
    )
    insert into movements (seller_id, movement_id, offer_id, location_id, kind, on_hand_delta, reserved_delta, limit_delta,
      cause_type, cause_id, reservation_id, at)
    select ${sellerId}::uuid, movement_id, offer_id, location_id, ${kind}::text, on_hand_delta, 0, limit_delta, 'stock_operation',
      ${operationId}::uuid, null, ${instantParameter(at)}::timestamptz
    from asked
    where on_hand_delta <> 0 or limit_delta <> 0`;
}
