import { createHash } from "node:crypto";
import type { History } from "./history.ts";

/** A share above 0 and at most 1, as a fraction of two integers. */
export type Share = { readonly numerator: bigint; readonly denominator: bigint };

const numbers = 2n ** 32n;

/** A number below 2^32 that a name always has, spread evenly over names. */
export function numberOf(name: string): number {
  return createHash("sha256").update(name).digest().readUInt32BE(0);
}

/** floor(share × count); the whole count without a share. */
export function shareOf(count: number, share: Share | undefined): number {
  return share === undefined ? count : Number((BigInt(count) * share.numerator) / share.denominator);
}

/** The history with about a share of its orders, always the same ones; the records of the others are excluded. */
export function sampled(history: History, share: Share | undefined): History {
  if (share === undefined) return history;
  const isIn = (name: string) => BigInt(numberOf(name)) * share.denominator < share.numerator * numbers;
  const orders = history.orders.filter(({ reference }) => isIn(reference));
  const left = recordsOf(history) - recordsOf({ orders });
  return { ...history, orders, excluded: { ...history.excluded, not_in_sample: left } };
}

/** How many records of the files the orders of a history stand for. */
export function recordsOf({ orders }: Pick<History, "orders">): number {
  return orders.reduce((sum, { records }) => sum + records, 0);
}
