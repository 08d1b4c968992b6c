import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DoctorReport, invariants, runDoctor } from "../../src/views/doctor/index.ts";
import { openTradedMarket, type TradedMarket } from "./traded-market.ts";
import { guardsInTheWay, ordersNeeded, violationsOf } from "./violations.ts";

const numbers = invariants.map(({ number }) => number);

/** `S2 off_… loc_…` for each finding, each once. */
function findingsOf({ invariants: examined }: DoctorReport): ReadonlySet<string> {
  return new Set(examined.flatMap(({ number, examples }) => examples.map(({ rows }) => `${number} ${rows.join(" ")}`)));
}

/** Names that the test cannot know stand for any. */
function withoutNewNames(finding: string): string {
  return finding.replaceAll(/\b(rsv|evt|lac|ltx)_\w+/g, "$1_…");
}

describe("Doctor", () => {
  let market: TradedMarket;
  beforeAll(async () => {
    market = await openTradedMarket(ordersNeeded);
  });
  afterAll(() => market.test.close());

  const look = () => runDoctor(market.test.database, { confirmAfterMillis: 0, examples: 1_000 });

  it("finds a market clean in which all kinds of things have happened", async () => {
    const report = await look();
    expect(findingsOf(report)).toEqual(new Set());
    expect(report.ok).toBe(true);
    expect(report.invariants.map(({ number }) => number)).toEqual(numbers);
  });

  it("does not wait when its first look finds nothing", async () => {
    let waited = 0;
    await runDoctor(market.test.database, { wait: async () => (waited += 1) });
    expect(waited).toBe(0);
  });

  it("reads everything in one snapshot, as a role that cannot write", async () => {
    const seen: string[] = [];
    const end = market.test.database.observe(({ text }) => seen.push(text));
    await look();
    end();
    expect(seen.filter((text) => text.startsWith("begin"))).toEqual(["begin isolation level repeatable read read only"]);
    expect(seen.filter((text) => text !== "commit").length).toBe(2 + numbers.length);
  });

  it("reports what it sees twice, after five seconds, and not what was gone at the second look", async () => {
    const { test, orders } = market;
    const [first, second] = orders;
    // What was released stays so; here it has to be gone at the second look.
    await test.owner("alter table reservations disable trigger user");
    const add = (change: number, orderId: string | undefined) =>
      test.owner("update reservations set released = released + $1 where order_id = $2", [change, orderId]);
    await add(1, first?.orderId);
    await add(1, second?.orderId);
    const waits: number[] = [];
    const wait = async (millis: number) => {
      waits.push(millis);
      await add(-1, first?.orderId);
    };
    const { ok, invariants: examined } = await runDoctor(test.database, { wait });
    await add(-1, second?.orderId);
    expect(waits).toEqual([5_000]);
    expect(ok).toBe(false);
    expect(examined.filter(({ violations }) => violations > 0).map(({ number, violations }) => [number, violations])).toEqual([
      ["S2", 1],
      ["S4", 2],
    ]);
    expect((await look()).ok).toBe(true);
  });

  it("names each violation by the number of its invariant and by its rows, and nothing else", { timeout: 120_000 }, async () => {
    const { test } = market;
    await test.owner(guardsInTheWay);
    const violations = violationsOf(market);
    let before = findingsOf(await look());
    expect(before).toEqual(new Set());
    for (const { name, plant, values, expected } of violations) {
      await test.owner(plant, values);
      const now = findingsOf(await look());
      expect([...now.difference(before)].map(withoutNewNames).sort(), name).toEqual([...expected].sort());
      before = now;
    }
    const broken = new Set([...before].map((finding) => finding.split(" ")[0]));
    expect(broken).toEqual(new Set(numbers));
  });

  it("counts all violations and names the first of them", async () => {
    const { invariants: examined } = await runDoctor(market.test.database, { confirmAfterMillis: 0, examples: 2 });
    const amounts = examined.find(({ number }) => number === "O2");
    expect(amounts?.violations).toBeGreaterThan(9);
    expect(amounts?.examples.length).toBe(2);
  });
});
