import type { Instant } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { PersonId, CompanyId } from "../../kernel/ids.ts";

/** A postal address. Country: ISO 3166-1 alpha-2. */
export type Address = { readonly street: string; readonly city: string; readonly postal_code: string; readonly country: string };

/** A company: who it is in law. The person it is reached by stands with identity. */
export type Company = {
  readonly companyId: CompanyId;
  readonly name: string;
  readonly address: Address;
  readonly taxNumber: string | null;
  readonly contactPersonId: PersonId;
  readonly version: number;
  readonly createdAt: Instant;
};

/** A company as answers, events and audit entries show it: persons as ids only. */
export function shownCompany(company: Company) {
  return {
    id: toWireId(prefixes.company, company.companyId),
    name: company.name,
    address: company.address,
    tax_number: company.taxNumber,
    contact_person: toWireId(prefixes.person, company.contactPersonId),
    version: company.version,
  };
}
