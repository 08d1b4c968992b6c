import { defineMachine, type StateOf } from "../../kernel/lifecycle.ts";

/**
 * The life of a line of the operator's bank account. `matched`: all of it was taken for what it names when it came; `recorded`: it tells
 * again what was recorded by hand, and has no effect of its own. Who is not named for certain is `unmatched` until the operator says whose
 * money it is, or sends it back. What the bank takes back is `undone`.
 */
export const bankLineMachine = defineMachine({
  name: "bank_line",
  edges: [
    { from: "", event: "match", to: "matched", by: ["operator"] },
    { from: "", event: "hold_back", to: "unmatched", by: ["operator"] },
    { from: "", event: "recognise", to: "recorded", by: ["operator"] },
    // It came and was taken back within one import.
    { from: "", event: "undo_at_once", to: "undone", by: ["operator"] },
    { from: "unmatched", event: "assign", to: "assigned", by: ["operator"] },
    { from: "unmatched", event: "send_back", to: "sent_back", by: ["operator"] },
    { from: "unmatched", event: "undo", to: "undone", by: ["operator"] },
    { from: "matched", event: "undo", to: "undone", by: ["operator"] },
    { from: "assigned", event: "undo", to: "undone", by: ["operator"] },
  ],
});

export type BankLineState = StateOf<typeof bankLineMachine>;
