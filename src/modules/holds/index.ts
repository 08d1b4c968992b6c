/**
 * Holds: the operator stops the next step of an order, or of every order of a seller or a company, until somebody has looked.
 * Keeps: a hold has a reason, an owner and a day to look again; it is released once.
 */
export { type Hold, type HoldOwner, type HoldSubject, shownHold } from "./hold.ts";
export { addHold, changeHold, endHold, type HoldAudience } from "./hold-commands.ts";
export type { HoldReleased, HoldRefusal } from "./hold-refusals.ts";
export { findHold, type HoldFilter, listHolds } from "./hold-store.ts";

export const owns = ["holds"] as const;
