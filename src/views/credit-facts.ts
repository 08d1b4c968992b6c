import type { InvoiceId, SellerId, ShipmentId } from "../kernel/ids.ts";
import { type Reader, sql } from "../platform/db/index.ts";
import type { AgreedCommission } from "./invoice-facts.ts";

/** What is needed to credit an invoice or to write it off beside the invoice itself. Of what changes later the document keeps a copy. */
export type CreditFacts = {
  /** The text of the invoice's document. */
  readonly text: string;
  readonly seriesPrefix: string;
  readonly timeZone: string;
  readonly commission: AgreedCommission;
  /** Commission without tax, in minor units, that write-offs of the invoice have given back and that was not charged again. */
  readonly returned: bigint;
};

type FactsRow = {
  text: string;
  series_prefix: string;
  time_zone: string;
  credit_risk: AgreedCommission["creditRisk"];
  tax_code: NonNullable<AgreedCommission["tax"]>["code"] | null;
  tax_rate_ppm: number | null;
  exemption_code: string | null;
  exemption_text: string | null;
  terms: string;
  returned: bigint;
};

/** Reads what is needed to credit an invoice, in one statement. Its row is locked. @throws Error for none of this id */
export async function readCreditFacts(
  reader: Reader,
  { sellerId, invoiceId }: { readonly sellerId: SellerId; readonly invoiceId: InvoiceId },
): Promise<CreditFacts> {
  const row = await reader.one(sql<FactsRow>`
    select d.text, d.series_prefix, s.time_zone, agreed.credit_risk, agreed.tax_code, agreed.tax_rate_ppm,
      agreed.exemption_code, agreed.exemption_text, agreed.terms,
      (select coalesce(-sum(e.net), 0)::bigint
       from commission_entries e
       where e.document_id = i.invoice_id and e.kind in ('written_off', 'write_off_undone')) as returned
    from invoices i
      join documents d on d.issuer_id = i.seller_id and d.document_id = i.invoice_id
      join sellers s on s.seller_id = i.seller_id
      join order_commissions agreed on agreed.seller_id = i.seller_id and agreed.order_id = i.order_id
    where i.seller_id = ${sellerId} and i.invoice_id = ${invoiceId}`);
  const { credit_risk: creditRisk, tax_code: code, tax_rate_ppm: ratePpm, terms } = row;
  const tax =
    code === null || ratePpm === null ? null : { code, ratePpm, exemptionCode: row.exemption_code, exemptionText: row.exemption_text };
  const { text, series_prefix: seriesPrefix, time_zone: timeZone, returned } = row;
  return { text, seriesPrefix, timeZone, commission: { creditRisk, tax, terms }, returned };
}

/** What was given back of a commission with one write-off of an invoice: without tax, in minor units. */
export async function readReturnedWith(reader: Reader, invoiceId: InvoiceId, settlement: number): Promise<bigint> {
  const row = await reader.find(sql<{ net: bigint }>`
    select -e.net as net
    from commission_entries e
    where e.document_id = ${invoiceId} and e.kind = 'written_off' and e.occurrence = ${settlement}`);
  return row?.net ?? 0n;
}

/** The invoice that a parcel's goods were charged with, and whether another parcel of its order has left beside those it replaces. */
export type ChargedParcel = { readonly invoiceId: InvoiceId | null; readonly othersLeft: boolean };

/**
 * The invoice of the parcel at the beginning of a chain of replacements: none of the others is charged. Null for what left before there
 * were invoices.
 */
export async function readChargedParcel(
  reader: Reader,
  { sellerId, shipmentId }: { readonly sellerId: SellerId; readonly shipmentId: ShipmentId },
): Promise<ChargedParcel> {
  const row = await reader.one(sql<{ invoice_id: InvoiceId | null; others_left: boolean }>`
    with recursive chain as (
      select seller_id, shipment_id, order_id, replaces from shipments where seller_id = ${sellerId} and shipment_id = ${shipmentId}
      union all
      select s.seller_id, s.shipment_id, s.order_id, s.replaces
      from chain
        join shipments s on s.seller_id = chain.seller_id and s.shipment_id = chain.replaces
    )
    select i.invoice_id,
      exists (
        select from shipments other
        where other.seller_id = first.seller_id and other.order_id = first.order_id and other.shipped_at is not null
          and other.shipment_id not in (select shipment_id from chain)) as others_left
    from chain first
      left join invoices i on i.seller_id = first.seller_id and i.shipment_id = first.shipment_id
    where first.replaces is null`);
  return { invoiceId: row.invoice_id, othersLeft: row.others_left };
}
