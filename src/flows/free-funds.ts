import type { CancellationId, CheckoutId } from "../kernel/ids.ts";
import type { Checkout } from "../modules/checkouts/index.ts";
import { boundFunds, companyAccount, type LedgerTransaction, post } from "../modules/ledger/index.ts";
import { changeFunds, type FundsChange, type FundsKey, fundsName, leftOf, readFunds } from "../modules/payments/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { readInvoicedOfCheckouts } from "../views/payment-targets.ts";
import type { OrderMeans } from "./lifecycle-events.ts";

/** The funds that freeing touches: what is bound to a checkout that is paid beforehand, and the free funds of its company. */
export function fundsOfPrepaid({ companyId, checkoutId, currency }: Pick<Checkout, "companyId" | "checkoutId" | "currency">): FundsKey[] {
  return [
    { companyId, checkoutId, currency },
    { companyId, checkoutId: null, currency },
  ];
}

/** Changes that make so much of what is bound to a checkout free. */
export function freeingChanges(
  { companyId, checkoutId, currency }: Pick<Checkout, "companyId" | "checkoutId" | "currency">,
  amount: bigint,
): FundsChange[] {
  return [
    { companyId, checkoutId, currency, used: amount },
    { companyId, checkoutId: null, currency, received: amount },
  ];
}

/** What bound funds were freed, and the record that it rests on: there is one freeing of each. */
export type FreedFunds = Pick<Checkout, "companyId" | "checkoutId" | "currency"> & {
  readonly amount: bigint;
  readonly cause: string;
  readonly record: LedgerTransaction["record"];
};

/** How it is booked that what was bound is free. */
export function bookedFreed({ companyId, checkoutId, currency, amount, cause, record }: FreedFunds): LedgerTransaction {
  return {
    ...{ kind: "funds_freed", businessKey: record.id, currency, cause, record },
    transfers: [{ debit: boundFunds(companyId, checkoutId), credit: companyAccount("customer_funds", companyId), amount }],
  };
}

/**
 * Frees what is bound to checkouts beyond what is left of them to be paid or invoiced, after units of them were cancelled or they ended.
 * Their orders and funds are locked. What is freed is booked, on the cancellation that freed it.
 *
 * @returns the checkouts of which everything is paid that is left
 */
export async function freeFunds(
  tx: Transaction,
  locked: readonly { readonly checkout: Checkout }[],
  cancellations: ReadonlyMap<CheckoutId, CancellationId>,
  means: OrderMeans,
): Promise<ReadonlySet<CheckoutId>> {
  const checkouts = locked.map(({ checkout }) => checkout).filter(({ paymentMethod }) => paymentMethod === "bank_transfer");
  if (checkouts.length === 0) return new Set();
  const funds = new Map((await readFunds(tx, checkouts.flatMap(fundsOfPrepaid))).map((each) => [fundsName(each), each]));
  const invoiced = await readInvoicedOfCheckouts(tx, checkouts);
  const judged = checkouts.map((checkout) => {
    const { companyId, checkoutId, currency, total, amended, cancelled } = checkout;
    const bound = funds.get(fundsName({ companyId, checkoutId, currency }));
    const left = bound === undefined ? 0n : leftOf(bound);
    const due = total + amended - cancelled - (invoiced.get(checkoutId) ?? 0n);
    return { checkout, paid: left >= due, over: left - due };
  });
  const freed = judged.filter(({ over }) => over > 0n);
  await changeFunds(
    tx,
    freed.flatMap(({ checkout, over }) => freeingChanges(checkout, over)),
  );
  const booked = freed.map(({ checkout, over }) => freedFunds(checkout, over, cancellations.get(checkout.checkoutId)));
  await post(tx, booked, means);
  return new Set(judged.filter(({ paid }) => paid).map(({ checkout }) => checkout.checkoutId));
}

function freedFunds(
  { companyId, checkoutId, currency }: Checkout,
  amount: bigint,
  cancellationId: CancellationId | undefined,
): LedgerTransaction {
  const record =
    cancellationId === undefined
      ? ({ type: "checkout", id: checkoutId } as const)
      : ({ type: "cancellation", id: cancellationId } as const);
  return bookedFreed({ companyId, checkoutId, currency, amount, cause: "cancelled", record });
}
