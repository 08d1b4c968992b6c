import { type SellerId } from "../kernel/ids.ts";
import { lockSellerIfFree, sellerSweep } from "../modules/sellers/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { clearDeadlines, isDue } from "../platform/jobs/index.ts";
import { settleNext, type Walk } from "./settle-party.ts";
import type { PlaceOfOrder } from "../views/orders-of-party.ts";

/**
 * Does what a suspension, its end or the closing of a seller means for its orders: for all that were too many for that moment, and again for
 * those that slipped in while it came into effect. A transaction looks at some of them, so there is one after the other; the sweep stands
 * until the last has committed, and who begins anew after a crash finds done what was done.
 *
 * Locks: seller (only if nobody holds it), deadline.
 *
 * @returns behind which order the next transaction goes on; "busy" when somebody else holds the seller: the sweeper comes again
 */
export async function sweepSeller(tx: Transaction, sellerId: SellerId, walk: Walk = {}): Promise<"done" | "busy" | PlaceOfOrder> {
  const seller = await lockSellerIfFree(tx, sellerId);
  if (seller === undefined) return "busy";
  const at = await now(tx);
  const sweep = sellerSweep(sellerId, at);
  // Whoever changes the seller now has the sweep moved to when that has come into effect: one that was read as due before is not it.
  if (!(await isDue(tx, sweep, at))) return "done";
  const party = { kind: "seller", id: sellerId } as const;
  const cancels = seller.suspension === "cancel" || seller.state === "closed";
  const next = await settleNext(tx, { party, cancels, at }, walk);
  if (next !== undefined) return next;
  await clearDeadlines(tx, [sweep]);
  return "done";
}
