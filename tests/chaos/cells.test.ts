import { afterAll, beforeAll, expect, test } from "vitest";
import { cellName, cellsOf, openStage, runCell, sampleOf, scenarios, type Stage } from "./cells.ts";
import { paperScenarios } from "./paper-cells.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage?.market.close();
});

test.each([...scenarios, ...paperScenarios].map((scenario) => ({ scenario, name: scenario.name })))(
  "$name has its one effect when the server is killed at a boundary and the same key comes again",
  { timeout: 120_000 },
  async ({ scenario }) => {
    const cells = sampleOf(await cellsOf(stage, scenario), 45);
    expect(cells.filter(({ commit }) => commit).map(({ moment }) => moment)).toEqual(["before", "after"]);
    for (const cell of cells) expect(await runCell(stage, cell)).toMatchObject({ cell: cellName(cell), findings: [] });
  },
);

test("a market that forgets the keys it answered is caught by the cell after COMMIT", async () => {
  const [scenario] = scenarios;
  if (scenario === undefined) throw new Error("there is a first scenario");
  const cell = (await cellsOf(stage, scenario)).find(({ commit, moment }) => commit && moment === "after");
  if (cell === undefined) throw new Error("there is a cell after COMMIT");
  await stage.market.database.owner(`
    create function forget() returns trigger language plpgsql as $$ begin return null; end $$;
    create trigger forgets before insert on idempotency for each row execute function forget();`);
  const { findings } = await runCell(stage, cell);
  await stage.market.database.owner("drop trigger forgets on idempotency");
  expect(findings.join("\n")).toMatch(/status|replayed/);
});
