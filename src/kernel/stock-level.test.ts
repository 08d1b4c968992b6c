import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LocationId, OfferId } from "./ids.ts";
import { available, backorderRoom, coverage, divide, freeOnHand, type StockLevel, servable } from "./stock-level.ts";

const seed = 20_261_122;
const runs = 1_000;

const level = (locationId: string, onHand: number, rest: Partial<StockLevel> = {}): StockLevel => ({
  offerId: "o" as OfferId,
  locationId: locationId as LocationId,
  country: "DE",
  onHand,
  reserved: 0,
  backorderLimit: 0,
  ...rest,
});

describe("Allocating one offer", () => {
  const divided = (units: number, levels: readonly StockLevel[]) =>
    divide(units, levels)?.map(({ locationId, onHand, backordered }) => [locationId, onHand, backordered]);

  it("takes from the smallest location that has enough", () => {
    const levels = [level("a", 100), level("b", 7), level("c", 5)];
    expect(divided(5, levels)).toEqual([["c", 5, 0]]);
    expect(divided(6, levels)).toEqual([["b", 6, 0]]);
  });

  it("takes from the largest first when none has enough, and then from the smallest that has the rest", () => {
    const levels = [level("a", 4), level("b", 10), level("c", 6), level("d", 2)];
    expect(divided(12, levels)).toEqual([
      ["b", 10, 0],
      ["d", 2, 0],
    ]);
  });

  it("puts only what is not on hand on backorder, at the location with the earliest date", () => {
    const levels = [
      level("a", 3),
      level("b", 0, { backorderLimit: 50 }),
      level("c", 0, { backorderLimit: 9, backorderDate: "2027-02-01" }),
      level("d", 0, { backorderLimit: 9, backorderDate: "2027-01-15" }),
      level("e", 0, { backorderLimit: 1, backorderDate: "2027-01-01" }),
    ];
    expect(divided(8, levels)).toEqual([
      ["a", 3, 0],
      ["d", 0, 5],
    ]);
    expect(divided(13, levels)).toEqual([
      ["a", 3, 0],
      ["b", 0, 10],
    ]);
  });

  it("puts it at a location that serves already, else at the one with the most room, when no date decides", () => {
    const serving = [level("a", 3, { backorderLimit: 5 }), level("b", 0, { backorderLimit: 50 })];
    expect(divided(8, serving)).toEqual([["a", 3, 5]]);
    const roomy = [level("a", 0, { backorderLimit: 5 }), level("b", 0, { backorderLimit: 50 })];
    expect(divided(5, roomy)).toEqual([["b", 0, 5]]);
  });

  it("counts what others hold beyond the stock against the backorder", () => {
    const overdrawn = level("a", 3, { reserved: 7, backorderLimit: 10 });
    expect([freeOnHand(overdrawn), backorderRoom(overdrawn), available(overdrawn), servable([overdrawn])]).toEqual([0, 6, 6, 6]);
    expect(divided(6, [overdrawn])).toEqual([["a", 0, 6]]);
    expect(divided(7, [overdrawn])).toBeUndefined();
  });

  it("does not put one order's backorder at two locations", () => {
    const levels = [level("a", 0, { backorderLimit: 5 }), level("b", 0, { backorderLimit: 5 })];
    expect(divided(6, levels)).toBeUndefined();
  });

  it("uses as few locations for what is on hand as any choice could", () => {
    const stocks = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 6 });
    const fewest = (share: typeof divide) =>
      fc.property(stocks, fc.integer({ min: 1, max: 40 }), (stock, units) => {
        const levels = stock.map((onHand, index) => level(`l${index}`, onHand));
        const shares = share(units, levels);
        const enough = subsets(stock).filter((subset) => subset.reduce((sum, each) => sum + each, 0) >= units);
        return shares === undefined ? enough.length === 0 : shares.length === Math.min(...enough.map((subset) => subset.length));
      });
    fc.assert(fewest(divide), { seed, numRuns: runs });
    const asTheyCome: typeof divide = (units, levels) => {
      if (servable(levels) < units) return undefined;
      let missing = units;
      return levels.flatMap((each) => {
        const onHand = Math.min(missing, freeOnHand(each));
        missing -= onHand;
        return onHand > 0 ? [{ locationId: each.locationId, onHand, backordered: 0 }] : [];
      });
    };
    expect(fc.check(fewest(asTheyCome), { seed, numRuns: runs, endOnFailure: true }).failed).toBe(true);
  });
});

function subsets(of: readonly number[]): number[][] {
  return of.reduce<number[][]>((all, each) => [...all, ...all.map((subset) => [...subset, each])], [[]]);
}

describe("Units that are on hand for a reservation", () => {
  it("are those that older ones leave, none below nothing and none beyond what it holds", () => {
    expect([coverage({ onHand: 5 }, 2, 9), coverage({ onHand: 5 }, 6, 9), coverage({ onHand: 5 }, 2, 1)]).toEqual([3, 0, 1]);
  });

  it("add up over all reservations to what is on hand or what is held, whichever is less", () => {
    const holdings = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 10 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), holdings, (onHand, held) => {
        const before = held.map((_, index) => held.slice(0, index).reduce((sum, each) => sum + each, 0));
        const covered = held.map((each, index) => coverage({ onHand }, before[index] ?? 0, each)).reduce((sum, each) => sum + each, 0);
        return (
          covered ===
          Math.min(
            onHand,
            held.reduce((sum, each) => sum + each, 0),
          )
        );
      }),
      { seed, numRuns: runs },
    );
  });
});
