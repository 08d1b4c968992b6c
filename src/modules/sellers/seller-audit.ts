import type { Actor } from "../../kernel/actor.ts";
import { appendAudit, auditEntry } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import type { Sealed } from "../../platform/sealing/index.ts";
import { type Seller, toldSeller } from "./seller.ts";

/** What was done with a seller; the contact's data comes sealed. */
export type SellerAudit = {
  readonly action: string;
  readonly before?: Seller;
  readonly after: Seller;
  readonly contact?: Sealed;
  readonly reason?: string | undefined;
};

/** Writes the audit entry of a request: one, though the seller took several steps, for one request did one thing. */
export async function auditSeller(tx: Transaction, actor: Actor, { action, before, after, contact, reason }: SellerAudit): Promise<void> {
  await appendAudit(tx, [
    auditEntry(actor, {
      ...{ action, subjectType: "seller", subjectId: after.sellerId, reason },
      before: before && toldSeller(before),
      after: { ...toldSeller(after), ...(contact === undefined ? {} : { contact }) },
    }),
  ]);
}
