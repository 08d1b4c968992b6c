import type { EventId } from "../../kernel/ids.ts";
import { toWireId } from "../../kernel/ids.ts";
import { money } from "../../kernel/money.ts";
import { toWire } from "../../kernel/wire.ts";
import type { NewEvent } from "../../platform/outbox/index.ts";
import type { PlaceCommand, PlacedCheckout } from "./command.ts";

/**
 * The facts that an accepted command makes true: one of its checkout, for the company, and one of each order, for its seller and the
 * company. A seller's payload knows of no other seller.
 */
export function placedEvents({ checkout, orders }: PlacedCheckout, command: PlaceCommand, newEventId: () => EventId): NewEvent[] {
  const { companyId, checkoutId, currency } = checkout;
  const trace = command.traceparent === null ? {} : { traceparent: command.traceparent };
  const common = { subjectVersion: 1, occurredAt: checkout.placedAt, requestId: command.requestId, ...trace };
  const wire = (amount: bigint) => toWire(money(amount, currency));
  const ofCheckout = {
    checkout: toWireId("chk", checkoutId),
    company: toWireId("cmp", companyId),
    client_reference: checkout.clientReference,
    payment_method: checkout.paymentMethod,
    total: wire(checkout.total),
    orders: orders.map(({ orderId }) => toWireId("ord", orderId)),
  };
  return [
    {
      ...common,
      eventId: newEventId(),
      organisationId: companyId,
      subjectId: checkoutId,
      subjectType: "checkout",
      type: `checkout.${checkout.state}`,
      data: ofCheckout,
      audiences: [{ organisationId: companyId, data: ofCheckout }],
    },
    ...orders.map((order): NewEvent => {
      const ofOrder = {
        order: toWireId("ord", order.orderId),
        checkout: toWireId("chk", checkoutId),
        seller: toWireId("sel", order.sellerId),
        company: toWireId("cmp", companyId),
        total: wire(order.total),
        line_count: order.lines.length,
      };
      return {
        ...common,
        eventId: newEventId(),
        organisationId: order.sellerId,
        subjectId: order.orderId,
        subjectType: "order",
        type: `order.${order.state}`,
        data: ofOrder,
        audiences: [
          { organisationId: order.sellerId, data: ofOrder },
          { organisationId: companyId, data: ofOrder },
        ],
      };
    }),
  ];
}
