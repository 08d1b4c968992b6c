import type { Instant } from "../kernel/clock.ts";
import type { CheckoutId, OrderId, SellerId } from "../kernel/ids.ts";
import type { DatedRate, TaxCode } from "../modules/pricing/index.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/**
 * What the tax of the goods of an order depends on when they leave: its living tax groups with their EN 16931 codes, and the rates of their
 * categories. `rest` is net that is neither shipped nor cancelled, in minor units of the order's currency; `ratePpm` is parts per million.
 */
export type SupplyRates = {
  readonly now: Instant;
  readonly checkoutId: CheckoutId;
  readonly dispatchCountry: string;
  readonly timeZone: string;
  readonly groups: readonly { readonly taxCategory: string; readonly code: TaxCode; readonly ratePpm: number; readonly rest: bigint }[];
  readonly rates: readonly DatedRate[];
};

type GroupJson = { tax_category: string; code: TaxCode; rate_ppm: number; rest: string };
type RateJson = {
  country: string;
  category: string;
  code: DatedRate["code"];
  rate_ppm: number;
  exemption_code: string | null;
  exemption_text: string | null;
  valid_from: string;
  valid_until: string | null;
};

type OrderKey = { readonly sellerId: SellerId; readonly orderId: OrderId };

type Row = {
  order_id: OrderId;
  now: Instant;
  checkout_id: CheckoutId;
  dispatch_country: string;
  time_zone: string;
  groups: GroupJson[];
  rates: RateJson[];
};

/**
 * Reads what the tax of the next parcels of orders depends on, by order; one that its seller does not have is left out. Read before the
 * locks: whether an amendment is due says which rows have to be locked. All rates of the categories are read, so that the day may be
 * another one when the locks are held.
 */
export async function readSupplyRates(reader: Reader, orders: readonly OrderKey[]): Promise<ReadonlyMap<OrderId, SupplyRates>> {
  const rows = await reader.query(
    sql<Row>`
      select o.order_id, stoa_now() as now, o.checkout_id, o.dispatch_country, s.time_zone,
        (select coalesce(json_agg(f), '[]') from (
          select distinct on (g.tax_category) g.tax_category, g.tax_code as code, g.tax_rate_ppm as rate_ppm,
            (g.net - g.shipped_net - g.cancelled_net)::text as rest
          from order_tax_groups g
          where g.seller_id = o.seller_id and g.order_id = o.order_id
          order by g.tax_category, g.amendment desc) f) as groups,
        (select coalesce(json_agg(f), '[]') from (
          select t.country, t.category, t.code, t.rate_ppm, t.exemption_code, t.exemption_text, t.valid_from, t.valid_until
          from tax_rates t
          where t.country = o.dispatch_country and t.category in (
            select g.tax_category from order_tax_groups g where g.seller_id = o.seller_id and g.order_id = o.order_id)) f) as rates
      from unnest(${orders.map(({ sellerId }) => sellerId)}::uuid[], ${orders.map(({ orderId }) => orderId)}::uuid[])
          as asked (seller_id, order_id)
        join orders o on o.seller_id = asked.seller_id and o.order_id = asked.order_id
        join sellers s on s.seller_id = o.seller_id`,
  );
  return new Map(rows.map((row) => [row.order_id, toRates(row)]));
}

function toRates(row: Row): SupplyRates {
  return {
    ...{ now: row.now, checkoutId: row.checkout_id, dispatchCountry: row.dispatch_country, timeZone: row.time_zone },
    groups: row.groups.map(({ tax_category, code, rate_ppm, rest }) => ({
      ...{ taxCategory: tax_category, code, ratePpm: rate_ppm, rest: BigInt(rest) },
    })),
    rates: row.rates.map((rate) => ({
      ...{ country: rate.country, category: rate.category, code: rate.code, ratePpm: rate.rate_ppm },
      ...{
        exemptionCode: rate.exemption_code,
        exemptionText: rate.exemption_text,
        validFrom: rate.valid_from,
        validUntil: rate.valid_until,
      },
    })),
  };
}
