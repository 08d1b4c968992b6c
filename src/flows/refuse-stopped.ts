import type { Instant } from "../kernel/clock.ts";
import { type Refusal, Refused } from "../kernel/refusal.ts";
import type { Order } from "../modules/orders/index.ts";
import type { Reader, Transaction } from "../platform/db/index.ts";
import { type OrderStop, readOrderStops } from "../views/order-stops.ts";

/** A hold or a suspension stops the next step of the order; `stops` tell what, and why where somebody said so. */
export type OnHold = Refusal & {
  readonly code: "on-hold";
  readonly stops: readonly { readonly subject: string; readonly kind: string; readonly reason?: string }[];
};

/**
 * Judges whether a locked order may take its next step: be accepted, packed, shipped.
 *
 * @throws Refused on-hold
 */
export async function refuseStopped(tx: Transaction, order: Order): Promise<void> {
  judgeStops((await readOrderStops(tx, [order])).get(order.orderId) ?? []);
}

/** @throws Refused on-hold when anything stops the order */
export function judgeStops(stops: readonly OrderStop[]): void {
  if (stops.length === 0) return;
  throw new Refused<OnHold>({
    code: "on-hold",
    stops: stops.map(({ subject, kind, reason }) => ({ subject, kind, ...(reason === null ? {} : { reason }) })),
  });
}

/** From when on a new deadline of each of these orders stands still: from now on when something stops the order. */
export async function stoppedSince(reader: Reader, orders: readonly Order[], at: Instant): Promise<(Instant | undefined)[]> {
  const stops = await readOrderStops(reader, orders);
  return orders.map(({ orderId }) => (stops.has(orderId) ? at : undefined));
}
