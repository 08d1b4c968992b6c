import { describe, expect, test } from "vitest";
import { defineMachine } from "../../kernel/lifecycle.ts";
import { Refused } from "../../kernel/refusal.ts";
import { edgeRows, lifecyclesPage, step } from "./index.ts";

const door = defineMachine({
  name: "door",
  edges: [
    { from: "", event: "hang", to: "closed", by: ["joiner"] },
    { from: "closed", event: "open", to: "open", by: ["guest", "host"] },
    { from: "open", event: "close", to: "closed", by: ["host"] },
    { from: "open", event: "burn", to: "gone", by: ["host"] },
  ],
});

describe("a step of a lifecycle", () => {
  test("leads to the next state", () => {
    expect(step(door, "", "hang")).toBe("closed");
    expect(step(door, "open", "burn")).toBe("gone");
  });

  test("that is no edge is refused with the state and what is possible in it", () => {
    const refused = (() => {
      try {
        return step(door, "open", "open");
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(Refused);
    expect((refused as Refused).refusal).toEqual({ code: "state-conflict", state: "open", allowed: ["close", "burn"] });
    expect(() => step(door, "gone", "open")).toThrow("state-conflict");
  });
});

describe("the page of lifecycles", () => {
  const page = lifecyclesPage([door]);

  test("draws each edge, birth from the beginning and the end of what has no way on", () => {
    expect(page).toContain(
      [
        "stateDiagram-v2",
        "  [*] --> closed: hang",
        "  closed --> open: open",
        "  open --> closed: close",
        "  open --> gone: burn",
        "  gone --> [*]",
      ].join("\n"),
    );
  });

  test("lists each edge with who may cause it", () => {
    expect(page).toContain("| (nothing) | hang | closed | joiner |");
    expect(page).toContain("| closed | open | open | guest, host |");
  });
});

test("every edge is a row for the database, birth included", () => {
  expect(edgeRows([door])).toEqual([
    { machine: "door", from_state: "", event: "hang", to_state: "closed" },
    { machine: "door", from_state: "closed", event: "open", to_state: "open" },
    { machine: "door", from_state: "open", event: "close", to_state: "closed" },
    { machine: "door", from_state: "open", event: "burn", to_state: "gone" },
  ]);
});
