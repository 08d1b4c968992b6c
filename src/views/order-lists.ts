import type { Instant } from "../kernel/clock.ts";
import type { CompanyId, SellerId, Uuid } from "../kernel/ids.ts";
import { type OrderState, openOrderStates } from "../modules/orders/index.ts";
import { instantParameter, type Reader, type Statement, sql } from "../platform/db/index.ts";
import type { ListedOrder } from "./orders.ts";

/** Which orders of a list are asked for; what is left out asks for all. A moment counts from the first and to before the second. */
export type OrderFilters = {
  readonly states?: readonly OrderState[] | undefined;
  readonly sellerId?: SellerId | undefined;
  readonly companyId?: CompanyId | undefined;
  /** The company's own order number, exactly. */
  readonly reference?: string | undefined;
  readonly placedFrom?: Instant | undefined;
  readonly placedBefore?: Instant | undefined;
};

/** A page, new to old: the rows behind `before`, of which a company's list is ordered by checkout and then seller. */
export type OrderPage = { readonly before: Uuid; readonly beforeSecond: Uuid; readonly count: number };

type Asked = {
  readonly states: readonly string[] | null;
  readonly seller: string | null;
  readonly company: string | null;
  readonly reference: string | null;
  readonly from: ReturnType<typeof instantParameter> | null;
  readonly before: ReturnType<typeof instantParameter> | null;
};

/**
 * A page of one seller's orders. What is still to be done is few beside what is over, so orders in open states alone are found by the
 * index that holds no others, and a company's order number by its own.
 */
export async function listOrdersOfSeller(
  reader: Reader,
  sellerId: Uuid,
  filters: OrderFilters,
  page: OrderPage,
): Promise<readonly ListedOrder[]> {
  const asked = { ...askedBy(filters), seller: sellerId };
  if (asked.reference !== null) return reader.query(ofReference(asked, page));
  return reader.query(areOpen(filters) ? openOfSeller(asked, page) : ofSeller(asked, page));
}

/** A page of one company's orders by checkout, and within one by seller: the order of the index that holds them. */
export async function listOrdersOfCompany(
  reader: Reader,
  companyId: Uuid,
  filters: OrderFilters,
  page: OrderPage,
): Promise<readonly ListedOrder[]> {
  const asked = { ...askedBy(filters), company: companyId };
  return reader.query(areOpen(filters) ? openOfCompany(asked, page) : ofCompany(asked, page));
}

/** A page of all orders, for the operator. */
export async function listOrders(reader: Reader, filters: OrderFilters, page: OrderPage): Promise<readonly ListedOrder[]> {
  const asked = askedBy(filters);
  if (asked.reference !== null) return reader.query(ofReference(asked, page));
  if (asked.seller !== null) return reader.query(areOpen(filters) ? openOfSeller(asked, page) : ofSeller(asked, page));
  if (asked.company !== null) return reader.query(areOpen(filters) ? openOfCompanyByOrder(asked, page) : ofCompanyByOrder(asked, page));
  return reader.query(areOpen(filters) ? openOfAll(asked, page) : ofAll(asked, page));
}

function areOpen({ states }: OrderFilters): boolean {
  return states?.every((state) => openOrderStates.includes(state)) === true;
}

function askedBy(filters: OrderFilters): Asked {
  return {
    states: filters.states ?? null,
    seller: filters.sellerId ?? null,
    company: filters.companyId ?? null,
    reference: filters.reference ?? null,
    from: instantParameter(filters.placedFrom),
    before: instantParameter(filters.placedBefore),
  };
}

function ofSeller(asked: Asked, page: OrderPage): Statement<ListedOrder> {
  return sql<ListedOrder>`
      select seller_id, order_id, company_id, checkout_id, client_reference, state, version, dispatch_country, currency, freight, net, tax, total,
        cancelled, amended, placed_at, requested_on, promised_on, cancellable_from, seller_name, company_name, line_count
      from orders
      where seller_id = ${asked.seller}::uuid and order_id < ${page.before}::uuid
        and (${asked.states}::text[] is null or state = any (${asked.states}::text[]))
        and (${asked.company}::uuid is null or company_id = ${asked.company}::uuid)
        and placed_at >= coalesce(${asked.from}::timestamptz, '-infinity')
        and placed_at < coalesce(${asked.before}::timestamptz, 'infinity')
      order by order_id desc
      limit ${page.count}`;
}

function openOfSeller(asked: Asked, page: OrderPage): Statement<ListedOrder> {
  return sql<ListedOrder>`
      select seller_id, order_id, company_id, checkout_id, client_reference, state, version, dispatch_country, currency, freight, net, tax, total,
        cancelled, amended, placed_at, requested_on, promised_on, cancellable_from, seller_name, company_name, line_count
      from orders
      where seller_id = ${asked.seller}::uuid and order_id < ${page.before}::uuid
        and state not in ('completed', 'cancelled', 'rejected', 'expired') and state = any (${asked.states}::text[])
        and (${asked.company}::uuid is null or company_id = ${asked.company}::uuid)
        and placed_at >= coalesce(${asked.from}::timestamptz, '-infinity')
        and placed_at < coalesce(${asked.before}::timestamptz, 'infinity')
      order by order_id desc
      limit ${page.count}`;
}

function ofReference(asked: Asked, page: OrderPage): Statement<ListedOrder> {
  return sql<ListedOrder>`
      select seller_id, order_id, company_id, checkout_id, client_reference, state, version, dispatch_country, currency, freight, net, tax, total,
        cancelled, amended, placed_at, requested_on, promised_on, cancellable_from, seller_name, company_name, line_count
      from orders
      where client_reference = ${asked.reference}::text and order_id < ${page.before}::uuid
        and (${asked.states}::text[] is null or state = any (${asked.states}::text[]))
        and (${asked.company}::uuid is null or company_id = ${asked.company}::uuid)
        and (${asked.seller}::uuid is null or seller_id = ${asked.seller}::uuid)
        and placed_at >= coalesce(${asked.from}::timestamptz, '-infinity')
        and placed_at < coalesce(${asked.before}::timestamptz, 'infinity')
      order by order_id desc
      limit ${page.count}`;
}

function ofAll(asked: Asked, page: OrderPage): Statement<ListedOrder> {
  return sql<ListedOrder>`
      select seller_id, order_id, company_id, checkout_id, client_reference, state, version, dispatch_country, currency, freight, net, tax, total,
        cancelled, amended, placed_at, requested_on, promised_on, cancellable_from, seller_name, company_name, line_count
      from orders
      where order_id < ${page.before}::uuid
        and (${asked.states}::text[] is null or state = any (${asked.states}::text[]))
        and placed_at >= coalesce(${asked.from}::timestamptz, '-infinity')
        and placed_at < coalesce(${asked.before}::timestamptz, 'infinity')
      order by order_id desc
      limit ${page.count}`;
}

function openOfAll(asked: Asked, page: OrderPage): Statement<ListedOrder> {
  return sql<ListedOrder>`
      select seller_id, order_id, company_id, checkout_id, client_reference, state, version, dispatch_country, currency, freight, net, tax, total,
        cancelled, amended, placed_at, requested_on, promised_on, cancellable_from, seller_name, company_name, line_count
      from orders
      where order_id < ${page.before}::uuid
        and state not in ('completed', 'cancelled', 'rejected', 'expired') and state = any (${asked.states}::text[])
        and placed_at >= coalesce(${asked.from}::timestamptz, '-infinity')
        and placed_at < coalesce(${asked.before}::timestamptz, 'infinity')
      order by order_id desc
      limit ${page.count}`;
}

function ofCompanyByOrder(asked: Asked, page: OrderPage): Statement<ListedOrder> {
  return sql<ListedOrder>`
      select seller_id, order_id, company_id, checkout_id, client_reference, state, version, dispatch_country, currency, freight, net, tax, total,
        cancelled, amended, placed_at, requested_on, promised_on, cancellable_from, seller_name, company_name, line_count
      from orders
      where company_id = ${asked.company}::uuid and order_id < ${page.before}::uuid
        and (${asked.states}::text[] is null or state = any (${asked.states}::text[]))
        and placed_at >= coalesce(${asked.from}::timestamptz, '-infinity')
        and placed_at < coalesce(${asked.before}::timestamptz, 'infinity')
      order by order_id desc
      limit ${page.count}`;
}

function openOfCompanyByOrder(asked: Asked, page: OrderPage): Statement<ListedOrder> {
  return sql<ListedOrder>`
      select seller_id, order_id, company_id, checkout_id, client_reference, state, version, dispatch_country, currency, freight, net, tax, total,
        cancelled, amended, placed_at, requested_on, promised_on, cancellable_from, seller_name, company_name, line_count
      from orders
      where company_id = ${asked.company}::uuid and order_id < ${page.before}::uuid
        and state not in ('completed', 'cancelled', 'rejected', 'expired') and state = any (${asked.states}::text[])
        and placed_at >= coalesce(${asked.from}::timestamptz, '-infinity')
        and placed_at < coalesce(${asked.before}::timestamptz, 'infinity')
      order by order_id desc
      limit ${page.count}`;
}

function ofCompany(asked: Asked, page: OrderPage): Statement<ListedOrder> {
  return sql<ListedOrder>`
      select seller_id, order_id, company_id, checkout_id, client_reference, state, version, dispatch_country, currency, freight, net, tax, total,
        cancelled, amended, placed_at, requested_on, promised_on, cancellable_from, seller_name, company_name, line_count
      from orders
      where company_id = ${asked.company}::uuid and (checkout_id, seller_id) < (${page.before}::uuid, ${page.beforeSecond}::uuid)
        and (${asked.states}::text[] is null or state = any (${asked.states}::text[]))
        and (${asked.seller}::uuid is null or seller_id = ${asked.seller}::uuid)
        and (${asked.reference}::text is null or client_reference = ${asked.reference}::text)
        and placed_at >= coalesce(${asked.from}::timestamptz, '-infinity')
        and placed_at < coalesce(${asked.before}::timestamptz, 'infinity')
      order by checkout_id desc, seller_id desc
      limit ${page.count}`;
}

function openOfCompany(asked: Asked, page: OrderPage): Statement<ListedOrder> {
  return sql<ListedOrder>`
      select seller_id, order_id, company_id, checkout_id, client_reference, state, version, dispatch_country, currency, freight, net, tax, total,
        cancelled, amended, placed_at, requested_on, promised_on, cancellable_from, seller_name, company_name, line_count
      from orders
      where company_id = ${asked.company}::uuid and (checkout_id, seller_id) < (${page.before}::uuid, ${page.beforeSecond}::uuid)
        and state not in ('completed', 'cancelled', 'rejected', 'expired') and state = any (${asked.states}::text[])
        and (${asked.seller}::uuid is null or seller_id = ${asked.seller}::uuid)
        and (${asked.reference}::text is null or client_reference = ${asked.reference}::text)
        and placed_at >= coalesce(${asked.from}::timestamptz, '-infinity')
        and placed_at < coalesce(${asked.before}::timestamptz, 'infinity')
      order by checkout_id desc, seller_id desc
      limit ${page.count}`;
}
