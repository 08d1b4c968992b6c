import { afterAll, beforeAll, expect, test } from "vitest";
import { furnish } from "../../bench/goods.ts";
import { checkoutLines, createRandom } from "../../bench/lines.ts";
import { type Loader, openLoader } from "../../bench/loader.ts";
import { figuresOf, measure } from "../../bench/measure.ts";
import { recordBatches } from "../../bench/batches.ts";
import { knownIds, runLimit, scriptsOf } from "../../bench/limit.ts";
import { openStage, type Stage } from "../../bench/stage.ts";
import { statementName } from "../../bench/statement-names.ts";

let stage: Stage;
let loader: Loader;

beforeAll(async () => {
  stage = await openStage();
  loader = openLoader();
});
afterAll(async () => {
  loader.close();
  await stage.close();
});

test("Two buyers for two seconds: what the load counts is what the database has, and a batch runs again from its record", async () => {
  const server = await stage.serve();
  const operator = stage.operatorAt(server);
  const goods = await furnish(server, operator, { sellers: 3, offersOfEach: 20, buyers: 5 });
  const lines = checkoutLines({ offers: goods.offers, sellers: 3, random: createRandom(1) });
  const placed = async () => Number((await stage.superuser.query<{ count: string }>("select count(*) from checkouts")).rows[0]?.count);

  const measured = await measure({ stage, server, loader }, { buyers: goods.buyers.slice(0, 2), lines, seconds: 2 });
  const figures = figuresOf([measured]);
  expect(measured.load.answers).toEqual({ 201: await placed() });
  expect(figures.perSecond).toBeGreaterThan(0);
  expect(figures.p50).toBeLessThanOrEqual(figures.p99);
  expect(figures.commitsPerOrder).toBeGreaterThanOrEqual(0.5);
  expect(figures.commitsPerOrder).toBeLessThanOrEqual(1);
  expect(figures.walBytesPerOrder).toBeGreaterThan(figures.laneWalBytesPerOrder);

  const batches = await recordBatches({ stage, goods, loader, lines }, [1, 4]);
  expect(batches.map(({ checkouts }) => checkouts)).toEqual([1, 4]);
  const [one, four] = batches.map(({ statements }) => statements.map(({ text }) => statementName(text)));
  expect(one?.at(0)).toBe("begin");
  expect(one?.at(-1)).toBe("commit");
  expect(four).toEqual(one);

  const before = await placed();
  const { placed: rerun } = await runLimit(stage.url, scriptsOf(batches, await knownIds(stage.superuser)), 0.5);
  expect(rerun).toBeGreaterThan(0);
  expect(await placed()).toBe(before + rerun);
  expect(await operator.get("/v1/operator/doctor")).toMatchObject({ ok: true, violations: [] });
}, 60_000);
