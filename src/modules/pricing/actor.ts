import type { Actor } from "../../kernel/actor.ts";
import type { Kind, Uuid } from "../../kernel/ids.ts";
import { appendAudit, auditEntry, type Facts } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents, type EventData, newEvent } from "../../platform/outbox/index.ts";

export type { Actor } from "../../kernel/actor.ts";

/** What became true of a rate, a list or a plan: what its event tells, and what the audit entry keeps of before and after. */
export type Change = {
  /** `price_list.changed` */
  readonly type: string;
  readonly subjectType: Kind;
  readonly subjectId: Uuid;
  readonly version: number;
  readonly told: EventData;
  readonly before?: Facts;
  readonly after: Facts;
};

/** Records a change with its event and its audit entry. An operator's is told to the operator, a seller's to the seller as well. */
export async function record(tx: Transaction, actor: Actor, change: Change, toldTo: readonly Uuid[]): Promise<void> {
  const { type, subjectType, subjectId, version: subjectVersion, told: data, before, after } = change;
  const { organisationId } = actor.principal;
  await appendEvents(tx, [newEvent(actor, { organisationId, subjectId, subjectType, subjectVersion, type, data }, toldTo)]);
  await appendAudit(tx, [auditEntry(actor, { action: type, subjectType, subjectId, before, after })]);
}
