import type { LocationId, OfferId, SellerId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Reader } from "../../platform/db/index.ts";
import type { UnknownReference } from "./stock-operation-refusals.ts";
import { findLocationsOf, findOffersOf } from "./stock-operation-store.ts";

/** The offer of a line as the seller sent it: by its id or by the seller's own reference. */
export type AskedOffer = OfferId | { readonly reference: string };

/** The names of a line: its offer, and locations under the names of the fields in which they were sent. */
export type AskedNames = { readonly offer: AskedOffer; readonly locations: Readonly<Record<string, LocationId>> };

/**
 * Looks the names of all lines up, offers and locations of this seller alone, and gives each line's offer.
 *
 * @throws Refused unknown-reference with all names that are not the seller's
 */
export async function resolveNames(reader: Reader, sellerId: SellerId, lines: readonly AskedNames[]): Promise<OfferId[]> {
  const offerIds = lines.flatMap(({ offer }) => (typeof offer === "string" ? [offer] : []));
  const references = lines.flatMap(({ offer }) => (typeof offer === "string" ? [] : [offer.reference]));
  const [offers, known] = await Promise.all([
    findOffersOf(reader, sellerId, { offerIds, references }),
    findLocationsOf(
      reader,
      sellerId,
      lines.flatMap(({ locations }) => Object.values(locations)),
    ),
  ]);
  const ids = new Set(offers.map(({ offerId }) => offerId));
  const byReference = new Map(offers.map(({ offerId, reference }) => [reference, offerId]));
  const errors: { pointer: string; detail: string }[] = [];
  const resolved = lines.flatMap(({ offer, locations }, line) => {
    const named = typeof offer === "string" ? "offer" : "reference";
    const offerId = typeof offer === "string" ? offer : byReference.get(offer.reference);
    if (offerId === undefined || !ids.has(offerId)) errors.push({ pointer: `/lines/${line}/${named}`, detail: "no such offer" });
    for (const [field, locationId] of Object.entries(locations)) {
      if (!known.has(locationId)) errors.push({ pointer: `/lines/${line}/${field}`, detail: "no such location" });
    }
    return offerId === undefined ? [] : [offerId];
  });
  if (errors.length > 0) throw new Refused<UnknownReference>({ code: "unknown-reference", errors });
  return resolved;
}
