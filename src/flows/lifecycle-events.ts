import type { Instant } from "../kernel/clock.ts";
import { type EventId, type IdSource, toWireId, type Uuid } from "../kernel/ids.ts";
import { money } from "../kernel/money.ts";
import { toWire } from "../kernel/wire.ts";
import type { Actor, Checkout } from "../modules/checkouts/index.ts";
import type { Order, OrderRequest, OrderRules } from "../modules/orders/index.ts";
import type { EventData, NewEvent } from "../platform/outbox/index.ts";

/** What a change was asked by and when: goes into every fact and history row of it. */
export type Circumstances = {
  readonly requestId: string;
  readonly traceparent: string | null;
  readonly at: Instant;
  readonly newId: IdSource;
};

/** Circumstances of a change of orders, who makes it under which key, and by which rules orders wait. */
export type OrderMeans = Circumstances & { readonly actor: Actor; readonly idempotencyId: Uuid | null; readonly rules: OrderRules };

/** A checkout has changed, to be told to its company. `type` is what happened to it: `checkout.confirmed`. */
export function checkoutEvent(checkout: Checkout, type: string, circumstances: Circumstances): NewEvent {
  const { companyId, checkoutId, currency } = checkout;
  const data = {
    checkout: toWireId("chk", checkoutId),
    company: toWireId("cmp", companyId),
    client_reference: checkout.clientReference,
    state: checkout.state,
    total: toWire(money(checkout.total, currency)),
    cancelled: toWire(money(checkout.cancelled, currency)),
    amended: toWire(money(checkout.amended, currency)),
  };
  return {
    ...common(circumstances),
    organisationId: companyId,
    subjectId: checkoutId,
    subjectType: "checkout",
    subjectVersion: checkout.version,
    type,
    data,
    audiences: [{ organisationId: companyId, data }],
  };
}

/** What is told of a changed order beside its numbers: what happened, `order.` and its state when left out, and facts of that. */
export type OrderSaid = { readonly type?: string; readonly facts?: EventData };

/** An order has changed, to be told to its seller and its company. */
export function orderEvent(order: Order, cause: string, circumstances: Circumstances, { type, facts = {} }: OrderSaid = {}): NewEvent {
  const data = {
    order: toWireId("ord", order.orderId),
    checkout: toWireId("chk", order.checkoutId),
    seller: toWireId("sel", order.sellerId),
    company: toWireId("cmp", order.companyId),
    state: order.state,
    total: toWire(money(order.total, order.currency)),
    cancelled: toWire(money(order.cancelled, order.currency)),
    amended: toWire(money(order.amended, order.currency)),
    ...(order.promisedOn === null ? {} : { promised_on: order.promisedOn }),
    cause,
    ...facts,
  };
  return {
    ...common(circumstances),
    organisationId: order.sellerId,
    subjectId: order.orderId,
    subjectType: "order",
    subjectVersion: order.version,
    type: type ?? `order.${order.state}`,
    data,
    audiences: [
      { organisationId: order.sellerId, data },
      { organisationId: order.companyId, data },
    ],
  };
}

/** A question about an order was asked or has ended, to be told to both parties. */
export function orderRequestEvent(request: OrderRequest, circumstances: Circumstances): NewEvent {
  const data = {
    request: toWireId("orq", request.requestId),
    order: toWireId("ord", request.orderId),
    seller: toWireId("sel", request.sellerId),
    company: toWireId("cmp", request.companyId),
    kind: request.kind,
    state: request.state,
    ...(request.promisedOn === null ? {} : { promised_on: request.promisedOn }),
    lines: request.lines.map(({ lineNumber, quantity, promisedOn }) => ({
      line_number: lineNumber,
      quantity,
      ...(promisedOn === null ? {} : { promised_on: promisedOn }),
    })),
  };
  return {
    ...common(circumstances),
    organisationId: request.sellerId,
    subjectId: request.requestId,
    subjectType: "orderRequest",
    subjectVersion: request.version,
    type: `order_request.${request.state === "open" ? "asked" : request.state}`,
    data,
    audiences: [
      { organisationId: request.sellerId, data },
      { organisationId: request.companyId, data },
    ],
  };
}

/** What every event of one change has. */
export function common({ requestId, traceparent, at, newId }: Circumstances) {
  return { eventId: newId<EventId>(at), occurredAt: at, requestId, ...(traceparent === null ? {} : { traceparent }) };
}
