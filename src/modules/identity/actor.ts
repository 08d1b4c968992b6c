import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, AuditId, EventId, IdSource, Kind, Uuid } from "../../kernel/ids.ts";
import type { AuditEntry } from "../../platform/audit/index.ts";

/** Who acts, in whose name, and the request by which. */
export type Actor = {
  readonly principal: { readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly idempotencyId: Uuid;
  readonly now: Instant;
  readonly newId: IdSource;
};

/** The request by which, where nobody acts for an organisation: whoever registers has none yet. */
export type Origin = Pick<Actor, "requestId" | "traceparent" | "now" | "newId">;

/** What is told of one thing of an organisation, and its change. The operator reads every event; its own organisation is no audience beside that. */
export function factOf(
  { now, newId, requestId, traceparent }: Origin,
  about: {
    readonly organisation: { readonly organisationId: Uuid; readonly kind: string };
    readonly subjectId: Uuid;
    readonly subjectType: Kind;
    readonly subjectVersion: number;
    readonly type: string;
    readonly data: { readonly [member: string]: boolean | string | null };
  },
) {
  const { organisation, data, ...subject } = about;
  const { organisationId, kind } = organisation;
  return {
    eventId: newId<EventId>(now),
    organisationId,
    ...subject,
    occurredAt: now,
    requestId,
    ...(traceparent === undefined ? {} : { traceparent }),
    data,
    audiences: kind === "operator" ? [] : [{ organisationId, data }],
  } as const;
}

/** The audit entry of a change. */
export function audited(
  { principal, requestId, idempotencyId, now, newId }: Omit<Actor, "idempotencyId" | "traceparent"> & { readonly idempotencyId?: Uuid },
  about: Pick<AuditEntry, "action" | "subjectType" | "subjectId" | "before" | "after">,
): AuditEntry {
  return {
    auditId: newId<AuditId>(now),
    at: now,
    organisationId: principal.organisationId,
    principalId: principal.keyId,
    ...about,
    requestId,
    idempotencyId,
  };
}
