import type { ShipmentId } from "../../kernel/ids.ts";
import { minorUnits } from "../../kernel/money.ts";
import { instantParameter, sql, type Transaction } from "../../platform/db/index.ts";
import type { Order } from "./order.ts";
import { type TaxAmendment, taxAmendmentCause } from "./order-amendment.ts";
import type { ChangedBy } from "./order-change-store.ts";

/**
 * Amendments of one locked order: the parcel whose supply they come from, and the day of that, YYYY-MM-DD in the seller's time zone. `delta`
 * is what they add to the order's total together, in minor units; below zero when it is worth less.
 */
export type NewTaxAmendments = {
  readonly amendments: readonly TaxAmendment[];
  readonly delta: bigint;
  readonly shipmentId: ShipmentId;
  readonly suppliedOn: string;
};

/**
 * Writes amendments of a locked order in one statement: what is left of the old groups moves to new ones, and the order is worth that much
 * more or less. It takes no edge, but one version more. Gives the order as it is then.
 */
export async function writeTaxAmendments(
  tx: Transaction,
  order: Order,
  { amendments, delta, shipmentId, suppliedOn }: NewTaxAmendments,
  { at }: Pick<ChangedBy, "at">,
): Promise<Order> {
  const { sellerId, orderId, companyId } = order;
  const changed = { ...order, version: order.version + 1, amended: minorUnits(order.amended + delta) };
  const rows = amendments.map(({ number, amends, taxCategory, net, from, to }) => ({
    ...{ number, amends, tax_category: taxCategory, net: `${net}` },
    ...{ from_code: from.code, from_rate_ppm: from.ratePpm, from_tax: `${from.tax}` },
    ...{ to_code: to.code, to_rate_ppm: to.ratePpm, to_tax: `${to.tax}` },
    ...{ exemption_code: to.exemptionCode, exemption_text: to.exemptionText },
  }));
  await tx.query(sql`
    with amendments as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as x (
        number integer, amends integer, tax_category text, net bigint, from_code text, from_rate_ppm integer, from_tax bigint, to_code text,
        to_rate_ppm integer, to_tax bigint, exemption_code text, exemption_text text)
    ), changed as (
      update orders set version = ${changed.version}, amended = ${changed.amended}
      where seller_id = ${sellerId} and order_id = ${orderId}
    ), closed as (
      update order_tax_groups g set amended_net = amendments.net
      from amendments
      where g.seller_id = ${sellerId} and g.order_id = ${orderId} and g.tax_category = amendments.tax_category
        and g.amendment = amendments.amends
    ), opened as (
      insert into order_tax_groups (seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net, tax, amendment)
      select ${sellerId}, ${orderId}, tax_category, to_code, to_rate_ppm, net, to_tax, number
      from amendments
    )
    insert into order_tax_amendments (seller_id, order_id, number, company_id, shipment_id, tax_category, amends, from_code, from_rate_ppm,
      from_tax, to_code, to_rate_ppm, to_tax, exemption_code, exemption_text, net, supplied_on, cause, at)
    select ${sellerId}, ${orderId}, number, ${companyId}, ${shipmentId}, tax_category, amends, from_code, from_rate_ppm,
      from_tax, to_code, to_rate_ppm, to_tax, exemption_code, exemption_text, net, ${suppliedOn}::date, ${taxAmendmentCause},
      ${instantParameter(at)}::timestamptz
    from amendments`);
  return changed;
}
