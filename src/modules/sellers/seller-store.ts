import type { Instant } from "../../kernel/clock.ts";
import type { PersonId, SellerId, Uuid } from "../../kernel/ids.ts";
import { instantParameter, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { Reach, Seller } from "./seller.ts";
import type { SellerState } from "./seller-machine.ts";

type SellerRow = {
  seller_id: SellerId;
  state: SellerState;
  suspension: Reach | null;
  name: string;
  street: string;
  city: string;
  postal_code: string;
  country: string;
  registration_number: string | null;
  tax_number: string | null;
  tax_number_checked_at: Instant | null;
  tax_number_evidence: string | null;
  mandate_at: Instant | null;
  mandate_by: Uuid | null;
  series_prefix: string | null;
  time_zone: string;
  working_days: number[];
  holidays: string[];
  contact_person_id: PersonId;
  reviewer_id: Uuid | null;
  review_due_at: Instant | null;
  version: number;
  created_at: Instant;
};

/** @throws the database's error `sellers_series_prefix_key` when another seller's documents begin so */
export async function insertSeller(tx: Transaction, seller: Seller): Promise<void> {
  const { street, city, postal_code, country } = seller.address;
  await tx.query(sql`
    insert into sellers (seller_id, state, name, street, city, postal_code, country, registration_number, tax_number, mandate_at, mandate_by,
      series_prefix, time_zone, working_days, holidays, contact_person_id, review_due_at, version, created_at, changed_at)
    values (${seller.sellerId}, ${seller.state}, ${seller.name}, ${street}, ${city}, ${postal_code}, ${country}, ${seller.registrationNumber},
      ${seller.taxNumber}, ${instantParameter(seller.mandateAt ?? undefined)}, ${seller.mandateBy}, ${seller.seriesPrefix},
      ${seller.timeZone}, ${[...seller.workingDays]}::integer[], ${[...seller.holidays]}::date[], ${seller.contactPersonId},
      ${instantParameter(seller.reviewDueAt ?? undefined)}, ${seller.version}, ${instantParameter(seller.createdAt)},
      ${instantParameter(seller.createdAt)})`);
}

/** Writes what the operator decides of a seller that is locked. */
export async function updateSellerState(tx: Transaction, seller: Seller, at: Instant): Promise<void> {
  await tx.query(sql`
    update sellers
    set state = ${seller.state}, suspension = ${seller.suspension}, reviewer_id = ${seller.reviewerId},
      review_due_at = ${instantParameter(seller.reviewDueAt ?? undefined)}, version = ${seller.version}, changed_at = ${instantParameter(at)}
    where seller_id = ${seller.sellerId}`);
}

/** Writes a step of a seller that is locked, where the step is all that changes. */
export async function updateSellerStep(tx: Transaction, seller: Seller, at: Instant): Promise<void> {
  await tx.query(sql`
    update sellers
    set state = ${seller.state}, suspension = ${seller.suspension}, version = ${seller.version}, changed_at = ${instantParameter(at)}
    where seller_id = ${seller.sellerId}`);
}

/**
 * Writes who a locked seller is and when it works.
 *
 * @throws the database's error `sellers_series_prefix_key` when another seller's documents begin so
 */
export async function updateSellerFacts(tx: Transaction, seller: Seller, at: Instant): Promise<void> {
  const { street, city, postal_code, country } = seller.address;
  await tx.query(sql`
    update sellers
    set name = ${seller.name}, street = ${street}, city = ${city}, postal_code = ${postal_code}, country = ${country},
      registration_number = ${seller.registrationNumber}, tax_number = ${seller.taxNumber},
      tax_number_checked_at = ${instantParameter(seller.taxNumberCheckedAt ?? undefined)}, tax_number_evidence = ${seller.taxNumberEvidence},
      mandate_at = ${instantParameter(seller.mandateAt ?? undefined)}, mandate_by = ${seller.mandateBy}, series_prefix = ${seller.seriesPrefix},
      time_zone = ${seller.timeZone}, working_days = ${[...seller.workingDays]}::integer[], holidays = ${[...seller.holidays]}::date[],
      version = ${seller.version}, changed_at = ${instantParameter(at)}
    where seller_id = ${seller.sellerId}`);
}

export async function findSeller(reader: Reader, sellerId: SellerId): Promise<Seller | undefined> {
  const row = await reader.find(sql<SellerRow>`
    select seller_id, state, suspension, name, street, city, postal_code, country, registration_number, tax_number, tax_number_checked_at,
      tax_number_evidence, mandate_at, mandate_by, series_prefix, time_zone, working_days, holidays, contact_person_id, reviewer_id,
      review_due_at, version, created_at
    from sellers
    where seller_id = ${sellerId}`);
  return row && toSeller(row);
}

/** Locks a seller. */
export async function lockSeller(tx: Transaction, sellerId: SellerId): Promise<Seller | undefined> {
  const [row] = await tx.lock(
    "seller",
    sql<SellerRow>`
      select seller_id, state, suspension, name, street, city, postal_code, country, registration_number, tax_number, tax_number_checked_at,
        tax_number_evidence, mandate_at, mandate_by, series_prefix, time_zone, working_days, holidays, contact_person_id, reviewer_id,
        review_due_at, version, created_at
      from sellers
      where seller_id = ${sellerId}
      for no key update`,
  );
  return row && toSeller(row);
}

/** Locks a seller if nobody holds it; undefined also when there is none. */
export async function lockSellerIfFree(tx: Transaction, sellerId: SellerId): Promise<Seller | undefined> {
  const [row] = await tx.lock(
    "seller",
    sql<SellerRow>`
      select seller_id, state, suspension, name, street, city, postal_code, country, registration_number, tax_number, tax_number_checked_at,
        tax_number_evidence, mandate_at, mandate_by, series_prefix, time_zone, working_days, holidays, contact_person_id, reviewer_id,
        review_due_at, version, created_at
      from sellers
      where seller_id = ${sellerId}
      for no key update skip locked`,
  );
  return row && toSeller(row);
}

/** Which sellers a list shows: all of them but for what is asked. */
export type SellerFilter = {
  readonly states?: readonly SellerState[] | undefined;
  /** Those whose review this key took up. */
  readonly reviewerId?: Uuid | undefined;
  /** Those whose review is due at this moment or before. */
  readonly reviewDueBy?: Instant | undefined;
};

/** Sellers from new to old, those with an id below `before`. */
export async function listSellers(
  reader: Reader,
  { states, reviewerId, reviewDueBy }: SellerFilter,
  { before, count }: { readonly before: string; readonly count: number },
): Promise<Seller[]> {
  const rows = await reader.query(sql<SellerRow>`
    select seller_id, state, suspension, name, street, city, postal_code, country, registration_number, tax_number, tax_number_checked_at,
      tax_number_evidence, mandate_at, mandate_by, series_prefix, time_zone, working_days, holidays, contact_person_id, reviewer_id,
      review_due_at, version, created_at
    from sellers
    where seller_id < ${before}::uuid
      and (${states === undefined ? null : [...states]}::text[] is null or state = any (${states === undefined ? null : [...states]}::text[]))
      and (${reviewerId ?? null}::uuid is null or reviewer_id = ${reviewerId ?? null}::uuid)
      and (${instantParameter(reviewDueBy)}::timestamptz is null or review_due_at <= ${instantParameter(reviewDueBy)}::timestamptz)
    order by seller_id desc
    limit ${count}`);
  return rows.map(toSeller);
}

/** What everybody may know of a seller that sells. */
export type PublicSeller = {
  readonly sellerId: SellerId;
  readonly name: string;
  readonly city: string;
  readonly country: string;
  readonly version: number;
};

type PublicRow = { seller_id: SellerId; name: string; city: string; country: string; version: number };

/** An active seller; read by `stoa_public`, to whom there are no others. */
export async function findPublicSeller(reader: Reader, sellerId: SellerId): Promise<PublicSeller | undefined> {
  const row = await reader.find(sql<PublicRow>`
    select seller_id, name, city, country, version from sellers where seller_id = ${sellerId} and state = 'active'`);
  return row && toPublicSeller(row);
}

/** Active sellers from new to old, those with an id below `before`; in one country if asked. */
export async function listPublicSellers(
  reader: Reader,
  country: string | undefined,
  { before, count }: { readonly before: string; readonly count: number },
): Promise<PublicSeller[]> {
  const rows = await reader.query(sql<PublicRow>`
    select seller_id, name, city, country, version
    from sellers
    where state = 'active' and seller_id < ${before}::uuid and (${country ?? null}::text is null or country = ${country ?? null}::text)
    order by seller_id desc
    limit ${count}`);
  return rows.map(toPublicSeller);
}

function toPublicSeller({ seller_id, ...rest }: PublicRow): PublicSeller {
  return { sellerId: seller_id, ...rest };
}

function toSeller(row: SellerRow): Seller {
  const { street, city, postal_code, country } = row;
  return {
    sellerId: row.seller_id,
    state: row.state,
    suspension: row.suspension,
    name: row.name,
    address: { street, city, postal_code, country },
    registrationNumber: row.registration_number,
    taxNumber: row.tax_number,
    taxNumberCheckedAt: row.tax_number_checked_at,
    taxNumberEvidence: row.tax_number_evidence,
    mandateAt: row.mandate_at,
    mandateBy: row.mandate_by,
    seriesPrefix: row.series_prefix,
    timeZone: row.time_zone,
    workingDays: row.working_days,
    holidays: row.holidays,
    contactPersonId: row.contact_person_id,
    reviewerId: row.reviewer_id,
    reviewDueAt: row.review_due_at,
    version: row.version,
    createdAt: row.created_at,
  };
}
