import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Database,
  CommitRefused,
  isTransient,
  locking,
  now,
  openDatabase,
  sql,
  StatementOutdated,
  violatedConstraint,
  withFlowTransaction,
  withReader,
  withTransaction,
} from "../../src/platform/db/index.ts";
import { AssertionFailed } from "../../src/kernel/assert.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { committed, createNotes, insertNote, readNote } from "./notes.ts";

let clone: TestDatabase;
const operator = { role: "stoa_operator" } as const;

beforeAll(async () => {
  clone = await openTestDatabase();
  await createNotes(clone);
});
afterAll(() => clone.close());

describe("a transaction", () => {
  test("commits when its work returns, and gives what it returned", async () => {
    const rows = await withTransaction(clone.database, operator, async (tx) => {
      await tx.query(insertNote(1));
      return tx.query(readNote(1));
    });
    expect(rows).toEqual([{ n: 1 }]);
    expect(await committed(clone, 1)).toBe(true);
  });

  test("leaves nothing when its work throws", async () => {
    const work = withTransaction(clone.database, operator, async (tx) => {
      await tx.query(insertNote(2));
      throw new Error("no");
    });
    await expect(work).rejects.toThrow("no");
    expect(await committed(clone, 2)).toBe(false);
  });

  test("does not commit over an error that its work swallowed", async () => {
    const work = withTransaction(clone.database, operator, async (tx) => {
      await tx.query(insertNote(3));
      await tx.query(insertNote(1)).catch(() => undefined);
    });
    await expect(work).rejects.toThrow(CommitRefused);
    await expect(work).rejects.toMatchObject({ code: "commit-refused", cause: { constraint: "notes_pkey" } });
    expect(await committed(clone, 3)).toBe(false);
  });

  test("has one reason to fail: a statement behind a failed one throws the error of that one", async () => {
    const behind = withTransaction(clone.database, operator, async (tx) => {
      await tx.query(insertNote(1)).catch(() => undefined);
      await tx.query(insertNote(4));
    });
    expect(violatedConstraint(await behind.catch((error: unknown) => error))).toBe("notes_pkey");
  });

  test("gives its connection back whatever it came to", async () => {
    const small = openDatabase({ url: clone.url, poolSize: 1 });
    await withTransaction(small, operator, (tx) => tx.query(insertNote(1))).catch(() => undefined);
    await withTransaction(small, operator, (tx) => tx.query(readNote(1)));
    expect(small.stats()).toMatchObject({ busy: 0, waiting: 0, open: 1 });
    await small.close();
  });

  test("names the constraint that refused a row", async () => {
    const work = withTransaction(clone.database, operator, (tx) => tx.query(insertNote(1000)));
    expect(violatedConstraint(await work.catch((error: unknown) => error))).toBe("notes_are_small");
  });

  test("ends with its work: later statements are refused", async () => {
    const tx = await withTransaction(clone.database, operator, (inner) => Promise.resolve(inner));
    await expect(tx.query(readNote(1))).rejects.toThrow("the transaction has ended");
  });

  test("is not begun inside another", async () => {
    const nested = withTransaction(clone.database, operator, () => withTransaction(clone.database, operator, () => Promise.resolve()));
    await expect(nested).rejects.toThrow("a transaction is not begun inside another");
  });

  test("reads the clock once", async () => {
    const [first, second] = await withTransaction(clone.database, operator, async (tx) => {
      const at = await now(tx);
      await tx.query(sql<{ slept: string }>`select pg_sleep(0.005)::text as slept`);
      return [at, await now(tx)];
    });
    expect(second).toBe(first);
    expect(await withTransaction(clone.database, operator, (tx) => now(tx))).toBeGreaterThan(first ?? 0);
  });
});

describe("one flight", () => {
  test("carries several statements and answers each", async () => {
    const [inserted, read] = await withTransaction(clone.database, operator, (tx) => tx.pipeline([insertNote(20), readNote(20)]));
    expect([inserted, read]).toEqual([[], [{ n: 20 }]]);
  });

  test("that fails throws the error it began with, not that of a statement behind it", async () => {
    const work = withTransaction(clone.database, operator, (tx) => tx.pipeline([insertNote(21), insertNote(1), insertNote(22)]));
    expect(violatedConstraint(await work.catch((error: unknown) => error))).toBe("notes_pkey");
    expect(await committed(clone, 21)).toBe(false);
  });

  test("carries the last writes and the commit together", async () => {
    const answers = await withTransaction(clone.database, operator, (tx) => tx.finish([insertNote(23), readNote(23)]));
    expect(answers[1]).toEqual([{ n: 23 }]);
    expect(await committed(clone, 23)).toBe(true);
  });

  test("whose write fails commits nothing and throws the write's error", async () => {
    const work = withTransaction(clone.database, operator, (tx) => tx.finish([insertNote(24), insertNote(1)]));
    expect(violatedConstraint(await work.catch((error: unknown) => error))).toBe("notes_pkey");
    expect(await committed(clone, 24)).toBe(false);
  });

  test("with the commit is the end: nothing is sent after it", async () => {
    const work = withTransaction(clone.database, operator, async (tx) => {
      await tx.finish([insertNote(25)]);
      await tx.query(readNote(25));
    });
    await expect(work).rejects.toThrow("the transaction has ended");
    expect(await committed(clone, 25)).toBe(true);
  });

  test("fails as a whole, with the role's error, when the role cannot be taken on", async () => {
    const [{ exists } = { exists: true }] = await clone.owner<{ exists: boolean }>(
      "select to_regrole('stoa_nobody') is not null as exists",
    );
    expect(exists).toBe(false);
    const scope = { role: "stoa_nobody" } as unknown as typeof operator;
    await expect(withTransaction(clone.database, scope, (tx) => tx.query(insertNote(26)))).rejects.toThrow(
      'role "stoa_nobody" does not exist',
    );
  });
});

describe("statements", () => {
  test("are seen by an observer, begin and commit included, each with its name and time", async () => {
    const seen: string[] = [];
    const stop = clone.database.observe(({ text, millis, failed }) => {
      seen.push(text.split("\n")[0] ?? "");
      expect(millis).toBeGreaterThan(0);
      expect(failed).toBe(false);
    });
    await withTransaction(clone.database, operator, (tx) => tx.finish([insertNote(30)]));
    stop();
    await withTransaction(clone.database, operator, (tx) => tx.query(readNote(30)));
    expect(seen).toEqual(["begin", expect.stringMatching(/^select set_config/), "insert into notes (n) values ($1)", "commit"]);
  });

  test("carry values as parameters and never as text", async () => {
    const body = "'); drop table notes; --";
    await withTransaction(clone.database, operator, (tx) => tx.query(sql`insert into notes (n, body) values (31, ${body})`));
    expect(await clone.owner("select body from notes where n = 31")).toEqual([{ body }]);
  });

  test("do not compile with a statement inside a statement", () => {
    // @ts-expect-error a Statement is no Parameter
    const assembled = sql`select n from notes where n in (${sql`select 1`})`;
    expect(assembled.text).toBe("select n from notes where n in ($1)");
  });

  test("have the same name for the same text, and prepared statements are found again under it", async () => {
    expect(insertNote(1).name).toBe(insertNote(2).name);
    expect(insertNote(1).name).not.toBe(readNote(1).name);
    const one = openDatabase({ url: clone.url, poolSize: 1 });
    const prepared = (name: string) =>
      withReader(one, { role: "stoa_read" }, (reader) =>
        reader.query(
          sql<{ uses: bigint }>`select generic_plans + custom_plans as uses from pg_prepared_statements where name like ${`${name}%`}`,
        ),
      );
    for (let use = 0; use < 3; use += 1) await withReader(one, { role: "stoa_read" }, (reader) => reader.query(readNote(1)));
    expect(await prepared(readNote(1).name)).toEqual([{ uses: 3n }]);
    await one.close();
  });

  test("are not prepared where that is switched off", async () => {
    const one = openDatabase({ url: clone.url, poolSize: 1, prepared: false });
    const names = await withReader(one, { role: "stoa_read" }, async (reader) => {
      await reader.query(readNote(1));
      return reader.query(sql<{ name: string }>`select name from pg_prepared_statements`);
    });
    expect(names).toEqual([]);
    await one.close();
  });
});

describe("a prepared statement that no longer fits", () => {
  const readAll = sql<{ n: number }>`select * from notes where n = 1`;
  const changeColumns = (column: string) => clone.owner(`alter table notes add column ${column} text`);

  test("is prepared anew, unseen, when nothing had been done before it", async () => {
    const one = openDatabase({ url: clone.url, poolSize: 1 });
    await withReader(one, { role: "stoa_read" }, (reader) => reader.query(readAll));
    await changeColumns("added_first");
    const rows = await withReader(one, { role: "stoa_read" }, (reader) => reader.query(readAll));
    expect(rows[0]).toHaveProperty("added_first", null);
    await one.close();
  });

  test("ends the transaction as transient when something had been, and the next try goes well", async () => {
    const one = openDatabase({ url: clone.url, poolSize: 1 });
    await withReader(one, { role: "stoa_read" }, (reader) => reader.query(readAll));
    await changeColumns("added_second");
    const attempt = () =>
      withTransaction(one, operator, async (tx) => {
        await tx.query(insertNote(40));
        return tx.query(readAll);
      });
    const error: unknown = await attempt().catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(StatementOutdated);
    expect(isTransient(error)).toBe(true);
    expect(await attempt()).toHaveLength(1);
    expect(await committed(clone, 40)).toBe(true);
    await one.close();
  });
});

describe("what may write and what may lock", () => {
  test("a reader cannot write: the database refuses it", async () => {
    const work = withReader(clone.database, operator, (reader) => reader.query(insertNote(50)));
    await expect(work).rejects.toThrow("cannot execute INSERT in a read-only transaction");
  });

  test("a snapshot reader sees one state, an ordinary one sees what was committed meanwhile", async () => {
    const countAround = (snapshot: boolean, n: number) =>
      withReader(clone.database, { role: "stoa_read", ...(snapshot ? { snapshot: true } : {}) }, async (reader) => {
        const before = await reader.query(readNote(n));
        await clone.owner("insert into notes (n) values ($1)", [n]);
        return [before.length, (await reader.query(readNote(n))).length];
      });
    expect(await countAround(true, 51)).toEqual([0, 0]);
    expect(await countAround(false, 52)).toEqual([0, 1]);
  });

  const lockNote = sql<{ n: number }>`select n from notes where n = 1 for no key update`;

  test("locks are taken in the one order", async () => {
    const rows = await withFlowTransaction(clone.database, { role: "stoa_flow", locks: ["credit_account", "stock_level"] }, async (tx) => {
      await tx.lock("stock_level", lockNote);
      await tx.lock("stock_level", lockNote);
      return tx.lock("credit_account", lockNote);
    });
    expect(rows).toEqual([{ n: 1 }]);
  });

  test("a lock that stands before one already taken fails, alone and in a flight", async () => {
    const scope = { role: "stoa_flow", locks: ["stock_level", "credit_account"] } as const;
    const alone = withFlowTransaction(clone.database, scope, async (tx) => {
      await tx.lock("credit_account", lockNote);
      await tx.lock("stock_level", lockNote);
    });
    await expect(alone).rejects.toThrow('the lock "stock_level" may not be taken after "credit_account"');
    const together = withFlowTransaction(clone.database, scope, (tx) =>
      tx.pipeline([locking("credit_account", lockNote), locking("stock_level", lockNote)]),
    );
    await expect(together).rejects.toThrow(AssertionFailed);
  });

  test("what was taken without waiting may be locked again behind a later kind, and nothing else may", async () => {
    const scope = { role: "stoa_flow", locks: ["reservation", "stock_level", "credit_account"] } as const;
    const free = sql<{ n: number }>`select n from notes where n = 1 for no key update skip locked`;
    const again = withFlowTransaction(clone.database, scope, async (tx) => {
      await tx.lock("stock_level", free);
      await tx.lock("credit_account", lockNote);
      return tx.lock("stock_level", lockNote);
    });
    expect(await again).toEqual([{ n: 1 }]);
    const other = withFlowTransaction(clone.database, scope, async (tx) => {
      await tx.lock("stock_level", free);
      await tx.lock("reservation", lockNote);
    });
    await expect(other).rejects.toThrow('the lock "reservation" may not be taken after "stock_level"');
  });

  test("a lock of a kind that the transaction did not list fails", async () => {
    const work = withFlowTransaction(clone.database, { role: "stoa_flow", locks: ["order"] }, (tx) => tx.lock("stock_level", lockNote));
    await expect(work).rejects.toThrow('did not list the lock "stock_level" among its locks: order');
  });

  test("a statement that locks without naming a kind fails", async () => {
    const work = withTransaction(clone.database, operator, (tx) => tx.query(lockNote));
    await expect(work).rejects.toThrow("a statement that locks rows names their kind");
  });

  test("in production nothing of this is asserted", async () => {
    const production = openDatabase({ url: clone.url, poolSize: 1, assertions: false });
    const rows = await withTransaction(production, operator, async (tx) => {
      await tx.lock("credit_account", lockNote);
      return tx.lock("stock_level", lockNote);
    });
    expect(rows).toEqual([{ n: 1 }]);
    await production.close();
  });

  test("each transaction begins with its limits, whatever the server's are", async () => {
    const limits = await withTransaction(clone.database, { ...operator, lockTimeoutMillis: 250 }, (tx) =>
      tx.one(sql<{ limits: string }>`
        select concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'),
                         current_setting('idle_in_transaction_session_timeout'), current_setting('plan_cache_mode'), current_user) as limits`),
    );
    expect(limits).toEqual({ limits: "5s 250ms 10s auto stoa_operator" });
  });

  test("and leaves none of them behind on its connection", async () => {
    const one = openDatabase({ url: clone.url, poolSize: 1, planCacheMode: "force_generic_plan" });
    await withTransaction(one, operator, (tx) => tx.query(readNote(1)));
    const connection = await one.connections.lease();
    const { rows } = await connection.client.query(
      "select current_user as who, current_setting('plan_cache_mode') as plan, current_setting('enable_seqscan') as whole",
    );
    one.connections.giveBack(connection);
    expect(rows).toEqual([{ who: "stoa_test_login", plan: "auto", whole: "on" }]);
    await one.close();
  });

  test("a plan that is kept for all parameters goes by keys, however small the table is when it is made", async () => {
    const plan = (database: Database) =>
      withTransaction(database, operator, async (tx) => {
        const rows = await tx.query(sql<{ "QUERY PLAN": string }>`
          explain select note.n from unnest(${[1, 2, 3]}::integer[]) as asked (n) join notes note on note.n = asked.n`);
        return rows.map((row) => row["QUERY PLAN"]).join("\n");
      });
    await clone.owner("insert into notes (n) values (1) on conflict do nothing");
    await clone.owner("vacuum analyze notes");
    const lane = openDatabase({ url: clone.url, poolSize: 1, planCacheMode: "force_generic_plan" });
    expect(await plan(lane)).toMatch(/Index.* using notes_pkey/);
    expect(await plan(clone.database)).toContain("Seq Scan on notes");
    await lane.close();
  });
});
