import type { SellerId } from "../kernel/ids.ts";
import type { Calendar } from "../kernel/working-days.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** When sellers work, as they say it now: read once, behind the locks, like all master data. */
export async function readSellerCalendars(reader: Reader, sellerIds: readonly SellerId[]): Promise<ReadonlyMap<SellerId, Calendar>> {
  const rows = await reader.query(sql<{ seller_id: SellerId; time_zone: string; working_days: number[]; holidays: string[] }>`
    select seller_id, time_zone, working_days, holidays
    from sellers
    where seller_id = any (${[...new Set(sellerIds)]}::uuid[])`);
  return new Map(rows.map((row) => [row.seller_id, { timeZone: row.time_zone, workingDays: row.working_days, holidays: row.holidays }]));
}

/** When one seller works. @throws Error for none of this id */
export async function readSellerCalendar(reader: Reader, sellerId: SellerId): Promise<Calendar> {
  return calendarOf(await readSellerCalendars(reader, [sellerId]), sellerId);
}

/** @throws Error for a seller whose calendar was not read */
export function calendarOf(calendars: ReadonlyMap<SellerId, Calendar>, sellerId: SellerId): Calendar {
  const calendar = calendars.get(sellerId);
  if (calendar === undefined) throw new Error(`the seller ${sellerId} has no calendar`);
  return calendar;
}
