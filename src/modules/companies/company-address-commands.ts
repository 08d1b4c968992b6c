import type { Actor } from "../../kernel/actor.ts";
import type { AddressId, CompanyId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import { appendAudit, auditEntry } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents, newEvent } from "../../platform/outbox/index.ts";
import type { Address } from "./company.ts";
import { type CompanyAddress, shownAddress } from "./company-address.ts";
import { insertAddress, lockAddress, removeAddressRow, updateAddress } from "./company-address-store.ts";
import type { NotFound } from "./company-refusals.ts";

/** What a company says of a place for deliveries. */
export type AddressFacts = { readonly name: string; readonly address: Address };

/** Which address, and what judges the caller's `If-Match` on the locked row. */
export type AddressAsked = {
  readonly companyId: CompanyId;
  readonly addressId: AddressId;
  readonly checkVersion: (version: number) => void;
};

/** Adds a place for deliveries. */
export async function addAddress(
  tx: Transaction,
  actor: Actor,
  facts: AddressFacts & { readonly companyId: CompanyId },
): Promise<CompanyAddress> {
  const added: CompanyAddress = { ...facts, addressId: actor.newId<AddressId>(actor.now), version: 1 };
  await insertAddress(tx, added);
  await tell(tx, "address.added", added, actor);
  return added;
}

/**
 * Changes a place for deliveries. What was agreed before keeps the address it had.
 *
 * @throws Refused not-found, and what `checkVersion` throws
 */
export async function changeAddress(tx: Transaction, actor: Actor, asked: AddressAsked, facts: AddressFacts): Promise<CompanyAddress> {
  const before = await lockAsked(tx, asked);
  const changed = { ...before, ...facts, version: before.version + 1 };
  await updateAddress(tx, changed);
  await tell(tx, "address.changed", changed, actor);
  return changed;
}

/**
 * Removes a place for deliveries, for ever.
 *
 * @throws Refused not-found, and what `checkVersion` throws
 */
export async function removeAddress(tx: Transaction, actor: Actor, asked: AddressAsked): Promise<CompanyAddress> {
  const before = await lockAsked(tx, asked);
  const removed = { ...before, version: before.version + 1 };
  await removeAddressRow(tx, removed, actor.now);
  await tell(tx, "address.removed", removed, actor);
  return removed;
}

async function lockAsked(tx: Transaction, { companyId, addressId, checkVersion }: AddressAsked): Promise<CompanyAddress> {
  const found = await lockAddress(tx, companyId, addressId);
  if (found === undefined) throw new Refused<NotFound>({ code: "not-found" });
  checkVersion(found.version);
  return found;
}

async function tell(tx: Transaction, type: string, address: CompanyAddress, actor: Actor): Promise<void> {
  const { companyId, addressId: subjectId, version: subjectVersion } = address;
  const subject = { organisationId: companyId, subjectId, subjectType: "address", subjectVersion } as const;
  const data = shownAddress(address);
  await appendEvents(tx, [newEvent(actor, { ...subject, type, data }, [companyId])]);
  await appendAudit(tx, [auditEntry(actor, { action: type, subjectType: "address", subjectId, after: data })]);
}
