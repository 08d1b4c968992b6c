import type { Circumstances } from "../kernel/actor.ts";
import type { SellerId } from "../kernel/ids.ts";
import { type Contact, enrolOrganisation } from "../modules/identity/index.ts";
import { type NewSeller, registerSeller as writeSeller, type Seller } from "../modules/sellers/index.ts";
import type { Transaction } from "../platform/db/index.ts";

/** What a stranger says of a seller that it wants to be. */
export type SellerRegistration = Omit<NewSeller, "sellerId" | "contactPersonId" | "contact" | "seriesPrefix"> & {
  readonly contact: Contact;
};

/** Takes the application of whoever wants to sell: its organisation, the person who asks as its owner, and who it is in law. */
export async function registerSeller(
  tx: Transaction,
  circumstances: Circumstances,
  { contact, ...facts }: SellerRegistration,
): Promise<Seller> {
  const sellerId = circumstances.newId<SellerId>(circumstances.now);
  const { personId } = await enrolOrganisation(tx, circumstances, { organisationId: sellerId, kind: "seller", contact });
  return writeSeller(tx, circumstances, { ...facts, sellerId, contactPersonId: personId });
}
