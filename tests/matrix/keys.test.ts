import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createIdSource, type Id, type Prefix, toWireId } from "../../src/kernel/ids.ts";
import { audienceOf, isWrite, methodOf, type Operation, templateOf } from "../../src/http/operation.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { jsonOf, type HttpRequest } from "../support/barrier.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { createConnection } from "../http/connection.ts";
import { operations } from "../http/described-operations.ts";
import { type ExampleMarket, exampleRequest, openExampleMarket } from "../http/example-market.ts";
import { rowCounts } from "../http/row-counts.ts";

let market: OwnMarket;
let send: (request: HttpRequest) => Promise<HttpAnswer>;
let close: () => void;
/** For requests that leave nothing behind. */
let standing: ExampleMarket;

beforeAll(async () => {
  market = await openMarket();
  ({ send, close } = createConnection(market.servers[0]?.url ?? ""));
  standing = await openExampleMarket(market);
});
afterAll(async () => {
  close();
  await market.close();
});

const named = (those: readonly Operation[]) =>
  those.map((operation) => ({ name: `${methodOf(operation)} ${templateOf(operation)}`, operation }));
const writes = named(operations.filter(isWrite));

function withKey(request: HttpRequest, key: string | undefined): HttpRequest {
  const { "idempotency-key": _old, ...headers } = request.headers ?? {};
  return { ...request, headers: key === undefined ? headers : { ...headers, "idempotency-key": key } };
}

/** The members that belong to the stored answer, and so are the same in each repeat. */
function stored({ status, headers, body }: HttpAnswer) {
  const { date, "content-type": type, location, etag } = headers;
  return { status, date, type, location, etag, body: body.toString("utf8") };
}

const newId = createIdSource((bytes) => crypto.getRandomValues(bytes));

/** Another body that the operation takes as well: the first word or number that may be another one is changed, or what it names is. */
function otherBody(body: unknown): unknown {
  let changed = false;
  const free = ["name", "title", "reason", "client_reference", "bank_reference", "reference", "rate_ppm", "amount", "quantity", "text"];
  const text = JSON.stringify(body, (member, value: unknown) => {
    if (!changed && member === "command") {
      changed = true;
      return value === "pause" ? "archive" : "pause";
    }
    if (changed || !free.includes(member) || (typeof value !== "string" && typeof value !== "number")) return value;
    changed = true;
    return typeof value === "string" ? `${value}x` : value + 1;
  });
  if (changed) return JSON.parse(text);
  const another = text.replace(/[a-z]{3}_[0-9a-z]{26}/, (id) => toWireId(id.slice(0, 3) as Prefix, newId<Id<Prefix>>(1_000_000)));
  return another === text ? undefined : JSON.parse(another);
}

describe("the idempotency key", () => {
  test.each(writes)("is missed by $name: 400 without one", async ({ operation }) => {
    const request = exampleRequest(operation, standing);
    const before = await rowCounts(market.database);
    const answer = await send(withKey(request, undefined));
    expect({ status: answer.status, body: jsonOf(answer) }).toMatchObject({
      status: 400,
      body: { code: "idempotency-key-missing", retry: "never" },
    });
    expect(await rowCounts(market.database)).toEqual(before);
  });

  test.each(writes)("is refused by $name when it is malformed", async ({ operation }) => {
    const request = exampleRequest(operation, standing);
    const before = await rowCounts(market.database);
    for (const key of ["", '""', '"open', "two words", "x".repeat(256), `"${"x".repeat(256)}"`, "ümlaut", "a\tb", "first, second"]) {
      const answer = await send(withKey(request, key));
      expect({ key, status: answer.status, code: jsonOf(answer)["code"] }).toEqual({ key, status: 400, code: "idempotency-key-malformed" });
    }
    expect(await rowCounts(market.database)).toEqual(before);
  });

  test.each(writes)("makes $name answer a repeat byte for byte and do nothing again", async ({ operation }) => {
    const request = exampleRequest(operation, await openExampleMarket(market, operation));
    const key = randomUUID();
    const first = await send(withKey(request, key));
    const after = await rowCounts(market.database);

    // Members in another order, white space, quotes around the key: the same request.
    const shuffled = Buffer.from(JSON.stringify(reversed(request.body), null, 2));
    const again = [await send(withKey(request, key)), await send(withKey({ ...request, body: shuffled }, `"${key}"`))];

    expect(first.status).toBe("status" in operation ? operation.status : 200);
    expect(first.headers["idempotent-replayed"]).toBeUndefined();
    for (const repeat of again) {
      expect(stored(repeat)).toEqual(stored(first));
      expect(repeat.headers["idempotent-replayed"]).toBe("true");
      expect(repeat.headers["x-request-id"]).not.toBe(first.headers["x-request-id"]);
    }
    expect(await rowCounts(market.database)).toEqual(after);
  });

  // What takes neither a path with parameters nor a body can be asked for in one way only.
  const manifold = writes.filter(({ operation }) => operation.params !== undefined || Object.keys(operation.example.body ?? {}).length > 0);
  test.each(manifold.filter(({ operation }) => audienceOf(operation) !== "public"))(
    "is told by $name to have been used, when the request is another one",
    async ({ operation }) => {
      const request = exampleRequest(operation, await openExampleMarket(market, operation));
      const key = randomUUID();
      const first = await send(withKey(request, key));
      const after = await rowCounts(market.database);

      const body = otherBody(request.body);
      const others: HttpRequest[] = [
        ...(body === undefined ? [] : [{ ...request, body }]),
        ...(operation.params === undefined ? [] : [{ ...request, headers: { ...request.headers, "if-match": "*" } }]),
      ];
      expect(others.length).toBeGreaterThan(0);
      for (const other of others) {
        const answer = await send(withKey(other, key));
        expect({ status: answer.status, code: jsonOf(answer)["code"] }).toEqual({ status: 422, code: "idempotency-key-reused" });
      }
      expect(await rowCounts(market.database)).toEqual(after);
      const { body: repeated, ...repeat } = stored(await send(withKey(request, key)));
      const { body: given, ...answer } = stored(first);
      expect(repeat).toEqual(answer);
      expect(undated(repeated)).toEqual(undated(given));
    },
  );

  test("belongs to its operation and organisation: the same text elsewhere is another key", async () => {
    const [one, other] = [await openExampleMarket(market), await openExampleMarket(market)];
    const key = randomUUID();
    const create = operations.find(({ id }) => id === "seller.locations.create") as Operation;
    const receive = operations.find(({ id }) => id === "seller.stock.receive") as Operation;
    const answers = [
      await send(withKey(exampleRequest(create, one), key)),
      await send(withKey(exampleRequest(create, other), key)),
      await send(withKey(exampleRequest(receive, one), key)),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(answers.map(({ headers }) => headers["idempotent-replayed"])).toEqual([undefined, undefined, undefined]);
  });
});

/** An answer without when it was decided: a refusal says so in its repeats only. */
function undated(body: string): unknown {
  const { decided_at: _decidedAt, ...rest } = JSON.parse(body) as Record<string, unknown>;
  return rest;
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}
