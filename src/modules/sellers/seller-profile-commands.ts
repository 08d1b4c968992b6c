import type { Actor } from "../../kernel/actor.ts";
import type { SellerId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Transaction } from "../../platform/db/index.ts";
import type { StateConflict } from "../../platform/lifecycle/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import { type Address, missingFacts, type Seller, type SellerCalendar } from "./seller.ts";
import { auditSeller } from "./seller-audit.ts";
import { withItsPrefix } from "./seller-commands.ts";
import { sellerFact } from "./seller-life.ts";
import type { SellerIncomplete, SeriesPrefixFixed } from "./seller-refusals.ts";
import { lockSeller, updateSellerFacts } from "./seller-store.ts";

/** Who a seller says it is, whole: what is null is not so. */
export type SellerProfile = SellerCalendar & {
  readonly name: string;
  readonly address: Address;
  readonly registrationNumber: string | null;
  readonly taxNumber: string | null;
  readonly seriesPrefix: string | null;
};

/** Which seller changes, and what judges the caller's `If-Match` on the locked row. */
export type SellerAsked = { readonly sellerId: SellerId; readonly checkVersion: (version: number) => void };

/**
 * Locks a seller that may still change; its version is judged.
 *
 * @returns undefined when there is no such seller
 * @throws Refused state-conflict when it was rejected or has closed; what `checkVersion` throws
 */
export async function lockLivingSeller(tx: Transaction, { sellerId, checkVersion }: SellerAsked): Promise<Seller | undefined> {
  const seller = await lockSeller(tx, sellerId);
  if (seller === undefined) return undefined;
  checkVersion(seller.version);
  if (seller.state === "rejected" || seller.state === "closed") {
    throw new Refused<StateConflict>({ code: "state-conflict", state: seller.state, allowed: [] });
  }
  return seller;
}

/**
 * Writes who a locked seller is now. Whoever sells stays complete, and a tax number that is another, or of another country, is not
 * checked any more. The prefix of its documents changes until it sells, and never again.
 *
 * @throws Refused seller-incomplete, series-prefix-fixed, series-prefix-taken
 */
export async function changeSellerFacts(tx: Transaction, before: Seller, facts: SellerProfile, actor: Actor): Promise<Seller> {
  const same = facts.taxNumber === before.taxNumber && facts.address.country === before.address.country;
  const unchecked = same ? {} : { taxNumberCheckedAt: null, taxNumberEvidence: null };
  return writeFacts(tx, before, { ...facts, ...unchecked }, { action: "seller.changed" }, actor);
}

/** Records that the market writes invoices in the seller's name, by the word of who acts. A mandate that was given stays as it was given. */
export async function giveMandate(tx: Transaction, before: Seller, actor: Actor): Promise<Seller> {
  const action = "seller.mandate_given";
  if (before.mandateAt === null) {
    return writeFacts(tx, before, { mandateAt: actor.now, mandateBy: actor.principal.keyId }, { action }, actor);
  }
  await auditSeller(tx, actor, { action, before, after: before });
  return before;
}

/** What is written down of a change: its name, what the event says besides what the seller is now, and why. */
export type SellerChangeTold = {
  readonly action: string;
  readonly more?: { readonly [member: string]: string | null };
  readonly reason?: string;
};

/** Tells that something beside the seller's own row has changed for it, a tax number of a further country: its version rises. */
export async function touchSeller(tx: Transaction, before: Seller, told: SellerChangeTold, actor: Actor): Promise<Seller> {
  return writeFacts(tx, before, {}, told, actor);
}

/**
 * Records that the operator has checked a tax number, and by what: that of the seller's own country stands in its row, those of others with
 * identity.
 */
export async function checkSellerTaxNumber(
  tx: Transaction,
  before: Seller,
  { country, evidence }: { readonly country: string; readonly evidence: string },
  actor: Actor,
): Promise<Seller> {
  const own = country === before.address.country;
  const changes = own ? { taxNumberCheckedAt: actor.now, taxNumberEvidence: evidence } : {};
  const more = { tax_country: country, evidence };
  return writeFacts(tx, before, changes, { action: "seller.tax_number_checked", more, reason: evidence }, actor);
}

async function writeFacts(
  tx: Transaction,
  before: Seller,
  changes: Partial<Seller>,
  { action, more = {}, reason }: SellerChangeTold,
  actor: Actor,
): Promise<Seller> {
  const seller: Seller = { ...before, ...changes, version: before.version + 1 };
  const sells = seller.state === "active" || seller.state === "suspended";
  const missing = sells ? missingFacts(seller) : [];
  if (missing.length > 0) throw new Refused<SellerIncomplete>({ code: "seller-incomplete", missing });
  if (sells && before.seriesPrefix !== null && seller.seriesPrefix !== before.seriesPrefix) {
    throw new Refused<SeriesPrefixFixed>({ code: "series-prefix-fixed", series_prefix: before.seriesPrefix });
  }
  await withItsPrefix(seller, () => updateSellerFacts(tx, seller, actor.now));
  await appendEvents(tx, [sellerFact(seller, action, actor, more)]);
  await auditSeller(tx, actor, { action, before, after: seller, reason });
  return seller;
}
