import type { Instant } from "../../kernel/clock.ts";
import type { OperatorId } from "../../kernel/ids.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { OperatorProfile } from "./operator-profile.ts";

type ProfileRow = {
  operator_id: OperatorId;
  name: string;
  street: string;
  city: string;
  postal_code: string;
  country: string;
  tax_number: string;
  registration_number: string | null;
  iban: string;
  bic: string | null;
  account_holder: string;
  series_prefix: string;
  time_zone: string;
  version: number;
  changed_at: Instant;
};

/** The profile of the market's operator; undefined until it was given. Read by the operator and by flows. */
export async function readOperatorProfile(reader: Reader): Promise<OperatorProfile | undefined> {
  const row = await reader.find(sql<ProfileRow>`
    select operator_id, name, street, city, postal_code, country, tax_number, registration_number, iban, bic, account_holder, series_prefix,
      time_zone, version, changed_at
    from operator_profiles`);
  return row && toProfile(row);
}

/**
 * Writes the profile in the place of that of the version before, or as the first one.
 *
 * @returns false when somebody else has written it since
 * @throws the database's error `series_prefixes_prefix_key` when another issuer's documents begin so, and `documents_begin_with_their_prefix`
 * when documents were issued under the prefix that it had
 */
export async function writeOperatorProfile(tx: Transaction, profile: OperatorProfile): Promise<boolean> {
  const { street, city, postal_code, country } = profile.address;
  const written = await tx.execute(sql`
    insert into operator_profiles (operator_id, name, street, city, postal_code, country, tax_number, registration_number, iban, bic,
      account_holder, series_prefix, time_zone, version, changed_at)
    values (${profile.operatorId}, ${profile.name}, ${street}, ${city}, ${postal_code}, ${country}, ${profile.taxNumber},
      ${profile.registrationNumber}, ${profile.iban}, ${profile.bic}, ${profile.accountHolder}, ${profile.seriesPrefix}, ${profile.timeZone},
      ${profile.version}, ${instantParameter(profile.changedAt)})
    on conflict (operator_id) do update
    set name = excluded.name, street = excluded.street, city = excluded.city, postal_code = excluded.postal_code,
      country = excluded.country, tax_number = excluded.tax_number, registration_number = excluded.registration_number,
      iban = excluded.iban, bic = excluded.bic, account_holder = excluded.account_holder, series_prefix = excluded.series_prefix,
      time_zone = excluded.time_zone, version = excluded.version, changed_at = excluded.changed_at
    where operator_profiles.version = excluded.version - 1`);
  return written === 1;
}

function toProfile(row: ProfileRow): OperatorProfile {
  const { street, city, postal_code, country } = row;
  return {
    operatorId: row.operator_id,
    name: row.name,
    address: { street, city, postal_code, country },
    taxNumber: row.tax_number,
    registrationNumber: row.registration_number,
    iban: row.iban,
    bic: row.bic,
    accountHolder: row.account_holder,
    seriesPrefix: row.series_prefix,
    timeZone: row.time_zone,
    version: row.version,
    changedAt: row.changed_at,
  };
}
