import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LocationId, OfferId } from "../../kernel/ids.ts";
import { judgeChanges, leastOnHand, levelKey, onHandBound, sumByLevel } from "./stock-operation.ts";

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
  it("is fine exactly when the level's CHECK would take it, for every legal level", () => {
    const units = fc.integer({ min: 0, max: onHandBound });
    fc.assert(
      fc.property(
        units,
        units,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: -onHandBound, max: onHandBound }),
        (onHand, backorder, share, delta) => {
          const reserved = Math.floor((onHand + backorder) * share);
          const after = onHand + delta;
          const legal = after >= 0 && after <= onHandBound && reserved <= after + backorder;
          return judge(delta, level(onHand, reserved, backorder)).includes("fine") === legal;
        },
      ),
    );
  });

  it("of a level that does not exist is missing", () => {
    expect(judgeChanges([line(0, "a", 1)], new Map()).missing).toHaveLength(1);
  });
});
