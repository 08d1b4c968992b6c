import { assert } from "../../kernel/assert.ts";
import { addMillis, type Instant } from "../../kernel/clock.ts";
import type { OrderRequestId, SellerId, Uuid } from "../../kernel/ids.ts";
import { addWorkingDays, type Calendar, endOfDay, workingDeadline } from "../../kernel/working-days.ts";
import type { Deadline } from "../../platform/jobs/index.ts";
import {
  acceptanceRequestDays,
  cancellationRequestDays,
  orderAcceptanceDays,
  orderCompletionDays,
  orderDeliveryDays,
  orderDeliveryNoticeDays,
  orderLateDays,
  orderShipEndDays,
  type Settings,
  shipmentLossDays,
  shipmentPackedDays,
  shipmentRefusalDays,
} from "../../platform/settings/index.ts";
import type { Order } from "./order.ts";
import type { OrderState } from "./order-machine.ts";

/** How long an order and its parcels wait for whom: working days by their seller's calendar, and days of 24 hours. */
export type OrderRules = {
  readonly acceptanceWorkingDays: number;
  readonly lateWorkingDays: number;
  readonly shipEndWorkingDays: number;
  readonly acceptanceRequestWorkingDays: number;
  readonly cancellationRequestWorkingDays: number;
  readonly deliveryNoticeDays: number;
  readonly deliveryDays: number;
  readonly completionDays: number;
  readonly packedWorkingDays: number;
  readonly lossWorkingDays: number;
  readonly refusalDays: number;
};

/** The rules that the settings in force make. */
export function orderRules(settings: Settings): OrderRules {
  return {
    acceptanceWorkingDays: settings.value(orderAcceptanceDays),
    lateWorkingDays: settings.value(orderLateDays),
    shipEndWorkingDays: settings.value(orderShipEndDays),
    acceptanceRequestWorkingDays: settings.value(acceptanceRequestDays),
    cancellationRequestWorkingDays: settings.value(cancellationRequestDays),
    deliveryNoticeDays: settings.value(orderDeliveryNoticeDays),
    deliveryDays: settings.value(orderDeliveryDays),
    completionDays: settings.value(orderCompletionDays),
    packedWorkingDays: settings.value(shipmentPackedDays),
    lossWorkingDays: settings.value(shipmentLossDays),
    refusalDays: settings.value(shipmentRefusalDays),
  };
}

/** The kinds of the deadlines whose subject is an order, but the last: that is of an order's request. Their organisation is the seller. */
export const orderDeadlineKinds = {
  acceptance: "order_acceptance",
  late: "order_late",
  shipEnd: "order_ship_end",
  deliveryNotice: "order_delivery_notice",
  delivery: "order_delivery",
  completion: "order_completion",
  suspended: "order_suspended",
  request: "order_request",
} as const;

type Kind = (typeof orderDeadlineKinds)[keyof typeof orderDeadlineKinds];

const { acceptance, late, shipEnd, deliveryNotice, delivery, completion, suspended } = orderDeadlineKinds;

const awaited: Readonly<Partial<Record<OrderState, readonly Kind[]>>> = {
  confirmed: [acceptance],
  accepted: [late, shipEnd],
  partially_shipped: [late, shipEnd],
  shipped: [deliveryNotice, delivery],
  delivered: [completion],
};

/** The kinds of deadlines that an order in this state has. */
export function deadlinesIn(state: OrderState): readonly Kind[] {
  return awaited[state] ?? [];
}

/** The kinds that an order loses with this step; with its last unshipped unit also the one that would cancel it. */
export function deadlinesLeft(from: OrderState, to: OrderState): readonly Kind[] {
  const left = deadlinesIn(from).filter((kind) => !deadlinesIn(to).includes(kind));
  return mayHaveOpenUnits(to) ? left : [...left, suspended];
}

/** Whether units of an order in this state can still wait to be packed: only these can be cancelled. */
export function mayHaveOpenUnits(state: OrderState): boolean {
  return state === "reserved" || state === "confirmed" || state === "accepted" || state === "partially_shipped";
}

/**
 * The deadlines that an order gets with this step.
 *
 * @throws AssertionFailed for an order that waits for goods without a promised day
 */
export function deadlinesEntered(
  from: OrderState,
  order: Pick<Order, "sellerId" | "orderId" | "state" | "promisedOn" | "cancellableFrom">,
  { rules, calendar }: { readonly rules: OrderRules; readonly calendar: Calendar },
  at: Instant,
): Deadline[] {
  const entered = deadlinesIn(order.state).filter((kind) => !deadlinesIn(from).includes(kind));
  return entered.map((kind) => ({
    organisationId: order.sellerId,
    kind,
    subjectId: order.orderId,
    dueAt: dueOf(kind, order, rules, calendar, at),
  }));
}

const dayMillis = 24 * 60 * 60 * 1_000;

function dueOf(
  kind: Kind,
  { promisedOn, cancellableFrom }: Pick<Order, "promisedOn" | "cancellableFrom">,
  rules: OrderRules,
  calendar: Calendar,
  at: Instant,
): Instant {
  if (kind === acceptance) return workingDeadline(at, rules.acceptanceWorkingDays, calendar);
  if (kind === deliveryNotice) return addMillis(at, rules.deliveryNoticeDays * dayMillis);
  if (kind === delivery) return addMillis(at, rules.deliveryDays * dayMillis);
  if (kind === completion) return addMillis(at, rules.completionDays * dayMillis);
  assert(promisedOn !== null && cancellableFrom !== null, "an accepted order has a promised day");
  return kind === late ? cancellableFrom : daysBehind(promisedOn, rules.shipEndWorkingDays, calendar);
}

/** Until when the seller has to accept or reject an order that is confirmed now. */
export function acceptanceDeadline(
  order: { readonly sellerId: SellerId; readonly orderId: Uuid },
  { rules, calendar }: { readonly rules: OrderRules; readonly calendar: Calendar },
  at: Instant,
): Deadline {
  const dueAt = workingDeadline(at, rules.acceptanceWorkingDays, calendar);
  return { organisationId: order.sellerId, kind: acceptance, subjectId: order.orderId, dueAt };
}

/** From when on a company may cancel freely what was promised for this day and is not shipped. */
export function cancellableFrom(promisedOn: string, rules: OrderRules, calendar: Calendar): Instant {
  return daysBehind(promisedOn, rules.lateWorkingDays, calendar);
}

/** Until when a request is to be answered; by the seller's calendar, whoever answers. */
export function requestDeadline(
  request: { readonly sellerId: SellerId; readonly requestId: OrderRequestId; readonly kind: "acceptance" | "cancellation" },
  { rules, calendar }: { readonly rules: OrderRules; readonly calendar: Calendar },
  at: Instant,
): Deadline {
  const workingDays = request.kind === "acceptance" ? rules.acceptanceRequestWorkingDays : rules.cancellationRequestWorkingDays;
  return {
    organisationId: request.sellerId,
    kind: orderDeadlineKinds.request,
    subjectId: request.requestId,
    dueAt: workingDeadline(at, workingDays, calendar),
  };
}

/** The end of the count-th working day behind a day. */
function daysBehind(day: string, count: number, calendar: Calendar): Instant {
  return endOfDay(addWorkingDays(day, count, calendar), calendar.timeZone);
}
