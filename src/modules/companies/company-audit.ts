import type { Actor } from "../../kernel/actor.ts";
import { appendAudit, auditEntry } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import type { Sealed } from "../../platform/sealing/index.ts";
import { type Company, toldCompany } from "./company.ts";

/** What was done with a company; the contact's data comes sealed. */
export type CompanyAudit = {
  readonly action: string;
  readonly before?: Company;
  readonly after: Company;
  readonly contact?: Sealed;
  readonly reason?: string | undefined;
};

/** Writes the audit entry of a request: one, though the company took several steps, for one request did one thing. */
export async function auditCompany(tx: Transaction, actor: Actor, { action, before, after, contact, reason }: CompanyAudit): Promise<void> {
  await appendAudit(tx, [
    auditEntry(actor, {
      ...{ action, subjectType: "company", subjectId: after.companyId, reason },
      before: before && toldCompany(before),
      after: { ...toldCompany(after), ...(contact === undefined ? {} : { contact }) },
    }),
  ]);
}
