import type { IdSource, SellerId } from "../kernel/ids.ts";
import { lockSellerIfFree, tellOverdueReview } from "../modules/sellers/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";

/** The deadline that has come, as the sweeper read it without a lock. */
export type OverdueSellerReview = { readonly sellerId: SellerId; readonly requestId: string; readonly newId: IdSource };

/**
 * Tells that a seller should have been reviewed by now. It stays in the queue.
 *
 * Locks: seller (only if nobody holds it), deadline.
 *
 * @returns "busy" when somebody else holds the seller: the sweeper comes again
 */
export async function tellOverdueSellerReview(
  tx: Transaction,
  { sellerId, requestId, newId }: OverdueSellerReview,
): Promise<"done" | "busy"> {
  const seller = await lockSellerIfFree(tx, sellerId);
  if (seller === undefined) return "busy";
  await tellOverdueReview(tx, seller, { requestId, traceparent: undefined, idempotencyId: null, now: await now(tx), newId });
  return "done";
}
