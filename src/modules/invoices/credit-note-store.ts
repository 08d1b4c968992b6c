import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { CreditNoteId, Uuid } from "../../kernel/ids.ts";
import { instantParameter, type Reader, sql, type Transaction } from "../../platform/db/index.ts";
import { type InvoiceRest, leftOfLine, type LineRest } from "./credit-parts.ts";
import type { CreditCause, TradeDocument } from "./document.ts";
import type { Invoice, InvoiceChangedBy } from "./invoice.ts";

type LineRow = { line: number; rest_quantity: number; rest_drawn: number; rest_gross: bigint; rest_discount: bigint };
type GroupRow = { tax_category: string; tax_rate_ppm: number; credited_net: bigint; credited_tax: bigint };

/** What is left of an invoice to be credited. Its row is locked: who credits it has that lock too. */
export async function readRest(reader: Reader, { sellerId, invoiceId }: Pick<Invoice, "sellerId" | "invoiceId">): Promise<InvoiceRest> {
  const lines = await reader.query(sql<LineRow>`
    select line, rest_quantity, rest_drawn, rest_gross, rest_discount
    from invoice_lines
    where seller_id = ${sellerId} and invoice_id = ${invoiceId}
    order by line`);
  const groups = await reader.query(sql<GroupRow>`
    select tax_category, tax_rate_ppm, credited_net, credited_tax
    from invoice_tax_groups
    where seller_id = ${sellerId} and invoice_id = ${invoiceId}
    order by tax_category, tax_rate_ppm`);
  return {
    lines: lines.map((row) => ({
      ...{ line: row.line, quantity: row.rest_quantity, drawn: row.rest_drawn, gross: row.rest_gross, discount: row.rest_discount },
    })),
    groups: groups.map((row) => ({
      ...{ category: row.tax_category, ratePpm: row.tax_rate_ppm, creditedNet: row.credited_net, creditedTax: row.credited_tax },
    })),
  };
}

/** A credit note as its row says it, and what was left of its invoice before it and is left now. Amounts in minor units. */
export type NewCreditNote = {
  readonly creditNoteId: CreditNoteId;
  readonly invoice: Pick<Invoice, "sellerId" | "invoiceId" | "companyId" | "orderId" | "currency">;
  readonly document: TradeDocument;
  readonly issuedAt: Instant;
  readonly cause: CreditCause;
  /** What it is for: a parcel, or the answer of the request that asked for it. */
  readonly causeId: Uuid;
  readonly reason: string | null;
  readonly lowered: bigint;
  readonly before: InvoiceRest;
  readonly rest: InvoiceRest;
};

/**
 * Writes a credit note of a locked invoice and what is left of that, in one statement. Its document is written. A second one for the same
 * cause is a fault (`credit_notes_once_per_cause`), and so is more than was invoiced.
 */
export async function insertCreditNote(
  tx: Transaction,
  { creditNoteId, invoice, document, issuedAt, cause, causeId, reason, lowered, before, rest }: NewCreditNote,
  { actor, idempotencyId }: Pick<InvoiceChangedBy, "actor"> & { readonly idempotencyId: Uuid | null },
): Promise<void> {
  const { sellerId, invoiceId, companyId, orderId, currency } = invoice;
  const lines = rest.lines.map((line) => lineChange(before, line));
  const groups = rest.groups.map(({ category, ratePpm, creditedNet, creditedTax }) => ({
    ...{ tax_category: category, tax_rate_ppm: ratePpm, credited_net: `${creditedNet}`, credited_tax: `${creditedTax}` },
  }));
  await tx.query(sql`
    with written as (
      insert into credit_notes (seller_id, credit_note_id, invoice_id, company_id, order_id, number_text, issued_on, issued_at, cause, cause_id,
        reason, currency, net, tax, total, lowered, actor_kind, actor_id, idempotency_id)
      values (${sellerId}, ${creditNoteId}, ${invoiceId}, ${companyId}, ${orderId}, ${document.number}, ${document.issued_on}::date,
        ${instantParameter(issuedAt)}::timestamptz, ${cause}, ${causeId}, ${reason}, ${currency}, ${BigInt(document.net)}, ${BigInt(document.tax)},
        ${BigInt(document.total)}, ${lowered}, ${actor.kind}, ${actor.id}::uuid, ${idempotencyId}::uuid)
    ), lines as (
      update invoice_lines l
      set credited_net = l.credited_net + change.net, credited = l.credited + change.units, rest_quantity = change.quantity,
        rest_drawn = change.drawn, rest_gross = change.gross, rest_discount = change.discount
      from json_to_recordset(${JSON.stringify(lines)}::json)
        as change (line integer, net bigint, units integer, quantity integer, drawn integer, gross bigint, discount bigint)
      where l.seller_id = ${sellerId} and l.invoice_id = ${invoiceId} and l.line = change.line
    )
    update invoice_tax_groups g set credited_net = change.credited_net, credited_tax = change.credited_tax
    from json_to_recordset(${JSON.stringify(groups)}::json)
      as change (tax_category text, tax_rate_ppm integer, credited_net bigint, credited_tax bigint)
    where g.seller_id = ${sellerId} and g.invoice_id = ${invoiceId} and g.tax_category = change.tax_category
      and g.tax_rate_ppm = change.tax_rate_ppm and (g.credited_net, g.credited_tax) is distinct from (change.credited_net, change.credited_tax)`);
}

function lineChange(before: InvoiceRest, line: LineRest) {
  const was = before.lines.find((each) => each.line === line.line);
  assert(was !== undefined, "what is left of a line was left before");
  const [left, now] = [leftOfLine(was), leftOfLine(line)];
  return {
    ...{ line: line.line, net: `${left.net - now.net}`, units: left.units - now.units },
    ...{ quantity: line.quantity, drawn: line.drawn, gross: `${line.gross}`, discount: `${line.discount}` },
  };
}
