/** The value below which a share of the sorted numbers lies: the nearest rank, so always one that was measured; 0 of none. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return 0;
  const rank = Math.ceil(share * sorted.length);
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1] ?? 0;
}

/** A quotient with so many decimals; 0 where nothing can be divided. */
export function quotient(dividend: number, divisor: number, decimals = 3): number {
  if (divisor === 0) return 0;
  const scale = 10 ** decimals;
  return Math.round((dividend / divisor) * scale) / scale;
}

/** How much each member has grown; one that was not there before began at 0. */
export function growth(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]));
}

/** The value of one sample in the text format of Prometheus, by its name with its labels as they are written; undefined when it is not there. */
export function sampleOf(metrics: string, name: string): number | undefined {
  const line = metrics.split("\n").find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}
