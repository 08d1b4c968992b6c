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
    select tax_rate_id, country, category, code, rate_ppm, valid_from, valid_until
    from tax_rates
    where country = ${country} and category = ${category}
    order by valid_from`);
  return rows.map(toTaxRate);
}

export async function insertTaxRate(tx: Transaction, rate: TaxRate): Promise<void> {
  await tx.query(sql`
    insert into tax_rates (tax_rate_id, country, category, code, rate_ppm, valid_from, valid_until)
    values (${rate.taxRateId}, ${rate.country}, ${rate.category}, ${rate.code}, ${rate.ratePpm}, ${rate.validFrom}::date, ${rate.validUntil}::date)`);
}

/** Rates from new to old, those with an id below `before`. */
export async function listTaxRates(reader: Reader, { before, count }: { before: string; count: number }): Promise<TaxRate[]> {
  const rows = await reader.query(sql<TaxRateRow>`
    select tax_rate_id, country, category, code, rate_ppm, valid_from, valid_until
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
    validFrom: row.valid_from,
    validUntil: row.valid_until,
  };
}
