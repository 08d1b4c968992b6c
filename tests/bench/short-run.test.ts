import { afterAll, beforeAll, expect, test } from "vitest";
import { furnish } from "../../bench/goods.ts";
import { invoices, judgedSeries } from "../../bench/invoices.ts";
import { lifecycle, notFinished } from "../../bench/lifecycle.ts";
import { checkoutLines, createRandom } from "../../bench/lines.ts";
import { type Loader, openLoader } from "../../bench/loader.ts";
import { figuresOf, measure } from "../../bench/measure.ts";
import { recordBatches } from "../../bench/batches.ts";
import { knownIds, runLimit, scriptsOf } from "../../bench/limit.ts";
import { smallSizes } from "../../bench/sizes.ts";
import { openStage, type Stage } from "../../bench/stage.ts";
import { statementName } from "../../bench/statement-names.ts";
import type { Bench } from "../../bench/workloads.ts";

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

test("Orders come from placing to paid, and all orders of a seller leave at once with invoices that are numbered without a gap", async () => {
  const own = await openStage();
  try {
    const server = await own.serve();
    const operator = own.operatorAt(server);
    const goods = await furnish(server, operator, { sellers: 4, offersOfEach: 5, buyers: 8 });
    const bench: Bench = {
      ...{ stage: own, goods, loader, seconds: 1, sizes: { ...smallSizes, lifecycle: 10, invoices: 30 }, say: () => undefined },
      ...{ server: () => server, stopServer: () => Promise.reject(new Error()), startServer: () => Promise.reject(new Error()) },
    };
    const counted = async (text: string) => Number((await own.superuser.query<{ count: string }>(text)).rows[0]?.count);
    const found = await lifecycle(bench);
    // Two rounds, one stage by stage, and a tenth to warm up: three orders a checkout.
    expect(await counted("select count(*) from invoices where state = 'settled'")).toBe(3 * (10 + 10 + 10 + 1));
    expect(found).toMatchObject({ lifecycle_orders: 60, lifecycle_not_finished: 0 });
    expect(found["lifecycle_to_place"]).toBeGreaterThan(0);
    expect(await notFinished(bench, await runsThatOnlyPlaced(own))).toBeGreaterThan(0);

    const numbered = await invoices(bench);
    expect(numbered).toMatchObject({ invoice_number_gaps: 0, invoice_dates_falling: 0 });
    expect(await counted("select count(*) from invoices")).toBe(3 * 31 + 4 * 30);
    expect(await operator.get("/v1/operator/doctor")).toMatchObject({ ok: true, violations: [] });

    await own.superuser.query("set session_replication_role = replica");
    await own.superuser.query("delete from documents where type = 'invoice' and number = 2");
    await own.superuser.query("update documents set issued_at = issued_at + interval '1 hour' where type = 'invoice' and number = 1");
    const { invoice_number_gaps: gaps, invoice_dates_falling: falling } = await judgedSeries(bench);
    expect([gaps, falling].every((count) => count > 0)).toBe(true);
  } finally {
    await own.close();
  }
}, 180_000);

/** The names of the runs in which nobody accepted anything. */
async function runsThatOnlyPlaced({ superuser }: Stage): Promise<string[]> {
  const { rows } = await superuser.query<{ run: string }>(
    `select left(c.client_reference, 14) as run from checkouts c join orders o using (company_id, checkout_id)
     group by 1 having every(o.state = 'confirmed')`,
  );
  return rows.map(({ run }) => run);
}
