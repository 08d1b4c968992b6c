import { type Checkout, checkoutMachine } from "../modules/checkouts/index.ts";
import { allOpenUnits, readNumbersOfOrders } from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { step } from "../platform/lifecycle/index.ts";
import { type CancelMeans, cancelUnits, lockHeldUnits, lockOrdersOf } from "./cancel-units.ts";

/**
 * Ends a locked checkout that waits for payment, with all its orders that still hold stock.
 *
 * @throws Refused state-conflict when it does not wait for payment
 */
export async function endPendingCheckout(
  tx: Transaction,
  checkout: Checkout,
  means: CancelMeans & { readonly ends: "cancel" | "expire" },
): Promise<Checkout> {
  step(checkoutMachine, checkout.state, means.ends);
  const [locked] = await lockOrdersOf(tx, [checkout]);
  if (locked === undefined) throw new Error("a checkout has orders");
  const holding = locked.orders.filter((order) => order.state === "reserved");
  const numbers = await readNumbersOfOrders(tx, holding);
  const orders = holding.flatMap((order, index) => {
    const ofOrder = numbers[index];
    return ofOrder === undefined ? [] : [{ order, numbers: ofOrder, draws: allOpenUnits(ofOrder.lines) }];
  });
  const held = await lockHeldUnits(tx, [{ locked, orders }]);
  const { checkouts } = await cancelUnits(tx, [{ locked, orders }], held, means);
  return checkouts[0] ?? checkout;
}
