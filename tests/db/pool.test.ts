import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Refused } from "../../src/kernel/refusal.ts";
import { type Database, openDatabase, sql, withReader } from "../../src/platform/db/index.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";

const reading = { role: "stoa_read" } as const;
const one = sql<{ one: number }>`select 1 as one`;

let clone: TestDatabase;
beforeAll(async () => {
  clone = await openTestDatabase();
});
afterAll(() => clone.close());

/** A transaction that stays open until it is told to end. */
function hold(database: Database): { readonly end: () => void; readonly ended: Promise<void>; readonly begun: Promise<void> } {
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const ended = withReader(database, reading, async (reader) => {
    await reader.query(one);
    begun.resolve();
    await held.promise;
  });
  return { end: held.resolve, ended, begun: begun.promise };
}

const overloaded = { refusal: { code: "overloaded", retry_after_seconds: 1 } };

describe("the pool", () => {
  test("never holds more connections than its size, and refuses at once who would wait behind a full queue", async () => {
    const database = openDatabase({ url: clone.url, poolSize: 2, queueSize: 1, queueWaitMillis: 1_000 });
    const holders = [hold(database), hold(database)];
    await Promise.all(holders.map(({ begun }) => begun));
    const waits = withReader(database, reading, (reader) => reader.query(one));
    const refused = withReader(database, reading, (reader) => reader.query(one));
    await expect(refused).rejects.toThrow(Refused);
    await expect(refused).rejects.toMatchObject(overloaded);
    expect(database.stats()).toEqual({ size: 2, open: 2, busy: 2, waiting: 1, refused: 1 });
    for (const { end } of holders) end();
    expect(await waits).toEqual([{ one: 1 }]);
    await Promise.all(holders.map(({ ended }) => ended));
    expect(database.stats()).toEqual({ size: 2, open: 2, busy: 0, waiting: 0, refused: 1 });
    await database.close();
  });

  test("refuses who has waited too long, and its turn goes to the next", async () => {
    const database = openDatabase({ url: clone.url, poolSize: 1, queueSize: 5, queueWaitMillis: 30 });
    const holder = hold(database);
    await holder.begun;
    await expect(withReader(database, reading, (reader) => reader.query(one))).rejects.toMatchObject(overloaded);
    const next = withReader(database, reading, (reader) => reader.query(one));
    holder.end();
    expect(await next).toEqual([{ one: 1 }]);
    await holder.ended;
    await database.close();
  });

  test("serves those who wait in the order they came", async () => {
    const database = openDatabase({ url: clone.url, poolSize: 1 });
    const holder = hold(database);
    await holder.begun;
    const served: number[] = [];
    const waiting = [1, 2, 3, 4].map((place) => withReader(database, reading, async () => void served.push(place)));
    holder.end();
    await Promise.all(waiting);
    expect(served).toEqual([1, 2, 3, 4]);
    await holder.ended;
    await database.close();
  });

  test("when it is closed refuses those who wait and lets those who work end", async () => {
    const database = openDatabase({ url: clone.url, poolSize: 1 });
    const holder = hold(database);
    await holder.begun;
    const waits = withReader(database, reading, (reader) => reader.query(one));
    const closed = database.close();
    await expect(waits).rejects.toMatchObject({ refusal: { code: "overloaded" } });
    await expect(withReader(database, reading, (reader) => reader.query(one))).rejects.toThrow("the database is open");
    holder.end();
    await holder.ended;
    await closed;
    expect(database.stats().busy).toBe(0);
  });

  test("is closed when its connections are gone, not when they have been told to go", async () => {
    const database = openDatabase({ url: clone.url, poolSize: 1 });
    const connection = await database.connections.lease();
    let gone = false;
    connection.client.once("end", () => {
      gone = true;
    });
    database.connections.giveBack(connection);
    await database.close();
    expect(gone).toBe(true);
  });

  test("gives a turn back when the connection cannot be made", async () => {
    const wrong = new URL(clone.url);
    wrong.username = "stoa_nobody";
    const database = openDatabase({ url: wrong.href, poolSize: 1 });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(withReader(database, reading, (reader) => reader.query(one))).rejects.toMatchObject({
        code: expect.stringMatching(/^28/),
      });
    }
    expect(database.stats().busy).toBe(0);
    await database.close();
  });
});
