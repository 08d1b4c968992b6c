import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStartLine, type StartLine } from "../support/barrier.ts";
import { openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import { raceRounds } from "./attack.ts";
import { openCast, plan, runPlan } from "./model-run.ts";

let market: OwnMarket;
let line: StartLine;
let sellers: readonly [Seller, Seller];
beforeAll(async () => {
  market = await openMarket({ servers: 2 });
  line = await openStartLine({ origins: market.origins(), size: 6 });
  sellers = [await market.seller(), await market.seller()];
});
afterAll(async () => {
  line?.close();
  await market?.close();
});

const runs = Math.max(10, Math.ceil(raceRounds() / 5));
let played = 0;

/** Plays a plan on offers and companies of its own. */
async function play(groups: Parameters<typeof runPlan>[2]): Promise<readonly string[]> {
  played += 1;
  const { cast, model } = await openCast(market, line, sellers);
  return runPlan(cast, model, groups, `run-${played}`);
}

test("whatever is placed, cancelled, paid, received and counted, at once or one after another, comes out as in the model", {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (groups) => {
      expect(await play(groups)).toEqual([]);
    }),
    { numRuns: runs, seed: 20261122, endOnFailure: true },
  );
  expect((await market.doctor()).violations).toEqual([]);
});

test("a market whose stock is not taken when it is placed is found out by the model, and by doctor", { timeout: 120_000 }, async () => {
  await market.database.owner(`
    create function keep_reserved() returns trigger language plpgsql as $$ begin new.reserved := old.reserved; return new; end $$;
    create trigger keeps_reserved before update of reserved on stock_levels for each row execute function keep_reserved();`);
  const placing = { verb: "place", picks: [0, 0, 0, 0, 1, 0, 0, 0], odd: false } as const;
  const findings = await play([[placing]]);
  expect(findings.join("\n")).toMatch(/the market says/);
  expect((await market.doctor()).violations).not.toEqual([]);
});
