import type { Actor } from "../kernel/actor.ts";
import type { Instant } from "../kernel/clock.ts";
import type { SellerId } from "../kernel/ids.ts";
import { effectiveBy } from "../modules/identity/index.ts";
import { lockSeller, moveSeller, type Reach, type Seller, sellerSweep } from "../modules/sellers/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { setDeadlines } from "../platform/jobs/index.ts";
import { cancelUnshipped, settleStops } from "./settle-party.ts";

/** Which seller, how far and why; who decides it. */
export type SuspendSeller = Omit<Actor, "now"> & {
  readonly sellerId: SellerId;
  readonly reach: Reach;
  readonly reason: string;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
};

/**
 * Suspends a seller. Nobody can order from it from now on; a checkout that was being placed may still be confirmed until `effectiveBy`. With the reach
 * `hold` its open orders stand still, with `cancel` what has not left is cancelled besides, order by order. The first two
 * hundred are looked at here; the rest, and what slips in until `effectiveBy`, is swept up then.
 *
 * Locks: seller, deadline.
 *
 * @returns undefined when there is no such seller
 * @throws Refused state-conflict, and what `checkVersion` throws
 */
export async function suspendSeller(
  tx: Transaction,
  command: SuspendSeller,
): Promise<{ readonly seller: Seller; readonly effectiveBy: Instant } | undefined> {
  const { sellerId, reach, reason } = command;
  const before = await lockSeller(tx, sellerId);
  if (before === undefined) return undefined;
  const at = await now(tx);
  command.checkVersion(before.version);
  const seller = await moveSeller(tx, before, { event: "suspend", suspension: reach, reason }, { ...command, now: at });
  if (reach !== "new") {
    const party = { kind: "seller", id: sellerId } as const;
    await settleStops(tx, party, at);
    if (reach === "cancel") await cancelUnshipped(tx, party, at);
    await setDeadlines(tx, [sellerSweep(sellerId, effectiveBy(at))]);
  }
  return { seller, effectiveBy: effectiveBy(at) };
}
