import type { OrderId, SellerId, ShipmentId, Uuid } from "../kernel/ids.ts";
import {
  awaitedBy,
  findShipment,
  lockOrderIfFree,
  lockShipments,
  lockShipmentsIn,
  type Order,
  type OrderState,
  type Shipment,
  writeOrderChange,
} from "../modules/orders/index.ts";
import { type LockKind, now, type Transaction } from "../platform/db/index.ts";
import { clearDeadlines, type DeadlineKey, isDue } from "../platform/jobs/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { readOrderStops } from "../views/order-stops.ts";
import { cancelLocked, lockContents } from "./cancel-shipment.ts";
import { complete } from "./complete-order.ts";
import { lockChargedGoods } from "./credit-parcel.ts";
import { deliverShipments } from "./deliver-shipment.ts";
import { creditingLocks } from "./issue-credit-note.ts";
import { type OrderMeans, orderEvent } from "./lifecycle-events.ts";
import { creditLoss } from "./resolve-loss.ts";
import { waitForDeliveryAnew } from "./settle-shipments.ts";
import { writeOff } from "./write-off-shipment.ts";

/** The rows that these deadlines lock, in the global order. */
export const shipmentDeadlineLocks: readonly LockKind[] = ["order", "shipment", "reservation", "stock_level", ...creditingLocks];

/** The deadline that has come, as the sweeper read it without a lock. */
export type DueDeadline = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & { readonly deadline: DeadlineKey };

type Outcome = "done" | "busy";

/** A parcel that was not sent in time is cancelled; what was in it stays reserved. */
export function cancelOverduePacked(tx: Transaction, command: DueDeadline): Promise<Outcome> {
  return withDueShipment(tx, command, async (order, shipment, isDue) => {
    const contents = await lockContents(tx, { order, shipment });
    const means = await isDue();
    if (means !== undefined) await cancelLocked(tx, contents, { ...means, cause: "not_sent_in_time" });
  });
}

/** A loss of which nobody sent another parcel in time is credited. */
export function creditOverdueLoss(tx: Transaction, command: DueDeadline): Promise<Outcome> {
  return withDueShipment(tx, command, async (order, shipment, isDue) => {
    const charged = await lockChargedGoods(tx, shipment);
    const means = await isDue();
    if (means !== undefined) await creditLoss(tx, { order, shipment, charged }, "not_replaced_in_time", means);
  });
}

/** A refused parcel that did not come back in time is written off. */
export function writeOffOverdueRefusal(tx: Transaction, command: DueDeadline): Promise<Outcome> {
  return withDueShipment(tx, command, async (order, shipment, isDue) => {
    const means = await isDue();
    if (means !== undefined) await writeOff(tx, order, shipment, { word: "not_back_in_time" }, means);
  });
}

/** A shipped order is about to be taken for delivered: both parties are told. */
export function announceDelivery(tx: Transaction, command: DueDeadline): Promise<Outcome> {
  return withDueOrder(tx, command, "shipped", async (order, isDue) => {
    const means = await isDue();
    if (means === undefined) return;
    const cause = "delivery_deadline";
    const changed = await writeOrderChange(tx, { order, cause }, means);
    await clearDeadlines(tx, [command.deadline]);
    await appendEvents(tx, [orderEvent(changed, cause, means, { type: "order.delivery_awaited" })]);
  });
}

/**
 * A shipped order of which nobody said anything else is taken for delivered, with all its parcels that are on their way. One that waits for
 * a loss to be dealt with, or for a parcel in place of a lost one, begins to wait anew.
 */
export function deliverByAssumption(tx: Transaction, command: DueDeadline): Promise<Outcome> {
  return withDueOrder(tx, command, "shipped", async (order, isDue) => {
    const shipments = await lockShipmentsIn(tx, [order], "shipped");
    const means = await isDue();
    if (means === undefined) return;
    const arrived = shipments.map((shipment) => ({ shipment, endedAt: means.at }));
    const after = await deliverShipments(tx, order, arrived, "delivery_assumed", means);
    if (after.order.state === "shipped") await waitForDeliveryAnew(tx, order, means);
  });
}

/** A delivered order of which nothing was sent back in time is completed. */
export function completeInTime(tx: Transaction, command: DueDeadline): Promise<Outcome> {
  return withDueOrder(tx, command, "delivered", async (order, isDue) => {
    const means = await isDue();
    if (means !== undefined) await complete(tx, order, "return_window_over", means);
  });
}

/** Says, behind the locks that are waited for, whether the deadline still stands and has come, and by what means it is acted on. What is stopped waits. */
type IsDue = () => Promise<OrderMeans | undefined>;

async function withDueShipment(
  tx: Transaction,
  command: DueDeadline,
  act: (order: Order, shipment: Shipment, isDue: IsDue) => Promise<void>,
): Promise<Outcome> {
  const found = await findShipment(tx, command.deadline.subjectId as ShipmentId);
  if (found === undefined) throw new Error(`a deadline of a parcel that there is not: ${command.deadline.subjectId}`);
  const order = await lockOrderIfFree(tx, found.sellerId, found.orderId);
  if (order === undefined) return "busy";
  const [shipment] = await lockShipments(tx, [found]);
  if (shipment === undefined || awaitedBy(shipment) !== command.deadline.kind) return "done";
  await act(order, shipment, () => dueNow(tx, order, command));
  return "done";
}

async function withDueOrder(
  tx: Transaction,
  command: DueDeadline,
  state: OrderState,
  act: (order: Order, isDue: IsDue) => Promise<void>,
): Promise<Outcome> {
  const { organisationId, subjectId } = command.deadline;
  const order = await lockOrderIfFree(tx, organisationId as Uuid as SellerId, subjectId as OrderId);
  if (order === undefined) return "busy";
  if (order.state === state) await act(order, () => dueNow(tx, order, command));
  return "done";
}

async function dueNow(tx: Transaction, order: Order, command: DueDeadline): Promise<OrderMeans | undefined> {
  // Whoever sets, moves or clears it has the order too, so it needs no lock of its own: a credit note's locks stand before those of deadlines.
  const at = await now(tx);
  if (!(await isDue(tx, command.deadline, at)) || (await readOrderStops(tx, [order])).has(order.orderId)) return undefined;
  return { ...command, at, actor: { kind: "deadline", id: null }, idempotencyId: null };
}
