import type { Actor } from "../../kernel/actor.ts";
import type { SellerId } from "../../kernel/ids.ts";
import { Refused } from "../../kernel/refusal.ts";
import { appendAudit, auditEntry } from "../../platform/audit/index.ts";
import type { Transaction } from "../../platform/db/index.ts";
import type { NotFound } from "./commission-refusals.ts";
import { type CreditRisk, type SellerContract, shownContract } from "./seller-contract.ts";
import { findSellerContract, lockSellerContract, putSellerContract } from "./seller-contract-store.ts";

/**
 * Agrees with a seller who bears it when a company does not pay. It counts for what is placed from then on; what was placed is frozen.
 * What is so already changes nothing and keeps the version.
 *
 * @throws Refused not-found; what `judge` throws
 */
export async function changeSellerContract(
  tx: Transaction,
  actor: Actor,
  asked: { readonly sellerId: SellerId; readonly creditRisk: CreditRisk; readonly judge: (version: number) => void },
): Promise<SellerContract> {
  const { sellerId, creditRisk, judge } = asked;
  await lockSellerContract(tx, sellerId);
  const before = await findSellerContract(tx, sellerId);
  if (before === undefined) throw new Refused<NotFound>({ code: "not-found" });
  judge(before.version);
  if (before.creditRisk === creditRisk) return before;
  const after = { ...before, creditRisk, version: before.version + 1, changedAt: actor.now };
  await putSellerContract(tx, after);
  const audited = { subjectType: "seller", subjectId: sellerId, before: shownContract(before), after: shownContract(after) } as const;
  await appendAudit(tx, [auditEntry(actor, { action: "seller_contract.changed", ...audited })]);
  return after;
}
