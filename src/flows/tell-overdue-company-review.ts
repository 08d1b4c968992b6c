import type { IdSource, CompanyId } from "../kernel/ids.ts";
import { lockCompanyIfFree, tellOverdueReview } from "../modules/companies/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";

/** The deadline that has come, as the sweeper read it without a lock. */
export type OverdueCompanyReview = { readonly companyId: CompanyId; readonly requestId: string; readonly newId: IdSource };

/**
 * Tells that a company should have been reviewed by now. It stays in the queue.
 *
 * Locks: company (only if nobody holds it), deadline.
 *
 * @returns "busy" when somebody else holds the company: the sweeper comes again
 */
export async function tellOverdueCompanyReview(
  tx: Transaction,
  { companyId, requestId, newId }: OverdueCompanyReview,
): Promise<"done" | "busy"> {
  const company = await lockCompanyIfFree(tx, companyId);
  if (company === undefined) return "busy";
  await tellOverdueReview(tx, company, { requestId, traceparent: undefined, idempotencyId: null, now: await now(tx), newId });
  return "done";
}
