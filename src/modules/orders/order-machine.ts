import { defineMachine, type EventOf, type StateOf } from "../../kernel/lifecycle.ts";

/**
 * The life of an order, one seller's part of a checkout. `reserved` holds stock for a checkout that is not paid yet; from `confirmed` on
 * the seller owes the goods. Parts that are shipped or cancelled while something is left are no edges: they stand on the lines.
 */
export const orderMachine = defineMachine({
  name: "order",
  edges: [
    { from: "", event: "place", to: "confirmed", by: ["company"] },
    { from: "", event: "reserve", to: "reserved", by: ["company"] },
    // All of them: an order that costs nothing is confirmed when the last that costs something is cancelled beside it, by whomever.
    { from: "reserved", event: "confirm", to: "confirmed", by: ["operator", "company", "seller", "deadline"] },
    { from: "reserved", event: "expire", to: "expired", by: ["deadline"] },
    { from: "reserved", event: "cancel", to: "cancelled", by: ["company", "seller", "operator", "deadline"] },
    // The company too: it consents to what the seller can deliver.
    { from: "confirmed", event: "accept", to: "accepted", by: ["seller", "company"] },
    { from: "confirmed", event: "reject", to: "rejected", by: ["seller"] },
    { from: "confirmed", event: "cancel", to: "cancelled", by: ["company", "seller", "operator", "deadline"] },
    { from: "accepted", event: "cancel", to: "cancelled", by: ["company", "seller", "operator", "deadline"] },
    { from: "accepted", event: "ship_part", to: "partially_shipped", by: ["seller"] },
    { from: "accepted", event: "ship", to: "shipped", by: ["seller"] },
    { from: "partially_shipped", event: "ship", to: "shipped", by: ["seller"] },
    // What is left after parts were shipped is cancelled: nothing is left to ship.
    { from: "partially_shipped", event: "cancel_rest", to: "shipped", by: ["company", "seller", "operator", "deadline"] },
    { from: "shipped", event: "deliver", to: "delivered", by: ["seller", "company", "operator", "deadline"] },
    { from: "delivered", event: "complete", to: "completed", by: ["company", "deadline"] },
  ],
});

export type OrderState = StateOf<typeof orderMachine>;
export type OrderEvent = EventOf<typeof orderMachine>;

/** The states in which something is still to be done about an order. */
export const openOrderStates: readonly OrderState[] = [
  ...(["reserved", "confirmed", "accepted", "partially_shipped", "shipped", "delivered"] as const),
];
