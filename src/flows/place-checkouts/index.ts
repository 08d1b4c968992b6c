/** Placing: what a company asks to buy is judged with the rows locked, and becomes a checkout with one order per seller, or nothing. */
export type { PlaceCommand, PlacedCheckout, PlaceOutcome, PlaceRefusal } from "./command.ts";
export type { PlacingRules } from "./judge.ts";
export {
  type Judgement,
  obtainableCommands,
  placeCheckouts,
  type PlacingMeans,
  placingLocks,
  referenceLock,
} from "./place-checkouts.ts";
export { previewCheckout } from "./preview-checkout.ts";
export type { AddressSnapshot, CheckoutSnapshot, LineSnapshot, OrderSnapshot, PartySnapshot } from "./snapshots.ts";
