import { defineMachine, type StateOf } from "../../kernel/lifecycle.ts";

const anybody = ["company", "seller", "operator", "deadline"] as const;

/**
 * The life of an invoice. Its state follows from what is open of it alone (`invoices_state_follows_open`): paid, credited, written off and
 * overdue are read off its settlements and its due day. What was settled can be undone, so no state is an end.
 */
export const invoiceMachine = defineMachine({
  name: "invoice",
  edges: [
    { from: "", event: "issue", to: "issued", by: ["seller"] },
    // One of nothing: what costs nothing is owed by nobody.
    { from: "", event: "issue_settled", to: "settled", by: ["seller"] },
    { from: "issued", event: "settle_part", to: "partially_settled", by: anybody },
    { from: "issued", event: "settle", to: "settled", by: anybody },
    { from: "partially_settled", event: "settle", to: "settled", by: anybody },
    // A loss that is credited takes back what was written off of it, whoever says that it is lost.
    { from: "partially_settled", event: "undo", to: "issued", by: anybody },
    { from: "settled", event: "undo_part", to: "partially_settled", by: anybody },
    { from: "settled", event: "undo", to: "issued", by: anybody },
  ],
});

export type InvoiceState = StateOf<typeof invoiceMachine>;
