import type { HistoricalLine, HistoricalOrder, History } from "./history.ts";

/** A line with its number in the checkout: its place there, counted from 1. */
export type NumberedLine = HistoricalLine & { readonly lineNumber: number };

/** A seller's part of an order, which is an order of its own in the market. Amounts are minor units. */
export type SellerPart = {
  readonly seller: string;
  readonly lines: readonly NumberedLine[];
  readonly units: number;
  readonly goods: bigint;
  readonly freight: bigint;
  /** S or Z at home, G across a border. */
  readonly taxCode: "S" | "Z" | "G";
  readonly tax: bigint;
  readonly gross: bigint;
};

/**
 * What each seller sold of an order. The tax is rounded once, half up, on goods and freight together; what leaves the seller's country
 * is untaxed there: both histories have sellers of one country, and no two countries of one customs union.
 */
export function sellerParts(order: HistoricalOrder, { country, tax: atHome }: Pick<History, "country" | "tax">): SellerPart[] {
  const bySeller = Map.groupBy(
    order.lines.map((line, index): NumberedLine => ({ ...line, lineNumber: index + 1 })),
    ({ seller }) => seller,
  );
  return [...bySeller].map(([seller, lines]) => {
    const sum = (of: (line: HistoricalLine) => bigint) => lines.reduce((total, line) => total + of(line) * BigInt(line.quantity), 0n);
    const goods = sum(({ priceMinor }) => priceMinor);
    const freight = sum(({ freightMinor }) => freightMinor);
    const units = lines.reduce((total, { quantity }) => total + quantity, 0);
    const isAbroad = order.country !== country;
    const tax = isAbroad ? 0n : roundHalfUp((goods + freight) * BigInt(atHome.ratePpm), 1_000_000n);
    const taxCode = isAbroad ? ("G" as const) : atHome.code;
    return { seller, lines, units, goods, freight, taxCode, tax, gross: goods + freight + tax };
  });
}

/** What the customer owes for an order of all its sellers, with tax: minor units. */
export function totalOf(history: Pick<History, "country" | "tax">, order: HistoricalOrder): bigint {
  return sellerParts(order, history).reduce((sum, { gross }) => sum + gross, 0n);
}

/** numerator / denominator to the nearest integer, a half away from zero. Neither is negative. */
export function roundHalfUp(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}
