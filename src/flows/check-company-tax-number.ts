import type { Actor } from "../kernel/actor.ts";
import { Refused } from "../kernel/refusal.ts";
import { type NotFound, recordTaxNumberCheck } from "../modules/identity/index.ts";
import { checkCompanyTaxNumber as writeCheck, lockLivingCompany, type Company, type CompanyAsked } from "../modules/companies/index.ts";
import type { Transaction } from "../platform/db/index.ts";

/**
 * Records that the operator has checked a company's tax number of a country, and by what. A number that is changed is not checked any more.
 *
 * Locks: company.
 *
 * @returns undefined when there is no such company
 * @throws Refused not-found when it has no number of this country; state-conflict, and what `checkVersion` throws
 */
export async function checkCompanyTaxNumber(
  tx: Transaction,
  actor: Actor,
  asked: CompanyAsked & { readonly country: string; readonly evidence: string },
): Promise<Company | undefined> {
  const { companyId, country, evidence } = asked;
  const before = await lockLivingCompany(tx, asked);
  if (before === undefined) return undefined;
  const own = country === before.address.country;
  const known = own ? before.taxNumber !== null : await recordTaxNumberCheck(tx, companyId, { country, evidence }, actor.now);
  if (!known) throw new Refused<NotFound>({ code: "not-found" });
  return writeCheck(tx, before, { country, evidence }, actor);
}
