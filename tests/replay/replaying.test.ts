import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApi } from "../../replay/api.ts";
import type { History } from "../../replay/history.ts";
import type { Means } from "../../replay/market.ts";
import { readOlist } from "../../replay/olist.ts";
import { readOnlineRetail } from "../../replay/online-retail.ts";
import { type Replayed, replayHistory } from "../../replay/replay-history.ts";
import { openMarket, type OwnMarket } from "../support/market.ts";
import { abroad, everyEnd, olistFiles, onlineRetailFiles, withFolder } from "./small-histories.ts";

describe("A history that is replayed", { timeout: 60_000 }, () => {
  const olist = withFolder(olistFiles(everyEnd), readOlist);
  let market: OwnMarket;
  let operatorKey: string;
  let runs = 0;

  beforeAll(async () => {
    market = await openMarket();
    const key = { name: "replay", role: "admin" };
    ({ secret: operatorKey } = await market.operator.post<{ secret: string }>("/v1/operator/keys", key));
  });
  afterAll(() => market?.close());

  async function replay(history: History, asked: Partial<Means> & { readonly retryAll?: boolean }): Promise<Replayed> {
    const [origin = ""] = market.origins();
    const api = openApi(origin, { retryAll: asked.retryAll === true, sockets: 16 });
    runs += 1;
    try {
      return await replayHistory(history, { api, operatorKey, run: `${runs}-`, stock: undefined, concurrency: 4, ...asked });
    } finally {
      api.close();
    }
  }
  const unequal = ({ figures }: Replayed) => Object.entries(figures).filter(([, { equal }]) => !equal);

  it("stands in the market as in the files, each order at its end, invoiced and paid as the replay has it", async () => {
    const replayed = await replay(olist, { concurrency: 1 });

    expect(unequal(replayed)).toEqual([]);
    expect(replayed.unaccounted).toBe(0);
    expect(replayed.figures).toMatchObject({
      "olist.orders": { expected: 18 },
      "olist.state.canceled.delivered": { expected: 2 },
      "olist.state.canceled.cancelled": { expected: 1 },
      "olist.state.unavailable.rejected": { expected: 1 },
      "olist.state.invoiced.accepted": { expected: 1 },
      "olist.state.shipped.shipped": { expected: 1 },
      "olist.state.delivered.delivered": { expected: 12 },
      "olist.parcels.refused": { expected: 2 },
    });
    expect(replayed.figures).toMatchObject({
      // A parcel each, two of each order that left in two, and one of each seller.
      "olist.invoiced.invoices": { expected: 13 + 4 },
      "olist.invoiced.credited_minor": { expected: 7_329 + 7_219 },
      "olist.unmatched_lines": { expected: 1 },
      "olist.unmatched_minor": { expected: 2_008 },
    });
    for (const name of ["commission", "commission_tax", "payable", "payable_pending", "receivable", "customer_funds", "bank"]) {
      expect(replayed.figures[`olist.${name}_minor`]?.actual, name).toBeGreaterThan(0);
    }
    expect(replayed.figures["olist.orders_in_two_parcels"]?.actual).toBeGreaterThan(0);
    expect((await market.doctor()).violations).toEqual([]);
  });

  it("is the same when every write is sent twice and many are under way", async () => {
    expect(unequal(await replay(olist, { concurrency: 8, retryAll: true }))).toEqual([]);
    expect((await market.doctor()).violations).toEqual([]);
  });

  it("is right to the unit of what could be placed when there is less stock than demand", async () => {
    const replayed = await replay(olist, { stock: { numerator: 1n, denominator: 2n } });

    expect(unequal(replayed)).toEqual([]);
    expect(replayed.excluded["olist.refused.stock-short"]).toBeGreaterThan(0);
    expect(replayed.placed + (replayed.excluded["olist.refused.stock-short"] ?? 0)).toBe(18);
  });

  it("taxes goods at home and not what leaves the country", async () => {
    const replayed = await replay(withFolder(onlineRetailFiles(abroad), readOnlineRetail), {});

    expect(unequal(replayed)).toEqual([]);
    expect(replayed.figures).toMatchObject({
      "online-retail.tax_code.S.orders": { actual: 1 },
      "online-retail.tax_code.S.tax_minor": { actual: 848 },
      "online-retail.tax_code.G.orders": { actual: 3 },
      "online-retail.tax_code.G.tax_minor": { actual: 0 },
    });
  });
});
