import type { Actor } from "../kernel/actor.ts";
import { Refused } from "../kernel/refusal.ts";
import { deleteTaxNumber, type NotFound, replaceTaxNumber } from "../modules/identity/index.ts";
import { lockLivingSeller, type Seller, type SellerAsked, type SellerHomeCountry, touchSeller } from "../modules/sellers/index.ts";
import type { Transaction } from "../platform/db/index.ts";

/**
 * Sets a seller's tax number of a further country, or takes it away when `number` is null. It is not checked, even if one before it was.
 *
 * Locks: seller.
 *
 * @returns undefined when there is no such seller
 * @throws Refused home-country, because that one stands in the profile; not-found for one to be taken away that is not there;
 * state-conflict, and what `checkVersion` throws
 */
export async function changeSellerTaxNumber(
  tx: Transaction,
  actor: Actor,
  asked: SellerAsked & { readonly country: string; readonly number: string | null },
): Promise<Seller | undefined> {
  const { sellerId, country, number } = asked;
  const before = await lockLivingSeller(tx, asked);
  if (before === undefined) return undefined;
  if (country === before.address.country) throw new Refused<SellerHomeCountry>({ code: "home-country", country });
  if (number !== null) await replaceTaxNumber(tx, sellerId, { country, number }, actor.now);
  else if (!(await deleteTaxNumber(tx, sellerId, country))) throw new Refused<NotFound>({ code: "not-found" });
  const action = number === null ? "seller.tax_number_removed" : "seller.tax_number_changed";
  return touchSeller(tx, before, { action, more: { tax_country: country, further_tax_number: number } }, actor);
}
