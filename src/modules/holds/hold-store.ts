import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, HoldId, Uuid } from "../../kernel/ids.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { Hold, HoldOwner, HoldSubject } from "./hold.ts";

type HoldRow = {
  hold_id: HoldId;
  subject_type: HoldSubject["type"];
  subject_id: Uuid;
  reason: string;
  owner_kind: HoldOwner["kind"];
  owner_id: Uuid;
  look_again_on: string;
  placed_at: Instant;
  placed_by: ApiKeyId;
  released_at: Instant | null;
  released_by: ApiKeyId | null;
  release_reason: string | null;
  version: number;
};

/** Writes a new hold, under the key by which it was placed. */
export async function insertHold(tx: Transaction, hold: Hold, idempotencyId: Uuid): Promise<void> {
  await tx.execute(sql`
    insert into holds (hold_id, subject_type, subject_id, reason, owner_kind, owner_id, look_again_on, placed_at, placed_by, idempotency_id, version)
    values (${hold.holdId}, ${hold.subject.type}, ${hold.subject.id}, ${hold.reason}, ${hold.owner.kind}, ${hold.owner.id},
      ${hold.lookAgainOn}::date, ${instantParameter(hold.placedAt)}, ${hold.placedBy}, ${idempotencyId}, ${hold.version})`);
}

/** Writes who looks after a hold, when, and its release. Its subject is locked, which is what all who change a hold wait for. */
export async function updateHold(tx: Transaction, hold: Hold): Promise<void> {
  await tx.execute(sql`
    update holds
    set owner_kind = ${hold.owner.kind}, owner_id = ${hold.owner.id}, look_again_on = ${hold.lookAgainOn}::date,
      released_at = ${instantParameter(hold.release?.at)}, released_by = ${hold.release?.by ?? null}, release_reason = ${hold.release?.reason ?? null},
      version = ${hold.version}
    where hold_id = ${hold.holdId}`);
}

/** A hold, released ones among them. Undefined when there is none of this id. */
export async function findHold(reader: Reader, holdId: HoldId): Promise<Hold | undefined> {
  const row = await reader.find(sql<HoldRow>`
    select hold_id, subject_type, subject_id, reason, owner_kind, owner_id, look_again_on::text as look_again_on, placed_at, placed_by,
      released_at, released_by, release_reason, version
    from holds
    where hold_id = ${holdId}`);
  return row && toHold(row);
}

/** Which holds a list is about; what is left out does not matter. `due`: those that stand and whose day to look again has come, in UTC. */
export type HoldFilter = { readonly standing?: boolean | undefined; readonly due?: boolean | undefined };

/** Holds from new to old, those with an id below `before`. */
export async function listHolds(
  reader: Reader,
  { standing, due }: HoldFilter,
  { before, count }: { before: string; count: number },
): Promise<Hold[]> {
  const rows = await reader.query(sql<HoldRow>`
    select hold_id, subject_type, subject_id, reason, owner_kind, owner_id, look_again_on::text as look_again_on, placed_at, placed_by,
      released_at, released_by, release_reason, version
    from holds
    where hold_id < ${before}::uuid
      and (${standing ?? null}::boolean is null or (released_at is null) = ${standing ?? null}::boolean)
      and (${due ?? null}::boolean is null
        or (released_at is null and look_again_on <= (stoa_now() at time zone 'UTC')::date) = ${due ?? null}::boolean)
    order by hold_id desc
    limit ${count}`);
  return rows.map(toHold);
}

function toHold(row: HoldRow): Hold {
  const { released_at: at, released_by: by, release_reason: reason } = row;
  return {
    holdId: row.hold_id,
    subject: { type: row.subject_type, id: row.subject_id } as HoldSubject,
    reason: row.reason,
    owner: { kind: row.owner_kind, id: row.owner_id } as HoldOwner,
    lookAgainOn: row.look_again_on,
    placedAt: row.placed_at,
    placedBy: row.placed_by,
    release: at === null || by === null || reason === null ? null : { at, by, reason },
    version: row.version,
  };
}
