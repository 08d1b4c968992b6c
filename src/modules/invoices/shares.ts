import { assert } from "../../kernel/assert.ts";

/**
 * What of a seller's pending share becomes payable when `settled` of an invoice's `open` is settled: floor(pending × settled / open), the
 * rest with the last. So it is never more than is pending, and nothing is pending when nothing is open. Amounts in minor units.
 */
export function releasedShare(pending: bigint, settled: bigint, open: bigint): bigint {
  assert(settled > 0n && settled <= open, `${settled} settles of ${open} open`);
  assert(pending >= 0n && pending <= open, `${pending} pending of ${open} open`);
  return settled === open ? pending : (pending * settled) / open;
}

/** A credit of an invoice and the commission that is given back with it, tax included; minor units. */
export type Credit = { readonly open: bigint; readonly pending: bigint; readonly credited: bigint; readonly reversed: bigint };

/** From where a credit comes and whereto it and the commission go. */
export type CreditShares = {
  /** By how much the open amount falls: at most to nothing. */
  readonly lowered: bigint;
  /** The rest, which the company has paid already: it becomes its free funds. */
  readonly freed: bigint;
  /** `lowered` comes out of the seller's pending share and, where that is not enough, out of what is payable; `freed` out of payable. */
  readonly loweredFromPending: bigint;
  readonly loweredFromPayable: bigint;
  /** The commission goes back to where its part of the share was. */
  readonly reversedToPending: bigint;
  readonly reversedToPayable: bigint;
  /** What is pending afterwards: never negative, never more than is open, and nothing when nothing is open. */
  readonly pending: bigint;
};

/**
 * Parts a credit between what is open and what is paid. The pending share falls by what lowers the open amount, less the commission that
 * is given back on that; where the commission stays charged the seller owes it from what is payable.
 */
export function creditShares({ open, pending, credited, reversed }: Credit): CreditShares {
  assert(open >= 0n && pending >= 0n && pending <= open, `${pending} pending of ${open} open`);
  assert(credited > 0n && reversed >= 0n, `${credited} credited with ${reversed} of commission`);
  const lowered = credited < open ? credited : open;
  const freed = credited - lowered;
  const [loweredFromPending, reversedToPending] = pendingParts(open, pending, lowered, reversed, credited);
  return {
    lowered,
    freed,
    loweredFromPending,
    loweredFromPayable: lowered - loweredFromPending,
    reversedToPending,
    reversedToPayable: reversed - reversedToPending,
    pending: pending + reversedToPending - loweredFromPending,
  };
}

function pendingParts(open: bigint, pending: bigint, lowered: bigint, reversed: bigint, credited: bigint): [bigint, bigint] {
  // Where nothing is pending (the operator bears the risk) everything is between the seller and what is payable.
  if (pending === 0n || lowered === 0n) return [0n, 0n];
  const due = lowered === open ? open - pending : least((reversed * lowered) / credited, open - pending);
  const back = least(due, reversed);
  return [least(lowered, pending + back), back];
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
