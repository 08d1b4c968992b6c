import type { Uuid } from "../../kernel/ids.ts";
import { instantParameter, type Statement, sql } from "../../platform/db/index.ts";
import type { NewOrder } from "./new-order.ts";

/** Who placed the orders of a batch: what their birth in the history names. */
export type Placing = { readonly actorId: Uuid; readonly idempotencyId: Uuid };

/** Writes orders with their lines, tax groups, freight, commission and the edge they were born along, in one statement. */
export function insertOrders(orders: readonly (NewOrder & { readonly placing: Placing })[]): Statement {
  const rows = orders.map((order) => ({
    seller_id: order.sellerId,
    order_id: order.orderId,
    company_id: order.companyId,
    checkout_id: order.checkoutId,
    event: order.event,
    state: order.state,
    dispatch_country: order.dispatchCountry,
    currency: order.currency,
    net: `${order.net}`,
    tax: `${order.tax}`,
    total: `${order.total}`,
    placed_at: instantParameter(order.placedAt),
    client_reference: order.clientReference,
    requested_on: order.requestedOn,
    promised_on: order.promisedOn,
    freight: `${order.freight}`,
    freight_kind: order.freightKind,
    seller_name: order.sellerName,
    company_name: order.companyName,
    line_count: order.lines.length,
    snapshot: order.snapshot,
    credit_risk: order.commission.creditRisk,
    commission_code: order.commission.tax?.code ?? null,
    commission_rate_ppm: order.commission.tax?.ratePpm ?? null,
    commission_exemption_code: order.commission.tax?.exemptionCode ?? null,
    commission_exemption_text: order.commission.tax?.exemptionText ?? null,
    commission: `${order.commission.commission}`,
    commission_terms: order.commission.terms,
    actor_id: order.placing.actorId,
    idempotency_id: order.placing.idempotencyId,
  }));
  const lines = orders.flatMap((order) =>
    order.lines.map((line) => ({
      seller_id: order.sellerId,
      order_id: order.orderId,
      line_number: line.lineNumber,
      offer_id: line.offerId,
      quantity: line.quantity,
      unit_price: `${line.unitPrice}`,
      list_price: `${line.listPrice}`,
      price_per: line.pricePer,
      gross: `${line.gross}`,
      discount: `${line.discount}`,
      net: `${line.net}`,
      tax_category: line.taxCategory,
      tax_code: line.taxCode,
      tax_rate_ppm: line.taxRatePpm,
      promised_on: line.promisedOn,
    })),
  );
  const groups = orders.flatMap((order) =>
    order.taxGroups.map((group) => ({
      seller_id: order.sellerId,
      order_id: order.orderId,
      tax_category: group.taxCategory,
      tax_code: group.taxCode,
      tax_rate_ppm: group.taxRatePpm,
      net: `${group.net}`,
      tax: `${group.tax}`,
    })),
  );
  const freight = orders.flatMap((order) =>
    order.freightParts.map((part) => ({
      seller_id: order.sellerId,
      order_id: order.orderId,
      tax_category: part.taxCategory,
      tax_code: part.taxCode,
      tax_rate_ppm: part.taxRatePpm,
      net: `${part.net}`,
    })),
  );
  return sql`
    with placed as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as x (
        seller_id uuid, order_id uuid, company_id uuid, checkout_id uuid, event text, state text, dispatch_country text, currency text,
        net bigint, tax bigint, total bigint, freight bigint, freight_kind text, placed_at timestamptz, client_reference text, requested_on date,
        promised_on date, seller_name text, company_name text, line_count integer, snapshot text, credit_risk text, commission_code text,
        commission_rate_ppm integer, commission_exemption_code text, commission_exemption_text text, commission bigint, commission_terms text,
        actor_id uuid, idempotency_id uuid)
    ), written as (
      insert into orders (seller_id, order_id, company_id, checkout_id, state, version, dispatch_country, currency, net, tax, total, freight,
        freight_kind, placed_at, client_reference, requested_on, promised_on, seller_name, company_name, line_count, snapshot, snapshot_hash)
      select seller_id, order_id, company_id, checkout_id, state, 1, dispatch_country, currency, net, tax, total, freight,
        freight_kind, placed_at, client_reference, requested_on, promised_on, seller_name, company_name, line_count, snapshot,
        sha256(convert_to(snapshot, 'UTF8'))
      from placed
    ), history as (
      insert into order_history (seller_id, order_id, company_id, version, from_state, event, to_state, actor_kind, actor_id, cause, at, idempotency_id)
      select seller_id, order_id, company_id, 1, '', event, state, 'company', actor_id, 'placed', placed_at, idempotency_id
      from placed
    ), commissions as (
      insert into order_commissions (seller_id, order_id, credit_risk, tax_code, tax_rate_ppm, exemption_code, exemption_text, commission,
        terms, terms_hash)
      select seller_id, order_id, credit_risk, commission_code, commission_rate_ppm, commission_exemption_code, commission_exemption_text,
        commission, commission_terms, sha256(convert_to(commission_terms, 'UTF8'))
      from placed
    ), lines as (
      insert into order_lines (seller_id, order_id, line_number, offer_id, quantity, unit_price, list_price, price_per, gross, discount, net,
        tax_category, tax_code, tax_rate_ppm, promised_on)
      select seller_id, order_id, line_number, offer_id, quantity, unit_price, list_price, price_per, gross, discount, net,
        tax_category, tax_code, tax_rate_ppm, promised_on
      from json_to_recordset(${JSON.stringify(lines)}::json) as x (
        seller_id uuid, order_id uuid, line_number integer, offer_id uuid, quantity integer, unit_price bigint, list_price bigint, price_per integer,
        gross bigint, discount bigint, net bigint, tax_category text, tax_code text, tax_rate_ppm integer, promised_on date)
    ), groups as (
      insert into order_tax_groups (seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net, tax)
      select seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net, tax
      from json_to_recordset(${JSON.stringify(groups)}::json) as x (
        seller_id uuid, order_id uuid, tax_category text, tax_code text, tax_rate_ppm integer, net bigint, tax bigint)
    )
    insert into order_freight (seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net)
    select seller_id, order_id, tax_category, tax_code, tax_rate_ppm, net
    from json_to_recordset(${JSON.stringify(freight)}::json) as x (
      seller_id uuid, order_id uuid, tax_category text, tax_code text, tax_rate_ppm integer, net bigint)`;
}
