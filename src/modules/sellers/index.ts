/**
 * Sellers: the organisations that sell. Keeps: a seller is written with its organisation, its history, its event and its audit entry, or
 * not at all; whoever sells has a tax number, a mandate and a series prefix.
 */
export { reaches, shownSeller } from "./seller.ts";
export type { Address, Reach, Seller, SellerCalendar } from "./seller.ts";
export { addSeller } from "./seller-commands.ts";
export type { NewSeller, OperatorActor } from "./seller-commands.ts";
export { type SellerEvent, sellerMachine, type SellerState } from "./seller-machine.ts";
export type { SellerRefusal } from "./seller-refusals.ts";
export { findSeller, listSellers } from "./seller-store.ts";

export const owns = ["sellers", "seller_history"] as const;
