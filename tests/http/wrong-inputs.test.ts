import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isWrite, methodOf, type Operation, templateOf } from "../../src/http/operation.ts";
import { problemType } from "../../src/http/problem.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { jsonOf, type HttpRequest } from "../support/barrier.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { createConnection } from "./connection.ts";
import { operations } from "./described-operations.ts";
import { exampleRequest, type ExampleMarket, openExampleMarket } from "./example-market.ts";
import { rowCounts } from "./row-counts.ts";
import { wrongBodies } from "./wrong-bodies.ts";

let market: OwnMarket;
let objects: ExampleMarket;
let send: (request: HttpRequest) => Promise<HttpAnswer>;
let close: () => void;
beforeAll(async () => {
  market = await openMarket();
  objects = await openExampleMarket(market);
  ({ send, close } = createConnection(market.servers[0]?.url ?? ""));
});
afterAll(async () => {
  close();
  await market.close();
});

type Field = { readonly pointer: string; readonly detail: string };

/** What is not as it should be in the answer to a request whose field `pointer` is wrong. */
function faultsOf(answer: HttpAnswer, pointer: string, codes: readonly string[] = ["request-invalid"]): string[] {
  const body = jsonOf<{ code?: string; instance?: string; errors?: Field[] }>(answer);
  const named = (body.errors ?? []).map((field) => field.pointer);
  return [
    ...(answer.headers["content-type"] === problemType ? [] : [`content-type ${answer.headers["content-type"]}`]),
    ...(codes.includes(body.code ?? "") ? [] : [`${answer.status} ${body.code}`]),
    ...(body.instance === `urn:request:${answer.headers["x-request-id"]}` ? [] : ["no request id"]),
    ...(pointer === "*" || named.includes(pointer) ? [] : [`names ${named.join(", ") || "nothing"}`]),
    ...((body.errors ?? []).every(({ detail }) => detail.length > 5) ? [] : ["a field without a sentence"]),
  ];
}

const named = (those: readonly Operation[]) =>
  those.map((operation) => ({ name: `${methodOf(operation)} ${templateOf(operation)}`, operation }));
const withBody = operations.filter(
  (operation) => "body" in operation && Object.keys((operation.body as { properties?: object }).properties ?? {}).length > 0,
);

describe("a body that is wrong in one place", () => {
  test.each(named(withBody))("is refused by $name, which names the place and does nothing", async ({ operation }) => {
    const right = exampleRequest(operation, objects);
    const before = await rowCounts(market.database);

    const found: string[] = [];
    const { required = [], properties = {} } =
      (operation as { body?: { required?: readonly string[]; properties?: Record<string, { maxLength?: number }> } }).body ?? {};
    // A text of ten thousand letters is too long for a name and not for a file.
    const takesFiles = (pointer: string) => (properties[pointer.slice(1)]?.maxLength ?? 0) >= 10_000;
    // Where nothing has to be said, saying nothing is right.
    const wrong = wrongBodies(right.body as object).filter(({ pointer, what }) => {
      if (what.startsWith('"xxx') && takesFiles(pointer)) return false;
      return required.length > 0 || pointer !== "" || (what !== "nothing" && what !== "white space");
    });
    for (const { what, bytes, pointer } of wrong) {
      const headers = { ...right.headers, "idempotency-key": `wrong-${found.length}`, "content-type": "application/json" };
      const answer = await send({ ...right, headers, body: bytes });
      found.push(...faultsOf(answer, pointer).map((fault) => `${what}: ${fault}`));
    }

    expect(wrong.length).toBeGreaterThan(Object.keys(right.body as object).length === 0 ? 10 : 20);
    expect(found).toEqual([]);
    expect(await rowCounts(market.database)).toEqual(before);
  });

  test("is refused whole when it is larger than 1 MiB, or 4 MiB in bulk", async () => {
    const before = await rowCounts(market.database);
    for (const operation of withBody) {
      const limit = isWrite(operation) && operation.bulk === true ? 4 : 1;
      const right = exampleRequest(operation, objects);
      const headers = { ...right.headers, "content-type": "application/json" };
      for (const bytes of [limit * 1024 * 1024 + 1, 10_000_000]) {
        const answer = await send({ ...right, headers, body: Buffer.alloc(bytes, " ") });
        expect({ operation: operation.id, faults: faultsOf(answer, "*", ["body-too-large"]) }).toEqual({
          operation: operation.id,
          faults: [],
        });
      }
    }
    expect(await rowCounts(market.database)).toEqual(before);
  });

  test("is refused when it is not announced as JSON in UTF-8", async () => {
    for (const operation of withBody) {
      const right = exampleRequest(operation, objects);
      for (const headers of [
        { "content-type": "text/plain" },
        { "content-type": "application/x-www-form-urlencoded" },
        { "content-type": "application/json; charset=latin1" },
        { "content-type": "nonsense" },
        { "content-type": "application/json", "content-encoding": "gzip" },
      ]) {
        const answer = await send({ ...right, headers: { ...right.headers, ...headers } });
        expect({ operation: operation.id, headers, faults: faultsOf(answer, "*", ["unsupported-media-type"]) }).toEqual({
          operation: operation.id,
          headers,
          faults: [],
        });
      }
    }
  });
});

describe("a query that is wrong", () => {
  const reads = operations.filter((operation) => methodOf(operation) === "GET");
  test.each(named(reads))("is refused by $name, which names the parameter", async ({ operation }) => {
    const right = exampleRequest(operation, objects);
    const [path = ""] = right.path.split("?");
    const { properties = {}, required = [] } = (operation.query ?? {}) as { properties?: object; required?: readonly string[] };
    const takes = Object.keys(properties);
    // What has to be there is there and right, unless it is what is asked wrongly.
    const given = (operation.example.query ?? {}) as Record<string, string>;
    const needed = required.filter((name) => name !== "format").map((name) => `${name}=${encodeURIComponent(given[name] ?? "")}&`);
    const wrong: [string, string][] = [
      ["smuggled=1", "/smuggled"],
      ["Limit=5", "/Limit"],
      ["__proto__=1", "/__proto__"],
    ];
    if (takes.includes("limit")) {
      for (const value of ["0", "1001", "-1", "1e2", "1.5", "0x10", "", "abc", "%00", "9007199254740993", "5&limit=6"]) {
        wrong.push([`limit=${value}`, "/limit"]);
      }
    }
    if (takes.includes("cursor")) {
      const forged = Buffer.alloc(41, 1).toString("base64url");
      for (const value of ["", "x", "%00", forged, `${forged}=`, "a&cursor=b", "x".repeat(201)]) wrong.push([`cursor=${value}`, "/cursor"]);
    }
    if (takes.includes("format")) for (const value of ["", "xlsx", "CSV", "csv&format=csv"]) wrong.push([`format=${value}`, "/format"]);
    if (takes.includes("after")) for (const value of ["-1", "x", "1e3", "9007199254740993"]) wrong.push([`after=${value}`, "/after"]);

    const found: string[] = [];
    for (const [query, pointer] of wrong) {
      const answer = await send({ ...right, path: `${path}?${needed.join("")}${query}` });
      found.push(...faultsOf(answer, pointer).map((fault) => `${query}: ${fault}`));
    }
    expect(found).toEqual([]);
  });
});

describe("a path that names nothing", () => {
  const idIn = (params: object | undefined) => Object.values(params ?? {}).find((value) => /^[a-z]{3}_[0-9a-z]{26}$/.test(String(value)));
  const withIds = operations.filter(({ example }) => idIn(example.params as object | undefined) !== undefined);
  test.each(named(withIds))("is the same 404 in $name, however it is wrong", async ({ operation }) => {
    const right = exampleRequest(operation, objects);
    const own = String(idIn(objects.real(operation.example).params as object));
    for (const id of [
      "x",
      "%00",
      "..%2f..",
      "__proto__",
      own.toUpperCase(),
      `${own}x`,
      own.slice(4),
      `ord_${"0".repeat(25)}`,
      "%F0%9F%92%A9",
    ]) {
      const answer = await send({
        ...right,
        path: right.path.replace(own, id),
        headers: { ...right.headers, "idempotency-key": `path-${id}`.replaceAll("%", "_") },
      });
      expect({ id, faults: faultsOf(answer, "*", ["not-found"]) }).toEqual({ id, faults: [] });
    }
    const long = await send({ ...right, path: right.path.replace(own, "x".repeat(2_000)) });
    expect(faultsOf(long, "*", ["uri-too-long"])).toEqual([]);
    const broken = await send({ ...right, path: right.path.replace(own, "%zz") });
    expect(faultsOf(broken, "")).toEqual([]);
  });
});

describe("an If-Match that is wrong", () => {
  test.each(named(operations.filter(isWrite)))("is refused by $name, and names the header", async ({ operation }) => {
    for (const value of operation.params === undefined && methodOf(operation) === "POST"
      ? ['"1"', "*"]
      : ["1", '"1', '"1" "2"', "W/1", ""]) {
      const request = exampleRequest(operation, objects, { "if-match": value });
      const answer = await send(request);
      expect({ value, faults: faultsOf(answer, "/if-match") }).toEqual({ value, faults: [] });
    }
  });
});
