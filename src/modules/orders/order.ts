import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, CheckoutId, CompanyId, OrderId, SellerId } from "../../kernel/ids.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import type { OrderState } from "./order-machine.ts";

/** An order row that is locked, with what a change of it is decided on. Days are local to the seller, `YYYY-MM-DD`. */
export type Order = {
  readonly sellerId: SellerId;
  readonly orderId: OrderId;
  readonly companyId: CompanyId;
  readonly checkoutId: CheckoutId;
  readonly state: OrderState;
  readonly version: number;
  readonly currency: Currency;
  readonly total: MinorUnits;
  readonly cancelled: MinorUnits;
  /** By how much amendments of its tax changed it: it is worth `total` and this. */
  readonly amended: MinorUnits;
  /** The day the company wished for when it placed the order; null when it said none. */
  readonly requestedOn: string | null;
  /** The day the seller promised; null for an order that was placed before there were promises and is not accepted yet. */
  readonly promisedOn: string | null;
  /** From here on the company may cancel freely what is not shipped; null until it is accepted. */
  readonly cancellableFrom: Instant | null;
};

/** Who changes an order: a member of an organisation, by its key, or a deadline that has come. */
export type OrderActor =
  | { readonly kind: "company" | "seller" | "operator"; readonly id: ApiKeyId }
  | { readonly kind: "deadline"; readonly id: null };
