import type { Instant } from "../../kernel/clock.ts";
import type { ApiKeyId, CheckoutId, CompanyId, OrderId, OrderRequestId, SellerId, Uuid } from "../../kernel/ids.ts";
import { instantParameter, type Reader, sql, type Transaction } from "../../platform/db/index.ts";
import type { NewOrderRequest, OrderRequest, OrderRequestKind } from "./order-request.ts";
import type { OrderRequestState } from "./order-request-machine.ts";

/** Writes a question about a locked order, and its lines, in one statement. Gives it as it is now. */
export async function insertOrderRequest(tx: Transaction, request: NewOrderRequest): Promise<OrderRequest> {
  const { sellerId, requestId, orderId, companyId, kind, reason, promisedOn, askedAt, answerBefore, askedBy, idempotencyId } = request;
  const lines = request.lines.map((line) => ({ line_number: line.lineNumber, quantity: line.quantity, promised_on: line.promisedOn }));
  await tx.query(sql`
    with asked as (
      insert into order_requests (seller_id, request_id, order_id, company_id, kind, state, version, asked_by, reason, promised_on, asked_at,
        answer_before, idempotency_id)
      values (${sellerId}, ${requestId}, ${orderId}, ${companyId}, ${kind}, 'open', 1, ${askedBy}, ${reason}, ${promisedOn}::date,
        ${instantParameter(askedAt)}, ${instantParameter(answerBefore)}, ${idempotencyId})
    )
    insert into order_request_lines (seller_id, request_id, line_number, quantity, promised_on)
    select ${sellerId}::uuid, ${requestId}::uuid, line_number, quantity, promised_on
    from json_to_recordset(${JSON.stringify(lines)}::json) as x (line_number integer, quantity integer, promised_on date)`);
  const { idempotencyId: _, ...asked } = request;
  return { ...asked, state: "open", version: 1 };
}

type RequestRow = {
  seller_id: SellerId;
  request_id: OrderRequestId;
  order_id: OrderId;
  company_id: CompanyId;
  kind: OrderRequestKind;
  state: OrderRequestState;
  version: number;
  reason: string;
  asked_by: ApiKeyId;
  promised_on: string | null;
  asked_at: Instant;
  answer_before: Instant;
  lines: { line_number: number; quantity: number; promised_on: string | null }[];
};

/** The open questions about orders whose rows are locked: they change under the lock of their order alone. */
export async function readOpenRequests(
  reader: Reader,
  orders: readonly { readonly sellerId: SellerId; readonly orderId: OrderId }[],
): Promise<OrderRequest[]> {
  const rows = await reader.query(sql<RequestRow>`
    select r.seller_id, r.request_id, r.order_id, r.company_id, r.kind, r.state, r.version, r.reason, r.asked_by, r.promised_on, r.asked_at, r.answer_before,
      (select coalesce(json_agg(f), '[]') from (
        select l.line_number, l.quantity, l.promised_on
        from order_request_lines l
        where l.seller_id = r.seller_id and l.request_id = r.request_id
        order by l.line_number) f) as lines
    from unnest(${orders.map(({ sellerId }) => sellerId)}::uuid[], ${orders.map(({ orderId }) => orderId)}::uuid[]) as asked (seller_id, order_id)
      join order_requests r on r.seller_id = asked.seller_id and r.order_id = asked.order_id and r.state = 'open'
    order by r.seller_id, r.request_id`);
  return rows.map(toRequest);
}

/** One question, read under the lock of its order. Undefined when there is none of this id. */
export async function readOrderRequest(reader: Reader, requestId: OrderRequestId): Promise<OrderRequest | undefined> {
  const row = await reader.find(sql<RequestRow>`
    select r.seller_id, r.request_id, r.order_id, r.company_id, r.kind, r.state, r.version, r.reason, r.asked_by, r.promised_on, r.asked_at, r.answer_before,
      (select coalesce(json_agg(f), '[]') from (
        select l.line_number, l.quantity, l.promised_on
        from order_request_lines l
        where l.seller_id = r.seller_id and l.request_id = r.request_id
        order by l.line_number) f) as lines
    from order_requests r
    where r.request_id = ${requestId}`);
  return row === undefined ? undefined : toRequest(row);
}

/** What a question is about. That never changes, so it is read before the locks. */
export async function findOrderRequest(
  reader: Reader,
  requestId: OrderRequestId,
): Promise<
  | {
      readonly sellerId: SellerId;
      readonly orderId: OrderId;
      readonly companyId: CompanyId;
      readonly checkoutId: CheckoutId;
      readonly kind: OrderRequestKind;
    }
  | undefined
> {
  const row = await reader.find(sql<{
    seller_id: SellerId;
    order_id: OrderId;
    company_id: CompanyId;
    checkout_id: CheckoutId;
    kind: OrderRequestKind;
  }>`
    select r.seller_id, r.order_id, r.company_id, o.checkout_id, r.kind
    from order_requests r
      join orders o on o.seller_id = r.seller_id and o.order_id = r.order_id
    where r.request_id = ${requestId}`);
  if (row === undefined) return undefined;
  return { sellerId: row.seller_id, orderId: row.order_id, companyId: row.company_id, checkoutId: row.checkout_id, kind: row.kind };
}

/** How questions end. */
export type RequestEnd = {
  readonly to: Exclude<OrderRequestState, "open">;
  /** The key of who ended it; null for a deadline. */
  readonly by: Uuid | null;
  readonly reason: string | null;
  readonly at: Instant;
  readonly idempotencyId: Uuid | null;
};

/** Ends open questions about locked orders together. Gives them as they are now. */
export async function endOrderRequests(tx: Transaction, requests: readonly OrderRequest[], end: RequestEnd): Promise<OrderRequest[]> {
  const { to, by, reason, at, idempotencyId } = end;
  if (requests.length > 0) {
    await tx.execute(sql`
      update order_requests r
      set state = ${to}, version = r.version + 1, answered_at = ${instantParameter(at)}::timestamptz, answered_by = ${by}::uuid,
        answer_reason = ${reason}::text, answer_idempotency_id = ${idempotencyId}::uuid
      from unnest(${requests.map(({ sellerId }) => sellerId)}::uuid[], ${requests.map(({ requestId }) => requestId)}::uuid[])
          as ended (seller_id, request_id)
      where r.seller_id = ended.seller_id and r.request_id = ended.request_id`);
  }
  return requests.map((request) => ({ ...request, state: to, version: request.version + 1 }));
}

function toRequest(row: RequestRow): OrderRequest {
  return {
    sellerId: row.seller_id,
    requestId: row.request_id,
    orderId: row.order_id,
    companyId: row.company_id,
    kind: row.kind,
    state: row.state,
    version: row.version,
    reason: row.reason,
    askedBy: row.asked_by,
    promisedOn: row.promised_on,
    askedAt: row.asked_at,
    answerBefore: row.answer_before,
    lines: row.lines.map((line) => ({ lineNumber: line.line_number, quantity: line.quantity, promisedOn: line.promised_on })),
  };
}
