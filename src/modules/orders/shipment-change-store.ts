import type { MinorUnits } from "../../kernel/money.ts";
import type { ReservationId } from "../../kernel/ids.ts";
import { instantParameter, sql, type Transaction } from "../../platform/db/index.ts";
import { step } from "../../platform/lifecycle/index.ts";
import type { ChangedBy } from "./order-change-store.ts";
import type { Shipment } from "./shipment.ts";
import { type ShipmentEvent, shipmentMachine } from "./shipment-machine.ts";

/** A parcel that is packed now. */
export type NewShipment = Pick<
  Shipment,
  "sellerId" | "shipmentId" | "orderId" | "companyId" | "number" | "locationId" | "carrier" | "tracking" | "replaces"
> & {
  readonly lines: readonly { readonly lineNumber: number; readonly reservationId: ReservationId; readonly quantity: number }[];
  /** What the history says it came from. */
  readonly cause: string;
};

/** Writes packed parcels, what is in them, and the first rows of their histories, in one statement. Gives them as they are now. */
export async function insertShipments(tx: Transaction, shipments: readonly NewShipment[], by: ChangedBy): Promise<Shipment[]> {
  if (shipments.length === 0) return [];
  const state = step(shipmentMachine, "", "pack");
  const rows = shipments.map((each) => ({
    ...{ seller_id: each.sellerId, shipment_id: each.shipmentId, order_id: each.orderId, company_id: each.companyId },
    ...{ number: each.number, location_id: each.locationId, carrier: each.carrier, tracking: each.tracking },
    ...{ replaces: each.replaces, cause: each.cause },
  }));
  const packed = shipments.flatMap(({ sellerId, shipmentId, lines }) =>
    lines.map((line) => ({
      ...{ seller_id: sellerId, shipment_id: shipmentId, line_number: line.lineNumber },
      ...{ reservation_id: line.reservationId, quantity: line.quantity },
    })),
  );
  await tx.query(sql`
    with packed as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as x (
        seller_id uuid, shipment_id uuid, order_id uuid, company_id uuid, number integer, location_id uuid, carrier text, tracking text,
        replaces uuid, cause text)
    ), born as (
      insert into shipments (seller_id, shipment_id, order_id, company_id, number, location_id, state, version, carrier, tracking, packed_at,
        replaces, idempotency_id)
      select seller_id, shipment_id, order_id, company_id, number, location_id, ${state}, 1, carrier, tracking,
        ${instantParameter(by.at)}::timestamptz, replaces, ${by.idempotencyId}::uuid
      from packed
    ), history as (
      insert into shipment_history (seller_id, shipment_id, version, from_state, event, to_state, actor_kind, actor_id, cause, at, idempotency_id)
      select seller_id, shipment_id, 1, '', 'pack', ${state}, ${by.actor.kind}, ${by.actor.id}::uuid, cause,
        ${instantParameter(by.at)}::timestamptz, ${by.idempotencyId}::uuid
      from packed
    )
    insert into shipment_lines (seller_id, shipment_id, line_number, reservation_id, quantity)
    select seller_id, shipment_id, line_number, reservation_id, quantity
    from json_to_recordset(${JSON.stringify(packed)}::json) as x (
      seller_id uuid, shipment_id uuid, line_number integer, reservation_id uuid, quantity integer)`);
  return shipments.map(({ lines: _lines, cause: _cause, ...shipment }) => ({
    ...shipment,
    ...{ state, version: 1, packedAt: by.at, shippedAt: null, endedAt: null, resolution: null, forcedReason: null },
  }));
}

/** Writes one packed parcel. */
export async function insertShipment(tx: Transaction, shipment: NewShipment, by: ChangedBy): Promise<Shipment> {
  const [packed] = await insertShipments(tx, [shipment], by);
  if (packed === undefined) throw new Error("a parcel is packed");
  return packed;
}

/** What an event makes of a locked parcel. */
export type ShipmentChange = {
  readonly shipment: Shipment;
  readonly event: ShipmentEvent;
  /** What the history says it came from. */
  readonly cause: string;
  /** What becomes another; the rest stays. */
  readonly now?: Partial<Pick<Shipment, "carrier" | "tracking" | "shippedAt" | "endedAt" | "resolution" | "forcedReason">>;
  /** What the units sent are worth, net of tax. */
  readonly worth?: readonly {
    readonly lineNumber: number;
    readonly gross: MinorUnits;
    readonly discount: MinorUnits;
    readonly net: MinorUnits;
  }[];
  /** Units that came back: on sale again, or not. */
  readonly back?: readonly { readonly lineNumber: number; readonly restocked: number; readonly scrapped: number }[];
};

/**
 * Writes changes of locked parcels in one statement: their rows, what their lines are worth or brought back, their histories. A parcel
 * comes once. Gives the parcels as they are now, in the order of the changes.
 *
 * @throws Refused state-conflict for an event that the state does not allow
 */
export async function writeShipmentChanges(tx: Transaction, changes: readonly ShipmentChange[], by: ChangedBy): Promise<Shipment[]> {
  const changed = changes.map(
    ({ shipment, event, now = {} }): Shipment => ({
      ...shipment,
      ...now,
      state: step(shipmentMachine, shipment.state, event),
      version: shipment.version + 1,
    }),
  );
  if (changes.length === 0) return changed;
  const rows = changes.map(({ shipment, event, cause }, index) => {
    const after = changed[index] ?? shipment;
    return {
      ...{ seller_id: shipment.sellerId, shipment_id: shipment.shipmentId, version: after.version, state: after.state },
      ...{ from_state: shipment.state, event, cause },
      ...{ carrier: after.carrier, tracking: after.tracking, resolution: after.resolution, forced_reason: after.forcedReason },
      shipped_at: instantParameter(after.shippedAt ?? undefined),
      ended_at: instantParameter(after.endedAt ?? undefined),
    };
  });
  await tx.query(sql`
    with changes as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as x (
        seller_id uuid, shipment_id uuid, version integer, state text, from_state text, event text, cause text, carrier text, tracking text,
        resolution text, forced_reason text, shipped_at timestamptz, ended_at timestamptz)
    ), changed as (
      update shipments s
      set state = changes.state, version = changes.version, carrier = changes.carrier, tracking = changes.tracking,
        resolution = changes.resolution, forced_reason = changes.forced_reason, shipped_at = changes.shipped_at, ended_at = changes.ended_at
      from changes
      where s.seller_id = changes.seller_id and s.shipment_id = changes.shipment_id
    ), lines as (
      update shipment_lines l
      set gross = coalesce(x.gross, l.gross), discount = coalesce(x.discount, l.discount), net = coalesce(x.net, l.net),
        restocked = l.restocked + coalesce(x.restocked, 0), scrapped = l.scrapped + coalesce(x.scrapped, 0)
      from json_to_recordset(${JSON.stringify(lineRows(changes))}::json) as x (
        seller_id uuid, shipment_id uuid, line_number integer, gross bigint, discount bigint, net bigint, restocked integer, scrapped integer)
      where l.seller_id = x.seller_id and l.shipment_id = x.shipment_id and l.line_number = x.line_number
    )
    insert into shipment_history (seller_id, shipment_id, version, from_state, event, to_state, actor_kind, actor_id, cause, at, idempotency_id)
    select seller_id, shipment_id, version, from_state, event, state, ${by.actor.kind}, ${by.actor.id}::uuid, cause,
      ${instantParameter(by.at)}::timestamptz, ${by.idempotencyId}::uuid
    from changes`);
  return changed;
}

function lineRows(changes: readonly ShipmentChange[]) {
  return changes.flatMap(({ shipment: { sellerId, shipmentId }, worth = [], back = [] }) => [
    ...worth.map(({ lineNumber, gross, discount, net }) => ({
      ...{ seller_id: sellerId, shipment_id: shipmentId, line_number: lineNumber },
      ...{ gross: `${gross}`, discount: `${discount}`, net: `${net}` },
    })),
    ...back.map(({ lineNumber, restocked, scrapped }) => ({
      ...{ seller_id: sellerId, shipment_id: shipmentId, line_number: lineNumber },
      ...{ restocked, scrapped },
    })),
  ]);
}
