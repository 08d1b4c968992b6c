import type { Actor } from "../kernel/actor.ts";
import type { Instant } from "../kernel/clock.ts";
import type { CompanyId } from "../kernel/ids.ts";
import { effectiveBy } from "../modules/identity/index.ts";
import { lockCompany, moveCompany, type CompanyReach, type Company, companySweep } from "../modules/companies/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { setDeadlines } from "../platform/jobs/index.ts";
import { cancelUnshipped, settleStops } from "./settle-party.ts";

/** Which company, how far and why; who decides it. */
export type SuspendCompany = Omit<Actor, "now"> & {
  readonly companyId: CompanyId;
  readonly reach: CompanyReach;
  readonly reason: string;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
};

/**
 * Suspends a company. It cannot order anything from now on; a checkout that was being placed may still be confirmed until `effectiveBy`. With the reach
 * `hold` its open orders stand still, with `cancel` what has not left is cancelled besides, order by order. The first two
 * hundred are looked at here; the rest, and what slips in until `effectiveBy`, is swept up then.
 *
 * Locks: company, deadline.
 *
 * @returns undefined when there is no such company
 * @throws Refused state-conflict, and what `checkVersion` throws
 */
export async function suspendCompany(
  tx: Transaction,
  command: SuspendCompany,
): Promise<{ readonly company: Company; readonly effectiveBy: Instant } | undefined> {
  const { companyId, reach, reason } = command;
  const before = await lockCompany(tx, companyId);
  if (before === undefined) return undefined;
  const at = await now(tx);
  command.checkVersion(before.version);
  const company = await moveCompany(tx, before, { event: "suspend", suspension: reach, reason }, { ...command, now: at });
  if (reach !== "new") {
    const party = { kind: "company", id: companyId } as const;
    await settleStops(tx, party, at);
    if (reach === "cancel") await cancelUnshipped(tx, party, at);
    await setDeadlines(tx, [companySweep(companyId, effectiveBy(at))]);
  }
  return { company, effectiveBy: effectiveBy(at) };
}
