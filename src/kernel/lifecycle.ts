import { assert } from "./assert.ts";

/** One edge of a machine: from a state, by an event that these parties may cause, to a state. Birth is an edge from `""`. */
export type Edge = { readonly from: string; readonly event: string; readonly to: string; readonly by: readonly string[] };

/** A lifecycle as data. Code, database, documents and console all draw from these edges. */
export type Machine<Name extends string = string, Edges extends readonly Edge[] = readonly Edge[]> = {
  readonly name: Name;
  readonly edges: Edges;
};

type EdgeOf<M extends Machine> = M["edges"][number];

/** The machine's states as a closed union; what does not exist yet (`""`) is none. */
export type StateOf<M extends Machine> = Exclude<EdgeOf<M>["from"] | EdgeOf<M>["to"], "">;
export type EventOf<M extends Machine> = EdgeOf<M>["event"];
/** Who can cause events of the machine. */
export type PartyOf<M extends Machine> = EdgeOf<M>["by"][number];

export type Step<M extends Machine> =
  | { readonly allowed: true; readonly to: StateOf<M> }
  | { readonly allowed: false; readonly from: StateOf<M> | ""; readonly event: EventOf<M>; readonly allowedEvents: readonly EventOf<M>[] };

/**
 * Declares a machine, once for the whole program. The types of its states, events and parties follow from its edges.
 *
 * @throws AssertionFailed when an event leads from one state to two, when an edge leads back to not existing or is for nobody, or when
 * a state cannot be reached from birth
 */
export function defineMachine<const Name extends string, const Edges extends readonly Edge[]>(machine: {
  readonly name: Name;
  readonly edges: Edges;
}): Machine<Name, Edges> {
  const { name, edges } = machine;
  const seen = new Set<string>();
  for (const { from, event, to, by } of edges) {
    assert(event !== "" && to !== "", `${name}: an edge without an event, or back to not existing`);
    assert(by.length > 0, `${name}: ${event} from "${from}" is for nobody`);
    assert(!seen.has(`${from} ${event}`), `${name}: ${event} from "${from}" leads to two states`);
    seen.add(`${from} ${event}`);
  }
  const reached = new Set([""]);
  // A Set that grows while it is walked is walked to its new end.
  for (const state of reached) {
    for (const edge of edges) if (edge.from === state) reached.add(edge.to);
  }
  for (const { from } of edges) assert(reached.has(from), `${name}: nothing leads to ${from}`);
  return machine;
}

/** Where an event leads from a state; if nowhere, what could happen there instead. Who may cause it is asked of `eventsFrom`. */
export function next<M extends Machine>(machine: M, from: StateOf<M> | "", event: EventOf<M>): Step<M> {
  for (const edge of machine.edges) {
    if (edge.from === from && edge.event === event) return { allowed: true, to: edge.to as StateOf<M> };
  }
  return { allowed: false, from, event, allowedEvents: eventsFrom(machine, from) };
}

/** The events that lead on from a state, in the order they were declared; with a party, those that it may cause. */
export function eventsFrom<M extends Machine>(machine: M, state: StateOf<M> | "", party?: PartyOf<M>): EventOf<M>[] {
  return machine.edges
    .filter((edge) => edge.from === state && (party === undefined || edge.by.includes(party)))
    .map((edge) => edge.event as EventOf<M>);
}
