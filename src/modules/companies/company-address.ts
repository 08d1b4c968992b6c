import type { AddressId, CompanyId } from "../../kernel/ids.ts";
import { prefixes, toWireId } from "../../kernel/ids.ts";
import type { Address } from "./company.ts";

/** A place to which a company lets goods be delivered, beside its own address. The name is of a place or department, not of a person. */
export type CompanyAddress = {
  readonly companyId: CompanyId;
  readonly addressId: AddressId;
  readonly name: string;
  readonly address: Address;
  readonly version: number;
};

/** An address as it is shown and told of. */
export function shownAddress({ addressId, name, address, version }: CompanyAddress) {
  return { id: toWireId(prefixes.address, addressId), name, ...address, version };
}
