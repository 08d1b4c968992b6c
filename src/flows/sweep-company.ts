import { isBefore } from "../kernel/clock.ts";
import { type CompanyId } from "../kernel/ids.ts";
import { lockCompanyIfFree, companySweep } from "../modules/companies/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { clearDeadlines, standingDeadline } from "../platform/jobs/index.ts";
import { cancelUnshipped, settleStops } from "./settle-party.ts";

/**
 * Does again what a suspension, its end or the closing of a company did to its orders, for those that slipped in while it came into effect.
 *
 * Locks: company (only if nobody holds it), deadline.
 *
 * @returns "busy" when somebody else holds the company: the sweeper comes again
 */
export async function sweepCompany(tx: Transaction, companyId: CompanyId): Promise<"done" | "busy"> {
  const company = await lockCompanyIfFree(tx, companyId);
  if (company === undefined) return "busy";
  const at = await now(tx);
  const sweep = companySweep(companyId, at);
  // Whoever changes the company now has the sweep moved to when that has come into effect: one that was read as due before is not it.
  const dueAt = await standingDeadline(tx, sweep);
  if (dueAt === undefined || isBefore(at, dueAt)) return "done";
  const party = { kind: "company", id: companyId } as const;
  await settleStops(tx, party, at);
  if (company.suspension === "cancel" || company.state === "closed") await cancelUnshipped(tx, party, at);
  await clearDeadlines(tx, [sweep]);
  return "done";
}
