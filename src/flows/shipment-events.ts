import { type EventId, toWireId } from "../kernel/ids.ts";
import type { Shipment } from "../modules/orders/index.ts";
import type { EventData, NewEvent } from "../platform/outbox/index.ts";
import type { Circumstances } from "./lifecycle-events.ts";

/** What is told of a changed parcel beside its state: what happened, `shipment.` and its state when left out, and facts of that. */
export type ShipmentSaid = { readonly type?: string; readonly facts?: EventData };

/** A parcel has changed, to be told to its seller and its company. From where it leaves is the seller's affair, and why it was forced. */
export function shipmentEvent(
  shipment: Shipment,
  cause: string,
  { requestId, traceparent, at, newId }: Circumstances,
  { type, facts = {} }: ShipmentSaid = {},
): NewEvent {
  const { sellerId, companyId, shipmentId, carrier, tracking, resolution, replaces } = shipment;
  const data = {
    shipment: toWireId("shp", shipmentId),
    order: toWireId("ord", shipment.orderId),
    seller: toWireId("sel", sellerId),
    company: toWireId("cmp", companyId),
    number: shipment.number,
    state: shipment.state,
    ...(carrier === null ? {} : { carrier }),
    ...(tracking === null ? {} : { tracking }),
    ...(resolution === null ? {} : { resolution }),
    ...(replaces === null ? {} : { replaces: toWireId("shp", replaces) }),
    cause,
    ...facts,
  };
  return {
    eventId: newId<EventId>(at),
    occurredAt: at,
    requestId,
    ...(traceparent === null ? {} : { traceparent }),
    organisationId: sellerId,
    subjectId: shipmentId,
    subjectType: "shipment",
    subjectVersion: shipment.version,
    type: type ?? `shipment.${shipment.state}`,
    data,
    audiences: [
      { organisationId: sellerId, data },
      { organisationId: companyId, data },
    ],
  };
}

/** Units of lines, as events tell them. */
export function shownUnits(lines: readonly { readonly lineNumber: number; readonly quantity: number }[]) {
  return lines.map(({ lineNumber, quantity }) => ({ line_number: lineNumber, quantity }));
}
