import type { Instant } from "../../kernel/clock.ts";
import type { AuditId, Kind, Uuid } from "../../kernel/ids.ts";
import type { Reader, Transaction } from "../db/index.ts";
import { instantParameter, sql } from "../db/index.ts";
import type { AuditEntry } from "./entry.ts";
import { factsText } from "./entry.ts";

/** The tables that only this folder writes. */
export const owns = ["audit_entries"] as const;

/** Writes entries, in one statement, in the transaction of the changes they are about (invariant A1). */
export async function appendAudit(tx: Transaction, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.execute(sql`
    insert into audit_entries (
      audit_id, at, organisation_id, principal_id, action, subject_type, subject_id, before, after, reason, request_id, idempotency_id)
    select *
    from unnest(
           ${entries.map(({ auditId }) => auditId)}::uuid[],
           ${entries.map(({ at }) => instantParameter(at))}::timestamptz[],
           ${entries.map(({ organisationId }) => organisationId)}::uuid[],
           ${entries.map(({ principalId }) => principalId)}::uuid[],
           ${entries.map(({ action }) => action)}::text[],
           ${entries.map(({ subjectType }) => subjectType)}::text[],
           ${entries.map(({ subjectId }) => subjectId)}::uuid[],
           ${entries.map(({ before }) => factsText(before))}::text[],
           ${entries.map(({ after }) => factsText(after))}::text[],
           ${entries.map(({ reason }) => reason ?? null)}::text[],
           ${entries.map(({ requestId }) => requestId)}::text[],
           ${entries.map(({ idempotencyId }) => idempotencyId ?? null)}::uuid[])`);
}

/** An entry as it stands; `before` and `after` are the JSON texts that were written. */
export type AuditRow = {
  readonly auditId: AuditId;
  readonly at: Instant;
  readonly organisationId: Uuid;
  readonly principalId: Uuid;
  readonly action: string;
  readonly subjectType: Kind;
  readonly subjectId: Uuid;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly reason: string | undefined;
  readonly requestId: string;
};

type StoredEntry = {
  readonly audit_id: AuditId;
  readonly at: Instant;
  readonly organisation_id: Uuid;
  readonly principal_id: Uuid;
  readonly action: string;
  readonly subject_type: Kind;
  readonly subject_id: Uuid;
  readonly before: string | null;
  readonly after: string | null;
  readonly reason: string | null;
  readonly request_id: string;
};

/** At most `limit` entries from new to old, those behind `before` when it is given. Read by `stoa_operator`. */
export async function readAudit(
  reader: Reader,
  { before, limit }: { readonly before?: AuditId | undefined; readonly limit: number },
): Promise<AuditRow[]> {
  const rows = await reader.query(sql<StoredEntry>`
    select audit_id, at, organisation_id, principal_id, action, subject_type, subject_id, before, after, reason, request_id
    from audit_entries
    where audit_id < coalesce(${before ?? null}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    order by audit_id desc
    limit ${limit}`);
  return rows.map((row) => ({
    auditId: row.audit_id,
    at: row.at,
    organisationId: row.organisation_id,
    principalId: row.principal_id,
    action: row.action,
    subjectType: row.subject_type,
    subjectId: row.subject_id,
    before: row.before ?? undefined,
    after: row.after ?? undefined,
    reason: row.reason ?? undefined,
    requestId: row.request_id,
  }));
}
