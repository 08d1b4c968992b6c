import type { Instant } from "../../kernel/clock.ts";
import type { PersonId, CompanyId } from "../../kernel/ids.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { Company } from "./company.ts";

type CompanyRow = {
  company_id: CompanyId;
  name: string;
  street: string;
  city: string;
  postal_code: string;
  country: string;
  tax_number: string | null;
  contact_person_id: PersonId;
  version: number;
  created_at: Instant;
};

export async function insertCompany(tx: Transaction, company: Company): Promise<void> {
  const { street, city, postal_code, country } = company.address;
  await tx.query(sql`
    insert into companies (company_id, name, street, city, postal_code, country, tax_number, contact_person_id, version, created_at)
    values (${company.companyId}, ${company.name}, ${street}, ${city}, ${postal_code}, ${country}, ${company.taxNumber},
      ${company.contactPersonId}, ${company.version}, ${instantParameter(company.createdAt)})`);
}

export async function findCompany(reader: Reader, companyId: CompanyId): Promise<Company | undefined> {
  const row = await reader.find(sql<CompanyRow>`
    select company_id, name, street, city, postal_code, country, tax_number, contact_person_id, version, created_at
    from companies
    where company_id = ${companyId}`);
  return row && toCompany(row);
}

/** Companies from new to old, those with an id below `before`. */
export async function listCompanies(reader: Reader, { before, count }: { before: string; count: number }): Promise<Company[]> {
  const rows = await reader.query(sql<CompanyRow>`
    select company_id, name, street, city, postal_code, country, tax_number, contact_person_id, version, created_at
    from companies
    where company_id < ${before}::uuid
    order by company_id desc
    limit ${count}`);
  return rows.map(toCompany);
}

function toCompany(row: CompanyRow): Company {
  const { street, city, postal_code, country } = row;
  return {
    companyId: row.company_id,
    name: row.name,
    address: { street, city, postal_code, country },
    taxNumber: row.tax_number,
    contactPersonId: row.contact_person_id,
    version: row.version,
    createdAt: row.created_at,
  };
}
