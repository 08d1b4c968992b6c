import type { LocationId, SellerId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Reader } from "../../platform/db/index.ts";
import { levelKey, sumByLevel } from "./stock-operation.ts";
import type { LevelChange } from "./stock-operation.ts";
import type { LinesInvalid } from "./stock-operation-refusals.ts";
import type { AskedOffer } from "./stock-names.ts";
import { resolveNames } from "./stock-names.ts";

/** A line of an adjustment: `delta` in units. */
export type AskedAdjustment = { readonly offer: AskedOffer; readonly locationId: LocationId; readonly delta: number };

/** A line that sets a backorder limit, and the day on which more is expected (`YYYY-MM-DD`), or null for none that is known. */
export type AskedLimit = {
  readonly offer: AskedOffer;
  readonly locationId: LocationId;
  readonly backorderLimit: number;
  readonly expectedOn: string | null;
};

/**
 * What an adjustment does to each of the seller's stock levels it names; lines on one level are summed.
 *
 * @throws Refused unknown-reference
 */
export async function adjustmentChanges(reader: Reader, sellerId: SellerId, asked: readonly AskedAdjustment[]): Promise<LevelChange[]> {
  const offers = await resolveNames(reader, sellerId, asked.map(namesOf));
  return sumByLevel(
    asked.flatMap(({ locationId, delta }, line) => {
      const offerId = offers[line];
      return offerId === undefined ? [] : [{ line, offerId, locationId, delta }];
    }),
  );
}

/**
 * What new limits do to each of the seller's stock levels they name.
 *
 * @throws Refused unknown-reference; request-invalid when two lines name one stock level
 */
export async function limitChanges(reader: Reader, sellerId: SellerId, asked: readonly AskedLimit[]): Promise<LevelChange[]> {
  const offers = await resolveNames(reader, sellerId, asked.map(namesOf));
  const changes = asked.flatMap(({ locationId, backorderLimit, expectedOn }, line) => {
    const offerId = offers[line];
    return offerId === undefined ? [] : [{ line, offerId, locationId, delta: 0, limit: { backorderLimit, expectedOn } }];
  });
  const first = new Map<string, number>();
  const errors = changes.flatMap((change) => {
    const before = first.get(levelKey(change));
    if (before === undefined) first.set(levelKey(change), change.line);
    return before === undefined ? [] : [{ pointer: `/lines/${change.line}`, detail: `names the stock level of line ${before}` }];
  });
  if (errors.length > 0) throw new Refused<LinesInvalid>({ code: "request-invalid", errors });
  return changes;
}

function namesOf({ offer, locationId }: { readonly offer: AskedOffer; readonly locationId: LocationId }) {
  return { offer, locations: { location: locationId } };
}
