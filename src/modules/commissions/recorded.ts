import type { Actor } from "../../kernel/actor.ts";
import type { Kind, Uuid } from "../../kernel/ids.ts";
import { appendAudit, auditEntry, type Facts } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents, type EventData, newEvent } from "../../platform/outbox/index.ts";

/** What the operator changed: what its event tells, and what the audit entry keeps of before and after. */
export type Change = {
  /** `commission_plan.changed` */
  readonly type: string;
  readonly subjectType: Kind;
  readonly subjectId: Uuid;
  readonly version: number;
  readonly before?: Facts;
  readonly after: EventData & Facts;
};

/** Records a change of the operator with its event and its audit entry; `toldTo` are the sellers that hear of it. */
export async function record(tx: Transaction, actor: Actor, change: Change, toldTo: readonly Uuid[]): Promise<void> {
  const { type, subjectType, subjectId, version: subjectVersion, before, after } = change;
  const { organisationId } = actor.principal;
  await appendEvents(tx, [newEvent(actor, { organisationId, subjectId, subjectType, subjectVersion, type, data: after }, toldTo)]);
  await appendAudit(tx, [auditEntry(actor, { action: type, subjectType, subjectId, before, after })]);
}
