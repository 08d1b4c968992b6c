import { randomFillSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createIdSource } from "../../src/kernel/ids.ts";
import { type PlaceCommand, placeCheckouts, type PlaceOutcome, placingLocks } from "../../src/flows/place-checkouts/index.ts";
import { withFlowTransaction } from "../../src/platform/db/index.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { batches, plantings } from "./arbitraries.ts";
import { comparable } from "./comparable.ts";
import { inUniverse, openToOwner, plantedOrderRules, plantMarket, type Planting } from "./planted-market.ts";

const means = {
  rules: { mayPlace: (role: string) => role === "purchaser", payWithinMillis: 3_600_000, orders: plantedOrderRules },
  newId: createIdSource((bytes) => randomFillSync(bytes)),
};

async function place(test: TestDatabase, commands: readonly PlaceCommand[]): Promise<readonly PlaceOutcome[]> {
  return withFlowTransaction(test.database, { role: "stoa_flow", locks: placingLocks }, async (tx) => {
    const { outcomes, writes } = await placeCheckouts(tx, commands, means);
    await tx.finish(writes);
    return outcomes;
  });
}

const traced = [
  "select offer_id, on_hand, reserved from stock_levels where seller_id::text like $1 order by 1",
  "select company_id, used from credit_accounts where company_id::text like $1 order by 1",
  "select company_id, client_reference, state, net, tax, total from checkouts where company_id::text like $1 order by 1, 2",
  "select seller_id, company_id, state, net, total from orders where seller_id::text like $1 order by 1, 2, 3, 4, 5",
  "select line_number, offer_id, quantity, net, list_price, promised_on from order_lines where seller_id::text like $1 order by 1, 2, 3, 4",
  "select offer_id, line_number, quantity from reservations where seller_id::text like $1 order by 1, 2, 3",
  "select offer_id, kind, reserved_delta from movements where seller_id::text like $1 order by 1, 2, 3",
  "select organisation_id, type, subject_version from events where organisation_id::text like $1 order by 1, 2",
  "select organisation_id, count(*) from event_audiences where organisation_id::text like $1 group by 1 order by 1",
  "select organisation_id, kind, count(*) from deadlines where organisation_id::text like $1 group by 1, 2 order by 1, 2",
  "select seller_id, to_state, event, cause from order_history where seller_id::text like $1 order by 1, 2, 3",
];

/** What placing leaves behind in one universe, without the names of its rows and its times. */
async function traces(test: TestDatabase, universe: number): Promise<string> {
  const here = inUniverse(universe, "01900000-0000-7000-8000-000000000000").slice(18, 24);
  const columns = traced.map((text) => `(select json_agg(t) from (${text}) t)`).join(", ");
  const [row] = await test.owner<{ all: unknown }>(`select json_build_array(${columns}) as all`, [`%${here}%`]);
  return JSON.stringify(row?.all).replaceAll(here, "-8000-");
}

function moved(commands: readonly PlaceCommand[], universe: number): PlaceCommand[] {
  const here = <T>(value: T) => inUniverse(universe, value);
  return commands.map((command) => ({
    ...command,
    companyId: here(command.companyId),
    keyId: here(command.keyId),
    idempotencyId: here(command.idempotencyId),
    lines: command.lines.map((line) => ({ ...line, offerId: here(line.offerId) })),
  }));
}

describe("A batch on the database", () => {
  it("has the outcomes and leaves the rows of its commands placed one by one", { timeout: 60_000 }, async () => {
    const test = await openTestDatabase();
    try {
      await openToOwner(test);
      let universes = 0;
      const inMarket = async (planting: Planting, commands: readonly PlaceCommand[], batch: number) => {
        const universe = (universes += 1);
        await plantMarket(test, planting, universe);
        const outcomes: PlaceOutcome[] = [];
        const all = moved(commands, universe);
        for (let from = 0; from < all.length; from += batch) outcomes.push(...(await place(test, all.slice(from, from + batch))));
        return { outcomes: comparable(outcomes), traces: await traces(test, universe) };
      };
      await fc.assert(
        fc.asyncProperty(plantings, batches, async (planting, commands) => {
          const together = await inMarket(planting, commands, commands.length);
          const oneByOne = await inMarket(planting, commands, 1);
          expect(together.traces).toEqual(oneByOne.traces);
          expect(together.outcomes).toEqual(oneByOne.outcomes);
        }),
        { numRuns: 50, seed: 20_261_122, endOnFailure: true },
      );
    } finally {
      await test.close();
    }
  });
});
