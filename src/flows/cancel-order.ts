import type { ApiKeyId, OrderId, Uuid } from "../kernel/ids.ts";
import { Refused } from "../kernel/refusal.ts";
import { type AskedUnits, findOrder, judgeDraws, type Order, readOrderNumbers, requireAction } from "../modules/orders/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { cancelUnits, lockHeldUnits, lockWholeCheckouts } from "./cancel-units.ts";
import type { OrderMeans } from "./lifecycle-events.ts";

/** Who cancels, as a member of which organisation, what and why. */
export type CancelOrder = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & {
  readonly orderId: OrderId;
  readonly party: { readonly kind: "company" | "seller"; readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  /** Units of lines; all that are open when left out. */
  readonly lines?: readonly AskedUnits[] | undefined;
  readonly reason: string;
  readonly idempotencyId: Uuid;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
};

/**
 * Cancels units of an order that are not packed: all that are open, or those asked for.
 *
 * Locks: checkout, order, reservation, stock level, credit account, deadline.
 *
 * @returns undefined when the caller's organisation has no such order
 * @throws Refused state-conflict, unknown-reference, units-not-open, units-packed
 */
export async function cancelOrder(tx: Transaction, command: CancelOrder): Promise<Order | undefined> {
  const { orderId, party } = command;
  const found = await findOrder(tx, orderId);
  if (found === undefined || party.organisationId !== (party.kind === "company" ? found.companyId : found.sellerId)) return undefined;
  const [locked] = await lockWholeCheckouts(tx, [found.checkoutId]);
  const order = locked?.orders.find((each) => each.orderId === orderId);
  if (locked === undefined || order === undefined) return undefined;
  const at = await now(tx);
  command.checkVersion(order.version);
  requireAction(order, party.kind, at, ["cancel"]);
  const numbers = await readOrderNumbers(tx, order.sellerId, orderId);
  const judged = judgeDraws(numbers.lines, command.lines);
  if (!judged.ok) throw new Refused(judged.refusal);
  const cancelling = { locked, orders: [{ order, numbers, draws: judged.draws }] };
  const held = await lockHeldUnits(tx, [cancelling]);
  const actor = { kind: party.kind, id: party.keyId };
  const means = { ...command, at, actor, ends: "cancel", cause: `${party.kind}_cancelled` } as const;
  const { orders } = await cancelUnits(tx, [cancelling], held, means);
  return orders[0];
}
