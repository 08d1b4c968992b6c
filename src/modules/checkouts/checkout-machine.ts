import { defineMachine, type EventOf, type StateOf } from "../../kernel/lifecycle.ts";

/**
 * The life of a checkout. On account it is confirmed by the transaction that places it; by bank transfer it waits, with its stock held,
 * for the operator to record the receipt; a total of zero leaves nothing to wait for. A confirmed checkout stays confirmed when its orders are cancelled: they have lives of their own.
 */
export const checkoutMachine = defineMachine({
  name: "checkout",
  edges: [
    { from: "", event: "place", to: "confirmed", by: ["company"] },
    { from: "", event: "place_prepaid", to: "pending_payment", by: ["company"] },
    // Company, seller and deadline too: cancelling all that costs something leaves nothing to pay for.
    { from: "pending_payment", event: "confirm", to: "confirmed", by: ["operator", "company", "seller", "deadline"] },
    { from: "pending_payment", event: "expire", to: "expired", by: ["deadline"] },
    // Whoever may cancel an order: cancelling the last order of a pending checkout leaves nothing to pay for.
    { from: "pending_payment", event: "cancel", to: "cancelled", by: ["company", "seller", "operator", "deadline"] },
  ],
});

export type CheckoutState = StateOf<typeof checkoutMachine>;
export type CheckoutEvent = EventOf<typeof checkoutMachine>;
