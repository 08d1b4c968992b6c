import type { OrderState } from "../../modules/orders/index.ts";

/** The states of an order, as they are shown. */
export const orderStates = [
  ...(["reserved", "confirmed", "accepted", "partially_shipped", "shipped", "delivered", "completed"] as const),
  ...(["rejected", "cancelled", "expired"] as const),
] satisfies readonly OrderState[];
