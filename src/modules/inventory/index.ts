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
export { addLocation } from "./location-commands.ts";
export { findLocation, listLocations } from "./location-store.ts";
export {
  type AskedArrival,
  type AskedTransfer,
  receiveStock,
  restockStock,
  transferStock,
} from "./stock-operation-commands.ts";
export { adjustmentChanges, type AskedAdjustment, type AskedLimit, limitChanges } from "./stock-changes.ts";
export {
  judgeChanges,
  type JudgedChange,
  type LevelChange,
  levelKey,
  type LevelName,
  type LevelNumbers,
  onHandBound,
  takeFromFirst,
  unitsShort,
} from "./stock-operation.ts";
export { type LoweringField, nothingHere, refuseTooMuch, stockInUse } from "./stock-operation-judgement.ts";
export { newStockOperation, shownServed, type StockOperation, writeStockOperation } from "./stock-operation-record.ts";
export type { StockAboveBound, StockInUse, StockOperationRefusal } from "./stock-operation-refusals.ts";
export { reassignUnits, type Reassignment } from "./reassign-store.ts";
export { insertMissingLevels, insertStockOperation, lockLevels, type NewStockOperation, readLevels } from "./stock-operation-store.ts";
export {
  listLevels,
  listLevelsOfOffer,
  listMovements,
  listMovementsOfOffer,
  movementCauses,
  movementKinds,
  type ShownLevel,
  type ShownMovement,
} from "./stock-list-store.ts";

export const owns = ["locations", "stock_levels", "stock_operations", "movements", "reservations"] as const;
