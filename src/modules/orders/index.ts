/**
 * Orders: one seller's part of a checkout, from its placing to its end.
 * Keeps: an order is born and moves along its lifecycle only (O1), its lines add up to its totals and its parts to its lines (O2), its
 * snapshot keeps its hash (O3).
 */
export type { NewFreightPart, NewOrder, NewOrderCommission, NewOrderLine, NewTaxGroup } from "./new-order.ts";
export { insertOrders, type Placing } from "./new-order-store.ts";
export type { Order, OrderActor } from "./order.ts";
export { type Acceptance, type AcceptedLine, consentedAcceptance, judgeAcceptance, type JudgedAcceptance } from "./order-acceptance.ts";
export { type OrderAction, orderActions, type OrderParty, type RequestAction, requestActions, requireAction } from "./order-actions.ts";
export { type AmendedRate, amendTax, restOf, type TaxAmendment, taxAmendmentCause } from "./order-amendment.ts";
export { type NewTaxAmendments, writeTaxAmendments } from "./order-amendment-store.ts";
export { allOpenUnits, type AskedUnits, judgeDraws, type JudgedDraws } from "./order-cancellation.ts";
export { refuseDraws } from "./order-cancellation-store.ts";
export {
  type ChangedBy,
  type NewCancellation,
  type OrderChange,
  type OrderPromise,
  writeOrderChange,
  writeOrderChanges,
} from "./order-change-store.ts";
export {
  acceptanceDeadline,
  cancellableFrom,
  deadlinesEntered,
  deadlinesLeft,
  mayHaveOpenUnits,
  orderDeadlineKinds,
  type OrderRules,
  orderRules,
  requestDeadline,
} from "./order-deadlines.ts";
export { openOrderStates, type OrderEvent, orderMachine, type OrderState } from "./order-machine.ts";
export { type NumberedLine, type OrderNumbers, partOrder, readNumbersOfOrders, readOrderNumbers } from "./order-numbers.ts";
export { type DrawnUnits, drawUnits, type LinePart, type UnitDraw } from "./order-parts.ts";
export type {
  AcceptanceEmpty,
  OrderRefusal,
  PromiseOutOfBounds,
  RequestOpen,
  UnitsNotOpen,
  UnitsPacked,
  UnknownLines,
} from "./order-refusals.ts";
export { type NewOrderRequest, type OrderRequest, type OrderRequestKind, type OrderRequestLine, partiesOf } from "./order-request.ts";
export { type OrderRequestEvent, orderRequestMachine, type OrderRequestState } from "./order-request-machine.ts";
export {
  endOrderRequests,
  findOrderRequest,
  insertOrderRequest,
  readOpenRequests,
  readOrderRequest,
  type RequestEnd,
} from "./order-request-store.ts";
export { latestDay, promisedDays } from "./promise.ts";
export type { Resolution, Shipment, ShipmentKey, ShipmentLine } from "./shipment.ts";
export { requireShipmentAction, type ShipmentAction, shipmentActions } from "./shipment-actions.ts";
export { insertShipment, insertShipments, type NewShipment, type ShipmentChange, writeShipmentChanges } from "./shipment-change-store.ts";
export { awaitedBy, deadlineKey, shipmentDeadline, shipmentDeadlineKinds } from "./shipment-deadlines.ts";
export { type ShipmentEvent, shipmentMachine, type ShipmentState } from "./shipment-machine.ts";
export type {
  DeliveredAtOutOfBounds,
  GoodsNotOnHand,
  PromisedToOlder,
  ShipmentRefusal,
  TaxRateMissing,
  TooManyShipments,
  UnitsNotInShipment,
} from "./shipment-refusals.ts";
export {
  countShipments,
  countShipmentsOf,
  findShipment,
  findShipments,
  lockShipments,
  lockShipmentsIn,
  ordersWithParcelsAbout,
  readShipmentLines,
  type ShipmentKeys,
} from "./shipment-store.ts";
export {
  findOrder,
  findOrders,
  lockOrder,
  lockOrders,
  lockOrderIfFree,
  lockOrdersOfCheckouts,
  type OrderKeys,
} from "./order-store.ts";

export const owns = [
  ...([
    "orders",
    "order_history",
    "order_lines",
    "order_tax_groups",
    "order_tax_amendments",
    "order_freight",
    "order_commissions",
  ] as const),
  ...(["order_cancellations", "order_cancellation_lines", "order_requests", "order_request_lines"] as const),
  ...(["shipments", "shipment_lines", "shipment_history"] as const),
];
