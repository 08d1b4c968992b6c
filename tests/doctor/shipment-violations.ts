import { type Id, type Prefix, toWireId } from "../../src/kernel/ids.ts";
import type { TradedShipment, TradedShipments } from "./traded-shipments.ts";

const wire = (prefix: Prefix, id: string): string => toWireId(prefix, id as Id<Prefix>);
const shipment = ({ shipmentId }: TradedShipment): string => wire("shp", shipmentId);
const order = ({ orderId }: TradedShipment): string => wire("ord", orderId);

/** The guards of shipments that stand in the way of what is planted. */
export const shipmentGuardsInTheWay = `
  alter table shipments disable trigger user;
  alter table shipment_lines disable trigger user`;

/** What can be broken about shipments, and what doctor has to say to it. */
export function shipmentViolations({ packed, shipped, lost }: TradedShipments) {
  return [
    [
      "a shipment that is ahead of its history and its events",
      "update shipments set version = version + 1 where shipment_id = $1",
      [packed.shipmentId],
      [`O1 ${shipment(packed)}`, `R2 ${shipment(packed)}`],
    ],
    [
      "a packed shipment that waits without a deadline",
      "delete from deadlines where subject_id = $1",
      [packed.shipmentId],
      [`O5 ${shipment(packed)}`],
    ],
    [
      "a step of a shipment along no edge",
      "update shipment_history set event = 'teleport' where shipment_id = $1 and version = 3",
      [lost.shipmentId],
      [`O1 ${shipment(lost)}`],
    ],
    [
      "a loss that is dealt with, of an order that waits for it",
      "update shipments set resolution = 'credited' where shipment_id = $1",
      [lost.shipmentId],
      [`O1 ${order(lost)}`, `O5 ${shipment(lost)}`],
    ],
    [
      "a shipment that is worth less than the units of its order",
      "update shipment_lines set gross = gross - 1, net = net - 1 where shipment_id = $1",
      [shipped.shipmentId],
      [`O2 ${order(shipped)}`],
    ],
    [
      "a shipment without a history",
      "delete from shipment_history where shipment_id = $1",
      [shipped.shipmentId],
      [`O1 ${shipment(shipped)}`],
    ],
    [
      "a shipment whose key has no stored answer",
      "delete from idempotency using shipments where shipments.idempotency_id = idempotency.idempotency_id and shipment_id = $1",
      [shipped.shipmentId],
      [`R1 ${order(shipped)}`, `R1 ${shipment(shipped)}`],
    ],
  ] as const;
}
