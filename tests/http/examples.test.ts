import { Compile } from "typebox/compile";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { methodOf, templateOf } from "../../src/http/operation.ts";
import { jsonOf, send } from "../support/barrier.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { operations } from "./described-operations.ts";
import { exampleRequest, openExampleMarket } from "./example-market.ts";

let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

describe("the example of every operation", () => {
  test.each(operations.map((operation) => ({ name: `${methodOf(operation)} ${templateOf(operation)}`, operation })))(
    "$name is answered as the reference says",
    async ({ operation }) => {
      const objects = await openExampleMarket(market);
      const request = exampleRequest(operation, objects);

      const answer = await send(market.servers[0]?.url ?? "", request);

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
