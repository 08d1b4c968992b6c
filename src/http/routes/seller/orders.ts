import type { OrderRules } from "../../../modules/orders/index.ts";
import type { Operation } from "../../operation.ts";
import { listOrdersOperation } from "../order-list-operation.ts";
import { answerOrderOperations, cancelOrderOperation, readOrderOperation } from "../order-operations.ts";
import { answerRequestOperations, readOrderRequestOperations } from "../order-request-operations.ts";

/** The seller's orders, and the questions about them. */
export function sellerOrderOperations(rules: OrderRules): readonly Operation[] {
  return [
    listOrdersOperation("seller"),
    readOrderOperation("seller"),
    ...answerOrderOperations(rules),
    cancelOrderOperation("seller", rules),
    ...readOrderRequestOperations("seller"),
    ...answerRequestOperations("seller", rules),
  ];
}
