import { assert } from "./assert.ts";
import type { LocationId, OfferId } from "./ids.ts";
import { type Quantity, quantity } from "./quantity.ts";
import { available, divide, freeOnHand, servable, type Share, type StockLevel } from "./stock-level.ts";

export type { StockLevel } from "./stock-level.ts";

/** What a line asks for. `line` is its index in the request. */
export type Demand = { readonly line: number; readonly offerId: OfferId; readonly quantity: Quantity };

/** The lines of one order: one seller's part of a checkout. The preferred country is where it is to be delivered. */
export type OrderDemand = { readonly lines: readonly Demand[]; readonly preferredCountry?: string };

/** Units of one level for one line; `backordered` of them are not on hand. */
export type Take = { readonly locationId: LocationId; readonly quantity: Quantity; readonly backordered: number };

export type LineTakes = { readonly line: number; readonly offerId: OfferId; readonly takes: readonly Take[] };

/** Where an order is dispatched from, and from which levels each of its lines is served; lines in the order of the demand. */
export type OrderPlan = { readonly dispatchCountry: string; readonly lines: readonly LineTakes[] };

/** A line that cannot be served in full, and how much of it could be, from the country that comes nearest to serving the order. */
export type Shortage = {
  readonly line: number;
  readonly offerId: OfferId;
  readonly requested: number;
  readonly available: number;
  readonly country: string | null;
};

/**
 * Deals an offer's shares out to its lines in their order: units on hand before units on backorder, so that earlier lines are served
 * first. A line takes from a level once, since it holds one reservation there.
 */
export function dealOut(lines: readonly Demand[], shares: readonly Share[]): LineTakes[] {
  const piles = [
    ...shares.map(({ locationId, onHand }) => ({ locationId, left: onHand, backorder: false })),
    ...shares.map(({ locationId, backordered }) => ({ locationId, left: backordered, backorder: true })),
  ].filter(({ left }) => left > 0);
  let top = 0;
  return lines.map(({ line, offerId, quantity: requested }) => {
    const takes = new Map<LocationId, { units: number; backordered: number }>();
    let missing: number = requested;
    while (missing > 0) {
      const pile = piles[top];
      assert(pile !== undefined, "shares cover their lines");
      const taken = Math.min(missing, pile.left);
      const before = takes.get(pile.locationId) ?? { units: 0, backordered: 0 };
      takes.set(pile.locationId, { units: before.units + taken, backordered: before.backordered + (pile.backorder ? taken : 0) });
      pile.left -= taken;
      missing -= taken;
      if (pile.left === 0) top += 1;
    }
    const entries = [...takes].map(([locationId, { units, backordered }]) => ({ locationId, quantity: quantity(units), backordered }));
    return { line, offerId, takes: entries };
  });
}

/** What a checkout takes, ready to be committed to the picture it was made from. */
export type CheckoutPlan = { readonly orders: readonly OrderPlan[]; readonly afterCommits: number };

export type Planned = { readonly ok: true; readonly plan: CheckoutPlan } | { readonly ok: false; readonly shortages: readonly Shortage[] };

/** Units reserved at one level by all that was committed to a picture. */
export type TakenUnits = { readonly offerId: OfferId; readonly locationId: LocationId; readonly quantity: number };

type LevelsByCountry = Map<string, StockLevel[]>;

/**
 * The locked stock levels of a batch, as the commands judged so far have left them. A checkout is planned first, which takes nothing;
 * if it is accepted its plan is committed, and the next command is planned against what is left. So a refused checkout takes nothing
 * and a batch judges as its commands one by one would.
 */
export class StockPicture {
  readonly #levels = new Map<OfferId, LevelsByCountry>();
  readonly #taken = new Map<OfferId, Map<LocationId, number>>();
  #commits = 0;

  /** @throws AssertionFailed when a level stands there twice */
  constructor(levels: readonly StockLevel[]) {
    for (const level of levels) {
      const byCountry: LevelsByCountry = this.#levels.get(level.offerId) ?? new Map<string, StockLevel[]>();
      this.#levels.set(level.offerId, byCountry);
      const inCountry = byCountry.get(level.country) ?? [];
      byCountry.set(level.country, inCountry);
      assert(
        !inCountry.some(({ locationId }) => locationId === level.locationId),
        `the level of ${level.offerId} at ${level.locationId} twice`,
      );
      inCountry.push(level);
    }
  }

  /**
   * Plans all orders of one checkout, or none: lines of one offer are summed, so that no line is judged alone on a level that another
   * uses too. Each order is dispatched from one country: the preferred one if it can serve all lines, else the one with the fewest
   * units on backorder, else the first by its code.
   *
   * @throws AssertionFailed when an offer stands in two orders: an offer has one seller, and a seller one order in a checkout
   */
  plan(orders: readonly OrderDemand[]): Planned {
    const plans: OrderPlan[] = [];
    const shortages: Shortage[] = [];
    const offersSoFar = new Set<OfferId>();
    for (const order of orders) {
      const linesOf = Map.groupBy(order.lines, ({ offerId }) => offerId);
      for (const offerId of linesOf.keys()) {
        assert(!offersSoFar.has(offerId), `${offerId} in two orders of a checkout`);
        offersSoFar.add(offerId);
      }
      const dispatchCountry = this.#chooseDispatchCountry(linesOf, order.preferredCountry);
      if (dispatchCountry === undefined) shortages.push(...this.#shortages(order, linesOf));
      else plans.push({ dispatchCountry, lines: this.#serve(order, linesOf, dispatchCountry) });
    }
    return shortages.length > 0 ? { ok: false, shortages } : { ok: true, plan: { orders: plans, afterCommits: this.#commits } };
  }

  /** Takes what was planned. @throws AssertionFailed when something else was committed since it was planned */
  commit(plan: CheckoutPlan): void {
    assert(plan.afterCommits === this.#commits, "a plan made from an older picture");
    this.#commits += 1;
    for (const { dispatchCountry, lines } of plan.orders) {
      for (const { offerId, takes } of lines) {
        for (const take of takes) this.#take(offerId, dispatchCountry, take);
      }
    }
  }

  /** What all committed plans took, summed per level, by offer and location id. */
  taken(): TakenUnits[] {
    return [...this.#taken]
      .flatMap(([offerId, units]) => [...units].map(([locationId, quantity]) => ({ offerId, locationId, quantity })))
      .toSorted((a, b) => (a.offerId === b.offerId ? (a.locationId < b.locationId ? -1 : 1) : a.offerId < b.offerId ? -1 : 1));
  }

  #levelsIn(offerId: OfferId, country: string): readonly StockLevel[] {
    return this.#levels.get(offerId)?.get(country) ?? [];
  }

  #countriesOf(offers: Iterable<OfferId>, preferred: string | undefined): string[] {
    const countries = new Set<string>();
    for (const offerId of offers) for (const country of this.#levels.get(offerId)?.keys() ?? []) countries.add(country);
    const preferredFirst = (a: string, b: string) => Number(b === preferred) - Number(a === preferred) || (a < b ? -1 : 1);
    return [...countries].toSorted(preferredFirst);
  }

  #chooseDispatchCountry(linesOf: Map<OfferId, Demand[]>, preferred: string | undefined): string | undefined {
    let best: { country: string; backordered: number } | undefined;
    for (const country of this.#countriesOf(linesOf.keys(), preferred)) {
      const { missing, backordered } = this.#reach(linesOf, country);
      if (missing > 0) continue;
      if (country === preferred) return country;
      if (best === undefined || backordered < best.backordered) best = { country, backordered };
    }
    return best?.country;
  }

  /** How far a country gets with an order: units it cannot serve, and units it could serve on backorder only. */
  #reach(linesOf: Map<OfferId, Demand[]>, country: string): { missing: number; backordered: number } {
    let missing = 0;
    let backordered = 0;
    for (const [offerId, lines] of linesOf) {
      const levels = this.#levelsIn(offerId, country);
      const units = unitsOf(lines);
      missing += Math.max(0, units - servable(levels));
      backordered += Math.max(0, units - levels.reduce((sum, level) => sum + freeOnHand(level), 0));
    }
    return { missing, backordered };
  }

  #serve(order: OrderDemand, linesOf: Map<OfferId, Demand[]>, country: string): LineTakes[] {
    const takesOf = new Map<number, LineTakes>();
    for (const [offerId, lines] of linesOf) {
      const shares = divide(unitsOf(lines), this.#levelsIn(offerId, country));
      assert(shares !== undefined, "the dispatch country serves every line");
      for (const lineTakes of dealOut(lines, shares)) takesOf.set(lineTakes.line, lineTakes);
    }
    return order.lines.map(({ line }) => {
      const lineTakes = takesOf.get(line);
      assert(lineTakes !== undefined && takesOf.delete(line), `line ${line} twice`);
      return lineTakes;
    });
  }

  /** Judged in the country that misses the fewest units. What is available of an offer goes to its lines in their order. */
  #shortages(order: OrderDemand, linesOf: Map<OfferId, Demand[]>): Shortage[] {
    let nearest: { country: string; missing: number } | undefined;
    for (const country of this.#countriesOf(linesOf.keys(), order.preferredCountry)) {
      const { missing } = this.#reach(linesOf, country);
      if (nearest === undefined || missing < nearest.missing) nearest = { country, missing };
    }
    const country = nearest?.country ?? null;
    const left = new Map<OfferId, number>();
    return order.lines.flatMap(({ line, offerId, quantity: requested }) => {
      const before = left.get(offerId) ?? (country === null ? 0 : servable(this.#levelsIn(offerId, country)));
      const given = Math.min(before, requested);
      left.set(offerId, before - given);
      return given < requested ? [{ line, offerId, requested, available: given, country }] : [];
    });
  }

  #take(offerId: OfferId, country: string, { locationId, quantity: units }: Take): void {
    const levels = this.#levels.get(offerId)?.get(country) ?? [];
    const index = levels.findIndex((level) => level.locationId === locationId);
    const level = levels[index];
    assert(level !== undefined && available(level) >= units, `the plan takes more of ${offerId} at ${locationId} than there is`);
    levels[index] = { ...level, reserved: level.reserved + units };
    const takenOfOffer = this.#taken.get(offerId) ?? new Map<LocationId, number>();
    takenOfOffer.set(locationId, (takenOfOffer.get(locationId) ?? 0) + units);
    this.#taken.set(offerId, takenOfOffer);
  }
}

function unitsOf(lines: readonly Demand[]): number {
  return lines.reduce((sum, { quantity: units }) => sum + units, 0);
}
