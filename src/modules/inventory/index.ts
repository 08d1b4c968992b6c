/**
 * Inventory: what sellers have, where, and what of it is promised.
 * Keeps: no level is ever oversold (S1), what is reserved is what reservations hold (S2), movements explain the levels (S3).
 */
export type { StockShort } from "./inventory-refusals.ts";
export { type LockedLevel, lockLevelsOfOffers, obtainableOffers, readLevelsOfOffers } from "./level-store.ts";
export { chooseReleases, type HeldReservation, type LineDraw, type ReservationUnits } from "./reservation.ts";
export {
  type LevelOfSeller,
  lockLevelsOfReservations,
  lockReservationsOfOrders,
  type NewReplacement,
  type NewReservation,
  readOlderHeld,
  release,
  type Release,
  type ReleaseCause,
  reserve,
  reserveReplacement,
} from "./reservation-store.ts";
export {
  type FinalizedUnits,
  finalizeUnits,
  packUnits,
  type ParcelUnits,
  type RestockedUnits,
  restockUnits,
  unpackUnits,
} from "./parcel-store.ts";
export { type Location, shownLocation } from "./location.ts";
export { addLocation, type SellerActor } from "./location-commands.ts";
export { findLocation, listLocations } from "./location-store.ts";
export { adjustStock, type AskedLine, receiveStock, type StockOperation } from "./stock-operation-commands.ts";
export type { StockAboveBound, StockInUse, StockOperationRefusal } from "./stock-operation-refusals.ts";
export { type LevelName, listLevels, listLevelsOfOffer, lockLevels, type ShownLevel } from "./stock-operation-store.ts";

export const owns = ["locations", "stock_levels", "stock_operations", "movements", "reservations"] as const;
