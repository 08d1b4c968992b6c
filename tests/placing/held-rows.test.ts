import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { send } from "../support/barrier.ts";
import { type Company, openMarket, type OwnMarket, type Seller } from "../support/market.ts";
import type { Wire, WireAction, WireStatement } from "../support/wire.ts";

let market: OwnMarket;
let wire: Wire;
let seller: Seller;
let company: Company;
let holder: pg.Client;
beforeAll(async () => {
  // One lane, so that what waits is placed together.
  market = await openMarket({ wire: true, environment: { STOA_LANES: "1" } });
  if (market.wire === undefined) throw new Error("the market has a wire");
  wire = market.wire;
  seller = await market.seller();
  company = await market.company();
  holder = new pg.Client({ connectionString: market.database.ownerUrl });
  await holder.connect();
  await holder.query("set role stoa_flow");
});
afterAll(async () => {
  await holder?.end();
  await market?.close();
});

/** Somebody outside changes the stock of the newest offer and does not end: on a connection of its own, past the wire. */
async function holdNewestStock(): Promise<void> {
  await holder.query("begin");
  await holder.query("select from stock_levels where offer_id = (select max(offer_id::text)::uuid from offers) for no key update");
}

const asksWhatIsFree = ({ sql }: WireStatement) => /\bstock_levels\b[\s\S]*skip locked/i.test(sql);

/** Until a lane's transaction stands before the row that is held. */
async function laneWaits(): Promise<void> {
  for (;;) {
    const waiting = await holder.query("select from pg_stat_activity where pg_backend_pid() = any (pg_blocking_pids(pid))");
    if (waiting.rowCount !== 0) return;
  }
}

test("rows that become free while it is asked which are free are taken: the checkout is placed", async () => {
  const offer = await seller.offer();
  await holdNewestStock();
  let asked = 0;
  const unwatch = wire.watch(async (statement, moment): Promise<WireAction> => {
    if (moment === "before" && asksWhatIsFree(statement) && asked === 0) {
      asked += 1;
      await holder.query("rollback");
    }
    return "pass";
  });
  const answer = await company.place([{ offer, quantity: 1 }]);
  unwatch();
  expect([answer.status, asked]).toEqual([201, 1]);
});

test("who needs other rows is placed while a checkout beside it waits for rows that somebody holds", async () => {
  const free = await seller.offer();
  const held = await seller.offer();
  await holdNewestStock();
  // The first occupies the lane until its lock time-out; those that come meanwhile are placed in one batch with it.
  const waiting = send(market.origins()[0] ?? "", company.placing([{ offer: held, quantity: 1 }]));
  await laneWaits();
  const answers = await Promise.all([1, 2, 3].map(() => company.place([{ offer: free, quantity: 1 }])));
  await holder.query("rollback");
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect((await waiting).status).toBe(201);
  expect((await market.doctor()).violations).toEqual([]);
});
