import type { ApiKeyId, CheckoutId, CompanyId, Uuid } from "../kernel/ids.ts";
import { type Checkout, lockCheckout } from "../modules/checkouts/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { endPendingCheckout } from "./end-pending-checkout.ts";
import type { OrderMeans } from "./lifecycle-events.ts";

/** Which checkout a company cancels, and why. */
export type CancelCheckout = Omit<OrderMeans, "at" | "actor"> & {
  readonly checkoutId: CheckoutId;
  readonly companyId: CompanyId;
  readonly keyId: ApiKeyId;
  readonly reason: string;
  readonly idempotencyId: Uuid;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
};

/**
 * Cancels a checkout that waits for payment, with all its orders. Once it is confirmed its orders are cancelled one by one, because
 * each has its own seller who may have begun.
 *
 * Locks: checkout, order, reservation, stock level, credit account, company funds, deadline.
 *
 * @returns undefined when the company has no such checkout
 * @throws Refused state-conflict
 */
export async function cancelCheckout(tx: Transaction, command: CancelCheckout): Promise<Checkout | undefined> {
  const checkout = await lockCheckout(tx, command.checkoutId);
  if (checkout === undefined || checkout.companyId !== command.companyId) return undefined;
  const at = await now(tx);
  command.checkVersion(checkout.version);
  const actor = { kind: "company", id: command.keyId } as const;
  return endPendingCheckout(tx, checkout, { ...command, at, actor, ends: "cancel", cause: "company_cancelled" });
}
