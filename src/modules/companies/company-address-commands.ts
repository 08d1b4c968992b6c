import type { AddressId, AuditId, CompanyId, EventId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import { appendAudit } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import type { Address } from "./company.ts";
import { type CompanyAddress, shownAddress } from "./company-address.ts";
import { insertAddress, lockAddress, removeAddressRow, updateAddress } from "./company-address-store.ts";
import type { Actor } from "./company-life.ts";
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

async function tell(
  tx: Transaction,
  type: string,
  address: CompanyAddress,
  { principal, now, newId, requestId, traceparent, idempotencyId }: Actor,
): Promise<void> {
  const data = shownAddress(address);
  await appendEvents(tx, [
    {
      eventId: newId<EventId>(now),
      organisationId: address.companyId,
      subjectId: address.addressId,
      subjectType: "address",
      subjectVersion: address.version,
      type,
      occurredAt: now,
      requestId,
      ...(traceparent === undefined ? {} : { traceparent }),
      data,
      audiences: [{ organisationId: address.companyId, data }],
    },
  ]);
  await appendAudit(tx, [
    {
      auditId: newId<AuditId>(now),
      at: now,
      organisationId: principal.organisationId,
      principalId: principal.keyId,
      action: type,
      subjectType: "address",
      subjectId: address.addressId,
      after: data,
      requestId,
      idempotencyId,
    },
  ]);
}
