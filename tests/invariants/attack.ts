import { openStartLine, type HttpRequest, type StartLine } from "../support/barrier.ts";
import { tally } from "../support/caller.ts";
import type { HttpAnswer } from "../support/http-answer.ts";
import type { Company, Market, Offer, OfferTerms, Seller } from "../support/market.ts";

/** An attack on one promise, over HTTP alone: so it can be led against any market, one that keeps its promises and one that does not. */
export type Attack = {
  /** What must hold. */
  readonly sentence: string;
  /** Rounds are multiplied by this: 1 for a race of one release, less where a round is long. */
  readonly share: number;
  /** Leads it `rounds` times and stops at the first round that finds something. */
  run(market: Market, rounds: number): Promise<readonly string[]>;
};

/** How many rounds a full share leads: 200, or what `STOA_RACE_ROUNDS` says. */
export function raceRounds(environment: Record<string, string | undefined> = process.env): number {
  return Number(environment["STOA_RACE_ROUNDS"] ?? 200);
}

/** The rounds of one attack, at least three. */
export function roundsOf(attack: Attack, full = raceRounds()): number {
  return Math.max(3, Math.ceil(full * attack.share));
}

/** A finding when what came is not what must come. */
export function unequal(what: string, actual: unknown, expected: unknown): string[] {
  const [came, due] = [JSON.stringify(actual), JSON.stringify(expected)];
  return came === due ? [] : [`${what}: ${came} instead of ${due}`];
}

/** A finding when the answers are not these, counted by status and code. */
export function outcomes(what: string, answers: readonly HttpAnswer[], expected: Record<string, number>): string[] {
  const sorted = (counts: Record<string, number>) => Object.entries(counts).toSorted(([first], [second]) => (first < second ? -1 : 1));
  const found = unequal(what, sorted(tally(answers)), sorted(expected));
  const fault = answers.find(({ status }) => status >= 500);
  return found.length > 0 && fault !== undefined ? [...found, fault.body.toString("utf8")] : found;
}

/**
 * Asks over and over until it is so; the asking is the waiting.
 * @throws Error when it is not so after 20 s
 */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const begun = performance.now();
  while (!(await isSo())) {
    if (performance.now() - begun > 20_000) throw new Error(`not so after 20 s: ${what}`);
  }
}

/** Offers of the same terms, made a few hundred at a time. */
export function supplyOf(seller: Seller, terms: OfferTerms, rounds: number): () => Promise<Offer> {
  const ready: Offer[] = [];
  let left = rounds;
  return async () => {
    if (ready.length === 0) {
      const count = Math.min(500, Math.max(1, left));
      left -= count;
      ready.push(...(await seller.offers(Array.from({ length: count }, () => terms))));
    }
    const offer = ready.shift();
    if (offer === undefined) throw new Error("no offers were made");
    return offer;
  };
}

const opened = new WeakMap<Market, Company[]>();

/** `count` companies with ample credit. Attacks on one market share them. */
export async function companiesOf(market: Market, count: number): Promise<readonly Company[]> {
  const companies = opened.get(market) ?? [];
  opened.set(market, companies);
  while (companies.length < count) companies.push(await market.company());
  return companies.slice(0, count);
}

/** The one at `index`, counted round and round. */
export function turn<Value>(values: readonly Value[], index: number): Value {
  const value = values[index % values.length];
  if (value === undefined) throw new Error("there are none to take turns");
  return value;
}

/** `size` requests by their index. */
export function requestsOf(size: number, request: (index: number) => HttpRequest): readonly HttpRequest[] {
  return Array.from({ length: size }, (_, index) => request(index));
}

/**
 * Leads rounds over one start line until one finds something, and asks doctor at the end.
 * @param size connections of the line, spread over the market's servers
 */
export async function lead(
  market: Market,
  size: number,
  rounds: number,
  round: (line: StartLine, number: number) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const line = await openStartLine({ origins: market.origins(), size });
  try {
    for (let number = 1; number <= rounds; number += 1) {
      const found = await round(line, number);
      if (found.length > 0) return found.map((finding) => `round ${number}: ${finding}`);
    }
    return unequal("doctor", (await market.doctor()).violations, []);
  } finally {
    line.close();
  }
}
