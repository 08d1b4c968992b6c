import type { Instant } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { LocationId, SellerId } from "../../kernel/ids.ts";

/** A seller's place of stock. What leaves it is dispatched from its country (ISO 3166-1 alpha-2). */
export type Location = {
  readonly sellerId: SellerId;
  readonly locationId: LocationId;
  readonly name: string;
  readonly country: string;
  readonly version: number;
  readonly createdAt: Instant;
};

/** A location as answers and events show it. */
export function shownLocation({ locationId, name, country, version }: Location) {
  return { id: toWireId(prefixes.location, locationId), name, country, version };
}
