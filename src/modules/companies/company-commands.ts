import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, AuditId, EventId, IdSource, PersonId, CompanyId, Uuid } from "../../kernel/ids.ts";
import { appendAudit } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import type { Sealed } from "../../platform/sealing/index.ts";
import { shownCompany } from "./company.ts";
import type { Address, Company } from "./company.ts";
import { insertCompany } from "./company-store.ts";

/** The operator's member who acts, and the request by which. */
export type OperatorActor = {
  readonly principal: { readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly idempotencyId: Uuid;
  readonly now: Instant;
  readonly newId: IdSource;
};

/** What makes a company of an organisation that is enrolled. The contact's data comes sealed: it goes into the audit entry only. */
export type NewCompany = {
  readonly companyId: CompanyId;
  readonly name: string;
  readonly address: Address;
  readonly taxNumber?: string | undefined;
  readonly contactPersonId: PersonId;
  readonly contact: Sealed;
};

/** Adds a company. */
export async function addCompany(tx: Transaction, actor: OperatorActor, facts: NewCompany): Promise<Company> {
  const { contact, taxNumber = null, ...given } = facts;
  const company: Company = { ...given, taxNumber, version: 1, createdAt: actor.now };
  const data = shownCompany(company);
  const { requestId, traceparent, now, newId, principal } = actor;
  await insertCompany(tx, company);
  await appendEvents(tx, [
    {
      eventId: newId<EventId>(now),
      organisationId: company.companyId,
      subjectId: company.companyId,
      subjectType: "company",
      subjectVersion: company.version,
      type: "company.created",
      occurredAt: now,
      requestId,
      ...(traceparent === undefined ? {} : { traceparent }),
      data,
      audiences: [{ organisationId: company.companyId, data }],
    },
  ]);
  await appendAudit(tx, [
    {
      auditId: newId<AuditId>(now),
      at: now,
      organisationId: principal.organisationId,
      principalId: principal.keyId,
      action: "company.created",
      subjectType: "company",
      subjectId: company.companyId,
      after: { ...data, contact },
      requestId,
      idempotencyId: actor.idempotencyId,
    },
  ]);
  return company;
}
