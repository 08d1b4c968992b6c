import type { Instant } from "../../kernel/clock.ts";
import type { Uuid } from "../../kernel/ids.ts";
import type { Reader, Transaction } from "../db/index.ts";
import { instantParameter, locking, sql } from "../db/index.ts";

/** The tables that only this folder writes. */
export const owns = ["deadlines"] as const;

/** Which deadline: a subject has at most one of a kind. `organisationId` owns the subject. */
export type DeadlineKey = { readonly organisationId: Uuid; readonly kind: string; readonly subjectId: Uuid };

/** Something waits for this moment, and then something is done about it. */
export type Deadline = DeadlineKey & { readonly dueAt: Instant };

/** A deadline to be set. One whose subject is stopped stands still from `stoppedAt` on, until it is restarted. */
export type NewDeadline = Deadline & { readonly stoppedAt?: Instant | undefined };

/**
 * Sets deadlines, in the transaction in which their subjects begin to wait; one that is set already is moved. One that stands still goes
 * on standing still, from now on: what it is moved to was counted from now.
 */
export async function setDeadlines(tx: Transaction, deadlines: readonly NewDeadline[]): Promise<void> {
  if (deadlines.length > 0) await tx.execute(setDeadlinesStatement(deadlines));
}

/** Sets deadlines of subjects that are new, for who may write and not read. @throws the database's error `deadlines_pkey` for one that is set */
export async function addDeadlines(tx: Transaction, deadlines: readonly Deadline[]): Promise<void> {
  if (deadlines.length === 0) return;
  await tx.execute(sql`
    insert into deadlines (organisation_id, kind, subject_id, due_at)
    select *
    from unnest(
           ${deadlines.map(({ organisationId }) => organisationId)}::uuid[],
           ${deadlines.map(({ kind }) => kind)}::text[],
           ${deadlines.map(({ subjectId }) => subjectId)}::uuid[],
           ${deadlines.map(({ dueAt }) => instantParameter(dueAt))}::timestamptz[])`);
}

/** The statement of `setDeadlines`, for a flight with others. */
export function setDeadlinesStatement(deadlines: readonly NewDeadline[]) {
  return sql`
    insert into deadlines (organisation_id, kind, subject_id, due_at, stopped_at)
    select organisation_id, kind, subject_id, due_at, stopped_at
    from unnest(
           ${deadlines.map(({ organisationId }) => organisationId)}::uuid[],
           ${deadlines.map(({ kind }) => kind)}::text[],
           ${deadlines.map(({ subjectId }) => subjectId)}::uuid[],
           ${deadlines.map(({ dueAt }) => instantParameter(dueAt))}::timestamptz[],
           ${deadlines.map(({ stoppedAt }) => instantParameter(stoppedAt))}::timestamptz[]
         ) as waiting (organisation_id, kind, subject_id, due_at, stopped_at)
    order by organisation_id, kind, subject_id
    on conflict (organisation_id, kind, subject_id) do update
    set due_at = excluded.due_at,
        stopped_at = coalesce(excluded.stopped_at, case when deadlines.stopped_at is not null then stoa_now() end)`;
}

/** Clears deadlines, in the transaction in which their subjects no longer wait; one that is not set is no mistake. */
export async function clearDeadlines(tx: Transaction, keys: readonly DeadlineKey[]): Promise<void> {
  if (keys.length === 0) return;
  if (keys.length > 1) await lockDeadlines(tx, keys);
  await tx.execute(sql`
    delete from deadlines
    using unnest(
            ${keys.map(({ organisationId }) => organisationId)}::uuid[],
            ${keys.map(({ kind }) => kind)}::text[],
            ${keys.map(({ subjectId }) => subjectId)}::uuid[]
          ) as over (organisation_id, kind, subject_id)
    where deadlines.organisation_id = over.organisation_id
      and deadlines.kind = over.kind
      and deadlines.subject_id = over.subject_id`);
}

/**
 * Makes deadlines stand still from `at` on: nobody reads them as due, until they are restarted. One that stands still already does so
 * from when it was stopped; one that is not set is no mistake. They are locked by primary key, in the order of all who lock several.
 */
export async function stopDeadlines(tx: Transaction, keys: readonly DeadlineKey[], at: Instant): Promise<void> {
  if (keys.length === 0) return;
  await lockDeadlines(tx, keys);
  await tx.execute(sql`
    update deadlines set stopped_at = ${instantParameter(at)}::timestamptz
    from unnest(
           ${keys.map(({ organisationId }) => organisationId)}::uuid[],
           ${keys.map(({ kind }) => kind)}::text[],
           ${keys.map(({ subjectId }) => subjectId)}::uuid[]
         ) as stopped (organisation_id, kind, subject_id)
    where deadlines.organisation_id = stopped.organisation_id
      and deadlines.kind = stopped.kind
      and deadlines.subject_id = stopped.subject_id
      and deadlines.stopped_at is null`);
}

/** Lets deadlines that stand still go on: each is due as much later as it stood still. One that does not stand still stays as it is. */
export async function restartDeadlines(tx: Transaction, keys: readonly DeadlineKey[], at: Instant): Promise<void> {
  if (keys.length === 0) return;
  await lockDeadlines(tx, keys);
  await tx.execute(sql`
    update deadlines
    set due_at = due_at + greatest(${instantParameter(at)}::timestamptz - stopped_at, interval '0'), stopped_at = null
    from unnest(
           ${keys.map(({ organisationId }) => organisationId)}::uuid[],
           ${keys.map(({ kind }) => kind)}::text[],
           ${keys.map(({ subjectId }) => subjectId)}::uuid[]
         ) as stopped (organisation_id, kind, subject_id)
    where deadlines.organisation_id = stopped.organisation_id
      and deadlines.kind = stopped.kind
      and deadlines.subject_id = stopped.subject_id
      and deadlines.stopped_at is not null`);
}

async function lockDeadlines(tx: Transaction, keys: readonly DeadlineKey[]): Promise<void> {
  await tx.query(
    locking(
      "deadline",
      sql<{ due_at: Instant }>`
      select deadlines.due_at
      from unnest(
             ${keys.map(({ organisationId }) => organisationId)}::uuid[],
             ${keys.map(({ kind }) => kind)}::text[],
             ${keys.map(({ subjectId }) => subjectId)}::uuid[]
           ) as asked (organisation_id, kind, subject_id)
        join deadlines on deadlines.organisation_id = asked.organisation_id
          and deadlines.kind = asked.kind
          and deadlines.subject_id = asked.subject_id
      order by deadlines.organisation_id, deadlines.kind, deadlines.subject_id
      for no key update of deadlines`,
    ),
  );
}

/**
 * Locks a deadline and says when it is due; undefined when it is not set any more, or stands still. Its subject is locked before it, so
 * whoever acts on it finds here whether it still stands and has come.
 */
export async function lockDeadline(tx: Transaction, key: DeadlineKey): Promise<Instant | undefined> {
  const [row] = await tx.lock(
    "deadline",
    sql<{ due_at: Instant }>`
      select due_at
      from deadlines
      where organisation_id = ${key.organisationId} and kind = ${key.kind} and subject_id = ${key.subjectId} and stopped_at is null
      for no key update`,
  );
  return row?.due_at;
}

/**
 * Whether a deadline is set, does not stand still, and has come by `at`. Without a lock, for who has locked its subject: whoever sets, moves
 * or clears it has that lock too.
 */
export async function isDue(reader: Reader, key: DeadlineKey, at: Instant): Promise<boolean> {
  const row = await reader.find(
    sql<{ due_at: Instant }>`
      select due_at
      from deadlines
      where organisation_id = ${key.organisationId} and kind = ${key.kind} and subject_id = ${key.subjectId}
        and stopped_at is null and due_at <= ${instantParameter(at)}::timestamptz`,
  );
  return row !== undefined;
}

/** Which of these deadlines have come by `at` and stand. Without a lock, for who has locked their subjects. */
export async function readWhichAreDue(reader: Reader, keys: readonly DeadlineKey[], at: Instant): Promise<DeadlineKey[]> {
  const rows = await reader.query(
    sql<{ organisation_id: Uuid; kind: string; subject_id: Uuid }>`
      select d.organisation_id, d.kind, d.subject_id
      from unnest(
             ${keys.map(({ organisationId }) => organisationId)}::uuid[],
             ${keys.map(({ kind }) => kind)}::text[],
             ${keys.map(({ subjectId }) => subjectId)}::uuid[]
           ) as asked (organisation_id, kind, subject_id)
        join deadlines d on d.organisation_id = asked.organisation_id and d.kind = asked.kind and d.subject_id = asked.subject_id
      where d.stopped_at is null and d.due_at <= ${instantParameter(at)}::timestamptz`,
  );
  return rows.map((row) => ({ organisationId: row.organisation_id, kind: row.kind, subjectId: row.subject_id }));
}

/** Whether a deadline is set that has not come by `at`, or stands still. Without a lock, for who has locked its subject. */
export async function isStillAhead(reader: Reader, key: DeadlineKey, at: Instant): Promise<boolean> {
  const row = await reader.find(
    sql<{ due_at: Instant }>`
      select due_at
      from deadlines
      where organisation_id = ${key.organisationId} and kind = ${key.kind} and subject_id = ${key.subjectId}
        and (stopped_at is not null or due_at > ${instantParameter(at)}::timestamptz)`,
  );
  return row !== undefined;
}

type DeadlineRow = { readonly organisation_id: Uuid; readonly kind: string; readonly subject_id: Uuid; readonly due_at: Instant };

/**
 * At most `limit` deadlines that have come and do not stand still, the earliest first, without locking any; with `after`, those behind it, so that a walk in
 * pages comes to the end however many cannot be acted on now. Read by `stoa_read`.
 */
export async function readDueDeadlines(reader: Reader, after: Deadline | undefined, limit: number): Promise<Deadline[]> {
  const rows = await reader.query(sql<DeadlineRow>`
    select organisation_id, kind, subject_id, due_at
    from deadlines
    where due_at <= (select stoa_now())
      and stopped_at is null
      and (due_at, organisation_id, kind, subject_id) > (
        coalesce(${instantParameter(after?.dueAt)}::timestamptz, '-infinity'),
        coalesce(${after?.organisationId ?? null}::uuid, '00000000-0000-0000-0000-000000000000'),
        coalesce(${after?.kind ?? null}::text, ''),
        coalesce(${after?.subjectId ?? null}::uuid, '00000000-0000-0000-0000-000000000000'))
    order by due_at, organisation_id, kind, subject_id
    limit ${limit}`);
  return rows.map((row) => ({ organisationId: row.organisation_id, kind: row.kind, subjectId: row.subject_id, dueAt: row.due_at }));
}

/**
 * How many deadlines have come more than `overMillis` ago, still stand and do not stand still, and for how many seconds the first of them has. Invariant
 * O5 asks it for a minute.
 */
export async function overdue(reader: Reader, overMillis = 0): Promise<{ readonly count: bigint; readonly seconds: number }> {
  return reader.one(sql<{ count: bigint; seconds: number }>`
    select count(*) as count,
           coalesce(extract(epoch from (select stoa_now()) - min(due_at)), 0)::double precision as seconds
    from deadlines
    where due_at <= (select stoa_now()) - make_interval(secs => ${overMillis}::double precision / 1000)
      and stopped_at is null`);
}
