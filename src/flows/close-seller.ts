import type { Actor } from "../kernel/actor.ts";
import type { Instant } from "../kernel/clock.ts";
import { prefixes, type SellerId, toWireId } from "../kernel/ids.ts";
import { Refused } from "../kernel/refusal.ts";
import { effectiveBy } from "../modules/identity/index.ts";
import {
  lockSeller,
  moveSeller,
  type Seller,
  sellerSweep,
  type SellerOrdersOpen,
  type SellerPayablesOpen,
} from "../modules/sellers/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { setDeadlines } from "../platform/jobs/index.ts";
import { readOpenPayables } from "../views/open-payables.ts";
import { readOpenOrders } from "../views/orders-of-party.ts";

/** Which seller and why; who decides it. */
export type CloseSeller = Omit<Actor, "now"> & {
  readonly sellerId: SellerId;
  readonly reason: string;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
};

const namedOrders = 10;

/**
 * Closes a seller for ever, when none of its orders is open and nothing is due to it or from it. A checkout that was being placed may still be confirmed until `effectiveBy`;
 * what slips in so is cancelled then.
 *
 * Locks: seller, deadline.
 *
 * @returns undefined when there is no such seller
 * @throws Refused state-conflict, orders-open, payables-open, and what `checkVersion` throws
 */
export async function closeSeller(
  tx: Transaction,
  command: CloseSeller,
): Promise<{ readonly seller: Seller; readonly effectiveBy: Instant } | undefined> {
  const { sellerId, reason } = command;
  const before = await lockSeller(tx, sellerId);
  if (before === undefined) return undefined;
  const at = await now(tx);
  command.checkVersion(before.version);
  const seller = await moveSeller(tx, before, { event: "close", suspension: null, reason }, { ...command, now: at });
  const open = await readOpenOrders(tx, { kind: "seller", id: sellerId }, namedOrders);
  if (open.count > 0) {
    const orders = open.first.map((orderId) => toWireId(prefixes.order, orderId));
    throw new Refused<SellerOrdersOpen>({ code: "orders-open", count: open.count, orders });
  }
  const currencies = await readOpenPayables(tx, sellerId);
  if (currencies.length > 0) throw new Refused<SellerPayablesOpen>({ code: "payables-open", currencies });
  await setDeadlines(tx, [sellerSweep(sellerId, effectiveBy(at))]);
  return { seller, effectiveBy: effectiveBy(at) };
}
