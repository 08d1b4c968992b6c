import type { Circumstances } from "../kernel/actor.ts";
import type { CompanyId } from "../kernel/ids.ts";
import { type Contact, enrolOrganisation } from "../modules/identity/index.ts";
import { type NewCompany, registerCompany as writeCompany, type Company } from "../modules/companies/index.ts";
import type { Transaction } from "../platform/db/index.ts";

/** What a stranger says of a company. */
export type CompanyRegistration = Omit<NewCompany, "companyId" | "contactPersonId" | "contact" | "paymentDays"> & {
  readonly contact: Contact;
};

/** Takes the application of whoever wants to buy: its organisation, the person who asks as its owner, and who it is in law. */
export async function registerCompany(
  tx: Transaction,
  circumstances: Circumstances,
  { contact, ...facts }: CompanyRegistration,
): Promise<Company> {
  const companyId = circumstances.newId<CompanyId>(circumstances.now);
  const { personId } = await enrolOrganisation(tx, circumstances, { organisationId: companyId, kind: "company", contact });
  return writeCompany(tx, circumstances, { ...facts, companyId, contactPersonId: personId });
}
