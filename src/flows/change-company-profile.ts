import type { Actor } from "../kernel/actor.ts";
import { deleteTaxNumber } from "../modules/identity/index.ts";
import { changeCompanyFacts, lockLivingCompany, type Company, type CompanyAsked, type CompanyProfile } from "../modules/companies/index.ts";
import type { Transaction } from "../platform/db/index.ts";

/**
 * Writes who a company says it is. In a country that is its own from now on it has one tax number, that of the profile.
 *
 * Locks: company.
 *
 * @returns undefined when there is no such company
 * @throws Refused state-conflict, and what `checkVersion` throws
 */
export async function changeCompanyProfile(
  tx: Transaction,
  actor: Actor,
  asked: CompanyAsked,
  facts: CompanyProfile,
): Promise<Company | undefined> {
  const before = await lockLivingCompany(tx, asked);
  if (before === undefined) return undefined;
  const company = await changeCompanyFacts(tx, before, facts, actor);
  if (company.address.country !== before.address.country) await deleteTaxNumber(tx, company.companyId, company.address.country);
  return company;
}
