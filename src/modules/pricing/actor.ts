import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, AuditId, EventId, IdSource, Kind, Uuid } from "../../kernel/ids.ts";
import { appendAudit, type Facts } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents, type EventData } from "../../platform/outbox/index.ts";

/** The member who acts, and the request by which. */
export type Actor = {
  readonly principal: { readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly idempotencyId: Uuid;
  readonly now: Instant;
  readonly newId: IdSource;
};

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
  const { principal, requestId, traceparent, idempotencyId, now, newId } = actor;
  const { type, subjectType, subjectId, version, told, before, after } = change;
  await appendEvents(tx, [
    {
      eventId: newId<EventId>(now),
      organisationId: principal.organisationId,
      subjectId,
      subjectType,
      subjectVersion: version,
      type,
      occurredAt: now,
      requestId,
      ...(traceparent === undefined ? {} : { traceparent }),
      data: told,
      audiences: toldTo.map((organisationId) => ({ organisationId, data: told })),
    },
  ]);
  await appendAudit(tx, [
    {
      auditId: newId<AuditId>(now),
      at: now,
      organisationId: principal.organisationId,
      principalId: principal.keyId,
      action: type,
      subjectType,
      subjectId,
      before,
      after,
      requestId,
      idempotencyId,
    },
  ]);
}
