import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, AuditId, EventId, IdSource, PersonId, SellerId, Uuid } from "../../kernel/ids.ts";
import { appendAudit } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import { appendEvents } from "../../platform/outbox/index.ts";
import type { Sealed } from "../../platform/sealing/index.ts";
import { shownSeller } from "./seller.ts";
import type { Address, Seller } from "./seller.ts";
import { insertSeller } from "./seller-store.ts";

/** The operator's member who acts, and the request by which. */
export type OperatorActor = {
  readonly principal: { readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly idempotencyId: Uuid;
  readonly now: Instant;
  readonly newId: IdSource;
};

/** What makes a seller of an organisation that is enrolled. The contact's data comes sealed: it goes into the audit entry only. */
export type NewSeller = {
  readonly sellerId: SellerId;
  readonly name: string;
  readonly address: Address;
  readonly taxNumber?: string | undefined;
  readonly contactPersonId: PersonId;
  readonly contact: Sealed;
};

/** Adds a seller. */
export async function addSeller(tx: Transaction, actor: OperatorActor, facts: NewSeller): Promise<Seller> {
  const { contact, taxNumber = null, ...given } = facts;
  const seller: Seller = { ...given, taxNumber, version: 1, createdAt: actor.now };
  const data = shownSeller(seller);
  const { requestId, traceparent, now, newId, principal } = actor;
  await insertSeller(tx, seller);
  await appendEvents(tx, [
    {
      eventId: newId<EventId>(now),
      organisationId: seller.sellerId,
      subjectId: seller.sellerId,
      subjectType: "seller",
      subjectVersion: seller.version,
      type: "seller.created",
      occurredAt: now,
      requestId,
      ...(traceparent === undefined ? {} : { traceparent }),
      data,
      audiences: [{ organisationId: seller.sellerId, data }],
    },
  ]);
  await appendAudit(tx, [
    {
      auditId: newId<AuditId>(now),
      at: now,
      organisationId: principal.organisationId,
      principalId: principal.keyId,
      action: "seller.created",
      subjectType: "seller",
      subjectId: seller.sellerId,
      after: { ...data, contact },
      requestId,
      idempotencyId: actor.idempotencyId,
    },
  ]);
  return seller;
}
