import type { Actor } from "../kernel/actor.ts";
import type { CompanyId } from "../kernel/ids.ts";
import { effectiveBy } from "../modules/identity/index.ts";
import { lockCompany, moveCompany, type Company, companySweep } from "../modules/companies/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { setDeadlines } from "../platform/jobs/index.ts";
import { settleStops } from "./settle-party.ts";

/** Which company and why; who decides it. */
export type ReactivateCompany = Omit<Actor, "now"> & {
  readonly companyId: CompanyId;
  readonly reason: string;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
};

/**
 * Ends a suspension: the company buys again, and what stood still for it alone goes on, as much later as it stood still. Orders that were
 * cancelled stay so.
 *
 * Locks: company, deadline.
 *
 * @returns undefined when there is no such company
 * @throws Refused state-conflict, and what `checkVersion` throws
 */
export async function reactivateCompany(tx: Transaction, command: ReactivateCompany): Promise<Company | undefined> {
  const { companyId, reason } = command;
  const before = await lockCompany(tx, companyId);
  if (before === undefined) return undefined;
  const at = await now(tx);
  command.checkVersion(before.version);
  const company = await moveCompany(tx, before, { event: "reactivate", suspension: null, reason }, { ...command, now: at });
  if (before.suspension !== "new") {
    await settleStops(tx, { kind: "company", id: companyId }, at);
    // An order that took a step at this moment may have got its deadline as if it still stood still.
    await setDeadlines(tx, [companySweep(companyId, effectiveBy(at))]);
  }
  return company;
}
