import type { OrderRules } from "../../../modules/orders/index.ts";
import type { Operation } from "../../operation.ts";
import { cancelShipmentOperation, deliverOperation, findOperation, loseOperation, readShipmentOperations } from "../shipment-operations.ts";

/** All shipments of the market, and what the operator says of them in place of those who do not. */
export function operatorShipmentOperations(rules: OrderRules): readonly Operation[] {
  return [
    ...readShipmentOperations("operator"),
    cancelShipmentOperation("operator", rules),
    deliverOperation("operator", rules),
    loseOperation("operator", rules),
    findOperation("operator", rules),
  ];
}
