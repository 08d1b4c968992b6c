import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { instant } from "../../kernel/clock.ts";
import { createIdSource } from "../../kernel/ids.ts";
import type { Deadline } from "./deadline.ts";
import { startSweeper } from "./sweeper.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const newId = createIdSource((bytes) => crypto.getRandomValues(bytes));

function deadlines(count: number, kind = "expire"): Deadline[] {
  return Array.from({ length: count }, (_, index) => ({ organisationId: newId(1), kind, subjectId: newId(1), dueAt: instant(index) }));
}

/** Deadlines as the database would hold them: read in pages, cleared by who acts on them. */
function queue(all: Deadline[]) {
  const due = [...all];
  let reads = 0;
  return {
    due,
    reads: () => reads,
    readDue: async (after: Deadline | undefined, limit: number) => {
      reads += 1;
      const from = after === undefined ? 0 : due.findIndex(({ dueAt }) => dueAt > after.dueAt);
      return from < 0 ? [] : due.slice(from, from + limit);
    },
    clear: (deadline: Deadline) => void due.splice(due.indexOf(deadline), 1),
  };
}

describe("the sweeper", () => {
  test("acts on every deadline that has come, the earliest first, in as many pages as it takes", async () => {
    const all = deadlines(7);
    const { due, readDue, clear } = queue(all);
    const acted: Deadline[] = [];
    const sweeper = startSweeper({
      readDue,
      handlers: {
        expire: async (deadline) => {
          acted.push(deadline);
          clear(deadline);
          return "done";
        },
      },
      batch: 3,
      parallel: 1,
      onFailure: (error) => expect.unreachable(String(error)),
    });
    await vi.advanceTimersByTimeAsync(10);
    expect(acted).toEqual(all);
    expect(due).toEqual([]);
    await sweeper.stop();
  });

  test("lets no deadline that fails keep back another, and tries it again after one second, two, four", async () => {
    const all = deadlines(5);
    const { readDue, clear } = queue(all);
    const begun: number[] = [];
    const failures: unknown[] = [];
    const start = performance.now();
    const acted: Deadline[] = [];
    const sweeper = startSweeper({
      readDue,
      handlers: {
        expire: async (deadline) => {
          if (deadline === all[0]) {
            begun.push(Math.trunc(performance.now() - start));
            throw new Error("cannot");
          }
          acted.push(deadline);
          clear(deadline);
          return "done";
        },
      },
      batch: 1,
      parallel: 1,
      everyMillis: 500,
      onFailure: (error, deadline) => void failures.push([String(error), deadline]),
    });
    await vi.advanceTimersByTimeAsync(10);
    expect(acted).toEqual(all.slice(1));
    await vi.advanceTimersByTimeAsync(7_990);
    expect(begun).toEqual([0, 1_000, 3_000, 7_000]);
    expect(failures).toEqual(begun.map(() => ["Error: cannot", all[0]]));
    await sweeper.stop();
  });

  test("acts together on those of a kind that can be, as many at once as may be, and on others between them", async () => {
    const [calls, others] = [deadlines(5), deadlines(1, "tell")];
    const all = [...calls.slice(0, 3), ...others, ...calls.slice(3)].map((each, index) => ({ ...each, dueAt: instant(index) }));
    const { readDue, clear, due } = queue(all);
    const sizes: number[] = [];
    const outcomes: string[] = [];
    const one = async (deadline: Deadline) => {
      sizes.push(1);
      clear(deadline);
      return "done" as const;
    };
    const sweeper = startSweeper({
      readDue,
      handlers: { expire: one, tell: one },
      together: {
        expire: {
          most: 2,
          act: async (several) => {
            sizes.push(several.length);
            clear(several[0] as Deadline);
            return ["done", "busy"];
          },
        },
      },
      parallel: 1,
      onHandled: (_deadline, outcome) => void outcomes.push(outcome),
      onFailure: (error) => expect.unreachable(String(error)),
    });
    await vi.advanceTimersByTimeAsync(10);
    expect(sizes).toEqual([2, 2, 1, 1]);
    expect(outcomes.toSorted()).toEqual(["busy", "busy", "done", "done", "done", "done"]);
    // Who was left for later is looked at again.
    await vi.advanceTimersByTimeAsync(3_000);
    expect(due).toEqual([]);
    await sweeper.stop();
  });

  test("acts on each by itself when they cannot be acted on together, so that the one it lies with fails alone", async () => {
    const all = deadlines(3);
    const { readDue, clear, due } = queue(all);
    const apart: unknown[] = [];
    const failures: unknown[] = [];
    const refuse = (several: readonly Deadline[]) => {
      if (several.includes(all[1] as Deadline)) throw new Error("cannot");
    };
    const sweeper = startSweeper({
      readDue,
      handlers: {
        expire: async (deadline) => {
          refuse([deadline]);
          clear(deadline);
          return "done";
        },
      },
      together: { expire: { most: 3, act: async (several) => (refuse(several), several.map(() => "done" as const)) } },
      onApart: (error, several) => void apart.push([String(error), several.length]),
      onFailure: (error, deadline) => void failures.push([String(error), deadline]),
    });
    await vi.advanceTimersByTimeAsync(10);
    expect(due).toEqual([all[1]]);
    expect(apart).toEqual([["Error: cannot", 3]]);
    expect(failures).toEqual([["Error: cannot", all[1]]]);
    await sweeper.stop();
  });

  test("asks again for a deadline whose subject somebody else had", async () => {
    const { readDue, clear } = queue(deadlines(1));
    const outcomes: string[] = [];
    const sweeper = startSweeper({
      readDue,
      handlers: {
        expire: async (deadline) => {
          if (outcomes.length === 0) return "busy";
          clear(deadline);
          return "done";
        },
      },
      onHandled: (_deadline, outcome) => void outcomes.push(outcome),
      onFailure: (error) => expect.unreachable(String(error)),
    });
    await vi.advanceTimersByTimeAsync(1_010);
    expect(outcomes).toEqual(["busy", "done"]);
    await sweeper.stop();
  });

  test("reports a kind that nobody acts on and acts on the others", async () => {
    const all = [...deadlines(1, "toString"), ...deadlines(1)];
    const { readDue } = queue(all);
    const failures: string[] = [];
    const acted: Deadline[] = [];
    const sweeper = startSweeper({
      readDue: async () => (acted.length === 0 ? all : readDue(undefined, 0)),
      handlers: {
        expire: async (deadline) => {
          acted.push(deadline);
          return "done";
        },
      },
      onFailure: (error) => void failures.push(String(error)),
    });
    await vi.advanceTimersByTimeAsync(10);
    expect(failures).toEqual(["Error: nobody acts on deadlines of the kind toString"]);
    expect(acted).toEqual([all[1]]);
    await sweeper.stop();
  });

  test("outlives a look that fails", async () => {
    let looks = 0;
    const failures: unknown[] = [];
    const sweeper = startSweeper({
      readDue: async () => {
        looks += 1;
        if (looks === 1) throw new Error("no database");
        return [];
      },
      handlers: {},
      onFailure: (error, deadline) => void failures.push([String(error), deadline]),
    });
    await vi.advanceTimersByTimeAsync(1_010);
    expect(looks).toBe(2);
    expect(failures).toEqual([["Error: no database", undefined]]);
    await sweeper.stop();
  });

  test("looks now when it is woken", async () => {
    const { readDue, reads } = queue([]);
    const sweeper = startSweeper({ readDue, handlers: {}, onFailure: (error) => expect.unreachable(String(error)) });
    await vi.advanceTimersByTimeAsync(10);
    sweeper.wake();
    sweeper.wake();
    await vi.advanceTimersByTimeAsync(10);
    expect(reads()).toBe(2);
    await sweeper.stop();
  });

  test("goes on at once with one that takes several transactions, and what came due meanwhile has its turn between them", async () => {
    const [long, other] = deadlines(2);
    const due = [long].flatMap((each) => (each === undefined ? [] : [each]));
    const order: string[] = [];
    const sweeper = startSweeper({
      readDue: () => Promise.resolve([...due]),
      handlers: {
        expire: async (deadline) => {
          order.push(deadline === long ? "long" : "other");
          if (deadline === long && order.length === 1 && other !== undefined) due.push(other);
          if (deadline === long && order.filter((each) => each === "long").length < 3) return "more";
          due.splice(due.indexOf(deadline), 1);
          return "done";
        },
      },
      onFailure: (error) => expect.unreachable(String(error)),
    });
    await vi.advanceTimersByTimeAsync(20);
    expect(order).toEqual(["long", "long", "other", "long"]);
    await sweeper.stop();
  });

  test("ends when the deadlines under way have been acted on, and begins no other", async () => {
    const all = deadlines(5);
    const { readDue } = queue(all);
    const gate = Promise.withResolvers<"done">();
    let begun = 0;
    const sweeper = startSweeper({
      readDue,
      handlers: {
        expire: async () => {
          begun += 1;
          return gate.promise;
        },
      },
      parallel: 2,
      onFailure: (error) => expect.unreachable(String(error)),
    });
    await vi.advanceTimersByTimeAsync(10);
    let stopped = false;
    const stopping = sweeper.stop().then(() => {
      stopped = true;
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect([begun, stopped]).toEqual([2, false]);
    gate.resolve("done");
    await stopping;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(begun).toBe(2);
  });
});
