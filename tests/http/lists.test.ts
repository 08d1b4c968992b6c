import { get as httpGet, type IncomingMessage } from "node:http";
import Type from "typebox";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AdmissionBounds } from "../../src/http/admission.ts";
import { momentInQuery } from "../../src/http/call.ts";
import { withExports } from "../../src/http/export.ts";
import { list } from "../../src/http/list.ts";
import type { Policy } from "../../src/http/policy.ts";
import { openApiDocument } from "../../src/http/openapi.ts";
import { closed, idOf, integer, momentAsked, money, someOf, text } from "../../src/http/shapes.ts";
import { toRfc3339 } from "../../src/kernel/clock.ts";
import type { Uuid } from "../../src/kernel/ids.ts";
import { type Reader, sql } from "../../src/platform/db/index.ts";
import { jsonOf, send } from "../support/barrier.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { openSmallServer, type SmallServer } from "./small-server.ts";

const states = ["reserved", "confirmed", "expired"] as const;
const item = closed({
  id: text(40),
  state: Type.Unsafe<string>({ type: "string", enum: [...states] }),
  note: text(20_000),
  total: money,
  count: integer(0, 10),
  allowed_actions: Type.Array(text(10), { maxItems: 2 }),
});

/** How many notes there are, and what reading a page of them waits for. */
const shelf = { rows: 0, noteLength: 1, reads: 0, version: 1, duringRead: async (_nth: number): Promise<void> => undefined };
beforeEach(() => {
  Object.assign(shelf, { rows: 0, noteLength: 1, reads: 0, version: 1, duringRead: async () => undefined });
});

const idAt = (nth: number) => `01900000-0000-7000-8000-${String(nth).padStart(12, "0")}` as Uuid;
const noteAt = (nth: number) => ({
  id: idAt(nth),
  state: states[nth % 3] ?? "",
  note: `=${"n".repeat(shelf.noteLength)}`,
  total: { amount: nth, currency: "EUR" },
  count: shelf.version,
  allowed_actions: ["cancel"],
});

async function notesOf(reader: Reader, wanted: (nth: number) => boolean, before: Uuid, count: number) {
  shelf.reads += 1;
  await reader.one(sql<{ role: string }>`select current_user::text as role`);
  await shelf.duringRead(shelf.reads);
  const found = [];
  for (let nth = shelf.rows; nth >= 1 && found.length < count; nth -= 1) {
    if (idAt(nth) < before && wanted(nth)) found.push({ at: [idAt(nth)] as const, item: noteAt(nth) });
  }
  return found;
}

const asked: unknown[] = [];
const operations = withExports([
  list({
    id: "seller.notes.list",
    path: "/notes",
    summary: "List notes",
    scope: "organisation",
    filters: closed({
      state: Type.Optional(someOf(states)),
      placed_from: Type.Optional(momentAsked),
      placed_before: Type.Optional(momentAsked),
      order: Type.Optional(idOf("order")),
    }),
    item,
    exports: true,
    example: { query: { state: ["reserved"] }, item: noteAt(1) },
    rows: (reader, call, window) => {
      const { state, placed_from: from, placed_before: until } = call.query;
      asked.push({
        state,
        from: from === undefined ? undefined : toRfc3339(momentInQuery(from, "/placed_from")),
        until: until === undefined ? undefined : toRfc3339(momentInQuery(until, "/placed_before")),
      });
      const wanted = (nth: number) => state === undefined || state.includes(states[nth % 3] ?? "reserved");
      return notesOf(reader, wanted, window.before, window.count);
    },
  }),
]);

const policy: Policy = { "seller.notes.list": ["owner"], "seller.notes.export": ["owner"] };

const bounds: AdmissionBounds = {
  ...{ requests: 100, lessUrgentRequests: 100, publicRequests: 100 },
  largeBodies: { all: 4, ofOne: 2, keptForOperator: 1 },
  exports: { all: 3, ofOne: 2, keptForOperator: 0 },
  oneExport: { mostRows: 30_000, stallMillis: 20_000 },
};

let database: TestDatabase;
let server: SmallServer;
let authorization: string;
beforeAll(async () => {
  database = await openTestDatabase();
  server = await openSmallServer({
    operations,
    policy,
    database: database.database,
    bounds,
  });
  authorization = server.key("seller", "owner");
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const streams: IncomingMessage[] = [];
afterEach(() => {
  for (const stream of streams.splice(0)) stream.destroy();
});

const get = (query: string, headers: Record<string, string> = {}): Promise<HttpAnswer> =>
  send(server.url, { method: "GET", path: `/v1/seller/notes${query}`, headers: { authorization, ...headers } });

/** Begins to read an answer: its head is there, its body waits. */
function begin(query: string, key = authorization, at = server): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpGet(`${at.url}/v1/seller/notes/export${query}`, { headers: { authorization: key }, agent: false }, (answer) => {
      streams.push(answer);
      resolve(answer);
    }).on("error", reject);
  });
}

/** All of the body, or how it broke off. */
async function rest(answer: IncomingMessage): Promise<{ readonly text: string; readonly broken: boolean }> {
  const parts: Buffer[] = [];
  try {
    for await (const part of answer) parts.push(part as Buffer);
    return { text: Buffer.concat(parts).toString("utf8"), broken: false };
  } catch {
    return { text: Buffer.concat(parts).toString("utf8"), broken: true };
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe("a list", () => {
  test("has a tag of what it shows, and is 304 without a body to who has it already, until something changes", async () => {
    shelf.rows = 3;
    const first = await get("");
    const tag = first.headers["etag"] ?? "";
    const [same, other, page] = [
      await get("", { "if-none-match": tag }),
      await get("", { "if-none-match": '"x", W/"y"' }),
      await get("?limit=1", { "if-none-match": tag }),
    ];
    shelf.version = 2;
    const changed = await get("", { "if-none-match": tag });

    expect(tag).toMatch(/^W\/"[\w-]{22}"$/);
    expect([same.status, same.body.length, same.headers["etag"], same.headers["content-type"]]).toEqual([304, 0, tag, undefined]);
    expect([other.status, page.status, changed.status]).toEqual([200, 200, 200]);
    expect(new Set([tag, page.headers["etag"], changed.headers["etag"]]).size).toBe(3);
    expect(page.headers["link"]).toContain("cursor=");
  });

  test("takes a filter once or several times, and a cursor of one choice is none of another", async () => {
    shelf.rows = 9;
    const one = await get("?state=reserved");
    const two = await get("?state=reserved&state=expired&limit=3");
    const statesOf = (answer: HttpAnswer) => jsonOf<{ items: { state: string }[] }>(answer).items.map(({ state }) => state);
    expect(statesOf(one)).toEqual(["reserved", "reserved", "reserved"]);
    expect(statesOf(two)).toEqual(["reserved", "expired", "reserved"]);
    const { next_cursor: cursor } = jsonOf<{ next_cursor: string }>(two);
    expect((await get(`?state=reserved&state=expired&cursor=${cursor}`)).status).toBe(200);
    expect((await get(`?state=reserved&cursor=${cursor}`)).status).toBe(400);
    const link = new URL(/<([^>]+)>/.exec(two.headers["link"] ?? "")?.[1] ?? "", server.url);
    expect(link.searchParams.getAll("state")).toEqual(["reserved", "expired"]);
  });

  test("takes moments", async () => {
    await get("?placed_from=2026-11-22T12:00:00Z&placed_before=2028-02-29T00:00:00.25Z");
    expect(asked.at(-1)).toEqual({ state: undefined, from: "2026-11-22T12:00:00.000Z", until: "2028-02-29T00:00:00.250Z" });
  });

  test.each([
    ["state=open", "/state/0"],
    ["state=reserved&state=open", "/state/1"],
    ["state=reserved&state=reserved", "/state"],
    ["state=", "/state/0"],
    ["state=reserved&state=confirmed&state=expired&state=x", "/state"],
    ["placed_from=yesterday", "/placed_from"],
    ["placed_from=2026-11-22", "/placed_from"],
    ["placed_from=2026-11-22T12:00:00", "/placed_from"],
    ["placed_from=2026-11-22T12:00:00%2B01:00", "/placed_from"],
    ["placed_from=2026-02-30T12:00:00Z", "/placed_from"],
    ["placed_before=2026-11-22T25:00:00Z", "/placed_before"],
    ["placed_before=2026-11-22T12:00:00Z&placed_before=2026-11-22T12:00:00Z", "/placed_before"],
    ["order=sel_01k9zv3n7gfx1t0c5r2m8q4a6p", "/order"],
    ["placed_after=2026-11-22T12:00:00Z", "/placed_after"],
  ])("refuses ?%s and points at %s, and so does its export", async (query, pointer) => {
    for (const path of [`?${query}`, `/export?format=csv&${query}`]) {
      const answer = await get(path);
      expect([answer.status, jsonOf<{ errors: { pointer: string }[] }>(answer).errors.map((error) => error.pointer)]).toEqual([
        400,
        expect.arrayContaining([pointer]),
      ]);
    }
  });
});

describe("an export", () => {
  test("has every row the list shows, in its order: as NDJSON, line by line, the very items", async () => {
    shelf.rows = 1_203;
    const items: object[] = [];
    for (let query = "?limit=200"; query !== ""; ) {
      const page = jsonOf<{ items: object[]; next_cursor: string | null }>(await get(query));
      items.push(...page.items);
      query = page.next_cursor === null ? "" : `?limit=200&cursor=${page.next_cursor}`;
    }
    shelf.reads = 0;
    const answer = await begin("?format=ndjson");
    const { text: body, broken } = await rest(answer);
    expect(broken).toBe(false);
    expect(body).toBe(items.map((each) => `${JSON.stringify(each)}\n`).join(""));
    expect(shelf.reads).toBe(3);
    expect(answer.headers).toMatchObject({
      ...{ "content-type": "application/x-ndjson; charset=utf-8", "content-disposition": 'attachment; filename="notes.ndjson"' },
      ...{ "transfer-encoding": "chunked", "cache-control": "no-store", "x-content-type-options": "nosniff" },
    });
  });

  test("as CSV has a column for each member, and nothing in it is a formula", async () => {
    shelf.rows = 2;
    const answer = await begin("?format=csv&state=expired");
    const line = `${idAt(2)},expired,'=n,2,EUR,1,"[""cancel""]"`;
    expect(await rest(answer)).toEqual({
      text: `id,state,note,total.amount,total.currency,count,allowed_actions\r\n${line}\r\n`,
      broken: false,
    });
    expect(answer.headers).toMatchObject({
      "content-type": "text/csv; charset=utf-8; header=present",
      "content-disposition": 'attachment; filename="notes.csv"',
    });
  });

  test("of nothing is the head alone, or nothing at all", async () => {
    const [csv, lines] = [await rest(await begin("?format=csv")), await rest(await begin("?format=ndjson"))];
    expect([csv.text.split("\r\n").length, csv.broken, lines]).toEqual([2, false, { text: "", broken: false }]);
  });

  test("is asked for its format, and shows HEAD what it would be without reading a row", async () => {
    const [none, wrong] = [await get("/export"), await get("/export?format=xlsx")];
    expect([none, wrong].map((answer) => [answer.status, jsonOf<{ errors: { pointer: string }[] }>(answer).errors[0]?.pointer])).toEqual([
      [400, "/format"],
      [400, "/format"],
    ]);
    const head = await fetch(`${server.url}/v1/seller/notes/export?format=csv`, { method: "HEAD", headers: { authorization } });
    expect([head.status, head.headers.get("content-type"), shelf.reads]).toEqual([200, "text/csv; charset=utf-8; header=present", 0]);
  });

  test("that fails before its first byte is an ordinary problem", async () => {
    shelf.duringRead = async () => {
      throw new Error("planted before the first byte");
    };
    const answer = await get("/export?format=csv");
    expect([answer.status, jsonOf(answer)["code"]]).toEqual([500, "fault"]);
    expect(answer.headers["content-disposition"]).toBeUndefined();
  });

  test("that fails later breaks its connection off, so that half of it never looks whole, and is logged", async () => {
    shelf.rows = 2_000;
    shelf.duringRead = async (nth) => {
      if (nth === 3) throw new Error("planted in the middle");
    };
    const { text: body, broken } = await rest(await begin("?format=ndjson"));
    expect(broken).toBe(true);
    expect(body.split("\n").length - 1).toBeLessThanOrEqual(1_000);
    await until(() =>
      server.logs().some(({ level, error }) => level === "error" && JSON.stringify(error).includes("planted in the middle")),
    );
    expect(server.logs().at(-1)).toMatchObject({ status: "aborted", operation: "seller.notes.export" });
  });

  test("of more rows than it may have breaks off too, and is not held for a mistake of ours", async () => {
    shelf.rows = 30_000;
    const whole = await rest(await begin("?format=ndjson"));
    shelf.rows = 30_001;
    const { broken } = await rest(await begin("?format=ndjson"));
    expect([whole.broken, whole.text.split("\n").length - 1, broken]).toEqual([false, 30_000, true]);
    await until(() => server.logs().some(({ level, error }) => level === "warn" && JSON.stringify(error).includes("more than 30000 rows")));
  });

  test("goes no faster than it is taken, holds no connection of the pool meanwhile, and ends when the caller hangs up", async () => {
    Object.assign(shelf, { rows: 30_000, noteLength: 19_000 });
    const answer = await begin("?format=ndjson");
    // Who asks a hundred times meanwhile gives it all the time it wants.
    let stood = 0;
    for (let asks = 0; asks < 100; asks += 1) {
      const before = shelf.reads;
      await get("?limit=1");
      if (shelf.reads === before + 1) stood += 1;
    }
    expect(stood).toBeGreaterThan(50);
    expect(shelf.reads - 100).toBeLessThan(10);
    expect(database.database.stats().busy).toBe(0);
    answer.destroy();
    await until(() => server.logs().some(({ status, operation }) => status === "aborted" && operation === "seller.notes.export"));
    const after = shelf.reads;
    for (let asks = 0; asks < 20; asks += 1) await get("?limit=1");
    expect(shelf.reads).toBe(after + 20);
  });

  test("is one of few: two of an organisation, three of all, then 503 until one has ended", async () => {
    Object.assign(shelf, { rows: 5_000, noteLength: 19_000 });
    const other = server.key("seller", "owner");
    const [first] = [await begin("?format=csv"), await begin("?format=csv")];
    const mine = await get("/export?format=csv");
    const others = await begin("?format=csv", other);
    const thirds = await send(server.url, {
      method: "GET",
      path: "/v1/seller/notes/export?format=csv",
      headers: { authorization: server.key("seller", "owner") },
    });
    expect([mine.status, mine.headers["retry-after"], jsonOf(mine)["code"]]).toEqual([503, "10", "overloaded"]);
    expect([others.statusCode, thirds.status]).toEqual([200, 503]);
    expect((await rest(first as IncomingMessage)).broken).toBe(false);
    shelf.rows = 1;
    expect((await get("/export?format=csv")).status).toBe(200);
  });

  test("of which nothing is taken for long is broken off, and its place is free again", async () => {
    Object.assign(shelf, { rows: 5_000, noteLength: 19_000 });
    const hasty = await openSmallServer({
      ...{ operations, policy, database: database.database },
      bounds: { ...bounds, exports: { all: 1, ofOne: 1, keptForOperator: 0 }, oneExport: { mostRows: 30_000, stallMillis: 200 } },
    });
    const key = hasty.key("seller", "owner");
    const stalled = await begin("?format=csv", key, hasty);
    await until(() => hasty.logs().some(({ status }) => status === "aborted"));
    expect((await rest(stalled)).broken).toBe(true);
    shelf.rows = 1;
    expect((await rest(await begin("?format=csv", key, hasty))).broken).toBe(false);
    await hasty.close();
  });

  test("is described with both of its formats and without a tag", () => {
    const { paths } = openApiDocument(operations, "1") as {
      paths: Record<string, { get: { responses: Record<string, { content?: object; headers?: object }> } }>;
    };
    const listed = paths["/v1/seller/notes"]?.get.responses;
    const exported = paths["/v1/seller/notes/export"]?.get.responses;
    expect(Object.keys(exported?.["200"]?.content ?? {})).toEqual(["text/csv", "application/x-ndjson"]);
    expect([Object.keys(listed ?? {}).includes("304"), Object.keys(exported ?? {}).includes("304")]).toEqual([true, false]);
    expect(Object.keys(listed?.["200"]?.headers ?? {})).toContain("etag");
  });
});
