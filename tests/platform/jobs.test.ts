import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addMillis, instant } from "../../src/kernel/clock.ts";
import { createIdSource } from "../../src/kernel/ids.ts";
import { sql, withFlowTransaction, withReader } from "../../src/platform/db/index.ts";
import type { Transaction } from "../../src/platform/db/index.ts";
import {
  clearDeadlines,
  lockDeadline,
  overdue,
  readDueDeadlines,
  restartDeadlines,
  setDeadlines,
  startSweeper,
  stopDeadlines,
} from "../../src/platform/jobs/index.ts";
import type { Deadline } from "../../src/platform/jobs/index.ts";
import { openTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";

const newId = createIdSource((bytes) => crypto.getRandomValues(bytes));
const past = instant(1_700_000_000_000);
const future = instant(253_000_000_000_000);
let kit: TestDatabase;

beforeAll(async () => {
  kit = await openTestDatabase();
});
afterAll(() => kit.close());

function flow<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
  return withFlowTransaction(kit.database, { role: "stoa_flow", locks: ["deadline"] }, work);
}

function due(after: Deadline | undefined, limit: number): Promise<Deadline[]> {
  return withReader(kit.database, { role: "stoa_read" }, (reader) => readDueDeadlines(reader, after, limit));
}

function deadline(dueAt = past, kind = "expire"): Deadline {
  return { organisationId: newId(past), kind, subjectId: newId(past), dueAt };
}

beforeEach(() => flow((tx) => tx.execute(sql`delete from deadlines`)));

describe("a deadline", () => {
  test("is read once it has come, the earliest first, in pages that leave none out", async () => {
    // Equal moments, so that a page ends among them.
    const all = [3, 1, 2, 2, 2, 1].map((second) => deadline(addMillis(past, second * 1_000)));
    await flow((tx) => setDeadlines(tx, [...all, deadline(future)]));
    const read: Deadline[] = [];
    for (let page = await due(undefined, 2); page.length > 0; page = await due(page.at(-1), 2)) read.push(...page);
    expect(read.map(({ dueAt }) => dueAt)).toEqual(all.map(({ dueAt }) => dueAt).toSorted((a, b) => a - b));
    expect(new Set(read.map(({ subjectId }) => subjectId))).toEqual(new Set(all.map(({ subjectId }) => subjectId)));
  });

  test("is moved when it is set again, and gone when it is cleared", async () => {
    const [moved, cleared, kept] = [deadline(), deadline(), deadline()];
    await flow((tx) => setDeadlines(tx, [moved, cleared, kept]));
    await flow((tx) => setDeadlines(tx, [{ ...moved, dueAt: future }]));
    await flow((tx) => clearDeadlines(tx, [cleared, deadline()]));
    expect(await due(undefined, 10)).toEqual([kept]);
    expect(await flow((tx) => lockDeadline(tx, moved))).toBe(future);
    expect(await flow((tx) => lockDeadline(tx, cleared))).toBeUndefined();
  });

  test("that has come and stands is counted, with the age of the first", async () => {
    await flow((tx) => setDeadlines(tx, [deadline(), deadline(addMillis(past, 60_000)), deadline(future)]));
    const seen = await withReader(kit.database, { role: "stoa_read" }, (reader) => overdue(reader));
    expect(seen.count).toBe(2n);
    expect(seen.seconds).toBeGreaterThan(60);
    const long = await withReader(kit.database, { role: "stoa_read" }, (reader) => overdue(reader, 1_000 * 365 * 86_400_000));
    expect(long).toEqual({ count: 0n, seconds: 0 });
  });
});

describe("a deadline that stands still", () => {
  const hour = 3_600_000;

  function setting(): Promise<readonly { readonly due_at: number; readonly stopped_at: number | null }[]> {
    return withReader(kit.database, { role: "stoa_read" }, (reader) =>
      reader.query(sql<{ due_at: number; stopped_at: number | null }>`select due_at, stopped_at from deadlines order by due_at`),
    );
  }

  test("is neither read as due nor counted nor acted on, and those beside it are", async () => {
    const [still, other] = [deadline(), deadline(addMillis(past, 1))];
    await flow((tx) => setDeadlines(tx, [still, other]));
    await flow((tx) => stopDeadlines(tx, [still, deadline()], addMillis(past, -hour)));
    expect(await due(undefined, 10)).toEqual([other]);
    expect((await withReader(kit.database, { role: "stoa_read" }, (reader) => overdue(reader))).count).toBe(1n);
    expect(await flow((tx) => lockDeadline(tx, still))).toBeUndefined();
    expect(await flow((tx) => lockDeadline(tx, other))).toBe(other.dueAt);
  });

  test("is due as much later as it stood still, counted from when it was first stopped", async () => {
    const still = deadline();
    const running = deadline(addMillis(past, 10 * hour));
    await flow((tx) => setDeadlines(tx, [still, running]));
    await flow((tx) => stopDeadlines(tx, [still], addMillis(past, -3 * hour)));
    await flow((tx) => stopDeadlines(tx, [still], addMillis(past, -2 * hour)));
    await flow((tx) => restartDeadlines(tx, [still, running], addMillis(past, -hour)));
    await flow((tx) => restartDeadlines(tx, [still], addMillis(past, hour)));
    expect(await setting()).toEqual([
      { due_at: addMillis(past, 2 * hour), stopped_at: null },
      { due_at: addMillis(past, 10 * hour), stopped_at: null },
    ]);
  });

  test("is no earlier when the clocks of two processes differ and it goes on before it was stopped", async () => {
    const still = deadline();
    await flow((tx) => setDeadlines(tx, [still]));
    await flow((tx) => stopDeadlines(tx, [still], past));
    await flow((tx) => restartDeadlines(tx, [still], addMillis(past, -hour)));
    expect(await setting()).toEqual([{ due_at: past, stopped_at: null }]);
  });

  test("goes on standing still when it is moved, from then on, and may be set standing still", async () => {
    const [moved, born] = [deadline(), deadline(addMillis(past, hour))];
    await flow((tx) => setDeadlines(tx, [moved, { ...born, stoppedAt: past }]));
    await flow((tx) => stopDeadlines(tx, [moved], addMillis(past, -hour)));
    await flow((tx) => setDeadlines(tx, [{ ...moved, dueAt: addMillis(past, 2 * hour) }]));
    const [first, second] = await setting();
    expect(first).toEqual({ due_at: born.dueAt, stopped_at: past });
    expect(second?.due_at).toBe(addMillis(past, 2 * hour));
    expect(second?.stopped_at).toBeGreaterThan(past);
  });

  test("is cleared as any other", async () => {
    const still = deadline();
    await flow((tx) => setDeadlines(tx, [{ ...still, stoppedAt: past }]));
    await flow((tx) => clearDeadlines(tx, [still]));
    expect(await setting()).toEqual([]);
  });

  test("either stands still or is acted on, when it is stopped at the instant in which it is due", async () => {
    const stop = (one: Deadline) => async (tx: Transaction) => stopDeadlines(tx, [one], past);
    const act = (one: Deadline) => async (tx: Transaction) => {
      if ((await lockDeadline(tx, one)) === undefined) return "stood still";
      await clearDeadlines(tx, [one]);
      return "acted";
    };
    /** Both under way at once; what the first has locked it holds until the second has begun. */
    async function meet<First, Second>(first: (tx: Transaction) => Promise<First>, second: (tx: Transaction) => Promise<Second>) {
      const [held, begun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      return Promise.all([
        flow(async (tx) => {
          const done = await first(tx);
          held.resolve();
          await begun.promise;
          return done;
        }),
        held.promise.then(() =>
          flow((tx) => {
            begun.resolve();
            return second(tx);
          }),
        ),
      ]);
    }
    const [one, other] = [deadline(), deadline()];
    await flow((tx) => setDeadlines(tx, [one, other]));
    expect(await meet(act(one), stop(one))).toEqual(["acted", undefined]);
    expect(await meet(stop(other), act(other))).toEqual([undefined, "stood still"]);
    expect(await setting()).toEqual([{ due_at: other.dueAt, stopped_at: past }]);
  });
});

describe("two sweepers at once", () => {
  /** Acts as a flow does: locks the deadline, sees that it stands, acts (here: notes it) and clears it, in one transaction. */
  function acting(acted: string[], failing: ReadonlySet<string>) {
    return async (one: Deadline): Promise<"done" | "busy"> => {
      const stood = await flow(async (tx) => {
        const dueAt = await lockDeadline(tx, one);
        if (dueAt === undefined) return false;
        if (failing.has(one.subjectId)) throw new Error("cannot");
        await clearDeadlines(tx, [one]);
        return true;
      });
      if (stood) acted.push(one.subjectId);
      return "done";
    };
  }

  test("act once on each deadline, and leave those that fail standing", async () => {
    const all = Array.from({ length: 120 }, (_, index) => deadline(addMillis(past, index)));
    const failing = new Set(all.filter((_, index) => index % 10 === 0).map(({ subjectId }) => subjectId));
    await flow((tx) => setDeadlines(tx, all));
    const acted: string[] = [];
    const ended = Promise.withResolvers<void>();
    const options = {
      readDue: due,
      handlers: { expire: acting(acted, failing) },
      batch: 16,
      everyMillis: 20,
      onFailure: (error: unknown) => void (String(error) === "Error: cannot" || ended.reject(error)),
      onHandled: () => void (acted.length === all.length - failing.size && ended.resolve()),
    };
    const sweepers = [startSweeper(options), startSweeper(options)];
    await ended.promise;
    await Promise.all(sweepers.map((sweeper) => sweeper.stop()));
    expect(acted.toSorted()).toEqual(
      all
        .map(({ subjectId }) => subjectId)
        .filter((id) => !failing.has(id))
        .toSorted(),
    );
    expect((await due(undefined, 200)).map(({ subjectId }) => subjectId)).toEqual([...failing]);
  });
});
