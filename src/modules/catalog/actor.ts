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
  const { principal, requestId, traceparent, idempotencyId, now, newId } = actor;
  const { type, subjectType, subjectId, version, before, after, reason } = step;
  if (changed) {
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
        data: after,
        audiences: [],
      },
    ]);
  }
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
      reason,
      requestId,
      idempotencyId,
    },
  ]);
}
