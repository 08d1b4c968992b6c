import type { Instant } from "../../kernel/clock.ts";
import type { EventId, Kind, Uuid } from "../../kernel/ids.ts";
import type { Reader } from "../db/index.ts";
import { sql } from "../db/index.ts";
import { envelope, positioned } from "./event.ts";

/** Whose view of the events is read. */
export type Audience = { readonly kind: "operator" } | { readonly kind: "organisation"; readonly organisationId: Uuid };

/** Events in the order of their positions, each a JSON text; reading on after `nextAfter` misses none. */
export type EventsPage = { readonly items: readonly string[]; readonly nextAfter: bigint };

/**
 * At most `limit` events behind the position `after`, which is 0 at first. Positions are given to committed events only and in rising
 * order, so a reader who has seen position n will never find a new event at or before it.
 *
 * @param reader for the operator one of `stoa_operator`, for an organisation one of its own scope: row-level security decides too
 */
export async function readEvents(reader: Reader, audience: Audience, after: bigint, limit: number): Promise<EventsPage> {
  const rows =
    audience.kind === "operator" ? await readAll(reader, after, limit) : await readOwn(reader, audience.organisationId, after, limit);
  return { items: rows.map(({ position, text }) => positioned(position, text)), nextAfter: rows.at(-1)?.position ?? after };
}

/** The body of the answer: `{"items":[…],"next_after":n}`. */
export function eventsPage({ items, nextAfter }: EventsPage): string {
  return `{"items":[${items.join(",")}],"next_after":${nextAfter}}`;
}

type Row = { readonly position: bigint; readonly text: string };

async function readOwn(reader: Reader, organisationId: Uuid, after: bigint, limit: number): Promise<readonly Row[]> {
  return reader.query(sql<Row>`
    select position, envelope as text
    from event_audiences
    where organisation_id = ${organisationId} and position > ${after}
    order by position
    limit ${limit}`);
}

type FactRow = {
  readonly position: bigint;
  readonly event_id: EventId;
  readonly subject_id: Uuid;
  readonly subject_type: Kind;
  readonly subject_version: number;
  readonly type: string;
  readonly occurred_at: Instant;
  readonly request_id: string;
  readonly data: string;
};

async function readAll(reader: Reader, after: bigint, limit: number): Promise<readonly Row[]> {
  const rows = await reader.query(sql<FactRow>`
    select position, event_id, subject_id, subject_type, subject_version, type, occurred_at, request_id, data
    from events
    where position > ${after}
    order by position
    limit ${limit}`);
  return rows.map((row) => ({
    position: row.position,
    text: envelope(
      {
        eventId: row.event_id,
        subjectId: row.subject_id,
        subjectType: row.subject_type,
        subjectVersion: row.subject_version,
        type: row.type,
        occurredAt: row.occurred_at,
        requestId: row.request_id,
      },
      row.data,
    ),
  }));
}

/** How many committed events wait for their position, and for how many seconds the oldest of them does; both 0 when none does. */
export async function oldestUnnumbered(reader: Reader): Promise<{ readonly count: bigint; readonly seconds: number }> {
  return reader.one(sql<{ count: bigint; seconds: number }>`
    select count(*) as count,
           coalesce(extract(epoch from greatest((select stoa_now()) - min(occurred_at), interval '0')), 0)::double precision as seconds
    from events
    where position is null`);
}
