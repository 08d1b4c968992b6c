import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { CompanyId, PriceListId, SellerId } from "../../kernel/ids.ts";
import { currency } from "../../kernel/money.ts";
import { instantParameter, locking, sql } from "../../platform/db/index.ts";
import type { Reader, Transaction } from "../../platform/db/index.ts";
import type { PriceList } from "./price-list.ts";

type PriceListRow = {
  seller_id: SellerId;
  price_list_id: PriceListId;
  name: string;
  currency: string;
  valid_from: string;
  valid_until: string | null;
  version: number;
  changed_at: Instant;
};

/**
 * Keeps others from giving a list or plan of the seller a name until the transaction ends. An advisory lock, because what has to be locked
 * is the absence of rows; the unique index stands beneath it.
 */
export async function lockNamesOf(tx: Transaction, sellerId: SellerId): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended(${`names of prices ${sellerId}`}, 0))`);
}

/** Whether another list of the seller has this name. Behind the lock of its names it stays so. */
export async function listNameIsTaken(
  reader: Reader,
  { sellerId, priceListId, name }: Pick<PriceList, "sellerId" | "priceListId" | "name">,
): Promise<boolean> {
  const row = await reader.find(sql<{ price_list_id: PriceListId }>`
    select price_list_id from price_lists where seller_id = ${sellerId} and name = ${name} and price_list_id <> ${priceListId}`);
  return row !== undefined;
}

/** Writes a new price list, without prices and companies. */
export async function insertPriceList(tx: Transaction, list: PriceList): Promise<void> {
  await tx.execute(sql`
    insert into price_lists (seller_id, price_list_id, name, currency, valid_from, valid_until, version, changed_at)
    values (${list.sellerId}, ${list.priceListId}, ${list.name}, ${list.currency}, ${list.validFrom}::date, ${list.validUntil}::date,
      ${list.version}, ${instantParameter(list.changedAt)})`);
}

/** Locks a list of the seller, and with it its prices and companies; undefined when it is not there. */
export async function lockPriceList(tx: Transaction, sellerId: SellerId, priceListId: PriceListId): Promise<PriceList | undefined> {
  const [row] = await tx.query(
    locking(
      "price_list",
      sql<PriceListRow>`
      select seller_id, price_list_id, name, currency, valid_from, valid_until, version, changed_at
      from price_lists
      where seller_id = ${sellerId} and price_list_id = ${priceListId}
      for no key update`,
    ),
  );
  return row && toPriceList(row);
}

/** Writes name and period of a locked list. */
export async function updatePriceList(tx: Transaction, list: PriceList): Promise<void> {
  const updated = await tx.execute(sql`
    update price_lists
    set name = ${list.name}, valid_from = ${list.validFrom}::date, valid_until = ${list.validUntil}::date, version = ${list.version},
      changed_at = ${instantParameter(list.changedAt)}
    where seller_id = ${list.sellerId} and price_list_id = ${list.priceListId}`);
  assert(updated === 1, `the locked price list ${list.priceListId} is not there`);
}

/** Writes the version of a locked list of which something else has changed. */
export async function updateListVersion(tx: Transaction, { sellerId, priceListId, version, changedAt }: PriceList): Promise<void> {
  const updated = await tx.execute(sql`
    update price_lists set version = ${version}, changed_at = ${instantParameter(changedAt)}
    where seller_id = ${sellerId} and price_list_id = ${priceListId}`);
  assert(updated === 1, `the locked price list ${priceListId} is not there`);
}

/** A list of any seller's, as far as the role may see it: a seller its own, a company those that are given to it. */
export async function findPriceList(reader: Reader, priceListId: PriceListId): Promise<PriceList | undefined> {
  const row = await reader.find(sql<PriceListRow>`
    select seller_id, price_list_id, name, currency, valid_from, valid_until, version, changed_at
    from price_lists
    where price_list_id = ${priceListId}`);
  return row && toPriceList(row);
}

type Page = { readonly before: string; readonly count: number };

/** The seller's lists from new to old, those with an id below `before`; `holdsOn` (YYYY-MM-DD) asks for those that hold on a day. */
export async function listPriceLists(
  reader: Reader,
  sellerId: SellerId,
  { before, count }: Page,
  holdsOn: string | null,
): Promise<PriceList[]> {
  const rows = await reader.query(sql<PriceListRow>`
    select seller_id, price_list_id, name, currency, valid_from, valid_until, version, changed_at
    from price_lists
    where seller_id = ${sellerId} and price_list_id < ${before}::uuid
      and (${holdsOn}::date is null or (valid_from <= ${holdsOn}::date and (valid_until is null or valid_until > ${holdsOn}::date)))
    order by price_list_id desc
    limit ${count}`);
  return rows.map(toPriceList);
}

/** The lists that are given to a company, as `listPriceLists`. */
export async function listPriceListsOfCompany(
  reader: Reader,
  companyId: CompanyId,
  { before, count }: Page,
  holdsOn: string | null,
): Promise<PriceList[]> {
  const rows = await reader.query(sql<PriceListRow>`
    select l.seller_id, l.price_list_id, l.name, l.currency, l.valid_from, l.valid_until, l.version, l.changed_at
    from price_list_companies c
      join price_lists l on l.seller_id = c.seller_id and l.price_list_id = c.price_list_id
    where c.company_id = ${companyId} and l.price_list_id < ${before}::uuid
      and (${holdsOn}::date is null or (l.valid_from <= ${holdsOn}::date and (l.valid_until is null or l.valid_until > ${holdsOn}::date)))
    order by l.price_list_id desc
    limit ${count}`);
  return rows.map(toPriceList);
}

/** Which of these ids name companies. Read by `stoa_flow`: no seller may see which companies there are. */
export async function findCompaniesOf(reader: Reader, companyIds: readonly CompanyId[]): Promise<ReadonlySet<CompanyId>> {
  const rows = await reader.query(sql<{ company_id: CompanyId }>`
    select company_id from companies where company_id = any (${companyIds}::uuid[])`);
  return new Set(rows.map(({ company_id }) => company_id));
}

/** Gives a locked list to companies; gives those that did not have it. */
export async function insertListCompanies(
  tx: Transaction,
  { sellerId, priceListId }: PriceList,
  companyIds: readonly CompanyId[],
): Promise<CompanyId[]> {
  const rows = await tx.query(sql<{ company_id: CompanyId }>`
    insert into price_list_companies (seller_id, price_list_id, company_id)
    select ${sellerId}::uuid, ${priceListId}::uuid, company_id
    from unnest(${companyIds}::uuid[]) as given (company_id)
    order by company_id
    on conflict (seller_id, price_list_id, company_id) do nothing
    returning company_id`);
  return rows.map(({ company_id }) => company_id);
}

/** Takes a locked list from companies; gives those that had it. */
export async function deleteListCompanies(
  tx: Transaction,
  { sellerId, priceListId }: PriceList,
  companyIds: readonly CompanyId[],
): Promise<CompanyId[]> {
  const rows = await tx.query(sql<{ company_id: CompanyId }>`
    delete from price_list_companies
    where seller_id = ${sellerId} and price_list_id = ${priceListId} and company_id = any (${companyIds}::uuid[])
    returning company_id`);
  return rows.map(({ company_id }) => company_id);
}

/** The companies of a seller's list, those with an id below `before`, the highest id first. */
export async function listListCompanies(
  reader: Reader,
  { sellerId, priceListId }: Pick<PriceList, "sellerId" | "priceListId">,
  { before, count }: Page,
): Promise<CompanyId[]> {
  const rows = await reader.query(sql<{ company_id: CompanyId }>`
    select company_id
    from price_list_companies
    where seller_id = ${sellerId} and price_list_id = ${priceListId} and company_id < ${before}::uuid
    order by company_id desc
    limit ${count}`);
  return rows.map(({ company_id }) => company_id);
}

function toPriceList(row: PriceListRow): PriceList {
  return {
    sellerId: row.seller_id,
    priceListId: row.price_list_id,
    name: row.name,
    currency: currency(row.currency),
    validFrom: row.valid_from,
    validUntil: row.valid_until,
    version: row.version,
    changedAt: row.changed_at,
  };
}
