import type { Actor } from "../kernel/actor.ts";
import { Refused } from "../kernel/refusal.ts";
import { deleteTaxNumber, type NotFound, replaceTaxNumber } from "../modules/identity/index.ts";
import { lockLivingCompany, type Company, type CompanyAsked, type CompanyHomeCountry, touchCompany } from "../modules/companies/index.ts";
import type { Transaction } from "../platform/db/index.ts";

/**
 * Sets a company's tax number of a further country, or takes it away when `number` is null. It is not checked, even if one before it was.
 *
 * Locks: company.
 *
 * @returns undefined when there is no such company
 * @throws Refused home-country, because that one stands in the profile; not-found for one to be taken away that is not there;
 * state-conflict, and what `checkVersion` throws
 */
export async function changeCompanyTaxNumber(
  tx: Transaction,
  actor: Actor,
  asked: CompanyAsked & { readonly country: string; readonly number: string | null },
): Promise<Company | undefined> {
  const { companyId, country, number } = asked;
  const before = await lockLivingCompany(tx, asked);
  if (before === undefined) return undefined;
  if (country === before.address.country) throw new Refused<CompanyHomeCountry>({ code: "home-country", country });
  if (number !== null) await replaceTaxNumber(tx, companyId, { country, number }, actor.now);
  else if (!(await deleteTaxNumber(tx, companyId, country))) throw new Refused<NotFound>({ code: "not-found" });
  const action = number === null ? "company.tax_number_removed" : "company.tax_number_changed";
  return touchCompany(tx, before, { action, more: { tax_country: country, further_tax_number: number } }, actor);
}
