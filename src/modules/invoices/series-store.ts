import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { Uuid } from "../../kernel/ids.ts";
import { locking, sql, type Transaction } from "../../platform/db/index.ts";
import type { TradeDocument } from "./document.ts";

/** So many numbers of an issuer's documents of one type, the days reckoned in its time zone. A series comes once. */
export type NumbersAsked = {
  readonly issuerId: Uuid;
  readonly type: TradeDocument["type"];
  readonly count: number;
  readonly timeZone: string;
};

/** Numbers `first` … `first + count − 1` of a year. All of them are issued on one day, at one moment. */
export type NumbersTaken = {
  readonly issuerId: Uuid;
  readonly type: TradeDocument["type"];
  readonly year: number;
  readonly first: number;
  readonly issuedOn: string;
  readonly at: Instant;
};

type TakenRow = { issuer_id: Uuid; type: TradeDocument["type"]; year: number; last_number: number; last_day: string; at: Instant };

/**
 * Takes the next numbers of series. Whoever takes them holds the series until its documents are committed or undone, so that no number is
 * lost, none is taken twice, and the days do not fall as numbers rise. The clock is read by the statement that takes the number, which
 * begins when the row is locked: who waited for it has the time of now and not of when it asked. A day is never before the last one of its
 * series, and the year is that of the day.
 *
 * Call it as late as possible: others of these issuers wait meanwhile.
 *
 * Locks: document series.
 */
export async function takeNumbers(tx: Transaction, asked: readonly NumbersAsked[]): Promise<NumbersTaken[]> {
  if (asked.length === 0) return [];
  assert(
    asked.every(({ count }) => Number.isSafeInteger(count) && count > 0),
    "a number is taken for a document",
  );
  const rows = JSON.stringify(
    asked.map(({ issuerId, type, count, timeZone }) => ({ issuer_id: issuerId, type, count, time_zone: timeZone })),
  );
  const [, , taken] = await tx.pipeline([
    sql`
      with wanted as (
        select x.issuer_id, x.type, (stoa_now() at time zone x.time_zone)::date as today
        from json_to_recordset(${rows}::json) as x (issuer_id uuid, type text, time_zone text)
        where not exists (select from document_series s where s.issuer_id = x.issuer_id and s.type = x.type)
      )
      insert into document_series (issuer_id, type, year, last_number, last_day)
      select issuer_id, type, extract(year from today)::integer, 0, today from wanted order by issuer_id, type
      on conflict (issuer_id, type) do nothing`,
    locking(
      "document_series",
      sql<{ issuer_id: Uuid }>`
        select s.issuer_id
        from json_to_recordset(${rows}::json) as x (issuer_id uuid, type text)
          join document_series s on s.issuer_id = x.issuer_id and s.type = x.type
        order by s.issuer_id, s.type
        for no key update of s`,
    ),
    sql<TakenRow>`
      with today as (
        select x.issuer_id, x.type, x.count, read.at, greatest(s.last_day, (read.at at time zone x.time_zone)::date) as day
        from json_to_recordset(${rows}::json) as x (issuer_id uuid, type text, count integer, time_zone text)
          join document_series s on s.issuer_id = x.issuer_id and s.type = x.type
          cross join (select stoa_now() as at) as read
      )
      update document_series s
      set year = extract(year from today.day)::integer,
        last_number = case when s.year = extract(year from today.day) then s.last_number else 0 end + today.count,
        last_day = today.day
      from today
      where s.issuer_id = today.issuer_id and s.type = today.type
      returning s.issuer_id, s.type, s.year, s.last_number, s.last_day, today.at`,
  ]);
  return asked.map(({ issuerId, type, count }) => {
    const row = taken.find((each) => each.issuer_id === issuerId && each.type === type);
    assert(row !== undefined, "a series has its row");
    return { issuerId, type, year: row.year, first: row.last_number - count + 1, issuedOn: row.last_day, at: row.at };
  });
}
