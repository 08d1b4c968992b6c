import type { Instant } from "../kernel/clock.ts";
import type { ApiKeyId, OrderId, OrderRequestId, Uuid } from "../kernel/ids.ts";
import {
  type AskedUnits,
  findOrder,
  judgeDraws,
  type Order,
  orderDeadlineKinds,
  type OrderParty,
  type OrderRequest,
  readOrderNumbers,
  refuseDraws,
  requireAction,
  type UnitDraw,
} from "../modules/orders/index.ts";
import { appendAudit, auditEntry } from "../platform/audit/index.ts";
import { now, type Transaction } from "../platform/db/index.ts";
import { isStillAhead } from "../platform/jobs/index.ts";
import { findOrderView, type OrderView } from "../views/orders.ts";
import { readSellerCalendar } from "../views/seller-calendars.ts";
import { askOrderRequest } from "./ask-order-request.ts";
import { cancelUnits, lockHeldUnits, lockWholeCheckouts } from "./cancel-units.ts";
import type { OrderMeans } from "./lifecycle-events.ts";

/** Who cancels, as a member of which organisation, what and why. */
export type CancelOrder = Omit<OrderMeans, "at" | "actor" | "idempotencyId"> & {
  readonly orderId: OrderId;
  readonly party: { readonly kind: OrderParty; readonly organisationId: Uuid; readonly keyId: ApiKeyId };
  /** Units of lines; all that are open when left out. */
  readonly lines?: readonly AskedUnits[] | undefined;
  readonly reason: string;
  readonly idempotencyId: Uuid;
  /** Judges the caller's `If-Match` on the locked row. */
  readonly checkVersion: (version: number) => void;
};

/**
 * Cancels units of an order that are not packed: all that are open, or those asked for. A company that may not do so freely, because the
 * seller has accepted and the promised day is not long over, asks the seller for it instead.
 *
 * Locks: checkout, order, reservation, stock level, credit account, company funds, deadline.
 *
 * @returns undefined when the caller's organisation has no such order; `request` when the seller was asked
 * @throws Refused state-conflict, unknown-reference, units-not-open, units-packed, request-open
 */
export async function cancelOrder(
  tx: Transaction,
  command: CancelOrder,
): Promise<{ readonly order: Order; readonly request?: OrderRequest } | undefined> {
  const { orderId, party } = command;
  const found = await findOrder(tx, orderId);
  if (found === undefined || !isOf(found, party)) return undefined;
  const [locked] = await lockWholeCheckouts(tx, [found.checkoutId]);
  const order = locked?.orders.find((each) => each.orderId === orderId);
  if (locked === undefined || order === undefined) return undefined;
  const at = await now(tx);
  command.checkVersion(order.version);
  const action = requireAction(order, party.kind, at, ["cancel", "request_cancellation"]);
  const numbers = await readOrderNumbers(tx, order.sellerId, orderId);
  const judged = judgeDraws(numbers.lines, command.lines);
  if (!judged.ok) return refuseDraws(tx, order, judged.refusal);
  const means = { ...command, at, actor: { kind: party.kind, id: party.keyId } } as const;
  if (action === "request_cancellation" || !(await isFree(tx, order, party, at)))
    return { order, request: await ask(tx, order, judged.draws, means) };
  const cancelling = { locked, orders: [{ order, numbers, draws: judged.draws }] };
  const held = await lockHeldUnits(tx, [cancelling]);
  const cause = `${party.kind}_cancelled`;
  const { orders } = await cancelUnits(tx, [cancelling], held, { ...means, ends: "cancel", cause });
  const [cancelled = order] = orders;
  // Nothing may be due for what is left, and that has confirmed it: what is entered is what it is now.
  if (party.kind === "operator") await audit(tx, order, (await findOrderView(tx, orderId)) ?? cancelled, means);
  return { order: cancelled };
}

/** What is accepted is late for its company when the deadline for it has come: while something stops the order that stands still. */
async function isFree(tx: Transaction, order: Order, { kind }: CancelOrder["party"], at: Instant): Promise<boolean> {
  if (kind !== "company" || order.cancellableFrom === null) return true;
  const late = { organisationId: order.sellerId, kind: orderDeadlineKinds.late, subjectId: order.orderId };
  return !(await isStillAhead(tx, late, at));
}

type Means = OrderMeans & Pick<CancelOrder, "party" | "reason" | "idempotencyId">;

async function ask(tx: Transaction, order: Order, draws: readonly UnitDraw[], means: Means): Promise<OrderRequest> {
  const requestId = means.newId<OrderRequestId>(means.at);
  const lines = draws.map((draw) => ({ ...draw, promisedOn: null }));
  const { reason, party, idempotencyId } = means;
  const question = { kind: "cancellation", requestId, reason, askedBy: party.keyId, idempotencyId, promisedOn: null, lines } as const;
  return askOrderRequest(tx, order, question, await readSellerCalendar(tx, order.sellerId), means);
}

async function audit(
  tx: Transaction,
  before: Order,
  after: Pick<OrderView, "state" | "cancelled">,
  { party, reason, requestId, idempotencyId, at, newId }: Means,
) {
  await appendAudit(tx, [
    auditEntry(
      { principal: party, requestId, idempotencyId, now: at, newId },
      {
        ...{ action: "order.units_cancelled", subjectType: "order", subjectId: before.orderId, reason },
        before: { state: before.state, cancelled: `${before.cancelled}` },
        after: { state: after.state, cancelled: `${after.cancelled}` },
      },
    ),
  ]);
}

function isOf(order: { readonly companyId: Uuid; readonly sellerId: Uuid }, { kind, organisationId }: CancelOrder["party"]): boolean {
  return kind === "operator" || organisationId === (kind === "company" ? order.companyId : order.sellerId);
}
