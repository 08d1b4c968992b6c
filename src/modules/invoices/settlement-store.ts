import { assert } from "../../kernel/assert.ts";
import type { InvoiceId, SellerId, Uuid } from "../../kernel/ids.ts";
import { instantParameter, type Reader, sql, type Transaction } from "../../platform/db/index.ts";
import type { Invoice, InvoiceChangedBy, Settlement, SettlementSource } from "./invoice.ts";

/**
 * Writes settlements and the locked invoices as they are after them, in one statement; an invoice comes once, with its last state. Its
 * guards are in the rows: nothing is settled beyond the total, nothing pending is negative, a settlement is undone once.
 */
export async function writeSettlements(
  tx: Transaction,
  invoices: readonly Invoice[],
  settlements: readonly Settlement[],
  { actor, at }: InvoiceChangedBy,
): Promise<void> {
  if (invoices.length === 0) return;
  assert(new Set(invoices.map(({ invoiceId }) => invoiceId)).size === invoices.length, "an invoice is written once");
  const rows = invoices.map((invoice) => ({
    ...{ seller_id: invoice.sellerId, invoice_id: invoice.invoiceId, state: invoice.state, version: invoice.version },
    ...{ settled: `${invoice.settled}`, credited: `${invoice.credited}`, written_off: `${invoice.writtenOff}` },
    ...{ settlements: invoice.settlements, pending: `${invoice.pending}`, commission_reversed: `${invoice.commissionReversed}` },
  }));
  const written = settlements.map((each) => ({
    ...{ seller_id: each.sellerId, invoice_id: each.invoiceId, number: each.number, company_id: each.companyId },
    ...{ source: each.source, source_id: each.sourceId, amount: `${each.amount}`, released: `${each.released}` },
    ...{ undoes: each.undoes, cause: each.cause },
  }));
  await tx.query(sql`
    with changes as (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as x (
        seller_id uuid, invoice_id uuid, state text, version integer, settled bigint, credited bigint, written_off bigint, settlements integer,
        pending bigint, commission_reversed bigint)
    ), changed as (
      update invoices i
      set state = changes.state, version = changes.version, settled = changes.settled, credited = changes.credited,
        written_off = changes.written_off, settlements = changes.settlements
      from changes
      where i.seller_id = changes.seller_id and i.invoice_id = changes.invoice_id
    ), payables as (
      update invoice_payables p set pending = changes.pending, commission_reversed = changes.commission_reversed
      from changes
      where p.seller_id = changes.seller_id and p.invoice_id = changes.invoice_id
        and (p.pending, p.commission_reversed) is distinct from (changes.pending, changes.commission_reversed)
    )
    insert into settlements (seller_id, invoice_id, number, company_id, source, source_id, amount, released, undoes, cause, actor_kind, actor_id, at)
    select seller_id, invoice_id, number, company_id, source, source_id, amount, released, undoes, cause, ${actor.kind}, ${actor.id}::uuid,
      ${instantParameter(at)}::timestamptz
    from json_to_recordset(${JSON.stringify(written)}::json) as x (
      seller_id uuid, invoice_id uuid, number integer, company_id uuid, source text, source_id uuid, amount bigint, released bigint, undoes integer,
      cause text)
    order by seller_id, invoice_id, number`);
}

/** A settlement as it was written, and whether an opposite one undoes it. */
export type WrittenSettlement = Settlement & { readonly undone: boolean };

type SettlementRow = {
  seller_id: SellerId;
  invoice_id: InvoiceId;
  number: number;
  company_id: Settlement["companyId"];
  source: SettlementSource;
  source_id: Uuid;
  amount: bigint;
  released: bigint;
  undoes: number | null;
  cause: string;
  undone: boolean;
};

/** The settlements of invoices whose rows are locked. */
export async function readSettlementsOfInvoices(reader: Reader, invoices: readonly Pick<Invoice, "sellerId" | "invoiceId">[]) {
  const rows = await reader.query(sql<SettlementRow>`
    select s.seller_id, s.invoice_id, s.number, s.company_id, s.source, s.source_id, s.amount, s.released, s.undoes, s.cause,
      exists (select from settlements u where u.seller_id = s.seller_id and u.invoice_id = s.invoice_id and u.undoes = s.number) as undone
    from unnest(${invoices.map(({ sellerId }) => sellerId)}::uuid[], ${invoices.map(({ invoiceId }) => invoiceId)}::uuid[])
        as asked (seller_id, invoice_id)
      join settlements s on s.seller_id = asked.seller_id and s.invoice_id = asked.invoice_id
    order by s.seller_id, s.invoice_id, s.number`);
  return rows.map(toSettlement);
}

function toSettlement(row: SettlementRow): WrittenSettlement {
  return {
    ...{ sellerId: row.seller_id, invoiceId: row.invoice_id, number: row.number, companyId: row.company_id, source: row.source },
    ...{ sourceId: row.source_id, amount: row.amount, released: row.released, undoes: row.undoes, cause: row.cause, undone: row.undone },
  };
}
