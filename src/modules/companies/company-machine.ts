import { defineMachine, type EventOf, type StateOf } from "../../kernel/lifecycle.ts";

/** The life of a company: it registers, is reviewed, buys, may be suspended, and closes when nothing is open. */
export const companyMachine = defineMachine({
  name: "company",
  edges: [
    { from: "", event: "register", to: "pending", by: ["public", "operator"] },
    { from: "pending", event: "activate", to: "active", by: ["operator"] },
    { from: "pending", event: "reject", to: "rejected", by: ["operator"] },
    { from: "active", event: "suspend", to: "suspended", by: ["operator"] },
    { from: "suspended", event: "reactivate", to: "active", by: ["operator"] },
    { from: "active", event: "close", to: "closed", by: ["operator"] },
    { from: "suspended", event: "close", to: "closed", by: ["operator"] },
  ],
});

export type CompanyState = StateOf<typeof companyMachine>;
export type CompanyEvent = EventOf<typeof companyMachine>;
