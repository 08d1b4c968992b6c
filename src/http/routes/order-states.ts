import type { OrderAction, OrderState } from "../../modules/orders/index.ts";

/** The states of an order, as they are shown. */
export const orderStates = [
  ...(["reserved", "confirmed", "accepted", "partially_shipped", "shipped", "delivered", "completed"] as const),
  ...(["rejected", "cancelled", "expired"] as const),
] satisfies readonly OrderState[];

/** What somebody may do about an order: the last words of the operations' paths with underscores, and to pack a parcel. What a company has to ask for is sent as `cancel` too. */
export const orderActionWords = [
  "accept",
  "reject",
  "cancel",
  "request_cancellation",
  "pack",
  "complete",
] as const satisfies readonly OrderAction[];
