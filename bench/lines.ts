import type { Offer } from "./goods.ts";

/** A source of numbers in [0, 1) that gives the same ones for the same seed, so that every run asks for the same goods. */
export function createRandom(seed: number): () => number {
  let state = seed;
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const kept = 4_096;
const linesOfACheckout = 3;

/** The `lines` of checkouts as JSON texts: `always` the given offers, filled up to three by others. */
export type LinesOf = {
  readonly offers: readonly (readonly Offer[])[];
  /** From how many sellers the lines come: 3 gives three orders, 1 gives one order of three lines. */
  readonly sellers: 1 | 3;
  readonly always?: Offer;
  readonly random: () => number;
};

/** Some thousand different checkouts of three lines, one unit each. */
export function checkoutLines({ offers, sellers, always, random }: LinesOf): string[] {
  const oneOf = <T>(all: readonly T[]): T => {
    const found = all[Math.floor(random() * all.length)];
    if (found === undefined) throw new Error("there is nothing to choose from");
    return found;
  };
  return Array.from({ length: kept }, () => {
    const chosen = new Map<string, Offer>(always === undefined ? [] : [[always.id, always]]);
    const sources = new Set<readonly Offer[]>();
    while (chosen.size < linesOfACheckout) {
      const source = sellers === 1 ? ([...sources][0] ?? oneOf(offers)) : oneOf(offers);
      if (sellers === 3 && sources.has(source)) continue;
      sources.add(source);
      const offer = oneOf(source);
      chosen.set(offer.id, offer);
    }
    return linesText([...chosen.values()]);
  });
}

/** One unit of each of these offers. */
export function linesText(offers: readonly Offer[]): string {
  return JSON.stringify(offers.map(({ id }) => ({ offer: id, quantity: 1 })));
}
