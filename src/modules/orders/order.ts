import type { Instant } from "../../kernel/clock.ts";
import type { CheckoutId, CompanyId, OfferId, OrderId, SellerId } from "../../kernel/ids.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import type { Quantity } from "../../kernel/quantity.ts";
import type { OrderEvent, OrderState } from "./order-machine.ts";

/** The numbers of one line; its words stand in the order's snapshot. The line number is that of the checkout's request, from 1. */
export type NewOrderLine = {
  readonly lineNumber: number;
  readonly offerId: OfferId;
  readonly quantity: Quantity;
  readonly unitPrice: MinorUnits;
  readonly pricePer: number;
  readonly gross: MinorUnits;
  readonly discount: MinorUnits;
  readonly net: MinorUnits;
  readonly taxCategory: string;
  readonly taxCode: string;
  readonly taxRatePpm: number;
};

/** Tax of one order per (category, rate): R(group net × rate). Lines carry no tax of their own. */
export type NewTaxGroup = {
  readonly taxCategory: string;
  readonly taxCode: string;
  readonly taxRatePpm: number;
  readonly net: MinorUnits;
  readonly tax: MinorUnits;
};

/** One seller's part of a checkout that was judged and is about to be written. */
export type NewOrder = {
  readonly sellerId: SellerId;
  readonly orderId: OrderId;
  readonly companyId: CompanyId;
  readonly checkoutId: CheckoutId;
  readonly event: Extract<OrderEvent, "place" | "reserve">;
  readonly state: OrderState;
  readonly dispatchCountry: string;
  readonly currency: Currency;
  readonly net: MinorUnits;
  readonly tax: MinorUnits;
  readonly total: MinorUnits;
  readonly placedAt: Instant;
  readonly sellerName: string;
  readonly companyName: string;
  readonly lines: readonly NewOrderLine[];
  readonly taxGroups: readonly NewTaxGroup[];
  /** Canonical text of what was agreed: parties, lines with title, SKU and attributes, tax groups. Hashed when written, never changed. */
  readonly snapshot: string;
};

/** An order row that is locked, with what a change of it is decided on. */
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
};
