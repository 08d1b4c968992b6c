/** Sellers: the organisations that sell. Keeps: a seller is written with its organisation, its event and its audit entry, or not at all. */
export { shownSeller } from "./seller.ts";
export type { Address, Seller } from "./seller.ts";
export { addSeller } from "./seller-commands.ts";
export type { NewSeller, OperatorActor } from "./seller-commands.ts";
export { type SellerEvent, sellerMachine, type SellerState } from "./seller-machine.ts";
export { findSeller, listSellers } from "./seller-store.ts";

export const owns = ["sellers", "seller_history"] as const;
