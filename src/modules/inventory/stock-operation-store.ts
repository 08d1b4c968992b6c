import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, LocationId, MovementId, OfferId, OrderId, SellerId, StockOperationId, Uuid } from "../../kernel/ids.ts";
import { instantParameter, locking, sql } from "../../platform/db/index.ts";
import type { Reader, Statement, Transaction } from "../../platform/db/index.ts";
import type { LevelChange, LevelNumbers } from "./stock-operation.ts";

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
export async function insertMissingLevels(tx: Transaction, sellerId: SellerId, changes: readonly LevelChange[]): Promise<void> {
  await tx.query(sql`
    insert into stock_levels (seller_id, offer_id, location_id, on_hand)
    select ${sellerId}::uuid, asked.offer_id, asked.location_id, 0
    from unnest(${changes.map(({ offerId }) => offerId)}::uuid[], ${changes.map(({ locationId }) => locationId)}::uuid[])
        as asked (offer_id, location_id)
    order by asked.offer_id, asked.location_id
    on conflict (seller_id, offer_id, location_id) do nothing`);
}

/** Names a stock level of a seller. */
export type LevelName = { readonly offerId: OfferId; readonly locationId: LocationId };

/** Locks the levels by primary key and gives what the locks returned. A level that does not exist is absent. */
export async function lockLevels(tx: Transaction, sellerId: SellerId, changes: readonly LevelName[]): Promise<LevelNumbers[]> {
  const rows = await tx.query(
    locking(
      "stock_level",
      sql<{ offer_id: OfferId; location_id: LocationId; on_hand: number; reserved: number; backorder_limit: number }>`
      select s.offer_id, s.location_id, s.on_hand, s.reserved, s.backorder_limit
      from unnest(${changes.map(({ offerId }) => offerId)}::uuid[], ${changes.map(({ locationId }) => locationId)}::uuid[])
          as asked (offer_id, location_id)
        join stock_levels s on s.seller_id = ${sellerId} and s.offer_id = asked.offer_id and s.location_id = asked.location_id
      order by s.seller_id, s.offer_id, s.location_id
      for no key update of s`,
    ),
  );
  return rows.map((row) => ({
    offerId: row.offer_id,
    locationId: row.location_id,
    onHand: row.on_hand,
    reserved: row.reserved,
    backorderLimit: row.backorder_limit,
  }));
}

/** A receipt of goods or a stock take, before it is written. */
export type NewStockOperation = {
  readonly sellerId: SellerId;
  readonly operationId: StockOperationId;
  readonly kind: "receive" | "adjust";
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

/** Changes what is on hand of levels that are locked; each level's movement is written by the same statement. */
export function changeOnHand(
  { sellerId, operationId, kind, at }: NewStockOperation,
  changes: readonly (LevelChange & { readonly movementId: MovementId })[],
): Statement {
  return sql`
    with asked as (
      select *
      from unnest(
             ${changes.map(({ offerId }) => offerId)}::uuid[],
             ${changes.map(({ locationId }) => locationId)}::uuid[],
             ${changes.map(({ delta }) => delta)}::integer[],
             ${changes.map(({ movementId }) => movementId)}::uuid[]
           ) as given (offer_id, location_id, delta, movement_id)
    ), changed as (
      update stock_levels s set on_hand = s.on_hand + asked.delta
      from asked
      where s.seller_id = ${sellerId} and s.offer_id = asked.offer_id and s.location_id = asked.location_id
      returning s.offer_id, s.location_id
    )
    insert into movements (
      seller_id, movement_id, offer_id, location_id, kind, on_hand_delta, reserved_delta, cause_type, cause_id, reservation_id, at)
    select ${sellerId}::uuid, asked.movement_id, asked.offer_id, asked.location_id, ${kind}::text, asked.delta, 0, 'stock_operation',
      ${operationId}::uuid, null, ${instantParameter(at)}::timestamptz
    from asked
      join changed on changed.offer_id = asked.offer_id and changed.location_id = asked.location_id`;
}

/** Who holds units of a level: orders from new to old, `limit` of each level at most. */
export async function holdersOf(
  reader: Reader,
  sellerId: SellerId,
  changes: readonly LevelChange[],
  limit: number,
): Promise<{ readonly offerId: OfferId; readonly locationId: LocationId; readonly orderId: OrderId; readonly held: number }[]> {
  const rows = await reader.query(sql<{ offer_id: OfferId; location_id: LocationId; order_id: OrderId; held: number }>`
    select asked.offer_id, asked.location_id, holder.order_id, holder.held
    from unnest(${changes.map(({ offerId }) => offerId)}::uuid[], ${changes.map(({ locationId }) => locationId)}::uuid[])
        as asked (offer_id, location_id)
      cross join lateral (
        select r.order_id, sum(r.quantity - r.finalized - r.released)::integer as held
        from reservations r
        where r.seller_id = ${sellerId} and r.offer_id = asked.offer_id and r.location_id = asked.location_id
          and r.finalized + r.released < r.quantity
        group by r.order_id
        order by r.order_id desc
        limit ${limit}
      ) holder
    order by asked.offer_id, asked.location_id, holder.order_id desc`);
  return rows.map((row) => ({ offerId: row.offer_id, locationId: row.location_id, orderId: row.order_id, held: row.held }));
}

/** A stock level as a seller reads it. */
export type ShownLevel = LevelNumbers & { readonly reference: string };

type ShownRow = {
  offer_id: OfferId;
  location_id: LocationId;
  reference: string;
  on_hand: number;
  reserved: number;
  backorder_limit: number;
};

/** The seller's stock levels, newest offer first; below a pair of offer and location. */
export async function listLevels(
  reader: Reader,
  sellerId: SellerId,
  { before, beforeSecond, count }: { before: string; beforeSecond: string; count: number },
): Promise<ShownLevel[]> {
  const rows = await reader.query(sql<ShownRow>`
    select s.offer_id, s.location_id, o.reference, s.on_hand, s.reserved, s.backorder_limit
    from stock_levels s
      join offers o on o.seller_id = s.seller_id and o.offer_id = s.offer_id
    where s.seller_id = ${sellerId} and (s.offer_id, s.location_id) < (${before}::uuid, ${beforeSecond}::uuid)
    order by s.offer_id desc, s.location_id desc
    limit ${count}`);
  return rows.map(toShown);
}

/** The stock levels of one of the seller's offers; below a location. */
export async function listLevelsOfOffer(
  reader: Reader,
  sellerId: SellerId,
  offerId: OfferId,
  { before, beforeSecond, count }: { before: string; beforeSecond: string; count: number },
): Promise<ShownLevel[]> {
  const rows = await reader.query(sql<ShownRow>`
    select s.offer_id, s.location_id, o.reference, s.on_hand, s.reserved, s.backorder_limit
    from stock_levels s
      join offers o on o.seller_id = s.seller_id and o.offer_id = s.offer_id
    where s.seller_id = ${sellerId} and s.offer_id = ${offerId}
      and (s.offer_id, s.location_id) < (${before}::uuid, ${beforeSecond}::uuid)
    order by s.location_id desc
    limit ${count}`);
  return rows.map(toShown);
}

function toShown(row: ShownRow): ShownLevel {
  return {
    offerId: row.offer_id,
    locationId: row.location_id,
    reference: row.reference,
    onHand: row.on_hand,
    reserved: row.reserved,
    backorderLimit: row.backorder_limit,
  };
}
