import type { AddressId, ApiKeyId, CheckoutId, CompanyId, MovementId, OfferId, OrderId, ReservationId, Uuid } from "../../kernel/ids.ts";
import type { Currency, Money } from "../../kernel/money.ts";
import type { Quantity } from "../../kernel/quantity.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import type { Address, CheckoutRefusal, NewCheckout, PaymentMethod } from "../../modules/checkouts/index.ts";
import type { CommissionTaxMissing } from "../../modules/commissions/index.ts";
import type { CreditRefusal } from "../../modules/companies/index.ts";
import type { NewReservation, StockShort } from "../../modules/inventory/index.ts";
import type { NewOrder } from "../../modules/orders/index.ts";
import type { Deadline } from "../../platform/jobs/index.ts";
import type { AmountTooLarge, FreightNotAvailable, LinePriceRefusal, TaxNotSupported } from "../../modules/pricing/index.ts";

/** What a company asks to buy. Prices, taxes and stock are judged on facts that are read when the locks are held. */
export type PlaceCommand = {
  readonly companyId: CompanyId;
  readonly keyId: ApiKeyId;
  readonly clientReference: string;
  readonly currency: Currency;
  readonly paymentMethod: PaymentMethod;
  readonly lines: readonly { readonly offerId: OfferId; readonly quantity: Quantity }[];
  /** Where the goods go: said in full, or by one of the company's own addresses, or else the company's address. */
  readonly deliveryAddress: Address | null;
  readonly deliveryAddressId: AddressId | null;
  /** The day by which the company would like them (YYYY-MM-DD): a wish, which the seller's promise may miss. */
  readonly requestedOn: string | null;
  readonly expectedTotal: Money | null;
  readonly replaces: CheckoutId | null;
  /** Names the row under which the answer will be kept. */
  readonly idempotencyId: Uuid;
  readonly requestId: string;
  readonly traceparent: string | null;
};

/** A key that is revoked or may not place: decided with the locks held, never stored and never replayed. */
export type CallerRefusal = Refusal & { readonly code: "unauthenticated" | "forbidden" };

/** Every expected no of placing. */
export type PlaceRefusal =
  | CallerRefusal
  | CheckoutRefusal
  | StockShort
  | LinePriceRefusal
  | AmountTooLarge
  | TaxNotSupported
  | FreightNotAvailable
  | CommissionTaxMissing
  | CreditRefusal;

/** An accepted command: the rows that are about to be written. */
export type PlacedCheckout = {
  readonly checkout: NewCheckout;
  readonly orders: readonly NewOrder[];
  readonly reservations: readonly NewReservation[];
  /** Until when its payment, or the acceptance of each of its orders, is waited for. */
  readonly deadlines: readonly Deadline[];
};

/** What became of a command. A refusal is a value here: one command's no does not end its batch. */
export type PlaceOutcome =
  | { readonly accepted: true; readonly placed: PlacedCheckout }
  | { readonly accepted: false; readonly refusal: PlaceRefusal };

/** How the judge names new rows. Given in, so that the judge stays pure. */
export type NewIds = {
  readonly checkout: () => CheckoutId;
  readonly order: () => OrderId;
  readonly reservation: () => ReservationId;
  readonly movement: () => MovementId;
};
