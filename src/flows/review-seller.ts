import type { Actor } from "../kernel/actor.ts";
import { readOperatorProfile } from "../modules/identity/index.ts";
import { decideOnSeller, type Seller, type SellerDecision } from "../modules/sellers/index.ts";
import type { Transaction } from "../platform/db/index.ts";

/**
 * Takes a seller's application a step on. Nobody sells before the operator has said who it is: its profile stands on all their papers.
 *
 * Locks: seller, deadline.
 *
 * @returns undefined when there is no such seller
 * @throws Refused state-conflict, seller-incomplete, operator-profile-missing, and what `checkVersion` throws
 */
export async function reviewSeller(
  tx: Transaction,
  actor: Actor,
  decision: Omit<SellerDecision, "operatorIsKnown">,
): Promise<Seller | undefined> {
  const operatorIsKnown = (await readOperatorProfile(tx)) !== undefined;
  return decideOnSeller(tx, actor, { ...decision, operatorIsKnown });
}
