import type { AuditId } from "../../kernel/ids.ts";
import { appendAudit } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import type { Sealed } from "../../platform/sealing/index.ts";
import { type Seller, toldSeller } from "./seller.ts";
import type { Actor } from "./seller-life.ts";

/** What was done with a seller; the contact's data comes sealed. */
export type SellerAudit = {
  readonly action: string;
  readonly before?: Seller;
  readonly after: Seller;
  readonly contact?: Sealed;
  readonly reason?: string | undefined;
};

/** Writes the audit entry of a request: one, though the seller took several steps, for one request did one thing. */
export async function auditSeller(
  tx: Transaction,
  { principal, now, newId, requestId, idempotencyId }: Actor,
  { action, before, after, contact, reason }: SellerAudit,
): Promise<void> {
  await appendAudit(tx, [
    {
      auditId: newId<AuditId>(now),
      at: now,
      organisationId: principal.organisationId,
      principalId: principal.keyId,
      action,
      subjectType: "seller",
      subjectId: after.sellerId,
      before: before && toldSeller(before),
      after: { ...toldSeller(after), ...(contact === undefined ? {} : { contact }) },
      reason,
      requestId,
      idempotencyId,
    },
  ]);
}
