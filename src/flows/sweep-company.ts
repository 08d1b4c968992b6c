import { type CompanyId } from "../kernel/ids.ts";
import { lockCompanyIfFree, companySweep } from "../modules/companies/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { clearDeadlines, isDue } from "../platform/jobs/index.ts";
import { settleNext, type Walk } from "./settle-party.ts";
import type { PlaceOfOrder } from "../views/orders-of-party.ts";

/**
 * Does what a suspension, its end or the closing of a company means for its orders: for all that were too many for that moment, and again for
 * those that slipped in while it came into effect. A transaction looks at some of them, so there is one after the other; the sweep stands
 * until the last has committed, and who begins anew after a crash finds done what was done.
 *
 * Locks: company (only if nobody holds it), deadline.
 *
 * @returns behind which order the next transaction goes on; "busy" when somebody else holds the company: the sweeper comes again
 */
export async function sweepCompany(tx: Transaction, companyId: CompanyId, walk: Walk = {}): Promise<"done" | "busy" | PlaceOfOrder> {
  const company = await lockCompanyIfFree(tx, companyId);
  if (company === undefined) return "busy";
  const at = await now(tx);
  const sweep = companySweep(companyId, at);
  // Whoever changes the company now has the sweep moved to when that has come into effect: one that was read as due before is not it.
  if (!(await isDue(tx, sweep, at))) return "done";
  const party = { kind: "company", id: companyId } as const;
  const cancels = company.suspension === "cancel" || company.state === "closed";
  const next = await settleNext(tx, { party, cancels, at }, walk);
  if (next !== undefined) return next;
  await clearDeadlines(tx, [sweep]);
  return "done";
}
