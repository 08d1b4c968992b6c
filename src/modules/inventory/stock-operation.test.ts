import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LocationId, OfferId } from "../../kernel/ids.ts";
import { judgeChanges, leastOnHand, levelKey, onHandBound, sumByLevel, takeFromFirst, unitsShort } from "./stock-operation.ts";

const offer = (name: string) => name as OfferId;
const location = (name: string) => name as LocationId;
const line = (index: number, offerName: string, delta: number, locationName = "main") => ({
  line: index,
  offerId: offer(offerName),
  locationId: location(locationName),
  delta,
});
const level = (onHand: number, reserved: number, backorderLimit = 0) => ({
  offerId: offer("a"),
  locationId: location("main"),
  onHand,
  reserved,
  backorderLimit,
});
const judge = (delta: number, standing: ReturnType<typeof level>) => {
  const judged = judgeChanges([line(0, "a", delta)], new Map([[levelKey(standing), standing]]));
  return Object.entries(judged).flatMap(([verdict, changes]) => (changes.length > 0 ? [verdict] : []));
};

describe("Lines on one stock level", () => {
  it("are summed under the first of them, in the order in which the levels are named", () => {
    expect(sumByLevel([line(0, "b", 1), line(1, "a", 2), line(2, "b", 3), line(3, "b", 4, "other")])).toEqual([
      line(0, "b", 4),
      line(1, "a", 2),
      line(3, "b", 4, "other"),
    ]);
  });
});

describe("What has to stay on hand", () => {
  it("is what is promised beyond the backorder limit, and never less than nothing", () => {
    expect([level(9, 5), level(9, 5, 2), level(9, 5, 8)].map(leastOnHand)).toEqual([5, 3, 0]);
  });

  it("may be reached and not undercut", () => {
    expect([judge(-4, level(9, 5)), judge(-5, level(9, 5)), judge(-9, level(9, 0)), judge(-10, level(9, 0, 50))]).toEqual([
      ["fine"],
      ["tooLittle"],
      ["fine"],
      ["tooLittle"],
    ]);
  });
});

describe("What may be on hand", () => {
  it("is a billion and not one more", () => {
    expect([judge(1, level(onHandBound - 1, 0)), judge(2, level(onHandBound - 1, 0))]).toEqual([["fine"], ["tooMuch"]]);
  });
});

describe("A judged change", () => {
  const units = fc.integer({ min: 0, max: onHandBound });
  const someLevel = fc
    .record({ onHand: units, backorder: units, share: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(({ onHand, backorder, share }) => level(onHand, Math.floor((onHand + backorder) * share), backorder));
  const limitLine = (backorderLimit: number) => ({ ...line(0, "a", 0), limit: { backorderLimit, expectedOn: null } });

  it("is fine exactly when the level's CHECK would take it, for every legal level", () => {
    fc.assert(
      fc.property(someLevel, fc.integer({ min: -onHandBound, max: onHandBound }), (standing, delta) => {
        const after = standing.onHand + delta;
        const legal = after >= 0 && after <= onHandBound && standing.reserved <= after + standing.backorderLimit;
        return judge(delta, standing).includes("fine") === legal;
      }),
    );
  });

  it("of a limit too, and a limit that rises is never refused", () => {
    fc.assert(
      fc.property(someLevel, units, (standing, backorderLimit) => {
        const judged = judgeChanges([limitLine(backorderLimit)], new Map([[levelKey(standing), standing]]));
        const legal = standing.reserved <= standing.onHand + backorderLimit;
        return (judged.fine.length === 1) === legal && (backorderLimit < standing.backorderLimit || legal);
      }),
    );
  });

  it("that leaves too little is legal when as many units are given up as it says, and not when one fewer", () => {
    fc.assert(
      fc.property(someLevel, fc.integer({ min: -onHandBound, max: -1 }), (standing, delta) => {
        const [judged] = judgeChanges([line(0, "a", delta)], new Map([[levelKey(standing), standing]])).tooLittle;
        if (judged === undefined) return true;
        const short = unitsShort(judged);
        if (short === undefined) return standing.onHand + delta < 0;
        const legalWith = (given: number) => judged.after.reserved - given <= judged.after.onHand + judged.after.backorderLimit;
        return short > 0 && legalWith(short) && !legalWith(short - 1);
      }),
    );
  });

  it("of a level that does not exist is missing", () => {
    expect(judgeChanges([line(0, "a", 1)], new Map()).missing).toHaveLength(1);
  });
});

describe("Who gives up units", () => {
  const holding = (name: string, open: number) => ({ name, offerId: offer("a"), locationId: location("main"), open });
  const taken = (opens: readonly number[], units: number) =>
    takeFromFirst(
      opens.map((open, index) => holding(`${index}`, open)),
      units,
    )?.map(({ holding: { name }, quantity }) => `${name}:${quantity}`);

  it("is the first, then the next, the last of them in part, and nobody more", () => {
    expect([taken([2, 3, 4], 4), taken([0, 3], 3), taken([5], 0)]).toEqual([["0:2", "1:2"], ["1:3"], []]);
  });

  it("is nobody when all of them together have too little", () => {
    expect(taken([1, 2], 4)).toBeUndefined();
  });
});
