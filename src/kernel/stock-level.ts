import { assert } from "./assert.ts";
import type { LocationId, OfferId } from "./ids.ts";

/** One offer at one location, as its locked row was read. All counts are integers of at least 0, in the offer's unit. */
export type StockLevel = {
  readonly offerId: OfferId;
  readonly locationId: LocationId;
  /** Where the location stands: an order is dispatched from one country. */
  readonly country: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly backorderLimit: number;
  /** When more is expected, `YYYY-MM-DD`. */
  readonly backorderDate?: string;
};

/** Units on hand that nobody holds. */
export function freeOnHand(level: Pick<StockLevel, "onHand" | "reserved">): number {
  return Math.max(0, level.onHand - level.reserved);
}

/** Units that can still be promised beyond those on hand. */
export function backorderRoom(level: StockLevel): number {
  return available(level) - freeOnHand(level);
}

/** Units that can still be reserved at this level, on hand or on backorder. */
export function available(level: Pick<StockLevel, "onHand" | "reserved" | "backorderLimit">): number {
  return level.onHand + level.backorderLimit - level.reserved;
}

/**
 * How many of a reservation's held units are on hand for it: goods serve the oldest promise first, so what older reservations hold of
 * the level is not for it.
 */
export function coverage({ onHand }: { readonly onHand: number }, olderHeld: number, held: number): number {
  return Math.max(0, Math.min(onHand - olderHeld, held));
}

/** What one level gives: units on hand, and units on backorder. */
export type Share = { readonly locationId: LocationId; readonly onHand: number; readonly backordered: number };

/** What can be had of one offer in one country by one order: everything on hand, and the backorder of one location. */
export function servable(levels: readonly StockLevel[]): number {
  let onHand = 0;
  let room = 0;
  for (const level of levels) {
    onHand += freeOnHand(level);
    room = Math.max(room, backorderRoom(level));
  }
  return onHand + room;
}

/**
 * Divides units of one offer over its levels in one country: units on hand first, from as few locations as can be; what is missing
 * from the backorder of one location: of those with room enough the earliest date, then one that serves already, then the most room.
 * Ties go to the lower location id, so that equal facts give equal answers. Undefined when the levels cannot serve it.
 */
export function divide(units: number, levels: readonly StockLevel[]): Share[] | undefined {
  if (servable(levels) < units) return undefined;
  const shares: Share[] = [];
  let missing = units;
  // A stable order from the largest to the smallest: taking the largest until one location covers the rest uses the fewest.
  const largestFirst = levels
    .filter((level) => freeOnHand(level) > 0)
    .toSorted((a, b) => freeOnHand(b) - freeOnHand(a) || byLocation(a, b));
  for (const [index, largest] of largestFirst.entries()) {
    if (missing === 0) break;
    // Of those that cover the rest alone the smallest leaves the large ones whole for larger orders.
    const covering = largestFirst.slice(index).filter((level) => freeOnHand(level) >= missing);
    const chosen = covering.reduce((best, level) => (freeOnHand(level) < freeOnHand(best) ? level : best), largest);
    const taken = Math.min(missing, freeOnHand(chosen));
    shares.push({ locationId: chosen.locationId, onHand: taken, backordered: 0 });
    missing -= taken;
  }
  if (missing === 0) return shares;
  const serving = new Set(shares.map((share) => share.locationId));
  const [source] = levels.filter((level) => backorderRoom(level) >= missing).toSorted((a, b) => earlierBackorder(a, b, serving));
  assert(source !== undefined, "what is servable has a location for its backorder");
  const already = shares.findIndex((share) => share.locationId === source.locationId);
  const onHand = shares[already]?.onHand ?? 0;
  shares.splice(already === -1 ? shares.length : already, 1, { locationId: source.locationId, onHand, backordered: missing });
  return shares;
}

function byLocation(a: StockLevel, b: StockLevel): number {
  return a.locationId < b.locationId ? -1 : 1;
}

const noDate = "9999-99-99";

function earlierBackorder(a: StockLevel, b: StockLevel, serving: ReadonlySet<LocationId>): number {
  const [dateOfA, dateOfB] = [a.backorderDate ?? noDate, b.backorderDate ?? noDate];
  if (dateOfA !== dateOfB) return dateOfA < dateOfB ? -1 : 1;
  const servesAlready = Number(serving.has(b.locationId)) - Number(serving.has(a.locationId));
  return servesAlready || backorderRoom(b) - backorderRoom(a) || byLocation(a, b);
}
