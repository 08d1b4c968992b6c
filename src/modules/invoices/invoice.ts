import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, CheckoutId, CompanyId, InvoiceId, OrderId, SellerId, ShipmentId, Uuid } from "../../kernel/ids.ts";
import type { Currency } from "../../kernel/money.ts";
import { next } from "../../kernel/lifecycle.ts";
import { type InvoiceState, invoiceMachine } from "./invoice-machine.ts";

/** Who bears it when a company does not pay: its seller is paid when the company has paid, or when the invoice is issued. */
export type CreditRisk = "seller" | "operator";

/**
 * An invoice row that is locked, with what its seller has to get of it. Amounts in minor units of its currency, days YYYY-MM-DD. `pending`
 * is the seller's share that waits for the company's money; `commission` is without tax.
 */
export type Invoice = {
  readonly sellerId: SellerId;
  readonly invoiceId: InvoiceId;
  readonly companyId: CompanyId;
  readonly orderId: OrderId;
  readonly shipmentId: ShipmentId;
  readonly checkoutId: CheckoutId;
  readonly paymentMethod: "on_account" | "bank_transfer";
  readonly numberText: string;
  readonly issuedOn: string;
  readonly dueOn: string;
  readonly currency: Currency;
  readonly net: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  readonly state: InvoiceState;
  readonly version: number;
  readonly settled: bigint;
  readonly credited: bigint;
  readonly writtenOff: bigint;
  /** How many settlements it has, undone ones and their opposites too. */
  readonly settlements: number;
  readonly reminders: number;
  readonly creditRisk: CreditRisk;
  readonly pending: bigint;
  readonly commission: bigint;
  readonly commissionReversed: bigint;
};

/** What is still owed on an invoice: total less settled. */
export function openOf({ total, settled }: Pick<Invoice, "total" | "settled">): bigint {
  return total - settled;
}

/** What settles an invoice. The id: the line of a bank statement, the credit note; of funds the checkout they were bound to, or the company. */
export type SettlementSource = "bank_line" | "customer_funds" | "credit_note" | "write_off" | "rounding";

/** Who settles: a member of an organisation by its key, or a deadline that came. */
export type InvoiceActor =
  | { readonly kind: "company" | "seller" | "operator"; readonly id: ApiKeyId }
  | { readonly kind: "deadline"; readonly id: null };

/** By whom invoices are changed and when. */
export type InvoiceChangedBy = { readonly actor: InvoiceActor; readonly at: Instant };

/** A settlement as it is written: of an invoice, the n-th. What is undone has the opposite amount, and names what it undoes. */
export type Settlement = {
  readonly sellerId: SellerId;
  readonly invoiceId: InvoiceId;
  readonly number: number;
  readonly companyId: CompanyId;
  readonly source: SettlementSource;
  readonly sourceId: Uuid;
  readonly amount: bigint;
  readonly released: bigint;
  readonly undoes: number | null;
  readonly cause: string;
};

/** The state of an invoice of which so much is settled. @throws AssertionFailed for more than its total, or less than nothing */
export function stateOf(total: bigint, settled: bigint): InvoiceState {
  assert(settled >= 0n && settled <= total, `${settled} settled of ${total}`);
  if (settled === total) return "settled";
  return settled === 0n ? "issued" : "partially_settled";
}

/** What an invoice becomes when so much more of it (less than nothing: less) is settled. A step that is no edge is a fault. */
export function withSettled(invoice: Invoice, amount: bigint): Invoice {
  const settled = invoice.settled + amount;
  const state = stateOf(invoice.total, settled);
  assert(
    state === invoice.state || invoiceMachine.edges.some(({ from, to }) => from === invoice.state && to === state),
    `an invoice does not go from ${invoice.state} to ${state}`,
  );
  return { ...invoice, settled, state, version: invoice.version + 1, settlements: invoice.settlements + 1 };
}

/** The state an invoice of this total is born in. */
export function stateAtBirth(total: bigint): InvoiceState {
  const taken = next(invoiceMachine, "", total === 0n ? "issue_settled" : "issue");
  assert(taken.allowed, "an invoice is issued");
  return taken.to;
}
