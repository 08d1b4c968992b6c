import { isBefore } from "../kernel/clock.ts";
import type { CheckoutId } from "../kernel/ids.ts";
import { lockCheckoutIfFree } from "../modules/checkouts/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { endPendingCheckout } from "./end-pending-checkout.ts";
import type { OrderMeans } from "./lifecycle-events.ts";

/** The deadline that has come, as the sweeper read it without a lock. */
export type ExpireCheckout = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & { readonly checkoutId: CheckoutId };

/**
 * Expires a checkout whose payment did not arrive in time. Against a receipt or a cancellation at the same instant the checkout's row
 * lock decides: who has it first acts, the other finds the deadline gone or the state changed.
 *
 * Locks: checkout (only if nobody holds it), order, reservation, stock level, credit account, company funds, deadline.
 *
 * @returns "busy" when somebody else holds the checkout: the sweeper comes again
 */
export async function expireCheckout(tx: Transaction, command: ExpireCheckout): Promise<"done" | "busy"> {
  const { checkoutId } = command;
  const checkout = await lockCheckoutIfFree(tx, checkoutId);
  if (checkout === undefined) return "busy";
  const at = await now(tx);
  if (checkout.state !== "pending_payment" || checkout.payBefore === null || isBefore(at, checkout.payBefore)) return "done";
  const actor = { kind: "deadline", id: null } as const;
  const why = { ends: "expire", cause: "payment_deadline", reason: null, idempotencyId: null } as const;
  await endPendingCheckout(tx, checkout, { ...command, at, actor, ...why });
  return "done";
}
