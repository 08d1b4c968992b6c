/** Audit: every operator write has its entry, in the transaction of the change (invariant A1). Entries are only ever added. */
export { type AuditEntry, auditEntry, type Facts, type SealedValue } from "./entry.ts";
export { appendAudit, owns, readAudit } from "./trail.ts";
export type { AuditRow } from "./trail.ts";
