import { type HistoricalOrder, offerKey } from "./history.ts";
import { addTo, type Sum, type Sums, type Totals } from "./sums.ts";

/** What these orders come to, from the files alone: held is what was ordered and not cancelled. */
export function expectedTotals(orders: Iterable<HistoricalOrder>, cancelledAlready: boolean): Totals {
  const all: Sums = new Map();
  const byStatus: Sums = new Map();
  const bySeller: Sums = new Map();
  const held = new Map<string, number>();
  for (const order of orders) {
    const sellers = new Set<string>();
    let sum: Sum = { orders: 1, units: 0, goods: 0n };
    for (const line of order.lines) {
      const goods = line.priceMinor * BigInt(line.quantity);
      sum = { ...sum, units: sum.units + line.quantity, goods: sum.goods + goods };
      addTo(bySeller, line.seller, { orders: sellers.has(line.seller) ? 0 : 1, units: line.quantity, goods });
      sellers.add(line.seller);
      const keeps = order.cancelled && cancelledAlready ? 0 : line.quantity;
      held.set(offerKey(line), (held.get(offerKey(line)) ?? 0) + keeps);
    }
    addTo(all, "all", sum);
    addTo(byStatus, order.status, sum);
  }
  return { all: all.get("all") ?? { orders: 0, units: 0, goods: 0n }, byStatus, bySeller, held };
}
