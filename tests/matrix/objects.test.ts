import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createIdSource, type Id, type Prefix, toWireId } from "../../src/kernel/ids.ts";
import { example } from "../../src/http/examples.ts";
import { audienceOf, isWrite, methodOf, type Operation, templateOf } from "../../src/http/operation.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import type { HttpRequest } from "../support/barrier.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { createConnection } from "../http/connection.ts";
import { operations } from "../http/described-operations.ts";
import { exampleRequest, type ExampleMarket, openExampleMarket } from "../http/example-market.ts";
import { rowCounts } from "../http/row-counts.ts";

let market: OwnMarket;
let own: ExampleMarket;
let foreign: ExampleMarket;
let send: (request: HttpRequest) => Promise<HttpAnswer>;
let close: () => void;

beforeAll(async () => {
  market = await openMarket();
  own = await openExampleMarket(market);
  foreign = await openExampleMarket(market);
  ({ send, close } = createConnection(market.servers[0]?.url ?? ""));
});
afterAll(async () => {
  close();
  await market.close();
});

const newId = createIdSource((bytes) => crypto.getRandomValues(bytes));
const ids = Object.values(example).filter((text) => /^[a-z]{3}_[0-9a-z]{26}$/.test(text));

/** The same request with an id that never was in the place of each of these. */
function withRandomIds(text: string): string {
  return ids.reduce((all, id) => all.replaceAll(own.real(id), toWireId(id.slice(0, 3) as Prefix, newId<Id<Prefix>>(1_000_000))), text);
}

function withForeignIds(text: string): string {
  return ids.reduce((all, id) => all.replaceAll(own.real(id), foreign.real(id)), text);
}

/** What is told about an answer, without what differs in every answer. */
function told({ status, headers, body }: HttpAnswer) {
  const { instance: _instance, ...problem } = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
  return { status, type: headers["content-type"], problem };
}

const named = (those: readonly Operation[]) =>
  those.map((operation) => ({ name: `${methodOf(operation)} ${templateOf(operation)}`, operation }));
/** A company reads the catalogue of all: of one organisation are the prices that stand in it (tests/specs/buyer-catalogue.test.ts). */
const ofAll: readonly string[] = ["buyer.products.read", "buyer.search.read"];
/** Whether what it shows is some organisation's own: the operator sees all, and what is public is everybody's. */
const ofOneOrganisation = (operation: Operation) =>
  (audienceOf(operation) === "seller" || audienceOf(operation) === "buyer") && !ofAll.includes(operation.id);
const withId = operations.filter(({ example: { params } }) => ids.some((id) => JSON.stringify(params ?? {}).includes(id)));

describe("an id in the path", () => {
  test.each(named(withId))("that never was is 404 in $name, and nothing is kept of it", async ({ operation }) => {
    const right = exampleRequest(operation, own);
    const before = await rowCounts(market.database);
    const answer = await send({ ...right, path: withRandomIds(right.path) });
    expect(told(answer)).toMatchObject({ status: 404, problem: { code: "not-found", retry: "never" } });
    expect(await rowCounts(market.database)).toEqual(before);
  });

  test.each(named(withId.filter(ofOneOrganisation)))(
    "that is somebody else's gets the same answer in $name as one that never was",
    async ({ operation }) => {
      const right = exampleRequest(operation, own);
      const before = await rowCounts(market.database);
      const theirs = await send({ ...right, path: withForeignIds(right.path), headers: fresh(right, "foreign") });
      const nobodys = await send({ ...right, path: withRandomIds(right.path), headers: fresh(right, "random") });
      expect(withForeignIds(right.path)).not.toBe(right.path);
      expect(told(theirs)).toEqual(told(nobodys));
      expect(told(theirs).status).toBe(404);
      expect(await rowCounts(market.database)).toEqual(before);
    },
  );
});

describe("an id in the body", () => {
  // A company is no seller's: whom a seller names is there for every seller alike.
  const sellersIds = ids.filter((id) => !id.startsWith("cmp_"));
  const sellerWrites = operations.filter(
    (operation) =>
      audienceOf(operation) === "seller" &&
      isWrite(operation) &&
      sellersIds.some((id) => JSON.stringify(operation.example.body ?? {}).includes(id)),
  );
  /** Where each row of a body is judged on its own, the answer tells it of the row. */
  const rowByRow: readonly string[] = ["seller.orders.accept-many", "seller.shipments.ship-many", "seller.shipments.deliver-many"];
  test.each(named(sellerWrites.filter(({ id }) => rowByRow.includes(id))))(
    "that is somebody else's is told by $name of its row, as one that never was",
    async ({ operation }) => {
      const right = exampleRequest(operation, own);
      const text = JSON.stringify(right.body);
      const theirs = await send({ ...right, body: Buffer.from(withForeignIds(text)), headers: fresh(right, "foreign") });
      const nobodys = await send({ ...right, body: Buffer.from(withRandomIds(text)), headers: fresh(right, "random") });
      expect(told(theirs)).toEqual(told(nobodys));
      expect(told(theirs)).toMatchObject({ status: 200, problem: { results: [{ index: 0, ok: false, code: "not-found" }] } });
    },
  );

  test.each(named(sellerWrites.filter(({ id }) => !rowByRow.includes(id))))(
    "that is somebody else's gets the same answer in $name as one that never was",
    async ({ operation }) => {
      const right = exampleRequest(operation, own);
      const text = JSON.stringify(right.body);
      const theirs = await send({ ...right, body: Buffer.from(withForeignIds(text)), headers: fresh(right, "foreign") });
      const nobodys = await send({ ...right, body: Buffer.from(withRandomIds(text)), headers: fresh(right, "random") });
      expect(told(theirs)).toEqual(told(nobodys));
      expect(told(theirs)).toMatchObject({ status: 422, problem: { code: "unknown-reference" } });
      expect((told(theirs).problem["errors"] as { pointer: string }[])[0]?.pointer).toMatch(
        /^\/(lines\/0\/(offer|location)|offers\/0|location|from)$/,
      );
    },
  );

  test("of an offer that never was is 422 in a checkout, and names its line", async () => {
    for (const id of ["buyer.checkouts.place", "buyer.checkouts.preview"]) {
      const operation = operations.find((each) => each.id === id) as Operation;
      const right = exampleRequest(operation, own);
      const answer = await send({ ...right, body: Buffer.from(withRandomIds(JSON.stringify(right.body))) });
      expect(told(answer)).toMatchObject({ status: 422, problem: { code: "unknown-reference", errors: [{ pointer: "/lines/0/offer" }] } });
    }
  });

  test("of somebody else's checkout to replace is told from one that never was by nobody", async () => {
    const place = operations.find(({ id }) => id === "buyer.checkouts.place") as Operation;
    const right = exampleRequest(place, own);
    const asking = (replaces: string) => send({ ...right, body: { ...(right.body as object), replaces }, headers: fresh(right, replaces) });
    const theirs = await asking(foreign.real(example.checkout));
    const nobodys = await asking(toWireId("chk", newId<Id<"chk">>(1_000_000)));
    expect(told(theirs)).toEqual(told(nobodys));
    expect(told(theirs).status).toBe(422);
  });
});

describe("a list", () => {
  const lists = operations.filter(
    (operation) => ofOneOrganisation(operation) && methodOf(operation) === "GET" && operation.params === undefined,
  );
  test.each(named(lists))("$name shows nothing of somebody else's", async ({ operation }) => {
    const answer = await send(exampleRequest(operation, own));
    const text = answer.body.toString("utf8");
    const shared: readonly string[] = [example.product, example.variant];
    const theirs = ids.filter((id) => !shared.includes(id) && foreign.real(id) !== id).map((id) => foreign.real(id));
    expect(answer.status).toBe(200);
    expect(theirs.length).toBeGreaterThan(5);
    expect(theirs.filter((id) => text.includes(id))).toEqual([]);
  });
});

function fresh(request: HttpRequest, key: string): Record<string, string> {
  return { ...request.headers, "idempotency-key": `${request.method}-${request.path}-${key}`, "content-type": "application/json" };
}
