import type { Transaction } from "../db/index.ts";
import { instantParameter, sql } from "../db/index.ts";
import type { NewEvent } from "./event.ts";
import { envelope } from "./event.ts";

/** The tables that only this folder writes. */
export const owns = ["events", "event_audiences", "event_sequencer"] as const;

/**
 * Writes events and what each audience may know of them, in one statement, in the transaction that made them true. They have no
 * position yet: the sequencer gives it once they are committed.
 *
 * @throws the database's error `events_pkey` when a subject's version has its event already
 */
export async function appendEvents(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
  if (events.length > 0) await tx.execute(appendEventsStatement(events));
}

/** The statement of `appendEvents`, for a flight with others. */
export function appendEventsStatement(events: readonly NewEvent[]) {
  const told = events.flatMap((event) =>
    event.audiences.map(({ organisationId, data }) => ({
      organisationId,
      eventId: event.eventId,
      text: envelope(event, JSON.stringify(data)),
    })),
  );
  return sql`
    with written as (
      insert into events (
        organisation_id, subject_id, subject_version, event_id, type, subject_type, occurred_at, request_id, traceparent, data)
      select *
      from unnest(
             ${events.map(({ organisationId }) => organisationId)}::uuid[],
             ${events.map(({ subjectId }) => subjectId)}::uuid[],
             ${events.map(({ subjectVersion }) => subjectVersion)}::integer[],
             ${events.map(({ eventId }) => eventId)}::uuid[],
             ${events.map(({ type }) => type)}::text[],
             ${events.map(({ subjectType }) => subjectType)}::text[],
             ${events.map(({ occurredAt }) => instantParameter(occurredAt))}::timestamptz[],
             ${events.map(({ requestId }) => requestId)}::text[],
             ${events.map(({ traceparent }) => traceparent ?? null)}::text[],
             ${events.map(({ data }) => JSON.stringify(data))}::text[])
    )
    insert into event_audiences (organisation_id, event_id, envelope)
    select *
    from unnest(
           ${told.map(({ organisationId }) => organisationId)}::uuid[],
           ${told.map(({ eventId }) => eventId)}::uuid[],
           ${told.map(({ text }) => text)}::text[])`;
}
