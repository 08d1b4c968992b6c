import type { Actor } from "../../kernel/actor.ts";
import type { LocationId, SellerId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents, newEvent } from "../../platform/outbox/index.ts";
import { shownLocation } from "./location.ts";
import type { Location } from "./location.ts";
import { insertLocation } from "./location-store.ts";
import type { NameTaken } from "./stock-operation-refusals.ts";

/**
 * Adds a place of stock.
 *
 * @throws Refused name-taken
 */
export async function addLocation(
  tx: Transaction,
  actor: Actor,
  { name, country }: { readonly name: string; readonly country: string },
): Promise<Location> {
  const { principal, now, newId } = actor;
  const sellerId = principal.organisationId as SellerId;
  const location: Location = { sellerId, locationId: newId<LocationId>(now), name, country, version: 1, createdAt: now };
  if (!(await insertLocation(tx, location))) throw new Refused<NameTaken>({ code: "name-taken", pointer: "/name" });
  const subject = { organisationId: sellerId, subjectId: location.locationId, subjectType: "location", subjectVersion: 1 } as const;
  await appendEvents(tx, [newEvent(actor, { ...subject, type: "location.created", data: shownLocation(location) }, [sellerId])]);
  return location;
}
