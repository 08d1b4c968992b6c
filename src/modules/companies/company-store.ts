import type { Instant } from "../../kernel/clock.ts";
import type { CompanyId, PersonId, Uuid } from "../../kernel/ids.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { Company, CompanyReach } from "./company.ts";
import type { CompanyState } from "./company-machine.ts";

type CompanyRow = {
  company_id: CompanyId;
  state: CompanyState;
  suspension: CompanyReach | null;
  name: string;
  street: string;
  city: string;
  postal_code: string;
  country: string;
  registration_number: string | null;
  tax_number: string | null;
  tax_number_checked_at: Instant | null;
  tax_number_evidence: string | null;
  payment_days: number;
  contact_person_id: PersonId;
  reviewer_id: Uuid | null;
  review_due_at: Instant | null;
  version: number;
  created_at: Instant;
};

export async function insertCompany(tx: Transaction, company: Company): Promise<void> {
  const { street, city, postal_code, country } = company.address;
  await tx.query(sql`
    insert into companies (company_id, state, name, street, city, postal_code, country, registration_number, tax_number, payment_days,
      contact_person_id, review_due_at, version, created_at, changed_at)
    values (${company.companyId}, ${company.state}, ${company.name}, ${street}, ${city}, ${postal_code}, ${country},
      ${company.registrationNumber}, ${company.taxNumber}, ${company.paymentDays}, ${company.contactPersonId},
      ${instantParameter(company.reviewDueAt ?? undefined)}, ${company.version}, ${instantParameter(company.createdAt)},
      ${instantParameter(company.createdAt)})`);
}

/** Writes what the operator decides of a company that is locked. */
export async function updateCompanyState(tx: Transaction, company: Company, at: Instant): Promise<void> {
  await tx.query(sql`
    update companies
    set state = ${company.state}, suspension = ${company.suspension}, reviewer_id = ${company.reviewerId},
      review_due_at = ${instantParameter(company.reviewDueAt ?? undefined)}, version = ${company.version}, changed_at = ${instantParameter(at)}
    where company_id = ${company.companyId}`);
}

/** Writes a step of a company that is locked, where the step is all that changes. */
export async function updateCompanyStep(tx: Transaction, company: Company, at: Instant): Promise<void> {
  await tx.query(sql`
    update companies
    set state = ${company.state}, suspension = ${company.suspension}, version = ${company.version}, changed_at = ${instantParameter(at)}
    where company_id = ${company.companyId}`);
}

/** Writes who a locked company is. */
export async function updateCompanyFacts(tx: Transaction, company: Company, at: Instant): Promise<void> {
  const { street, city, postal_code, country } = company.address;
  await tx.query(sql`
    update companies
    set name = ${company.name}, street = ${street}, city = ${city}, postal_code = ${postal_code}, country = ${country},
      registration_number = ${company.registrationNumber}, tax_number = ${company.taxNumber},
      tax_number_checked_at = ${instantParameter(company.taxNumberCheckedAt ?? undefined)}, tax_number_evidence = ${company.taxNumberEvidence},
      version = ${company.version}, changed_at = ${instantParameter(at)}
    where company_id = ${company.companyId}`);
}

/** Writes in how many days a locked company pays. */
export async function updatePaymentDays(tx: Transaction, company: Company, at: Instant): Promise<void> {
  await tx.query(sql`
    update companies
    set payment_days = ${company.paymentDays}, version = ${company.version}, changed_at = ${instantParameter(at)}
    where company_id = ${company.companyId}`);
}

/** Locks a company. */
export async function lockCompany(tx: Transaction, companyId: CompanyId): Promise<Company | undefined> {
  const [row] = await tx.lock(
    "company",
    sql<CompanyRow>`
      select company_id, state, suspension, name, street, city, postal_code, country, registration_number, tax_number, tax_number_checked_at,
        tax_number_evidence, payment_days, contact_person_id, reviewer_id, review_due_at, version, created_at
      from companies
      where company_id = ${companyId}
      for no key update`,
  );
  return row && toCompany(row);
}

/** Locks a company if nobody holds it; undefined also when there is none. */
export async function lockCompanyIfFree(tx: Transaction, companyId: CompanyId): Promise<Company | undefined> {
  const [row] = await tx.lock(
    "company",
    sql<CompanyRow>`
      select company_id, state, suspension, name, street, city, postal_code, country, registration_number, tax_number, tax_number_checked_at,
        tax_number_evidence, payment_days, contact_person_id, reviewer_id, review_due_at, version, created_at
      from companies
      where company_id = ${companyId}
      for no key update skip locked`,
  );
  return row && toCompany(row);
}

export async function findCompany(reader: Reader, companyId: CompanyId): Promise<Company | undefined> {
  const row = await reader.find(sql<CompanyRow>`
    select company_id, state, suspension, name, street, city, postal_code, country, registration_number, tax_number, tax_number_checked_at,
      tax_number_evidence, payment_days, contact_person_id, reviewer_id, review_due_at, version, created_at
    from companies
    where company_id = ${companyId}`);
  return row && toCompany(row);
}

/** Which companies a list shows: all of them but for what is asked. */
export type CompanyFilter = {
  readonly states?: readonly CompanyState[] | undefined;
  /** Those whose review is due at this moment or before. */
  readonly reviewDueBy?: Instant | undefined;
};

/** Companies from new to old, those with an id below `before`. */
export async function listCompanies(
  reader: Reader,
  { states, reviewDueBy }: CompanyFilter,
  { before, count }: { readonly before: string; readonly count: number },
): Promise<Company[]> {
  const rows = await reader.query(sql<CompanyRow>`
    select company_id, state, suspension, name, street, city, postal_code, country, registration_number, tax_number, tax_number_checked_at,
      tax_number_evidence, payment_days, contact_person_id, reviewer_id, review_due_at, version, created_at
    from companies
    where company_id < ${before}::uuid
      and (${states === undefined ? null : [...states]}::text[] is null or state = any (${states === undefined ? null : [...states]}::text[]))
      and (${instantParameter(reviewDueBy)}::timestamptz is null or review_due_at <= ${instantParameter(reviewDueBy)}::timestamptz)
    order by company_id desc
    limit ${count}`);
  return rows.map(toCompany);
}

function toCompany(row: CompanyRow): Company {
  const { street, city, postal_code, country } = row;
  return {
    companyId: row.company_id,
    state: row.state,
    suspension: row.suspension,
    name: row.name,
    address: { street, city, postal_code, country },
    registrationNumber: row.registration_number,
    taxNumber: row.tax_number,
    taxNumberCheckedAt: row.tax_number_checked_at,
    taxNumberEvidence: row.tax_number_evidence,
    paymentDays: row.payment_days,
    contactPersonId: row.contact_person_id,
    reviewerId: row.reviewer_id,
    reviewDueAt: row.review_due_at,
    version: row.version,
    createdAt: row.created_at,
  };
}
