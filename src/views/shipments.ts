import type { Instant } from "../kernel/clock.ts";
import type { CompanyId, LocationId, OfferId, OrderId, SellerId, ShipmentId, Uuid } from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import type { Resolution, ShipmentState } from "../modules/orders/index.ts";
import { instantParameter, type Reader, type Statement, sql } from "../platform/db/index.ts";
import type { HistoryView } from "./checkouts.ts";
import type { TaxAmendmentView } from "./tax-amendments.ts";

/** A parcel as lists show it. */
export type ListedShipment = {
  readonly seller_id: SellerId;
  readonly shipment_id: ShipmentId;
  readonly order_id: OrderId;
  readonly company_id: CompanyId;
  readonly number: number;
  readonly location_id: LocationId;
  readonly state: ShipmentState;
  readonly version: number;
  readonly carrier: string | null;
  readonly tracking: string | null;
  readonly packed_at: Instant;
  readonly shipped_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly resolution: Resolution | null;
  readonly replaces: ShipmentId | null;
  readonly forced_reason: string | null;
};

/** A parcel as it is read; amounts of its lines are minor units of its order's currency. */
export type ShipmentView = ListedShipment & { readonly currency: Currency; readonly tax_amendments: readonly TaxAmendmentView[] };

/** One parcel, if the reader's role and organisation may see it. */
export async function findShipmentView(reader: Reader, shipmentId: ShipmentId): Promise<ShipmentView | undefined> {
  return reader.find(sql<ShipmentView>`
    select s.seller_id, s.shipment_id, s.order_id, s.company_id, s.number, s.location_id, s.state, s.version, s.carrier, s.tracking, s.packed_at,
      s.shipped_at, s.ended_at, s.resolution, s.replaces, s.forced_reason, o.currency,
      (select coalesce(json_agg(f), '[]') from (
        select a.number, a.shipment_id, a.tax_category, a.from_code, a.from_rate_ppm, a.from_tax::text as from_tax, a.to_code, a.to_rate_ppm,
          a.to_tax::text as to_tax, a.exemption_code, a.exemption_text, a.net::text as net, a.supplied_on, a.cause,
          (extract(epoch from a.at) * 1000)::bigint as at_millis
        from order_tax_amendments a
        where a.seller_id = s.seller_id and a.shipment_id = s.shipment_id
        order by a.number) f) as tax_amendments
    from shipments s
      join orders o on o.seller_id = s.seller_id and o.order_id = s.order_id
    where s.shipment_id = ${shipmentId}`);
}

/** What is in a parcel. What it is worth is known from when it is shipped on; one sent in place of a lost one is worth nothing. */
export type ShipmentLineView = {
  readonly line_number: number;
  readonly offer_id: OfferId;
  readonly quantity: number;
  readonly gross: bigint | null;
  readonly discount: bigint | null;
  readonly net: bigint | null;
  readonly restocked: number;
  readonly scrapped: number;
};

/** The lines of a parcel, by their numbers. */
export async function shipmentLines(
  reader: Reader,
  { seller_id, shipment_id, order_id }: Pick<ListedShipment, "seller_id" | "shipment_id" | "order_id">,
): Promise<readonly ShipmentLineView[]> {
  return reader.query(sql<ShipmentLineView>`
    select l.line_number, o.offer_id, l.quantity, l.gross, l.discount, l.net, l.restocked, l.scrapped
    from shipment_lines l
      join order_lines o on o.seller_id = l.seller_id and o.order_id = ${order_id} and o.line_number = l.line_number
    where l.seller_id = ${seller_id} and l.shipment_id = ${shipment_id}
    order by l.line_number`);
}

/** How a parcel came to be what it is, from its packing on. */
export async function shipmentHistory(reader: Reader, sellerId: SellerId, shipmentId: ShipmentId): Promise<readonly HistoryView[]> {
  return reader.query(sql<HistoryView>`
    select version, from_state, event, to_state, actor_kind, cause, at
    from shipment_history
    where seller_id = ${sellerId} and shipment_id = ${shipmentId}
    order by version`);
}

/** Which parcels of a list are asked for; what is left out asks for all. A moment counts from the first and to before the second. */
export type ShipmentFilters = {
  readonly states?: readonly ShipmentState[] | undefined;
  readonly orderId?: OrderId | undefined;
  readonly shippedFrom?: Instant | undefined;
  readonly shippedBefore?: Instant | undefined;
};

/** Whose list it is. */
export type ShipmentOwner = { readonly kind: "seller" | "company" | "operator"; readonly organisationId: Uuid };

type Page = { readonly before: Uuid; readonly count: number };

type Asked = {
  readonly owner: Uuid;
  readonly states: readonly string[] | null;
  readonly from: ReturnType<typeof instantParameter> | null;
  readonly before: ReturnType<typeof instantParameter> | null;
};

/** A page of parcels, new to old: a seller's, a company's, or all. */
export async function listShipments(
  reader: Reader,
  owner: ShipmentOwner,
  filters: ShipmentFilters,
  page: Page,
): Promise<readonly ListedShipment[]> {
  const asked = {
    owner: owner.organisationId,
    states: filters.states ?? null,
    from: instantParameter(filters.shippedFrom),
    before: instantParameter(filters.shippedBefore),
  };
  if (filters.orderId !== undefined) return reader.query(ofOrder(filters.orderId, owner, asked, page));
  if (owner.kind === "seller") return reader.query(ofSeller(asked, page));
  return reader.query(owner.kind === "company" ? ofCompany(asked, page) : ofAll(asked, page));
}

// They differ in what they begin with, and so in the index that holds their order.

function ofOrder(orderId: OrderId, { kind, organisationId }: ShipmentOwner, asked: Asked, page: Page): Statement<ListedShipment> {
  const [sellerId, companyId] = [kind === "seller" ? organisationId : null, kind === "company" ? organisationId : null];
  return sql<ListedShipment>`
    select s.seller_id, s.shipment_id, s.order_id, s.company_id, s.number, s.location_id, s.state, s.version, s.carrier, s.tracking, s.packed_at,
      s.shipped_at, s.ended_at, s.resolution, s.replaces, s.forced_reason
    from orders o
      join shipments s on s.seller_id = o.seller_id and s.order_id = o.order_id
    where o.order_id = ${orderId} and s.shipment_id < ${page.before}::uuid
      and (${sellerId}::uuid is null or s.seller_id = ${sellerId}::uuid)
      and (${companyId}::uuid is null or s.company_id = ${companyId}::uuid)
      and (${asked.states}::text[] is null or s.state = any (${asked.states}::text[]))
      and (${asked.from}::timestamptz is null or s.shipped_at >= ${asked.from}::timestamptz)
      and (${asked.before}::timestamptz is null or s.shipped_at < ${asked.before}::timestamptz)
    order by s.shipment_id desc
    limit ${page.count}`;
}

function ofSeller(asked: Asked, page: Page): Statement<ListedShipment> {
  return sql<ListedShipment>`
    select seller_id, shipment_id, order_id, company_id, number, location_id, state, version, carrier, tracking, packed_at, shipped_at, ended_at,
      resolution, replaces, forced_reason
    from shipments
    where seller_id = ${asked.owner}::uuid and shipment_id < ${page.before}::uuid
      and (${asked.states}::text[] is null or state = any (${asked.states}::text[]))
      and (${asked.from}::timestamptz is null or shipped_at >= ${asked.from}::timestamptz)
      and (${asked.before}::timestamptz is null or shipped_at < ${asked.before}::timestamptz)
    order by shipment_id desc
    limit ${page.count}`;
}

function ofCompany(asked: Asked, page: Page): Statement<ListedShipment> {
  return sql<ListedShipment>`
    select seller_id, shipment_id, order_id, company_id, number, location_id, state, version, carrier, tracking, packed_at, shipped_at, ended_at,
      resolution, replaces, forced_reason
    from shipments
    where company_id = ${asked.owner}::uuid and shipment_id < ${page.before}::uuid
      and (${asked.states}::text[] is null or state = any (${asked.states}::text[]))
      and (${asked.from}::timestamptz is null or shipped_at >= ${asked.from}::timestamptz)
      and (${asked.before}::timestamptz is null or shipped_at < ${asked.before}::timestamptz)
    order by shipment_id desc
    limit ${page.count}`;
}

function ofAll(asked: Asked, page: Page): Statement<ListedShipment> {
  return sql<ListedShipment>`
    select seller_id, shipment_id, order_id, company_id, number, location_id, state, version, carrier, tracking, packed_at, shipped_at, ended_at,
      resolution, replaces, forced_reason
    from shipments
    where shipment_id < ${page.before}::uuid
      and (${asked.states}::text[] is null or state = any (${asked.states}::text[]))
      and (${asked.from}::timestamptz is null or shipped_at >= ${asked.from}::timestamptz)
      and (${asked.before}::timestamptz is null or shipped_at < ${asked.before}::timestamptz)
    order by shipment_id desc
    limit ${page.count}`;
}
