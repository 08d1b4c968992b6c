import type { Instant } from "../../kernel/clock.ts";
import { toRfc3339 } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { CompanyId, PersonId, Uuid } from "../../kernel/ids.ts";
import type { CompanyState } from "./company-machine.ts";

/** A postal address. Country: ISO 3166-1 alpha-2. */
export type Address = { readonly street: string; readonly city: string; readonly postal_code: string; readonly country: string };

/** How far a suspension goes: no new orders; besides, open orders stand still; besides, what has not left is cancelled. */
export const companyReaches = ["new", "hold", "cancel"] as const;

export type CompanyReach = (typeof companyReaches)[number];

/** A company: who it is in law, how long it takes to pay, and whether it buys. The person it is reached by stands with identity. */
export type Company = {
  readonly companyId: CompanyId;
  readonly state: CompanyState;
  /** Set while it is suspended, and only then. */
  readonly suspension: CompanyReach | null;
  readonly name: string;
  readonly address: Address;
  readonly registrationNumber: string | null;
  /** That of its own country; those of further countries stand with identity. */
  readonly taxNumber: string | null;
  readonly taxNumberCheckedAt: Instant | null;
  readonly taxNumberEvidence: string | null;
  /** Days from an invoice to when it is due. */
  readonly paymentDays: number;
  readonly contactPersonId: PersonId;
  /** The operator's key that decided on the registration. */
  readonly reviewerId: Uuid | null;
  readonly reviewDueAt: Instant | null;
  readonly version: number;
  readonly createdAt: Instant;
};

/** A company as events and audit entries tell it: persons as ids only. */
export function toldCompany(company: Company) {
  const { taxNumberCheckedAt } = company;
  return {
    id: toWireId(prefixes.company, company.companyId),
    name: company.name,
    address: company.address,
    registration_number: company.registrationNumber,
    tax_number: company.taxNumber,
    tax_number_checked_at: taxNumberCheckedAt === null ? null : toRfc3339(taxNumberCheckedAt),
    payment_days: company.paymentDays,
    contact_person: toWireId(prefixes.person, company.contactPersonId),
    state: company.state,
    suspension: company.suspension,
    version: company.version,
  };
}

/** A company as it is read by itself and by the operator. */
export function shownCompany(company: Company) {
  return toldCompany(company);
}
