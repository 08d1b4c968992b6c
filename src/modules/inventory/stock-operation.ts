import type { LocationId, OfferId } from "../../kernel/ids.ts";

/** The most that one stock level may have on hand; the table's CHECK says the same. */
export const onHandBound = 1_000_000_000;

/** A line of a receipt or an adjustment after its names were looked up. `line` is its index in the request. */
export type StockLine = { readonly line: number; readonly offerId: OfferId; readonly locationId: LocationId; readonly delta: number };

/** What an operation does to one stock level: the sum of its lines there. `line` is the first of them. */
export type LevelChange = StockLine;

/** A stock level as its lock returned it. */
export type LevelNumbers = {
  readonly offerId: OfferId;
  readonly locationId: LocationId;
  readonly onHand: number;
  readonly reserved: number;
  readonly backorderLimit: number;
};

/** One key of offer and location, for maps. */
export function levelKey({ offerId, locationId }: { readonly offerId: OfferId; readonly locationId: LocationId }): string {
  return `${offerId} ${locationId}`;
}

/** Sums the lines that hit one level, in the order in which the levels are named first. */
export function sumByLevel(lines: readonly StockLine[]): LevelChange[] {
  const sums = new Map<string, LevelChange>();
  for (const line of lines) {
    const sofar = sums.get(levelKey(line));
    sums.set(levelKey(line), sofar === undefined ? line : { ...sofar, delta: sofar.delta + line.delta });
  }
  return [...sums.values()];
}

/** How much has to stay on hand: what is promised beyond the backorder limit, and never less than nothing. */
export function leastOnHand({ reserved, backorderLimit }: LevelNumbers): number {
  return Math.max(0, reserved - backorderLimit);
}

/** A change and the level it would change, before and after. */
export type JudgedChange = { readonly change: LevelChange; readonly level: LevelNumbers; readonly onHand: number };

/** Divides changes into those that keep their level legal, those that leave too little and those that bring too much. */
export function judgeChanges(
  changes: readonly LevelChange[],
  levels: ReadonlyMap<string, LevelNumbers>,
): {
  readonly missing: readonly LevelChange[];
  readonly tooLittle: readonly JudgedChange[];
  readonly tooMuch: readonly JudgedChange[];
  readonly fine: readonly JudgedChange[];
} {
  const missing: LevelChange[] = [];
  const tooLittle: JudgedChange[] = [];
  const tooMuch: JudgedChange[] = [];
  const fine: JudgedChange[] = [];
  for (const change of changes) {
    const level = levels.get(levelKey(change));
    if (level === undefined) {
      missing.push(change);
      continue;
    }
    const judged = { change, level, onHand: level.onHand + change.delta };
    // Only a step down can leave too little, as only a step up can bring too much: what helps is never refused.
    if (change.delta < 0 && judged.onHand < leastOnHand(level)) tooLittle.push(judged);
    else if (change.delta > 0 && judged.onHand > onHandBound) tooMuch.push(judged);
    else fine.push(judged);
  }
  return { missing, tooLittle, tooMuch, fine };
}
