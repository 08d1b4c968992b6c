import type { LocationId, OfferId } from "../../kernel/ids.ts";

/** The most that one stock level may have on hand, and the highest backorder limit; the table's CHECK says the same. */
export const onHandBound = 1_000_000_000;

/** Names a stock level of a seller. */
export type LevelName = { readonly offerId: OfferId; readonly locationId: LocationId };

/** What an operation does to one stock level: the sum of its lines there. `line` is the index of the first of them in the request. */
export type LevelChange = LevelName & {
  readonly line: number;
  /** Units that come on hand or go. */
  readonly delta: number;
  /** The backorder limit from now on, and when more is expected; left out where the operation does not set them. */
  readonly limit?: { readonly backorderLimit: number; readonly expectedOn: string | null };
};

/** A stock level as its lock returned it. */
export type LevelNumbers = LevelName & {
  readonly onHand: number;
  readonly reserved: number;
  readonly backorderLimit: number;
};

/** One key of offer and location, for maps. */
export function levelKey({ offerId, locationId }: LevelName): string {
  return `${offerId} ${locationId}`;
}

/** Sums the lines that hit one level, in the order in which the levels are named first. */
export function sumByLevel(lines: readonly LevelChange[]): LevelChange[] {
  const sums = new Map<string, LevelChange>();
  for (const line of lines) {
    const sofar = sums.get(levelKey(line));
    sums.set(levelKey(line), sofar === undefined ? line : { ...sofar, delta: sofar.delta + line.delta });
  }
  return [...sums.values()];
}

/** How much has to stay on hand: what is promised beyond the backorder limit, and never less than nothing. */
export function leastOnHand({ reserved, backorderLimit }: Pick<LevelNumbers, "reserved" | "backorderLimit">): number {
  return Math.max(0, reserved - backorderLimit);
}

/** A change and the level it would change; `after` is the level as it would be. */
export type JudgedChange = { readonly change: LevelChange; readonly level: LevelNumbers; readonly after: LevelNumbers };

/** How many units somebody has to give up before the level is legal; undefined when even nobody's units would be enough. */
export function unitsShort({ after }: JudgedChange): number | undefined {
  return after.onHand < 0 ? undefined : Math.max(0, after.reserved - after.onHand - after.backorderLimit);
}

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
    const backorderLimit = change.limit?.backorderLimit ?? level.backorderLimit;
    const judged = { change, level, after: { ...level, onHand: level.onHand + change.delta, backorderLimit } };
    // Only a step down can leave too little, as only a step up can bring too much: what helps is never refused.
    if ((change.delta < 0 || backorderLimit < level.backorderLimit) && unitsShort(judged) !== 0) tooLittle.push(judged);
    else if (change.delta > 0 && judged.after.onHand > onHandBound) tooMuch.push(judged);
    else fine.push(judged);
  }
  return { missing, tooLittle, tooMuch, fine };
}

/** Open units that a reservation holds of a level. */
export type OpenHolding = LevelName & { readonly open: number };

/**
 * Who gives up units so that a level has what it needs: the first of the holdings, which come from new to old. Undefined when all they
 * have is not enough.
 */
export function takeFromFirst<Holding extends OpenHolding>(
  holdings: readonly Holding[],
  units: number,
): { readonly holding: Holding; readonly quantity: number }[] | undefined {
  const taken: { readonly holding: Holding; readonly quantity: number }[] = [];
  let missing = units;
  for (const holding of holdings) {
    if (missing === 0) break;
    const quantity = Math.min(missing, holding.open);
    if (quantity > 0) taken.push({ holding, quantity });
    missing -= quantity;
  }
  return missing === 0 ? taken : undefined;
}
