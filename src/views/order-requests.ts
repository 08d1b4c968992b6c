import type { Instant } from "../kernel/clock.ts";
import type { CompanyId, OrderId, OrderRequestId, SellerId, Uuid } from "../kernel/ids.ts";
import type { OrderRequestKind, OrderRequestState } from "../modules/orders/index.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** A question about an order as it is read, with its lines. */
export type OrderRequestView = {
  readonly request_id: OrderRequestId;
  readonly seller_id: SellerId;
  readonly order_id: OrderId;
  readonly company_id: CompanyId;
  readonly kind: OrderRequestKind;
  readonly state: OrderRequestState;
  readonly version: number;
  readonly reason: string;
  readonly promised_on: string | null;
  readonly asked_at: Instant;
  readonly answer_before: Instant;
  readonly answered_at: Instant | null;
  readonly answer_reason: string | null;
  readonly lines: readonly { readonly line_number: number; readonly quantity: number; readonly promised_on: string | null }[];
};

/** One question, if the reader's role and organisation may see it. */
export async function findOrderRequestView(reader: Reader, requestId: OrderRequestId): Promise<OrderRequestView | undefined> {
  return reader.find(sql<OrderRequestView>`
    select r.request_id, r.seller_id, r.order_id, r.company_id, r.kind, r.state, r.version, r.reason, r.promised_on, r.asked_at, r.answer_before,
      r.answered_at, r.answer_reason,
      (select coalesce(json_agg(f), '[]') from (
        select l.line_number, l.quantity, l.promised_on
        from order_request_lines l
        where l.seller_id = r.seller_id and l.request_id = r.request_id
        order by l.line_number) f) as lines
    from order_requests r
    where r.request_id = ${requestId}`);
}

/** The open questions about one order. */
export async function openRequestsOf(reader: Reader, sellerId: SellerId, orderId: OrderId): Promise<readonly OrderRequestView[]> {
  return reader.query(sql<OrderRequestView>`
    select r.request_id, r.seller_id, r.order_id, r.company_id, r.kind, r.state, r.version, r.reason, r.promised_on, r.asked_at, r.answer_before,
      r.answered_at, r.answer_reason,
      (select coalesce(json_agg(f), '[]') from (
        select l.line_number, l.quantity, l.promised_on
        from order_request_lines l
        where l.seller_id = r.seller_id and l.request_id = r.request_id
        order by l.line_number) f) as lines
    from order_requests r
    where r.seller_id = ${sellerId} and r.order_id = ${orderId} and r.state = 'open'
    order by r.request_id`);
}

/** Which questions of a list are asked for; null asks for all. */
export type OrderRequestFilters = { readonly states: readonly string[] | null; readonly orderId: Uuid | null };

type RequestPage = { readonly before: Uuid; readonly count: number };

/** A page of the questions about one seller's orders, new to old. */
export async function listRequestsOfSeller(
  reader: Reader,
  sellerId: Uuid,
  { states, orderId }: OrderRequestFilters,
  page: RequestPage,
): Promise<readonly OrderRequestView[]> {
  return reader.query(sql<OrderRequestView>`
    select r.request_id, r.seller_id, r.order_id, r.company_id, r.kind, r.state, r.version, r.reason, r.promised_on, r.asked_at, r.answer_before,
      r.answered_at, r.answer_reason,
      (select coalesce(json_agg(f), '[]') from (
        select l.line_number, l.quantity, l.promised_on
        from order_request_lines l
        where l.seller_id = r.seller_id and l.request_id = r.request_id
        order by l.line_number) f) as lines
    from order_requests r
    where r.seller_id = ${sellerId} and r.request_id < ${page.before}
      and (${states}::text[] is null or r.state = any (${states}::text[]))
      and (${orderId}::uuid is null or r.order_id = ${orderId}::uuid)
    order by r.request_id desc
    limit ${page.count}`);
}

/** A page of the questions about one company's orders, new to old. */
export async function listRequestsOfCompany(
  reader: Reader,
  companyId: Uuid,
  { states, orderId }: OrderRequestFilters,
  page: RequestPage,
): Promise<readonly OrderRequestView[]> {
  return reader.query(sql<OrderRequestView>`
    select r.request_id, r.seller_id, r.order_id, r.company_id, r.kind, r.state, r.version, r.reason, r.promised_on, r.asked_at, r.answer_before,
      r.answered_at, r.answer_reason,
      (select coalesce(json_agg(f), '[]') from (
        select l.line_number, l.quantity, l.promised_on
        from order_request_lines l
        where l.seller_id = r.seller_id and l.request_id = r.request_id
        order by l.line_number) f) as lines
    from order_requests r
    where r.company_id = ${companyId} and r.request_id < ${page.before}
      and (${states}::text[] is null or r.state = any (${states}::text[]))
      and (${orderId}::uuid is null or r.order_id = ${orderId}::uuid)
    order by r.request_id desc
    limit ${page.count}`);
}

/** A page of all questions, new to old, for the operator. */
export async function listOrderRequests(
  reader: Reader,
  { states, orderId }: OrderRequestFilters,
  page: RequestPage,
): Promise<readonly OrderRequestView[]> {
  return reader.query(sql<OrderRequestView>`
    select r.request_id, r.seller_id, r.order_id, r.company_id, r.kind, r.state, r.version, r.reason, r.promised_on, r.asked_at, r.answer_before,
      r.answered_at, r.answer_reason,
      (select coalesce(json_agg(f), '[]') from (
        select l.line_number, l.quantity, l.promised_on
        from order_request_lines l
        where l.seller_id = r.seller_id and l.request_id = r.request_id
        order by l.line_number) f) as lines
    from order_requests r
    where r.request_id < ${page.before}
      and (${states}::text[] is null or r.state = any (${states}::text[]))
      and (${orderId}::uuid is null or r.order_id = ${orderId}::uuid)
    order by r.request_id desc
    limit ${page.count}`);
}
