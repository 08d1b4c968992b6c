import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweepCompany } from "../../src/flows/sweep-company.ts";
import { sweepSeller } from "../../src/flows/sweep-seller.ts";
import { fromWireId, prefixes } from "../../src/kernel/ids.ts";
import { type Transaction, withFlowTransaction } from "../../src/platform/db/index.ts";
import type { PlaceOfOrder } from "../../src/views/orders-of-party.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";

const reason = "Papers are looked at";
let market: OwnMarket;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

/** So many confirmed orders of a new seller and a new company. */
async function ordered(count: number): Promise<{ readonly seller: Seller; readonly company: Company; readonly orders: readonly string[] }> {
  const [seller, company] = [await market.seller(), await market.company()];
  const offer = await seller.offer({ units: count });
  const placed = await Promise.all(Array.from({ length: count }, () => company.placed([{ offer, quantity: 1 }])));
  return { seller, company, orders: placed.map(({ orders }) => orders[0]?.id ?? "") };
}

type Counts = { readonly stopped: number; readonly cancelling: number; readonly sweeps: number };

async function countsOf({ id }: Seller): Promise<Counts> {
  const [counts] = await market.database.owner<Counts>(
    `select count(*) filter (where kind = 'order_acceptance' and stopped_at is not null)::integer as stopped,
       count(*) filter (where kind = 'order_suspended')::integer as cancelling,
       (select count(*)::integer from deadlines where kind in ('seller_sweep', 'company_sweep')) as sweeps
     from deadlines where organisation_id = $1`,
    [fromWireId(prefixes.seller, id)],
  );
  return counts ?? expect.unreachable();
}

async function statesOf(orders: readonly string[]): Promise<ReadonlySet<string>> {
  const read = await Promise.all(orders.map((id) => market.operator.get<{ state: string }>(`/v1/operator/orders/${id}`)));
  return new Set(read.map(({ state }) => state));
}

describe("A seller with more open orders than one transaction looks at", () => {
  it("is suspended at once; the first orders stand still with it, the others with its sweep, and all go on when it ends", async () => {
    const { seller } = await ordered(203);
    await market.operator.post(`/v1/operator/sellers/${seller.id}/suspend`, { reach: "hold", reason });
    expect(await countsOf(seller)).toMatchObject({ stopped: 200, sweeps: 1 });

    await market.moveClock(7_000);
    await expect.poll(() => countsOf(seller), { timeout: 15_000 }).toMatchObject({ stopped: 203, sweeps: 0 });
    expect((await market.doctor()).violations).toEqual([]);

    await market.operator.post(`/v1/operator/sellers/${seller.id}/reactivate`, { reason: "They are in order" });
    expect(await countsOf(seller)).toMatchObject({ stopped: 3 });
    await market.moveClock(7_000);
    await expect.poll(() => countsOf(seller), { timeout: 15_000 }).toMatchObject({ stopped: 0, sweeps: 0 });
    expect((await market.doctor()).violations).toEqual([]);
  });
});

describe("A sweep of several transactions", () => {
  const flow = { role: "stoa_flow", locks: ["company", "seller", "deadline"] } as const;
  type Sweep = (tx: Transaction, walk: { after?: PlaceOfOrder | undefined; most: number }) => Promise<"done" | "busy" | PlaceOfOrder>;

  it.each(["sellers", "companies"] as const)(
    "of %s begins anew after a crash, finds done what was done, and leaves none out",
    async (kind) => {
      const { seller, company, orders } = await ordered(5);
      const id = kind === "sellers" ? seller.id : company.id;
      for (const server of market.servers) await server.kill();
      // What it finds when none of them was reached by the suspension itself.
      const [organisation] = await market.database.owner<{ id: string }>(
        kind === "sellers"
          ? "update sellers set state = 'suspended', suspension = 'cancel', version = version + 1 where seller_id = $1 returning seller_id as id"
          : "update companies set state = 'suspended', suspension = 'cancel', version = version + 1 where company_id = $1 returning company_id as id",
        [fromWireId(kind === "sellers" ? prefixes.seller : prefixes.company, id)],
      );
      await market.database.owner(`insert into deadlines (organisation_id, kind, subject_id, due_at) values ($1, $2, $1, stoa_now())`, [
        organisation?.id,
        kind === "sellers" ? "seller_sweep" : "company_sweep",
      ]);
      const sweep: Sweep = (tx, walk) =>
        kind === "sellers"
          ? sweepSeller(tx, organisation?.id as Parameters<typeof sweepSeller>[1], walk)
          : sweepCompany(tx, organisation?.id as Parameters<typeof sweepCompany>[1], walk);
      const next = (after?: PlaceOfOrder) => withFlowTransaction(market.database.database, flow, (tx) => sweep(tx, { after, most: 2 }));

      const first = await next();
      expect(await countsOf(seller)).toEqual({ stopped: 2, cancelling: 2, sweeps: 1 });
      // Who began dies here, and with it what it knew of where it stood.
      const again = await next();
      expect([first, again].map((place) => typeof place)).toEqual(["object", "object"]);
      expect(again).toEqual(first);
      expect(await countsOf(seller)).toEqual({ stopped: 2, cancelling: 2, sweeps: 1 });
      const second = await next(again as PlaceOfOrder);
      expect(await countsOf(seller)).toEqual({ stopped: 4, cancelling: 4, sweeps: 1 });
      expect(await next(second as PlaceOfOrder)).toBe("done");
      expect(await countsOf(seller)).toEqual({ stopped: 5, cancelling: 5, sweeps: 0 });

      await market.restart(0);
      await expect.poll(() => statesOf(orders), { timeout: 15_000 }).toEqual(new Set(["cancelled"]));
    },
  );
});
