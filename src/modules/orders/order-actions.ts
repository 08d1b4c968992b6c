import { type Instant, isBefore } from "../../kernel/clock.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { StateConflict } from "../../platform/lifecycle/index.ts";
import type { OrderState } from "./order-machine.ts";

/** Who may do something about an order. */
export type OrderParty = "company" | "seller" | "operator";

/** What somebody may do about an order: the last words of the operations' paths. A cancellation may have to be asked for. */
export type OrderAction = "accept" | "reject" | "cancel" | "request-cancellation";

const actions: Readonly<Record<OrderParty, Readonly<Partial<Record<OrderState, readonly OrderAction[]>>>>> = {
  company: { reserved: ["cancel"], confirmed: ["cancel"] },
  seller: {
    reserved: ["cancel"],
    confirmed: ["accept", "reject", "cancel"],
    accepted: ["cancel"],
    partially_shipped: ["cancel"],
  },
  operator: { reserved: ["cancel"], confirmed: ["cancel"], accepted: ["cancel"], partially_shipped: ["cancel"] },
};

/**
 * What a party may do about an order at this moment. A company cancels freely until the seller has accepted, then asks for it, and
 * freely again when the promised day is long over.
 */
export function orderActions(
  order: { readonly state: OrderState; readonly cancellableFrom: Instant | null },
  party: OrderParty,
  at: Instant,
): readonly OrderAction[] {
  const { state, cancellableFrom } = order;
  if (party === "company" && (state === "accepted" || state === "partially_shipped")) {
    return cancellableFrom !== null && !isBefore(at, cancellableFrom) ? ["cancel"] : ["request-cancellation"];
  }
  return actions[party][state] ?? [];
}

/** @throws Refused state-conflict with the state and what the party may do in it, when that is none of these */
export function requireAction(
  order: { readonly state: OrderState; readonly cancellableFrom: Instant | null },
  party: OrderParty,
  at: Instant,
  wanted: readonly OrderAction[],
): OrderAction {
  const allowed = orderActions(order, party, at);
  const found = wanted.find((action) => allowed.includes(action));
  if (found !== undefined) return found;
  throw new Refused<StateConflict>({ code: "state-conflict", state: order.state, allowed });
}
