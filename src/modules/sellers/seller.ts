import type { Instant } from "../../kernel/clock.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { PersonId, SellerId } from "../../kernel/ids.ts";

/** A postal address. Country: ISO 3166-1 alpha-2. */
export type Address = { readonly street: string; readonly city: string; readonly postal_code: string; readonly country: string };

/** A seller: who it is in law. The person it is reached by stands with identity. */
export type Seller = {
  readonly sellerId: SellerId;
  readonly name: string;
  readonly address: Address;
  readonly taxNumber: string | null;
  readonly contactPersonId: PersonId;
  readonly version: number;
  readonly createdAt: Instant;
};

/** A seller as answers, events and audit entries show it: persons as ids only. */
export function shownSeller(seller: Seller) {
  return {
    id: toWireId(prefixes.seller, seller.sellerId),
    name: seller.name,
    address: seller.address,
    tax_number: seller.taxNumber,
    contact_person: toWireId(prefixes.person, seller.contactPersonId),
    version: seller.version,
  };
}
