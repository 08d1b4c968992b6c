import { connect, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { AdmissionBounds } from "../../src/http/admission.ts";
import { operation, type Operation } from "../../src/http/operation.ts";
import { closed, text } from "../../src/http/shapes.ts";
import { jsonOf, requestBytes, send, type HttpRequest } from "../support/barrier.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { type HttpAnswer, readAnswer } from "../support/http-answer.ts";
import { openSmallServer, type SmallServer } from "./small-server.ts";

const measured = (audience: "seller" | "operator"): Operation =>
  operation({
    kind: "reads",
    method: "POST",
    status: 200,
    id: `${audience}.texts.measure`,
    path: "/texts",
    summary: "Measure a text",
    body: closed({ text: text(200_000) }),
    response: closed({ length: text(10) }),
    refusals: [],
    example: { body: { text: "x" }, response: { length: "1" } },
    look: async (call) => ({ body: { length: String(call.body.text.length) } }),
  });

const bounds: AdmissionBounds = {
  ...{ requests: 100, lessUrgentRequests: 100, publicRequests: 100 },
  largeBodies: { all: 4, ofOne: 2, keptForOperator: 1 },
  exports: { all: 1, ofOne: 1, keptForOperator: 0 },
  oneExport: { mostRows: 1, stallMillis: 1_000 },
};

let database: TestDatabase;
const servers: SmallServer[] = [];
const sockets: Socket[] = [];
beforeAll(async () => {
  database = await openTestDatabase();
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await database.close();
});

async function open(options: Pick<Parameters<typeof openSmallServer>[0], "requestMillis" | "keysAreRead"> = {}): Promise<SmallServer> {
  const server = await openSmallServer({
    operations: [measured("seller"), measured("operator")],
    policy: { "seller.texts.measure": ["owner"], "operator.texts.measure": ["admin"] },
    database: database.database,
    bounds,
    ...options,
  });
  servers.push(server);
  return server;
}

function measuring(audience: "seller" | "operator", authorization: string, length = 100_000): HttpRequest {
  return { method: "POST", path: `/v1/${audience}/texts`, headers: { authorization }, body: { text: "x".repeat(length) } };
}

/** Sends all but the last byte, or as many as told; the answer comes when the rest, or the time, has. */
async function sendSlowly(server: SmallServer, request: HttpRequest, count = -1) {
  const { hostname, port } = new URL(server.url);
  const bytes = requestBytes(server.url, request);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  let got = Buffer.alloc(0);
  const answer = new Promise<HttpAnswer>((resolve, reject) => {
    socket.on("data", (part) => {
      got = Buffer.concat([got, part]);
      const read = readAnswer(got);
      if (read !== undefined) resolve(read.answer);
    });
    socket.on("error", reject);
  });
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  await new Promise<void>((resolve) => socket.write(bytes.subarray(0, count), () => resolve()));
  const finish = () => socket.write(bytes.subarray(count));
  return { answer, ended, finish, socket };
}

/** Asks until it is refused for want of a place: those that are being sent have got theirs. */
async function untilRefused(server: SmallServer, request: HttpRequest): Promise<HttpAnswer> {
  for (;;) {
    const answer = await send(server.url, request);
    if (answer.status !== 200) return answer;
  }
}

describe("large bodies that come slowly", () => {
  test("take the places of their own organisation alone, whichever of its keys sends them", async () => {
    const server = await open();
    const organisationId = crypto.randomUUID() as never;
    const [slow, sister] = [server.key("seller", "owner", organisationId), server.key("seller", "owner", organisationId)];
    const held = [await sendSlowly(server, measuring("seller", slow)), await sendSlowly(server, measuring("seller", slow))];

    const refused = await untilRefused(server, measuring("seller", sister));
    const other = await send(server.url, measuring("seller", server.key("seller", "owner")));
    const small = await send(server.url, measuring("seller", slow, 10));

    expect({ status: refused.status, after: refused.headers["retry-after"], code: jsonOf(refused)["code"] }).toEqual({
      ...{ status: 503, after: "1", code: "overloaded" },
    });
    expect([other.status, small.status]).toEqual([200, 200]);
    for (const { finish } of held) finish();
    expect((await Promise.all(held.map(({ answer }) => answer))).map(({ status }) => status)).toEqual([200, 200]);
    expect((await send(server.url, measuring("seller", sister))).status).toBe(200);
  });

  test("leave a place for the operator's tree", async () => {
    const server = await open();
    for (let seller = 0; seller < 3; seller += 1) await sendSlowly(server, measuring("seller", server.key("seller", "owner")));
    const refused = await untilRefused(server, measuring("seller", server.key("seller", "owner")));
    const operator = await send(server.url, measuring("operator", server.key("operator", "admin")));
    expect([refused.status, operator.status]).toEqual([503, 200]);
  });

  test("take no place before it is known whose they are", async () => {
    const server = await open();
    for (const authorization of ["Bearer nobody's", server.key("company", "owner"), server.key("seller", "viewer")]) {
      for (let nth = 0; nth < 3; nth += 1) {
        const { answer } = await sendSlowly(server, measuring("seller", authorization));
        expect([401, 403]).toContain((await answer).status);
      }
    }
    expect((await send(server.url, measuring("seller", server.key("seller", "owner")))).status).toBe(200);
  });

  test("give their place back when the caller hangs up, be it while it is judged who it is or while they come", async () => {
    const waiting: (() => void)[] = [];
    let held = true;
    const server = await open({ keysAreRead: () => (held ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()) });
    const key = server.key("seller", "owner");
    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
    };
    const hungUp = () => server.logs().filter(({ status }) => status === "aborted").length;
    for (let nth = 1; nth <= 2; nth += 1) {
      const { socket } = await sendSlowly(server, measuring("seller", key), 300);
      await until(() => waiting.length === nth);
      socket.destroy();
      await until(() => hungUp() === nth);
    }
    held = false;
    for (const resolve of waiting) resolve();
    expect((await send(server.url, measuring("seller", key))).status).toBe(200);

    const both = [await sendSlowly(server, measuring("seller", key)), await sendSlowly(server, measuring("seller", key))];
    await untilRefused(server, measuring("seller", key));
    for (const { socket } of both) socket.destroy();
    await until(() => hungUp() === 4);
    expect((await send(server.url, measuring("seller", key))).status).toBe(200);
  });

  test("are 408 when they do not come within a request's time, and the connection ends", async () => {
    const server = await open({ requestMillis: 300 });
    const { answer, ended } = await sendSlowly(server, measuring("seller", server.key("seller", "owner")));
    const late = await answer;
    expect({ status: late.status, connection: late.headers["connection"], body: jsonOf(late) }).toMatchObject({
      ...{ status: 408, connection: "close" },
      body: { code: "request-timeout", retry: "same_key" },
    });
    await ended;
    expect(server.logs().filter(({ level }) => level === "error")).toEqual([]);
  });
});
