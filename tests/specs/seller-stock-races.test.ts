import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OfferId } from "../../src/kernel/ids.ts";
import { adjustStock } from "../../src/flows/adjust-stock.ts";
import { receiveStock } from "../../src/modules/inventory/index.ts";
import { orderRules } from "../../src/modules/orders/index.ts";
import { createSettings, spineSettings } from "../../src/platform/settings/index.ts";
import { sql } from "../../src/platform/db/index.ts";
import { openTestDatabase, type TestDatabase } from "../support/database.ts";
import { type Acting, blocked, look, openOperator, openStockedSeller, sorted, statementsOf } from "./acting.ts";

let test: TestDatabase;
let operator: Acting;

beforeAll(async () => {
  test = await openTestDatabase();
  operator = await openOperator(test);
});
afterAll(() => test.close());

// So many that two statements which name them in opposite orders are under way at one time.
const many = <T>(each: T): T[] => Array.from({ length: 400 }, () => each);

type Stocked = Awaited<ReturnType<typeof openStockedSeller>>;

/** What is on hand of each offer, and what the movements say is. */
async function onHand({ sellerId }: Stocked) {
  return look(
    test,
    sql<{ on_hand: number; moved: number }>`
      select s.on_hand, coalesce(sum(m.on_hand_delta), 0)::integer as moved
      from stock_levels s
        left join movements m on m.seller_id = s.seller_id and m.offer_id = s.offer_id and m.location_id = s.location_id
      where s.seller_id = ${sellerId}
      group by s.seller_id, s.offer_id, s.location_id
      order by s.offer_id`,
  );
}

async function operations({ sellerId }: Stocked) {
  const [counted] = await look(
    test,
    sql<{ operations: number; events: number; told: number }>`
      select (select count(*)::integer from stock_operations where seller_id = ${sellerId}) as operations,
        (select count(*)::integer from events where organisation_id = ${sellerId} and type like 'stock.%') as events,
        (select count(*)::integer from event_audiences
           where organisation_id = ${sellerId} and envelope::json ->> 'type' like 'stock.%') as told`,
  );
  return counted;
}

const goods = ({ locationId }: Stocked, offers: readonly OfferId[], quantity: number) =>
  offers.map((offer) => ({ offer, locationId, quantity }));

const rules = orderRules(createSettings(spineSettings));

/** Writes `units` of each offer off. */
const writeOff = ({ seller, locationId }: Stocked, offers: readonly OfferId[], reason: string, units: number) =>
  seller.flow(async (tx, actor) => {
    const lines = offers.map((offer) => ({ offer, locationId, delta: -units }));
    return (await adjustStock(tx, { ...actor, rules, reason, shortfall: null, lines })).operation;
  });

describe("Receiving stock under race", () => {
  it("makes a level once and counts every receipt when eight first receipts come at once", async () => {
    const market = await openStockedSeller(test, operator, [0]);

    const { done } = sorted(
      await Promise.allSettled(
        Array.from({ length: 8 }, () => market.seller.act((tx, actor) => receiveStock(tx, actor, goods(market, market.offers, 3)))),
      ),
    );

    expect(done.map(({ levels }) => levels[0]?.onHand).toSorted((a = 0, b = 0) => a - b)).toEqual([3, 6, 9, 12, 15, 18, 21, 24]);
    expect(await onHand(market)).toEqual([{ on_hand: 24, moved: 24 }]);
    expect(await operations(market)).toEqual({ operations: 8, events: 8, told: 8 });
  });

  it("never deadlocks when two first receipts name the same levels in opposite orders", async () => {
    const market = await openStockedSeller(test, operator, [0, 0, 0]);
    const receive = (offers: readonly OfferId[]) => market.seller.act((tx, actor) => receiveStock(tx, actor, goods(market, offers, 1)));
    const [held, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    // Whoever holds the level in the middle lets both others come as far as their orders take them.
    const holder = market.seller.act(async (tx, actor) => {
      const received = await receiveStock(tx, actor, goods(market, market.offers.slice(1, 2), 1));
      held.resolve();
      await gate.promise;
      return received;
    });
    await held.promise;

    const crossing = Promise.allSettled([holder, receive(market.offers), receive(market.offers.toReversed())]);
    await expect.poll(() => blocked(test), { timeout: 5_000, interval: 10 }).toBe(2);
    gate.resolve();

    expect(sorted(await crossing).done).toHaveLength(3);
    expect((await onHand(market)).map(({ on_hand }) => on_hand)).toEqual([2, 3, 2]);
  });
});

describe("Adjusting stock under race", () => {
  it("takes exactly what is there when more is written off at once than is there", async () => {
    const market = await openStockedSeller(test, operator, [10]);

    const { done, refused } = sorted(
      await Promise.allSettled(Array.from({ length: 8 }, () => writeOff(market, market.offers, "damage", 3))),
    );

    expect(done).toHaveLength(3);
    expect(refused.map(({ code }) => code)).toEqual(Array.from({ length: 5 }, () => "stock-in-use"));
    expect(await onHand(market)).toEqual([{ on_hand: 1, moved: 1 }]);
    expect(await operations(market)).toEqual({ operations: 4, events: 4, told: 4 });
  });

  it("loses nothing and never deadlocks when receipts and write-offs of the same levels cross", async () => {
    const market = await openStockedSeller(test, operator, many(50));
    const [there, back] = [market.offers, market.offers.toReversed()];

    const outcomes = await Promise.allSettled(
      Array.from({ length: 16 }, (_, index) =>
        index % 2 === 0
          ? market.seller.act((tx, actor) => receiveStock(tx, actor, goods(market, there, 2)))
          : writeOff(market, back, "stock take", 1),
      ),
    );

    expect(sorted(outcomes).done).toHaveLength(16);
    expect(await onHand(market)).toEqual(many({ on_hand: 58, moved: 58 }));
  });
});

describe("Set-based stock operations", () => {
  it("send as many statements for a thousand lines as for one", async () => {
    const market = await openStockedSeller(
      test,
      operator,
      Array.from({ length: 500 }, () => 0),
    );
    const receiving = (offers: readonly OfferId[]) => () =>
      market.seller.act((tx, actor) => receiveStock(tx, actor, [...goods(market, offers, 1), ...goods(market, offers, 1)]));
    const adjusting = (offers: readonly OfferId[]) => () => writeOff(market, offers, "stock take", 1);

    const received = [await statementsOf(test, receiving(market.offers.slice(0, 1))), await statementsOf(test, receiving(market.offers))];
    const adjusted = [await statementsOf(test, adjusting(market.offers.slice(0, 1))), await statementsOf(test, adjusting(market.offers))];

    expect(received[1]).toBe(received[0]);
    expect(adjusted[1]).toBe(adjusted[0]);
    expect((await onHand(market)).map(({ on_hand }) => on_hand).toSorted((a, b) => b - a)).toEqual([
      2,
      ...Array.from({ length: 499 }, () => 1),
    ]);
  });
});
