import { assert } from "../../kernel/assert.ts";
import type { TaxRateId } from "../../kernel/ids.ts";
import { sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { RateCode } from "./tax.ts";
import type { TaxRate } from "./tax-rate.ts";

type TaxRateRow = {
  tax_rate_id: TaxRateId;
  country: string;
  category: string;
  code: RateCode;
  rate_ppm: number;
  exemption_code: string | null;
  exemption_text: string | null;
  valid_from: string;
  valid_until: string | null;
};

/**
 * Keeps others from adding rates of this country and category until the transaction ends. An advisory lock, because what has to be
 * locked is the absence of rows; the unique first day stands beneath it.
 */
export async function lockTaxRatesOf(tx: Transaction, country: string, category: string): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended(${`tax_rates ${country} ${category}`}, 0))`);
}

/** All rates of a country and category, from the first day on. */
export async function ratesOf(reader: Reader, country: string, category: string): Promise<TaxRate[]> {
  const rows = await reader.query(sql<TaxRateRow>`
    select tax_rate_id, country, category, code, rate_ppm, exemption_code, exemption_text, valid_from, valid_until
    from tax_rates
    where country = ${country} and category = ${category}
    order by valid_from`);
  return rows.map(toTaxRate);
}

export async function insertTaxRate(tx: Transaction, rate: TaxRate): Promise<void> {
  await tx.query(sql`
    insert into tax_rates (tax_rate_id, country, category, code, rate_ppm, exemption_code, exemption_text, valid_from, valid_until)
    values (${rate.taxRateId}, ${rate.country}, ${rate.category}, ${rate.code}, ${rate.ratePpm}, ${rate.exemptionCode}, ${rate.exemptionText},
      ${rate.validFrom}::date, ${rate.validUntil}::date)`);
}

/** Ends a rate on this day. Behind the lock of its country and category. */
export async function updateEnd(tx: Transaction, taxRateId: TaxRateId, validUntil: string): Promise<void> {
  const updated = await tx.execute(
    sql`update tax_rates set valid_until = ${validUntil}::date where tax_rate_id = ${taxRateId} and valid_until is null`,
  );
  assert(updated === 1, `the rate ${taxRateId} had no end, and was to have one`);
}

export async function findTaxRate(reader: Reader, taxRateId: TaxRateId): Promise<TaxRate | undefined> {
  const row = await reader.find(sql<TaxRateRow>`
    select tax_rate_id, country, category, code, rate_ppm, exemption_code, exemption_text, valid_from, valid_until
    from tax_rates
    where tax_rate_id = ${taxRateId}`);
  return row && toTaxRate(row);
}

/** Rates from new to old, those with an id below `before`. */
export async function listTaxRates(reader: Reader, { before, count }: { before: string; count: number }): Promise<TaxRate[]> {
  const rows = await reader.query(sql<TaxRateRow>`
    select tax_rate_id, country, category, code, rate_ppm, exemption_code, exemption_text, valid_from, valid_until
    from tax_rates
    where tax_rate_id < ${before}::uuid
    order by tax_rate_id desc
    limit ${count}`);
  return rows.map(toTaxRate);
}

function toTaxRate(row: TaxRateRow): TaxRate {
  return {
    taxRateId: row.tax_rate_id,
    country: row.country,
    category: row.category,
    code: row.code,
    ratePpm: row.rate_ppm,
    exemptionCode: row.exemption_code,
    exemptionText: row.exemption_text,
    validFrom: row.valid_from,
    validUntil: row.valid_until,
  };
}
