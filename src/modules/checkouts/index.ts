/**
 * Checkouts: what a company has committed itself to buy across sellers, and how that came to be paid for or not.
 * Keeps: a checkout is born and moves along its lifecycle only (O1), totals are never changed (O2, O3), one live checkout per client
 * reference (R1).
 */
export type { Actor, Address, Checkout, NewCheckout, PaymentMethod } from "./checkout.ts";
export { type CheckoutEvent, checkoutMachine, type CheckoutState } from "./checkout-machine.ts";
export type { CheckoutRefusal, ReferenceTaken, TotalDiffers, UnknownReference } from "./checkout-refusals.ts";
export {
  changeCheckouts,
  type CheckoutChange,
  insertCheckouts,
  lockCheckout,
  lockCheckoutIfFree,
  lockCheckouts,
  lockCheckoutsIfFree,
  paymentDeadline,
  readReferenceUses,
  type ReferenceUse,
} from "./checkout-store.ts";
export { paymentReferenceOf } from "./payment-reference.ts";

export const owns = ["checkouts", "checkout_history"] as const;
