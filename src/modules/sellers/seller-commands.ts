import type { Actor, Circumstances } from "../../kernel/actor.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { PersonId, SellerId, Uuid } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import { type Transaction, violatedConstraint } from "../../platform/db/index.ts";
import { addDeadlines, setDeadlines } from "../../platform/jobs/index.ts";
import type { Sealed } from "../../platform/sealing/index.ts";
import { type Address, missingFacts, type Seller, type SellerCalendar } from "./seller.ts";
import { auditSeller } from "./seller-audit.ts";
import { nameOfStep, recordSteps, reviewDeadlineOf, reviewDueAt, type Taken, takeStep } from "./seller-life.ts";
import type { OperatorProfileMissing, SellerIncomplete, SeriesPrefixTaken } from "./seller-refusals.ts";
import { insertSeller, updateSellerState } from "./seller-store.ts";

/** What makes a seller of an organisation that is enrolled. The contact's data comes sealed: it goes into the audit entry only. */
export type NewSeller = Partial<SellerCalendar> & {
  readonly sellerId: SellerId;
  readonly name: string;
  readonly address: Address;
  readonly registrationNumber?: string | undefined;
  readonly taxNumber?: string | undefined;
  /** Whether the seller lets the market write invoices in its name. */
  readonly mandate?: boolean | undefined;
  readonly seriesPrefix?: string | undefined;
  readonly contactPersonId: PersonId;
  readonly contact: Sealed;
};

/** What the market has to have before somebody sells in it: the operator's profile, once given, never goes. */
export type Market = { readonly operatorIsKnown: boolean };

/**
 * Adds a seller in the operator's name. It has applied; with `activate` it is reviewed and sells, all in this transaction.
 *
 * @throws Refused seller-incomplete, operator-profile-missing, series-prefix-taken
 */
export async function addSeller(
  tx: Transaction,
  actor: Actor,
  facts: NewSeller & { readonly activate: boolean } & Market,
): Promise<Seller> {
  const { principal, now } = actor;
  const applied = newSeller(facts, now, principal.keyId);
  const birth: Taken = { seller: applied, from: "", event: "apply", cause: "added by the operator" };
  const taken = [birth];
  await withItsPrefix(applied, () => insertSeller(tx, applied));
  if (facts.activate) {
    refuseUnfit(applied, facts);
    const reviewed = takeStep(applied, "review", "added as active", { reviewerId: principal.keyId });
    const active = takeStep(reviewed.seller, "activate", "added as active", { reviewDueAt: null });
    taken.push(reviewed, active);
    // Both steps are edges, so each is one of the row: the trigger would not let it leap.
    await updateSellerState(tx, reviewed.seller, now);
    await updateSellerState(tx, active.seller, now);
  } else {
    await setDeadlines(tx, [reviewDeadlineOf(applied)]);
  }
  const { seller, event } = taken.at(-1) ?? birth;
  await recordSteps(tx, taken, { kind: "operator", id: principal.keyId }, actor);
  await auditSeller(tx, actor, { action: nameOfStep(event), after: seller, contact: facts.contact });
  return seller;
}

/**
 * Whoever is to sell has all that it takes, and so has the market.
 *
 * @throws Refused seller-incomplete, operator-profile-missing
 */
export function refuseUnfit(seller: Seller, { operatorIsKnown }: Market): void {
  const missing = missingFacts(seller);
  if (missing.length > 0) throw new Refused<SellerIncomplete>({ code: "seller-incomplete", missing });
  if (!operatorIsKnown) throw new Refused<OperatorProfileMissing>({ code: "operator-profile-missing" });
}

/** Writes down that a stranger applies to be a seller. Nothing is read: whoever applies may see nothing. */
export async function registerSeller(
  tx: Transaction,
  circumstances: Circumstances,
  facts: Omit<NewSeller, "contact" | "seriesPrefix">,
): Promise<Seller> {
  const seller = newSeller(facts, circumstances.now, facts.contactPersonId);
  await insertSeller(tx, seller);
  const birth: Taken = { seller, from: "", event: "apply", cause: "registered" };
  await recordSteps(tx, [birth], { kind: "public", id: null }, circumstances);
  await addDeadlines(tx, [reviewDeadlineOf(seller)]);
  return seller;
}

/** The seller that has applied. A mandate is recorded as given now, by the word of `mandateBy`. */
function newSeller(facts: Omit<NewSeller, "contact">, now: Instant, mandateBy: Uuid): Seller {
  const { sellerId, name, address, registrationNumber = null, taxNumber = null, mandate = false, seriesPrefix = null } = facts;
  const { timeZone = "UTC", workingDays = [1, 2, 3, 4, 5], holidays = [], contactPersonId } = facts;
  return {
    ...{ sellerId, state: "applied", suspension: null, name, address, registrationNumber },
    ...{ taxNumber, taxNumberCheckedAt: null, taxNumberEvidence: null },
    ...{ mandateAt: mandate ? now : null, mandateBy: mandate ? mandateBy : null, seriesPrefix },
    ...{ timeZone, workingDays, holidays, contactPersonId },
    ...{ reviewerId: null, reviewDueAt: reviewDueAt(now), version: 1, createdAt: now },
  };
}

/** Among sellers, and among all who issue documents. */
const prefixKeys: readonly (string | undefined)[] = ["sellers_series_prefix_key", "series_prefixes_prefix_key"];

/**
 * Does a write of a seller's facts; of two who want one series prefix a unique index decides.
 *
 * @throws Refused series-prefix-taken
 */
export async function withItsPrefix({ seriesPrefix }: Pick<Seller, "seriesPrefix">, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (seriesPrefix === null || !prefixKeys.includes(violatedConstraint(error))) throw error;
    throw new Refused<SeriesPrefixTaken>({ code: "series-prefix-taken", series_prefix: seriesPrefix });
  }
}
