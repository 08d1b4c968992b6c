import { listOrders } from "../../../views/orders.ts";
import type { OrderRules } from "../../../modules/orders/index.ts";
import { list } from "../../list.ts";
import type { Operation } from "../../operation.ts";
import { readOrderOperation } from "../order-operations.ts";
import { order, orderSample, shownOrder } from "../order-shapes.ts";

/** All orders of the market. */
export function operatorOrderOperations(rules: OrderRules): readonly Operation[] {
  return [
    list({
      id: "operator.orders.list",
      path: "/orders",
      summary: "List orders",
      scope: "operator",
      exports: true,
      item: order,
      example: { item: orderSample },
      rows: async (reader, _call, window) =>
        (await listOrders(reader, window)).map((row) => ({ at: [row.order_id], item: shownOrder(row) })),
    }),
    readOrderOperation("operator"),
  ];
}
