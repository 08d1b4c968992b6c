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

export const owns = ["locations", "stock_levels", "stock_operations", "movements", "reservations"] as const;
