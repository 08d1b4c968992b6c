import { defineMachine, type EventOf, type StateOf } from "../../kernel/lifecycle.ts";

/**
 * The life of an order, one seller's part of a checkout. `reserved` holds stock for a checkout that is not paid yet; from `confirmed` on
 * the seller owes the goods.
 */
export const orderMachine = defineMachine({
  name: "order",
  edges: [
    { from: "", event: "place", to: "confirmed", by: ["company"] },
    { from: "", event: "reserve", to: "reserved", by: ["company"] },
    // Company and seller too: an order that costs nothing is confirmed when the last that costs something is cancelled beside it.
    { from: "reserved", event: "confirm", to: "confirmed", by: ["operator", "company", "seller"] },
    { from: "reserved", event: "expire", to: "expired", by: ["deadline"] },
    { from: "reserved", event: "cancel", to: "cancelled", by: ["company", "seller"] },
    { from: "confirmed", event: "cancel", to: "cancelled", by: ["company", "seller"] },
  ],
});

export type OrderState = StateOf<typeof orderMachine>;
export type OrderEvent = EventOf<typeof orderMachine>;
