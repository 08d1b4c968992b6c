import type { Actor } from "../kernel/actor.ts";
import { Refused } from "../kernel/refusal.ts";
import { type NotFound, recordTaxNumberCheck } from "../modules/identity/index.ts";
import { checkSellerTaxNumber as writeCheck, lockLivingSeller, type Seller, type SellerAsked } from "../modules/sellers/index.ts";
import type { Transaction } from "../platform/db/index.ts";

/**
 * Records that the operator has checked a seller's tax number of a country, and by what. A number that is changed is not checked any more.
 *
 * Locks: seller.
 *
 * @returns undefined when there is no such seller
 * @throws Refused not-found when it has no number of this country; state-conflict, and what `checkVersion` throws
 */
export async function checkSellerTaxNumber(
  tx: Transaction,
  actor: Actor,
  asked: SellerAsked & { readonly country: string; readonly evidence: string },
): Promise<Seller | undefined> {
  const { sellerId, country, evidence } = asked;
  const before = await lockLivingSeller(tx, asked);
  if (before === undefined) return undefined;
  const own = country === before.address.country;
  const known = own ? before.taxNumber !== null : await recordTaxNumberCheck(tx, sellerId, { country, evidence }, actor.now);
  if (!known) throw new Refused<NotFound>({ code: "not-found" });
  return writeCheck(tx, before, { country, evidence }, actor);
}
