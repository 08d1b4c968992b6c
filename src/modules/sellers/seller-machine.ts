import { defineMachine, type EventOf, type StateOf } from "../../kernel/lifecycle.ts";

/** The life of a seller: it applies, is reviewed, sells, may be suspended, and closes when nothing is open. */
export const sellerMachine = defineMachine({
  name: "seller",
  edges: [
    { from: "", event: "apply", to: "applied", by: ["public", "operator"] },
    { from: "applied", event: "review", to: "under_review", by: ["operator"] },
    { from: "under_review", event: "send_back", to: "applied", by: ["operator"] },
    { from: "under_review", event: "activate", to: "active", by: ["operator"] },
    { from: "under_review", event: "reject", to: "rejected", by: ["operator"] },
    { from: "active", event: "suspend", to: "suspended", by: ["operator"] },
    { from: "suspended", event: "reactivate", to: "active", by: ["operator"] },
    { from: "active", event: "close", to: "closed", by: ["operator"] },
    { from: "suspended", event: "close", to: "closed", by: ["operator"] },
  ],
});

export type SellerState = StateOf<typeof sellerMachine>;
export type SellerEvent = EventOf<typeof sellerMachine>;
