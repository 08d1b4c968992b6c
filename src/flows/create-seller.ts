import type { Actor } from "../kernel/actor.ts";
import type { SellerId } from "../kernel/ids.ts";
import { type Contact, enrolOrganisation, readOperatorProfile } from "../modules/identity/index.ts";
import { addSeller, type NewSeller, type Seller } from "../modules/sellers/index.ts";
import type { Transaction } from "../platform/db/index.ts";

/** What an operator says of a new seller. */
export type SellerFacts = Omit<NewSeller, "sellerId" | "contactPersonId" | "contact"> & {
  readonly contact: Contact;
  /** Whether it sells from now on; else it has applied. */
  readonly activate?: boolean | undefined;
};

/**
 * Creates a seller: its organisation and the person it is reached by, and who it is in law.
 *
 * @throws Refused seller-incomplete, operator-profile-missing, series-prefix-taken
 */
export async function createSeller(tx: Transaction, actor: Actor, { contact, ...facts }: SellerFacts): Promise<Seller> {
  const sellerId = actor.newId<SellerId>(actor.now);
  const { personId, sealed } = await enrolOrganisation(tx, actor, { organisationId: sellerId, kind: "seller", contact });
  const { activate = false, ...told } = facts;
  const operatorIsKnown = (await readOperatorProfile(tx)) !== undefined;
  return addSeller(tx, actor, { ...told, activate, operatorIsKnown, sellerId, contactPersonId: personId, contact: sealed });
}
