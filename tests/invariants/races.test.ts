import { afterAll, beforeAll, expect, test } from "vitest";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { roundsOf } from "./attack.ts";
import { attacks } from "./attacks/index.ts";
import { sameKeyAtOnce } from "./attacks/keys.ts";

let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket({ servers: 2 });
});
afterAll(async () => {
  await market?.close();
});

test.each(attacks.map((attack) => ({ attack, name: attack.sentence })))(
  "over two processes: $name",
  { timeout: 300_000 },
  async ({ attack }) => {
    expect(await attack.run(market, roundsOf(attack))).toEqual([]);
  },
);

test("in one process: the same key 64 times at once has one effect", { timeout: 300_000 }, async () => {
  const alone = { ...market, origins: () => market.origins().slice(0, 1) };
  expect(await sameKeyAtOnce.run(alone, roundsOf(sameKeyAtOnce))).toEqual([]);
});
