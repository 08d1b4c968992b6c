import type { HoldId } from "../kernel/ids.ts";
import { endHold } from "../modules/holds/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { type HoldMeans, type HoldSettled, lockHold } from "./place-hold.ts";
import { settleSubject } from "./stop-orders.ts";

/**
 * Releases a hold. What nothing else stops may take its next step again, and its deadlines go on as much later as they stood still.
 *
 * Locks: company, seller or order; deadline.
 *
 * @returns undefined when there is no such hold
 * @throws Refused hold-released; what `judge` throws
 */
export async function releaseHold(
  tx: Transaction,
  means: HoldMeans,
  asked: { readonly holdId: HoldId; readonly reason: string; readonly judge: (version: number) => void },
): Promise<HoldSettled | undefined> {
  const found = await lockHold(tx, asked.holdId);
  if (found === undefined) return undefined;
  asked.judge(found.hold.version);
  const at = await now(tx);
  const hold = await endHold(tx, { ...means, now: at }, found.hold, asked.reason, found.audience);
  return { hold, effectiveBy: await settleSubject(tx, hold.subject, at) };
}
