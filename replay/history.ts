/**
 * One line of a historical order: goods of one seller at one price, and what its delivery cost. Amounts are minor units, the freight that
 * of one unit.
 */
export type HistoricalLine = {
  readonly seller: string;
  readonly sku: string;
  readonly priceMinor: bigint;
  readonly freightMinor: bigint;
  readonly quantity: number;
};

/** How an order ended, in each of its sellers' parts: the last thing that anybody did about it. */
export type Ending = "accepted" | "shipped" | "delivered" | "refused" | "rejected" | "cancelled";

/** When the file says that things were done, each not before the one before it. Texts that sort by time. */
export type Times = { readonly accepted: string; readonly shipped: string; readonly delivered: string };

/** One order as the file tells it, equal lines summed. `status` is the file's word. */
export type HistoricalOrder = {
  readonly reference: string;
  readonly customer: string;
  /** Where the goods go: ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly at: string;
  readonly status: string;
  readonly ending: Ending;
  readonly times: Times;
  /** Days from the purchase to the day that was promised; undefined where the file has none. */
  readonly promisedInDays: number | undefined;
  /** How many records of the file it stands for. */
  readonly records: number;
  readonly lines: readonly HistoricalLine[];
};

/** What the goods of a history are taxed at where they are sold at home: a code of EN 16931 and parts per million. */
export type HomeTax = { readonly code: "S" | "Z"; readonly ratePpm: number; readonly validFrom: string };

/** A history that is to be placed, and everything of the files that is not, counted under its reason. */
export type History = {
  readonly name: "olist" | "online-retail";
  readonly currency: string;
  /** Sellers are all of this country, and so are the companies that no order sends abroad. */
  readonly country: string;
  readonly tax: HomeTax;
  /** Whether some of its delivered orders go in two parcels. */
  readonly inParts: boolean;
  /** In time order. */
  readonly orders: readonly HistoricalOrder[];
  /** How many records the files hold (orders of olist, lines of online-retail), and those that no order stands for. */
  readonly records: number;
  readonly excluded: Readonly<Record<string, number>>;
  /** Times that cannot be and were moved to the nearest that can, by kind. */
  readonly clamped: Readonly<Record<string, number>>;
};

/** The offer that a line was bought by: one for each seller, SKU, price and freight. */
export function offerKey(line: Pick<HistoricalLine, "seller" | "sku" | "priceMinor" | "freightMinor">): string {
  return `${line.seller} ${line.sku} ${line.priceMinor} ${line.freightMinor}`;
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
