import type { Actor } from "../../kernel/actor.ts";
import type { Kind, Uuid } from "../../kernel/ids.ts";
import { appendAudit, auditEntry, type Facts } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents, type EventData, newEvent } from "../../platform/outbox/index.ts";

/** What an operator did to the catalogue: an event where something became true, and an audit entry always. */
export type CatalogueStep = {
  /** `product.changed` */
  readonly type: string;
  readonly subjectType: Kind;
  readonly subjectId: Uuid;
  readonly version: number;
  readonly before?: Facts & EventData;
  readonly after: Facts & EventData;
  readonly reason?: string;
};

/** Records an operator's step. The catalogue belongs to the market, so its events are the operator's alone. */
export async function recordStep(tx: Transaction, actor: Actor, step: CatalogueStep, changed: boolean): Promise<void> {
  const { type, subjectType, subjectId, version: subjectVersion, before, after, reason } = step;
  const { organisationId } = actor.principal;
  if (changed) {
    await appendEvents(tx, [newEvent(actor, { organisationId, subjectId, subjectType, subjectVersion, type, data: after }, [])]);
  }
  await appendAudit(tx, [auditEntry(actor, { action: type, subjectType, subjectId, before, after, reason })]);
}
