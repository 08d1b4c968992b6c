import { numberOf } from "./shares.ts";
import type { HistoricalOrder, History } from "./history.ts";
import type { SellerPart } from "./seller-parts.ts";

/** What a parcel holds. */
export type ParcelLine = { readonly lineNumber: number; readonly quantity: number };

/** Every so many-th delivered order of several units goes in two parcels. */
const everyOne = 3;

/**
 * The parcels in which a seller's part of an order leaves: one, and of delivered orders of two units and more every third in two, so that
 * parts of orders are counted as well. The first takes the first half of the units, rounded down.
 */
export function parcelsOf(
  { inParts }: Pick<History, "inParts">,
  order: HistoricalOrder,
  { seller, lines, units }: SellerPart,
): ParcelLine[][] {
  const all = lines.map(({ lineNumber, quantity }) => ({ lineNumber, quantity }));
  const inTwo = inParts && order.ending === "delivered" && units >= 2 && numberOf(`${order.reference} ${seller}`) % everyOne === 0;
  if (!inTwo) return [all];
  const [first, second]: [ParcelLine[], ParcelLine[]] = [[], []];
  let room = Math.floor(units / 2);
  for (const { lineNumber, quantity } of all) {
    const taken = Math.min(room, quantity);
    room -= taken;
    if (taken > 0) first.push({ lineNumber, quantity: taken });
    if (taken < quantity) second.push({ lineNumber, quantity: quantity - taken });
  }
  return [first, second];
}
