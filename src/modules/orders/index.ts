/**
 * Orders: one seller's part of a checkout, from its placing to its end.
 * Keeps: an order is born and moves along its lifecycle only (O1), its lines add up to its totals (O2), its snapshot keeps its hash (O3).
 */
export type { NewOrder, NewOrderLine, NewTaxGroup, Order } from "./order.ts";
export { type OrderEvent, orderMachine, type OrderState } from "./order-machine.ts";
export { type OrderRequestEvent, orderRequestMachine, type OrderRequestState } from "./order-request-machine.ts";
export { type ShipmentEvent, shipmentMachine, type ShipmentState } from "./shipment-machine.ts";
export { findOrder, insertOrders, lockOrdersOfCheckout, moveOrders, type OrdersStep, type Placing } from "./order-store.ts";

export const owns = [
  ...(["orders", "order_history", "order_lines", "order_tax_groups", "order_freight"] as const),
  ...(["order_cancellations", "order_cancellation_lines", "order_requests", "order_request_lines"] as const),
  ...(["shipments", "shipment_lines", "shipment_history"] as const),
];
