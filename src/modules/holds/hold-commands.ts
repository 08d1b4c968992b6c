import type { Actor } from "../../kernel/actor.ts";
import { toRfc3339 } from "../../kernel/clock.ts";
import type { HoldId, Uuid } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import { appendAudit, auditEntry } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents, newEvent } from "../../platform/outbox/index.ts";
import { type Hold, type HoldOwner, type HoldSubject, shownHold, toldHold } from "./hold.ts";
import type { HoldReleased } from "./hold-refusals.ts";
import { insertHold, updateHold } from "./hold-store.ts";

/** The organisations to be told of a hold, and under which its events stand; of an order its seller and its company. */
export type HoldAudience = readonly [Uuid, ...Uuid[]];

/** Adds a hold of a subject that is locked. */
export async function addHold(
  tx: Transaction,
  actor: Actor,
  facts: { readonly subject: HoldSubject; readonly reason: string; readonly owner: HoldOwner; readonly lookAgainOn: string },
  audience: HoldAudience,
): Promise<Hold> {
  const { principal, idempotencyId, now: at, newId } = actor;
  const hold: Hold = { holdId: newId<HoldId>(at), ...facts, placedAt: at, placedBy: principal.keyId, release: null, version: 1 };
  await insertHold(tx, hold, idempotencyId);
  await record(tx, actor, { type: "hold.placed", after: hold, reason: hold.reason }, audience);
  return hold;
}

/**
 * Gives a hold whose subject is locked to somebody else to look after, or until another day.
 *
 * @throws Refused hold-released
 */
export async function changeHold(
  tx: Transaction,
  actor: Actor,
  hold: Hold,
  facts: { readonly owner: HoldOwner; readonly lookAgainOn: string },
  organisationId: Uuid,
): Promise<Hold> {
  checkStands(hold);
  const { owner, lookAgainOn } = facts;
  const same = owner.kind === hold.owner.kind && owner.id === hold.owner.id && lookAgainOn === hold.lookAgainOn;
  const after = same ? hold : { ...hold, owner, lookAgainOn, version: hold.version + 1 };
  if (!same) await updateHold(tx, after);
  // Who looks after it is the operator's own affair: nobody else is told.
  await record(tx, actor, { type: "hold.changed", before: hold, after }, [organisationId], []);
  return after;
}

/**
 * Releases a hold whose subject is locked.
 *
 * @throws Refused hold-released
 */
export async function endHold(tx: Transaction, actor: Actor, hold: Hold, reason: string, audience: HoldAudience): Promise<Hold> {
  checkStands(hold);
  const after: Hold = { ...hold, release: { at: actor.now, by: actor.principal.keyId, reason }, version: hold.version + 1 };
  await updateHold(tx, after);
  await record(tx, actor, { type: "hold.released", before: hold, after, reason }, audience);
  return after;
}

function checkStands({ release }: Hold): void {
  if (release !== null) throw new Refused<HoldReleased>({ code: "hold-released", released_at: toRfc3339(release.at) });
}

type Change = { readonly type: string; readonly before?: Hold; readonly after: Hold; readonly reason?: string };

async function record(
  tx: Transaction,
  actor: Actor,
  { type, before, after, reason }: Change,
  [organisationId, ...others]: HoldAudience,
  told: readonly Uuid[] = [organisationId, ...others],
): Promise<void> {
  const { holdId: subjectId, version: subjectVersion } = after;
  const subject = { subjectId, subjectType: "hold" } as const;
  if (before?.version !== subjectVersion) {
    await appendEvents(tx, [newEvent(actor, { organisationId, ...subject, subjectVersion, type, data: toldHold(after) }, told)]);
  }
  const was = before && shownHold(before);
  await appendAudit(tx, [auditEntry(actor, { action: type, ...subject, before: was, after: shownHold(after), reason })]);
}
