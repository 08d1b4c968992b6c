import type { Transaction } from "../db/index.ts";
import { sql } from "../db/index.ts";

/** What a pass came to: another process is at it, or so many events have their position. */
export type Pass = { readonly kind: "busy" } | { readonly kind: "numbered"; readonly count: number };

/**
 * Gives the next positions to at most `limit` committed events, by subject and version, without a gap. One transaction of
 * `stoa_sequencer`.
 *
 * No event is skipped or put before an earlier one of its subject (invariant R2), because
 * - only one pass is under way at a time: it holds the sequencer's row until it has committed, and a reader who sees a position sees
 *   all before it;
 * - what is numbered is read by a statement that begins when that row is held, so it sees all that earlier passes did;
 * - a subject's version n + 1 is written under the lock of the subject's row, which version n's transaction gives back when it is
 *   committed: who sees n + 1 sees n;
 * - the limit cuts the events in the order of their subjects and versions, so it never takes n + 1 without n.
 *
 * The audiences are looked up event by event (`offset 0` keeps the planner from turning that round) and updated by their place. The
 * statistics of a quiet hour say that nothing waits; joined freely, a backlog would then be compared with itself, row by row.
 */
export async function numberEvents(tx: Transaction, limit: number): Promise<Pass> {
  const held = await tx.lock(
    "event_sequencer",
    sql<{ last_position: bigint }>`select last_position from event_sequencer for no key update skip locked`,
  );
  const last = held[0]?.last_position;
  if (last === undefined) return { kind: "busy" };
  const { count } = await tx.one(sql<{ count: number }>`
    with waiting as (
      select organisation_id, subject_id, subject_version, event_id,
             ${last}::bigint + row_number() over (order by subject_id, subject_version) as position
      from events
      where position is null
      order by subject_id, subject_version
      limit ${limit}
    ), numbered as (
      update events
      set position = waiting.position
      from waiting
      where events.organisation_id = waiting.organisation_id
        and events.subject_id = waiting.subject_id
        and events.subject_version = waiting.subject_version
    ), told as (
      update event_audiences
      set position = audience.position
      from (
        select unnumbered.place, waiting.position
        from waiting
          cross join lateral (
            select ctid as place from event_audiences
            where event_audiences.event_id = waiting.event_id and event_audiences.position is null
            offset 0
          ) unnumbered
      ) audience
      where event_audiences.ctid = audience.place
    ), counted as (
      update event_sequencer
      set last_position = last_position + (select count(*) from waiting)
      where exists (select from waiting)
    )
    select count(*)::integer as count from waiting`);
  return { kind: "numbered", count };
}
