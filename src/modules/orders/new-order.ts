import type { Instant } from "../../kernel/clock.ts";
import type { CheckoutId, CompanyId, OfferId, OrderId, SellerId } from "../../kernel/ids.ts";
import type { Currency, MinorUnits } from "../../kernel/money.ts";
import type { Quantity } from "../../kernel/quantity.ts";
import type { OrderEvent, OrderState } from "./order-machine.ts";
import type { FreightKind } from "./order-parts.ts";

/** An EN 16931 category of tax (UNTDID 5305). */
export type TaxCode = "S" | "Z" | "E" | "AE" | "K" | "G" | "O";

/** The numbers of one line; its words stand in the order's snapshot. The line number is that of the checkout's request, from 1. */
export type NewOrderLine = {
  readonly lineNumber: number;
  readonly offerId: OfferId;
  readonly quantity: Quantity;
  readonly unitPrice: MinorUnits;
  /** The offer's own unit price at that quantity, beside what was agreed. */
  readonly listPrice: MinorUnits;
  readonly pricePer: number;
  readonly gross: MinorUnits;
  readonly discount: MinorUnits;
  readonly net: MinorUnits;
  readonly taxCategory: string;
  readonly taxCode: TaxCode;
  readonly taxRatePpm: number;
  /** The day by which it leaves the seller, in the seller's time zone (YYYY-MM-DD). */
  readonly promisedOn: string;
};

/** Tax of one order per (category, rate): R(group net × rate). Lines carry no tax of their own. */
export type NewTaxGroup = {
  readonly taxCategory: string;
  readonly taxCode: string;
  readonly taxRatePpm: number;
  readonly net: MinorUnits;
  readonly tax: MinorUnits;
};

/** The part of an order's freight that bears the tax of one group; its net is in the group's. */
export type NewFreightPart = Omit<NewTaxGroup, "tax">;

/**
 * What is agreed with the seller about its order, which is no affair of the company: who bears it when that does not pay, and the commission
 * without tax. Its tax is that of the operator's service to the seller; null where no commission is charged.
 */
export type NewOrderCommission = {
  readonly creditRisk: "seller" | "operator";
  readonly tax: {
    readonly code: "S" | "AE" | "O";
    readonly ratePpm: number;
    readonly exemptionCode: string | null;
    readonly exemptionText: string | null;
  } | null;
  readonly commission: MinorUnits;
  /** Canonical text of how it was reckoned. Hashed when written, never changed. */
  readonly terms: string;
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
  /** Net of tax; part of `net`. */
  readonly freight: MinorUnits;
  readonly freightKind: FreightKind;
  readonly net: MinorUnits;
  readonly tax: MinorUnits;
  readonly total: MinorUnits;
  readonly placedAt: Instant;
  readonly clientReference: string;
  /** When the company would like it, if it said so, and when all of it will have left the seller (YYYY-MM-DD). */
  readonly requestedOn: string | null;
  readonly promisedOn: string;
  readonly sellerName: string;
  readonly companyName: string;
  readonly lines: readonly NewOrderLine[];
  readonly taxGroups: readonly NewTaxGroup[];
  readonly freightParts: readonly NewFreightPart[];
  readonly commission: NewOrderCommission;
  /** Canonical text of what was agreed: parties, lines with title, SKU and attributes, tax groups. Hashed when written, never changed. */
  readonly snapshot: string;
};
