import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { Uuid } from "../../kernel/ids.ts";
import { instantParameter, sql, type Transaction } from "../../platform/db/index.ts";
import { canonicalText, type TradeDocument } from "./document.ts";

/** A document that has its number, who issues it and for whom. */
export type NewDocument = {
  readonly issuerId: Uuid;
  readonly documentId: Uuid;
  readonly recipientId: Uuid;
  readonly document: TradeDocument;
  readonly year: number;
  readonly number: number;
  readonly issuedAt: Instant;
};

/** Writes documents as they are issued, with the hash of their one text, in one statement. They never change. */
export async function writeDocuments(tx: Transaction, documents: readonly NewDocument[]): Promise<void> {
  if (documents.length === 0) return;
  const rows = documents.map(({ issuerId, documentId, recipientId, document, year, number, issuedAt }) => ({
    ...{ issuer_id: issuerId, document_id: documentId, recipient_id: recipientId, type: document.type, year, number },
    ...{ number_text: document.number, reference_key: referenceKeyOf(document.number), issued_on: document.issued_on },
    ...{ issued_at: instantParameter(issuedAt), currency: document.currency },
    ...{ net: `${document.net}`, tax: `${document.tax}`, total: `${document.total}`, text: canonicalText(document) },
  }));
  await tx.query(sql`
    insert into documents (issuer_id, document_id, type, year, number, number_text, reference_key, recipient_id, issued_on, issued_at, currency,
      net, tax, total, text, hash)
    select issuer_id, document_id, type, year, number, number_text, reference_key, recipient_id, issued_on, issued_at, currency,
      net, tax, total, text, sha256(convert_to(text, 'UTF8'))
    from json_to_recordset(${JSON.stringify(rows)}::json) as x (
      issuer_id uuid, document_id uuid, type text, year integer, number integer, number_text text, reference_key text, recipient_id uuid,
      issued_on date, issued_at timestamptz, currency text, net bigint, tax bigint, total bigint, text text)`);
}

/** Letters and digits of a document's number: what is left of it when somebody types it into a bank transfer. */
export function referenceKeyOf(numberText: string): string {
  return numberText.replaceAll("-", "");
}

/**
 * A stored document read back.
 *
 * @throws AssertionFailed when the text is not the one that the document would be written as
 */
export function documentOf(text: string): TradeDocument {
  const document = JSON.parse(text) as TradeDocument;
  assert(canonicalText(document) === text, "the text of a document is its canonical one");
  return document;
}
