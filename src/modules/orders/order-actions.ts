import { type Instant, isBefore } from "../../kernel/clock.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { StateConflict } from "../../platform/lifecycle/index.ts";
import type { OrderState } from "./order-machine.ts";
import { type OrderRequest, partiesOf } from "./order-request.ts";

/** Who may do something about an order. */
export type OrderParty = "company" | "seller" | "operator";

/** What somebody may do about an order: the last words of the operations' paths with underscores, and to pack a parcel. A cancellation may have to be asked for. */
export type OrderAction = "accept" | "reject" | "cancel" | "request_cancellation" | "pack" | "complete";

const actions: Readonly<Record<OrderParty, Readonly<Partial<Record<OrderState, readonly OrderAction[]>>>>> = {
  company: { reserved: ["cancel"], confirmed: ["cancel"], delivered: ["complete"] },
  seller: {
    reserved: ["cancel"],
    confirmed: ["accept", "reject", "cancel"],
    accepted: ["pack", "cancel"],
    partially_shipped: ["pack", "cancel"],
  },
  operator: { reserved: ["cancel"], confirmed: ["cancel"], accepted: ["cancel"], partially_shipped: ["cancel"] },
};

/** The next steps that an order does not take while it is stopped; everything else about it is done all the same. */
const stoppedSteps: ReadonlySet<string> = new Set<OrderAction>(["accept", "pack"]);

/**
 * What a party may do about an order at this moment. A company cancels freely until the seller has accepted, then asks for it, and
 * freely again when the promised day is long over. What is shown of an order that is stopped leaves out the steps it does not take;
 * a command judges that for itself.
 */
export function orderActions(
  order: { readonly state: OrderState; readonly cancellableFrom: Instant | null },
  party: OrderParty,
  at: Instant,
  stopped = false,
): readonly OrderAction[] {
  const { state, cancellableFrom } = order;
  if (party === "company" && (state === "accepted" || state === "partially_shipped")) {
    return cancellableFrom !== null && !isBefore(at, cancellableFrom) ? ["cancel"] : ["request_cancellation"];
  }
  const possible = actions[party][state] ?? [];
  return stopped ? possible.filter((action) => !stoppedSteps.has(action)) : possible;
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

/** What somebody may do about a question: answer it, or take back what it asked. */
export type RequestAction = "grant" | "decline" | "withdraw";

/** What a party may do about a question about an order; nothing once it has ended. No acceptance is consented to while the order is stopped. */
export function requestActions(
  { kind, state }: Pick<OrderRequest, "kind" | "state">,
  party: "company" | "seller" | "operator",
  stopped = false,
): readonly RequestAction[] {
  if (state !== "open" || party === "operator") return [];
  if (partiesOf(kind).asks === party) return ["withdraw"];
  return stopped && kind === "acceptance" ? ["decline"] : ["grant", "decline"];
}
