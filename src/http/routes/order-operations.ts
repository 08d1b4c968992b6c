import type { OrderId } from "../../kernel/ids.ts";
import { cancelOrder } from "../../flows/cancel-order.ts";
import { endingLocks } from "../../flows/cancel-units.ts";
import type { OrderRules } from "../../modules/orders/index.ts";
import { findOrderView } from "../../views/orders.ts";
import { checkVersion, idInPath, refuseNotFound } from "../call.ts";
import { example } from "../examples.ts";
import { type Operation, operation } from "../operation.ts";
import { closed, idOf } from "../shapes.ts";
import { cancelledOrderSample, order, readOrder, readOrderSample, readWholeOrder, reason, shownOrder } from "./order-shapes.ts";

const parties = { buyer: "company", seller: "seller", operator: "operator" } as const;

/** Reading one order, for any audience. */
export function readOrderOperation(audience: keyof typeof parties): Operation {
  return operation({
    kind: "read",
    scope: audience === "operator" ? "operator" : "organisation",
    id: `${audience}.orders.read`,
    path: "/orders/{id}",
    summary: "Read an order",
    params: closed({ id: idOf("order") }),
    response: readOrder,
    refusals: [],
    example: {
      params: { id: example.order },
      response: { ...readOrderSample, ...(audience === "operator" ? { allowed_actions: [] } : {}) },
    },
    read: async (reader, call) => (await readWholeOrder(reader, idInPath("order", call.params.id), parties[audience])) ?? refuseNotFound(),
  });
}

/** Cancelling a whole order, by its company or its seller. */
export function cancelOrderOperation(audience: "buyer" | "seller", rules: OrderRules): Operation {
  return operation({
    kind: "flow",
    method: "POST",
    status: 200,
    id: `${audience}.orders.cancel`,
    path: "/orders/{id}/cancel",
    summary: "Cancel an order",
    params: closed({ id: idOf("order") }),
    body: closed({ reason }),
    response: order,
    refusals: ["state-conflict"],
    example: { params: { id: example.order }, body: { reason: "ordered twice" }, response: cancelledOrderSample },
    locks: endingLocks,
    async work(tx, call) {
      const orderId: OrderId = idInPath("order", call.params.id);
      const { requestId, traceparent = null, newId, idempotencyId, principal } = call;
      const cancelled = await cancelOrder(tx, {
        orderId,
        party: { kind: parties[audience], organisationId: principal.organisationId, keyId: principal.keyId },
        ...{ reason: call.body.reason, requestId, traceparent, newId, idempotencyId, rules },
        checkVersion: (current) => checkVersion(call, current),
      });
      const shown = cancelled === undefined ? undefined : await findOrderView(tx, orderId);
      return shown === undefined ? refuseNotFound() : { body: shownOrder(shown), version: shown.version };
    },
  });
}
