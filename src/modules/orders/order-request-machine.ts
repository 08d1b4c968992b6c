import { defineMachine, type EventOf, type StateOf } from "../../kernel/lifecycle.ts";

/** What one party asks of the other about an order, until it is answered, taken back or too old. */
export const orderRequestMachine = defineMachine({
  name: "order_request",
  edges: [
    { from: "", event: "ask", to: "open", by: ["seller", "company"] },
    { from: "open", event: "grant", to: "granted", by: ["seller", "company"] },
    { from: "open", event: "decline", to: "declined", by: ["seller", "company"] },
    { from: "open", event: "withdraw", to: "withdrawn", by: ["seller", "company"] },
    // The order ended, or took a step that leaves nothing to answer.
    { from: "open", event: "close", to: "closed", by: ["seller", "company", "operator", "deadline"] },
    { from: "open", event: "expire", to: "expired", by: ["deadline"] },
  ],
});

export type OrderRequestState = StateOf<typeof orderRequestMachine>;
export type OrderRequestEvent = EventOf<typeof orderRequestMachine>;
