import type { Instant } from "../kernel/clock.ts";
import type { HoldSubject } from "../modules/holds/index.ts";
import { effectiveBy } from "../modules/identity/index.ts";
import { companySweep } from "../modules/companies/index.ts";
import { sellerSweep } from "../modules/sellers/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { setDeadlines } from "../platform/jobs/index.ts";
import { settleStops, settleStopsOf } from "./settle-party.ts";

/**
 * Lets the deadlines of what a hold was placed on or released from stand as its orders do now: those of orders that are stopped stand
 * still, those of orders that nothing stops any more go on as much later.
 *
 * Locks: deadline.
 *
 * @returns from when on nothing happens any more that had not seen the change. Whoever lets an order take a step waits for its row, so a
 * hold on the order itself counts at once; all orders of a seller or company are looked at by a sweep, for what was under way.
 */
export async function settleSubject(tx: Transaction, subject: HoldSubject, at: Instant): Promise<Instant> {
  if (subject.type === "order") {
    await settleStopsOf(tx, [{ orderId: subject.id }], at);
    return at;
  }
  const dueAt = effectiveBy(at);
  if (subject.type === "seller") {
    await settleStops(tx, { kind: "seller", id: subject.id }, at);
    await setDeadlines(tx, [sellerSweep(subject.id, dueAt)]);
  } else {
    await settleStops(tx, { kind: "company", id: subject.id }, at);
    await setDeadlines(tx, [companySweep(subject.id, dueAt)]);
  }
  return dueAt;
}
