import type { ApiKeyId, CheckoutId, CompanyId, Uuid } from "../kernel/ids.ts";
import { type Checkout, lockCheckout } from "../modules/checkouts/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { endPendingCheckout } from "./end-pending-checkout.ts";
import type { Circumstances } from "./lifecycle-events.ts";

/** Which checkout a company cancels, and why. */
export type CancelCheckout = Omit<Circumstances, "at"> & {
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
 * Locks: checkout, order, reservation, stock level, deadline.
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
  const end = { event: "cancel", actor, cause: `company_cancelled: ${command.reason}`, idempotencyId: command.idempotencyId } as const;
  return endPendingCheckout(tx, checkout, end, { ...command, at });
}
