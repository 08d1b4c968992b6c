import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  CommitUnanswered,
  ConnectionLost,
  type Database,
  isTransient,
  openDatabase,
  sql,
  withReader,
  withTransaction,
} from "../../src/platform/db/index.ts";
import { withOwnerConnection } from "../../src/platform/db/owner-connection.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { isCommit, openWire, type Wire } from "../support/wire.ts";
import { committed, createNotes, insertNote, readNote } from "./notes.ts";

const operator = { role: "stoa_operator" } as const;

let clone: TestDatabase;
let wire: Wire;
let database: Database;

beforeAll(async () => {
  clone = await openTestDatabase();
  await createNotes(clone);
  wire = await openWire({ upstreamUrl: clone.url });
});
afterAll(async () => {
  await wire.close();
  await clone.close();
});
beforeEach(() => {
  database = openDatabase({ url: wire.url, poolSize: 2 });
});
afterEach(() => database.close());

/** The connection as it was, so that one that was lost can be told from the one that took its place. */
const processId = () =>
  withReader(database, operator, (reader) => reader.one(sql<{ id: number }>`select pg_backend_pid() as id`)).then(({ id }) => id);

/** Ends a session the way an administrator does; whoever signs in as the same user may. */
const terminate = (id: number) =>
  withOwnerConnection(clone.url, (same) => same.query(sql<{ done: boolean | null }>`select pg_terminate_backend(${id}) as done`));

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => "committed",
    (error: unknown) => error,
  );

describe("a connection that is lost", () => {
  test.each([
    ["alone", 1, async (n: number) => withTransaction(database, operator, (tx) => tx.query(insertNote(n)))],
    ["in a flight with the last writes", 2, async (n: number) => withTransaction(database, operator, (tx) => tx.finish([insertNote(n)]))],
  ])("after a commit sent %s leaves the outcome unknown, not failed", async (_, n, write) => {
    const before = await processId();
    const swallowed = wire.swallowCommitReplies(1);
    const error = await outcome(write(n));
    await swallowed;
    expect(error).toBeInstanceOf(CommitUnanswered);
    expect(isTransient(error)).toBe(true);
    expect(await committed(clone, n)).toBe(true);
    expect(await processId()).not.toBe(before);
    expect(database.stats().busy).toBe(0);
  });

  test("before the commit reached the server says that the outcome is unknown too, since nobody can tell", async () => {
    const unwatch = wire.watch((statement, moment) => (isCommit(statement) && moment === "before" ? "cut" : "pass"));
    const error = await outcome(withTransaction(database, operator, (tx) => tx.query(insertNote(3))));
    unwatch();
    expect(error).toBeInstanceOf(CommitUnanswered);
    expect(await committed(clone, 3)).toBe(false);
  });

  test("before a commit was sent says that nothing happened", async () => {
    const unwatch = wire.watch((statement, moment) =>
      statement.sql.startsWith("insert into notes") && moment === "after" ? "cut" : "pass",
    );
    const error = await outcome(withTransaction(database, operator, (tx) => tx.query(insertNote(4))));
    unwatch();
    expect(error).toBeInstanceOf(ConnectionLost);
    expect(isTransient(error)).toBe(true);
    expect(await committed(clone, 4)).toBe(false);
  });

  test("in the middle of a flight that ends with the commit leaves the outcome unknown", async () => {
    const unwatch = wire.watch((statement, moment) =>
      statement.sql.startsWith("insert into notes") && moment === "before" ? "cut" : "pass",
    );
    const error = await outcome(withTransaction(database, operator, (tx) => tx.finish([insertNote(5), readNote(5)])));
    unwatch();
    expect(error).toBeInstanceOf(CommitUnanswered);
    expect(await committed(clone, 5)).toBe(false);
  });

  test("while nobody uses it is replaced, and nobody notices", async () => {
    const before = await processId();
    await terminate(before);
    await expect.poll(() => database.stats().open).toBe(0);
    expect(await processId()).not.toBe(before);
  });

  test("because the server ends the session is transient, and nothing happened", async () => {
    const error = await outcome(
      withTransaction(database, operator, async (tx) => {
        const { id } = await tx.one(sql<{ id: number }>`select pg_backend_pid() as id`);
        await tx.query(insertNote(6));
        await terminate(id);
        await tx.query(readNote(6));
      }),
    );
    expect(isTransient(error)).toBe(true);
    expect(error).not.toBeInstanceOf(CommitUnanswered);
    expect(await committed(clone, 6)).toBe(false);
  });

  test("because a transaction stood still too long is transient", async () => {
    const error = await outcome(
      withTransaction(database, { ...operator, idleInTransactionMillis: 20 }, async (tx) => {
        const { id } = await tx.one(sql<{ id: number }>`select pg_backend_pid() as id`);
        await expect.poll(async () => (await clone.owner("select from pg_stat_activity where pid = $1", [id])).length).toBe(0);
        await tx.query(readNote(1));
      }),
    );
    expect(isTransient(error)).toBe(true);
  });

  test("because an answer does not come is given up two seconds after the statement's own time", async () => {
    const database = openDatabase({ url: wire.url, poolSize: 1, statementTimeoutMillis: 50 });
    await withReader(database, operator, (reader) => reader.query(readNote(1)));
    wire.pause();
    const error = await outcome(withReader(database, operator, (reader) => reader.query(readNote(1))));
    wire.resume();
    expect(error).toBeInstanceOf(ConnectionLost);
    await withReader(database, operator, (reader) => reader.query(readNote(1)));
    await database.close();
  });

  test("never existed: a server that cannot be reached is transient", async () => {
    wire.refuseConnections(true);
    const error = await outcome(withReader(database, operator, (reader) => reader.query(readNote(1))));
    wire.refuseConnections(false);
    expect(error).toBeInstanceOf(ConnectionLost);
    expect(database.stats()).toMatchObject({ busy: 0, waiting: 0 });
  });
});
