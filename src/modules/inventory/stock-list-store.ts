import type { Instant } from "../../kernel/clock.ts";
import type { LocationId, MovementId, OfferId, OrderId, SellerId, Uuid } from "../../kernel/ids.ts";
import { type Reader, sql } from "../../platform/db/index.ts";
import type { LevelNumbers } from "./stock-operation.ts";

/** A stock level as a seller reads it. */
export type ShownLevel = LevelNumbers & { readonly reference: string; readonly expectedOn: string | null };

type ShownRow = {
  offer_id: OfferId;
  location_id: LocationId;
  reference: string;
  on_hand: number;
  reserved: number;
  backorder_limit: number;
  expected_on: string | null;
};

/** Which levels are asked for: at one location or at all (null), and with less available than this. */
export type LevelFilter = { readonly locationId: LocationId | null; readonly availableBelow: bigint };

type PairWindow = { readonly before: string; readonly beforeSecond: string; readonly count: number };

/** The seller's stock levels, newest offer first; below a pair of offer and location. */
export async function listLevels(
  reader: Reader,
  sellerId: SellerId,
  { locationId, availableBelow }: LevelFilter,
  { before, beforeSecond, count }: PairWindow,
): Promise<ShownLevel[]> {
  const rows = await reader.query(sql<ShownRow>`
    select s.offer_id, s.location_id, o.reference, s.on_hand, s.reserved, s.backorder_limit, s.expected_on
    from stock_levels s
      join offers o on o.seller_id = s.seller_id and o.offer_id = s.offer_id
    where s.seller_id = ${sellerId} and (s.offer_id, s.location_id) < (${before}::uuid, ${beforeSecond}::uuid)
      and s.location_id = coalesce(${locationId}::uuid, s.location_id)
      and s.on_hand::bigint + s.backorder_limit - s.reserved < ${availableBelow}
    order by s.offer_id desc, s.location_id desc
    limit ${count}`);
  return rows.map(toShown);
}

/** The stock levels of one of the seller's offers; below a location. */
export async function listLevelsOfOffer(
  reader: Reader,
  sellerId: SellerId,
  offerId: OfferId,
  { locationId, availableBelow }: LevelFilter,
  { before, beforeSecond, count }: PairWindow,
): Promise<ShownLevel[]> {
  const rows = await reader.query(sql<ShownRow>`
    select s.offer_id, s.location_id, o.reference, s.on_hand, s.reserved, s.backorder_limit, s.expected_on
    from stock_levels s
      join offers o on o.seller_id = s.seller_id and o.offer_id = s.offer_id
    where s.seller_id = ${sellerId} and s.offer_id = ${offerId}
      and (s.offer_id, s.location_id) < (${before}::uuid, ${beforeSecond}::uuid)
      and s.location_id = coalesce(${locationId}::uuid, s.location_id)
      and s.on_hand::bigint + s.backorder_limit - s.reserved < ${availableBelow}
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
    expectedOn: row.expected_on,
  };
}

/** What a movement can be. */
export const movementKinds = ["reserve", "release", "finalize", "receive", "restock", "adjust", "limit", "transfer", "reassign"] as const;

export type MovementKind = (typeof movementKinds)[number];

/** What a movement can come from. */
export const movementCauses = [
  "order_placed",
  "order_cancelled",
  "order_rejected",
  "order_expired",
  "shipment_shipped",
  "shipment_replaced",
  "shipment_cancelled",
  "shipment_returned",
  "stock_operation",
] as const;

/** A change of a stock level as a seller reads it, with what caused it and the order line it is about. */
export type ShownMovement = {
  readonly movementId: MovementId;
  readonly offerId: OfferId;
  readonly locationId: LocationId;
  readonly kind: MovementKind;
  readonly onHandDelta: number;
  readonly reservedDelta: number;
  readonly limitDelta: number;
  readonly causeType: (typeof movementCauses)[number];
  readonly causeId: Uuid;
  readonly orderId: OrderId | null;
  readonly lineNumber: number | null;
  readonly at: Instant;
};

type MovementRow = {
  movement_id: MovementId;
  offer_id: OfferId;
  location_id: LocationId;
  kind: MovementKind;
  on_hand_delta: number;
  reserved_delta: number;
  limit_delta: number;
  cause_type: (typeof movementCauses)[number];
  cause_id: Uuid;
  order_id: OrderId | null;
  line_number: number | null;
  at: Instant;
};

/** Which movements are asked for: of these kinds, at one location or at all (null). */
export type MovementFilter = { readonly locationId: LocationId | null; readonly kinds: readonly MovementKind[] };

type Window = { readonly before: string; readonly count: number };

/** The seller's movements from new to old, those with an id below `before`. */
export async function listMovements(
  reader: Reader,
  sellerId: SellerId,
  { locationId, kinds }: MovementFilter,
  { before, count }: Window,
): Promise<ShownMovement[]> {
  const rows = await reader.query(sql<MovementRow>`
    select m.movement_id, m.offer_id, m.location_id, m.kind, m.on_hand_delta, m.reserved_delta, m.limit_delta, m.cause_type, m.cause_id,
      r.order_id, r.line_number, m.at
    from movements m
      left join reservations r on r.seller_id = m.seller_id and r.reservation_id = m.reservation_id
    where m.seller_id = ${sellerId} and m.movement_id < ${before}::uuid
      and m.location_id = coalesce(${locationId}::uuid, m.location_id) and m.kind = any (${kinds}::text[])
    order by m.movement_id desc
    limit ${count}`);
  return rows.map(toMovement);
}

/** The movements of one of the seller's offers, likewise. */
export async function listMovementsOfOffer(
  reader: Reader,
  sellerId: SellerId,
  offerId: OfferId,
  { locationId, kinds }: MovementFilter,
  { before, count }: Window,
): Promise<ShownMovement[]> {
  const rows = await reader.query(sql<MovementRow>`
    select m.movement_id, m.offer_id, m.location_id, m.kind, m.on_hand_delta, m.reserved_delta, m.limit_delta, m.cause_type, m.cause_id,
      r.order_id, r.line_number, m.at
    from movements m
      left join reservations r on r.seller_id = m.seller_id and r.reservation_id = m.reservation_id
    where m.seller_id = ${sellerId} and m.offer_id = ${offerId} and m.movement_id < ${before}::uuid
      and m.location_id = coalesce(${locationId}::uuid, m.location_id) and m.kind = any (${kinds}::text[])
    order by m.movement_id desc
    limit ${count}`);
  return rows.map(toMovement);
}

function toMovement(row: MovementRow): ShownMovement {
  return {
    movementId: row.movement_id,
    offerId: row.offer_id,
    locationId: row.location_id,
    kind: row.kind,
    onHandDelta: row.on_hand_delta,
    reservedDelta: row.reserved_delta,
    limitDelta: row.limit_delta,
    causeType: row.cause_type,
    causeId: row.cause_id,
    orderId: row.order_id,
    lineNumber: row.line_number,
    at: row.at,
  };
}
