import type { OrderRules } from "../../../modules/orders/index.ts";
import type { Operation } from "../../operation.ts";
import { listOrdersOperation } from "../order-list-operation.ts";
import { cancelOrderOperation, readOrderOperation } from "../order-operations.ts";
import { answerRequestOperations, readOrderRequestOperations } from "../order-request-operations.ts";

/** The company's orders, and the questions about them. */
export function buyerOrderOperations(rules: OrderRules): readonly Operation[] {
  return [
    listOrdersOperation("buyer"),
    readOrderOperation("buyer"),
    cancelOrderOperation("buyer", rules),
    ...readOrderRequestOperations("buyer"),
    ...answerRequestOperations("buyer", rules),
  ];
}
