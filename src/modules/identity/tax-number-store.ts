import type { Instant } from "../../kernel/clock.ts";
import type { Uuid } from "../../kernel/ids.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { TaxNumber } from "./tax-number.ts";

type TaxNumberRow = { country: string; number: string; checked_at: Instant | null; evidence: string | null };

/** The tax numbers of an organisation in further countries, by country. */
export async function readTaxNumbers(reader: Reader, organisationId: Uuid): Promise<TaxNumber[]> {
  const rows = await reader.query(sql<TaxNumberRow>`
    select country, number, checked_at, evidence from tax_numbers where organisation_id = ${organisationId} order by country`);
  return rows.map(toTaxNumber);
}

/**
 * Puts a tax number in the place of that of its country, if there is one; it is not checked. The seller or company is locked, so nobody
 * else writes its numbers.
 */
export async function replaceTaxNumber(
  tx: Transaction,
  organisationId: Uuid,
  { country, number }: Pick<TaxNumber, "country" | "number">,
  at: Instant,
): Promise<void> {
  await deleteTaxNumber(tx, organisationId, country);
  await tx.execute(sql`
    insert into tax_numbers (organisation_id, country, number, changed_at)
    values (${organisationId}, ${country}, ${number}, ${instantParameter(at)})`);
}

/** @returns whether there was one */
export async function deleteTaxNumber(tx: Transaction, organisationId: Uuid, country: string): Promise<boolean> {
  const deleted = await tx.execute(sql`
    delete from tax_numbers where organisation_id = ${organisationId} and country = ${country}`);
  return deleted === 1;
}

/** Records that the operator has checked a tax number, and by what. @returns whether there is one of this country */
export async function recordTaxNumberCheck(
  tx: Transaction,
  organisationId: Uuid,
  { country, evidence }: { readonly country: string; readonly evidence: string },
  at: Instant,
): Promise<boolean> {
  const checked = await tx.execute(sql`
    update tax_numbers set checked_at = ${instantParameter(at)}, evidence = ${evidence}
    where organisation_id = ${organisationId} and country = ${country}`);
  return checked === 1;
}

function toTaxNumber({ country, number, checked_at: checkedAt, evidence }: TaxNumberRow): TaxNumber {
  return { country, number, checkedAt, evidence };
}
