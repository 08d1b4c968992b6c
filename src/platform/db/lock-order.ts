import { assert } from "../../kernel/assert.ts";

/**
 * The one order in which a transaction takes its locks; within a kind by primary key. Two transactions that keep it can wait for each
 * other, but never in a circle.
 */
export const lockOrder = [
  "idempotency_key",
  "client_reference",
  "bank_account",
  "company",
  "seller",
  "member",
  "cart",
  "category",
  "product",
  "offer",
  "price_list",
  "freight_plan",
  "checkout",
  "order",
  "return",
  "payment",
  "quote",
  "shipment",
  "reservation",
  "stock_level",
  "promotion",
  "budget",
  "credit_account",
  "company_funds",
  "invoice",
  "seller_balance",
  "document_series",
  "deadline",
  "event_sequencer",
] as const;

export type LockKind = (typeof lockOrder)[number];

const rankOf: ReadonlyMap<string, number> = new Map(lockOrder.map((kind, rank) => [kind, rank]));

/** Watches the locks of one transaction. */
export type LockWatch = { readonly take: (kind: LockKind, waits: boolean) => void };

/**
 * @param listed the kinds that the transaction named when it began
 * @returns a watch whose `take` throws AssertionFailed for a kind that was not listed or that stands before one already taken. What was
 * first taken without waiting may be locked again to be read: the rows are held, so the second lock does not wait for anybody either.
 */
export function watchLocks(listed: readonly LockKind[]): LockWatch {
  let last: LockKind | undefined;
  const hadWithoutWaiting = new Set<LockKind>();
  return {
    take: (kind, waits) => {
      assert(listed.includes(kind), `the transaction did not list the lock "${kind}" among its locks: ${listed.join(", ") || "none"}`);
      const inOrder = last === undefined || (rankOf.get(kind) ?? -1) >= (rankOf.get(last) ?? -1);
      assert(inOrder || hadWithoutWaiting.has(kind), `the lock "${kind}" may not be taken after "${last}"`);
      if (!waits) hadWithoutWaiting.add(kind);
      if (inOrder) last = kind;
    },
  };
}

const skipsWhatIsHeld = /\bskip\s+locked\b/i;

/** Whether a statement that locks rows may have to wait for somebody who holds one of them. */
export function waitsByItsText(text: string): boolean {
  return !skipsWhatIsHeld.test(text);
}

const locksRows = /\bfor\s+(?:no\s+key\s+update|update|key\s+share|share)\b/i;

/** Whether the text locks rows by a clause of its own, and so has to be marked with its kind. */
export function locksByItsText(text: string): boolean {
  return locksRows.test(text);
}
