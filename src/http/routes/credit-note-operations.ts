import Type from "typebox";
import type { CreditNoteId } from "../../kernel/ids.ts";
import type { Reader } from "../../platform/db/index.ts";
import { type CreditNoteFilters, findCreditNoteView, listCreditNotes } from "../../views/credit-notes.ts";
import { idInBody, idInPath, refuseNotFound } from "../call.ts";
import { example } from "../examples.ts";
import { list } from "../list.ts";
import { type Operation, operation } from "../operation.ts";
import { closed, idOf } from "../shapes.ts";
import {
  creditNote,
  creditNoteSample,
  listedCreditNote,
  listedCreditNoteSample,
  shownDocument,
  shownListedCreditNote,
} from "./invoice-shapes.ts";
import type { OrderAudience } from "./order-operations.ts";
import { paperOperations } from "./paper-operations.ts";

const filters = closed({
  invoice: Type.Optional(idOf("invoice")),
  order: Type.Optional(idOf("order")),
  seller: Type.Optional(idOf("seller")),
  company: Type.Optional(idOf("company")),
});

type Query = { readonly invoice?: string; readonly order?: string; readonly seller?: string; readonly company?: string };

/** Reading credit notes, for any audience: lists, one with its document, and its papers. */
export function creditNoteOperations(audience: OrderAudience): readonly Operation[] {
  const scope = audience === "operator" ? "operator" : "organisation";
  return [
    operation({
      kind: "read",
      scope,
      id: `${audience}.credit-notes.read`,
      path: "/credit-notes/{id}",
      summary: "Read a credit note",
      params: closed({ id: idOf("creditNote") }),
      response: creditNote,
      refusals: ["not-found"],
      example: { params: { id: example.creditNote }, response: creditNoteSample },
      read: (reader, call) => readWholeCreditNote(reader, idInPath("creditNote", call.params.id)),
    }),
    list({
      id: `${audience}.credit-notes.list`,
      path: "/credit-notes",
      summary: "List credit notes",
      scope,
      exports: true,
      filters,
      item: listedCreditNote,
      example: { item: listedCreditNoteSample },
      rows: async (reader, call, window) => {
        const rows = await listCreditNotes(reader, filtersOf(call.query), window);
        return rows.map((row) => ({ at: [row.credit_note_id], item: shownListedCreditNote(row) }));
      },
    }),
    ...paperOperations(audience, "credit_note"),
  ];
}

/** A credit note whole. @throws Refused not-found */
export async function readWholeCreditNote(reader: Reader, creditNoteId: CreditNoteId) {
  const view = (await findCreditNoteView(reader, creditNoteId)) ?? refuseNotFound();
  const { text, hash } = view;
  return { body: { ...shownListedCreditNote(view), document: shownDocument(text), document_hash: hash.toString("hex") } };
}

function filtersOf({ invoice, order, seller, company }: Query): CreditNoteFilters {
  return {
    invoiceId: invoice === undefined ? undefined : idInBody("invoice", invoice, "/invoice"),
    orderId: order === undefined ? undefined : idInBody("order", order, "/order"),
    sellerId: seller === undefined ? undefined : idInBody("seller", seller, "/seller"),
    companyId: company === undefined ? undefined : idInBody("company", company, "/company"),
  };
}
