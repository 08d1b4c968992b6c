import type { Uuid } from "../kernel/ids.ts";
import type { TradeDocument } from "../modules/invoices/index.ts";
import { type Reader, sql } from "../platform/db/index.ts";

/** A document's stored text, its number and its hash. */
export type PaperView = { readonly number_text: string; readonly text: string; readonly hash: Buffer };

/** The document of one type, if the reader's role and organisation may see it. */
export async function findPaper(reader: Reader, type: TradeDocument["type"], documentId: Uuid): Promise<PaperView | undefined> {
  return reader.find(sql<PaperView>`
    select number_text, text, hash from documents where document_id = ${documentId} and type = ${type}`);
}
