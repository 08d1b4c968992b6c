import type { Actor } from "../kernel/actor.ts";
import type { SellerId } from "../kernel/ids.ts";
import { effectiveBy } from "../modules/identity/index.ts";
import { lockSeller, moveSeller, type Seller, sellerSweep } from "../modules/sellers/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { setDeadlines } from "../platform/jobs/index.ts";
import { settleStops } from "./settle-party.ts";

/** Which seller and why; who decides it. */
export type ReactivateSeller = Omit<Actor, "now"> & {
  readonly sellerId: SellerId;
  readonly reason: string;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
};

/**
 * Ends a suspension: the seller sells again, and what stood still for it alone goes on, as much later as it stood still. Orders that were
 * cancelled stay so.
 *
 * Locks: seller, deadline.
 *
 * @returns undefined when there is no such seller
 * @throws Refused state-conflict, and what `checkVersion` throws
 */
export async function reactivateSeller(tx: Transaction, command: ReactivateSeller): Promise<Seller | undefined> {
  const { sellerId, reason } = command;
  const before = await lockSeller(tx, sellerId);
  if (before === undefined) return undefined;
  const at = await now(tx);
  command.checkVersion(before.version);
  const seller = await moveSeller(tx, before, { event: "reactivate", suspension: null, reason }, { ...command, now: at });
  if (before.suspension !== "new") {
    await settleStops(tx, { kind: "seller", id: sellerId }, at);
    // An order that took a step at this moment may have got its deadline as if it still stood still.
    await setDeadlines(tx, [sellerSweep(sellerId, effectiveBy(at))]);
  }
  return seller;
}
