import type { SellerId } from "../kernel/ids.ts";
import { type Contact, enrolOrganisation } from "../modules/identity/index.ts";
import { type Address, addSeller, type OperatorActor, type Seller } from "../modules/sellers/index.ts";
import type { Transaction } from "../platform/db/index.ts";

/** What an operator says of a new seller. */
export type SellerFacts = {
  readonly name: string;
  readonly address: Address;
  readonly taxNumber?: string | undefined;
  readonly contact: Contact;
};

/** Creates a seller: its organisation and the person it is reached by, and who it is in law. */
export async function createSeller(tx: Transaction, actor: OperatorActor, { contact, ...facts }: SellerFacts): Promise<Seller> {
  const sellerId = actor.newId<SellerId>(actor.now);
  const { personId, sealed } = await enrolOrganisation(tx, actor, { organisationId: sellerId, kind: "seller", contact });
  return addSeller(tx, actor, { sellerId, ...facts, contactPersonId: personId, contact: sealed });
}
