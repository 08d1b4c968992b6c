import { defineMachine, type EventOf, type StateOf } from "../../kernel/lifecycle.ts";

/** The life of an offer. Only an active one can be bought; an archived one keeps its reference and never comes back. */
export const offerMachine = defineMachine({
  name: "offer",
  edges: [
    { from: "", event: "draft", to: "draft", by: ["seller"] },
    // Born for sale: an import of many offers need not write each twice.
    { from: "", event: "publish", to: "active", by: ["seller"] },
    { from: "draft", event: "activate", to: "active", by: ["seller"] },
    { from: "active", event: "pause", to: "paused", by: ["seller"] },
    { from: "paused", event: "resume", to: "active", by: ["seller"] },
    { from: "draft", event: "archive", to: "archived", by: ["seller"] },
    { from: "active", event: "archive", to: "archived", by: ["seller"] },
    { from: "paused", event: "archive", to: "archived", by: ["seller"] },
  ],
});

export type OfferState = StateOf<typeof offerMachine>;
export type OfferEvent = EventOf<typeof offerMachine>;
