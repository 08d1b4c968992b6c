import { listOrdersOfCompany } from "../../../views/orders.ts";
import type { OrderRules } from "../../../modules/orders/index.ts";
import { list } from "../../list.ts";
import type { Operation } from "../../operation.ts";
import { cancelOrderOperation, readOrderOperation } from "../order-operations.ts";
import { order, orderSample, shownOrder } from "../order-shapes.ts";

/** The company's orders. */
export function buyerOrderOperations(rules: OrderRules): readonly Operation[] {
  return [
    list({
      id: "buyer.orders.list",
      path: "/orders",
      summary: "List orders",
      scope: "organisation",
      exports: true,
      item: order,
      example: { item: orderSample },
      rows: async (reader, call, window) =>
        (await listOrdersOfCompany(reader, call.principal.organisationId, window)).map((row) => ({
          at: [row.checkout_id, row.seller_id],
          item: shownOrder(row),
        })),
    }),
    readOrderOperation("buyer"),
    cancelOrderOperation("buyer", rules),
  ];
}
