import type { EventOf, Machine, StateOf } from "../../kernel/lifecycle.ts";
import { next } from "../../kernel/lifecycle.ts";
import { Refused } from "../../kernel/refusal.ts";

/** What was asked for cannot happen in this state; `allowed` can. */
export type StateConflict = { readonly code: "state-conflict"; readonly state: string; readonly allowed: readonly string[] };

/**
 * The state that the event leads to. Commands ask this between locking their row and writing it.
 *
 * @throws Refused state-conflict with the current state and the events that are possible in it
 */
export function step<M extends Machine>(machine: M, from: StateOf<M> | "", event: EventOf<M>): StateOf<M> {
  const taken = next(machine, from, event);
  if (taken.allowed) return taken.to;
  throw new Refused<StateConflict>({ code: "state-conflict", state: taken.from, allowed: taken.allowedEvents });
}
