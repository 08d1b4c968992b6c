/**
 * Inventory: what sellers have, where, and what of it is promised.
 * Keeps: no level is ever oversold (S1), what is reserved is what reservations hold (S2), movements explain the levels (S3).
 */
export type { StockShort } from "./inventory-refusals.ts";
export { type LockedLevel, lockLevelsOfOffers, obtainableOffers, readLevelsOfOffers } from "./level-store.ts";
export {
  type HeldReservation,
  lockLevelsOfReservations,
  lockReservationsOfOrders,
  type NewReservation,
  release,
  type ReleaseCause,
  reserve,
} from "./reservation-store.ts";
export { type Location, shownLocation } from "./location.ts";
export { addLocation, type SellerActor } from "./location-commands.ts";
export { findLocation, listLocations } from "./location-store.ts";
export { adjustStock, type AskedLine, receiveStock, type StockOperation } from "./stock-operation-commands.ts";
export type { StockAboveBound, StockInUse, StockOperationRefusal } from "./stock-operation-refusals.ts";
export { listLevels, listLevelsOfOffer, type ShownLevel } from "./stock-operation-store.ts";

export const owns = ["locations", "stock_levels", "stock_operations", "movements", "reservations"] as const;
