import { defineMachine, type EventOf, type StateOf } from "../../kernel/lifecycle.ts";

/**
 * The life of a parcel. Packing promises units to it and moves no stock; shipping takes them out. What is lost may be found; what the
 * company refused comes back, or is written off when it never does.
 */
export const shipmentMachine = defineMachine({
  name: "shipment",
  edges: [
    { from: "", event: "pack", to: "packed", by: ["seller"] },
    { from: "packed", event: "ship", to: "shipped", by: ["seller"] },
    { from: "packed", event: "cancel", to: "cancelled", by: ["seller", "operator", "deadline"] },
    { from: "shipped", event: "deliver", to: "delivered", by: ["seller", "company", "operator", "deadline"] },
    { from: "shipped", event: "lose", to: "lost", by: ["seller", "operator"] },
    { from: "shipped", event: "refuse", to: "refused", by: ["seller", "company"] },
    // What becomes of a loss: the company gets its money, or another parcel; which is open again when that is never sent.
    { from: "lost", event: "credit", to: "lost", by: ["seller", "deadline"] },
    { from: "lost", event: "replace", to: "lost", by: ["seller"] },
    { from: "lost", event: "reopen", to: "lost", by: ["seller", "operator", "deadline"] },
    { from: "lost", event: "find", to: "delivered", by: ["seller", "company", "operator"] },
    { from: "refused", event: "take_back", to: "returned_to_seller", by: ["seller"] },
    { from: "refused", event: "write_off", to: "written_off", by: ["seller", "deadline"] },
  ],
});

export type ShipmentState = StateOf<typeof shipmentMachine>;
export type ShipmentEvent = EventOf<typeof shipmentMachine>;
