import type { Instant } from "../../kernel/clock.ts";
import type { CompanyId, LocationId, OfferId, OrderId, ReservationId, SellerId, ShipmentId } from "../../kernel/ids.ts";
import { locking, type Reader, sql, type Transaction } from "../../platform/db/index.ts";
import type { Resolution, Shipment, ShipmentKey, ShipmentLine } from "./shipment.ts";
import type { ShipmentState } from "./shipment-machine.ts";

type ShipmentRow = {
  seller_id: SellerId;
  shipment_id: ShipmentId;
  order_id: OrderId;
  company_id: CompanyId;
  number: number;
  location_id: LocationId;
  state: ShipmentState;
  version: number;
  carrier: string | null;
  tracking: string | null;
  packed_at: Instant;
  shipped_at: Instant | null;
  ended_at: Instant | null;
  resolution: Resolution | null;
  replaces: ShipmentId | null;
  forced_reason: string | null;
};

/** Whose parcel it is and of which order. None of that ever changes, so it is read before the locks, which take the order first. */
export type ShipmentKeys = ShipmentKey & { readonly orderId: OrderId; readonly companyId: CompanyId };

/** Finds parcels by their ids alone. One that is not there is left out. */
export async function findShipments(reader: Reader, shipmentIds: readonly ShipmentId[]): Promise<ShipmentKeys[]> {
  const rows = await reader.query(sql<{ seller_id: SellerId; shipment_id: ShipmentId; order_id: OrderId; company_id: CompanyId }>`
    select seller_id, shipment_id, order_id, company_id from shipments where shipment_id = any (${shipmentIds}::uuid[])`);
  return rows.map((row) => ({
    ...{ sellerId: row.seller_id, shipmentId: row.shipment_id, orderId: row.order_id, companyId: row.company_id },
  }));
}

/** Finds a parcel by its id alone. */
export async function findShipment(reader: Reader, shipmentId: ShipmentId): Promise<ShipmentKeys | undefined> {
  const [found] = await findShipments(reader, [shipmentId]);
  return found;
}

/** Locks parcels by primary key. Their orders are locked: a parcel changes under the lock of its order alone. */
export async function lockShipments(tx: Transaction, keys: readonly ShipmentKey[]): Promise<Shipment[]> {
  const rows = await tx.query(
    locking(
      "shipment",
      sql<ShipmentRow>`
      select s.seller_id, s.shipment_id, s.order_id, s.company_id, s.number, s.location_id, s.state, s.version, s.carrier, s.tracking,
        s.packed_at, s.shipped_at, s.ended_at, s.resolution, s.replaces, s.forced_reason
      from unnest(${keys.map(({ sellerId }) => sellerId)}::uuid[], ${keys.map(({ shipmentId }) => shipmentId)}::uuid[])
          as asked (seller_id, shipment_id)
        join shipments s on s.seller_id = asked.seller_id and s.shipment_id = asked.shipment_id
      order by s.seller_id, s.shipment_id
      for no key update of s`,
    ),
  );
  return rows.map(toShipment);
}

/** Locks the parcels of locked orders that are in this state, by primary key. */
export async function lockShipmentsIn(
  tx: Transaction,
  orders: readonly { readonly sellerId: SellerId; readonly orderId: OrderId }[],
  state: ShipmentState,
): Promise<Shipment[]> {
  const rows = await tx.query(
    locking(
      "shipment",
      sql<ShipmentRow>`
      select s.seller_id, s.shipment_id, s.order_id, s.company_id, s.number, s.location_id, s.state, s.version, s.carrier, s.tracking,
        s.packed_at, s.shipped_at, s.ended_at, s.resolution, s.replaces, s.forced_reason
      from unnest(${orders.map(({ sellerId }) => sellerId)}::uuid[], ${orders.map(({ orderId }) => orderId)}::uuid[]) as asked (seller_id, order_id)
        join shipments s on s.seller_id = asked.seller_id and s.order_id = asked.order_id
      where s.state = ${state}
      order by s.seller_id, s.shipment_id
      for no key update of s`,
    ),
  );
  return rows.map(toShipment);
}

/** What is in parcels, by their ids and line numbers. What a parcel holds never changes. */
export async function readShipmentLines(reader: Reader, shipments: readonly ShipmentKey[]): Promise<ShipmentLine[]> {
  const rows = await reader.query(sql<{
    seller_id: SellerId;
    shipment_id: ShipmentId;
    line_number: number;
    offer_id: OfferId;
    reservation_id: ReservationId;
    quantity: number;
  }>`
    select l.seller_id, l.shipment_id, l.line_number, o.offer_id, l.reservation_id, l.quantity
    from unnest(${shipments.map(({ sellerId }) => sellerId)}::uuid[], ${shipments.map(({ shipmentId }) => shipmentId)}::uuid[])
        as asked (seller_id, shipment_id)
      join shipments s on s.seller_id = asked.seller_id and s.shipment_id = asked.shipment_id
      join shipment_lines l on l.seller_id = asked.seller_id and l.shipment_id = asked.shipment_id
      join order_lines o on o.seller_id = s.seller_id and o.order_id = s.order_id and o.line_number = l.line_number
    order by l.seller_id, l.shipment_id, l.line_number`);
  return rows.map((row) => ({
    sellerId: row.seller_id,
    shipmentId: row.shipment_id,
    lineNumber: row.line_number,
    offerId: row.offer_id,
    reservationId: row.reservation_id,
    quantity: row.quantity,
  }));
}

/** How many parcels each of these locked orders has had, in their order: the next one's number is one more. */
export async function countShipmentsOf(
  reader: Reader,
  orders: readonly { readonly sellerId: SellerId; readonly orderId: OrderId }[],
): Promise<number[]> {
  const rows = await reader.query(sql<{ order_id: OrderId; count: number }>`
    select asked.order_id, coalesce(max(s.number), 0)::integer as count
    from unnest(${orders.map(({ sellerId }) => sellerId)}::uuid[], ${orders.map(({ orderId }) => orderId)}::uuid[])
        as asked (seller_id, order_id)
      left join shipments s on s.seller_id = asked.seller_id and s.order_id = asked.order_id
    group by asked.order_id`);
  const counts = new Map(rows.map(({ order_id, count }) => [order_id, count]));
  return orders.map(({ orderId }) => counts.get(orderId) ?? 0);
}

/** How many parcels a locked order has had. */
export async function countShipments(reader: Reader, sellerId: SellerId, orderId: OrderId): Promise<number> {
  const [count = 0] = await countShipmentsOf(reader, [{ sellerId, orderId }]);
  return count;
}

/**
 * Which of these locked orders have a parcel that is still to be dealt with: one that is packed or on its way, or a loss of which the
 * company has neither its money nor another parcel. A parcel sent in place of a lost one is a parcel of the order like any other.
 */
export async function ordersWithParcelsAbout(
  reader: Reader,
  orders: readonly { readonly sellerId: SellerId; readonly orderId: OrderId }[],
): Promise<ReadonlySet<OrderId>> {
  const rows = await reader.query(sql<{ order_id: OrderId }>`
    select distinct s.order_id
    from unnest(${orders.map(({ sellerId }) => sellerId)}::uuid[], ${orders.map(({ orderId }) => orderId)}::uuid[]) as asked (seller_id, order_id)
      join shipments s on s.seller_id = asked.seller_id and s.order_id = asked.order_id
    where s.state in ('packed', 'shipped') or s.state = 'lost' and s.resolution is null`);
  return new Set(rows.map(({ order_id }) => order_id));
}

function toShipment(row: ShipmentRow): Shipment {
  return {
    sellerId: row.seller_id,
    shipmentId: row.shipment_id,
    orderId: row.order_id,
    companyId: row.company_id,
    number: row.number,
    locationId: row.location_id,
    state: row.state,
    version: row.version,
    carrier: row.carrier,
    tracking: row.tracking,
    packedAt: row.packed_at,
    shippedAt: row.shipped_at,
    endedAt: row.ended_at,
    resolution: row.resolution,
    replaces: row.replaces,
    forcedReason: row.forced_reason,
  };
}
