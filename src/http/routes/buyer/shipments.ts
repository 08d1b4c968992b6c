import type { CompanyId } from "../../../kernel/ids.ts";
import { completeOrder, completingLocks } from "../../../flows/complete-order.ts";
import type { OrderRules } from "../../../modules/orders/index.ts";
import { idInPath, refuseNotFound } from "../../call.ts";
import { example } from "../../examples.ts";
import { type Operation, operation } from "../../operation.ts";
import { closed, idOf } from "../../shapes.ts";
import { commandOf } from "../order-operations.ts";
import { completedOrderSample } from "../order-samples.ts";
import { order, readChangedOrder } from "../order-shapes.ts";
import { deliverOperation, readShipmentOperations, refuseOperation } from "../shipment-operations.ts";

/** What is on its way to the company, and being done with an order that has arrived. */
export function buyerShipmentOperations(rules: OrderRules): readonly Operation[] {
  return [...readShipmentOperations("buyer"), deliverOperation("buyer", rules), refuseOperation("buyer", rules), complete(rules)];
}

function complete(rules: OrderRules): Operation {
  return operation({
    kind: "flow",
    method: "POST",
    status: 200,
    id: "buyer.orders.complete",
    path: "/orders/{id}/complete",
    summary: "Complete a delivered order: nothing of it is sent back",
    params: closed({ id: idOf("order") }),
    body: closed({}),
    response: order,
    refusals: ["state-conflict"],
    example: { params: { id: example.deliveredOrder }, body: {}, response: completedOrderSample },
    locks: completingLocks,
    async work(tx, call) {
      const orderId = idInPath("order", call.params.id);
      const { organisationId, keyId } = call.principal;
      const completed = await completeOrder(tx, { ...commandOf(call, rules), orderId, companyId: organisationId as CompanyId, keyId });
      const shown = completed === undefined ? undefined : await readChangedOrder(tx, orderId, "company");
      return shown ?? refuseNotFound();
    },
  });
}
