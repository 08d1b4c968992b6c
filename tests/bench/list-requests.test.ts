import { afterAll, beforeAll, expect, test } from "vitest";
import { furnish } from "../../bench/goods.ts";
import { listRequests } from "../../bench/list-requests.ts";
import { countStatements } from "../../bench/request-statements.ts";
import { openShowroom, type Showroom } from "../../bench/showroom.ts";
import { openStage, type Stage } from "../../bench/stage.ts";
import { operations } from "../http/described-operations.ts";

const rows = 3;
let stage: Stage;
let showroom: Showroom;

beforeAll(async () => {
  stage = await openStage();
  const server = await stage.serve();
  const operator = stage.operatorAt(server);
  const goods = await furnish(server, operator, { sellers: 3, offersOfEach: 1, buyers: 3 });
  showroom = await openShowroom(goods, operator, () => server.url, rows);
}, 120_000);
afterAll(() => stage.close());

test("Each list of each audience is asked for one row and for many, and its statements are as many", { timeout: 120_000 }, async () => {
  const requests = listRequests(showroom);
  const lists = operations.filter(({ id }) => /\.(list|export)$/.test(id));
  expect([...requests.keys()]).toEqual(expect.arrayContaining(lists.map(({ id }) => id)));
  const counted = await countStatements(stage.superuser, requests);
  expect([...counted].filter(([, { one, many }]) => one !== many || one < 3)).toEqual([]);
  await showroom.grow();
  const grown = await countStatements(stage.superuser, requests);
  expect([...grown].filter(([name, { one, many }]) => one !== many || many !== counted.get(name)?.many)).toEqual([]);
  expect([...grown].filter(([name, found]) => found.rows < (requests.get(name)?.rows ?? Number.POSITIVE_INFINITY))).toEqual([]);
});

test("A list that asks once for each row is seen", async () => {
  const { operator } = showroom.callers;
  const sellers = async (count: number) => {
    for (let asked = 0; asked < count; asked += 1) await operator.get("/v1/operator/sellers?limit=1");
    return count;
  };
  const planted = new Map([["planted", { one: () => sellers(1), many: () => sellers(rows), rows }]]);
  const counted = (await countStatements(stage.superuser, planted)).get("planted");
  expect(counted?.many).toBe((counted?.one ?? 0) * rows);
});
