import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Demand, type OrderDemand, type Planned, type Shortage, StockPicture } from "./allocation.ts";
import { AssertionFailed } from "./assert.ts";
import type { LocationId, OfferId } from "./ids.ts";
import { quantity } from "./quantity.ts";
import { available, freeOnHand, type StockLevel, servable } from "./stock-level.ts";

const seed = 20_261_122;
const runs = 1_000;

const offer = (name: string) => name as OfferId;
const at = (name: string) => name as LocationId;
const level = (offerId: string, locationId: string, country: string, onHand: number, rest: Partial<StockLevel> = {}): StockLevel => ({
  offerId: offer(offerId),
  locationId: at(locationId),
  country,
  onHand,
  reserved: 0,
  backorderLimit: 0,
  ...rest,
});
const wants = (line: number, offerId: string, units: number): Demand => ({ line, offerId: offer(offerId), quantity: quantity(units) });
const order = (lines: readonly Demand[], preferredCountry?: string): OrderDemand =>
  preferredCountry === undefined ? { lines } : { lines, preferredCountry };

function planned(picture: StockPicture, orders: readonly OrderDemand[]) {
  const answer = picture.plan(orders);
  if (!answer.ok) throw new Error(`short: ${JSON.stringify(answer.shortages)}`);
  return answer.plan;
}

function shortages(picture: StockPicture, orders: readonly OrderDemand[]): readonly Shortage[] {
  const answer = picture.plan(orders);
  return answer.ok ? [] : answer.shortages;
}

describe("The dispatch country", () => {
  it("is the preferred one when it serves all lines, even on backorder", () => {
    const picture = new StockPicture([level("o", "a", "AT", 9), level("o", "b", "DE", 0, { backorderLimit: 9 })]);
    expect(planned(picture, [order([wants(0, "o", 2)], "DE")]).orders[0]?.dispatchCountry).toBe("DE");
  });

  it("is one that serves all lines, though the preferred one serves some", () => {
    const picture = new StockPicture([level("o", "a", "DE", 9), level("o", "b", "AT", 9), level("p", "b", "AT", 9)]);
    expect(planned(picture, [order([wants(0, "o", 2), wants(1, "p", 2)], "DE")]).orders[0]?.dispatchCountry).toBe("AT");
  });

  it("has the fewest units on backorder, then the first code", () => {
    const picture = new StockPicture([level("o", "a", "AT", 1, { backorderLimit: 9 }), level("o", "c", "FR", 5), level("o", "b", "DE", 5)]);
    expect(planned(picture, [order([wants(0, "o", 2)])]).orders[0]?.dispatchCountry).toBe("DE");
    expect(planned(picture, [order([wants(0, "o", 6)])]).orders[0]?.dispatchCountry).toBe("AT");
  });
});

describe("A checkout", () => {
  it("is told of every short line, with what is available", () => {
    const picture = new StockPicture([level("o", "a", "DE", 5), level("p", "a", "DE", 1), level("q", "b", "FR", 3)]);
    const orders = [
      order([wants(0, "o", 3), wants(1, "p", 4), wants(2, "o", 3), wants(3, "o", 1)]),
      order([wants(4, "q", 5), wants(5, "none", 1)]),
    ];
    expect(shortages(picture, orders)).toEqual([
      { line: 1, offerId: "p", requested: 4, available: 1, country: "DE" },
      { line: 2, offerId: "o", requested: 3, available: 2, country: "DE" },
      { line: 3, offerId: "o", requested: 1, available: 0, country: "DE" },
      { line: 4, offerId: "q", requested: 5, available: 3, country: "FR" },
      { line: 5, offerId: "none", requested: 1, available: 0, country: "FR" },
    ]);
    expect(shortages(new StockPicture([]), [order([wants(0, "o", 1)], "DE")])).toEqual([
      { line: 0, offerId: "o", requested: 1, available: 0, country: null },
    ]);
  });

  it("is told what one country has when no country has it all", () => {
    const picture = new StockPicture([level("o", "a", "DE", 5), level("p", "b", "FR", 2)]);
    expect(shortages(picture, [order([wants(0, "o", 5), wants(1, "p", 2)], "FR")])).toEqual([
      { line: 1, offerId: "p", requested: 2, available: 0, country: "DE" },
    ]);
  });

  it("holds its lines in the order they were asked for, each level once a line", () => {
    const picture = new StockPicture([level("o", "a", "DE", 3, { backorderLimit: 5 }), level("p", "b", "DE", 1)]);
    const { orders } = planned(picture, [order([wants(7, "o", 2), wants(8, "p", 1), wants(9, "o", 4)])]);
    expect(orders).toEqual([
      {
        dispatchCountry: "DE",
        lines: [
          { line: 7, offerId: "o", takes: [{ locationId: "a", quantity: 2, backordered: 0 }] },
          { line: 8, offerId: "p", takes: [{ locationId: "b", quantity: 1, backordered: 0 }] },
          { line: 9, offerId: "o", takes: [{ locationId: "a", quantity: 4, backordered: 3 }] },
        ],
      },
    ]);
  });

  it("takes nothing until it is committed, and then what was planned", () => {
    const picture = new StockPicture([level("o", "b", "DE", 1), level("o", "a", "DE", 5)]);
    const all = [order([wants(0, "o", 6)])];
    planned(picture, all);
    expect(picture.taken()).toEqual([]);
    picture.commit(planned(picture, all));
    expect(picture.taken()).toEqual([
      { offerId: "o", locationId: "a", quantity: 5 },
      { offerId: "o", locationId: "b", quantity: 1 },
    ]);
    expect(shortages(picture, [order([wants(0, "o", 1)])])).toEqual([{ line: 0, offerId: "o", requested: 1, available: 0, country: "DE" }]);
  });

  it("that is refused does not starve the next", () => {
    const picture = new StockPicture([level("x", "a", "DE", 1)]);
    expect(shortages(picture, [order([wants(0, "x", 1)]), order([wants(1, "y", 1)])])).toHaveLength(1);
    picture.commit(planned(picture, [order([wants(0, "x", 1)])]));
    expect(picture.taken()).toEqual([{ offerId: "x", locationId: "a", quantity: 1 }]);
  });

  it("is not committed on an older picture, with an offer in two orders, with a line twice, or on a level that stands there twice", () => {
    const picture = new StockPicture([level("o", "a", "DE", 5)]);
    const [first, second] = [planned(picture, [order([wants(0, "o", 3)])]), planned(picture, [order([wants(0, "o", 3)])])];
    picture.commit(first);
    expect(() => picture.commit(second)).toThrow("older picture");
    expect(() => picture.plan([order([wants(0, "o", 1)]), order([wants(1, "o", 1)])])).toThrow("in two orders");
    expect(() => picture.plan([order([wants(0, "o", 1), wants(0, "o", 1)])])).toThrow("line 0 twice");
    expect(() => new StockPicture([level("o", "a", "DE", 5), level("o", "a", "DE", 5)])).toThrow(AssertionFailed);
  });
});

// Three offers of one seller and two of another, at up to three locations in each of two countries.
const offersOfSellers = [
  ["o1", "o2", "o3"],
  ["p1", "p2"],
];
const someLevels = fc
  .subarray(offersOfSellers.flat().flatMap((offerId) => ["DE1", "DE2", "DE3", "FR1", "FR2"].map((place) => [offerId, place] as const)))
  .chain((pairs) =>
    fc.tuple(
      ...pairs.map(([offerId, place]) =>
        fc
          .record({
            onHand: fc.integer({ min: 0, max: 8 }),
            backorderLimit: fc.integer({ min: 0, max: 5 }),
            held: fc.nat(),
            date: fc.constantFrom(undefined, "2027-01-01", "2027-02-01"),
          })
          .map(({ onHand, backorderLimit, held, date }) => {
            const rest = { backorderLimit, reserved: held % (onHand + backorderLimit + 1) };
            return level(offerId, place, place.slice(0, 2), onHand, date === undefined ? rest : { ...rest, backorderDate: date });
          }),
      ),
    ),
  );
const someCheckout = fc
  .record({
    wanted: fc.array(fc.record({ offerId: fc.constantFrom(...offersOfSellers.flat()), units: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
      maxLength: 6,
    }),
    preferred: fc.constantFrom(undefined, "DE", "FR"),
  })
  .map(({ wanted, preferred }) => {
    const lines = wanted.map(({ offerId, units }, index) => wants(index, offerId, units));
    return offersOfSellers
      .map((offers) => lines.filter(({ offerId }) => offers.includes(offerId)))
      .filter((ofSeller) => ofSeller.length > 0)
      .map((ofSeller) => order(ofSeller, preferred));
  });
const someCheckouts = fc.array(someCheckout, { minLength: 1, maxLength: 8 });

/** The levels after these plans, by a way of its own. */
function after(levels: readonly StockLevel[], answer: Planned): StockLevel[] {
  const takes = answer.ok
    ? answer.plan.orders.flatMap(({ lines }) => lines.flatMap((line) => line.takes.map((take) => ({ ...line, ...take }))))
    : [];
  return levels.map((each) => {
    const mine = takes.filter(({ offerId, locationId }) => offerId === each.offerId && locationId === each.locationId);
    return { ...each, reserved: mine.reduce((sum, take) => sum + take.quantity, each.reserved) };
  });
}

type Judge = (levels: readonly StockLevel[], orders: readonly OrderDemand[]) => Planned;
const byPicture: Judge = (levels, orders) => new StockPicture(levels).plan(orders);

describe("Whatever is asked of whatever stock", () => {
  const holds = (judge: Judge, judged: (levels: readonly StockLevel[], orders: readonly OrderDemand[], answer: Planned) => boolean) =>
    fc.property(someLevels, someCheckout, (levels, orders) => judged(levels, orders, judge(levels, orders)));
  const always = (judged: Parameters<typeof holds>[1]) => fc.assert(holds(byPicture, judged), { seed, numRuns: runs });
  const failsFor = (judge: Judge, judged: Parameters<typeof holds>[1]) =>
    fc.check(holds(judge, judged), { seed, numRuns: runs, endOnFailure: true }).failed;

  const neverOversold: Parameters<typeof holds>[1] = (levels, _, answer) => after(levels, answer).every((each) => available(each) >= 0);
  const oneCountryEach: Parameters<typeof holds>[1] = (levels, _, answer) =>
    !answer.ok ||
    answer.plan.orders.every(({ dispatchCountry, lines }) =>
      lines.every(({ offerId, takes }) =>
        takes.every(({ locationId }) =>
          levels.some((each) => each.offerId === offerId && each.locationId === locationId && each.country === dispatchCountry),
        ),
      ),
    );

  it("serves each line in full or the checkout not at all", () => {
    always((_, orders, answer) => {
      if (!answer.ok) return answer.shortages.length > 0;
      return orders.every(({ lines }, index) =>
        lines.every(({ line, quantity: asked }, position) => {
          const given = answer.plan.orders[index]?.lines[position];
          return given?.line === line && given.takes.reduce((sum, take) => sum + take.quantity, 0) === asked;
        }),
      );
    });
  });

  it("never takes more than there is", () => {
    always(neverOversold);
    // Each line judged alone, as if it were the only one.
    const lineByLine: Judge = (levels, orders) => {
      const answers = orders.map(({ lines, ...rest }) => lines.map((line) => byPicture(levels, [{ ...rest, lines: [line] }])));
      const plans = answers.flat().flatMap((answer) => (answer.ok ? answer.plan.orders : []));
      return answers.flat().every(({ ok }) => ok)
        ? { ok: true, plan: { orders: plans, afterCommits: 0 } }
        : { ok: false, shortages: answers.flat().flatMap((answer) => (answer.ok ? [] : answer.shortages)) };
    };
    expect(failsFor(lineByLine, neverOversold)).toBe(true);
  });

  it("never mixes countries in an order", () => {
    always(oneCountryEach);
    const blindToCountries: Judge = (levels, orders) =>
      byPicture(
        levels.map((each) => ({ ...each, country: "DE" })),
        orders,
      );
    expect(failsFor(blindToCountries, oneCountryEach)).toBe(true);
  });

  it("says no only when no country can serve all", () => {
    always((levels, orders, answer) => {
      const servedIn = (country: string, { lines }: OrderDemand) =>
        [...new Set(lines.map(({ offerId }) => offerId))].every((offerId) => {
          const asked = lines.filter((line) => line.offerId === offerId).reduce((sum, line) => sum + line.quantity, 0);
          return servable(levels.filter((each) => each.offerId === offerId && each.country === country)) >= asked;
        });
      return answer.ok === orders.every((each) => servedIn("DE", each) || servedIn("FR", each));
    });
  });

  it("puts on backorder exactly what is not on hand", () => {
    always((levels, _, answer) => {
      if (!answer.ok) return true;
      return after(levels, answer).every((now, index) => {
        const before = levels[index] as StockLevel;
        const takes = answer.plan.orders.flatMap(({ lines }) =>
          lines
            .filter(({ offerId }) => offerId === now.offerId)
            .flatMap((line) => line.takes.filter(({ locationId }) => locationId === now.locationId)),
        );
        const backordered = takes.reduce((sum, take) => sum + take.backordered, 0);
        return backordered === Math.max(0, now.reserved - before.reserved - freeOnHand(before));
      });
    });
  });

  it("gives what it says is available", () => {
    always((levels, orders, answer) => {
      if (answer.ok) return true;
      const short = new Map(answer.shortages.map(({ line, available: units }) => [line, units]));
      const lowered = orders
        .map((each) => ({
          ...each,
          lines: each.lines.flatMap((line) => {
            const units = short.get(line.line) ?? line.quantity;
            return units === 0 ? [] : [{ ...line, quantity: quantity(units) }];
          }),
        }))
        .filter(({ lines }) => lines.length > 0);
      return byPicture(levels, lowered).ok;
    });
  });

  it("judges a batch as its checkouts one by one", () => {
    const asOneByOne = (commitRefused: boolean) =>
      fc.property(someLevels, someCheckouts, (levels, checkouts) => {
        const picture = new StockPicture(levels);
        let now: readonly StockLevel[] = levels;
        for (const orders of checkouts) {
          const [inBatch, alone] = [picture.plan(orders), byPicture(now, orders)];
          expect(inBatch.ok ? inBatch.plan.orders : inBatch).toEqual(alone.ok ? alone.plan.orders : alone);
          if (inBatch.ok) picture.commit(inBatch.plan);
          if (commitRefused && !inBatch.ok) now = now.map((each) => ({ ...each, reserved: each.reserved + Math.min(1, available(each)) }));
          now = after(now, alone);
        }
        const summed = picture.taken().map(({ offerId, locationId, quantity: units }) => [offerId, locationId, units]);
        const expected = now
          .map((each, index) => [each.offerId, each.locationId, each.reserved - (levels[index] as StockLevel).reserved] as const)
          .filter(([, , units]) => units > 0)
          .toSorted((a, b) => (`${a[0]} ${a[1]}` < `${b[0]} ${b[1]}` ? -1 : 1));
        expect(summed).toEqual(expected);
      });
    fc.assert(asOneByOne(false), { seed, numRuns: runs });
    expect(fc.check(asOneByOne(true), { seed, numRuns: runs, endOnFailure: true }).failed).toBe(true);
  });
});
