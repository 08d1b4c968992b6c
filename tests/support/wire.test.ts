import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sharedPostgres } from "./postgres.ts";
import { isCommit, isRollback, openWire, type Wire, type WireAction } from "./wire.ts";

let wire: Wire;
let straight: pg.Client;
const clients: pg.Client[] = [];

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined); // a cut connection is what several of these tests are about
  await client.connect();
  clients.push(client);
  return client;
}

beforeEach(async () => {
  const { adminUrl } = sharedPostgres();
  wire = await openWire({ upstreamUrl: adminUrl });
  straight = await connected(adminUrl);
  await straight.query("create schema if not exists wire_test");
  await straight.query("create table if not exists wire_test.marks (mark text primary key)");
  await straight.query("truncate wire_test.marks");
});

afterEach(async () => {
  await wire.close();
  for (const client of clients.splice(0)) await client.end();
});

const marks = async () =>
  (await straight.query<{ mark: string }>("select mark from wire_test.marks order by mark")).rows.map(({ mark }) => mark);
const insert = (mark: string) => ({ name: "insert_mark", text: "insert into wire_test.marks values ($1)", values: [mark] });

test("statements are counted by their text, prepared ones too, when they run a second time without being parsed", async () => {
  const client = await connected(wire.url);
  await client.query("begin");
  await client.query(insert("a"));
  await client.query(insert("b"));
  await client.query("select $1::int as n", [1]);
  await client.query("rollback");
  expect(wire.statements().map(({ connection, ordinal, sql, name }) => [connection, ordinal, sql, name])).toEqual([
    [1, 1, "begin", ""],
    [1, 2, insert("").text, "insert_mark"],
    [1, 3, insert("").text, "insert_mark"],
    [1, 4, "select $1::int as n", ""],
    [1, 5, "rollback", ""],
  ]);
  expect(wire.statements().map((statement) => isRollback(statement))).toEqual([false, false, false, false, true]);
  wire.forget();
  expect(wire.statements()).toEqual([]);
});

test("a connection cut before COMMIT leaves nothing, and one cut after COMMIT leaves everything", async () => {
  for (const moment of ["before", "after"] as const) {
    const client = await connected(wire.url);
    const unwatch = wire.watch((statement, at) => (isCommit(statement) && at === moment ? "cut" : "pass"));
    await client.query("begin");
    await client.query(insert(moment));
    await expect(client.query("commit")).rejects.toThrow(/terminated|ECONNRESET/);
    unwatch();
  }
  expect(await marks()).toEqual(["after"]);
});

test("a swallowed COMMIT reply: the row is there, the client sees a dead connection, and the next transaction is left alone", async () => {
  const client = await connected(wire.url);
  const swallowed = wire.swallowCommitReplies(1);
  await client.query("begin");
  await client.query(insert("kept"));
  await expect(client.query("commit")).rejects.toThrow(/terminated|ECONNRESET/);
  await swallowed;
  const next = await connected(wire.url);
  await next.query("begin");
  await next.query(insert("next"));
  await next.query("commit");
  expect(await marks()).toEqual(["kept", "next"]);
});

test("a pipeline is stepped through: a boundary lies between any two of its statements, and what lies behind a cut never runs", async () => {
  const client = await connected(wire.url);
  const seen: string[] = [];
  wire.watch(async (statement, moment, upcoming): Promise<WireAction> => {
    seen.push(`${moment} ${statement.sql}`);
    if (statement.sql === "select 2" && moment === "before") expect(await upcoming(2)).toEqual(["select 3", "select 4"]);
    return statement.sql === "select 3" && moment === "before" ? "cut" : "pass";
  });
  const bytes = (type: string, body: Buffer) => {
    const size = Buffer.alloc(4);
    size.writeInt32BE(body.length + 4);
    return Buffer.concat([Buffer.from(type), size, body]);
  };
  const text = (...words: string[]) => Buffer.from(words.map((word) => `${word}\0`).join(""));
  const execute = (sql: string) => [
    bytes("P", Buffer.concat([text("", sql), Buffer.alloc(2)])),
    bytes("B", Buffer.concat([text("", ""), Buffer.alloc(6)])),
    bytes("E", Buffer.concat([text(""), Buffer.alloc(4)])),
  ];
  const { stream } = (client as unknown as { connection: { stream: NodeJS.WritableStream } }).connection;
  const dead = new Promise((resolve) => client.once("end", resolve));
  stream.write(Buffer.concat(["select 1", "select 2", "select 3", "select 4"].flatMap(execute).concat(bytes("S", Buffer.alloc(0)))));
  await dead;
  expect(seen).toEqual(["before select 1", "after select 1", "before select 2", "after select 2", "before select 3"]);
});

test("a statement that fails is a boundary like any other, and the connection goes on after it", async () => {
  const client = await connected(wire.url);
  const seen: string[] = [];
  wire.watch((statement, moment) => {
    seen.push(`${moment} ${statement.sql}`);
    return "pass";
  });
  await expect(client.query("select 1 / $1::int", [0])).rejects.toThrow("division by zero");
  await expect(client.query("select 1 / 0")).rejects.toThrow("division by zero");
  await expect(client.query("select nothing_there($1)", [1])).rejects.toThrow("does not exist");
  expect((await client.query("select $1::int as n", [7])).rows).toEqual([{ n: 7 }]);
  expect(seen).toContain("after select 1 / $1::int");
  expect(seen).toContain("after select 1 / 0");
  expect(seen.slice(-2)).toEqual(["before select $1::int as n", "after select $1::int as n"]);
});

test("while paused nothing passes, and afterwards everything does", async () => {
  const client = await connected(wire.url);
  wire.pause();
  let answered = false;
  const query = client.query(insert("late")).then(() => {
    answered = true;
  });
  await straight.query("select 1");
  expect([answered, await marks()]).toEqual([false, []]);
  wire.resume();
  await query;
  expect(await marks()).toEqual(["late"]);
});

test("refused connections die at once, and a cut reaches every open one", async () => {
  const client = await connected(wire.url);
  wire.refuseConnections(true);
  await expect(connected(wire.url)).rejects.toThrow();
  expect((await client.query("select 1 as n")).rows).toEqual([{ n: 1 }]);
  const ended = new Promise((resolve) => client.once("end", resolve));
  wire.cutAll();
  await ended;
  wire.refuseConnections(false);
  expect((await (await connected(wire.url)).query("select 2 as n")).rows).toEqual([{ n: 2 }]);
});
