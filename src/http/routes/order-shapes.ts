import type { Static } from "typebox";
import { toRfc3339 } from "../../kernel/clock.ts";
import { toWireId } from "../../kernel/ids.ts";
import { eventsFrom } from "../../kernel/lifecycle.ts";
import { money as moneyOf } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";
import type { OrderSnapshot } from "../../flows/place-checkouts/index.ts";
import { type OrderState, orderMachine } from "../../modules/orders/index.ts";
import type { Reader } from "../../platform/db/index.ts";
import type { OrderId } from "../../kernel/ids.ts";
import { cancelledUnits, findOrderView, type ListedOrder, orderHistory, type OrderView } from "../../views/orders.ts";
import { example } from "../examples.ts";
import {
  attributes,
  closed,
  countryCode,
  currencyCode,
  idOf,
  instant,
  integer,
  listOf,
  money,
  oneOf,
  quantity,
  text,
  version,
} from "../shapes.ts";
import { historyStep, shownStep } from "./checkout-shapes.ts";

const orderStates = ["reserved", "confirmed", "expired", "cancelled"] as const satisfies readonly OrderState[];
const rate = integer(0, 1_000_000, "Parts per million");

const members = {
  id: idOf("order"),
  version,
  checkout: idOf("checkout"),
  seller: closed({ id: idOf("seller"), name: text(200) }),
  company: closed({ id: idOf("company"), name: text(200) }),
  state: oneOf(orderStates),
  dispatch_country: countryCode,
  currency: currencyCode,
  net: money,
  tax: money,
  total: money,
  cancelled: money,
  placed_at: instant,
  line_count: integer(1, 3_000),
};

/** An order in an answer to a write, and in a list. */
export const order = closed(members);

/** An order's line as it was agreed, and how much of it is cancelled. */
export const orderLine = closed({
  line_number: integer(1, 3_000),
  offer: idOf("offer"),
  reference: text(64),
  sku: text(64),
  title: text(200),
  unit: text(20),
  attributes,
  quantity,
  cancelled: integer(0, 1_000_000_000),
  unit_price: money,
  price_per: integer(1, 1_000_000_000),
  gross: money,
  discount: money,
  net: money,
  tax: closed({ category: text(32), code: oneOf(["S", "Z"]), rate_ppm: rate }),
});

/** An order as it is read: what was agreed, what the caller may do now, how it came to be what it is. */
export const readOrder = closed({
  ...members,
  client_reference: text(64),
  payment_method: oneOf(["on_account", "bank_transfer"]),
  lines: listOf(orderLine, 1, 3_000),
  tax_groups: listOf(closed({ category: text(32), code: oneOf(["S", "Z"]), rate_ppm: rate, net: money, tax: money }), 1, 3_000),
  allowed_actions: listOf(oneOf(["cancel"]), 0, 1),
  history: listOf(historyStep, 1, 100),
});

/** Why somebody cancels. */
export const reason = text(500, "Why; shown in the history");

/** An order of a view, as lists and answers to writes show it. */
export function shownOrder(row: ListedOrder): Static<typeof order> {
  const wire = (amount: bigint) => toWire(moneyOf(amount, row.currency));
  return {
    id: toWireId("ord", row.order_id),
    version: row.version,
    checkout: toWireId("chk", row.checkout_id),
    seller: { id: toWireId("sel", row.seller_id), name: row.seller_name },
    company: { id: toWireId("cmp", row.company_id), name: row.company_name },
    state: row.state as (typeof orderStates)[number],
    dispatch_country: row.dispatch_country,
    currency: row.currency,
    net: wire(row.net),
    tax: wire(row.tax),
    total: wire(row.total),
    cancelled: wire(row.cancelled),
    placed_at: toRfc3339(row.placed_at),
    line_count: row.line_count,
  };
}

/** Reads an order whole; undefined when the reader's role and organisation have none of this id. */
export async function readWholeOrder(
  reader: Reader,
  orderId: OrderId,
  party: "company" | "seller" | "operator",
): Promise<{ readonly body: Static<typeof readOrder>; readonly version: number } | undefined> {
  const row = await findOrderView(reader, orderId);
  if (row === undefined) return undefined;
  const [cancelled, history] = await Promise.all([
    cancelledUnits(reader, row.seller_id, row.order_id),
    orderHistory(reader, row.seller_id, row.order_id),
  ]);
  // What was agreed is shown as it was written: nothing is computed, nothing is looked up.
  const agreed = JSON.parse(row.snapshot) as OrderSnapshot;
  const wire = (amount: number) => ({ amount, currency: agreed.currency });
  const body = {
    ...shownOrder(row),
    client_reference: agreed.client_reference,
    payment_method: agreed.payment_method as "on_account" | "bank_transfer",
    lines: agreed.lines.map((line) => ({
      ...line,
      cancelled: cancelled.get(line.line_number) ?? 0,
      unit_price: wire(line.unit_price),
      gross: wire(line.gross),
      discount: wire(line.discount),
      net: wire(line.net),
      tax: { ...line.tax, code: line.tax.code as "S" | "Z" },
    })),
    tax_groups: agreed.tax_groups.map((group) => ({
      ...group,
      code: group.code as "S" | "Z",
      net: wire(group.net),
      tax: wire(group.tax),
    })),
    allowed_actions: eventsFrom(orderMachine, row.state as OrderState, party).filter((event) => event === "cancel"),
    history: history.map(shownStep),
  };
  return { body, version: row.version };
}

const eur = (amount: number) => ({ amount, currency: "EUR" });

/** The order of the examples. */
export const orderSample: Static<typeof order> = {
  id: example.order,
  version: 1,
  checkout: example.checkout,
  seller: { id: example.seller, name: "Nordschrauben GmbH" },
  company: { id: example.company, name: "Werft AG" },
  state: "confirmed",
  dispatch_country: "DE",
  currency: "EUR",
  net: eur(20_000),
  tax: eur(3_800),
  total: eur(23_800),
  cancelled: eur(0),
  placed_at: example.time,
  line_count: 1,
};

/** The same as it is read. */
export const readOrderSample: Static<typeof readOrder> = {
  ...orderSample,
  client_reference: example.clientReference,
  payment_method: "on_account",
  lines: [
    {
      line_number: 1,
      offer: example.offer,
      reference: example.reference,
      sku: example.sku,
      title: "Bolt M8 × 40",
      unit: "C62",
      attributes: {},
      quantity: 2,
      cancelled: 0,
      unit_price: eur(10_000),
      price_per: 1,
      gross: eur(20_000),
      discount: eur(0),
      net: eur(20_000),
      tax: { category: "standard", code: "S", rate_ppm: 190_000 },
    },
  ],
  tax_groups: [{ category: "standard", code: "S", rate_ppm: 190_000, net: eur(20_000), tax: eur(3_800) }],
  allowed_actions: ["cancel"],
  history: [{ version: 1, from: "", event: "place", to: "confirmed", by: "company", cause: "placed", at: example.time }],
};

/** The order after it was cancelled. */
export const cancelledOrderSample: Static<typeof order> = { ...orderSample, version: 2, state: "cancelled", cancelled: eur(23_800) };

export type { OrderView };
