import type { ApiKeyId, OrderId, SellerId, Uuid } from "../kernel/ids.ts";
import { attempt, type Outcome, Refused, withDone } from "../kernel/refusal.ts";
import { judgeAcceptance, lockOrders, type Order, readNumbersOfOrders, requireAction } from "../modules/orders/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { readOrderStops } from "../views/order-stops.ts";
import { readSellerCalendar } from "../views/seller-calendars.ts";
import { type Accepted, boundsAt, writeAcceptances } from "./accept-order.ts";
import type { OrderMeans } from "./lifecycle-events.ts";
import { judgeStops } from "./refuse-stopped.ts";

/** Orders of one seller, each once, that it accepts as they were ordered and promised. */
export type AcceptOrders = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & {
  readonly orderIds: readonly OrderId[];
  readonly sellerId: SellerId;
  readonly keyId: ApiKeyId;
  readonly idempotencyId: Uuid;
};

/**
 * Accepts confirmed orders as they were ordered and promised, each on its own: one that is refused stops none of the others. The
 * statements are as many for one as for many.
 *
 * Locks: order, deadline.
 *
 * @returns in the order asked for; refused with not-found, state-conflict, on-hold, acceptance-empty
 */
export async function acceptOrders(tx: Transaction, command: AcceptOrders): Promise<Outcome<Order>[]> {
  const { sellerId, orderIds, keyId } = command;
  const orders = await lockOrders(
    tx,
    orderIds.map((orderId) => ({ sellerId, orderId })),
  );
  const at = await now(tx);
  const means = { ...command, at, actor: { kind: "seller", id: keyId } } as const;
  const stops = await readOrderStops(tx, orders);
  const numbers = new Map((await readNumbersOfOrders(tx, orders)).map((each, index) => [orders[index]?.orderId, each]));
  const calendar = await readSellerCalendar(tx, sellerId);
  const bounds = boundsAt(at, calendar);
  const outcomes = orderIds.map((orderId) =>
    attempt((): Accepted => {
      const [order, ofOrder] = [orders.find((each) => each.orderId === orderId), numbers.get(orderId)];
      if (order === undefined || ofOrder === undefined) throw new Refused({ code: "not-found" });
      requireAction(order, "seller", at, ["accept"]);
      judgeStops(stops.get(orderId) ?? []);
      const judged = judgeAcceptance(order, ofOrder.lines, {}, bounds);
      if (!judged.ok) throw new Refused(judged.refusal);
      return { order, promisedOn: judged.promisedOn, lines: judged.lines };
    }),
  );
  const accepted = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
  return withDone(outcomes, await writeAcceptances(tx, accepted, calendar, means));
}
