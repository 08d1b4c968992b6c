import Type, { type Static } from "typebox";
import { type Instant, toRfc3339 } from "../../kernel/clock.ts";
import { toWireId } from "../../kernel/ids.ts";
import { money as moneyOf } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";
import type { OrderSnapshot } from "../../flows/place-checkouts/index.ts";
import { orderActions, type OrderParty, type OrderState } from "../../modules/orders/index.ts";
import { now, type Reader } from "../../platform/db/index.ts";
import type { OrderId } from "../../kernel/ids.ts";
import { openRequestsOf } from "../../views/order-requests.ts";
import { isStopped, type OrderWait, readOrderWaits } from "../../views/order-waits.ts";
import { orderTimeline } from "../../views/order-timeline.ts";
import { findOrderView, lineViews, type ListedOrder, orderHistory } from "../../views/orders.ts";
import {
  attributes,
  closed,
  countryCode,
  currencyCode,
  day,
  idOf,
  instant,
  integer,
  listOf,
  money,
  oneOf,
  quantity,
  signedMoney,
  text,
  version,
} from "../shapes.ts";
import { deliveryAddress, historyStep, lineTax, shownStep } from "./checkout-shapes.ts";
import { orderRequest, shownOrderRequest } from "./order-request-shapes.ts";
import { orderActionWords, orderStates } from "./order-states.ts";
import { shownTaxAmendments, taxAmendments } from "./tax-amendment-shapes.ts";
import { shownTimeline, timeline } from "./timeline-shapes.ts";

const units = integer(0, 1_000_000_000);
const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const members = {
  id: idOf("order"),
  version,
  checkout: idOf("checkout"),
  client_reference: Type.String({ maxLength: 64 }),
  seller: closed({ id: idOf("seller"), name: text(200) }),
  company: closed({ id: idOf("company"), name: text(200) }),
  state: oneOf(orderStates),
  dispatch_country: countryCode,
  currency: currencyCode,
  freight: money,
  net: money,
  tax: money,
  total: money,
  cancelled: money,
  amended: signedMoney,
  placed_at: instant,
  requested_on: orNull(day),
  promised_on: orNull(day),
  cancellable_from: Type.Union([instant, Type.Null()], {
    description: "When the company may cancel freely again; null when nothing is promised, and while that time stands still",
  }),
  line_count: integer(1, 3_000),
  // Two of the words are no operation's: what they lead to is told here.
  allowed_actions: Type.Array(oneOf(orderActionWords), {
    minItems: 0,
    maxItems: orderActionWords.length,
    description: "pack: a shipment is posted to the order; request_cancellation: cancelling asks the seller, who may decline",
  }),
};

/** An order in a list: its numbers, and what the caller may do about it now. */
export const listedOrder = closed(members);

/** An order in an answer to a write: as in a list, and the questions about it that wait for an answer. */
export const order = closed({ ...members, open_requests: listOf(orderRequest, 0, 2) });

/** An order's line as it was agreed, and what became of its units: what is neither packed, shipped nor cancelled is open. */
export const orderLine = closed({
  line_number: integer(1, 3_000),
  offer: idOf("offer"),
  reference: text(64),
  sku: text(64),
  title: text(200),
  unit: text(20),
  attributes,
  quantity,
  packed: units,
  shipped: units,
  cancelled: units,
  promised_on: orNull(day),
  unit_price: money,
  list_price: money,
  price_from: text(30, "offer, or the id of the price list"),
  price_per: integer(1, 1_000_000_000),
  gross: money,
  discount: money,
  net: money,
  tax: lineTax,
});

/** The tax of the order's lines and freight of one category and rate: why there is none, and the tax numbers that it rests on. */
const taxGroup = closed({
  ...lineTax.properties,
  net: money,
  tax: money,
  exemption_code: orNull(text(50)),
  exemption_text: orNull(text(500)),
  seller_tax_number: orNull(text(50)),
  company_tax_number: orNull(text(50)),
});

/** An order as it is read: what was agreed, what the caller may do now, how it came to be what it is. */
export const readOrder = closed({
  ...members,
  payment_method: oneOf(["on_account", "bank_transfer"]),
  payment_days: orNull(integer(0, 365, "Days from an invoice's date until it is due")),
  seller_tax_number: orNull(text(50)),
  company_tax_number: orNull(text(50)),
  delivery_address: orNull(deliveryAddress),
  lines: listOf(orderLine, 1, 3_000),
  tax_groups: listOf(taxGroup, 1, 3_000),
  tax_amendments: taxAmendments,
  open_requests: listOf(orderRequest, 0, 2),
  history: listOf(historyStep, 1, 100),
  timeline,
});

/** Why somebody cancels. */
export const reason = text(500, "Why; shown in the history");

/** An order of a view as lists show it to a party at this moment; `waits` tell how it stands. */
export function shownListedOrder(
  row: ListedOrder,
  party: OrderParty,
  at: Instant,
  waits: ReadonlyMap<OrderId, OrderWait>,
): Static<typeof listedOrder> {
  const wire = (amount: bigint) => toWire(moneyOf(amount, row.currency));
  const state = row.state as OrderState;
  const { lateAt } = waits.get(row.order_id) ?? {};
  // What was promised is the column; holds have moved the deadline on since.
  const cancellableFrom = lateAt === undefined ? row.cancellable_from : lateAt;
  return {
    id: toWireId("ord", row.order_id),
    version: row.version,
    checkout: toWireId("chk", row.checkout_id),
    client_reference: row.client_reference,
    seller: { id: toWireId("sel", row.seller_id), name: row.seller_name },
    company: { id: toWireId("cmp", row.company_id), name: row.company_name },
    state,
    dispatch_country: row.dispatch_country,
    currency: row.currency,
    freight: wire(row.freight),
    net: wire(row.net),
    tax: wire(row.tax),
    total: wire(row.total),
    cancelled: wire(row.cancelled),
    amended: wire(row.amended),
    placed_at: toRfc3339(row.placed_at),
    requested_on: row.requested_on,
    promised_on: row.promised_on,
    cancellable_from: cancellableFrom === null ? null : toRfc3339(cancellableFrom),
    line_count: row.line_count,
    allowed_actions: [...orderActions({ state, cancellableFrom }, party, at, isStopped(waits, row))],
  };
}

/** An order as answers to writes show it; undefined when the reader sees none of this id. */
export async function readChangedOrder(
  reader: Reader,
  orderId: OrderId,
  party: OrderParty,
): Promise<{ readonly body: Static<typeof order>; readonly version: number } | undefined> {
  const row = await findOrderView(reader, orderId);
  if (row === undefined) return undefined;
  const requests = await openRequestsOf(reader, row.seller_id, row.order_id);
  const waits = await readOrderWaits(reader, [row]);
  const open_requests = requests.map((request) => shownOrderRequest(request, party, waits));
  return { body: { ...shownListedOrder(row, party, await now(reader), waits), open_requests }, version: row.version };
}

/** Reads an order whole; undefined when the reader's role and organisation have none of this id. */
export async function readWholeOrder(
  reader: Reader,
  orderId: OrderId,
  party: OrderParty,
): Promise<{ readonly body: Static<typeof readOrder>; readonly version: number } | undefined> {
  const row = await findOrderView(reader, orderId);
  if (row === undefined) return undefined;
  const [lines, requests, history, entries, at, waits] = await Promise.all([
    lineViews(reader, row.seller_id, row.order_id),
    openRequestsOf(reader, row.seller_id, row.order_id),
    orderHistory(reader, row.seller_id, row.order_id),
    orderTimeline(reader, { sellerId: row.seller_id, orderId: row.order_id }),
    now(reader),
    readOrderWaits(reader, [row]),
  ]);
  // What was agreed is shown as it was written: nothing is computed, nothing is looked up. Early snapshots know less.
  const agreed = JSON.parse(row.snapshot) as OrderSnapshot;
  const wire = (amount: number) => ({ amount, currency: agreed.currency });
  const body = {
    ...shownListedOrder(row, party, at, waits),
    payment_method: agreed.payment_method as "on_account" | "bank_transfer",
    payment_days: agreed.payment_days ?? null,
    seller_tax_number: agreed.seller.tax_number,
    company_tax_number: agreed.company.tax_number,
    delivery_address: agreed.delivery_address ?? null,
    lines: agreed.lines.map((line) => {
      const { packed = 0, shipped = 0, cancelled = 0, promised_on = null } = lines.get(line.line_number) ?? {};
      return {
        ...{
          line_number: line.line_number,
          offer: line.offer,
          reference: line.reference,
          sku: line.sku,
          title: line.title,
          unit: line.unit,
        },
        ...{ attributes: line.attributes, quantity: line.quantity, packed, shipped, cancelled, promised_on },
        unit_price: wire(line.unit_price),
        list_price: wire(line.list_price ?? line.unit_price),
        price_from: line.price_from ?? "offer",
        price_per: line.price_per,
        gross: wire(line.gross),
        discount: wire(line.discount),
        net: wire(line.net),
        tax: shownTax(line.tax),
      };
    }),
    tax_groups: agreed.tax_groups.map((group) => ({
      ...shownTax(group),
      net: wire(group.net),
      tax: wire(group.tax),
      exemption_code: group.exemption_code ?? null,
      exemption_text: group.exemption_text ?? null,
      seller_tax_number: group.seller_tax_number ?? null,
      company_tax_number: group.company_tax_number ?? null,
    })),
    tax_amendments: shownTaxAmendments(row.tax_amendments, row.currency),
    open_requests: requests.map((request) => shownOrderRequest(request, party, waits)),
    history: history.map(shownStep),
    timeline: shownTimeline(entries, row.currency),
  };
  return { body, version: row.version };
}

function shownTax({ category, code, rate_ppm }: OrderSnapshot["lines"][number]["tax"]): Static<typeof lineTax> {
  return { category, code: code as Static<typeof lineTax>["code"], rate_ppm };
}
