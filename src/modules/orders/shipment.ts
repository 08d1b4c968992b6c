import type { Instant } from "../../kernel/clock.ts";
import type { CompanyId, LocationId, OfferId, OrderId, ReservationId, SellerId, ShipmentId } from "../../kernel/ids.ts";
import type { ShipmentState } from "./shipment-machine.ts";

/** How a loss or a refusal was dealt with: the company gets its money, or another parcel. */
export type Resolution = "credited" | "replaced";

/** Names a parcel. */
export type ShipmentKey = { readonly sellerId: SellerId; readonly shipmentId: ShipmentId };

/** A parcel as its locked row was read. */
export type Shipment = ShipmentKey & {
  readonly orderId: OrderId;
  readonly companyId: CompanyId;
  /** Counts the parcels of its order from 1. */
  readonly number: number;
  readonly locationId: LocationId;
  readonly state: ShipmentState;
  readonly version: number;
  readonly carrier: string | null;
  readonly tracking: string | null;
  readonly packedAt: Instant;
  readonly shippedAt: Instant | null;
  /** When it was delivered, cancelled, back or given up; null while it is on its way, lost or refused. */
  readonly endedAt: Instant | null;
  readonly resolution: Resolution | null;
  /** The lost parcel in whose place it is sent. */
  readonly replaces: ShipmentId | null;
  /** Why units were sent that older orders wait for; null when none were. */
  readonly forcedReason: string | null;
};

/** Units of an order line in a parcel, and the reservation that holds or held them. */
export type ShipmentLine = ShipmentKey & {
  readonly lineNumber: number;
  readonly offerId: OfferId;
  readonly reservationId: ReservationId;
  readonly quantity: number;
};
