import type { Instant } from "../../kernel/clock.ts";
import type { AddressId, CompanyId } from "../../kernel/ids.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { CompanyAddress } from "./company-address.ts";

type AddressRow = {
  company_id: CompanyId;
  address_id: AddressId;
  name: string;
  street: string;
  city: string;
  postal_code: string;
  country: string;
  version: number;
};

/** Writes a new address of a company. */
export async function insertAddress(tx: Transaction, { companyId, addressId, name, address, version }: CompanyAddress): Promise<void> {
  const { street, city, postal_code, country } = address;
  await tx.execute(sql`
    insert into company_addresses (company_id, address_id, name, street, city, postal_code, country, version)
    values (${companyId}, ${addressId}, ${name}, ${street}, ${city}, ${postal_code}, ${country}, ${version})`);
}

/** Locks an address that is not removed. */
export async function lockAddress(tx: Transaction, companyId: CompanyId, addressId: AddressId): Promise<CompanyAddress | undefined> {
  const [row] = await tx.lock(
    "company",
    sql<AddressRow>`
      select company_id, address_id, name, street, city, postal_code, country, version
      from company_addresses
      where company_id = ${companyId} and address_id = ${addressId} and removed_at is null
      for no key update`,
  );
  return row && toAddress(row);
}

/** Writes an address that is locked. */
export async function updateAddress(tx: Transaction, { companyId, addressId, name, address, version }: CompanyAddress): Promise<void> {
  const { street, city, postal_code, country } = address;
  await tx.execute(sql`
    update company_addresses
    set name = ${name}, street = ${street}, city = ${city}, postal_code = ${postal_code}, country = ${country}, version = ${version}
    where company_id = ${companyId} and address_id = ${addressId}`);
}

/** Removes an address that is locked: orders that went there keep it in what was agreed. */
export async function removeAddressRow(tx: Transaction, { companyId, addressId, version }: CompanyAddress, at: Instant): Promise<void> {
  await tx.execute(sql`
    update company_addresses set removed_at = ${instantParameter(at)}, version = ${version}
    where company_id = ${companyId} and address_id = ${addressId}`);
}

/** An address that was not removed. Undefined when the company has none of this id. */
export async function findAddress(reader: Reader, companyId: CompanyId, addressId: AddressId): Promise<CompanyAddress | undefined> {
  const row = await reader.find(sql<AddressRow>`
    select company_id, address_id, name, street, city, postal_code, country, version
    from company_addresses
    where company_id = ${companyId} and address_id = ${addressId} and removed_at is null`);
  return row && toAddress(row);
}

/** A company's addresses from new to old, those with an id below `before`. */
export async function listAddresses(
  reader: Reader,
  companyId: CompanyId,
  { before, count }: { readonly before: string; readonly count: number },
): Promise<CompanyAddress[]> {
  const rows = await reader.query(sql<AddressRow>`
    select company_id, address_id, name, street, city, postal_code, country, version
    from company_addresses
    where company_id = ${companyId} and address_id < ${before}::uuid and removed_at is null
    order by address_id desc
    limit ${count}`);
  return rows.map(toAddress);
}

function toAddress({ company_id, address_id, name, version, ...address }: AddressRow): CompanyAddress {
  return { companyId: company_id, addressId: address_id, name, address, version };
}
