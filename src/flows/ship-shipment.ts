import type { SellerId } from "../kernel/ids.ts";
import { lockLevelsOfReservations, lockReservationsOfOrders, readOlderHeld } from "../modules/inventory/index.ts";
import { findShipment, readOrderNumbers, readShipmentLines } from "../modules/orders/index.ts";
import type { LockKind, Transaction } from "../platform/db/index.ts";
import { amendSupply, lockOwed, prepareSupplies } from "./amend-tax.ts";
import { issuingLocks } from "./issue-invoices.ts";
import { lockForAction, meansOf, type ShipmentCommand } from "./locked-shipment.ts";
import { refuseStopped } from "./refuse-stopped.ts";
import { judgeGoods, type Sending, type SentParcel, sendParcels } from "./ship-parcel.ts";

/** The rows that shipping a parcel locks, in the global order. */
export const shippingLocks: readonly LockKind[] = [
  "checkout",
  "order",
  "shipment",
  "reservation",
  "stock_level",
  "credit_account",
  ...issuingLocks,
  "deadline",
];

/**
 * Ships a packed parcel. The checkout is locked, and the credit account, when the tax of what leaves is another one by now.
 *
 * Locks: checkout, order, shipment, reservation, stock level, credit account, company funds, seller balance, document series, deadline.
 *
 * @returns undefined when the seller has no such parcel
 * @throws Refused state-conflict, on-hold, goods-not-on-hand, promised-to-older, tax-rate-missing, amount-too-large, operator-profile-missing
 */
export async function shipShipment(tx: Transaction, command: ShipmentCommand & Sending): Promise<SentParcel | undefined> {
  const sellerId = command.party.organisationId as SellerId;
  const found = await findShipment(tx, command.shipmentId);
  const supplies = await prepareSupplies(tx, found === undefined ? [] : [{ sellerId, orderId: found.orderId }]);
  const locked = await lockForAction(tx, command, "ship");
  if (locked === undefined) return undefined;
  const { order, shipment } = locked;
  const lines = await readShipmentLines(tx, [shipment]);
  const reservations = new Map((await lockReservationsOfOrders(tx, [order])).map((each) => [each.reservationId, each]));
  const units = lines.flatMap(({ lineNumber, quantity, reservationId }) => {
    const reservation = reservations.get(reservationId);
    return reservation === undefined ? [] : [{ lineNumber, quantity, reservation }];
  });
  const held = units.map(({ reservation }) => reservation);
  const levels = await lockLevelsOfReservations(tx, held);
  const owed = await lockOwed(tx, supplies);
  const means = await meansOf(tx, command);
  await refuseStopped(tx, order);
  const forcedReason = judgeGoods(units, levels, await readOlderHeld(tx, held), command.force);
  const numbers = await readOrderNumbers(tx, order.sellerId, order.orderId);
  const { carrier, tracking } = command;
  const taxed = await amendSupply(tx, { order, numbers, shipment, units }, owed.get(order.orderId), means);
  const [sent] = await sendParcels(tx, [{ ...taxed, shipment, units, sending: { carrier, tracking, forcedReason } }], means);
  return sent;
}
