import type { Instant } from "../../kernel/clock.ts";
import type { LocationId, SellerId } from "../../kernel/ids.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { Location } from "./location.ts";

type LocationRow = { seller_id: SellerId; location_id: LocationId; name: string; country: string; version: number; created_at: Instant };

/** False when the seller has a location of this name already: the unique index decides. */
export async function insertLocation(tx: Transaction, location: Location): Promise<boolean> {
  const { sellerId, locationId, name, country, version, createdAt } = location;
  const inserted = await tx.execute(sql`
    insert into locations (seller_id, location_id, name, country, version, created_at)
    values (${sellerId}, ${locationId}, ${name}, ${country}, ${version}, ${instantParameter(createdAt)})
    on conflict (seller_id, name) do nothing`);
  return inserted === 1;
}

export async function findLocation(reader: Reader, sellerId: SellerId, locationId: LocationId): Promise<Location | undefined> {
  const row = await reader.find(sql<LocationRow>`
    select seller_id, location_id, name, country, version, created_at
    from locations
    where seller_id = ${sellerId} and location_id = ${locationId}`);
  return row && toLocation(row);
}

/** The seller's locations from new to old, those with an id below `before`. */
export async function listLocations(
  reader: Reader,
  sellerId: SellerId,
  { before, count }: { before: string; count: number },
): Promise<Location[]> {
  const rows = await reader.query(sql<LocationRow>`
    select seller_id, location_id, name, country, version, created_at
    from locations
    where seller_id = ${sellerId} and location_id < ${before}::uuid
    order by location_id desc
    limit ${count}`);
  return rows.map(toLocation);
}

function toLocation(row: LocationRow): Location {
  return {
    sellerId: row.seller_id,
    locationId: row.location_id,
    name: row.name,
    country: row.country,
    version: row.version,
    createdAt: row.created_at,
  };
}
