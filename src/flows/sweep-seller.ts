import { isBefore } from "../kernel/clock.ts";
import { type SellerId } from "../kernel/ids.ts";
import { lockSellerIfFree, sellerSweep } from "../modules/sellers/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { clearDeadlines, standingDeadline } from "../platform/jobs/index.ts";
import { cancelUnshipped, settleStops } from "./settle-party.ts";

/**
 * Does again what a suspension, its end or the closing of a seller did to its orders, for those that slipped in while it came into effect.
 *
 * Locks: seller (only if nobody holds it), deadline.
 *
 * @returns "busy" when somebody else holds the seller: the sweeper comes again
 */
export async function sweepSeller(tx: Transaction, sellerId: SellerId): Promise<"done" | "busy"> {
  const seller = await lockSellerIfFree(tx, sellerId);
  if (seller === undefined) return "busy";
  const at = await now(tx);
  const sweep = sellerSweep(sellerId, at);
  // Whoever changes the seller now has the sweep moved to when that has come into effect: one that was read as due before is not it.
  const dueAt = await standingDeadline(tx, sweep);
  if (dueAt === undefined || isBefore(at, dueAt)) return "done";
  const party = { kind: "seller", id: sellerId } as const;
  await settleStops(tx, party, at);
  if (seller.suspension === "cancel" || seller.state === "closed") await cancelUnshipped(tx, party, at);
  await clearDeadlines(tx, [sweep]);
  return "done";
}
