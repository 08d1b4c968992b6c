import type { Actor } from "../kernel/actor.ts";
import type { Instant } from "../kernel/clock.ts";
import { prefixes, type CompanyId, toWireId } from "../kernel/ids.ts";
import { Refused } from "../kernel/refusal.ts";
import { effectiveBy } from "../modules/identity/index.ts";
import { lockCompany, moveCompany, type Company, companySweep, type CompanyOrdersOpen } from "../modules/companies/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { setDeadlines } from "../platform/jobs/index.ts";
import { readOpenOrders } from "../views/orders-of-party.ts";

/** Which company and why; who decides it. */
export type CloseCompany = Omit<Actor, "now"> & {
  readonly companyId: CompanyId;
  readonly reason: string;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
};

const namedOrders = 10;

/**
 * Closes a company for ever, when none of its orders is open. A checkout that was being placed may still be confirmed until `effectiveBy`;
 * what slips in so is cancelled then.
 *
 * Locks: company, deadline.
 *
 * @returns undefined when there is no such company
 * @throws Refused state-conflict, orders-open, and what `checkVersion` throws
 */
export async function closeCompany(
  tx: Transaction,
  command: CloseCompany,
): Promise<{ readonly company: Company; readonly effectiveBy: Instant } | undefined> {
  const { companyId, reason } = command;
  const before = await lockCompany(tx, companyId);
  if (before === undefined) return undefined;
  const at = await now(tx);
  command.checkVersion(before.version);
  const company = await moveCompany(tx, before, { event: "close", suspension: null, reason }, { ...command, now: at });
  const open = await readOpenOrders(tx, { kind: "company", id: companyId }, namedOrders);
  if (open.count > 0) {
    const orders = open.first.map((orderId) => toWireId(prefixes.order, orderId));
    throw new Refused<CompanyOrdersOpen>({ code: "orders-open", count: open.count, orders });
  }
  await setDeadlines(tx, [companySweep(companyId, effectiveBy(at))]);
  return { company, effectiveBy: effectiveBy(at) };
}
