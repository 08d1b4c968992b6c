/** One line of a historical order: goods of one seller at one price. Prices are minor units. */
export type HistoricalLine = { readonly seller: string; readonly sku: string; readonly priceMinor: bigint; readonly quantity: number };

/** One order as the file tells it, equal lines summed. `status` is the file's word, `cancelled` whether it ended so. */
export type HistoricalOrder = {
  readonly reference: string;
  readonly customer: string;
  readonly at: string;
  readonly status: string;
  readonly cancelled: boolean;
  readonly lines: readonly HistoricalLine[];
};

/** A history that is to be placed, and everything of the files that is not, counted under its reason. */
export type History = {
  readonly name: "olist" | "online-retail";
  readonly currency: string;
  /** Sellers, companies and deliveries are all of this country. */
  readonly country: string;
  /** In time order. */
  readonly orders: readonly HistoricalOrder[];
  /** How many records the files hold (orders of olist, lines of online-retail), how many of them the orders stand for, and the others. */
  readonly records: number;
  readonly used: number;
  readonly excluded: Readonly<Record<string, number>>;
};

/** The offer that a line was bought by: one for each seller, SKU and price. */
export function offerKey(line: Pick<HistoricalLine, "seller" | "sku" | "priceMinor">): string {
  return `${line.seller} ${line.sku} ${line.priceMinor}`;
}

/** Sums lines of one offer; the order of first appearance is kept. */
export function sumEqualLines(lines: readonly HistoricalLine[]): HistoricalLine[] {
  const sums = new Map<string, HistoricalLine>();
  for (const line of lines) {
    const before = sums.get(offerKey(line));
    sums.set(offerKey(line), before === undefined ? line : { ...before, quantity: before.quantity + line.quantity });
  }
  return [...sums.values()];
}

/** A decimal amount with at most two places as minor units, digit by digit. @throws Error for anything else */
export function minorOf(text: string): bigint {
  const found = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(text);
  if (found === null) throw new Error(`not an amount with two places: ${text}`);
  const minor = BigInt(`${found[2]}${(found[3] ?? "").padEnd(2, "0")}`);
  return found[1] === "-" ? -minor : minor;
}

/** By code unit, so that it is the same everywhere. */
export function inOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
