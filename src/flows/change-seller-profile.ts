import type { Actor } from "../kernel/actor.ts";
import { deleteTaxNumber } from "../modules/identity/index.ts";
import { changeSellerFacts, lockLivingSeller, type Seller, type SellerAsked, type SellerProfile } from "../modules/sellers/index.ts";
import type { Transaction } from "../platform/db/index.ts";

/**
 * Writes who a seller says it is. In a country that is its own from now on it has one tax number, that of the profile.
 *
 * Locks: seller.
 *
 * @returns undefined when there is no such seller
 * @throws Refused state-conflict, seller-incomplete, series-prefix-fixed, series-prefix-taken, and what `checkVersion` throws
 */
export async function changeSellerProfile(
  tx: Transaction,
  actor: Actor,
  asked: SellerAsked,
  facts: SellerProfile,
): Promise<Seller | undefined> {
  const before = await lockLivingSeller(tx, asked);
  if (before === undefined) return undefined;
  const seller = await changeSellerFacts(tx, before, facts, actor);
  if (seller.address.country !== before.address.country) await deleteTaxNumber(tx, seller.sellerId, seller.address.country);
  return seller;
}
