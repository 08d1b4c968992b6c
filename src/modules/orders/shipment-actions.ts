import { Refused } from "../../kernel/refusal.ts";
import type { StateConflict } from "../../platform/lifecycle/index.ts";
import type { OrderParty } from "./order-actions.ts";
import type { Shipment } from "./shipment.ts";
import type { ShipmentState } from "./shipment-machine.ts";

/** What somebody may do about a parcel: the last words of the operations' paths, with underscores. */
export type ShipmentAction = "ship" | "cancel" | "deliver" | "lose" | "find" | "refuse" | "take_back" | "write_off" | "resolve";

const actions: Readonly<Record<OrderParty, Readonly<Partial<Record<ShipmentState, readonly ShipmentAction[]>>>>> = {
  seller: {
    packed: ["ship", "cancel"],
    shipped: ["deliver", "lose", "refuse"],
    lost: ["find", "resolve"],
    refused: ["take_back", "write_off"],
  },
  // A company knows nothing of a loss before it is told: what arrived was delivered, lost or not.
  company: { shipped: ["deliver", "refuse"], lost: ["deliver"] },
  operator: { packed: ["cancel"], shipped: ["deliver", "lose"], lost: ["find"] },
};

/** What a party may do about a parcel. A loss that is dealt with is not dealt with again; of an order that is stopped nothing is shipped. */
export function shipmentActions(
  { state, resolution }: Pick<Shipment, "state" | "resolution">,
  party: OrderParty,
  stopped = false,
): readonly ShipmentAction[] {
  const possible = actions[party][state] ?? [];
  return possible.filter((action) => !(action === "resolve" && resolution !== null) && !(action === "ship" && stopped));
}

/** @throws Refused state-conflict with the state and what the party may do in it, when that is not this */
export function requireShipmentAction(shipment: Pick<Shipment, "state" | "resolution">, party: OrderParty, action: ShipmentAction): void {
  const allowed = shipmentActions(shipment, party);
  if (!allowed.includes(action)) throw new Refused<StateConflict>({ code: "state-conflict", state: shipment.state, allowed });
}
