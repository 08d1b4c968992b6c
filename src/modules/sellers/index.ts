/**
 * Sellers: the organisations that sell. Keeps: a seller is written with its organisation, its history, its event and its audit entry, or
 * not at all; whoever sells has a tax number, a mandate and a series prefix.
 */
export { missingFacts, reaches, shownSeller } from "./seller.ts";
export type { Address, Reach, Seller, SellerCalendar } from "./seller.ts";
export { addSeller, registerSeller } from "./seller-commands.ts";
export type { NewSeller } from "./seller-commands.ts";
export { readSellerHistory, type SellerHistoryRow } from "./seller-history-store.ts";
export { sellerReviewDeadline, sellerSweep, sellerSweepDeadline } from "./seller-life.ts";
export { type SellerEvent, sellerMachine, type SellerState } from "./seller-machine.ts";
export {
  changeSellerFacts,
  checkSellerTaxNumber,
  giveMandate,
  lockLivingSeller,
  type SellerAsked,
  type SellerProfile,
  touchSeller,
} from "./seller-profile-commands.ts";
export type {
  SellerHomeCountry,
  SellerIncomplete,
  SellerOrdersOpen,
  SellerPayablesOpen,
  SellerRefusal,
  SeriesPrefixTaken,
} from "./seller-refusals.ts";
export { decideOnSeller, type SellerDecision } from "./seller-review-commands.ts";
export { moveSeller, type SellerMove, tellOverdueReview } from "./seller-step-commands.ts";
export {
  findPublicSeller,
  findSeller,
  listPublicSellers,
  listSellers,
  lockSeller,
  lockSellerIfFree,
  type PublicSeller,
  type SellerFilter,
} from "./seller-store.ts";

export const owns = ["sellers", "seller_history"] as const;
