import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, CheckoutId, CompanyId, Uuid } from "../../kernel/ids.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import type { CheckoutEvent, CheckoutState } from "./checkout-machine.ts";

/** On account: against the company's credit, at once. By bank transfer: stock is held until the receipt or the deadline. */
export type PaymentMethod = "on_account" | "bank_transfer";

/** A postal address as it stood when something was agreed. Country: ISO 3166-1 alpha-2. */
export type Address = {
  readonly name?: string;
  readonly street: string;
  readonly city: string;
  readonly postal_code: string;
  readonly country: string;
};

/** A checkout that was judged and is about to be written. Amounts are minor units of its currency; times are the transaction's. */
export type NewCheckout = {
  readonly companyId: CompanyId;
  readonly checkoutId: CheckoutId;
  readonly clientReference: string;
  readonly event: Extract<CheckoutEvent, "place" | "place_prepaid">;
  readonly state: CheckoutState;
  readonly paymentMethod: PaymentMethod;
  readonly currency: Currency;
  readonly net: MinorUnits;
  readonly tax: MinorUnits;
  readonly total: MinorUnits;
  readonly placedAt: Instant;
  readonly placedBy: ApiKeyId;
  readonly idempotencyId: Uuid;
  readonly replaces: CheckoutId | null;
  readonly payBefore: Instant | null;
  /** Canonical text of what was agreed on the company's side: parties and delivery. Hashed when written, never changed. */
  readonly snapshot: string;
};

/** A checkout row that is locked, with what a change of it is decided on. */
export type Checkout = {
  readonly companyId: CompanyId;
  readonly checkoutId: CheckoutId;
  readonly clientReference: string;
  readonly state: CheckoutState;
  readonly version: number;
  readonly paymentMethod: PaymentMethod;
  readonly currency: Currency;
  readonly total: MinorUnits;
  /** Gross of its orders that are cancelled: what is due is total + amended − cancelled. */
  readonly cancelled: MinorUnits;
  /** By how much amendments of its orders' tax changed it. */
  readonly amended: MinorUnits;
  /** Until when the money has to arrive; null when none is waited for. */
  readonly payBefore: Instant | null;
};

/** Who moved a lifecycle: a member of an organisation, by its key, or a deadline that passed. */
export type Actor =
  | { readonly kind: "company" | "seller" | "operator"; readonly id: ApiKeyId }
  | { readonly kind: "deadline"; readonly id: null };
