import type { OrderRules } from "../../../modules/orders/index.ts";
import type { Operation } from "../../operation.ts";
import { listOrdersOperation } from "../order-list-operation.ts";
import { cancelOrderOperation, readOrderOperation } from "../order-operations.ts";
import { readOrderRequestOperations } from "../order-request-operations.ts";

/** All orders of the market, and the questions about them. */
export function operatorOrderOperations(rules: OrderRules): readonly Operation[] {
  return [
    listOrdersOperation("operator"),
    readOrderOperation("operator"),
    cancelOrderOperation("operator", rules),
    ...readOrderRequestOperations("operator"),
  ];
}
