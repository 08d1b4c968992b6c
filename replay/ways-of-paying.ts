import { numberOf } from "./shares.ts";

/** Whether a checkout of this reference is paid before it is confirmed: every eighth or so, the others are bought on account. */
export function isPrepaid(reference: string): boolean {
  return numberOf(`${reference} prepaid`) % 8 === 0;
}

/** How a company pays what it owes: what its bank is told by it. */
export type Way = "whole" | "split" | "too_much" | "partly" | "not_at_all" | "wrong_reference" | "unknown_reference" | "returned";

/** Twenty lots, of which a name always draws the same one. */
const lots: readonly Way[] = [
  ...(["whole", "whole", "whole", "whole", "whole", "whole", "whole", "whole"] as const),
  ...(["split", "split", "split", "too_much", "too_much", "partly", "partly"] as const),
  ...(["not_at_all", "not_at_all", "wrong_reference", "unknown_reference", "returned"] as const),
];

/** Of checkouts that have to be paid before they are confirmed: each is, in one way or another. */
const prepaidLots: readonly Way[] = ["whole", "whole", "whole", "split", "too_much", "wrong_reference"];

/** The way in which an invoice, or a prepaid checkout, of this name is paid. */
export function wayOf(name: string, of: "invoice" | "checkout"): Way {
  const drawn = of === "invoice" ? lots : prepaidLots;
  return drawn[numberOf(`${name} is paid`) % drawn.length] ?? "whole";
}

/** Money on its way: how many days after the first it is booked, minor units, below zero where it goes back, and what its payer wrote. */
export type Payment = { readonly day: number; readonly amount: bigint; readonly names: "debt" | "nothing" };

/** On how many days companies pay. */
export const payingDays = 8;

/** What is paid of a debt of `owed` minor units that has this name. */
export function paymentsOf(name: string, way: Way, owed: bigint): Payment[] {
  // Who pays in two days, or gets it back, does the second thing up to three days later.
  const day = numberOf(`${name} on`) % (payingDays - 3);
  const later = day + 1 + (numberOf(`${name} later`) % 3);
  const paid = (amount: bigint, on = day): Payment => ({ day: on, amount, names: "debt" });
  const payments: Record<Way, readonly Payment[]> = {
    whole: [paid(owed)],
    split: [paid(owed / 3n), paid(owed - owed / 3n, later)],
    too_much: [paid(owed + 1n + BigInt(numberOf(`${name} more`) % 1_000))],
    partly: [paid(owed / 2n)],
    not_at_all: [],
    wrong_reference: [{ ...paid(owed), names: "nothing" }],
    unknown_reference: [{ ...paid(owed), names: "nothing" }],
    returned: [paid(owed), paid(-owed, later)],
  };
  return payments[way].filter(({ amount }) => amount !== 0n);
}
