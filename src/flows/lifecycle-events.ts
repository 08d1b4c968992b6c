import type { Instant } from "../kernel/clock.ts";
import { type EventId, type IdSource, toWireId } from "../kernel/ids.ts";
import { money } from "../kernel/money.ts";
import { toWire } from "../kernel/wire.ts";
import type { Checkout } from "../modules/checkouts/index.ts";
import type { Order } from "../modules/orders/index.ts";
import type { NewEvent } from "../platform/outbox/index.ts";

/** What a change was asked by and when: goes into every fact and history row of it. */
export type Circumstances = {
  readonly requestId: string;
  readonly traceparent: string | null;
  readonly at: Instant;
  readonly newId: IdSource;
};

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

/** An order has changed its state, to be told to its seller and its company. */
export function orderEvent(order: Order, cause: string, circumstances: Circumstances): NewEvent {
  const data = {
    order: toWireId("ord", order.orderId),
    checkout: toWireId("chk", order.checkoutId),
    seller: toWireId("sel", order.sellerId),
    company: toWireId("cmp", order.companyId),
    total: toWire(money(order.total, order.currency)),
    cancelled: toWire(money(order.cancelled, order.currency)),
    cause,
  };
  return {
    ...common(circumstances),
    organisationId: order.sellerId,
    subjectId: order.orderId,
    subjectType: "order",
    subjectVersion: order.version,
    type: `order.${order.state}`,
    data,
    audiences: [
      { organisationId: order.sellerId, data },
      { organisationId: order.companyId, data },
    ],
  };
}

function common({ requestId, traceparent, at, newId }: Circumstances) {
  return { eventId: newId<EventId>(at), occurredAt: at, requestId, ...(traceparent === null ? {} : { traceparent }) };
}
