import Type from "typebox";
import { declareSetting, type Setting } from "./setting.ts";

const workingDays = Type.Integer({ minimum: 1, maximum: 250 });
const days = Type.Integer({ minimum: 1, maximum: 365 });

export const orderAcceptanceDays = declareSetting({
  name: "order_acceptance_days",
  schema: workingDays,
  default: 2,
  unit: "working days of the seller",
  risk: "low",
  description:
    "How long a seller has to accept or reject a confirmed order. Without an answer it is cancelled. A change counts for orders confirmed after it.",
});

export const orderLateDays = declareSetting({
  name: "order_late_days",
  schema: workingDays,
  default: 5,
  unit: "working days of the seller",
  risk: "low",
  description:
    "After how many working days behind the promised day the company may cancel freely what is not shipped. A change counts for orders accepted after it.",
});

export const orderShipEndDays = declareSetting({
  name: "order_ship_end_days",
  schema: workingDays,
  default: 10,
  unit: "working days of the seller",
  risk: "low",
  description:
    "After how many working days behind the promised day what is not shipped is cancelled. A change counts for orders accepted after it.",
});

export const acceptanceRequestDays = declareSetting({
  name: "acceptance_request_days",
  schema: workingDays,
  default: 3,
  unit: "working days of the seller",
  risk: "low",
  description:
    "How long a company has to answer a seller who can deliver less or later only. Without an answer the seller's time to accept begins anew.",
});

export const cancellationRequestDays = declareSetting({
  name: "cancellation_request_days",
  schema: workingDays,
  default: 2,
  unit: "working days of the seller",
  risk: "low",
  description:
    "How long a seller has to answer a company that asks to cancel an accepted order. Without an answer the order stays as it is.",
});

export const orderDeliveryNoticeDays = declareSetting({
  name: "order_delivery_notice_days",
  schema: days,
  default: 12,
  unit: "days",
  risk: "low",
  description: "How long after it was shipped the company is told that an order will be taken for delivered.",
});

export const orderDeliveryDays = declareSetting({
  name: "order_delivery_days",
  schema: days,
  default: 14,
  unit: "days",
  risk: "low",
  description: "How long after it was shipped an order of which nobody said anything else is taken for delivered.",
});

export const orderCompletionDays = declareSetting({
  name: "order_completion_days",
  schema: days,
  default: 14,
  unit: "days",
  risk: "low",
  description: "How long goods may be sent back after they were delivered. Then the order is completed.",
});

export const shipmentPackedDays = declareSetting({
  name: "shipment_packed_days",
  schema: workingDays,
  default: 3,
  unit: "working days of the seller",
  risk: "low",
  description: "How long a packed parcel waits to be sent. Then it is cancelled; what was in it stays reserved for its order.",
});

export const shipmentLossDays = declareSetting({
  name: "shipment_loss_days",
  schema: workingDays,
  default: 5,
  unit: "working days of the seller",
  risk: "low",
  description: "How long a seller has to send another parcel in place of a lost one. Then the company gets its money.",
});

export const shipmentRefusalDays = declareSetting({
  name: "shipment_refusal_days",
  schema: days,
  default: 30,
  unit: "days",
  risk: "low",
  description: "How long a parcel that the company refused may be on its way back. Then it is written off.",
});

/** The settings of orders and their parcels. */
export const orderSettings: readonly Setting[] = [
  orderAcceptanceDays,
  orderLateDays,
  orderShipEndDays,
  acceptanceRequestDays,
  cancellationRequestDays,
  orderDeliveryNoticeDays,
  orderDeliveryDays,
  orderCompletionDays,
  shipmentPackedDays,
  shipmentLossDays,
  shipmentRefusalDays,
];
