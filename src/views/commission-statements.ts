import type { Instant } from "../kernel/clock.ts";
import type { CommissionStatementId, CreditNoteId, InvoiceId, OperatorId, SellerId, Uuid } from "../kernel/ids.ts";
import type { Currency } from "../kernel/money.ts";
import type { CommissionEntryKind } from "../modules/commissions/index.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** An entry of a commission statement with the document that charged it or gave it back. Amounts below zero for what was given back. */
export type CommissionEntryRow = {
  readonly number: number;
  /** The number in the form of an id, by which the list goes on. */
  readonly place: Uuid;
  readonly kind: CommissionEntryKind;
  readonly document_id: InvoiceId | CreditNoteId;
  readonly document_number: string;
  readonly currency: Currency;
  readonly net: bigint;
  readonly tax: bigint;
  readonly net_after: bigint;
  readonly at: Instant;
};

/** The entries of a statement, the newest first. None when the reader does not see the statement. */
export async function listCommissionEntries(
  reader: Reader,
  statementId: CommissionStatementId,
  window: { readonly before: Uuid; readonly count: number },
): Promise<readonly CommissionEntryRow[]> {
  return reader.query(sql<CommissionEntryRow>`
    select e.number, lpad(e.number::text, 32, '0')::uuid as place, e.kind, e.document_id, d.number_text as document_number, s.currency,
      e.net, e.tax, e.net_after, e.at
    from commission_statements s
      join commission_entries e on e.seller_id = s.seller_id and e.statement_id = s.statement_id
      join documents d on d.document_id = e.document_id
    where s.statement_id = ${statementId} and lpad(e.number::text, 32, '0')::uuid < ${window.before}::uuid
    order by e.number desc
    limit ${window.count}`);
}

/** What a commission invoice says beside its statement: the two parties as they are known now, and what the statement is about. */
export type CommissionInvoiceFacts = {
  readonly operator_id: OperatorId;
  readonly operator_name: string;
  readonly operator_street: string;
  readonly operator_city: string;
  readonly operator_postal_code: string;
  readonly operator_country: string;
  readonly operator_tax_number: string;
  readonly operator_registration: string | null;
  readonly series_prefix: string;
  readonly time_zone: string;
  readonly seller_name: string;
  readonly seller_street: string;
  readonly seller_city: string;
  readonly seller_postal_code: string;
  readonly seller_country: string;
  readonly seller_tax_number: string | null;
  readonly seller_registration: string | null;
  readonly documents: number;
  /** The days of its first and its last entry, in the operator's time zone; null where it has none. */
  readonly first_on: string | null;
  readonly last_on: string | null;
};

/** Reads what the commission invoice of a statement says; undefined while the operator has no profile or the statement no entry. */
export async function readCommissionInvoiceFacts(
  reader: Reader,
  { sellerId, statementId }: { readonly sellerId: SellerId; readonly statementId: CommissionStatementId },
): Promise<CommissionInvoiceFacts | undefined> {
  return reader.find(sql<CommissionInvoiceFacts>`
    select o.operator_id, o.name as operator_name, o.street as operator_street, o.city as operator_city, o.postal_code as operator_postal_code,
      o.country as operator_country, o.tax_number as operator_tax_number, o.registration_number as operator_registration, o.series_prefix,
      o.time_zone, s.name as seller_name, s.street as seller_street, s.city as seller_city, s.postal_code as seller_postal_code,
      s.country as seller_country, s.tax_number as seller_tax_number, s.registration_number as seller_registration,
      e.documents::integer as documents, (e.first_at at time zone o.time_zone)::date::text as first_on,
      (e.last_at at time zone o.time_zone)::date::text as last_on
    from sellers s
      cross join operator_profiles o
      cross join lateral (
        select count(distinct e.document_id) as documents, min(e.at) as first_at, max(e.at) as last_at
        from commission_entries e
        where e.seller_id = s.seller_id and e.statement_id = ${statementId}) e
    where s.seller_id = ${sellerId} and e.documents > 0`);
}
