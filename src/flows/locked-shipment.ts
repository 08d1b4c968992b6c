import type { ApiKeyId, ShipmentId, Uuid } from "../kernel/ids.ts";
import {
  findShipment,
  lockOrder,
  lockShipments,
  type Order,
  type OrderParty,
  requireShipmentAction,
  type Shipment,
  type ShipmentAction,
} from "../modules/orders/index.ts";
import { appendAudit, auditEntry } from "../platform/audit/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import type { OrderMeans } from "./lifecycle-events.ts";

/** What somebody does about a parcel: which one, and as a member of which organisation. */
export type ShipmentCommand = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & {
  readonly shipmentId: ShipmentId;
  readonly party: { readonly kind: OrderParty; readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  readonly idempotencyId: Uuid;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
};

/** A parcel whose row and whose order's row are locked. */
export type LockedShipment = { readonly order: Order; readonly shipment: Shipment };

/**
 * Locks a parcel and its order for somebody who wants to do this about it.
 *
 * Locks: order, shipment.
 *
 * @returns undefined when the caller's organisation has no such parcel
 * @throws Refused state-conflict, and what `checkVersion` throws
 */
export async function lockForAction(
  tx: Transaction,
  { shipmentId, party, checkVersion }: ShipmentCommand,
  action: ShipmentAction,
): Promise<LockedShipment | undefined> {
  const found = await findShipment(tx, shipmentId);
  if (found === undefined) return undefined;
  const owner = party.kind === "company" ? found.companyId : found.sellerId;
  if (party.kind !== "operator" && party.organisationId !== owner) return undefined;
  const order = await lockOrder(tx, found.sellerId, found.orderId);
  const [shipment] = await lockShipments(tx, [found]);
  if (order === undefined || shipment === undefined) return undefined;
  checkVersion(shipment.version);
  requireShipmentAction(shipment, party.kind, action);
  return { order, shipment };
}

/** Who does it and when; read behind the locks. */
export async function meansOf(tx: Transaction, command: ShipmentCommand): Promise<OrderMeans> {
  return { ...command, at: await now(tx), actor: { kind: command.party.kind, id: command.party.keyId } };
}

/** What the history says a change came from: a word, and why in somebody's words. */
export function causeOf(word: string, reason?: string): string {
  return reason === undefined ? word : `${word}: ${reason}`;
}

/** An operator's change of a parcel is entered in the audit; that of others is not. */
export async function auditShipment(
  tx: Transaction,
  { party, requestId, idempotencyId, newId }: ShipmentCommand,
  { before, after, reason }: { readonly before: Shipment; readonly after: Shipment; readonly reason?: string | undefined },
  { at }: OrderMeans,
): Promise<void> {
  if (party.kind !== "operator") return;
  await appendAudit(tx, [
    auditEntry(
      { principal: party, requestId, idempotencyId, now: at, newId },
      {
        ...{ action: `shipment.${after.state}`, subjectType: "shipment", subjectId: after.shipmentId, reason },
        before: { state: before.state, version: before.version },
        after: { state: after.state, version: after.version },
      },
    ),
  ]);
}
