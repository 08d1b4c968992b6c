import { toWireId } from "../kernel/ids.ts";
import { Refused } from "../kernel/refusal.ts";
import type { Calendar } from "../kernel/working-days.ts";
import {
  insertOrderRequest,
  type NewOrderRequest,
  type Order,
  orderDeadlineKinds,
  type OrderRequest,
  readOpenRequests,
  requestDeadline,
  type RequestOpen,
} from "../modules/orders/index.ts";
import type { Transaction } from "../platform/db/index.ts";
import { clearDeadlines, setDeadlines } from "../platform/jobs/index.ts";
import { appendEvents } from "../platform/outbox/index.ts";
import { type OrderMeans, orderRequestEvent } from "./lifecycle-events.ts";
import { stoppedSince } from "./refuse-stopped.ts";

/** What is asked about a locked order. */
export type Question = Pick<NewOrderRequest, "kind" | "requestId" | "reason" | "askedBy" | "idempotencyId" | "promisedOn" | "lines">;

/**
 * Asks the other party about a locked order: one question of a kind at a time, to be answered by a deadline. While the company is asked
 * to consent to an acceptance, the seller's time to accept stands aside.
 *
 * @throws Refused request-open
 */
export async function askOrderRequest(
  tx: Transaction,
  order: Order,
  question: Question,
  calendar: Calendar,
  means: OrderMeans,
): Promise<OrderRequest> {
  const open = (await readOpenRequests(tx, [order])).find(({ kind }) => kind === question.kind);
  if (open !== undefined) throw new Refused<RequestOpen>({ code: "request-open", request: toWireId("orq", open.requestId) });
  const { at, rules } = means;
  const { sellerId, orderId, companyId } = order;
  const deadline = requestDeadline({ sellerId, requestId: question.requestId, kind: question.kind }, { rules, calendar }, at);
  const request = await insertOrderRequest(tx, { sellerId, orderId, companyId, ...question, askedAt: at, answerBefore: deadline.dueAt });
  if (question.kind === "acceptance") {
    await clearDeadlines(tx, [{ organisationId: sellerId, kind: orderDeadlineKinds.acceptance, subjectId: orderId }]);
  }
  const [stoppedAt] = await stoppedSince(tx, [order], at);
  await setDeadlines(tx, [{ ...deadline, stoppedAt }]);
  await appendEvents(tx, [orderRequestEvent(request, means)]);
  return request;
}
