import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { CompanyId, PriceListId, SellerId } from "../../kernel/ids.ts";
import type { Currency } from "../../kernel/money.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Facts } from "../../platform/audit/index.ts";
import { now } from "../../platform/db/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { record } from "./actor.ts";
import type { Actor } from "../../kernel/actor.ts";
import { deletePrices, findListableOffers, findPrices, upsertPrices } from "./listed-price-store.ts";
import { faultsOfList, judgePrices, nameOffers, samePrice, shownPrice, shownPriceList } from "./price-list.ts";
import type { AppliedPrice, ListedPrice, OfferName, PriceList, PriceListTerms, PriceRow } from "./price-list.ts";
import {
  deleteListCompanies,
  findCompaniesOf,
  insertListCompanies,
  insertPriceList,
  listNameIsTaken,
  lockNamesOf,
  lockPriceList,
  updateListVersion,
  updatePriceList,
} from "./price-list-store.ts";
import type { NameTaken, NotFound, TermsInvalid, UnknownCompanies } from "./pricing-refusals.ts";

/** A list, and what the caller's `If-Match` says of its locked version: it throws when it is another one. */
export type AskedList = { readonly priceListId: PriceListId; readonly judge: (version: number) => void };

/**
 * Makes a list without prices, given to nobody.
 *
 * @throws Refused request-invalid for a period that cannot be; name-taken
 */
export async function createPriceList(
  tx: Transaction,
  actor: Actor,
  terms: PriceListTerms & { readonly currency: Currency },
): Promise<PriceList> {
  const { principal, now: at, newId } = actor;
  refuseFaults(terms);
  const sellerId = principal.organisationId as SellerId;
  const list: PriceList = { ...terms, sellerId, priceListId: newId<PriceListId>(at), version: 1, changedAt: at };
  await lockNamesOf(tx, sellerId);
  await refuseTakenName(tx, list);
  await insertPriceList(tx, list);
  await recordList(tx, actor, list, { type: "price_list.created", after: shownPriceList(list) });
  return list;
}

/**
 * Gives a list another name or another period. What is so already changes nothing and keeps the version. A checkout that is being placed
 * now may have read the list before; what was placed is frozen.
 *
 * @throws Refused not-found; what `judge` throws; request-invalid; name-taken
 */
export async function changePriceList(
  tx: Transaction,
  actor: Actor,
  asked: AskedList & { readonly terms: PriceListTerms },
): Promise<PriceList> {
  const { priceListId, terms, judge } = asked;
  refuseFaults(terms);
  const sellerId = actor.principal.organisationId as SellerId;
  await lockNamesOf(tx, sellerId);
  const before = await lockList(tx, sellerId, { priceListId, judge });
  const { name, validFrom, validUntil } = terms;
  if (before.name === name && before.validFrom === validFrom && before.validUntil === validUntil) return before;
  const after = risen({ ...before, ...terms }, actor);
  await refuseTakenName(tx, after);
  await updatePriceList(tx, after);
  await recordList(tx, actor, after, { type: "price_list.changed", before: shownPriceList(before), after: shownPriceList(after) });
  return after;
}

/** What became of the rows, and the list with the version that it has now. */
export type SetPrices = { readonly list: PriceList; readonly results: readonly AppliedPrice[] };

/**
 * Writes prices of a list: the rows that can be applied are, the others say why not. A row that says what is so already changes nothing.
 * The number of statements does not depend on the number of rows.
 *
 * @throws Refused not-found; what `judge` throws
 */
export async function setPrices(
  tx: Transaction,
  actor: Actor,
  asked: AskedList & { readonly rows: readonly PriceRow[] },
): Promise<SetPrices> {
  const sellerId = actor.principal.organisationId as SellerId;
  const list = await lockList(tx, sellerId, asked);
  const judged = judgePrices(asked.rows, list.currency, await findListableOffers(tx, sellerId, asked.rows));
  const prices = judged.flatMap((row) => (row.ok ? [row.price] : []));
  const standing = new Map((await findPrices(tx, list, offersOf(prices))).map((price) => [price.offerId, price]));
  const changed = prices.filter((price) => {
    const before = standing.get(price.offerId);
    return before === undefined || !samePrice(before, price);
  });
  const results = judged.map((row): AppliedPrice => (row.ok ? { ok: true, offerId: row.price.offerId, reference: row.reference } : row));
  if (changed.length === 0) return { list, results };
  const after = risen(list, actor);
  await upsertPrices(tx, list, changed);
  await updateListVersion(tx, after);
  const before = changed.flatMap(({ offerId }) => standing.get(offerId) ?? []);
  const told = { prices_set: changed.length };
  await recordList(tx, actor, after, { type: "price_list.changed", told, before: pricesOf(list, before), after: pricesOf(after, changed) });
  return { list: after, results };
}

/**
 * Takes prices from a list: those that are on it are taken, the other rows say why not. The companies then pay the offers' own prices.
 *
 * @throws Refused not-found; what `judge` throws
 */
export async function removePrices(
  tx: Transaction,
  actor: Actor,
  asked: AskedList & { readonly rows: readonly OfferName[] },
): Promise<SetPrices> {
  const sellerId = actor.principal.organisationId as SellerId;
  const list = await lockList(tx, sellerId, asked);
  const named = nameOffers(asked.rows, await findListableOffers(tx, sellerId, asked.rows));
  const offerIds = named.flatMap((row) => (row.ok ? [row.offer.offerId] : []));
  const standing = await findPrices(tx, list, offerIds);
  const onList = new Set(offersOf(standing));
  const results = named.map((row): AppliedPrice => {
    if (!row.ok) return row;
    const { offerId, reference } = row.offer;
    if (onList.has(offerId)) return { ok: true, offerId, reference };
    return { ok: false, code: "not-on-list", detail: `offer ${reference} has no price on the list` };
  });
  if (standing.length === 0) return { list, results };
  const after = risen(list, actor);
  await deletePrices(tx, list, offersOf(standing));
  await updateListVersion(tx, after);
  const told = { prices_removed: standing.length };
  await recordList(tx, actor, after, { type: "price_list.changed", told, before: pricesOf(list, standing), after: pricesOf(after, []) });
  return { list: after, results };
}

/** A list with the version that it has now, and how many companies were given it or lost it. */
export type SharedList = { readonly list: PriceList; readonly count: number };

/**
 * Gives a list to companies, to all or none; those that have it already keep it. Runs as `stoa_flow`, because no seller may see which
 * companies there are.
 *
 * @param asked.companyIds each once
 * @throws Refused not-found; what `judge` throws; unknown-reference for ids that name no company, by their places
 */
export async function addCompanies(
  tx: Transaction,
  caller: Omit<Actor, "now">,
  asked: AskedList & { readonly companyIds: readonly CompanyId[] },
): Promise<SharedList> {
  const list = await lockList(tx, caller.principal.organisationId as SellerId, asked);
  const known = await findCompaniesOf(tx, asked.companyIds);
  refuseUnknown(asked.companyIds, known, "no company has this id");
  const actor: Actor = { ...caller, now: await now(tx) };
  return shared(tx, actor, list, { added: await insertListCompanies(tx, list, asked.companyIds) });
}

/**
 * Takes a list from companies, from all or none of those that are named.
 *
 * @param asked.companyIds each once
 * @throws Refused not-found; what `judge` throws; unknown-reference for companies that do not have the list, by their places
 */
export async function removeCompanies(
  tx: Transaction,
  actor: Actor,
  asked: AskedList & { readonly companyIds: readonly CompanyId[] },
): Promise<SharedList> {
  const list = await lockList(tx, actor.principal.organisationId as SellerId, asked);
  const removed = await deleteListCompanies(tx, list, asked.companyIds);
  refuseUnknown(asked.companyIds, new Set(removed), "the company does not have the list");
  return shared(tx, actor, list, { removed });
}

async function shared(
  tx: Transaction,
  actor: Actor,
  list: PriceList,
  { added = [], removed = [] }: { readonly added?: readonly CompanyId[]; readonly removed?: readonly CompanyId[] },
): Promise<SharedList> {
  const count = added.length + removed.length;
  if (count === 0) return { list, count };
  const after = risen(list, actor);
  await updateListVersion(tx, after);
  const wire = (ids: readonly CompanyId[]) => ids.map((id) => toWireId(prefixes.company, id));
  const facts = {
    ...(added.length > 0 ? { companies_added: wire(added) } : {}),
    ...(removed.length > 0 ? { companies_removed: wire(removed) } : {}),
  };
  const [was, is] = [{ version: list.version }, { version: after.version, ...facts }];
  await recordList(tx, actor, after, { type: "price_list.changed", told: facts, before: was, after: is });
  return { list: after, count };
}

async function lockList(tx: Transaction, sellerId: SellerId, { priceListId, judge }: AskedList): Promise<PriceList> {
  const list = await lockPriceList(tx, sellerId, priceListId);
  if (list === undefined) throw new Refused<NotFound>({ code: "not-found" });
  judge(list.version);
  return list;
}

function risen(list: PriceList, { now: at }: Actor): PriceList {
  return { ...list, version: list.version + 1, changedAt: at };
}

function offersOf(prices: readonly ListedPrice[]) {
  return prices.map(({ offerId }) => offerId);
}

/** The prices that a change is about, whole: what was agreed is proved by the entry. */
function pricesOf({ version, currency }: PriceList, prices: readonly ListedPrice[]): Facts {
  return { version, prices: prices.map((price) => shownPrice(price, currency)) };
}

type ListChange = {
  readonly type: string;
  readonly told?: Facts & Record<string, number | string[]>;
  readonly before?: Facts;
  readonly after: Facts;
};

async function recordList(tx: Transaction, actor: Actor, list: PriceList, { type, told = {}, before, after }: ListChange): Promise<void> {
  const subject = { subjectType: "priceList", subjectId: list.priceListId, version: list.version } as const;
  const change = { type, ...subject, told: { ...shownPriceList(list), ...told }, ...(before === undefined ? {} : { before }), after };
  await record(tx, actor, change, [list.sellerId]);
}

function refuseFaults(terms: PriceListTerms): void {
  const errors = faultsOfList(terms);
  if (errors.length > 0) throw new Refused<TermsInvalid>({ code: "request-invalid", errors });
}

async function refuseTakenName(tx: Transaction, list: Pick<PriceList, "sellerId" | "priceListId" | "name">): Promise<void> {
  if (await listNameIsTaken(tx, list)) throw new Refused<NameTaken>({ code: "name-taken", pointer: "/name" });
}

function refuseUnknown(companyIds: readonly CompanyId[], known: ReadonlySet<CompanyId>, detail: string): void {
  const errors = companyIds.flatMap((id, index) => (known.has(id) ? [] : [{ pointer: `/companies/${index}`, detail }]));
  if (errors.length > 0) throw new Refused<UnknownCompanies>({ code: "unknown-reference", errors });
}
