import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, EventId, IdSource, LocationId, SellerId, Uuid } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import { shownLocation } from "./location.ts";
import type { Location } from "./location.ts";
import { insertLocation } from "./location-store.ts";
import type { NameTaken } from "./stock-operation-refusals.ts";

/** The seller's member who acts, and the request by which. */
export type SellerActor = {
  readonly principal: { readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly idempotencyId: Uuid;
  readonly now: Instant;
  readonly newId: IdSource;
};

/**
 * Adds a place of stock.
 *
 * @throws Refused name-taken
 */
export async function addLocation(
  tx: Transaction,
  actor: SellerActor,
  { name, country }: { readonly name: string; readonly country: string },
): Promise<Location> {
  const { principal, requestId, traceparent, now, newId } = actor;
  const sellerId = principal.organisationId as SellerId;
  const location: Location = { sellerId, locationId: newId<LocationId>(now), name, country, version: 1, createdAt: now };
  if (!(await insertLocation(tx, location))) throw new Refused<NameTaken>({ code: "name-taken", pointer: "/name" });
  const data = shownLocation(location);
  await appendEvents(tx, [
    {
      eventId: newId<EventId>(now),
      organisationId: sellerId,
      subjectId: location.locationId,
      subjectType: "location",
      subjectVersion: location.version,
      type: "location.created",
      occurredAt: now,
      requestId,
      ...(traceparent === undefined ? {} : { traceparent }),
      data,
      audiences: [{ organisationId: sellerId, data }],
    },
  ]);
  return location;
}
