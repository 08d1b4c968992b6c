import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addMillis, instant } from "../../src/kernel/clock.ts";
import { createIdSource } from "../../src/kernel/ids.ts";
import { sql, withFlowTransaction, withReader } from "../../src/platform/db/index.ts";
import type { Transaction } from "../../src/platform/db/index.ts";
import { clearDeadlines, lockDeadline, overdue, readDueDeadlines, setDeadlines, startSweeper } from "../../src/platform/jobs/index.ts";
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
