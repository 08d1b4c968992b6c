import { afterAll, beforeAll, expect, test } from "vitest";
import { scenarios } from "./cells.ts";
import { openDatabaseStage, runDatabaseCell, type DatabaseStage } from "./database-cells.ts";

let stage: DatabaseStage;
beforeAll(async () => {
  stage = await openDatabaseStage();
});
afterAll(async () => {
  await stage?.close();
});

const kills = scenarios
  .filter(({ name }) => name === "placing on account" || name === "cancelling an order")
  .flatMap((scenario) => (["before", "after"] as const).map((moment) => ({ scenario, name: scenario.name, moment })));

test.each(kills)(
  "$name has its one effect when PostgreSQL is killed $moment its COMMIT: nothing that was answered is missing later",
  { timeout: 90_000 },
  async ({ scenario, moment }) => {
    expect(await runDatabaseCell(stage, scenario, moment)).toMatchObject({ findings: [] });
  },
);

test("a PostgreSQL that answers COMMIT before it is on the disk is caught", { timeout: 90_000 }, async () => {
  const { market } = stage;
  await market.database.owner(`alter database ${market.database.name} set synchronous_commit to off`);
  await market.servers[0]?.kill();
  await market.restart();
  const [kill] = kills;
  if (kill === undefined) throw new Error("there is a kill");
  const { findings } = await runDatabaseCell(stage, kill.scenario, "after");
  expect(findings.join("\n")).toMatch(/replayed at once/);
});
