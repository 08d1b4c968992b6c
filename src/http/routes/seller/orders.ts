import { listOrdersOfSeller } from "../../../views/orders.ts";
import type { OrderRules } from "../../../modules/orders/index.ts";
import { list } from "../../list.ts";
import type { Operation } from "../../operation.ts";
import { cancelOrderOperation, readOrderOperation } from "../order-operations.ts";
import { order, orderSample, shownOrder } from "../order-shapes.ts";

/** The seller's orders. */
export function sellerOrderOperations(rules: OrderRules): readonly Operation[] {
  return [
    list({
      id: "seller.orders.list",
      path: "/orders",
      summary: "List orders",
      scope: "organisation",
      exports: true,
      item: order,
      example: { item: orderSample },
      rows: async (reader, call, window) =>
        (await listOrdersOfSeller(reader, call.principal.organisationId, window)).map((row) => ({
          at: [row.order_id],
          item: shownOrder(row),
        })),
    }),
    readOrderOperation("seller"),
    cancelOrderOperation("seller", rules),
  ];
}
