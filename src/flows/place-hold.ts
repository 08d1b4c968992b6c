import type { Actor } from "../kernel/actor.ts";
import type { Instant } from "../kernel/clock.ts";
import type { HoldId } from "../kernel/ids.ts";
import { Refused } from "../kernel/refusal.ts";
import { lockCompany } from "../modules/companies/index.ts";
import { addHold, changeHold, findHold, type Hold, type HoldAudience, type HoldOwner, type HoldSubject } from "../modules/holds/index.ts";
import { actsForOperator } from "../modules/identity/index.ts";
import { findOrder, lockOrder } from "../modules/orders/index.ts";
import { lockSeller } from "../modules/sellers/index.ts";
import { type LockKind, now, type Transaction } from "../platform/db/index.ts";
import { settleSubject } from "./stop-orders.ts";

/** The rows that placing, changing and releasing a hold lock, in the global order. */
export const holdLocks: readonly LockKind[] = ["company", "seller", "order", "deadline"];

/** Who acts, and the request by which. */
export type HoldMeans = Omit<Actor, "now">;

/** A hold, and from when on nothing can happen any more that had not seen it. */
export type HoldSettled = { readonly hold: Hold; readonly effectiveBy: Instant };

/** A subject that was locked, with the organisations to be told of its holds. */
export type LockedSubject = { readonly subject: HoldSubject; readonly audience: HoldAudience };

/**
 * Stops an order, or every order of a seller or a company: the next step waits, and the deadlines stand still.
 *
 * Locks: company, seller or order; deadline.
 *
 * @throws Refused unknown-reference for a subject or an owner that is not there
 */
export async function placeHold(
  tx: Transaction,
  means: HoldMeans,
  facts: { readonly subject: HoldSubject; readonly reason: string; readonly owner: HoldOwner; readonly lookAgainOn: string },
): Promise<HoldSettled> {
  const locked = (await lockSubject(tx, facts.subject)) ?? unknown(`/${facts.subject.type}`, "nothing here has this id");
  await checkOwner(tx, facts.owner);
  const at = await now(tx);
  const hold = await addHold(tx, { ...means, now: at }, facts, locked.audience);
  return { hold, effectiveBy: await settleSubject(tx, facts.subject, at) };
}

/**
 * Gives a hold to somebody else to look after, or until another day.
 *
 * @returns undefined when there is no such hold
 * @throws Refused unknown-reference for an owner who is not there; hold-released; what `judge` throws
 */
export async function reassignHold(
  tx: Transaction,
  means: HoldMeans,
  asked: { readonly holdId: HoldId; readonly owner: HoldOwner; readonly lookAgainOn: string; readonly judge: (version: number) => void },
): Promise<Hold | undefined> {
  const found = await lockHold(tx, asked.holdId);
  if (found === undefined) return undefined;
  asked.judge(found.hold.version);
  await checkOwner(tx, asked.owner);
  return changeHold(tx, { ...means, now: await now(tx) }, found.hold, asked, found.audience[0]);
}

/** The hold as it is once nobody else is changing it: whoever does has its subject locked. */
export async function lockHold(
  tx: Transaction,
  holdId: HoldId,
): Promise<{ readonly hold: Hold; readonly audience: HoldAudience } | undefined> {
  const found = await findHold(tx, holdId);
  const locked = found && (await lockSubject(tx, found.subject));
  const hold = locked && (await findHold(tx, holdId));
  return hold && { hold, audience: locked.audience };
}

async function lockSubject(tx: Transaction, subject: HoldSubject): Promise<LockedSubject | undefined> {
  if (subject.type === "company") return (await lockCompany(tx, subject.id)) && { subject, audience: [subject.id] };
  if (subject.type === "seller") return (await lockSeller(tx, subject.id)) && { subject, audience: [subject.id] };
  const found = await findOrder(tx, subject.id);
  const order = found && (await lockOrder(tx, found.sellerId, subject.id));
  return order && { subject, audience: [order.sellerId, order.companyId] };
}

async function checkOwner(tx: Transaction, owner: HoldOwner): Promise<void> {
  if (!(await actsForOperator(tx, owner))) unknown("/owner", "is neither a live key nor a member of the operator");
}

type UnknownReference = {
  readonly code: "unknown-reference";
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
};

function unknown(pointer: string, detail: string): never {
  throw new Refused<UnknownReference>({ code: "unknown-reference", errors: [{ pointer, detail }] });
}
