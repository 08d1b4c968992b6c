import pg from "pg";
import { describe, expect, it, vi } from "vitest";
import { Refused } from "../../src/kernel/refusal.ts";
import type { Transaction } from "../../src/platform/db/index.ts";
import { createLanes, type LaneBounds, type LaneSteps } from "../../src/platform/lane/index.ts";
import { takeBatch } from "../../src/platform/lane/queue.ts";

const bounds: LaneBounds = { lanes: 1, commands: 4, weight: 10, queued: 100, asideMillis: 0 };
const command = (payload: string, party = payload, weight = 1) => ({ payload, party, weight });

class Transient extends Error {}

/** Lanes over a domain that answers each payload with itself, and notes the batches that committed. */
function laneOver(steps: Partial<LaneSteps<string, string>>, changed: Partial<LaneBounds> = {}) {
  const batches: string[][] = [];
  const faults: string[] = [];
  let batch: string[] = [];
  // The lanes need of a transaction that it ends; what is sent in it is the domain's matter.
  const tx = { finish: async () => [] } as unknown as Transaction;
  const lanes = createLanes<string, string>(
    {
      transact: async (work) => {
        batch = [];
        const result = await work(tx);
        batches.push(batch);
        return result;
      },
      claim: async (_, payloads) => payloads.map(() => ({ kind: "mine" })),
      obtainable: async (_, payloads) => payloads.map(() => true),
      run: async (_, payloads) => {
        batch = [...payloads];
        return { settled: payloads.map((answer) => ({ kind: "answered", answer, replayed: false })), writes: [] };
      },
      isRepeatable: (error) => error instanceof Transient,
      onFault: (_, payload) => faults.push(payload),
      onBatch: () => undefined,
      ...steps,
    },
    { ...bounds, ...changed },
  );
  return { lanes, batches, faults };
}

/** Lanes whose batches stop at a gate. `underWay` waits until so many have begun; `open` lets one of them through, or all that ever come. */
function gatedLanes(changed: Partial<LaneBounds>) {
  const begun: string[][] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const waiting: { count: number; seen: () => void }[] = [];
  let isOpen = false;
  const { lanes } = laneOver(
    {
      claim: async (_, payloads) => {
        const gate = Promise.withResolvers<void>();
        begun.push([...payloads]);
        gates.push(gate);
        for (const { count, seen } of waiting) if (begun.length >= count) seen();
        if (!isOpen) await gate.promise;
        return payloads.map(() => ({ kind: "mine" }));
      },
    },
    changed,
  );
  const submit = (...names: string[]) => names.map((name) => lanes.submit(command(name)));
  const open = (index?: number) => {
    isOpen ||= index === undefined;
    for (const [each, gate] of gates.entries()) if (index === undefined || each === index) gate.resolve();
  };
  const underWay = (count: number): Promise<void> =>
    new Promise((seen) => {
      if (begun.length >= count) seen();
      else waiting.push({ count, seen });
    });
  return { lanes, begun, submit, open, underWay };
}

describe("A batch", () => {
  it("takes commands in the order of their arrival, up to its bounds", () => {
    const queue = ["a", "b", "c", "d", "e"].map((name) => command(name));
    expect(takeBatch(queue, bounds).map(({ payload }) => payload)).toEqual(["a", "b", "c", "d"]);
    expect(queue.map(({ payload }) => payload)).toEqual(["e"]);
  });

  it("takes a command that is heavier than a batch alone", () => {
    const queue = [command("heavy", "x", 50), command("light", "y", 1)];
    expect(takeBatch(queue, bounds).map(({ payload }) => payload)).toEqual(["heavy"]);
    expect(takeBatch(queue, bounds).map(({ payload }) => payload)).toEqual(["light"]);
  });

  it("keeps a quarter for each party while others wait, and fills what is left free", () => {
    const many = Array.from({ length: 12 }, (_, index) => command(`m${index}`, "many"));
    const queue = [...many, command("x"), command("y")];
    expect(takeBatch(queue, { commands: 8, weight: 100 }).map(({ payload }) => payload)).toEqual([
      "m0",
      "m1",
      "m2",
      "m3",
      "m4",
      "m5",
      "x",
      "y",
    ]);
    expect(takeBatch([...many], { commands: 8, weight: 100 })).toHaveLength(8);
  });
});

describe("Lanes", () => {
  it("answer every command, and place together what waited", async () => {
    const { lanes, batches } = laneOver({});
    const settled = await Promise.all(["a", "b", "c"].map((name) => lanes.submit(command(name))));
    expect(settled.map((each) => each.kind === "answered" && each.answer)).toEqual(["a", "b", "c"]);
    expect(batches.flat()).toEqual(["a", "b", "c"]);
    expect(batches.length).toBeLessThan(3);
  });

  it("find the one command that cannot be judged by halves, in order, and answer the others", async () => {
    const { lanes, faults } = laneOver({
      run: async (_, payloads) => {
        if (payloads.includes("bad")) throw new Error("cannot be judged");
        return { settled: payloads.map((answer) => ({ kind: "answered", answer, replayed: false })), writes: [] };
      },
    });
    const settled = await Promise.allSettled(["a", "bad", "b", "c"].map((name) => lanes.submit(command(name))));
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    expect(faults).toEqual(["bad"]);
  });

  it("repeat the same batch when the database went away, and give up with 503 after three times", async () => {
    let failures = 2;
    const { lanes } = laneOver({
      claim: async (_, payloads) => {
        if (failures > 0) {
          failures -= 1;
          throw new Transient();
        }
        return payloads.map(() => ({ kind: "mine" }));
      },
    });
    expect(await lanes.submit(command("a"))).toMatchObject({ kind: "answered" });
    failures = 3;
    await expect(lanes.submit(command("b"))).rejects.toMatchObject({ refusal: { code: "overloaded" } });
  });

  it("set aside what needs rows of others after a lock time-out, go on with the rest, and end the waiting with 503", async () => {
    const lockTimeout = Object.assign(new pg.DatabaseError("canceling statement due to lock timeout", 1, "error"), { code: "55P03" });
    let asked = 0;
    const { lanes } = laneOver({
      obtainable: async (_, payloads) => payloads.map((payload) => payload !== "held"),
      run: async (_, payloads) => {
        asked += 1;
        if (payloads.includes("held")) throw lockTimeout;
        return { settled: payloads.map((answer) => ({ kind: "answered", answer, replayed: false })), writes: [] };
      },
    });
    const [held, free] = await Promise.allSettled([lanes.submit(command("held")), lanes.submit(command("free"))]);
    expect(held).toMatchObject({ status: "rejected", reason: { refusal: { code: "overloaded", retry_after_seconds: 1 } } });
    expect(free).toMatchObject({ status: "fulfilled" });
    expect(asked).toBeGreaterThan(1);
  });

  it("refuse with 503 what finds the queue full, and what comes after closing", async () => {
    const { lanes, underWay, open } = gatedLanes({ queued: 1 });
    const first = lanes.submit(command("a"));
    await underWay(1);
    const second = lanes.submit(command("b"));
    const third = lanes.submit(command("c"));
    await expect(third).rejects.toBeInstanceOf(Refused);
    open();
    expect([await first, await second].map(({ kind }) => kind)).toEqual(["answered", "answered"]);
    await lanes.close();
    await expect(lanes.submit(command("d"))).rejects.toMatchObject({ refusal: { code: "overloaded" } });
  });

  it("tell a repeat that its key is busy or settled without judging it", async () => {
    const judged: string[] = [];
    const { lanes } = laneOver({
      claim: async (_, payloads) =>
        payloads.map((payload) => {
          if (payload === "busy") return { kind: "busy" };
          if (payload === "again") return { kind: "settled", settled: { kind: "answered", answer: "first", replayed: true } };
          return { kind: "mine" };
        }),
      run: async (_, payloads) => {
        judged.push(...payloads);
        return { settled: payloads.map((answer) => ({ kind: "answered", answer, replayed: false })), writes: [] };
      },
    });
    const settled = await Promise.all(["busy", "again", "new"].map((name) => lanes.submit(command(name))));
    expect(settled).toEqual([
      { kind: "busy" },
      { kind: "answered", answer: "first", replayed: true },
      { kind: "answered", answer: "new", replayed: false },
    ]);
    expect(judged).toEqual(["new"]);
  });
});

describe("A free lane", () => {
  const two: Partial<LaneBounds> = { lanes: 2, commands: 100, weight: 1_000 };

  it("takes a command at once while nothing is under way", async () => {
    const { begun, submit, open, underWay } = gatedLanes(two);
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    try {
      const placed = submit("a");
      await underWay(1);
      expect(begun).toEqual([["a"]]);
      open();
      await Promise.all(placed);
    } finally {
      vi.useRealTimers();
    }
  });

  it("takes together what arrives together", async () => {
    const { begun, submit, open } = gatedLanes(two);
    open();
    await Promise.all(submit("a", "b", "c"));
    expect(begun).toEqual([["a", "b", "c"]]);
  });

  it("waits for as many commands as are under way in the other", async () => {
    const { begun, submit, open, underWay } = gatedLanes(two);
    const placed = submit("a", "b", "c");
    await underWay(1);
    placed.push(...submit("d"), ...submit("e"));
    placed.push(...submit("f"));
    await underWay(2);
    expect(begun).toEqual([
      ["a", "b", "c"],
      ["d", "e", "f"],
    ]);
    open();
    await Promise.all(placed);
  });

  it("waits for the end of the other, which then takes what there is", async () => {
    const { begun, submit, open, underWay } = gatedLanes(two);
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    try {
      const placed = submit("a", "b", "c");
      await underWay(1);
      placed.push(...submit("d"), ...submit("e"));
      open(0);
      await underWay(2);
      expect(begun).toEqual([
        ["a", "b", "c"],
        ["d", "e"],
      ]);
      open();
      await Promise.all(placed);
    } finally {
      vi.useRealTimers();
    }
  });

  it("lets nobody wait long for a batch that does not end", async () => {
    const { begun, submit, open, underWay } = gatedLanes(two);
    const placed = submit("a", "b", "c");
    await underWay(1);
    placed.push(...submit("d"));
    await underWay(2);
    expect(begun).toEqual([["a", "b", "c"], ["d"]]);
    open();
    await Promise.all(placed);
  });
});
