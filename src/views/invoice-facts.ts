import type { OrderId, SellerId } from "../kernel/ids.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** Who collects in the sellers' names, as an invoice names it. */
export type Collector = {
  readonly name: string;
  readonly registrationNumber: string | null;
  readonly iban: string;
  readonly bic: string | null;
  readonly holder: string;
};

/** What the invoices of an order say beside what is shipped: the order's snapshot as text, and what its seller and company are known by. */
export type InvoicedOrder = {
  readonly orderId: OrderId;
  readonly snapshot: string;
  /** Of each tax category that was amended: why there is no tax by its last amendment. */
  readonly amended: readonly {
    readonly category: string;
    readonly exemption_code: string | null;
    readonly exemption_text: string | null;
  }[];
  readonly sellerRegistration: string | null;
  readonly companyRegistration: string | null;
  readonly seriesPrefix: string | null;
  readonly timeZone: string;
  /** The day since which the operator issues in the seller's name, in its time zone. */
  readonly mandateOn: string | null;
  readonly collector: Collector | null;
  readonly commission: AgreedCommission;
};

/** What was agreed with the seller about the order's commission: the terms as text; no tax where nothing is charged. */
export type AgreedCommission = {
  readonly creditRisk: "seller" | "operator";
  readonly tax: {
    readonly code: "S" | "AE" | "O";
    readonly ratePpm: number;
    readonly exemptionCode: string | null;
    readonly exemptionText: string | null;
  } | null;
  readonly terms: string;
};

type Row = {
  order_id: OrderId;
  snapshot: string;
  amended: InvoicedOrder["amended"];
  seller_registration: string | null;
  company_registration: string | null;
  series_prefix: string | null;
  time_zone: string;
  mandate_on: string | null;
  collector: { name: string; registration_number: string | null; iban: string; bic: string | null; holder: string } | null;
  credit_risk: AgreedCommission["creditRisk"];
  tax_code: NonNullable<AgreedCommission["tax"]>["code"] | null;
  tax_rate_ppm: number | null;
  exemption_code: string | null;
  exemption_text: string | null;
  terms: string;
};

/** Reads what invoices of orders say, in one statement. Snapshots never change, and of what else is read the document keeps a copy. */
export async function readInvoicedOrders(
  reader: Reader,
  orders: readonly { readonly sellerId: SellerId; readonly orderId: OrderId }[],
): Promise<ReadonlyMap<OrderId, InvoicedOrder>> {
  const rows = await reader.query(sql<Row>`
    select o.order_id, o.snapshot,
      (select coalesce(json_agg(f), '[]') from (
        select distinct on (a.tax_category) a.tax_category as category, a.exemption_code, a.exemption_text
        from order_tax_amendments a
        where a.seller_id = o.seller_id and a.order_id = o.order_id
        order by a.tax_category, a.number desc) f) as amended,
      s.registration_number as seller_registration, c.registration_number as company_registration, s.series_prefix, s.time_zone,
      (s.mandate_at at time zone s.time_zone)::date::text as mandate_on,
      (select row_to_json(f) from (
        select p.name, p.registration_number, p.iban, p.bic, p.account_holder as holder from operator_profiles p limit 1) f) as collector,
      agreed.credit_risk, agreed.tax_code, agreed.tax_rate_ppm, agreed.exemption_code, agreed.exemption_text, agreed.terms
    from unnest(${orders.map(({ sellerId }) => sellerId)}::uuid[], ${orders.map(({ orderId }) => orderId)}::uuid[])
        as asked (seller_id, order_id)
      join orders o on o.seller_id = asked.seller_id and o.order_id = asked.order_id
      join order_commissions agreed on agreed.seller_id = o.seller_id and agreed.order_id = o.order_id
      join sellers s on s.seller_id = o.seller_id
      join companies c on c.company_id = o.company_id`);
  return new Map(
    rows.map((row) => [
      row.order_id,
      {
        ...{ orderId: row.order_id, snapshot: row.snapshot, amended: row.amended },
        ...{ sellerRegistration: row.seller_registration, companyRegistration: row.company_registration },
        ...{ seriesPrefix: row.series_prefix, timeZone: row.time_zone, mandateOn: row.mandate_on },
        commission: commissionOf(row),
        collector:
          row.collector === null
            ? null
            : {
                ...{ name: row.collector.name, registrationNumber: row.collector.registration_number },
                ...{ iban: row.collector.iban, bic: row.collector.bic, holder: row.collector.holder },
              },
      },
    ]),
  );
}

function commissionOf(row: Row): AgreedCommission {
  const { credit_risk: creditRisk, tax_code: code, tax_rate_ppm: ratePpm, terms } = row;
  if (code === null || ratePpm === null) return { creditRisk, tax: null, terms };
  return { creditRisk, tax: { code, ratePpm, exemptionCode: row.exemption_code, exemptionText: row.exemption_text }, terms };
}
