import type { CompanyId } from "../kernel/ids.ts";
import { type Contact, enrolOrganisation } from "../modules/identity/index.ts";
import { type Address, addCompany, type OperatorActor, type Company } from "../modules/companies/index.ts";
import type { Transaction } from "../platform/db/index.ts";

/** What an operator says of a new company. */
export type CompanyFacts = {
  readonly name: string;
  readonly address: Address;
  readonly taxNumber?: string | undefined;
  readonly contact: Contact;
};

/** Creates a company: its organisation and the person it is reached by, and who it is in law. */
export async function createCompany(tx: Transaction, actor: OperatorActor, { contact, ...facts }: CompanyFacts): Promise<Company> {
  const companyId = actor.newId<CompanyId>(actor.now);
  const { personId, sealed } = await enrolOrganisation(tx, actor, { organisationId: companyId, kind: "company", contact });
  return addCompany(tx, actor, { companyId, ...facts, contactPersonId: personId, contact: sealed });
}
