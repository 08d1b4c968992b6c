import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { problemRows } from "../../src/http/problem-rows.ts";
import { methodOf, type Operation, templateOf } from "../../src/http/operation.ts";
import { problemType } from "../../src/http/problem.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { readAnswer } from "../support/http-answer.ts";
import { jsonOf, type HttpRequest } from "../support/barrier.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { createConnection } from "./connection.ts";
import { operations } from "./described-operations.ts";
import { exampleRequest, type ExampleMarket, openExampleMarket } from "./example-market.ts";

let market: OwnMarket;
let objects: ExampleMarket;
let send: (request: HttpRequest) => Promise<HttpAnswer>;
let close: () => void;
beforeAll(async () => {
  market = await openMarket({ environment: { METRICS_TOKEN: "a-token-for-the-tests" } });
  objects = await openExampleMarket(market);
  ({ send, close } = createConnection(market.servers[0]?.url ?? ""));
});
afterAll(async () => {
  close();
  await market.close();
});

const get = (path: string, headers: Record<string, string> = {}): Promise<HttpAnswer> => send({ method: "GET", path, headers });

/** Writes bytes as they are and reads the one answer that comes. */
function raw(bytes: string | Buffer): Promise<HttpAnswer> {
  const { hostname, port } = new URL(market.servers[0]?.url ?? "");
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const socket = connect(Number(port), hostname, () => socket.write(bytes));
  let got = Buffer.alloc(0);
  socket.on("data", (part) => {
    got = Buffer.concat([got, part]);
    const read = readAnswer(got);
    if (read !== undefined) {
      resolve(read.answer);
      socket.destroy();
    }
  });
  socket.on("error", reject);
  socket.on("close", () => reject(new Error(`the connection was closed after ${got.length} bytes: ${got.toString("latin1")}`)));
  return promise;
}

function expectProblem(answer: HttpAnswer, status: number, code: string): void {
  expect({ status: answer.status, type: answer.headers["content-type"], body: jsonOf(answer) }).toMatchObject({
    status,
    type: problemType,
    body: { status, code, type: `/problems/${code}`, instance: `urn:request:${answer.headers["x-request-id"]}` },
  });
  expect(answer.headers["x-request-id"]).toMatch(/^req_[0-9a-z]{26}$/);
}

describe("whatever goes wrong, the answer is a problem with the request's id", () => {
  test("where there is no such path", async () => {
    for (const path of [
      "/",
      "/nothing",
      "/v1/buyer",
      "/v1/buyer/nothing",
      "/V1/buyer/orders",
      "/v1//buyer/orders",
      "/problems/no-such-code",
      "/docs/nothing",
    ]) {
      expectProblem(await get(path), 404, "not-found");
    }
    expectProblem(await send({ method: "POST", path: "/nothing", body: { a: 1 } }), 404, "not-found");
    expectProblem(await send({ method: "PROPFIND", path: "/v1/buyer/orders" }), 404, "not-found");
  });

  test.each([...new Set(operations.map(templateOf))].map((template) => ({ template })))(
    "where $template has no such method, and Allow lists those it has",
    async ({ template }) => {
      const methods = operations.filter((operation) => templateOf(operation) === template).map(methodOf);
      const allowed = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].filter(
        (method) => methods.some((each) => each === method) || (method === "HEAD" && methods.includes("GET")),
      );
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].filter((each) => !allowed.includes(each))) {
        const answer = await send({ method, path: template.replaceAll(/\{\w+\}/g, "x"), ...(method === "GET" ? {} : { body: { a: 1 } }) });
        expectProblem(answer, 405, "method-not-allowed");
        expect(answer.headers["allow"]).toBe(allowed.join(", "));
      }
    },
  );

  test("where the bytes are no HTTP", async () => {
    expectProblem(await raw("nonsense\r\n\r\n"), 400, "request-invalid");
    expectProblem(await raw("GET / HTTP/9.9\r\n\r\n"), 400, "request-invalid");
    expectProblem(
      await raw("GET /health/live HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n"),
      400,
      "request-invalid",
    );
    expectProblem(await raw(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00])), 400, "request-invalid");
  });

  test("where the headers are larger than 16 KiB", async () => {
    expectProblem(await raw(`GET /health/live HTTP/1.1\r\nhost: a\r\nx-large: ${"x".repeat(20_000)}\r\n\r\n`), 431, "headers-too-large");
  });

  test("where HTTP/1.1 comes without a Host", async () => {
    const answer = await raw("GET /health/live HTTP/1.1\r\n\r\n");
    expectProblem(answer, 400, "request-invalid");
    expect(jsonOf(answer)["errors"]).toMatchObject([{ pointer: "/host" }]);
  });

  test("where an expectation is not one the server knows", async () => {
    expectProblem(await raw("GET /health/live HTTP/1.1\r\nhost: a\r\nexpect: wonders\r\n\r\n"), 417, "expectation-failed");
  });

  test("where the path is not valid percent-encoding", async () => {
    expectProblem(await raw("GET /%zz HTTP/1.1\r\nhost: a\r\n\r\n"), 400, "request-invalid");
    expectProblem(await raw("GET /problems/%ff HTTP/1.1\r\nhost: a\r\n\r\n"), 400, "request-invalid");
  });

  test("where a chunk of the body is none: at once, and not when a request's time is over", { timeout: 10_000 }, async () => {
    const request = exampleRequest(operations.find(({ id }) => id === "seller.locations.create") as Operation, objects);
    const head = [
      `POST ${request.path} HTTP/1.1`,
      "host: a",
      `authorization: ${request.headers?.["authorization"]}`,
      "idempotency-key: chunk",
      "content-type: application/json",
      "transfer-encoding: chunked",
    ];
    expectProblem(await raw(`${head.join("\r\n")}\r\n\r\n2\r\n{}\r\nZZ\r\n`), 400, "request-invalid");
  });

  test("where bytes follow that are no request: the one before them is answered all the same", async () => {
    const request = exampleRequest(operations.find(({ id }) => id === "seller.locations.create") as Operation, objects);
    const head = (length: number) =>
      [
        `POST ${request.path} HTTP/1.1`,
        "host: a",
        `authorization: ${request.headers?.["authorization"]}`,
        "idempotency-key: length",
        "content-type: application/json",
        `content-length: ${length}`,
        "",
        "",
      ].join("\r\n");
    expectProblem(await raw(`${head(2)}{}{}`), 400, "request-invalid");
  });
});

describe("every answer", () => {
  test("has a request id of ours, whatever the caller sends, and goes on with the caller's trace", async () => {
    const [one, other] = [await get("/health/live", { "x-request-id": "mine" }), await get("/health/live", { "x-request-id": "mine" })];
    expect(one.headers["x-request-id"]).toMatch(/^req_/);
    expect(one.headers["x-request-id"]).not.toBe(other.headers["x-request-id"]);
    const trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const traced = await get("/v1/buyer/orders", { traceparent: trace, authorization: `Bearer ${objects.callers.buyer.secret}` });
    expect(traced.status).toBe(200);
    const line = await market.servers[0]?.logged(new RegExp(String(traced.headers["x-request-id"])));
    expect(JSON.parse(line ?? "{}")).toMatchObject({ traceparent: trace, operation: "buyer.orders.list", status: 200, method: "GET" });
  });

  test("says that it is not to be sniffed, framed or kept, and not what made it", async () => {
    for (const path of ["/health/live", "/nothing", "/v1/buyer/orders"]) {
      const { headers } = await get(path);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      });
      expect(headers["x-powered-by"]).toBeUndefined();
      expect(headers["server"]).toBeUndefined();
    }
  });

  test("to HEAD is that to GET without its body", async () => {
    const authorization = `Bearer ${objects.callers.buyer.secret}`;
    const whole = await get("/v1/buyer/orders", { authorization });
    const head = await raw(`HEAD /v1/buyer/orders HTTP/1.0\r\nauthorization: ${authorization}\r\n\r\n`).catch(
      (error: Error) => error.message,
    );
    expect(whole.status).toBe(200);
    expect(head).toContain("HTTP/1.1 200 OK");
    expect(head).toContain(`content-length: ${whole.body.length}`);
    expect(String(head).split("\r\n\r\n")[1]).toBe("");
  });

  test("to a read of one thing has an ETag that begins with its version, and a stale If-Match is 412", async () => {
    const { operator } = objects.callers;
    const path = `/v1/operator/companies/${objects.ids.company}/credit-accounts/EUR`;
    const read = await get(path, { authorization: `Bearer ${operator.secret}` });
    expect(read.headers["etag"]).toMatch(new RegExp(`^"${jsonOf(read)["version"]}-[\\w-]{22}"$`));
    const body = { limit: { amount: 200_000_000, currency: "EUR" } };
    const stale = await operator.send("PUT", path, body, { headers: { "if-match": '"7"' } });
    expectProblem(stale, 412, "version-stale");
    expect(jsonOf(stale)).toMatchObject({ current_version: 1, retry: "never" });
    const weak = await operator.send("PUT", path, body, { headers: { "if-match": `W/${read.headers["etag"]}` } });
    expectProblem(weak, 412, "version-stale");
    const right = await operator.send("PUT", path, body, { headers: { "if-match": `"7", ${read.headers["etag"]}` } });
    expect({ status: right.status, etag: right.headers["etag"] }).toEqual({ status: 200, etag: '"2"' });
  });
});

describe("beside the operations", () => {
  test("health says that it lives and is ready", async () => {
    expect(jsonOf(await get("/health/live"))).toEqual({ status: "live" });
    expect(jsonOf(await get("/health/ready"))).toEqual({ status: "ready", degraded: [] });
  });

  test("metrics are for who has the token", async () => {
    const open = await get("/metrics", { authorization: "Bearer a-token-for-the-tests" });
    expect(open.status).toBe(200);
    expect(open.body.toString()).toMatch(/stoa_http_requests_total\{operation="buyer\.checkouts\.place",status="201"\} [1-9]/);
    expect(open.body.toString()).toMatch(/stoa_pool_connections\{pool="lanes",state="open"\} [1-9]/);
    expectProblem(await get("/metrics"), 401, "unauthenticated");
    expectProblem(await get("/metrics", { authorization: "Bearer another-token-for-it" }), 401, "unauthenticated");
  });

  test("openapi.json describes every operation, with its example and every code it can answer", async () => {
    const document = jsonOf<{ openapi: string; paths: Record<string, Record<string, { operationId: string; responses: object }>> }>(
      await get("/openapi.json"),
    );
    expect(document.openapi).toBe("3.1.0");
    const described = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(described).toEqual(expect.arrayContaining(operations.map(({ id }) => id)));
    for (const operation of operations) {
      const responses = JSON.stringify(document.paths[templateOf(operation)]?.[methodOf(operation).toLowerCase()]?.responses);
      for (const code of operation.refusals) expect(responses).toContain(`#/components/examples/${code}`);
    }
  });

  test("the type of every problem leads to its page", async () => {
    for (const code of Object.keys(problemRows)) {
      const page = await get(`/problems/${code}`);
      expect({ code, status: page.status, type: page.headers["content-type"] }).toEqual({
        code,
        status: 200,
        type: "text/markdown; charset=utf-8",
      });
      expect(page.body.toString()).toContain("## Whether to try again");
    }
  });

  test("the reference page asks nobody but this server", async () => {
    const page = await get("/docs/");
    const script = await get("/docs/js/scalar.js");
    expect([page.status, script.status]).toEqual([200, 200]);
    expect(page.headers["content-security-policy"]).toMatch(/^default-src 'none';.*connect-src 'self';/);
    expect(page.body.toString()).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page.body.toString()).toMatch(/"withDefaultFonts": false,\s*"telemetry": false/);
  });
});
