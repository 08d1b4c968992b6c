import type { SellerId, Uuid } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import type { Transaction } from "../../platform/db/index.ts";
import type { StateConflict } from "../../platform/lifecycle/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import { type Address, missingFacts, type Seller, type SellerCalendar } from "./seller.ts";
import { auditSeller } from "./seller-audit.ts";
import { withItsPrefix } from "./seller-commands.ts";
import { type OperatorActor, type Circumstances, sellerFact } from "./seller-life.ts";
import type { SellerIncomplete } from "./seller-refusals.ts";
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
 * checked any more.
 *
 * @throws Refused seller-incomplete, series-prefix-taken
 */
export async function changeSellerFacts(
  tx: Transaction,
  before: Seller,
  facts: SellerProfile,
  circumstances: Circumstances,
): Promise<Seller> {
  const same = facts.taxNumber === before.taxNumber && facts.address.country === before.address.country;
  const unchecked = same ? {} : { taxNumberCheckedAt: null, taxNumberEvidence: null };
  return writeFacts(tx, before, { ...facts, ...unchecked }, "seller.changed", circumstances);
}

/** Records that the market writes invoices in the seller's name. A mandate that was given stays as it was given. */
export async function giveMandate(tx: Transaction, before: Seller, mandateBy: Uuid, circumstances: Circumstances): Promise<Seller> {
  if (before.mandateAt !== null) return before;
  return writeFacts(tx, before, { mandateAt: circumstances.now, mandateBy }, "seller.mandate_given", circumstances);
}

/**
 * Tells that something beside the seller's own row has changed for it, a tax number of a further country: its version rises.
 * `more` stands in the event beside what the seller is.
 */
export async function touchSeller(
  tx: Transaction,
  before: Seller,
  told: { readonly type: string; readonly more: { readonly [member: string]: string | null } },
  circumstances: Circumstances,
): Promise<Seller> {
  return writeFacts(tx, before, {}, told.type, circumstances, told.more);
}

/** Records that the operator has checked the tax number of the seller's own country, with what it was checked by. */
export async function checkSellerTaxNumber(tx: Transaction, before: Seller, evidence: string, actor: OperatorActor): Promise<Seller> {
  const checked = { taxNumberCheckedAt: actor.now, taxNumberEvidence: evidence };
  return recordCheck(tx, before, checked, { country: before.address.country, evidence }, actor);
}

/** Records that the operator has checked a tax number of a further country, which stands with identity. */
export async function touchCheckedSeller(
  tx: Transaction,
  before: Seller,
  { country, evidence }: { readonly country: string; readonly evidence: string },
  actor: OperatorActor,
): Promise<Seller> {
  return recordCheck(tx, before, {}, { country, evidence }, actor);
}

async function recordCheck(
  tx: Transaction,
  before: Seller,
  changes: Partial<Seller>,
  check: { readonly country: string; readonly evidence: string },
  actor: OperatorActor,
): Promise<Seller> {
  const action = "seller.tax_number_checked";
  const seller = await writeFacts(tx, before, changes, action, actor, { tax_country: check.country, evidence: check.evidence });
  await auditSeller(tx, actor, { action, before, after: seller, reason: `${check.country}: ${check.evidence}` });
  return seller;
}

async function writeFacts(
  tx: Transaction,
  before: Seller,
  changes: Partial<Seller>,
  type: string,
  circumstances: Circumstances,
  more: { readonly [member: string]: string | null } = {},
): Promise<Seller> {
  const seller: Seller = { ...before, ...changes, version: before.version + 1 };
  const missing = seller.state === "active" || seller.state === "suspended" ? missingFacts(seller) : [];
  if (missing.length > 0) throw new Refused<SellerIncomplete>({ code: "seller-incomplete", missing });
  await withItsPrefix(seller, () => updateSellerFacts(tx, seller, circumstances.now));
  await appendEvents(tx, [sellerFact(seller, type, circumstances, more)]);
  return seller;
}
