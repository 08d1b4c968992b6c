import type { AuditId } from "../../kernel/ids.ts";
import { appendAudit } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import type { Sealed } from "../../platform/sealing/index.ts";
import { type Company, toldCompany } from "./company.ts";
import type { Actor } from "./company-life.ts";

/** What was done with a company; the contact's data comes sealed. */
export type CompanyAudit = {
  readonly action: string;
  readonly before?: Company;
  readonly after: Company;
  readonly contact?: Sealed;
  readonly reason?: string | undefined;
};

/** Writes the audit entry of a request: one, though the company took several steps, for one request did one thing. */
export async function auditCompany(
  tx: Transaction,
  { principal, now, newId, requestId, idempotencyId }: Actor,
  { action, before, after, contact, reason }: CompanyAudit,
): Promise<void> {
  await appendAudit(tx, [
    {
      auditId: newId<AuditId>(now),
      at: now,
      organisationId: principal.organisationId,
      principalId: principal.keyId,
      action,
      subjectType: "company",
      subjectId: after.companyId,
      before: before && toldCompany(before),
      after: { ...toldCompany(after), ...(contact === undefined ? {} : { contact }) },
      reason,
      requestId,
      idempotencyId,
    },
  ]);
}
