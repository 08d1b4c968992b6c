import { describe, expect, expectTypeOf, it } from "vitest";
import { AssertionFailed } from "./assert.ts";
import { type Edge, defineMachine, type EventOf, eventsFrom, next, type PartyOf, type StateOf } from "./lifecycle.ts";

const parcel = defineMachine({
  name: "parcel",
  edges: [
    { from: "", event: "pack", to: "packed", by: ["seller"] },
    { from: "packed", event: "ship", to: "shipped", by: ["seller", "carrier"] },
    { from: "packed", event: "cancel", to: "cancelled", by: ["seller", "operator"] },
    { from: "shipped", event: "deliver", to: "delivered", by: ["carrier"] },
  ],
});

describe("A machine", () => {
  it("gives its states, events and parties as closed unions", () => {
    expectTypeOf<StateOf<typeof parcel>>().toEqualTypeOf<"packed" | "shipped" | "cancelled" | "delivered">();
    expectTypeOf<EventOf<typeof parcel>>().toEqualTypeOf<"pack" | "ship" | "cancel" | "deliver">();
    expectTypeOf<PartyOf<typeof parcel>>().toEqualTypeOf<"seller" | "carrier" | "operator">();
    // @ts-expect-error an unknown state does not compile
    expect(next(parcel, "lost", "ship").allowed).toBe(false);
  });

  it("allows each of its edges, birth included, and nothing else", () => {
    const states = ["", "packed", "shipped", "cancelled", "delivered"] as const;
    const events = ["pack", "ship", "cancel", "deliver"] as const;
    for (const from of states) {
      for (const event of events) {
        const edge = parcel.edges.find((each) => each.from === from && each.event === event);
        const step = next(parcel, from, event);
        expect(step).toEqual(
          edge === undefined ? { allowed: false, from, event, allowedEvents: eventsFrom(parcel, from) } : { allowed: true, to: edge.to },
        );
      }
    }
  });

  it("names what could happen instead", () => {
    expect(next(parcel, "packed", "deliver")).toEqual({
      allowed: false,
      from: "packed",
      event: "deliver",
      allowedEvents: ["ship", "cancel"],
    });
    expect(next(parcel, "delivered", "ship")).toMatchObject({ allowed: false, allowedEvents: [] });
  });

  it("tells a party the events that it may cause", () => {
    expect(eventsFrom(parcel, "packed")).toEqual(["ship", "cancel"]);
    expect(eventsFrom(parcel, "packed", "operator")).toEqual(["cancel"]);
    expect(eventsFrom(parcel, "packed", "carrier")).toEqual(["ship"]);
  });

  const birth: Edge = { from: "", event: "begin", to: "open", by: ["seller"] };
  it.each<[string, Edge[]]>([
    ["an event that leads to two states", [birth, { ...birth, to: "closed" }]],
    ["a state that nothing leads to", [birth, { from: "parked", event: "close", to: "closed", by: ["seller"] }]],
    [
      "a circle that nothing leads to",
      [birth, { from: "a", event: "x", to: "b", by: ["seller"] }, { from: "b", event: "x", to: "a", by: ["seller"] }],
    ],
    ["an edge back to not existing", [birth, { from: "open", event: "vanish", to: "", by: ["seller"] }]],
    ["an event without a name", [birth, { from: "open", event: "", to: "closed", by: ["seller"] }]],
    ["an edge for nobody", [birth, { from: "open", event: "close", to: "closed", by: [] }]],
  ])("is refused with %s", (_, edges) => {
    expect(() => defineMachine({ name: "broken", edges })).toThrow(AssertionFailed);
  });
});
