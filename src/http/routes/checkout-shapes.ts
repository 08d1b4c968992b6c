import Type, { type Static } from "typebox";
import { toRfc3339 } from "../../kernel/clock.ts";
import { toWireId } from "../../kernel/ids.ts";
import { money as moneyOf } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";
import type { PlacedCheckout } from "../../flows/place-checkouts/index.ts";
import { type CheckoutState, paymentReferenceOf } from "../../modules/checkouts/index.ts";
import type { HistoryView, ListedCheckout } from "../../views/checkouts.ts";
import {
  address,
  closed,
  countryCode,
  currencyCode,
  day,
  idOf,
  instant,
  integer,
  listOf,
  money,
  name,
  oneOf,
  quantity,
  signedMoney,
  text,
  version,
} from "../shapes.ts";
import { orderStates } from "./order-states.ts";

/** The states of a checkout, as they are shown. */
const checkoutStates = ["pending_payment", "confirmed", "expired", "cancelled"] as const satisfies readonly CheckoutState[];

/** Where the goods go. The name is of a place or department, not of a person. */
export const deliveryAddress = closed({
  name: Type.Optional(text(200)),
  street: text(200),
  city: text(100),
  postal_code: text(20),
  country: countryCode,
});

const orderInCheckout = closed({
  id: idOf("order"),
  seller: closed({ id: idOf("seller"), name: text(200) }),
  state: oneOf(orderStates),
  version,
  dispatch_country: countryCode,
  net: money,
  tax: money,
  total: money,
  line_count: integer(1, 3_000),
});

const members = {
  id: idOf("checkout"),
  version,
  state: oneOf(checkoutStates),
  client_reference: text(64),
  payment_method: oneOf(["on_account", "bank_transfer"]),
  payment_reference: Type.Union([text(25), Type.Null()], {
    description: "What to write into the bank transfer, ISO 11649; null on account",
  }),
  currency: currencyCode,
  net: money,
  tax: money,
  total: money,
  cancelled: money,
  amended: signedMoney,
  placed_at: instant,
  pay_before: Type.Optional(instant),
  orders: listOf(orderInCheckout, 1, 3_000),
};

/** A checkout in an answer to a write, and in a list. */
export const checkout = closed(members);

const party = closed({
  id: text(30),
  name: text(200),
  tax_number: Type.Union([text(50), Type.Null()]),
  address,
});

/** One step of a lifecycle. */
export const historyStep = closed({
  version,
  from: Type.Union([text(30), Type.Null()], { description: "The state before; null at the birth" }),
  event: text(30),
  to: text(30),
  by: text(20),
  cause: text(600),
  at: instant,
});

/** A checkout as it is read: also what was agreed, what the caller may do now and how it came to be what it is. */
export const readCheckout = closed({
  ...members,
  company: party,
  delivery_address: deliveryAddress,
  allowed_actions: listOf(oneOf(["cancel", "record_receipt"]), 0, 2),
  history: listOf(historyStep, 1, 100),
});

/** The tax of a line: its category in the market, that of EN 16931, and the rate. */
export const lineTax = closed({
  category: text(32),
  code: oneOf(["S", "Z", "E", "AE", "K", "G", "O"]),
  rate_ppm: integer(0, 1_000_000, "Parts per million"),
});

/** The lines of a request; their place in it counts from 0 in pointers and from 1 as `line_number`. */
export const requestedLines = listOf(closed({ offer: idOf("offer"), quantity }), 1, 3_000);

const asked = {
  currency: currencyCode,
  payment_method: oneOf(["on_account", "bank_transfer"]),
  lines: requestedLines,
  delivery_address: Type.Optional(deliveryAddress),
  delivery_address_id: Type.Optional(idOf("address")),
  requested_on: Type.Optional(day),
  expected_total: Type.Optional(money),
  replaces: Type.Optional(idOf("checkout")),
};

/** The request to place a checkout. `client_reference` is the company's own order number: one live checkout each. */
export const placeBody = closed({ client_reference: name(64, "The company's own order number"), ...asked });

/** The request to preview one: the same, and the reference may be left out. */
export const previewBody = closed({ client_reference: Type.Optional(name(64)), ...asked });

/** What placing would come to at this moment, with each line's price. */
export const preview = closed({
  currency: currencyCode,
  net: money,
  tax: money,
  total: money,
  orders: listOf(
    closed({
      seller: closed({ id: idOf("seller"), name: text(200) }),
      dispatch_country: countryCode,
      promised_on: day,
      freight: money,
      net: money,
      tax: money,
      total: money,
      lines: listOf(
        closed({
          line_number: integer(1, 3_000),
          offer: idOf("offer"),
          quantity,
          unit_price: money,
          list_price: money,
          price_per: integer(1, 1_000_000_000),
          net: money,
          tax: lineTax,
          promised_on: day,
        }),
        1,
        3_000,
      ),
    }),
    1,
    3_000,
  ),
});

/** What became of a preview that could be placed. */
export function shownPreview({ checkout: drafted, orders }: PlacedCheckout): Static<typeof preview> {
  const wire = (amount: bigint) => toWire(moneyOf(amount, drafted.currency));
  return {
    currency: drafted.currency,
    net: wire(drafted.net),
    tax: wire(drafted.tax),
    total: wire(drafted.total),
    orders: orders.map((order) => ({
      seller: { id: toWireId("sel", order.sellerId), name: order.sellerName },
      dispatch_country: order.dispatchCountry,
      promised_on: order.promisedOn,
      freight: wire(order.freight),
      net: wire(order.net),
      tax: wire(order.tax),
      total: wire(order.total),
      lines: order.lines.map((line) => ({
        line_number: line.lineNumber,
        offer: toWireId("off", line.offerId),
        quantity: line.quantity,
        unit_price: wire(line.unitPrice),
        list_price: wire(line.listPrice),
        price_per: line.pricePer,
        net: wire(line.net),
        tax: { category: line.taxCategory, code: line.taxCode, rate_ppm: line.taxRatePpm },
        promised_on: line.promisedOn,
      })),
    })),
  };
}

/** What became of a placing that was accepted. */
export function shownPlaced({ checkout: placed, orders }: PlacedCheckout): Static<typeof checkout> {
  const wire = (amount: bigint) => toWire(moneyOf(amount, placed.currency));
  return {
    id: toWireId("chk", placed.checkoutId),
    version: 1,
    state: placed.state,
    client_reference: placed.clientReference,
    payment_method: placed.paymentMethod,
    payment_reference: paymentReferenceOf(placed.checkoutId, placed.paymentMethod),
    currency: placed.currency,
    net: wire(placed.net),
    tax: wire(placed.tax),
    total: wire(placed.total),
    cancelled: wire(0n),
    amended: wire(0n),
    placed_at: toRfc3339(placed.placedAt),
    ...(placed.payBefore === null ? {} : { pay_before: toRfc3339(placed.payBefore) }),
    orders: orders.map((order) => ({
      id: toWireId("ord", order.orderId),
      seller: { id: toWireId("sel", order.sellerId), name: order.sellerName },
      state: order.state,
      version: 1,
      dispatch_country: order.dispatchCountry,
      net: wire(order.net),
      tax: wire(order.tax),
      total: wire(order.total),
      line_count: order.lines.length,
    })),
  };
}

/** A checkout of a view, as lists and answers to writes show it. */
export function shownCheckout(row: ListedCheckout): Static<typeof checkout> {
  const wire = (amount: bigint) => toWire(moneyOf(amount, row.currency));
  return {
    id: toWireId("chk", row.checkout_id),
    version: row.version,
    state: row.state as (typeof checkoutStates)[number],
    client_reference: row.client_reference,
    payment_method: row.payment_method as "on_account" | "bank_transfer",
    payment_reference: row.payment_reference,
    currency: row.currency,
    net: wire(row.net),
    tax: wire(row.tax),
    total: wire(row.total),
    cancelled: wire(row.cancelled),
    amended: wire(row.amended),
    placed_at: toRfc3339(row.placed_at),
    ...(row.pay_before === null ? {} : { pay_before: toRfc3339(row.pay_before) }),
    orders: row.orders.map((order) => ({
      id: toWireId("ord", order.order_id),
      seller: { id: toWireId("sel", order.seller_id), name: order.seller_name },
      state: order.state as (typeof orderStates)[number],
      version: order.version,
      dispatch_country: order.dispatch_country,
      net: wire(BigInt(order.net)),
      tax: wire(BigInt(order.tax)),
      total: wire(BigInt(order.total)),
      line_count: order.line_count,
    })),
  };
}

/** A step of a history as it is shown. */
export function shownStep(step: HistoryView): Static<typeof historyStep> {
  return {
    version: step.version,
    from: step.from_state || null,
    event: step.event,
    to: step.to_state,
    by: step.actor_kind,
    cause: step.cause,
    at: toRfc3339(step.at),
  };
}
