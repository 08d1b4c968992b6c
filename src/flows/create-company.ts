import type { Actor } from "../kernel/actor.ts";
import type { CompanyId } from "../kernel/ids.ts";
import { addCompany, type Company, type NewCompany } from "../modules/companies/index.ts";
import { type Contact, enrolOrganisation } from "../modules/identity/index.ts";
import type { Transaction } from "../platform/db/index.ts";

/** What an operator says of a new company. */
export type CompanyFacts = Omit<NewCompany, "companyId" | "contactPersonId" | "contact"> & {
  readonly contact: Contact;
  /** Whether it buys from now on; else it waits to be looked at. */
  readonly activate?: boolean | undefined;
};

/** Creates a company: its organisation and the person it is reached by, and who it is in law. */
export async function createCompany(tx: Transaction, actor: Actor, { contact, ...facts }: CompanyFacts): Promise<Company> {
  const companyId = actor.newId<CompanyId>(actor.now);
  const { personId, sealed } = await enrolOrganisation(tx, actor, { organisationId: companyId, kind: "company", contact });
  const { activate = false, ...told } = facts;
  return addCompany(tx, actor, { ...told, activate, companyId, contactPersonId: personId, contact: sealed });
}
