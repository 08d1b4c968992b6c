import { Compile } from "typebox/compile";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { columnsOf } from "../../src/http/csv.ts";
import { methodOf, type Operation, templateOf } from "../../src/http/operation.ts";
import { type HttpRequest, jsonOf, send } from "../support/barrier.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { operations } from "./described-operations.ts";
import { exampleRequest, openExampleMarket } from "./example-market.ts";

let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

/** An export as the reference shows it is CSV; as lines, each is one item of the list. */
async function expectExport(operation: Operation, answer: HttpAnswer, request: HttpRequest): Promise<void> {
  const item = Compile(operation.response);
  const columns = columnsOf(operation.response);
  expect(item.Errors(operation.example.response)).toEqual([]);
  expect({ status: answer.status, head: answer.body.toString("utf8").split("\r\n")[0] }).toEqual({
    status: 200,
    head: columns.map(({ name }) => name).join(","),
  });
  const path = request.path.replace("format=csv", "format=ndjson");
  const lines = await send(market.servers[0]?.url ?? "", { ...request, path });
  const items = lines.body
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  expect(items.length).toBeGreaterThan(0);
  expect(items.flatMap((each) => item.Errors(each))).toEqual([]);
}

/** A file begins as the reference says. */
function expectFile({ example: { response } }: Operation, media: string, answer: HttpAnswer): void {
  const head = String(response);
  const { "content-type": type } = answer.headers;
  const began = answer.body.subarray(0, Buffer.byteLength(head)).toString("utf8");
  expect({ status: answer.status, type, began }).toEqual({ status: 200, type: media, began: head });
}

describe("the example of every operation", () => {
  test.each(operations.map((operation) => ({ name: `${methodOf(operation)} ${templateOf(operation)}`, operation })))(
    "$name is answered as the reference says",
    async ({ operation }) => {
      const objects = await openExampleMarket(market, operation);
      const request = exampleRequest(operation, objects);

      const answer = await send(market.servers[0]?.url ?? "", request);

      if (operation.kind === "export") return expectExport(operation, answer, request);
      if (operation.kind === "file") return expectFile(operation, operation.media, answer);
      const body = jsonOf(answer);
      expect({ status: answer.status, body }).toMatchObject({ status: "status" in operation ? operation.status : 200 });
      const response = Compile(operation.response);
      expect(response.Errors(body)).toEqual([]);
      // What the reference shows is an answer of the same shape.
      expect(response.Errors(operation.example.response)).toEqual([]);
    },
  );

  test("is refused when its answer lacks what the schema asks for", () => {
    const operation = operations.find(({ id }) => id === "seller.locations.read");
    const { name: _name, ...incomplete } = operation?.example.response as Record<string, unknown>;
    expect(operation && Compile(operation.response).Check(incomplete)).toBe(false);
  });
});
